import { varintLength, writeVarint } from '../encode/bytes.ts';
import { PROPERTIES } from '../protocol/properties.ts';
import { integerAt, skipInteger } from './wire.ts';

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
  for (let p = start; p < end; ) {
    const valueEnd = skipInteger(bytes, p + 1, end);
    identifiers.push(integerAt(bytes, p + 1, valueEnd));
    p = valueEnd;
  }
  return identifiers;
}
