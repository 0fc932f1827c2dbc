import { varintLength, writeUint16, writeVarint } from '../encode/bytes.ts';
import { platform } from '../encode/platform.ts';
import { PACKET_TYPES, PUBLISH_QOS_SHIFT, PUBLISH_RETAIN } from '../protocol/packet-types.ts';
import { PROPERTIES } from '../protocol/properties.ts';
import { Message } from './message.ts';
import { integerAt, skipData, skipInteger, skipProperty, uint16At } from './wire.ts';

const WILL_FLAG = 0x04;
const WILL_QOS_SHIFT = 3;
const WILL_RETAIN = 0x20;
const BRIDGE_BIT = 0x80;
const WILL_DELAY_INTERVAL = PROPERTIES.willDelayInterval.id;
/** Any packet identifier: it stands where that of a delivery goes. */
const PLACEHOLDER = 1;

/**
 * The will of a CONNECT that was checked, as the message that is published; `undefined` if there is none. Its properties come in
 * the order that they have in the CONNECT (MQTT-3.1.3-10), which a packet object does not tell; the will delay interval
 * is no property of the message.
 */
export function willMessage(connect: Uint8Array): Message | undefined {
  const end = connect.length;
  // past the protocol name: version, flags, two bytes of keep alive
  let p = skipData(connect, skipInteger(connect, 1, end), end);
  const isVersion5 = (connect[p] & ~BRIDGE_BIT) === 5;
  const flags = connect[p + 1];
  if ((flags & WILL_FLAG) === 0) return undefined;
  p += 4;
  if (isVersion5) p = blockEnd(connect, p, end);
  p = skipData(connect, p, end);
  let properties: Uint8Array[] = [];
  if (isVersion5) {
    const start = skipInteger(connect, p, end);
    p = blockEnd(connect, p, end);
    properties = withoutDelay(connect, start, p);
  }
  const topicEnd = skipData(connect, p, end);
  const topic = connect.subarray(p, topicEnd);
  const payload = connect.subarray(topicEnd + 2, topicEnd + 2 + uint16At(connect, topicEnd));
  const qos = (flags >> WILL_QOS_SHIFT) & 3;
  const first =
    (PACKET_TYPES.publish.type << 4) |
    (qos << PUBLISH_QOS_SHIFT) |
    ((flags & WILL_RETAIN) !== 0 ? PUBLISH_RETAIN : 0);
  const block = properties.reduce((sum, { length }) => sum + length, 0);
  const remaining = topic.length + (qos > 0 ? 2 : 0) + varintLength(block) + block + payload.length;
  const bytes = platform.allocate(1 + varintLength(remaining) + remaining);
  bytes[0] = first;
  let to = append(bytes, writeVarint(bytes, 1, remaining), topic);
  if (qos > 0) to = writeUint16(bytes, to, PLACEHOLDER);
  to = writeVarint(bytes, to, block);
  for (const property of properties) to = append(bytes, to, property);
  append(bytes, to, payload);
  return new Message(undefined, bytes, Date.now());
}

/** Past a block of properties with its length before it. */
function blockEnd(bytes: Uint8Array, position: number, end: number): number {
  const start = skipInteger(bytes, position, end);
  return start + integerAt(bytes, position, start);
}

function withoutDelay(bytes: Uint8Array, start: number, end: number): Uint8Array[] {
  const kept: Uint8Array[] = [];
  for (let p = start; p < end; ) {
    const next = skipProperty(bytes, p, end);
    if (bytes[p] !== WILL_DELAY_INTERVAL) kept.push(bytes.subarray(p, next));
    p = next;
  }
  return kept;
}

function append(bytes: Uint8Array, position: number, piece: Uint8Array): number {
  bytes.set(piece, position);
  return position + piece.length;
}
