import { varintLength, writeVarint } from '../encode/bytes.ts';
import { PROPERTIES } from '../protocol/properties.ts';

const SUBSCRIPTION_IDENTIFIER = PROPERTIES.subscriptionIdentifier.id;

/** Writes subscription identifiers as properties (MQTT-3.3.4-3, -4); returns where they end. */
export function encodeIdentifiers(
  bytes: Uint8Array,
  position: number,
  identifiers: readonly number[],
): number {
  let end = position;
  for (const identifier of identifiers) {
    bytes[end] = SUBSCRIPTION_IDENTIFIER;
    end = writeVarint(bytes, end + 1, identifier);
  }
  return end;
}

/** Bytes that they take. */
export function identifiersLength(identifiers: readonly number[]): number {
  let length = 0;
  for (const identifier of identifiers) length += 1 + varintLength(identifier);
  return length;
}

/** Reads them again, from `start` to `end`. */
export function decodeIdentifiers(bytes: Uint8Array, start: number, end: number): number[] {
  const identifiers: number[] = [];
  let p = start;
  while (p < end) {
    let value = 0;
    let shift = 0;
    let byte: number;
    do {
      byte = bytes[++p];
      value |= (byte & 0x7f) << shift;
      shift += 7;
    } while (byte > 0x7f);
    identifiers.push(value);
    p++;
  }
  return identifiers;
}
