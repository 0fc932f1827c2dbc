import {
  BUCKET_BITS,
  BUCKET_HASHED,
  LEVEL_LIMIT,
  PREFIX_LEVELS,
} from '../../../../assembly/filters/layout.ts';
import { HASH_KEYS, HASH_KEYS_SIZE, HASH_LENGTH_KEY } from '../../../../assembly/layout.ts';
import type { Pages } from './pages.ts';

// Here the levels lie in an array of their own: one that never changes is a constant to the compiler. The hashes are
// not those of assembly/filters/levels.ts: one pass splits, hashes the levels and makes the hash of the whole from them.

/** Words of a level in `scratch`: its text, or the first 16 bytes of it, filled up with zeros; hash; address; length. */
export const LEVEL_WORDS = 8;
export const TEXT = 0;
export const HASH = 4;
export const ADDRESS = 5;
export const LENGTH = 6;
/** Behind the levels: hash of the first level, the first two, the first three, and of the whole. */
export const PREFIXES = (LEVEL_LIMIT + 2) * LEVEL_WORDS;
export const WHOLE = PREFIXES + PREFIX_LEVELS;

/** The hash of the whole is made from so many levels, and from what follows as one text. */
const FOLDED_LEVELS = 16;
/** Words of text that a level keeps in `scratch`. */
const INLINE_WORDS = 4;
const KEY_COUNT = (HASH_LENGTH_KEY - HASH_KEYS) >> 2;
const SLASHES = 0x2f2f2f2f;

export interface Levels {
  readonly scratch: Int32Array;
  /**
   * Splits a topic or filter into its levels. Returns their number; one with more than `limit` levels, at least 16,
   * counts as one of `limit` + 1, and its levels from `limit` on are not looked at. May read 3 bytes past its end.
   */
  split(p: number, length: number, limit: number): number;
  /** The hash that `split` gives a level, of a text at an aligned address that is filled up with zeros to 16 bytes. */
  hashText(stored: number, length: number): number;
  /** Whether the text at `p` is that at `stored`, which is aligned and filled up with zeros. */
  equalText(p: number, stored: number, length: number): boolean;
  /** Copies a text to an aligned address, and fills it up with zeros. */
  copyText(target: number, p: number, length: number): void;
}

/** Bucket of a level alone, by its hash; `salt` tells which. */
export function levelBucket(salt: number, hash: number): number {
  return bucketOf(Math.imul(hash + salt, 0x9e3779b1));
}

/** Bucket of a prefix's hash, or of the whole. */
export function bucketOf(hash: number): number {
  return BUCKET_HASHED + (hash >>> (32 - BUCKET_BITS));
}

export function createLevels(pages: Pages): Levels {
  const { memory } = pages;
  let { view, words } = memory;
  pages.onGrowth(() => {
    ({ view, words } = memory);
  });
  const scratch = new Int32Array(WHOLE + 1);
  const keys = words.slice(HASH_KEYS >> 2, (HASH_KEYS + HASH_KEYS_SIZE) >> 2);
  const [key0, key1, key2, key3] = keys;
  // the word before it keys the length in assembly/hash.ts; here the last word of a text stands for it
  const multiplier = keys[KEY_COUNT + 1];

  /**
   * The first four words of a level are read by statements of their own, not in a loop: that is a fifth faster, since
   * the processor then foresees where a level ends by how far it has come.
   */
  function split(p: number, length: number, limit: number): number {
    const data = view;
    const end = p + length;
    let level = 0;
    let count = 0;
    let whole = 0;
    for (;;) {
      const start = p;
      let first = data.getInt32(p, true);
      let second = 0;
      let third = 0;
      let fourth = 0;
      let more = 0;
      let ends = slashesIn(first, end - p);
      if (ends !== 0) first &= textMask(ends);
      else {
        p += 4;
        second = data.getInt32(p, true);
        ends = slashesIn(second, end - p);
        if (ends !== 0) second &= textMask(ends);
        else {
          p += 4;
          third = data.getInt32(p, true);
          ends = slashesIn(third, end - p);
          if (ends !== 0) third &= textMask(ends);
          else {
            p += 4;
            fourth = data.getInt32(p, true);
            ends = slashesIn(fourth, end - p);
            if (ends !== 0) fourth &= textMask(ends);
            else {
              let key = INLINE_WORDS;
              let word = 0;
              for (;;) {
                p += 4;
                word = data.getInt32(p, true);
                ends = slashesIn(word, end - p);
                if (ends !== 0) break;
                more = addLong(more, word, key++);
              }
              more = addLong(more, word & textMask(ends), key);
            }
          }
        }
      }
      p += (31 - Math.clz32(ends & -ends)) >> 3;
      const hash = inlineHash(first, second, third, fourth, more);
      scratch[level] = first;
      scratch[level + 1] = second;
      scratch[level + 2] = third;
      scratch[level + 3] = fourth;
      scratch[level + HASH] = hash;
      scratch[level + ADDRESS] = start;
      scratch[level + LENGTH] = p - start;
      if (count < FOLDED_LEVELS) {
        whole = Math.imul(((whole << 5) | (whole >>> 27)) ^ hash, multiplier);
        if (count < PREFIX_LEVELS) scratch[PREFIXES + count] = whole;
      }
      count++;
      if (p === end) break;
      p++;
      level += LEVEL_WORDS;
      if (count === FOLDED_LEVELS) whole = Math.imul(whole ^ longHash(p, end - p, 0), multiplier);
      if (count === limit) {
        count++;
        break;
      }
    }
    scratch[WHOLE] = whole;
    return count;
  }

  function inlineHash(first: number, second: number, third: number, fourth: number, more: number): number {
    const sum =
      halves(first + key0) + halves(second + key1) + halves(third + key2) + halves(fourth + key3) + more;
    const mixed = Math.imul(sum | 0, multiplier);
    return mixed ^ (mixed >>> 15);
  }

  /** Adds the word with the number `at` to the hash of a long text; when all keys have served, they serve again. */
  function addLong(sum: number, word: number, at: number): number {
    const key = at & (KEY_COUNT - 1);
    const added = (sum + halves(word + keys[key])) | 0;
    return key === KEY_COUNT - 1 ? Math.imul(added, multiplier) : added;
  }

  /** Of the words from `at` on, and of what is left after the last whole one. */
  function longHash(p: number, length: number, at: number): number {
    let sum = 0;
    const whole = length >> 2;
    while (at < whole) {
      sum = addLong(sum, view.getInt32(p + at * 4, true), at);
      at++;
    }
    return addLong(sum, view.getInt32(p + at * 4, true) & lastWordMask(length), at);
  }

  function hashText(stored: number, length: number): number {
    const word = stored >> 2;
    const more = length < INLINE_WORDS * 4 ? 0 : longHash(stored, length, INLINE_WORDS);
    return inlineHash(words[word], words[word + 1], words[word + 2], words[word + 3], more);
  }

  /** Without leaving at the first difference: with equal hashes there hardly ever is one. */
  function equalText(p: number, stored: number, length: number): boolean {
    const data = view;
    const own = words;
    const last = p + (length & ~3);
    let word = stored >> 2;
    let difference = 0;
    while (p < last) {
      difference |= data.getInt32(p, true) ^ own[word];
      p += 4;
      word++;
    }
    // a text that ends with a word may end with its block too
    if ((length & 3) === 0) return difference === 0;
    return (difference | ((data.getInt32(p, true) & lastWordMask(length)) ^ own[word])) === 0;
  }

  function copyText(target: number, p: number, length: number): void {
    const last = p + (length & ~3);
    let word = target >> 2;
    while (p < last) {
      words[word++] = view.getInt32(p, true);
      p += 4;
    }
    if ((length & 3) !== 0) words[word] = view.getInt32(p, true) & lastWordMask(length);
  }

  return { scratch, split, hashText, equalText, copyText };
}

/** The top bit of each byte that is a slash, of the lowest one at least; the end of the text counts as one. */
function slashesIn(word: number, left: number): number {
  const x = word ^ SLASHES;
  const slashes = (x - 0x01010101) & ~x & 0x80808080;
  return left < 4 ? slashes | (0x80 << (left << 3)) : slashes;
}

/** Product of the two halves of a word with its key: a sum of such is a hash that nobody can flood without the keys. */
function halves(keyed: number): number {
  return Math.imul(keyed & 0xffff, (keyed | 0) >>> 16);
}

/** Mask of the bytes of a word in front of the lowest slash. */
function textMask(slashes: number): number {
  return ((slashes & -slashes) >>> 7) - 1;
}

/** Mask of the 0 to 3 bytes that a text has beyond its whole words. */
function lastWordMask(length: number): number {
  return (1 << ((length & 3) << 3)) - 1;
}
