import { BRIDGE_BIT, type ProtocolVersion } from '../protocol/packet-types.ts';

/**
 * The protocol version that the CONNECT whose body is `bytes` from `start` to `end` names, or 0 when it names none
 * that is known. It is needed before anybody reads the packet, because the next packet depends on it.
 */
export function connectVersion(bytes: Uint8Array, start: number, end: number): ProtocolVersion | 0 {
  if (start + 2 > end) return 0;
  const position = start + 2 + ((bytes[start] << 8) | bytes[start + 1]);
  if (position >= end) return 0;
  const version = bytes[position] & ~BRIDGE_BIT;
  return version === 3 || version === 4 || version === 5 ? version : 0;
}
