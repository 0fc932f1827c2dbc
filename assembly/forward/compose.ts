import { copyPiece } from './copy';
import {
  TOPIC_ALIAS_SIZE, aliasAt, expiryAt, payloadLength, payloadStart, propertiesLength, propertiesStart, topicLength, topicStart,
} from './row';

// The PUBLISH of row.ts as another receiver gets it.

const TOPIC_ALIAS: u32 = 0x23;

/** Where `compose` has put the value of the message expiry interval; 0 without. */
export let composedExpiry: usize = 0;

let bodyLength: u32 = 0;
let blockLength: u32 = 0;

/** Bytes of a variable byte integer. */
// @ts-ignore: decorator
@inline
function sizeOf(value: u32): u32 {
  return 1 + (value > 0x7f ? 1 : 0) + (value > 0x3fff ? 1 : 0) + (value > 0x1fffff ? 1 : 0);
}

function putInteger(to: usize, value: u32): usize {
  while (value > 0x7f) {
    store<u8>(to++, value | 0x80);
    value >>= 7;
  }
  store<u8>(to, value);
  return to + 1;
}

/**
 * Length of the packet that `compose` makes. `named`: with its topic name; `alias`: with that topic alias, or 0;
 * `identifiers`: address of encoded subscription identifiers behind their length, or 0.
 */
export function composedLength(first: u32, named: bool, alias: u32, version5: bool, identifiers: usize): u32 {
  let body: u32 = 2 + payloadLength;
  if (named) body += topicLength;
  if (first & 6) body += 2;
  if (version5) {
    blockLength = propertiesLength;
    if (aliasAt) blockLength -= TOPIC_ALIAS_SIZE;
    if (identifiers) blockLength += load<u32>(identifiers);
    if (alias) blockLength += TOPIC_ALIAS_SIZE;
    body += sizeOf(blockLength) + blockLength;
  }
  bodyLength = body;
  return 1 + sizeOf(body) + body;
}

/** Writes the packet of which `composedLength` was just asked for. Up to 15 bytes behind it are overwritten. */
export function compose(
  to: usize, first: u32, identifier: u32, named: bool, alias: u32, version5: bool, identifiers: usize,
): void {
  store<u8>(to, first);
  to = putInteger(to + 1, bodyLength);
  const length: u32 = named ? topicLength : 0;
  store<u16>(to, bswap<u16>(<u16>length));
  copyPiece(to + 2, topicStart, length);
  to += 2 + length;
  if (first & 6) {
    store<u16>(to, bswap<u16>(<u16>identifier));
    to += 2;
  }
  composedExpiry = 0;
  if (version5) {
    to = putInteger(to, blockLength);
    if (propertiesLength) to = putProperties(to);
    if (identifiers) {
      copyPiece(to, identifiers + 4, load<u32>(identifiers));
      to += load<u32>(identifiers);
    }
    if (alias) {
      store<u8>(to, TOPIC_ALIAS);
      store<u16>(to, bswap<u16>(<u16>alias), 1);
      to += TOPIC_ALIAS_SIZE;
    }
  }
  copyPiece(to, payloadStart, payloadLength);
}

/** The properties as they came, in their order (MQTT-3.3.2-18), but for the topic alias (MQTT-3.3.2-7). */
function putProperties(to: usize): usize {
  const end = propertiesStart + propertiesLength;
  if (expiryAt) composedExpiry = to + (expiryAt - propertiesStart);
  if (aliasAt == 0) {
    copyPiece(to, propertiesStart, propertiesLength);
    return to + propertiesLength;
  }
  if (expiryAt > aliasAt) composedExpiry -= TOPIC_ALIAS_SIZE;
  const before = <u32>(aliasAt - propertiesStart);
  copyPiece(to, propertiesStart, before);
  to += before;
  const after = aliasAt + TOPIC_ALIAS_SIZE;
  copyPiece(to, after, <u32>(end - after));
  return to + (end - after);
}
