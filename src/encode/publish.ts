import { PACKET_TYPES, PUBLISH_DUP, PUBLISH_QOS_SHIFT } from '../protocol/packet-types.ts';
import type { EncodablePublish, QoS } from '../protocol/packets.ts';
import { isBytes, varintLength, writeLengthBefore, writeUint8 } from './bytes.ts';
import { describe, fail, failIfEnforced } from './fail.ts';
import { flagBit, qosBits, writePacketIdentifier } from './fields.ts';
import type { PacketContext } from './options.ts';
import { checkPayloadFormat, payloadOf, writePayload } from './payload.ts';
import { propertiesOf, writeProperties } from './properties.ts';
import { writePublishTopic } from './topic-name.ts';

const PUBLISH_PROPERTIES = propertiesOf('publish');

/** The bits of the first byte that are 0 for QoS 0 only. */
const PUBLISH_QOS = 3 << PUBLISH_QOS_SHIFT;

/** How a PUBLISH is delivered to one receiver: the fields that do not belong to the message itself. */
export interface PublishDelivery {
  /** Default 0. */
  qos?: QoS | undefined;
  /** Default false. */
  dup?: boolean | undefined;
  /** Default false. */
  retain?: boolean | undefined;
  /** Packet identifier, 1 to 65,535, for QoS 1 and 2; not used for QoS 0. */
  messageId?: number | undefined;
}

/**
 * The first byte of a PUBLISH. Throws FIELD_INVALID, QOS_RESERVED and DUP_WITHOUT_QOS (MQTT-3.3.1-2); at `compat`, DUP
 * is left out where the QoS is 0, because brokers forward it from a message of QoS 1 to a subscriber of QoS 0.
 */
export function publishFirstByte(delivery: PublishDelivery, context: PacketContext): number {
  const { qos: givenQos = 0 } = delivery;
  const qos = qosBits(givenQos, 'qos', context, 'QOS_RESERVED');
  let dup = flagBit(delivery.dup, 'dup', context);
  if (dup && qos === 0) {
    failIfEnforced('DUP_WITHOUT_QOS', context);
    dup = 0;
  }
  const retain = flagBit(delivery.retain, 'retain', context);
  return (PACKET_TYPES.publish.type << 4) | (dup && PUBLISH_DUP) | (qos << PUBLISH_QOS_SHIFT) | retain;
}

/** Writes a PUBLISH (MQTT5 section 3.3). */
export function writePublish(
  bytes: Uint8Array,
  offset: number,
  packet: EncodablePublish,
  context: PacketContext,
): number {
  const { topic } = packet;
  if (typeof topic !== 'string' && !isBytes(topic)) {
    fail('FIELD_INVALID', context, `topic is ${describe(topic)}`);
  }
  const payload = payloadOf(packet.payload, 'payload', context);
  const firstByte = publishFirstByte(packet, context);

  // A character takes a byte at least: with this many left for the remaining length, long payloads hardly ever move.
  const reserved = varintLength(topic.length + payload.length + 2);
  let position = writeUint8(bytes, offset, firstByte) + reserved;
  position = writePublishTopic(bytes, position, topic, context);
  if (firstByte & PUBLISH_QOS) position = writePacketIdentifier(bytes, position, packet.messageId, context);
  let hasAlias = false;
  if (context.protocolVersion === 5) {
    const { properties } = packet;
    position = writeProperties(bytes, position, properties, PUBLISH_PROPERTIES, context);
    checkPayloadFormat(payload, properties, context);
    hasAlias = properties?.topicAlias !== undefined;
  }
  if (topic.length === 0 && !hasAlias) {
    failIfEnforced(
      context.protocolVersion === 5 ? 'TOPIC_NAME_EMPTY_WITHOUT_ALIAS' : 'TOPIC_NAME_EMPTY',
      context,
    );
  }
  position = writePayload(bytes, position, payload, context);
  return writeLengthBefore(bytes, offset + 1, reserved, position);
}
