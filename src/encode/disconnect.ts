import { PACKET_TYPES } from '../protocol/packet-types.ts';
import type { EncodableOf } from '../protocol/packets.ts';
import { writeLengthBefore, writeUint8 } from './bytes.ts';
import type { PacketContext } from './options.ts';
import { propertiesOf } from './properties.ts';
import { writeReason } from './reason.ts';

const DISCONNECT_PROPERTIES = propertiesOf('disconnect');

/** Writes a DISCONNECT (MQTT5 section 3.14), which is empty before version 5. */
export function writeDisconnect(
  bytes: Uint8Array,
  offset: number,
  packet: EncodableOf<'disconnect'>,
  context: PacketContext,
): number {
  let position = writeUint8(bytes, offset, PACKET_TYPES.disconnect.type << 4) + 1;
  if (context.protocolVersion === 5) {
    position = writeReason(bytes, position, packet, DISCONNECT_PROPERTIES, context);
  }
  return writeLengthBefore(bytes, offset + 1, 1, position);
}
