import { PACKET_TYPES } from '../protocol/packet-types.ts';
import type { EncodableOf } from '../protocol/packets.ts';
import { writeLengthBefore, writeUint8 } from './bytes.ts';
import { writePacketIdentifier } from './fields.ts';
import type { PacketContext } from './options.ts';
import { propertiesOf } from './properties.ts';
import { writeReason } from './reason.ts';

const PROPERTIES_OF = {
  puback: propertiesOf('puback'),
  pubrec: propertiesOf('pubrec'),
  pubrel: propertiesOf('pubrel'),
  pubcomp: propertiesOf('pubcomp'),
};

/**
 * Writes a PUBACK, PUBREC, PUBREL or PUBCOMP (MQTT5 sections 3.4 to 3.7). The forms of 5.0 with a remaining length of
 * 2 and 3 are used where they can be: no property length without properties, no reason code if that is 0 too.
 */
export function writeAcknowledgement(
  bytes: Uint8Array,
  offset: number,
  packet: EncodableOf<'puback'> | EncodableOf<'pubrec'> | EncodableOf<'pubrel'> | EncodableOf<'pubcomp'>,
  context: PacketContext,
): number {
  const { type, flags } = PACKET_TYPES[packet.cmd];
  let position = writeUint8(bytes, offset, (type << 4) | flags) + 1;
  position = writePacketIdentifier(bytes, position, packet.messageId, context);
  if (context.protocolVersion === 5) {
    position = writeReason(bytes, position, packet, PROPERTIES_OF[packet.cmd], context);
  }
  return writeLengthBefore(bytes, offset + 1, 1, position);
}
