import { UNSUBSCRIBE_FILTER } from '../protocol/fields.ts';
import { PACKET_TYPES } from '../protocol/packet-types.ts';
import type { EncodableOf } from '../protocol/packets.ts';
import { writeLengthBefore, writeUint8 } from './bytes.ts';
import { listOf, writePacketIdentifier } from './fields.ts';
import type { PacketContext } from './options.ts';
import { propertiesOf, writeProperties } from './properties.ts';
import { writeTopicFilter } from './topic-filter.ts';

const UNSUBSCRIBE_PROPERTIES = propertiesOf('unsubscribe');
const FILTER = { name: 'unsubscriptions', ...UNSUBSCRIBE_FILTER };

/** Writes an UNSUBSCRIBE (MQTT5 section 3.10). */
export function writeUnsubscribe(
  bytes: Uint8Array,
  offset: number,
  packet: EncodableOf<'unsubscribe'>,
  context: PacketContext,
): number {
  const { type, flags } = PACKET_TYPES.unsubscribe;
  let position = writeUint8(bytes, offset, (type << 4) | flags) + 1;
  position = writePacketIdentifier(bytes, position, packet.messageId, context);
  if (context.protocolVersion === 5) {
    position = writeProperties(bytes, position, packet.properties, UNSUBSCRIBE_PROPERTIES, context);
  }
  for (const filter of listOf(packet.unsubscriptions, 'unsubscriptions', 'UNSUBSCRIPTIONS_EMPTY', context)) {
    position = writeTopicFilter(bytes, position, filter, FILTER, context);
  }
  return writeLengthBefore(bytes, offset + 1, 1, position);
}
