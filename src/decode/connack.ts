import type { ConnackPacket } from '../protocol/packets.ts';
import { CONNACK_RETURN_CODES } from '../protocol/reason-codes.ts';
import { blankPacket } from './blank.ts';
import { readProperties } from './properties.ts';
import type { PacketReader } from './reader.ts';
import { readReasonCode } from './reason-code.ts';

/** Reads a CONNACK (MQTT5 section 3.2). */
export function readConnack(reader: PacketReader): ConnackPacket {
  const start = reader.position;
  const flags = reader.uint8();
  if (flags > 1) reader.check('CONNACK_FLAGS_RESERVED', start);
  const sessionPresent = (flags & 1) !== 0;
  const packet =
    reader.version === 5 ? readVersion5(reader, sessionPresent) : readVersion4(reader, sessionPresent);
  if (sessionPresent && (packet.reasonCode ?? packet.returnCode) !== 0) {
    reader.check('SESSION_PRESENT_WITH_ERROR', start);
  }
  reader.finish();
  return packet;
}

function readVersion4(reader: PacketReader, sessionPresent: boolean): ConnackPacket {
  const start = reader.position;
  const returnCode = reader.uint8();
  if (returnCode >= CONNACK_RETURN_CODES.length) {
    reader.check('CONNACK_RETURN_CODE', start, undefined, `${returnCode}`);
  }
  const packet = blankPacket(reader, 'connack');
  packet.sessionPresent = sessionPresent;
  packet.returnCode = returnCode;
  return packet;
}

function readVersion5(reader: PacketReader, sessionPresent: boolean): ConnackPacket {
  let reasonCode: number;
  if (reader.remainingLength > 2) {
    reasonCode = readReasonCode(reader, 'connack');
  } else {
    // A server of an earlier version refuses an MQTT 5.0 client so, with a return code of that version.
    reader.check('CONNACK_SHORT', reader.end);
    reasonCode = reader.atEnd ? 0 : reader.uint8();
  }
  const packet = blankPacket(reader, 'connack');
  packet.sessionPresent = sessionPresent;
  packet.reasonCode = reasonCode;
  const properties = reader.atEnd ? undefined : readProperties(reader, 'connack');
  if (properties !== undefined) packet.properties = properties;
  return packet;
}
