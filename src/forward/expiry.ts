import { writeUint32 } from '../encode/bytes.ts';
import { PACKET_TYPES, PUBLISH_QOS_SHIFT } from '../protocol/packet-types.ts';
import { PROPERTIES } from '../protocol/properties.ts';
import { integerAt, skipData, skipInteger, skipProperty, uint32At } from './wire.ts';

const PUBLISH = PACKET_TYPES.publish.type;
const PUBLISH_QOS = 3 << PUBLISH_QOS_SHIFT;

/** What `age` has left. */
export interface Aged {
  /** Bytes that are left. */
  readonly length: number;
  /** Messages that were taken out. */
  readonly expired: number;
}

/**
 * Lets the first `length` of `bytes`, whole MQTT 5.0 packets, age by `seconds`: the message expiry interval of each
 * PUBLISH is reduced by them (MQTT-3.3.2-6), and a message with QoS 0 of which nothing is left is taken out
 * (MQTT-3.3.2-5), the bytes behind it moving up. Other packets stay as they are. The payload of the last packet may be
 * elsewhere.
 *
 * A message with QoS 1 or 2 stays, with an interval of 0. What must be deleted is a copy whose delivery has not begun
 * (MQTT5 section 3.3.2.3.3), and that of this one has: it has taken a packet identifier and a place in the receive
 * maximum, which only its acknowledgement gives back.
 *
 * With a negative number the intervals grow, as far as they can.
 *
 * The packets must be well-formed. No byte beyond `length` is read or written, whatever they are.
 */
export function age(bytes: Uint8Array, length: number, seconds: number): Aged {
  let expired = 0;
  // what stays is moved in runs: from `runStart` to where the packet that goes begins
  let runStart = 0;
  let kept = 0;
  let position = 0;
  while (position < length) {
    const bodyStart = skipInteger(bytes, position + 1, length);
    const end = Math.min(length, bodyStart + integerAt(bytes, position + 1, bodyStart));
    const first = bytes[position];
    const at = first >> 4 === PUBLISH ? findInterval(bytes, bodyStart, end, (first & PUBLISH_QOS) !== 0) : -1;
    if (at >= 0) {
      const left = uint32At(bytes, at) - seconds;
      if (left > 0 || first & PUBLISH_QOS) writeUint32(bytes, at, Math.min(Math.max(left, 0), 0xffff_ffff));
      else {
        bytes.copyWithin(kept, runStart, position);
        kept += position - runStart;
        runStart = end;
        expired++;
      }
    }
    position = end;
  }
  if (expired > 0) bytes.copyWithin(kept, runStart, length);
  return { length: kept + length - runStart, expired };
}

/** Where in the body of a PUBLISH the value of its message expiry interval is, or -1. */
function findInterval(bytes: Uint8Array, start: number, end: number, hasIdentifier: boolean): number {
  const blockLengthAt = skipData(bytes, start, end) + (hasIdentifier ? 2 : 0);
  let p = skipInteger(bytes, blockLengthAt, end);
  const blockEnd = Math.min(end, p + integerAt(bytes, blockLengthAt, p));
  while (p < blockEnd) {
    if (bytes[p] === PROPERTIES.messageExpiryInterval.id) return p + 5 <= blockEnd ? p + 1 : -1;
    p = skipProperty(bytes, p, blockEnd);
  }
  return -1;
}
