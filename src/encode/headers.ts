import { varintLength, writeBytes, writeVarint } from './bytes.ts';
import { allocate } from './encode.ts';
import { NO_BYTES } from './platform.ts';

/** Length of a packet in bytes, from its remaining length. */
export function packetLength(remaining: number): number {
  return 1 + varintLength(remaining) + remaining;
}

/** Where the variable header of an encoded packet begins, behind the remaining length. */
export function variableHeaderAt(packet: Uint8Array): number {
  let position = 2;
  while (packet[position - 1] > 0x7f) position++;
  return position;
}

/** A packet of a remaining length: `topic`, a gap and `rest`. */
export function assemble(remaining: number, topic: Uint8Array, gap: number, rest: Uint8Array): Uint8Array {
  const bytes = allocate(1 + varintLength(remaining) + topic.length + gap + rest.length);
  writeBytes(bytes, writeBytes(bytes, writeVarint(bytes, 1, remaining), topic) + gap, rest);
  return bytes;
}

/** All that precedes a payload of so many bytes, from the PUBLISH that was encoded without one. */
export function headerBefore(payloadLength: number, withoutPayload: Uint8Array): Uint8Array {
  const variableHeader = withoutPayload.subarray(variableHeaderAt(withoutPayload));
  const header = assemble(variableHeader.length + payloadLength, variableHeader, 0, NO_BYTES);
  header[0] = withoutPayload[0];
  return header;
}
