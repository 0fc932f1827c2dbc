import type { PubackPacket, PubcompPacket, PubrecPacket, PubrelPacket } from '../protocol/packets.ts';
import { blankPacket } from './blank.ts';
import { readProperties } from './properties.ts';
import type { PacketReader } from './reader.ts';
import { readReasonCode } from './reason-code.ts';

type Acknowledgement = PubackPacket | PubrecPacket | PubrelPacket | PubcompPacket;

export const readPuback = (reader: PacketReader) => readAcknowledgement(reader, 'puback');
export const readPubrec = (reader: PacketReader) => readAcknowledgement(reader, 'pubrec');
export const readPubrel = (reader: PacketReader) => readAcknowledgement(reader, 'pubrel');
export const readPubcomp = (reader: PacketReader) => readAcknowledgement(reader, 'pubcomp');

/**
 * Reads a PUBACK, PUBREC, PUBREL or PUBCOMP. In MQTT 5.0 the reason code is left out where it is 0 and there are no
 * properties, and the property length where there are no properties (MQTT5 section 3.4.2.1).
 */
function readAcknowledgement(reader: PacketReader, cmd: Acknowledgement['cmd']): Acknowledgement {
  const packet = blankPacket(reader, cmd) as Acknowledgement;
  packet.messageId = reader.packetIdentifier();
  if (reader.version === 5) {
    packet.reasonCode = reader.atEnd ? 0 : readReasonCode(reader, cmd);
    const properties = reader.atEnd ? undefined : readProperties(reader, cmd);
    if (properties !== undefined) packet.properties = properties;
  }
  reader.finish();
  return packet;
}
