import { type Case, decodes, encodes, type Row, refuses, refusesToEncode, row } from '../cases.ts';
import { ascii, field, KEEP_ALIVE, MQTT_5, MQTT_311, packet, properties, string } from '../wire.ts';

/** Bytes that are not UTF-8 (Unicode standard, table 3-7). */
const ILL_FORMED: Record<string, string> = {
  'overlong NUL': 'C0 80',
  'overlong solidus': 'E0 80 AF',
  'surrogate U+D800': 'ED A0 80',
  'surrogate U+DFFF': 'ED BF BF',
  'above U+10FFFF': 'F4 90 80 80',
  'lead byte F5': 'F5 80 80 80',
  'lone continuation byte': '61 80 62',
  'sequence cut short': '61 E2 82',
  'sequence interrupted': 'C3 28',
};

/** How to put a string into a packet, and the statement that makes it UTF-8, and free of U+0000, if it has its own. */
type Fields = Record<string, [build: (field: string) => string, notUtf8?: string, hasNull?: string]>;

const NO_NULL = 'MQTT-4.7.3-2';

/** Every string of MQTT 3.1.1, in the smallest packet that has it. */
const STRINGS_311: Fields = {
  'client identifier': [(s) => packet('10', MQTT_311, '02', KEEP_ALIVE, s), 'MQTT-3.1.3-4'],
  'will topic': [
    (s) => packet('10', MQTT_311, '06', KEEP_ALIVE, string('c'), s, '0000'),
    'MQTT-3.1.3-10',
    NO_NULL,
  ],
  'user name': [(s) => packet('10', MQTT_311, '82', KEEP_ALIVE, string('c'), s), 'MQTT-3.1.3-11'],
  'topic name': [(s) => packet('30', s), 'MQTT-3.3.2-1', NO_NULL],
  'topic filter in SUBSCRIBE': [(s) => packet('82', '0001', s, '00'), 'MQTT-3.8.3-1', NO_NULL],
  'topic filter in UNSUBSCRIBE': [(s) => packet('A2', '0001', s), 'MQTT-3.10.3-1', NO_NULL],
};

/** Every string of MQTT 5.0, the properties included. */
const STRINGS_5: Fields = {
  'client identifier': [(s) => packet('10', MQTT_5, '02', KEEP_ALIVE, '00', s), 'MQTT-3.1.3-4'],
  'will topic': [
    (s) => packet('10', MQTT_5, '06', KEEP_ALIVE, '00', string('c'), '00', s, '0000'),
    'MQTT-3.1.3-11',
    NO_NULL,
  ],
  'user name': [(s) => packet('10', MQTT_5, '82', KEEP_ALIVE, '00', string('c'), s), 'MQTT-3.1.3-12'],
  'topic name': [(s) => packet('30', s, '00'), 'MQTT-3.3.2-1', NO_NULL],
  'topic filter in SUBSCRIBE': [(s) => packet('82', '0001 00', s, '00'), 'MQTT-3.8.3-1', NO_NULL],
  'topic filter in UNSUBSCRIBE': [(s) => packet('A2', '0001 00', s), 'MQTT-3.10.3-1', NO_NULL],
  'content type': [(s) => packet('30', string('t'), properties('03', s)), 'MQTT-3.3.2-19'],
  'response topic': [(s) => packet('30', string('t'), properties('08', s)), 'MQTT-3.3.2-13', NO_NULL],
  'content type of the will': [
    (s) =>
      packet('10', MQTT_5, '06', KEEP_ALIVE, '00', string('c'), properties('03', s), string('w'), '0000'),
    'MQTT-3.3.2-19',
  ],
  'authentication method': [(s) => packet('F0', '18', properties('15', s))],
  'assigned client identifier': [(s) => packet('20', '00 00', properties('12', s))],
  'response information': [(s) => packet('20', '00 00', properties('1A', s))],
  'server reference in CONNACK': [(s) => packet('20', '00 9C', properties('1C', s))],
  'server reference in DISCONNECT': [(s) => packet('E0', '9C', properties('1C', s))],
  'reason string in CONNACK': [(s) => packet('20', '00 80', properties('1F', s))],
  'reason string in PUBACK': [(s) => packet('40', '0001 80', properties('1F', s))],
  'reason string in PUBREC': [(s) => packet('50', '0001 80', properties('1F', s))],
  'reason string in PUBREL': [(s) => packet('62', '0001 92', properties('1F', s))],
  'reason string in PUBCOMP': [(s) => packet('70', '0001 92', properties('1F', s))],
  'reason string in SUBACK': [(s) => packet('90', '0001', properties('1F', s), '80')],
  'reason string in UNSUBACK': [(s) => packet('B0', '0001', properties('1F', s), '80')],
  'reason string in DISCONNECT': [(s) => packet('E0', '80', properties('1F', s))],
  'user property name': [
    (s) => packet('30', string('t'), properties('26', s, string('v'))),
    'MQTT-1.5.7-1',
    'MQTT-1.5.7-1',
  ],
  'user property value': [
    (s) => packet('30', string('t'), properties('26', string('n'), s)),
    'MQTT-1.5.7-1',
    'MQTT-1.5.7-1',
  ],
};

function illFormed(fields: Fields, clause: string): Case[] {
  return Object.entries(fields).flatMap(([name, [build, notUtf8]]) => [
    ...Object.entries(ILL_FORMED).map(([what, bytes]) =>
      refuses(`${name}: ${what}`, build(field(bytes)), 'STRING_NOT_UTF8', 0x81, notUtf8 ?? clause),
    ),
    decodes(`${name}: two, three and four bytes`, build(field('C3A9 E282AC F09F9880')), {}),
    decodes(`${name}: the code points beside the surrogates`, build(field('ED9FBF EE8080')), {}),
  ]);
}

function nul(fields: Fields, clause: string): Case[] {
  return Object.entries(fields).flatMap(([name, [build, , hasNull]]) => [
    refuses(`${name}: between letters`, build(field('61 00 62')), 'STRING_HAS_NULL', 0x81, hasNull ?? clause),
    refuses(`${name}: alone`, build(field('00')), 'STRING_HAS_NULL', 0x81, hasNull ?? clause),
    decodes(`${name}: without it`, build(field('61 62')), {}),
  ]);
}

const LONGEST = 'x'.repeat(65_535);

export const rows: Row[] = [
  row(
    'MQTT-1.5.3-1',
    '3.1.1',
    illFormed(STRINGS_311, 'MQTT-1.5.3-1'),
    refusesToEncode(
      'lone surrogate in a topic name',
      { cmd: 'publish', topic: 'a\ud800' },
      'STRING_NOT_UTF8',
      'MQTT-3.3.2-1',
    ),
    refusesToEncode(
      'ill-formed bytes as a topic name',
      { cmd: 'publish', topic: Uint8Array.of(0xc0, 0x80) },
      'STRING_NOT_UTF8',
      'MQTT-3.3.2-1',
    ),
    refusesToEncode(
      'lone surrogate in a client identifier',
      { cmd: 'connect', clientId: '\udc00' },
      'STRING_NOT_UTF8',
      'MQTT-3.1.3-4',
    ),
    encodes('surrogate pair', { cmd: 'publish', topic: '😀' }, packet('30', field('F09F9880'))),
  ),
  row(
    'MQTT-1.5.3-2',
    '3.1.1',
    nul(STRINGS_311, 'MQTT-1.5.3-2'),
    refusesToEncode('topic name', { cmd: 'publish', topic: 'a\0b' }, 'STRING_HAS_NULL', 'MQTT-4.7.3-2'),
    refusesToEncode(
      'topic filter',
      { cmd: 'unsubscribe', messageId: 1, unsubscriptions: ['\0'] },
      'STRING_HAS_NULL',
      'MQTT-4.7.3-2',
    ),
  ),
  row(
    'MQTT-1.5.3-3',
    '3.1.1',
    decodes('in front of a topic name', packet('30', field('EFBBBF 61')), { topic: '\ufeffa' }),
    decodes('inside a topic name', packet('30', field('61 EFBBBF 62')), { topic: 'a\ufeffb' }),
    decodes('in front of a client identifier', packet('10', MQTT_311, '02', KEEP_ALIVE, field('EFBBBF')), {
      clientId: '\ufeff',
    }),
    encodes(
      'in front of a topic name',
      { cmd: 'publish', topic: '\ufeffa' },
      packet('30', field('EFBBBF 61')),
    ),
  ),
  row(
    'MQTT311 section 1.5.3',
    '3.1.1',
    ...['01', '1F', '7F', 'C280', 'C29F', 'EFB790', 'EFBFBF', 'F09FBFBE'].flatMap((bytes) => [
      decodes(`${bytes} is accepted`, packet('30', field(bytes)), {}),
      refuses(
        `${bytes} is refused by choice`,
        packet('30', field(bytes)),
        'STRING_HAS_CONTROL_CHARACTER',
        0x81,
        'MQTT311 section 1.5.3',
        { strictness: 'strict' },
      ),
    ]),
    decodes(
      'neighbours are no control characters',
      packet('30', field('20 7E C2A0 EFBFBD')),
      {},
      { strictness: 'strict' },
    ),
  ),
  row(
    'MQTT-1.5.4-1',
    '5',
    illFormed(STRINGS_5, 'MQTT-1.5.4-1'),
    refusesToEncode(
      'lone surrogate in a topic name',
      { cmd: 'publish', topic: '\ud800a' },
      'STRING_NOT_UTF8',
      'MQTT-3.3.2-1',
    ),
    refusesToEncode(
      'lone surrogate in a user property',
      { cmd: 'disconnect', reasonCode: 0, properties: { userProperties: { n: '\udfff' } } },
      'STRING_NOT_UTF8',
      'MQTT-1.5.7-1',
    ),
    refusesToEncode(
      'lone surrogate in a reason string',
      { cmd: 'puback', messageId: 1, reasonCode: 128, properties: { reasonString: '\ud800' } },
      'STRING_NOT_UTF8',
      'MQTT-1.5.4-1',
    ),
  ),
  row(
    'MQTT-1.5.4-2',
    '5',
    nul(STRINGS_5, 'MQTT-1.5.4-2'),
    refusesToEncode(
      'content type',
      { cmd: 'publish', topic: 't', properties: { contentType: '\0' } },
      'STRING_HAS_NULL',
      'MQTT-1.5.4-2',
    ),
    refusesToEncode(
      'user property name',
      { cmd: 'publish', topic: 't', properties: { userProperties: { '\0': 'v' } } },
      'STRING_HAS_NULL',
      'MQTT-1.5.7-1',
    ),
  ),
  row(
    'MQTT-1.5.4-3',
    '5',
    decodes('topic name', packet('30', field('EFBBBF 61'), '00'), { topic: '\ufeffa' }),
    decodes(
      'user property',
      packet('30', string('t'), properties('26', field('EFBBBF'), field('EFBBBF 76'))),
      {
        properties: { userProperties: { '\ufeff': '\ufeffv' } },
      },
    ),
    encodes(
      'reason string',
      { cmd: 'disconnect', reasonCode: 0x80, properties: { reasonString: '\ufeff' } },
      packet('E0', '80', properties('1F', field('EFBBBF'))),
    ),
  ),
  row(
    'MQTT5 section 1.5.6',
    '5',
    refuses(
      'password past the end of the packet',
      packet('10', MQTT_5, '42', KEEP_ALIVE, '00', string('c'), '0003 7077'),
      'PACKET_TRUNCATED',
      0x81,
      'MQTT-3.1.2-19',
    ),
    refuses(
      'will payload past the end of the packet',
      packet('10', MQTT_5, '06', KEEP_ALIVE, '00', string('c'), '00', string('w'), 'FFFF 00'),
      'PACKET_TRUNCATED',
      0x81,
      'MQTT-3.1.2-9',
    ),
    refuses(
      'correlation data past the end of the properties',
      packet('30', string('t'), '04', '09 0002 01', '02'),
      'PROPERTY_TRUNCATED',
      0x81,
      'MQTT5 section 2.2.2',
    ),
    decodes('any bytes', packet('30', string('t'), properties('09', field('C080 00'))), {
      properties: { correlationData: Uint8Array.of(0xc0, 0x80, 0) },
    }),
    encodes(
      'two byte length',
      { cmd: 'publish', topic: 't', properties: { correlationData: Uint8Array.of(1, 2) } },
      packet('30', string('t'), properties('09 0002 0102')),
    ),
    refusesToEncode(
      '65,536 bytes',
      { cmd: 'publish', topic: 't', properties: { correlationData: new Uint8Array(65_536) } },
      'STRING_TOO_LONG',
      'MQTT5 section 1.5.4',
    ),
  ),
  row(
    'MQTT-1.5.7-1',
    '5',
    refuses(
      'bad name',
      packet('E0', '00', properties('26', field('ED A0 80'), string('v'))),
      'STRING_NOT_UTF8',
      0x81,
      'MQTT-1.5.7-1',
    ),
    refuses(
      'bad value',
      packet('E0', '00', properties('26', string('n'), field('80'))),
      'STRING_NOT_UTF8',
      0x81,
      'MQTT-1.5.7-1',
    ),
    refuses(
      'missing value',
      packet('E0', '00', properties('26', string('n'))),
      'PROPERTY_TRUNCATED',
      0x81,
      'MQTT-1.5.7-1',
    ),
    refuses(
      'value cut short',
      packet('E0', '00', properties('26', string('n'), '0002 76')),
      'PROPERTY_TRUNCATED',
      0x81,
      'MQTT-1.5.7-1',
    ),
    decodes('empty name and value', packet('E0', '00', properties('26 0000 0000')), {
      properties: { userProperties: { '': '' } },
    }),
    encodes(
      'name, then value',
      { cmd: 'disconnect', reasonCode: 0, properties: { userProperties: { n: 'v' } } },
      packet('E0', '00', properties('26', string('n'), string('v'))),
    ),
  ),
  row(
    'MQTT-4.7.3-3',
    '3.1.1',
    decodes('65,535 bytes', packet('30', string(LONGEST)), { topic: LONGEST }),
    encodes('65,535 bytes', { cmd: 'publish', topic: LONGEST }, packet('30', string(LONGEST))),
    refusesToEncode(
      '65,536 bytes',
      { cmd: 'publish', topic: `${LONGEST}x` },
      'STRING_TOO_LONG',
      'MQTT311 section 1.5.3',
    ),
    refusesToEncode(
      '65,536 bytes in 32,768 characters',
      { cmd: 'unsubscribe', messageId: 1, unsubscriptions: ['é'.repeat(32_768)] },
      'STRING_TOO_LONG',
      'MQTT311 section 1.5.3',
    ),
  ),
  row(
    'MQTT-4.7.3-3',
    '5',
    decodes('65,535 bytes', packet('30', string(LONGEST), '00'), { topic: LONGEST }),
    encodes(
      '65,535 bytes in a filter',
      { cmd: 'unsubscribe', messageId: 1, unsubscriptions: [LONGEST] },
      packet('A2', '0001 00', string(LONGEST)),
    ),
    refusesToEncode(
      '65,536 bytes',
      { cmd: 'publish', topic: `${LONGEST}x` },
      'STRING_TOO_LONG',
      'MQTT5 section 1.5.4',
    ),
  ),
  row(
    'MQTT-4.7.3-2',
    '3.1.1',
    refuses('topic name', packet('30', field(`${ascii('a/')} 00`)), 'STRING_HAS_NULL', 0x81, NO_NULL),
    refuses(
      'topic filter',
      packet('82', '0001', field(`00 ${ascii('/#')}`), '00'),
      'STRING_HAS_NULL',
      0x81,
      NO_NULL,
    ),
    refusesToEncode('topic name', { cmd: 'publish', topic: 'a/\0' }, 'STRING_HAS_NULL', 'MQTT-4.7.3-2'),
  ),
  row(
    'MQTT-4.7.3-2',
    '5',
    refuses('topic name', packet('30', field(`${ascii('a/')} 00`), '00'), 'STRING_HAS_NULL', 0x81, NO_NULL),
    refuses(
      'response topic',
      packet('30', string('t'), properties('08', field('00'))),
      'STRING_HAS_NULL',
      0x81,
      NO_NULL,
    ),
    refuses(
      'topic filter',
      packet('A2', '0001 00', field(`00 ${ascii('/#')}`)),
      'STRING_HAS_NULL',
      0x81,
      NO_NULL,
    ),
    refusesToEncode(
      'topic filter',
      { cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'a\0', qos: 0 }] },
      'STRING_HAS_NULL',
      'MQTT-4.7.3-2',
    ),
  ),
];
