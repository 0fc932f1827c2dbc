import type { ProtocolVersion } from '../../../src/protocol/packet-types.ts';
import type { RuleCode } from '../../../src/protocol/rules.ts';
import { type Case, decodes, encodes, type Row, refuses, refusesToEncode, row } from '../cases.ts';
import { KEEP_ALIVE, MQTT_5, MQTT_311, packet, string } from '../wire.ts';

const FILTER_INVALID = 0x8f;
const NAME_INVALID = 0x90;
const PROTOCOL_ERROR = 0x82;

const inSubscribe = (version: ProtocolVersion, filter: string) =>
  packet('82', '0001', version === 5 ? '00' : '', string(filter), '00');
const inUnsubscribe = (version: ProtocolVersion, filter: string) =>
  packet('A2', '0001', version === 5 ? '00' : '', string(filter));

/** Filters that are refused in SUBSCRIBE and in UNSUBSCRIBE, by the decoder and by the encoder. */
function refused(version: ProtocolVersion, code: RuleCode, clause: string, filters: string[]): Case[] {
  return filters.flatMap((filter) => [
    refuses(`'${filter}' in SUBSCRIBE`, inSubscribe(version, filter), code, FILTER_INVALID, clause),
    refuses(`'${filter}' in UNSUBSCRIBE`, inUnsubscribe(version, filter), code, FILTER_INVALID, clause),
    refusesToEncode(
      `'${filter}' in SUBSCRIBE`,
      { cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: filter, qos: 0 }] },
      code,
      clause,
    ),
    refusesToEncode(
      `'${filter}' in UNSUBSCRIBE`,
      { cmd: 'unsubscribe', messageId: 1, unsubscriptions: [filter] },
      code,
      clause,
    ),
  ]);
}

function accepted(version: ProtocolVersion, filters: string[]): Case[] {
  return filters.flatMap((filter) => [
    decodes(`'${filter}' in SUBSCRIBE`, inSubscribe(version, filter), { subscriptions: [{ topic: filter }] }),
    decodes(`'${filter}' in UNSUBSCRIBE`, inUnsubscribe(version, filter), { unsubscriptions: [filter] }),
    encodes(
      `'${filter}' in UNSUBSCRIBE`,
      { cmd: 'unsubscribe', messageId: 1, unsubscriptions: [filter] },
      inUnsubscribe(version, filter),
    ),
  ]);
}

const will311 = (topic: string) =>
  packet('10', MQTT_311, '06', KEEP_ALIVE, string('c'), string(topic), '0000');
const will5 = (topic: string) =>
  packet('10', MQTT_5, '06', KEEP_ALIVE, '00', string('c'), '00', string(topic), '0000');
const connect = (protocolVersion: 4 | 5, topic: string) => ({
  cmd: 'connect',
  protocolVersion,
  clientId: 'c',
  will: { topic, payload: '' },
});

export const rows: Row[] = [
  row(
    'MQTT-4.7.1-1',
    '3.1.1',
    ...['+', 'a/+/b', '#', 'a/#'].flatMap((topic) => [
      refuses(
        `'${topic}' in PUBLISH`,
        packet('30', string(topic)),
        'TOPIC_NAME_WILDCARD',
        NAME_INVALID,
        'MQTT-3.3.2-2',
      ),
      refuses(`'${topic}' in the will`, will311(topic), 'TOPIC_NAME_WILDCARD', NAME_INVALID, 'MQTT-4.7.1-1'),
      refusesToEncode(`'${topic}' in the will`, connect(4, topic), 'TOPIC_NAME_WILDCARD', 'MQTT-4.7.1-1'),
    ]),
    decodes("'a/b' in the will", will311('a/b'), { will: { topic: 'a/b' } }),
  ),
  row(
    'MQTT-4.7.1-2',
    '3.1.1',
    refused(4, 'TOPIC_FILTER_MULTI_LEVEL_WILDCARD', 'MQTT-4.7.1-2', [
      'a#',
      '#/a',
      'a/#/b',
      '##',
      'a/b#',
      '#a',
    ]),
    accepted(4, ['#', 'a/#', '/#', 'a//#']),
  ),
  row(
    'MQTT-4.7.1-3',
    '3.1.1',
    refused(4, 'TOPIC_FILTER_SINGLE_LEVEL_WILDCARD', 'MQTT-4.7.1-3', ['a+', '+a/b', 'a/+b', '++', 'a/b+/c']),
    accepted(4, ['+', '+/+', '/+', 'a/+/b', '+/#', '+/']),
  ),
  row(
    'MQTT-4.7.3-1',
    '3.1.1',
    refuses('topic name', packet('30', '0000'), 'TOPIC_NAME_EMPTY', PROTOCOL_ERROR, 'MQTT-4.7.3-1'),
    refuses('will topic', will311(''), 'TOPIC_NAME_EMPTY', PROTOCOL_ERROR, 'MQTT-4.7.3-1'),
    refused(4, 'TOPIC_FILTER_EMPTY', 'MQTT-4.7.3-1', ['']),
    refusesToEncode('topic name', { cmd: 'publish', topic: '' }, 'TOPIC_NAME_EMPTY', 'MQTT-4.7.3-1'),
    decodes('one character', packet('30', string('/')), { topic: '/' }),
    accepted(4, ['/', ' ']),
  ),
  row(
    'MQTT-4.7.0-1',
    '5',
    ...['+', 'a/+/b', '#', 'a/#'].flatMap((topic) => [
      refuses(
        `'${topic}' in PUBLISH`,
        packet('30', string(topic), '00'),
        'TOPIC_NAME_WILDCARD',
        NAME_INVALID,
        'MQTT-3.3.2-2',
      ),
      refuses(`'${topic}' in the will`, will5(topic), 'TOPIC_NAME_WILDCARD', NAME_INVALID, 'MQTT-4.7.0-1'),
      refusesToEncode(`'${topic}' in the will`, connect(5, topic), 'TOPIC_NAME_WILDCARD', 'MQTT-4.7.0-1'),
    ]),
  ),
  row(
    'MQTT-4.7.1-1',
    '5',
    refused(5, 'TOPIC_FILTER_MULTI_LEVEL_WILDCARD', 'MQTT-4.7.1-1', [
      'a#',
      '#/a',
      'a/#/b',
      '##',
      '$share/g/a#',
      '$share/g/#/a',
    ]),
    accepted(5, ['#', 'a/#', '$share/g/#']),
  ),
  row(
    'MQTT-4.7.1-2',
    '5',
    refused(5, 'TOPIC_FILTER_SINGLE_LEVEL_WILDCARD', 'MQTT-4.7.1-2', [
      'a+',
      '+a/b',
      '++',
      '$share/g/a+',
      '$share/g/+a',
    ]),
    accepted(5, ['+', '+/+', 'a/+/b', '$share/g/+', '$share/g/+/#']),
  ),
  row(
    'MQTT-4.7.3-1',
    '5',
    refused(5, 'TOPIC_FILTER_EMPTY', 'MQTT-4.7.3-1', ['']),
    refuses('will topic', will5(''), 'TOPIC_NAME_EMPTY', PROTOCOL_ERROR, 'MQTT-4.7.3-1'),
    refuses(
      'response topic',
      packet('30', string('t'), '03 08 0000'),
      'TOPIC_NAME_EMPTY',
      PROTOCOL_ERROR,
      'MQTT-4.7.3-1',
    ),
    refusesToEncode('will topic', connect(5, ''), 'TOPIC_NAME_EMPTY', 'MQTT-4.7.3-1'),
    accepted(5, ['/']),
  ),
  row(
    'MQTT-4.8.2-1',
    '5',
    refused(5, 'SHARE_NAME_EMPTY', 'MQTT-4.8.2-1', ['$share//t', '$share/', '$share//']),
    accepted(5, ['$share/g/t', '$share', '$shared/t', '$SYS/share']),
    decodes('3.1.1 knows no shared subscriptions', inSubscribe(5, '$sharex//t'), {}),
  ),
  row(
    'MQTT-4.8.2-2',
    '5',
    refused(5, 'SHARE_NAME_INVALID', 'MQTT-4.8.2-2', [
      '$share/g+/t',
      '$share/#/t',
      '$share/+/t',
      '$share/g/',
      '$share/g',
    ]),
    accepted(5, ['$share/g//', '$share/$g/t', '$share/g/$SYS/t']),
  ),
];
