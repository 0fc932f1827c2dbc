import { type Case, decodes, encodes, type Row, refuses, refusesToEncode, row } from '../cases.ts';
import { field, KEEP_ALIVE, MQTT_5, packet, properties, string } from '../wire.ts';

/** Every place for properties, as a packet around a property block. */
const PLACES: Record<string, (block: string) => string> = {
  connect: (block) => packet('10', MQTT_5, '02', KEEP_ALIVE, block, string('c')),
  will: (block) => packet('10', MQTT_5, '06', KEEP_ALIVE, '00', string('c'), block, string('w'), '0000'),
  connack: (block) => packet('20', '00 00', block),
  publish: (block) => packet('30', string('t'), block),
  puback: (block) => packet('40', '0001 00', block),
  pubrec: (block) => packet('50', '0001 00', block),
  pubrel: (block) => packet('62', '0001 00', block),
  pubcomp: (block) => packet('70', '0001 00', block),
  subscribe: (block) => packet('82', '0001', block, string('t'), '00'),
  suback: (block) => packet('90', '0001', block, '00'),
  unsubscribe: (block) => packet('A2', '0001', block, string('t')),
  unsuback: (block) => packet('B0', '0001', block, '00'),
  disconnect: (block) => packet('E0', '00', block),
  auth: (block) => packet('F0', '18', block),
};

const EVERYWHERE = Object.keys(PLACES).join(' ');
const MESSAGE = 'publish will';
const METHOD = properties('15', string('m'));

/** The 27 properties with a value of each, and where table 2-4 of MQTT 5.0 allows them. */
const PROPERTIES: [name: string, wire: string, places: string][] = [
  ['payload format indicator', '01 01', MESSAGE],
  ['message expiry interval', '02 00000001', MESSAGE],
  ['content type', `03 ${string('s')}`, MESSAGE],
  ['response topic', `08 ${string('s')}`, MESSAGE],
  ['correlation data', `09 ${field('00')}`, MESSAGE],
  ['subscription identifier', '0B 01', 'publish subscribe'],
  ['session expiry interval', '11 00000001', 'connect connack disconnect'],
  ['assigned client identifier', `12 ${string('s')}`, 'connack'],
  ['server keep alive', '13 0001', 'connack'],
  ['authentication method', `15 ${string('s')}`, 'connect connack auth'],
  ['authentication data', `16 ${field('00')}`, 'connect connack auth'],
  ['request problem information', '17 01', 'connect'],
  ['will delay interval', '18 00000001', 'will'],
  ['request response information', '19 01', 'connect'],
  ['response information', `1A ${string('s')}`, 'connack'],
  ['server reference', `1C ${string('s')}`, 'connack disconnect'],
  [
    'reason string',
    `1F ${string('s')}`,
    'connack puback pubrec pubrel pubcomp suback unsuback disconnect auth',
  ],
  ['receive maximum', '21 0001', 'connect connack'],
  ['topic alias maximum', '22 0001', 'connect connack'],
  ['topic alias', '23 0001', 'publish'],
  ['maximum QoS', '24 01', 'connack'],
  ['retain available', '25 01', 'connack'],
  ['user property', `26 ${string('n')} ${string('v')}`, EVERYWHERE],
  ['maximum packet size', '27 00000001', 'connect connack'],
  ['wildcard subscription available', '28 01', 'connack'],
  ['subscription identifiers available', '29 01', 'connack'],
  ['shared subscription available', '2A 01', 'connack'],
];

/** What another property has to be there for. */
function company(name: string, place: string): string {
  if (place === 'auth' && name !== 'authentication method') return `15 ${string('m')}`;
  if (name === 'authentication data') return `15 ${string('m')}`;
  return '';
}

const matrix: Case[] = PROPERTIES.flatMap(([name, wire, places]) =>
  Object.entries(PLACES).map(([place, build]) => {
    const bytes = build(properties(wire, company(name, place)));
    if (places.split(' ').includes(place)) return decodes(`${name} in ${place}`, bytes, {});
    const code =
      name === 'will delay interval' && place === 'publish'
        ? 'WILL_PROPERTY_IN_PUBLISH'
        : 'PROPERTY_NOT_ALLOWED';
    return refuses(`${name} in ${place}`, bytes, code, 0x81, 'MQTT5 section 2.2.2.2');
  }),
);

const unknown: Case[] = ['00', '04', '0A', '0C', '14', '1B', '20', '2B', '7F', '80 01'].map((identifier) =>
  refuses(
    `identifier ${identifier}`,
    packet('30', string('t'), properties(identifier, '01')),
    'PROPERTY_UNKNOWN',
    0x81,
    'MQTT5 section 2.2.2.2',
  ),
);

const twice: Case[] = PROPERTIES.flatMap(([name, wire, places]) =>
  places.split(' ').map((place) => {
    const bytes = PLACES[place](properties(wire, wire, company(name, place)));
    const repeatable =
      name === 'user property' || (name === 'subscription identifier' && place === 'publish');
    if (repeatable) return decodes(`${name} in ${place}`, bytes, {});
    return refuses(`${name} in ${place}`, bytes, 'PROPERTY_DUPLICATE', 0x82, 'MQTT5 section 2.2.2.2');
  }),
);

/** A byte that may be 0 or 1 only, and how the decoded property is called. */
function flag(place: string, identifier: string, name: string, clause: string): Case[] {
  const build = (value: string) => PLACES[place](properties(identifier, value));
  const encodable = (value: unknown) => ({
    cmd: 'connect',
    protocolVersion: 5,
    clientId: 'c',
    properties: { [name]: value },
  });
  return [
    refuses('2', build('02'), 'PROPERTY_VALUE', 0x82, clause),
    refuses('255', build('FF'), 'PROPERTY_VALUE', 0x82, clause),
    decodes('0', build('00'), { properties: { [name]: false } }),
    decodes('1', build('01'), { properties: { [name]: true } }),
    refusesToEncode('2', encodable(2), 'PROPERTY_VALUE', clause),
  ];
}

const connect = { cmd: 'connect', protocolVersion: 5, clientId: 'c', clean: true, keepalive: 60 } as const;
const notAllowed = row('MQTT5 section 2.2.2.2', '5', matrix, unknown, [
  refusesToEncode(
    'topic alias in CONNECT',
    { ...connect, properties: { topicAlias: 1 } },
    'PROPERTY_NOT_ALLOWED',
    'MQTT5 section 2.2.2.2',
  ),
  refusesToEncode(
    'will delay interval in CONNECT',
    { ...connect, properties: { willDelayInterval: 1 } },
    'PROPERTY_NOT_ALLOWED',
    'MQTT5 section 2.2.2.2',
  ),
  refusesToEncode(
    'an unknown name',
    { ...connect, properties: { colour: 'red' } },
    'PROPERTY_UNKNOWN',
    'MQTT5 section 2.2.2.2',
  ),
]);
const duplicate = row('MQTT5 section 2.2.2.2', '5', twice, [
  refusesToEncode(
    'two content types',
    { cmd: 'publish', topic: 't', properties: { contentType: ['a', 'b'] } },
    'FIELD_INVALID',
    'MQTT-3.3.2-19',
  ),
  encodes(
    'two subscription identifiers in PUBLISH',
    { cmd: 'publish', topic: 't', properties: { subscriptionIdentifier: [1, 2] } },
    packet('30', string('t'), properties('0B 01 0B 02')),
  ),
  encodes(
    'a user property twice',
    { cmd: 'publish', topic: 't', properties: { userProperties: { n: ['v', 'w'] } } },
    packet('30', string('t'), properties('26', string('n'), string('v'), '26', string('n'), string('w'))),
  ),
]);

export const rows: Row[] = [
  { ...notAllowed, statement: 'not defined for the packet type' },
  { ...duplicate, statement: 'occurring twice' },
  row(
    'MQTT5 section 3.1.2.11.3',
    '5',
    refuses(
      '0 in CONNECT',
      PLACES['connect'](properties('21 0000')),
      'PROPERTY_VALUE',
      0x82,
      'MQTT5 section 3.1.2.11.3',
    ),
    refuses(
      '0 in CONNACK',
      PLACES['connack'](properties('21 0000')),
      'PROPERTY_VALUE',
      0x82,
      'MQTT5 section 3.1.2.11.3',
    ),
    decodes('65,535', PLACES['connect'](properties('21 FFFF')), { properties: { receiveMaximum: 65_535 } }),
    refusesToEncode(
      '0',
      { ...connect, properties: { receiveMaximum: 0 } },
      'PROPERTY_VALUE',
      'MQTT5 section 3.1.2.11.3',
    ),
  ),
  row(
    'MQTT5 section 3.1.2.11.4',
    '5',
    refuses(
      '0 in CONNECT',
      PLACES['connect'](properties('27 00000000')),
      'PROPERTY_VALUE',
      0x82,
      'MQTT5 section 3.1.2.11.4',
    ),
    decodes('4,294,967,295', PLACES['connect'](properties('27 FFFFFFFF')), {
      properties: { maximumPacketSize: 4_294_967_295 },
    }),
    refusesToEncode(
      '0',
      { ...connect, properties: { maximumPacketSize: 0 } },
      'PROPERTY_VALUE',
      'MQTT5 section 3.1.2.11.4',
    ),
    encodes(
      '4,294,967,295',
      { ...connect, properties: { maximumPacketSize: 4_294_967_295 } },
      PLACES['connect'](properties('27 FFFFFFFF')),
    ),
  ),
  row(
    'MQTT5 section 3.1.2.11.6',
    '5',
    flag('connect', '19', 'requestResponseInformation', 'MQTT5 section 3.1.2.11.6'),
  ),
  row(
    'MQTT5 section 3.1.2.11.7',
    '5',
    flag('connect', '17', 'requestProblemInformation', 'MQTT5 section 3.1.2.11.7'),
  ),
  row(
    'MQTT5 section 3.1.2.11.9',
    '5',
    refuses(
      'data alone',
      PLACES['connect'](properties('16', field('00'))),
      'AUTHENTICATION_DATA_WITHOUT_METHOD',
      0x82,
      'MQTT5 section 3.1.2.11.9',
    ),
    decodes('data, then method', PLACES['connect'](properties('16', field('00'), '15', string('m'))), {
      properties: { authenticationMethod: 'm' },
    }),
    decodes('method alone', PLACES['connect'](METHOD), { properties: { authenticationMethod: 'm' } }),
    refusesToEncode(
      'data alone',
      { ...connect, properties: { authenticationData: Uint8Array.of(0) } },
      'AUTHENTICATION_DATA_WITHOUT_METHOD',
      'MQTT5 section 3.1.2.11.9',
    ),
  ),
];
