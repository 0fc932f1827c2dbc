import { type Case, decodes, encodes, type Row, refuses, refusesToEncode, row } from '../cases.ts';
import { KEEP_ALIVE, MQTT_5, MQTT_311, packet, properties, string, varint } from '../wire.ts';

/** A valid body for every packet type, by the high nibble. Flags are 0 but in PUBREL, SUBSCRIBE, UNSUBSCRIBE. */
const BODIES_311: Record<string, string> = {
  1: `${MQTT_311} 02 ${KEEP_ALIVE} ${string('c')}`,
  2: '00 00',
  4: '0001',
  5: '0001',
  6: '0001',
  7: '0001',
  8: `0001 ${string('t')} 00`,
  9: '0001 00',
  A: `0001 ${string('t')}`,
  B: '0001',
  C: '',
  D: '',
  E: '',
};

const METHOD = properties('15', string('m'));
const BODIES_5: Record<string, string> = {
  ...BODIES_311,
  1: `${MQTT_5} 02 ${KEEP_ALIVE} 00 ${string('c')}`,
  2: '00 00 00',
  8: `0001 00 ${string('t')} 00`,
  9: '0001 00 00',
  A: `0001 00 ${string('t')}`,
  B: '0001 00 00',
  F: `18 ${METHOD}`,
};

const NIBBLES = [...'0123456789ABCDEF'];
const listed = (type: string) => ('68A'.includes(type) ? '2' : '0');

/** The flags that PUBLISH may have: DUP, QoS 0 to 2, RETAIN; DUP needs a QoS. */
const PUBLISH_FLAGS = [...'012345ABCD'];

/** Packets whose flags have a statement of their own. */
const FLAGS_CLAUSES: Record<string, string> = {
  6: 'MQTT-3.6.1-1',
  8: 'MQTT-3.8.1-1',
  A: 'MQTT-3.10.1-1',
  E: 'MQTT-3.14.1-1',
  F: 'MQTT-3.15.1-1',
};

function everyNibble(bodies: Record<string, string>, clause: string, propertyLength: string): Case[] {
  const others = Object.entries(bodies).flatMap(([type, body]) =>
    NIBBLES.map((flags) =>
      flags === listed(type)
        ? decodes(`${type}${flags}`, packet(type + flags, body), {})
        : refuses(
            `${type}${flags}`,
            packet(type + flags, body),
            'HEADER_FLAGS_RESERVED',
            0x81,
            FLAGS_CLAUSES[type] ?? clause,
          ),
    ),
  );
  const publish = PUBLISH_FLAGS.map((flags) => {
    const value = Number.parseInt(flags, 16);
    const identifier = value & 6 ? '0001' : '';
    const fields = { retain: (value & 1) !== 0, qos: (value >> 1) & 3, dup: value >= 8 };
    return decodes(`3${flags}`, packet(`3${flags}`, string('t'), identifier, propertyLength), fields);
  });
  return [...others, ...publish];
}

/** The flags of one type, one refusal per wrong nibble given. */
function flags(type: string, wrong: string, body: string): Case[] {
  return [
    decodes(`${type}${listed(type)}`, packet(type + listed(type), body), {}),
    ...[...wrong].map((nibble) =>
      refuses(
        `${type}${nibble}`,
        packet(type + nibble, body),
        'HEADER_FLAGS_RESERVED',
        0x81,
        FLAGS_CLAUSES[type],
      ),
    ),
  ];
}

const subscriptions = [{ topic: 't', qos: 0 as const }];
const ENCODED_311: Case[] = [
  encodes(
    'CONNECT',
    { cmd: 'connect', clientId: 'c', clean: true, keepalive: 60 },
    packet('10', BODIES_311[1]),
  ),
  encodes('CONNACK', { cmd: 'connack', sessionPresent: false, returnCode: 0 }, packet('20', BODIES_311[2])),
  encodes(
    'PUBLISH',
    { cmd: 'publish', topic: 't', qos: 2, dup: true, retain: true, messageId: 1 },
    packet('3D', string('t'), '0001'),
  ),
  encodes('PUBACK', { cmd: 'puback', messageId: 1 }, '40 02 0001'),
  encodes('PUBREC', { cmd: 'pubrec', messageId: 1 }, '50 02 0001'),
  encodes('PUBREL', { cmd: 'pubrel', messageId: 1 }, '62 02 0001'),
  encodes('PUBCOMP', { cmd: 'pubcomp', messageId: 1 }, '70 02 0001'),
  encodes('SUBSCRIBE', { cmd: 'subscribe', messageId: 1, subscriptions }, packet('82', BODIES_311[8])),
  encodes('SUBACK', { cmd: 'suback', messageId: 1, granted: [0] }, '90 03 0001 00'),
  encodes(
    'UNSUBSCRIBE',
    { cmd: 'unsubscribe', messageId: 1, unsubscriptions: ['t'] },
    packet('A2', BODIES_311['A']),
  ),
  encodes('UNSUBACK', { cmd: 'unsuback', messageId: 1 }, 'B0 02 0001'),
  encodes('PINGREQ', { cmd: 'pingreq' }, 'C0 00'),
  encodes('PINGRESP', { cmd: 'pingresp' }, 'D0 00'),
  encodes('DISCONNECT', { cmd: 'disconnect' }, 'E0 00'),
];

/** No properties, no flags but those listed: the first byte and the property length of every packet. */
const ENCODED_5: Case[] = [
  encodes(
    'CONNECT',
    { cmd: 'connect', protocolVersion: 5, clientId: 'c', clean: true, keepalive: 60 },
    packet('10', BODIES_5[1]),
  ),
  encodes(
    'CONNECT with a will',
    {
      cmd: 'connect',
      protocolVersion: 5,
      clientId: 'c',
      clean: true,
      keepalive: 60,
      will: { topic: 'w', payload: '' },
    },
    packet('10', MQTT_5, '06', KEEP_ALIVE, '00', string('c'), '00', string('w'), '0000'),
  ),
  encodes('CONNACK', { cmd: 'connack', sessionPresent: false, reasonCode: 0 }, '20 03 00 00 00'),
  encodes('PUBLISH', { cmd: 'publish', topic: 't' }, packet('30', string('t'), '00')),
  encodes('SUBSCRIBE', { cmd: 'subscribe', messageId: 1, subscriptions }, packet('82', BODIES_5[8])),
  encodes('SUBACK', { cmd: 'suback', messageId: 1, granted: [0] }, '90 04 0001 00 00'),
  encodes(
    'UNSUBSCRIBE',
    { cmd: 'unsubscribe', messageId: 1, unsubscriptions: ['t'] },
    packet('A2', BODIES_5['A']),
  ),
  encodes('UNSUBACK', { cmd: 'unsuback', messageId: 1, granted: [0] }, 'B0 04 0001 00 00'),
];

function identifierZero(clause: string, propertyLength: string): Case[] {
  const topic = string('t');
  return [
    refuses(
      'PUBLISH of QoS 1',
      packet('32', topic, '0000', propertyLength),
      'PACKET_IDENTIFIER_ZERO',
      0x82,
      clause,
    ),
    refuses(
      'PUBLISH of QoS 2',
      packet('34', topic, '0000', propertyLength),
      'PACKET_IDENTIFIER_ZERO',
      0x82,
      clause,
    ),
    refuses(
      'SUBSCRIBE',
      packet('82', '0000', propertyLength, topic, '00'),
      'PACKET_IDENTIFIER_ZERO',
      0x82,
      clause,
    ),
    refuses(
      'UNSUBSCRIBE',
      packet('A2', '0000', propertyLength, topic),
      'PACKET_IDENTIFIER_ZERO',
      0x82,
      clause,
    ),
    decodes('PUBLISH with 1', packet('32', topic, '0001', propertyLength), { messageId: 1 }),
    decodes('PUBLISH with 65,535', packet('34', topic, 'FFFF', propertyLength), { messageId: 65_535 }),
    refusesToEncode(
      'PUBLISH with 0',
      { cmd: 'publish', topic: 't', qos: 1, messageId: 0 },
      'PACKET_IDENTIFIER_ZERO',
      clause,
    ),
    refusesToEncode(
      'SUBSCRIBE with 0',
      { cmd: 'subscribe', messageId: 0, subscriptions },
      'PACKET_IDENTIFIER_ZERO',
      clause,
    ),
    refusesToEncode(
      'UNSUBSCRIBE with 0',
      { cmd: 'unsubscribe', messageId: 0, unsubscriptions: ['t'] },
      'PACKET_IDENTIFIER_ZERO',
      clause,
    ),
    encodes(
      'PUBLISH with 65,535',
      { cmd: 'publish', topic: 't', qos: 1, messageId: 65_535 },
      packet('32', topic, 'FFFF', propertyLength),
    ),
  ];
}

/** Values at which a variable byte integer becomes a byte longer. */
const BOUNDARIES = [1, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152, 268_435_455];

/** A PUBLISH whose remaining length is exactly `length`. */
function publishOfLength(length: number): Uint8Array {
  const bytes = packetOfZeros(length);
  bytes.set([0x00, 0x01, 0x74, 0x00], bytes.length - length);
  return bytes;
}

function packetOfZeros(length: number): Uint8Array {
  const header = Uint8Array.from(
    `30 ${varint(length)}`.split(/\s+/).map((byte) => Number.parseInt(byte, 16)),
  );
  const bytes = new Uint8Array(header.length + length);
  bytes.set(header);
  return bytes;
}

export const rows: Row[] = [
  row('MQTT-2.2.2-1', '3.1.1', everyNibble(BODIES_311, 'MQTT-2.2.2-2', ''), ENCODED_311),
  row(
    'MQTT-2.2.2-2',
    '3.1.1',
    ...['11', '21', '41', '61', 'C1', 'E1'].map((first) =>
      refuses(
        first,
        packet(first, BODIES_311[first[0]]),
        'HEADER_FLAGS_RESERVED',
        0x81,
        FLAGS_CLAUSES[first[0]] ?? 'MQTT-2.2.2-2',
      ),
    ),
  ),
  row(
    'MQTT311 section 2.2.3',
    '3.1.1',
    refuses('five bytes', '30 FF FF FF FF 7F', 'REMAINING_LENGTH_MALFORMED', 0x81, 'MQTT311 section 2.2.3'),
    refuses(
      'the fifth byte has not come yet',
      '30 80 80 80 80',
      'REMAINING_LENGTH_MALFORMED',
      0x81,
      'MQTT311 section 2.2.3',
    ),
    refuses(
      'the largest length, and no more',
      '30 FF FF FF 7F',
      'PACKET_INCOMPLETE',
      0x81,
      'MQTT311 section 2.2.3',
    ),
    decodes('two bytes where one would do: only 5.0 forbids it', 'C0 80 00', { cmd: 'pingreq', length: 0 }),
    refuses(
      '... refused by choice',
      'C0 80 00',
      'REMAINING_LENGTH_NOT_MINIMAL',
      0x81,
      'MQTT311 section 2.2.3',
      { strictness: 'strict' },
    ),
    ...[127, 128, 16_383, 16_384, 2_097_151, 2_097_152].map((length) =>
      decodes(`${length} bytes`, publishOfLength(length), { length }),
    ),
  ),
  row(
    'MQTT311 section 2.2.1',
    '3.1.1',
    refuses('type 0', '00 00', 'PACKET_TYPE_RESERVED', 0x81, 'MQTT311 section 2.2.1'),
    refuses('type 15', 'F0 00', 'PACKET_TYPE_RESERVED', 0x81, 'MQTT311 section 2.2.1'),
    refusesToEncode(
      'AUTH',
      { cmd: 'auth', reasonCode: 0x18 },
      'PACKET_TYPE_RESERVED',
      'MQTT311 section 2.2.1',
    ),
  ),
  row('MQTT-2.3.1-1', '3.1.1', identifierZero('MQTT-2.3.1-1', '')),
  row(
    'MQTT-2.3.1-5',
    '3.1.1',
    decodes('the payload follows the topic', '30 05 0001 74 0001', { payload: Uint8Array.of(0, 1) }),
    encodes(
      'the payload follows the topic',
      { cmd: 'publish', topic: 't', payload: Uint8Array.of(0, 1), messageId: 7 },
      '30 05 0001 74 0001',
    ),
  ),
  row('MQTT-3.6.1-1', '3.1.1', flags('6', '013A', '0001')),
  row('MQTT-3.8.1-1', '3.1.1', flags('8', '013A', BODIES_311[8])),
  row('MQTT-3.10.1-1', '3.1.1', flags('A', '013', BODIES_311['A'])),
  row('MQTT-3.14.1-1', '3.1.1', flags('E', '1248F', '')),
  row(
    'MQTT-1.5.5-1',
    '5',
    refuses('remaining length', 'C0 80 00', 'REMAINING_LENGTH_NOT_MINIMAL', 0x81, 'MQTT-1.5.5-1'),
    refuses(
      'remaining length of a CONNECT',
      `10 8E 00 ${BODIES_5[1]}`,
      'REMAINING_LENGTH_NOT_MINIMAL',
      0x81,
      'MQTT-1.5.5-1',
    ),
    refuses(
      'property length',
      packet('30', string('t'), '80 00'),
      'VARIABLE_BYTE_INTEGER_NOT_MINIMAL',
      0x81,
      'MQTT-1.5.5-1',
    ),
    refuses(
      'property length of three bytes',
      packet('30', string('t'), '82 80 00', '01 00'),
      'VARIABLE_BYTE_INTEGER_NOT_MINIMAL',
      0x81,
      'MQTT-1.5.5-1',
    ),
    refuses(
      'subscription identifier',
      packet('82', '0001', properties('0B 81 00'), string('t'), '00'),
      'VARIABLE_BYTE_INTEGER_NOT_MINIMAL',
      0x81,
      'MQTT-1.5.5-1',
    ),
    ...BOUNDARIES.flatMap((value) => [
      decodes(
        `subscription identifier ${value}`,
        packet('30', string('t'), properties('0B', varint(value))),
        { properties: { subscriptionIdentifier: value } },
      ),
      encodes(
        `subscription identifier ${value}`,
        { cmd: 'publish', topic: 't', properties: { subscriptionIdentifier: value } },
        packet('30', string('t'), properties('0B', varint(value))),
      ),
    ]),
    ...[127, 128, 16_383, 16_384, 2_097_151, 2_097_152].map((length) =>
      encodes(
        `remaining length ${length}`,
        { cmd: 'publish', topic: 't', payload: new Uint8Array(length - 4) },
        publishOfLength(length),
      ),
    ),
  ),
  row(
    'MQTT5 section 1.5.5',
    '5',
    refuses(
      'remaining length',
      '30 FF FF FF FF 01',
      'REMAINING_LENGTH_MALFORMED',
      0x81,
      'MQTT5 section 1.5.5',
    ),
    refuses(
      'property length',
      packet('30', string('t'), 'FF FF FF FF 01'),
      'VARIABLE_BYTE_INTEGER_MALFORMED',
      0x81,
      'MQTT5 section 1.5.5',
    ),
    refuses(
      'subscription identifier',
      packet('30', string('t'), properties('0B FF FF FF FF 01')),
      'VARIABLE_BYTE_INTEGER_MALFORMED',
      0x81,
      'MQTT5 section 1.5.5',
    ),
    refusesToEncode(
      'subscription identifier 268,435,456',
      { cmd: 'publish', topic: 't', properties: { subscriptionIdentifier: 268_435_456 } },
      'PROPERTY_VALUE',
      'MQTT5 section 3.8.2.1.2',
    ),
  ),
  row('MQTT-2.1.3-1', '5', everyNibble(BODIES_5, 'MQTT-2.1.3-1', '00'), ENCODED_5),
  row(
    'MQTT-2.2.1-2',
    '5',
    decodes('the properties follow the topic', '30 06 0001 74 00 0001', { payload: Uint8Array.of(0, 1) }),
    encodes(
      'the properties follow the topic',
      { cmd: 'publish', topic: 't', payload: Uint8Array.of(0, 1), messageId: 7 },
      '30 06 0001 74 00 0001',
    ),
  ),
  row('MQTT-2.2.1-3', '5', identifierZero('MQTT-2.2.1-3', '00')),
  row(
    'MQTT-2.2.2-1',
    '5',
    ENCODED_5,
    refuses('CONNECT', packet('10', MQTT_5, '02', KEEP_ALIVE), 'PACKET_TRUNCATED', 0x81, 'MQTT-2.2.2-1'),
    refuses('CONNACK', '20 02 00 00', 'CONNACK_SHORT', 0x81, 'MQTT-2.2.2-1'),
    refuses('PUBLISH', packet('30', string('t')), 'PACKET_TRUNCATED', 0x81, 'MQTT-2.2.2-1'),
    ...['82', '90', 'A2', 'B0'].map((first) =>
      refuses(first, packet(first, '0001'), 'PACKET_TRUNCATED', 0x81, 'MQTT-2.2.2-1'),
    ),
    ...['40', '50', '62', '70'].flatMap((first) => [
      decodes(`${first} of length 2`, packet(first, '0001'), { reasonCode: 0 }),
      decodes(`${first} of length 3`, packet(first, '0001 00'), { reasonCode: 0 }),
    ]),
  ),
  row('MQTT-3.6.1-1', '5', flags('6', '03', '0001')),
  row('MQTT-3.8.1-1', '5', flags('8', '013A', BODIES_5[8])),
  row('MQTT-3.10.1-1', '5', flags('A', '013A', BODIES_5['A'])),
  row('MQTT-3.14.1-1', '5', flags('E', '1248F', '')),
  row('MQTT-3.15.1-1', '5', flags('F', '1248F', BODIES_5['F'])),
];
