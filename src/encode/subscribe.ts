import { SUBSCRIBE_FILTER } from '../protocol/fields.ts';
import {
  PACKET_TYPES,
  SUBSCRIPTION_NO_LOCAL,
  SUBSCRIPTION_RETAIN_AS_PUBLISHED,
  SUBSCRIPTION_RETAIN_HANDLING_SHIFT,
} from '../protocol/packet-types.ts';
import type { EncodableOf, Subscription } from '../protocol/packets.ts';
import { SHARE_PREFIX } from '../topics/names.ts';
import { writeLengthBefore, writeUint8 } from './bytes.ts';
import { describe, fail, failIfEnforced } from './fail.ts';
import { flagBit, listOf, qosBits, unsigned, writePacketIdentifier } from './fields.ts';
import type { PacketContext } from './options.ts';
import { propertiesOf, writeProperties } from './properties.ts';
import { writeTopicFilter } from './topic-filter.ts';

const SUBSCRIBE_PROPERTIES = propertiesOf('subscribe');
const FILTER = { name: 'topic', ...SUBSCRIBE_FILTER };

/** Writes a SUBSCRIBE (MQTT5 section 3.8); before version 5 a subscription has no options but its QoS. */
export function writeSubscribe(
  bytes: Uint8Array,
  offset: number,
  packet: EncodableOf<'subscribe'>,
  context: PacketContext,
): number {
  const { type, flags } = PACKET_TYPES.subscribe;
  let position = writeUint8(bytes, offset, (type << 4) | flags) + 1;
  position = writePacketIdentifier(bytes, position, packet.messageId, context);
  if (context.protocolVersion === 5) {
    position = writeProperties(bytes, position, packet.properties, SUBSCRIBE_PROPERTIES, context);
  }
  for (const subscription of listOf(packet.subscriptions, 'subscriptions', 'SUBSCRIPTIONS_EMPTY', context)) {
    position = writeSubscription(bytes, position, subscription, context);
  }
  return writeLengthBefore(bytes, offset + 1, 1, position);
}

function writeSubscription(
  bytes: Uint8Array,
  position: number,
  subscription: unknown,
  context: PacketContext,
): number {
  if (typeof subscription !== 'object' || subscription === null) {
    fail('FIELD_INVALID', context, `subscription is ${describe(subscription)}`);
  }
  const { topic, qos, nl, rap, rh = 0 } = subscription as Subscription;
  position = writeTopicFilter(bytes, position, topic, FILTER, context);
  let options: number = qosBits(qos, 'qos', context, 'SUBSCRIPTION_QOS');
  if (context.protocolVersion === 5) {
    if (flagBit(nl, 'nl', context)) {
      options |= SUBSCRIPTION_NO_LOCAL;
      if (topic.startsWith(SHARE_PREFIX)) failIfEnforced('SHARED_SUBSCRIPTION_NO_LOCAL', context);
    }
    if (flagBit(rap, 'rap', context)) options |= SUBSCRIPTION_RETAIN_AS_PUBLISHED;
    if (rh === 3) fail('RETAIN_HANDLING', context);
    options |= unsigned(rh, 2, 'rh', context) << SUBSCRIPTION_RETAIN_HANDLING_SHIFT;
  }
  return writeUint8(bytes, position, options);
}
