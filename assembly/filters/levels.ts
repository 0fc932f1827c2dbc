import { finishHash, hashBlock, hashText } from '../hash';
import { BYTE_MASKS, HASH_KEYS, HASH_MULTIPLIER, INTERN_LENGTH_LIMIT } from '../layout';
import {
  BUCKET_BITS, BUCKET_HASHED, LEVELS, LEVEL_ADDRESS, LEVEL_HASH, LEVEL_LENGTH, LEVEL_SHIFT, LEVEL_TEXT,
} from './layout';

const SLASH: i32 = 0x2f;

/** Hash of a text of any length. May read 15 bytes past its end. */
export function hashBytes(p: usize, length: u32): u32 {
  let hash: u32 = 0;
  // the keys reach so far; behind that, one block after the other
  while (length > <u32>INTERN_LENGTH_LIMIT) {
    hash = (hash + hashText(p, INTERN_LENGTH_LIMIT)) * load<u32>(HASH_MULTIPLIER);
    p += INTERN_LENGTH_LIMIT;
    length -= INTERN_LENGTH_LIMIT;
  }
  return hash + hashText(p, length);
}

// @ts-ignore: decorator
@inline
export function bucketOf(hash: u32): u32 {
  return BUCKET_HASHED + (hash >> (32 - BUCKET_BITS));
}

// @ts-ignore: decorator
@inline
export function level(index: u32): usize {
  return <usize>LEVELS + (<usize>index << LEVEL_SHIFT);
}

// @ts-ignore: decorator
@inline
function putLevel(at: usize, start: usize, length: u32): void {
  const text = v128.and(v128.load(start), v128.load(<usize>BYTE_MASKS + 16 - <usize>min<u32>(length, 16)));
  v128.store(at, text, LEVEL_TEXT);
  store<u32>(at, length > 16 ? hashBytes(start, length) : finishHash(hashBlock(text, HASH_KEYS), length), LEVEL_HASH);
  store<u32>(at, <u32>start, LEVEL_ADDRESS);
  store<u32>(at, length, LEVEL_LENGTH);
}

/**
 * Splits a topic or filter into its levels, whose records it writes from `at` on. Returns their number; one that has more than `limit` levels counts as one of
 * `limit` + 1, and its levels from `limit` on are not looked at. May read 15 bytes past its end.
 */
// @ts-ignore: decorator
@inline
export function splitLevels(at: usize, p: usize, length: u32, limit: u32): u32 {
  let count: u32 = 0;
  let start = p;
  const end = p + length;
  const slashes = i8x16.splat(<i8>SLASH);
  for (let q = p; q < end; q += 16) {
    let found: u32 = i8x16.bitmask(i8x16.eq(v128.load(q), slashes));
    const rest = <u32>(end - q);
    if (rest < 16) found &= (<u32>1 << rest) - 1;
    while (found) {
      const slash = q + <usize>ctz(found);
      found &= found - 1;
      putLevel(at, start, <u32>(slash - start));
      start = slash + 1;
      at += 1 << LEVEL_SHIFT;
      if (++count == limit) return limit + 1;
    }
  }
  putLevel(at, start, <u32>(end - start));
  return count + 1;
}
