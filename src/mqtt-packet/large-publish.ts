import { remainingLengthAt } from '../decode/fixed-header.ts';
import { isBytes } from '../encode/bytes.ts';
import { headerBefore } from '../encode/headers.ts';
import { NO_BYTES } from '../encode/platform.ts';
import { MAX_REMAINING_LENGTH } from '../protocol/limits.ts';
import { encodePacket } from './generate.ts';
import type { GenerateOptions, Packet } from './types.ts';

/**
 * From this many bytes on a payload is not copied: a packet would get memory of its own, which the collector pays for. An aedes
 * broker takes 5 to 15 % less for messages of 4 and 8 KiB, half for 16 KiB (`npm run bench -- scale`). A `PacketWriter` copies
 * longer ones than that, because it copies to memory that is used again.
 */
const LARGE_PAYLOAD = 4096;

/**
 * All of a PUBLISH but its payload, if that is so large that handing it over as it is costs less than copying it. `undefined`
 * for all other packets, and for those that may have to be refused.
 */
export function headerOfLargePublish(
  packet: Packet,
  options: GenerateOptions | undefined | null,
): Uint8Array | undefined {
  if (packet?.cmd !== 'publish' || !isBytes(packet.payload) || packet.payload.length < LARGE_PAYLOAD)
    return undefined;
  // looks into the payload
  if (options?.strictness === 'strict') return undefined;
  const { cmd, topic, qos, dup, retain, messageId, properties, payload } = packet;
  let empty: Uint8Array;
  try {
    // a copy by hand: fields may be getters of its prototype, and an object made with it as prototype takes 6 µs
    const withoutPayload = { cmd, topic, qos, dup, retain, messageId, properties, payload: NO_BYTES };
    empty = encodePacket(withoutPayload as Packet, options);
  } catch {
    return undefined;
  }
  const isTooLarge = remainingLengthAt(empty, 0) + payload.length > MAX_REMAINING_LENGTH;
  return isTooLarge ? undefined : headerBefore(payload.length, empty);
}
