import type { PingreqPacket, PingrespPacket } from '../protocol/packets.ts';
import { blankPacket } from './blank.ts';
import type { PacketReader } from './reader.ts';

/** Reads a PINGREQ (MQTT5 section 3.12). */
export function readPingreq(reader: PacketReader): PingreqPacket {
  reader.finish();
  return blankPacket(reader, 'pingreq');
}

/** Reads a PINGRESP (MQTT5 section 3.13). */
export function readPingresp(reader: PacketReader): PingrespPacket {
  reader.finish();
  return blankPacket(reader, 'pingresp');
}
