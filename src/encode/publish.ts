import { PACKET_TYPES, PUBLISH_DUP, PUBLISH_QOS_SHIFT } from '../protocol/packet-types.ts';
import type { EncodablePublish } from '../protocol/packets.ts';
import { isBytes, varintLength, writeLengthBefore, writeUint8 } from './bytes.ts';
import { describe, fail } from './fail.ts';
import { flagBit, qosBits, writePacketIdentifier } from './fields.ts';
import type { PacketContext } from './options.ts';
import { checkPayloadFormat, payloadOf, writePayload } from './payload.ts';
import { propertiesOf, writeProperties } from './properties.ts';
import { writePublishTopic } from './topic-name.ts';

const PUBLISH_PROPERTIES = propertiesOf('publish');

/** Writes a PUBLISH (MQTT5 section 3.3). */
export function writePublish(
  bytes: Uint8Array,
  offset: number,
  packet: EncodablePublish,
  context: PacketContext,
): number {
  const { topic, qos: givenQos = 0 } = packet;
  if (typeof topic !== 'string' && !isBytes(topic)) {
    fail('FIELD_INVALID', context, `topic is ${describe(topic)}`);
  }
  const payload = payloadOf(packet.payload, 'payload', context);
  const qos = qosBits(givenQos, 'qos', context, 'QOS_RESERVED');
  const dup = flagBit(packet.dup, 'dup', context);
  if (dup && qos === 0) fail('DUP_WITHOUT_QOS', context);
  const retain = flagBit(packet.retain, 'retain', context);
  const flags = (dup && PUBLISH_DUP) | (qos << PUBLISH_QOS_SHIFT) | retain;

  // A character takes a byte at least: with this many left for the remaining length, long payloads hardly ever move.
  const reserved = varintLength(topic.length + payload.length + 2);
  let position = writeUint8(bytes, offset, (PACKET_TYPES.publish.type << 4) | flags) + reserved;
  position = writePublishTopic(bytes, position, topic, context);
  if (qos !== 0) position = writePacketIdentifier(bytes, position, packet.messageId, context);
  let hasAlias = false;
  if (context.protocolVersion === 5) {
    const { properties } = packet;
    position = writeProperties(bytes, position, properties, PUBLISH_PROPERTIES, context);
    checkPayloadFormat(payload, properties, context);
    hasAlias = properties?.topicAlias !== undefined;
  }
  if (topic.length === 0 && !hasAlias) {
    fail(context.protocolVersion === 5 ? 'TOPIC_NAME_EMPTY_WITHOUT_ALIAS' : 'TOPIC_NAME_EMPTY', context);
  }
  position = writePayload(bytes, position, payload, context);
  return writeLengthBefore(bytes, offset + 1, reserved, position);
}
