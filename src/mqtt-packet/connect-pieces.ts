import { BRIDGE_BIT, CONNECT_PASSWORD, CONNECT_USERNAME, CONNECT_WILL } from '../protocol/packet-types.ts';
import { PROPERTY_BY_ID, type PropertyType } from '../protocol/properties.ts';

/** Bytes of a property value of fixed length. */
const VALUE_LENGTHS: { readonly [Type in PropertyType]?: number } = {
  boolean: 1,
  byte: 1,
  uint16: 2,
  uint32: 4,
};

/** The strings, or binary data, of a property value that has them. */
const STRINGS: { readonly [Type in PropertyType]?: number } = { string: 1, binary: 1, pair: 2 };

/**
 * Cuts an encoded CONNECT into the pieces in which mqtt-packet writes it, one for each number and each text: nine of
 * the smallest. Users of streams that see every write count them.
 */
export function connectPieces(bytes: Uint8Array): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let position = 0;

  function cut(length: number): void {
    pieces.push(bytes.subarray(position, position + length));
    position += length;
  }

  function cutVarint(): void {
    let end = position;
    while (bytes[end] >= 0x80) end++;
    cut(end + 1 - position);
  }

  function cutString(): void {
    const length = (bytes[position] << 8) | bytes[position + 1];
    cut(2);
    cut(length);
  }

  function cutProperties(): void {
    let length = 0;
    let last = position;
    for (let shift = 0; ; shift += 7, last++) {
      length |= (bytes[last] & 0x7f) << shift;
      if (bytes[last] < 0x80) break;
    }
    const end = last + 1 + length;
    cutVarint();
    while (position < end) cutProperty();
  }

  function cutProperty(): void {
    const type = PROPERTY_BY_ID[bytes[position]]!.type;
    const length = VALUE_LENGTHS[type];
    cut(1);
    if (length !== undefined) cut(length);
    else if (type === 'varint') cutVarint();
    else for (let i = 0; i < STRINGS[type]!; i++) cutString();
  }

  cut(1);
  cutVarint();
  cutString();
  const isVersion5 = (bytes[position] & ~BRIDGE_BIT) === 5;
  cut(1);
  const flags = bytes[position];
  cut(1);
  cut(2);
  if (isVersion5) cutProperties();
  cutString();
  if (flags & CONNECT_WILL) {
    if (isVersion5) cutProperties();
    cutString();
    cutString();
  }
  if (flags & CONNECT_USERNAME) cutString();
  if (flags & CONNECT_PASSWORD) cutString();
  return pieces;
}
