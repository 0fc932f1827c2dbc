import type { SubackPacket, UnsubackPacket } from '../protocol/packets.ts';
import { SUBACK_RETURN_CODES } from '../protocol/reason-codes.ts';
import { blankPacket } from './blank.ts';
import { readProperties } from './properties.ts';
import type { PacketReader } from './reader.ts';
import { readReasonCode } from './reason-code.ts';

/** Reads a SUBACK (MQTT5 section 3.9). */
export function readSuback(reader: PacketReader): SubackPacket {
  const messageId = reader.packetIdentifier();
  const properties = reader.version === 5 ? readProperties(reader, 'suback') : undefined;
  const granted = reader.version === 5 ? readReasonCodes(reader, 'suback') : readReturnCodes(reader);
  const packet = blankPacket(reader, 'suback');
  packet.granted = granted;
  packet.messageId = messageId;
  if (properties !== undefined) packet.properties = properties;
  return packet;
}

/** Reads an UNSUBACK (MQTT5 section 3.11), which has no payload before MQTT 5.0. */
export function readUnsuback(reader: PacketReader): UnsubackPacket {
  const messageId = reader.packetIdentifier();
  const packet = blankPacket(reader, 'unsuback');
  packet.messageId = messageId;
  if (reader.version < 5) {
    reader.finish();
    return packet;
  }
  const properties = readProperties(reader, 'unsuback');
  if (properties !== undefined) packet.properties = properties;
  packet.granted = readReasonCodes(reader, 'unsuback');
  return packet;
}

function readReasonCodes(reader: PacketReader, command: 'suback' | 'unsuback'): number[] {
  if (reader.atEnd) {
    reader.check(
      'GRANTED_EMPTY',
      reader.position,
      command === 'unsuback' ? 'MQTT5 section 3.11.3' : undefined,
    );
  }
  const codes: number[] = [];
  while (!reader.atEnd) codes.push(readReasonCode(reader, command));
  return codes;
}

function readReturnCodes(reader: PacketReader): number[] {
  if (reader.atEnd) reader.check('GRANTED_EMPTY', reader.position);
  const codes: number[] = [];
  while (!reader.atEnd) {
    const start = reader.position;
    const code = reader.uint8();
    if (!SUBACK_RETURN_CODES.includes(code)) reader.check('SUBACK_RETURN_CODE', start, undefined, `${code}`);
    codes.push(code);
  }
  return codes;
}
