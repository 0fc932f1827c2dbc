import { TOPIC_NAME } from '../protocol/fields.ts';
import { PUBLISH_QOS_SHIFT, PUBLISH_RETAIN } from '../protocol/packet-types.ts';
import type { PublishPacket, QoS } from '../protocol/packets.ts';
import { checkPayloadFormat } from './payload-format.ts';
import { readProperties } from './properties.ts';
import type { PacketReader } from './reader.ts';
import { readTopicName } from './topics.ts';

/** Reads a PUBLISH (MQTT5 section 3.3). */
export function readPublish(reader: PacketReader): PublishPacket {
  const qos = ((reader.firstByte >> PUBLISH_QOS_SHIFT) & 3) as QoS;
  const topicStart = reader.position;
  const topic = readTopicName(reader, TOPIC_NAME);
  if (topic.length === 0 && reader.version < 5) reader.check('TOPIC_NAME_EMPTY', topicStart);
  const messageId = qos === 0 ? 0 : reader.packetIdentifier();
  const properties = reader.version === 5 ? readPublishProperties(reader, topic, topicStart) : undefined;
  const packet: PublishPacket = {
    cmd: 'publish',
    retain: (reader.firstByte & PUBLISH_RETAIN) !== 0,
    qos,
    dup: reader.dup,
    length: reader.remainingLength,
    topic,
    payload: reader.rest(),
  };
  if (qos !== 0) packet.messageId = messageId;
  if (properties !== undefined) packet.properties = properties;
  return packet;
}

function readPublishProperties(reader: PacketReader, topic: string, topicStart: number) {
  const start = reader.position;
  const properties = readProperties(reader, 'publish');
  if (topic.length === 0 && properties?.topicAlias === undefined) {
    reader.check('TOPIC_NAME_EMPTY_WITHOUT_ALIAS', topicStart);
  }
  if (properties === undefined) return undefined;
  if (properties.subscriptionIdentifier !== undefined && reader.settings.sender === 'client') {
    reader.check('SUBSCRIPTION_IDENTIFIER_FROM_CLIENT', start);
  }
  if (properties.payloadFormatIndicator === true) {
    checkPayloadFormat(reader, reader.position, reader.position, reader.end);
  }
  return properties;
}
