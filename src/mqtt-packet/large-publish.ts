import { fixedHeaderLengthAt, remainingLengthAt } from '../decode/fixed-header.ts';
import { isBytes, varintLength, writeBytes, writeVarint } from '../encode/bytes.ts';
import { NO_BYTES, platform } from '../encode/platform.ts';
import { LARGE_PAYLOAD } from '../encode/publish-template.ts';
import { MAX_REMAINING_LENGTH } from '../protocol/limits.ts';
import { encodePacket } from './generate.ts';
import type { GenerateOptions, Packet } from './types.ts';

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
  let empty: Uint8Array;
  try {
    // fields may be getters of its prototype
    empty = encodePacket(Object.create(packet, { payload: { value: NO_BYTES } }) as Packet, options);
  } catch {
    return undefined;
  }
  const remaining = remainingLengthAt(empty, 0) + packet.payload.length;
  if (remaining > MAX_REMAINING_LENGTH) return undefined;
  const body = empty.subarray(fixedHeaderLengthAt(empty, 0));
  const header = platform.allocate(1 + varintLength(remaining) + body.length);
  header[0] = empty[0];
  writeBytes(header, writeVarint(header, 1, remaining), body);
  return header;
}
