import { PACKET_TYPES } from '../protocol/packet-types.ts';
import type { EncodableOf } from '../protocol/packets.ts';
import { writeLengthBefore, writeUint8 } from './bytes.ts';
import { fail, failIfEnforced } from './fail.ts';
import type { PacketContext } from './options.ts';
import { propertiesOf } from './properties.ts';
import { writeReason } from './reason.ts';

const AUTH_PROPERTIES = propertiesOf('auth');

/**
 * Writes an AUTH (MQTT5 section 3.15). Throws PACKET_TYPE_RESERVED before version 5, and AUTHENTICATION_METHOD_MISSING
 * from `spec` on, but for the empty form, which stands for success.
 */
export function writeAuth(
  bytes: Uint8Array,
  offset: number,
  packet: EncodableOf<'auth'>,
  context: PacketContext,
): number {
  if (context.protocolVersion !== 5) fail('PACKET_TYPE_RESERVED', context);
  const start = writeUint8(bytes, offset, PACKET_TYPES.auth.type << 4) + 1;
  const end = writeReason(bytes, start, packet, AUTH_PROPERTIES, context);
  const { properties } = packet;
  if (end > start && properties?.authenticationMethod === undefined) {
    failIfEnforced('AUTHENTICATION_METHOD_MISSING', context);
  }
  return writeLengthBefore(bytes, offset + 1, 1, end);
}
