import { PROPERTY_BY_ID } from '../protocol/properties.ts';

// Finding one's way in packets that were checked before. No step leads beyond `end`, whatever the bytes are.

/** Past a variable byte integer. */
export function skipInteger(bytes: Uint8Array, position: number, end: number): number {
  let p = position;
  while (p < end && bytes[p] > 0x7f) p++;
  return Math.min(p + 1, end);
}

/** The variable byte integer from `start` to `end`. */
export function integerAt(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  for (let i = end - 1; i >= start; i--) value = value * 128 + (bytes[i] & 0x7f);
  return value;
}

export function uint16At(bytes: Uint8Array, position: number): number {
  return (bytes[position] << 8) | bytes[position + 1];
}

export function uint32At(bytes: Uint8Array, p: number): number {
  return ((bytes[p] << 24) | (bytes[p + 1] << 16) | (bytes[p + 2] << 8) | bytes[p + 3]) >>> 0;
}

/** Past bytes that have a two-byte length before them. */
export function skipData(bytes: Uint8Array, position: number, end: number): number {
  return position + 2 <= end ? Math.min(position + 2 + uint16At(bytes, position), end) : end;
}

/** Past the property whose identifier is at `position`. */
export function skipProperty(bytes: Uint8Array, position: number, end: number): number {
  const value = position + 1;
  switch (PROPERTY_BY_ID[bytes[position]]?.type) {
    case 'boolean':
    case 'byte':
      return Math.min(value + 1, end);
    case 'uint16':
      return Math.min(value + 2, end);
    case 'uint32':
      return Math.min(value + 4, end);
    case 'varint':
      return skipInteger(bytes, value, end);
    case 'pair':
      return skipData(bytes, skipData(bytes, value, end), end);
    case undefined:
      return end;
    default:
      return skipData(bytes, value, end);
  }
}
