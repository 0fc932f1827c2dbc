import { SUBSCRIBE_FILTER, SUBSCRIPTION_OPTIONS } from '../protocol/fields.ts';
import {
  SUBSCRIPTION_NO_LOCAL,
  SUBSCRIPTION_RETAIN_AS_PUBLISHED,
  SUBSCRIPTION_RETAIN_HANDLING_SHIFT,
} from '../protocol/packet-types.ts';
import type { QoS, SubscribePacket, Subscription } from '../protocol/packets.ts';
import { SHARE_PREFIX } from '../topics/names.ts';
import { blankPacket } from './blank.ts';
import { readProperties } from './properties.ts';
import type { PacketReader } from './reader.ts';
import { readTopicFilter } from './topics.ts';

const RESERVED_OPTIONS = 0xfc;
const RESERVED_OPTIONS_V5 = 0xc0;

/** Reads a SUBSCRIBE (MQTT5 section 3.8). */
export function readSubscribe(reader: PacketReader): SubscribePacket {
  const messageId = reader.packetIdentifier();
  const properties = reader.version === 5 ? readProperties(reader, 'subscribe') : undefined;
  if (reader.atEnd) reader.check('SUBSCRIPTIONS_EMPTY', reader.position);
  const subscriptions: Subscription[] = [];
  while (!reader.atEnd) subscriptions.push(readSubscription(reader));
  const packet = blankPacket(reader, 'subscribe');
  packet.subscriptions = subscriptions;
  packet.messageId = messageId;
  if (properties !== undefined) packet.properties = properties;
  return packet;
}

function readSubscription(reader: PacketReader): Subscription {
  const topic = readTopicFilter(reader, SUBSCRIBE_FILTER);
  const start = reader.position;
  const options = reader.uint8(SUBSCRIPTION_OPTIONS);
  const reserved = reader.version === 5 ? RESERVED_OPTIONS_V5 : RESERVED_OPTIONS;
  if ((options & reserved) !== 0) reader.check('SUBSCRIPTION_OPTIONS_RESERVED', start);
  const qos = (options & 3) as QoS;
  if (options % 4 === 3) reader.fail('SUBSCRIPTION_QOS', start);
  if (reader.version < 5) return { topic, qos };
  const nl = (options & SUBSCRIPTION_NO_LOCAL) !== 0;
  const rap = (options & SUBSCRIPTION_RETAIN_AS_PUBLISHED) !== 0;
  const rh = (options >> SUBSCRIPTION_RETAIN_HANDLING_SHIFT) & 3;
  if (rh === 3) reader.check('RETAIN_HANDLING', start);
  if (nl && topic.startsWith(SHARE_PREFIX)) reader.check('SHARED_SUBSCRIPTION_NO_LOCAL', start);
  return { topic, qos, nl, rap, rh };
}
