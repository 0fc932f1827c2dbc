// Variable byte integers are read as one unaligned little-endian word and shifted together: no loop, and reading
// past the end is harmless, for every region is followed by slack.

/** Value of a variable byte integer of one to four bytes whose bytes, low first, are in `w`. */
// @ts-ignore: decorator
@inline
export function variableByteInteger(w: u32, size: u32): u32 {
  let value = w & 0x7f;
  if (size > 1) value |= (w >> 1) & 0x3f80;
  if (size > 2) value |= (w >> 2) & 0x1fc000;
  if (size > 3) value |= (w >> 3) & 0xfe00000;
  return value;
}

/** Bytes a variable byte integer takes, 1 to 4, from its bytes in `w`; 5 when even the fourth has its top bit set. */
// @ts-ignore: decorator
@inline
export function variableByteIntegerSize(w: u32): u32 {
  return (ctz<u32>(~w & 0x80808080) >> 3) + 1;
}

/** A big-endian 16-bit number. */
// @ts-ignore: decorator
@inline
export function uint16(p: usize): u32 {
  return bswap<u16>(load<u16>(p));
}
