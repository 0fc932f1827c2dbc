import type { AuthPacket } from '../protocol/packets.ts';
import { blankPacket } from './blank.ts';
import { readProperties } from './properties.ts';
import type { PacketReader } from './reader.ts';
import { checkReasonCode, readReasonCode } from './reason-code.ts';

/**
 * Reads an AUTH (MQTT5 section 3.15). Only one that is empty altogether, which means reason code 0, may do without an
 * authentication method (sections 3.15.2.1 and 3.15.2.2.2).
 */
export function readAuth(reader: PacketReader): AuthPacket {
  const start = reader.position;
  const empty = reader.atEnd;
  const packet = blankPacket(reader, 'auth');
  packet.reasonCode = empty ? 0 : readReasonCode(reader, 'auth');
  if (empty) {
    checkReasonCode(reader, 'auth', 0, start);
    return packet;
  }
  const propertiesStart = reader.position;
  const properties = reader.atEnd ? undefined : readProperties(reader, 'auth');
  if (properties?.authenticationMethod === undefined)
    reader.check('AUTHENTICATION_METHOD_MISSING', propertiesStart);
  if (properties !== undefined) packet.properties = properties;
  reader.finish();
  return packet;
}
