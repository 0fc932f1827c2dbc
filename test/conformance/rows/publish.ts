import { decodes, encodes, type Row, refuses, refusesToEncode, row } from '../cases.ts';
import { field, packet, properties, string } from '../wire.ts';

const T = string('t');
const publish = { cmd: 'publish', topic: 't' } as const;

export const rows: Row[] = [
  row(
    'MQTT-3.3.1-2',
    '3.1.1',
    refuses('first byte 38', packet('38', T), 'DUP_WITHOUT_QOS', 0x81, 'MQTT-3.3.1-2'),
    refuses('first byte 39', packet('39', T), 'DUP_WITHOUT_QOS', 0x81, 'MQTT-3.3.1-2'),
    decodes('first byte 3A', packet('3A', T, '0001'), { dup: true, qos: 1 }),
    refusesToEncode('DUP with QoS 0', { ...publish, dup: true }, 'DUP_WITHOUT_QOS', 'MQTT-3.3.1-2'),
    encodes('DUP with QoS 1', { ...publish, dup: true, qos: 1, messageId: 1 }, packet('3A', T, '0001')),
  ),
  row(
    'MQTT-3.3.1-4',
    '3.1.1',
    refuses('first byte 36', packet('36', T, '0001'), 'QOS_RESERVED', 0x81, 'MQTT-3.3.1-4'),
    refuses('first byte 3F', packet('3F', T, '0001'), 'QOS_RESERVED', 0x81, 'MQTT-3.3.1-4'),
    decodes('first byte 34', packet('34', T, '0001'), { qos: 2 }),
    refusesToEncode('QoS 3', { ...publish, qos: 3, messageId: 1 }, 'QOS_RESERVED', 'MQTT-3.3.1-4'),
  ),
  row(
    'MQTT-3.3.2-1',
    '3.1.1',
    refuses('empty body', '30 00', 'PACKET_TRUNCATED', 0x81, 'MQTT-3.3.2-1'),
    refuses('half a length', '30 01 00', 'PACKET_TRUNCATED', 0x81, 'MQTT-3.3.2-1'),
    refuses('topic cut short', '30 03 0002 74', 'PACKET_TRUNCATED', 0x81, 'MQTT-3.3.2-1'),
    refuses('ill-formed', packet('30', field('74 FF')), 'STRING_NOT_UTF8', 0x81, 'MQTT-3.3.2-1'),
    decodes('topic only', packet('30', T), { topic: 't', payload: new Uint8Array(0) }),
    encodes('topic first', { ...publish, qos: 1, messageId: 258, payload: 'p' }, packet('32', T, '0102 70')),
  ),
  row(
    'MQTT-3.3.2-2',
    '3.1.1',
    ...['a/+', '#', 'a#b', '+'].flatMap((topic) => [
      refuses(topic, packet('30', string(topic)), 'TOPIC_NAME_WILDCARD', 0x90, 'MQTT-3.3.2-2'),
      refusesToEncode(topic, { cmd: 'publish', topic }, 'TOPIC_NAME_WILDCARD', 'MQTT-3.3.2-2'),
    ]),
    decodes('neighbours of the wildcards', packet('30', string('"*,$')), { topic: '"*,$' }),
  ),
  row(
    'MQTT-3.3.1-2',
    '5',
    refuses('first byte 38', packet('38', T, '00'), 'DUP_WITHOUT_QOS', 0x81, 'MQTT-3.3.1-2'),
    refusesToEncode('DUP with QoS 0', { ...publish, dup: true }, 'DUP_WITHOUT_QOS', 'MQTT-3.3.1-2'),
  ),
  row(
    'MQTT-3.3.1-4',
    '5',
    refuses('first byte 36', packet('36', T, '0001 00'), 'QOS_RESERVED', 0x81, 'MQTT-3.3.1-4'),
    refusesToEncode('QoS 3', { ...publish, qos: 3, messageId: 1 }, 'QOS_RESERVED', 'MQTT-3.3.1-4'),
  ),
  row(
    'MQTT-3.3.2-1',
    '5',
    refuses('empty body', '30 00', 'PACKET_TRUNCATED', 0x81, 'MQTT-3.3.2-1'),
    refuses('topic cut short', '30 03 0002 74', 'PACKET_TRUNCATED', 0x81, 'MQTT-3.3.2-1'),
    refuses('ill-formed', packet('30', field('74 FF'), '00'), 'STRING_NOT_UTF8', 0x81, 'MQTT-3.3.2-1'),
    encodes(
      'topic, identifier, properties, payload',
      { ...publish, qos: 1, messageId: 258, payload: 'p' },
      packet('32', T, '0102 00 70'),
    ),
  ),
  row(
    'MQTT-3.3.2-2',
    '5',
    ...['a/+', '#', 'a#b'].flatMap((topic) => [
      refuses(topic, packet('30', string(topic), '00'), 'TOPIC_NAME_WILDCARD', 0x90, 'MQTT-3.3.2-2'),
      refusesToEncode(topic, { cmd: 'publish', topic }, 'TOPIC_NAME_WILDCARD', 'MQTT-3.3.2-2'),
    ]),
  ),
  row(
    'MQTT5 section 3.3.2.3.2',
    '5',
    refuses('2', packet('30', T, properties('01 02')), 'PROPERTY_VALUE', 0x82, 'MQTT5 section 3.3.2.3.2'),
    refuses('255', packet('30', T, properties('01 FF')), 'PROPERTY_VALUE', 0x82, 'MQTT5 section 3.3.2.3.2'),
    decodes('0', packet('30', T, properties('01 00')), { properties: { payloadFormatIndicator: false } }),
    decodes('1', packet('30', T, properties('01 01')), { properties: { payloadFormatIndicator: true } }),
    refusesToEncode(
      '2',
      { ...publish, properties: { payloadFormatIndicator: 2 } },
      'PROPERTY_VALUE',
      'MQTT5 section 3.3.2.3.2',
    ),
    encodes(
      'true',
      { ...publish, properties: { payloadFormatIndicator: true } },
      packet('30', T, properties('01 01')),
    ),
  ),
  row(
    'MQTT-3.3.2-8',
    '5',
    refuses('alias 0', packet('30', T, properties('23 0000')), 'TOPIC_ALIAS_ZERO', 0x94, 'MQTT-3.3.2-8'),
    refusesToEncode(
      'alias 0',
      { ...publish, properties: { topicAlias: 0 } },
      'TOPIC_ALIAS_ZERO',
      'MQTT-3.3.2-8',
    ),
  ),
  row(
    'MQTT-3.3.2-10',
    '5',
    ...(
      [
        [1, '0001'],
        [256, '0100'],
        [65_535, 'FFFF'],
      ] as const
    ).flatMap(([topicAlias, wire]) => [
      decodes(
        `alias ${topicAlias}`,
        packet('30', T, properties('23', wire)),
        { properties: { topicAlias } },
        { sender: 'server' },
      ),
      encodes(
        `alias ${topicAlias}`,
        { ...publish, properties: { topicAlias } },
        packet('30', T, properties('23', wire)),
      ),
    ]),
  ),
  row(
    'MQTT5 section 3.3.2.1',
    '5',
    refuses('no alias', '30 03 0000 00', 'TOPIC_NAME_EMPTY_WITHOUT_ALIAS', 0x82, 'MQTT5 section 3.3.2.1'),
    refuses(
      'other properties',
      packet('30', '0000', properties('01 00')),
      'TOPIC_NAME_EMPTY_WITHOUT_ALIAS',
      0x82,
      'MQTT5 section 3.3.2.1',
    ),
    decodes('alias', packet('30', '0000', properties('23 0001')), {
      topic: '',
      properties: { topicAlias: 1 },
    }),
    refusesToEncode(
      'no alias',
      { cmd: 'publish', topic: '' },
      'TOPIC_NAME_EMPTY_WITHOUT_ALIAS',
      'MQTT5 section 3.3.2.1',
    ),
    encodes(
      'alias',
      { cmd: 'publish', topic: '', properties: { topicAlias: 1 } },
      packet('30', '0000', properties('23 0001')),
    ),
  ),
  row(
    'MQTT-3.3.2-13',
    '5',
    refuses(
      'ill-formed',
      packet('30', T, properties('08', field('C3'))),
      'STRING_NOT_UTF8',
      0x81,
      'MQTT-3.3.2-13',
    ),
    decodes('well-formed', packet('30', T, properties('08', field('C3A9'))), {
      properties: { responseTopic: 'é' },
    }),
    refusesToEncode(
      'lone surrogate',
      { ...publish, properties: { responseTopic: '\ud800' } },
      'STRING_NOT_UTF8',
      'MQTT-3.3.2-13',
    ),
  ),
  row(
    'MQTT-3.3.2-14',
    '5',
    ...['a/+', '#', 'a#'].flatMap((responseTopic) => [
      refuses(
        responseTopic,
        packet('30', T, properties('08', string(responseTopic))),
        'TOPIC_NAME_WILDCARD',
        0x90,
        'MQTT-3.3.2-14',
      ),
      refusesToEncode(
        responseTopic,
        { ...publish, properties: { responseTopic } },
        'TOPIC_NAME_WILDCARD',
        'MQTT-3.3.2-14',
      ),
    ]),
    encodes(
      'a/b',
      { ...publish, properties: { responseTopic: 'a/b' } },
      packet('30', T, properties('08', string('a/b'))),
    ),
  ),
  row(
    'MQTT-3.3.2-19',
    '5',
    refuses(
      'ill-formed',
      packet('30', T, properties('03', field('FF'))),
      'STRING_NOT_UTF8',
      0x81,
      'MQTT-3.3.2-19',
    ),
    decodes('well-formed', packet('30', T, properties('03', field('C3A9'))), {
      properties: { contentType: 'é' },
    }),
    refusesToEncode(
      'lone surrogate',
      { ...publish, properties: { contentType: '\ud800' } },
      'STRING_NOT_UTF8',
      'MQTT-3.3.2-19',
    ),
  ),
  row(
    'MQTT-3.3.4-6',
    '5',
    refuses(
      'from a client',
      packet('30', T, properties('0B 01')),
      'SUBSCRIPTION_IDENTIFIER_FROM_CLIENT',
      0x82,
      'MQTT-3.3.4-6',
      { sender: 'client' },
    ),
    decodes(
      'from a server',
      packet('30', T, properties('0B 01')),
      { properties: { subscriptionIdentifier: 1 } },
      { sender: 'server' },
    ),
    decodes('none from a client', packet('30', T, '00'), { topic: 't' }, { sender: 'client' }),
  ),
];
