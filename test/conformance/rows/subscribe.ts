import { decodes, encodes, type Row, refuses, refusesToEncode, row } from '../cases.ts';
import { field, packet, properties, string } from '../wire.ts';

const T = string('t');
const subscribe311 = (...body: string[]) => packet('82', '0001', ...body);
const subscribe5 = (...body: string[]) => packet('82', '0001 00', ...body);
const subscribe = (subscription: object) =>
  ({ cmd: 'subscribe', messageId: 1, subscriptions: [subscription] }) as const;

export const rows: Row[] = [
  row(
    'MQTT-3.8.3-1',
    '3.1.1',
    refuses('ill-formed', subscribe311(field('C3 28'), '00'), 'STRING_NOT_UTF8', 0x81, 'MQTT-3.8.3-1'),
    refuses(
      'the second one ill-formed',
      subscribe311(T, '00', field('FF'), '00'),
      'STRING_NOT_UTF8',
      0x81,
      'MQTT-3.8.3-1',
    ),
    decodes('well-formed', subscribe311(field('C3A9'), '01'), { subscriptions: [{ topic: 'é', qos: 1 }] }),
    refusesToEncode(
      'lone surrogate',
      subscribe({ topic: '\ud800', qos: 0 }),
      'STRING_NOT_UTF8',
      'MQTT-3.8.3-1',
    ),
  ),
  row(
    'MQTT-3.8.3-3',
    '3.1.1',
    refuses('none', '82 02 0001', 'SUBSCRIPTIONS_EMPTY', 0x82, 'MQTT-3.8.3-3'),
    refuses('a filter without QoS', subscribe311(T), 'PACKET_TRUNCATED', 0x81, 'MQTT311 section 2.2.3'),
    decodes('two', subscribe311(T, '00', T, '02'), {
      subscriptions: [
        { topic: 't', qos: 0 },
        { topic: 't', qos: 2 },
      ],
    }),
    refusesToEncode(
      'none',
      { cmd: 'subscribe', messageId: 1, subscriptions: [] },
      'SUBSCRIPTIONS_EMPTY',
      'MQTT-3.8.3-3',
    ),
  ),
  row(
    'MQTT-3-8.3-4',
    '3.1.1',
    refuses('QoS byte 03', subscribe311(T, '03'), 'SUBSCRIPTION_QOS', 0x82, 'MQTT-3-8.3-4'),
    ...['04', '08', '10', '20', '40', '80', 'FC'].map((options) =>
      refuses(
        `QoS byte ${options}`,
        subscribe311(T, options),
        'SUBSCRIPTION_OPTIONS_RESERVED',
        0x81,
        'MQTT-3-8.3-4',
      ),
    ),
    encodes('QoS 2', subscribe({ topic: 't', qos: 2 }) as never, subscribe311(T, '02')),
    refusesToEncode('QoS 3', subscribe({ topic: 't', qos: 3 }), 'SUBSCRIPTION_QOS', 'MQTT-3-8.3-4'),
  ),
  row(
    'MQTT-3.10.3-1',
    '3.1.1',
    refuses('ill-formed', packet('A2', '0001', field('80')), 'STRING_NOT_UTF8', 0x81, 'MQTT-3.10.3-1'),
    decodes('well-formed', packet('A2', '0001', field('C3A9')), { unsubscriptions: ['é'] }),
    refusesToEncode(
      'lone surrogate',
      { cmd: 'unsubscribe', messageId: 1, unsubscriptions: ['\ud800'] },
      'STRING_NOT_UTF8',
      'MQTT-3.10.3-1',
    ),
  ),
  row(
    'MQTT-3.10.3-2',
    '3.1.1',
    refuses('none', 'A2 02 0001', 'UNSUBSCRIPTIONS_EMPTY', 0x82, 'MQTT-3.10.3-2'),
    decodes('two', packet('A2', '0001', T, T), { unsubscriptions: ['t', 't'] }),
    refusesToEncode(
      'none',
      { cmd: 'unsubscribe', messageId: 1, unsubscriptions: [] },
      'UNSUBSCRIPTIONS_EMPTY',
      'MQTT-3.10.3-2',
    ),
  ),
  row(
    'MQTT5 section 3.8.2.1.2',
    '5',
    refuses(
      '0',
      packet('82', '0001', properties('0B 00'), T, '00'),
      'PROPERTY_VALUE',
      0x82,
      'MQTT5 section 3.8.2.1.2',
    ),
    refuses(
      'twice',
      packet('82', '0001', properties('0B 01 0B 02'), T, '00'),
      'PROPERTY_DUPLICATE',
      0x82,
      'MQTT5 section 2.2.2.2',
    ),
    decodes('once', packet('82', '0001', properties('0B 01'), T, '00'), {
      properties: { subscriptionIdentifier: 1 },
    }),
    encodes(
      'once',
      {
        cmd: 'subscribe',
        messageId: 1,
        subscriptions: [{ topic: 't', qos: 0 }],
        properties: { subscriptionIdentifier: 128 },
      },
      packet('82', '0001', properties('0B 80 01'), T, '00'),
    ),
    refusesToEncode(
      '0',
      { ...subscribe({ topic: 't', qos: 0 }), properties: { subscriptionIdentifier: 0 } },
      'PROPERTY_VALUE',
      'MQTT5 section 3.8.2.1.2',
    ),
    refusesToEncode(
      'two',
      { ...subscribe({ topic: 't', qos: 0 }), properties: { subscriptionIdentifier: [1, 2] } },
      'PROPERTY_DUPLICATE',
      'MQTT5 section 2.2.2.2',
    ),
  ),
  row(
    'MQTT-3.8.3-1',
    '5',
    refuses('ill-formed', subscribe5(field('C3 28'), '00'), 'STRING_NOT_UTF8', 0x81, 'MQTT-3.8.3-1'),
    decodes('well-formed', subscribe5(field('C3A9'), '00'), { subscriptions: [{ topic: 'é' }] }),
    refusesToEncode(
      'lone surrogate',
      subscribe({ topic: '\ud800', qos: 0 }),
      'STRING_NOT_UTF8',
      'MQTT-3.8.3-1',
    ),
  ),
  row(
    'MQTT-3.8.3-2',
    '5',
    refuses('none', '82 03 0001 00', 'SUBSCRIPTIONS_EMPTY', 0x82, 'MQTT-3.8.3-2'),
    refuses('a filter without options', subscribe5(T), 'PACKET_TRUNCATED', 0x81, 'MQTT5 section 2.1.4'),
    refusesToEncode(
      'none',
      { cmd: 'subscribe', messageId: 1, subscriptions: [] },
      'SUBSCRIPTIONS_EMPTY',
      'MQTT-3.8.3-2',
    ),
  ),
  row(
    'MQTT-3.8.3-4',
    '5',
    refuses(
      'options 04',
      subscribe5(string('$share/g/t'), '04'),
      'SHARED_SUBSCRIPTION_NO_LOCAL',
      0x82,
      'MQTT-3.8.3-4',
    ),
    decodes('options 04, not shared', subscribe5(T, '04'), {
      subscriptions: [{ topic: 't', qos: 0, nl: true, rap: false, rh: 0 }],
    }),
    decodes('shared, without it', subscribe5(string('$share/g/t'), '00'), {
      subscriptions: [{ topic: '$share/g/t', nl: false }],
    }),
    refusesToEncode(
      'no local',
      subscribe({ topic: '$share/g/t', qos: 0, nl: true }),
      'SHARED_SUBSCRIPTION_NO_LOCAL',
      'MQTT-3.8.3-4',
    ),
  ),
  row(
    'MQTT-3.8.3-5',
    '5',
    ...['40', '80', 'C0'].map((options) =>
      refuses(
        `options ${options}`,
        subscribe5(T, options),
        'SUBSCRIPTION_OPTIONS_RESERVED',
        0x81,
        'MQTT-3.8.3-5',
      ),
    ),
    decodes('all others', subscribe5(T, '2E'), {
      subscriptions: [{ topic: 't', qos: 2, nl: true, rap: true, rh: 2 }],
    }),
    encodes(
      'all others',
      { cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 't', qos: 2, nl: true, rap: true, rh: 2 }] },
      subscribe5(T, '2E'),
    ),
  ),
  row(
    'MQTT5 section 3.8.3.1',
    '5',
    refuses('retain handling 3', subscribe5(T, '30'), 'RETAIN_HANDLING', 0x82, 'MQTT5 section 3.8.3.1'),
    refuses('QoS 3', subscribe5(T, '03'), 'SUBSCRIPTION_QOS', 0x82, 'MQTT5 section 3.8.3.1'),
    decodes('retain handling 1', subscribe5(T, '11'), {
      subscriptions: [{ topic: 't', qos: 1, nl: false, rap: false, rh: 1 }],
    }),
    refusesToEncode(
      'retain handling 3',
      subscribe({ topic: 't', qos: 0, rh: 3 }),
      'RETAIN_HANDLING',
      'MQTT5 section 3.8.3.1',
    ),
    refusesToEncode('QoS 3', subscribe({ topic: 't', qos: 3 }), 'SUBSCRIPTION_QOS', 'MQTT5 section 3.8.3.1'),
  ),
  row(
    'MQTT-3.10.3-1',
    '5',
    refuses('ill-formed', packet('A2', '0001 00', field('80')), 'STRING_NOT_UTF8', 0x81, 'MQTT-3.10.3-1'),
    refuses('cut short', packet('A2', '0001 00', '0002 74'), 'PACKET_TRUNCATED', 0x81, 'MQTT5 section 2.1.4'),
    encodes(
      'well-formed',
      { cmd: 'unsubscribe', messageId: 1, unsubscriptions: ['é'] },
      packet('A2', '0001 00', field('C3A9')),
    ),
  ),
  row(
    'MQTT-3.10.3-2',
    '5',
    refuses('none', 'A2 03 0001 00', 'UNSUBSCRIPTIONS_EMPTY', 0x82, 'MQTT-3.10.3-2'),
    decodes('one', packet('A2', '0001 00', T), { unsubscriptions: ['t'] }),
    refusesToEncode(
      'none',
      { cmd: 'unsubscribe', messageId: 1, unsubscriptions: [] },
      'UNSUBSCRIPTIONS_EMPTY',
      'MQTT-3.10.3-2',
    ),
  ),
];
