import { BYTE_MASKS, HASH_KEYS, HASH_LENGTH_KEY, HASH_MULTIPLIER } from './layout';

// Keyed hash of a text: the sum of the products of its 16-bit halves with as many random keys, 16 bytes at a time, the
// last of them filled up with zeros. Two texts collide with a chance of at most 2^-16 for whoever does not know the
// keys: the halves that differ do so by less than 2^16, so at most one key in 2^16 makes their products agree. A seeded
// multiply-xorshift hash cannot promise that. The text is always compared as well.

/** Share of 16 bytes of text in the hash. */
// @ts-ignore: decorator
@inline
export function hashBlock(text: v128, key: usize): v128 {
  return i32x4.dot_i16x8_s(text, v128.load(key));
}

/** The hash, from the sum of all shares. */
// @ts-ignore: decorator
@inline
export function finishHash(sum: v128, length: u32): u32 {
  const pairs = i32x4.add(sum, i8x16.shuffle(sum, sum, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
  const both = i64x2.extract_lane(pairs, 0);
  const h: u32 = <u32>both + <u32>(both >> 32);
  const mixed = (h + length * load<u32>(HASH_LENGTH_KEY)) * load<u32>(HASH_MULTIPLIER);
  return mixed ^ (mixed >> 15);
}

/** Hash of a text of any length up to INTERN_LENGTH_LIMIT. May read 15 bytes past its end. */
export function hashText(p: usize, length: u32): u32 {
  let sum = i32x4.splat(0);
  let key: usize = HASH_KEYS;
  let rest: i32 = length;
  while (rest > 0) {
    const inside = v128.load(<usize>BYTE_MASKS + 16 - <usize>min<i32>(rest, 16));
    sum = i32x4.add(sum, hashBlock(v128.and(v128.load(p), inside), key));
    p += 16;
    key += 16;
    rest -= 16;
  }
  return finishHash(sum, length);
}

/** Whether two texts of `length` bytes are equal. Up to 16 bytes past their ends may be read. */
export function equalText(a: usize, b: usize, length: u32): bool {
  let rest: i32 = length;
  while (rest > 0) {
    const inside = v128.load(<usize>BYTE_MASKS + 16 - <usize>min<i32>(rest, 16));
    if (v128.any_true(v128.and(v128.xor(v128.load(a), v128.load(b)), inside))) return false;
    a += 16;
    b += 16;
    rest -= 16;
  }
  return true;
}
