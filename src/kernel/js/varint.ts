/** Bytes a variable byte integer takes, 1 to 4, from its bytes in `w`, low first; 5 when even the fourth goes on. */
export function variableByteIntegerSize(w: number): number {
  const last = ~w & 0x80808080;
  return last === 0 ? 5 : ((31 - Math.clz32(last & -last)) >> 3) + 1;
}

/** Value of a variable byte integer of one to four bytes whose bytes, low first, are in `w`. */
export function variableByteInteger(w: number, size: number): number {
  let value = w & 0x7f;
  if (size > 1) value |= (w >> 1) & 0x3f80;
  if (size > 2) value |= (w >> 2) & 0x1fc000;
  if (size > 3) value |= (w >> 3) & 0xfe00000;
  return value;
}
