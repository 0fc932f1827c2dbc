/**
 * Writes numbers into `bytes` at `position` and returns the position after them.
 *
 * Nothing here checks for room: a store past the end of a typed array does nothing, so a packet is measured by
 * writing it into too few bytes, and one pass over it is enough whenever it fits. The caller looks at the position
 * that comes out. Only what would throw past the end (`set`, text) looks first.
 */

export function writeUint8(bytes: Uint8Array, position: number, value: number): number {
  bytes[position] = value;
  return position + 1;
}

export function writeUint16(bytes: Uint8Array, position: number, value: number): number {
  bytes[position] = value >>> 8;
  bytes[position + 1] = value;
  return position + 2;
}

export function writeUint32(bytes: Uint8Array, position: number, value: number): number {
  bytes[position] = value >>> 24;
  bytes[position + 1] = value >>> 16;
  bytes[position + 2] = value >>> 8;
  bytes[position + 3] = value;
  return position + 4;
}

/** Bytes that a variable byte integer takes (MQTT-1.5.5-1), 1 to 4. */
export function varintLength(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  return value < 0x20_0000 ? 3 : 4;
}

/** Writes a variable byte integer in its shortest form; `value` is at most 268,435,455. */
export function writeVarint(bytes: Uint8Array, position: number, value: number): number {
  while (value > 0x7f) {
    bytes[position++] = (value & 0x7f) | 0x80;
    value >>>= 7;
  }
  bytes[position] = value;
  return position + 1;
}

/**
 * Writes the length of what stands between `position + reserved` and `end` as a variable byte integer at `position`.
 * `reserved` bytes were left for it, never more than it takes; where it takes more, the content moves.
 * Returns the new end.
 */
export function writeLengthBefore(
  bytes: Uint8Array,
  position: number,
  reserved: number,
  end: number,
): number {
  const length = end - position - reserved;
  if (length < 0x80) {
    bytes[position] = length;
    return end;
  }
  const missing = varintLength(length) - reserved;
  if (missing > 0) bytes.copyWithin(position + reserved + missing, position + reserved, end);
  writeVarint(bytes, position, length);
  return end + missing;
}

/** Copies `source` to `position` if there is room for it. */
export function writeBytes(bytes: Uint8Array, position: number, source: Uint8Array): number {
  const end = position + source.length;
  if (end <= bytes.length) bytes.set(source, position);
  return end;
}

/** Whether `value` is a `Uint8Array` (a `Buffer` is one), of whatever realm. */
export function isBytes(value: unknown): value is Uint8Array {
  if (!ArrayBuffer.isView(value)) return false;
  return value instanceof Uint8Array || (value as Uint8Array)[Symbol.toStringTag] === 'Uint8Array';
}
