import { UNSUBSCRIBE_FILTER } from '../protocol/fields.ts';
import type { UnsubscribePacket } from '../protocol/packets.ts';
import { blankPacket } from './blank.ts';
import { readProperties } from './properties.ts';
import type { PacketReader } from './reader.ts';
import { readTopicFilter } from './topics.ts';

/** Reads an UNSUBSCRIBE (MQTT5 section 3.10). */
export function readUnsubscribe(reader: PacketReader): UnsubscribePacket {
  const messageId = reader.packetIdentifier();
  const properties = reader.version === 5 ? readProperties(reader, 'unsubscribe') : undefined;
  if (reader.atEnd) reader.check('UNSUBSCRIPTIONS_EMPTY', reader.position);
  const unsubscriptions: string[] = [];
  while (!reader.atEnd) unsubscriptions.push(readTopicFilter(reader, UNSUBSCRIBE_FILTER));
  const packet = blankPacket(reader, 'unsubscribe');
  packet.unsubscriptions = unsubscriptions;
  packet.messageId = messageId;
  if (properties !== undefined) packet.properties = properties;
  return packet;
}
