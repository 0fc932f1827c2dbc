import { PACKET_TYPES } from '../protocol/packet-types.ts';
import type { EncodableOf } from '../protocol/packets.ts';
import { SUBACK_RETURN_CODES } from '../protocol/reason-codes.ts';
import { writeLengthBefore, writeUint8 } from './bytes.ts';
import { fail } from './fail.ts';
import { listOf, reasonCodeByte, unsigned, writePacketIdentifier } from './fields.ts';
import type { PacketContext } from './options.ts';
import { propertiesOf, writeProperties } from './properties.ts';

const PROPERTIES_OF = { suback: propertiesOf('suback'), unsuback: propertiesOf('unsuback') };

/**
 * Writes a SUBACK or UNSUBACK (MQTT5 sections 3.9 and 3.11). Before version 5 an UNSUBACK has no codes: `granted` is
 * then not looked at.
 */
export function writeSuback(
  bytes: Uint8Array,
  offset: number,
  packet: EncodableOf<'suback'> | EncodableOf<'unsuback'>,
  context: PacketContext,
): number {
  const { cmd } = packet;
  let position = writeUint8(bytes, offset, PACKET_TYPES[cmd].type << 4) + 1;
  position = writePacketIdentifier(bytes, position, packet.messageId, context);
  if (context.protocolVersion === 5) {
    position = writeProperties(bytes, position, packet.properties, PROPERTIES_OF[cmd], context);
  }
  if (context.protocolVersion === 5 || cmd === 'suback') {
    const clause = cmd === 'unsuback' ? 'MQTT5 section 3.11.3' : undefined;
    for (const code of listOf(packet.granted, 'granted', 'GRANTED_EMPTY', context, clause)) {
      position = writeUint8(bytes, position, grantedByte(code, context));
    }
  }
  return writeLengthBefore(bytes, offset + 1, 1, position);
}

function grantedByte(code: unknown, context: PacketContext): number {
  if (code !== undefined && context.protocolVersion === 5) return reasonCodeByte(code, 'granted', context);
  const returnCode = unsigned(code, 0xffff_ffff, 'granted', context);
  if (!SUBACK_RETURN_CODES.includes(returnCode)) {
    fail('SUBACK_RETURN_CODE', context, `granted is ${returnCode}`);
  }
  return returnCode;
}
