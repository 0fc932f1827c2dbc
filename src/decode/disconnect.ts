import type { DisconnectPacket } from '../protocol/packets.ts';
import { blankPacket } from './blank.ts';
import { readProperties } from './properties.ts';
import type { PacketReader } from './reader.ts';
import { readReasonCode } from './reason-code.ts';

/**
 * Reads a DISCONNECT. In MQTT 5.0 the property length may be left out, and with it a reason code of 0
 * (MQTT5 section 3.14.2); before, there is nothing to read.
 */
export function readDisconnect(reader: PacketReader): DisconnectPacket {
  const packet = blankPacket(reader, 'disconnect');
  if (reader.version === 5) {
    packet.reasonCode = reader.atEnd ? 0 : readReasonCode(reader, 'disconnect');
    const start = reader.position;
    const properties = reader.atEnd ? undefined : readProperties(reader, 'disconnect');
    if (properties !== undefined) packet.properties = properties;
    if (properties?.sessionExpiryInterval !== undefined && reader.settings.sender === 'server') {
      reader.check('SESSION_EXPIRY_FROM_SERVER', start);
    }
  }
  reader.finish();
  return packet;
}
