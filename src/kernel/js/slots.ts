import {
  HASH_KEYS,
  HASH_LENGTH_KEY,
  HASH_MULTIPLIER,
  SLOT_INLINE_LENGTH,
  SLOT_SHIFT,
  SLOT_TEXT,
  TAG_GENERATION_SHIFT,
  TAG_ID_MASK,
  TAG_ID_SHIFT,
} from '../../../assembly/layout.ts';
import type { KernelMemory } from '../memory.ts';

const FIRST_KEY = HASH_KEYS >> 2;
const LENGTH_KEY = HASH_LENGTH_KEY >> 2;
const MULTIPLIER = HASH_MULTIPLIER >> 2;
const TEXT_WORD = SLOT_TEXT >> 2;
const NOT_ID = ~(TAG_ID_MASK << TAG_ID_SHIFT);

/** The hash tables of interned text over one memory; as in `assembly/slots.ts`. */
export interface Slots {
  /** The id that the table holds for a text, or the address of the slot where it belongs, negated. */
  lookUp(slots: number, mask: number, generation: number, p: number, length: number): number;
  /** Puts a text into an empty slot, inline or in the arena. Returns its address, or 0 when the arena has no room. */
  fillSlot(
    slot: number,
    generation: number,
    id: number,
    p: number,
    length: number,
    arenaNext: number,
    arenaEnd: number,
  ): number;
}

/** The views are captured, not passed: V8 then knows them, which makes hashing and comparing a quarter faster. */
export function createSlots(memory: KernelMemory): Slots {
  const { bytes, view, words } = memory;

  /** NH over 16-bit halves, as in `assembly/hash.ts`, without the words of zeros that fill up a block there. */
  function hashText(p: number, length: number): number {
    // two sums, so that two multiplications overlap
    let sum = Math.imul(length, words[LENGTH_KEY]);
    let other = 0;
    let key = FIRST_KEY;
    const pairs = p + (length & ~7);
    while (p < pairs) {
      const v = (view.getInt32(p, true) + words[key]) | 0;
      const w = (view.getInt32(p + 4, true) + words[key + 1]) | 0;
      sum = (sum + Math.imul(v & 0xffff, v >>> 16)) | 0;
      other = (other + Math.imul(w & 0xffff, w >>> 16)) | 0;
      key += 2;
      p += 8;
    }
    if ((length & 4) !== 0) {
      const v = (view.getInt32(p, true) + words[key]) | 0;
      sum = (sum + Math.imul(v & 0xffff, v >>> 16)) | 0;
      key++;
      p += 4;
    }
    const v = ((view.getInt32(p, true) & lastWordMask(length)) + words[key]) | 0;
    other = (other + Math.imul(v & 0xffff, v >>> 16)) | 0;
    const mixed = Math.imul((sum + other) | 0, words[MULTIPLIER]);
    return mixed ^ (mixed >>> 15);
  }

  /** Without leaving at the first difference: with equal hashes there hardly ever is one, and it costs 3 ns more. */
  function equalText(p: number, word: number, length: number): boolean {
    const wholeWords = p + (length & ~3);
    let difference = 0;
    while (p < wholeWords) {
      difference |= view.getInt32(p, true) ^ words[word];
      p += 4;
      word++;
    }
    return (difference | ((view.getInt32(p, true) ^ words[word]) & lastWordMask(length))) === 0;
  }

  function lookUp(slots: number, mask: number, generation: number, p: number, length: number): number {
    const hash = hashText(p, length);
    const tag = (generation << TAG_GENERATION_SHIFT) | length;
    let index = hash & mask;
    for (;;) {
      const slot = (slots >> 2) + (index << (SLOT_SHIFT - 2));
      const found = words[slot + 1];
      if (words[slot] === hash && (found & NOT_ID) === tag) {
        const word = length <= SLOT_INLINE_LENGTH ? slot + TEXT_WORD : words[slot + TEXT_WORD] >> 2;
        if (equalText(p, word, length)) return (found >> TAG_ID_SHIFT) & TAG_ID_MASK;
      } else if (found >>> TAG_GENERATION_SHIFT !== generation) return -(slot << 2);
      index = (index + 1) & mask;
    }
  }

  function fillSlot(
    slot: number,
    generation: number,
    id: number,
    p: number,
    length: number,
    arenaNext: number,
    arenaEnd: number,
  ): number {
    let text = slot + SLOT_TEXT;
    if (length > SLOT_INLINE_LENGTH) {
      text = words[arenaNext >> 2];
      if (text + length > arenaEnd) return 0;
      words[arenaNext >> 2] = (text + length + 15) & ~15;
      words[(slot + SLOT_TEXT) >> 2] = text;
    }
    for (let i = 0; i < length; i++) bytes[text + i] = bytes[p + i];
    words[slot >> 2] = hashText(p, length);
    words[(slot >> 2) + 1] = (generation << TAG_GENERATION_SHIFT) | (id << TAG_ID_SHIFT) | length;
    return text;
  }

  return { lookUp, fillSlot };
}

/** Mask of the 0 to 3 bytes that a text has beyond its whole words. */
function lastWordMask(length: number): number {
  return (1 << ((length & 3) << 3)) - 1;
}
