import { decodes, encodes, type Row, refuses, refusesToEncode, row } from '../cases.ts';
import { field, packet, properties, string } from '../wire.ts';

const METHOD = properties('15', string('m'));
const wire = (code: number) => code.toString(16).padStart(2, '0');
const others = (legal: number[]) =>
  Array.from({ length: 256 }, (_, code) => code).filter((code) => !legal.includes(code));

const DISCONNECTED = [
  0x00, 0x04, 0x80, 0x81, 0x82, 0x83, 0x87, 0x89, 0x8b, 0x8d, 0x8e, 0x8f, 0x90, 0x93, 0x94, 0x95, 0x96, 0x97,
  0x98, 0x99, 0x9a, 0x9b, 0x9c, 0x9d, 0x9e, 0x9f, 0xa0, 0xa1, 0xa2,
];
/** Bad authentication method: table 2-6 gives it to DISCONNECT, table 3-10 leaves it out, so it is accepted. */
const IN_ONE_TABLE = 0x8c;

export const rows: Row[] = [
  row(
    'MQTT-3.14.2-1',
    '5',
    ...[...DISCONNECTED, IN_ONE_TABLE].map((code) =>
      decodes(wire(code), packet('E0', wire(code)), { reasonCode: code }),
    ),
    ...others([...DISCONNECTED, IN_ONE_TABLE]).flatMap((code) => [
      refuses(wire(code), packet('E0', wire(code)), 'REASON_CODE', 0x82, 'MQTT-3.14.2-1'),
      refusesToEncode(wire(code), { cmd: 'disconnect', reasonCode: code }, 'REASON_CODE', 'MQTT-3.14.2-1'),
    ]),
    refuses('0x04 from a server', 'E0 01 04', 'REASON_CODE', 0x82, 'MQTT-3.14.2-1', { sender: 'server' }),
    refuses('0x8E from a client', 'E0 01 8E', 'REASON_CODE', 0x82, 'MQTT-3.14.2-1', { sender: 'client' }),
    decodes('0x8E from a server', 'E0 01 8E', { reasonCode: 0x8e }, { sender: 'server' }),
  ),
  row(
    'MQTT-3.14.2-2',
    '5',
    refuses(
      'from a server',
      packet('E0', '00', properties('11 00000001')),
      'SESSION_EXPIRY_FROM_SERVER',
      0x82,
      'MQTT-3.14.2-2',
      { sender: 'server' },
    ),
    decodes(
      'from a client',
      packet('E0', '00', properties('11 00000001')),
      { properties: { sessionExpiryInterval: 1 } },
      { sender: 'client' },
    ),
  ),
  row(
    'MQTT5 section 3.14',
    '5',
    decodes('length 0', 'E0 00', { cmd: 'disconnect', reasonCode: 0 }),
    decodes('length 1', 'E0 01 04', { reasonCode: 4 }),
    decodes('length 2', 'E0 02 00 00', { reasonCode: 0 }),
    decodes('with properties', packet('E0', '98', properties('1F', string('r'))), {
      reasonCode: 0x98,
      properties: { reasonString: 'r' },
    }),
    refuses('surplus bytes', 'E0 03 00 00 00', 'TRAILING_BYTES', 0x81, 'MQTT5 section 2.1.4'),
    encodes('no code', { cmd: 'disconnect' }, 'E0 00'),
    encodes('code 4', { cmd: 'disconnect', reasonCode: 4 }, 'E0 01 04'),
    encodes(
      'with properties',
      { cmd: 'disconnect', reasonCode: 0x98, properties: { reasonString: 'r' } },
      packet('E0', '98', properties('1F', string('r'))),
    ),
  ),
  row(
    'MQTT-3.15.2-1',
    '5',
    ...[0x00, 0x18, 0x19].flatMap((code) => [
      decodes(wire(code), packet('F0', wire(code), METHOD), { reasonCode: code }),
      encodes(
        wire(code),
        { cmd: 'auth', reasonCode: code, properties: { authenticationMethod: 'm' } },
        packet('F0', wire(code), METHOD),
      ),
    ]),
    ...others([0x00, 0x18, 0x19]).flatMap((code) => [
      refuses(wire(code), packet('F0', wire(code), METHOD), 'REASON_CODE', 0x82, 'MQTT-3.15.2-1'),
      refusesToEncode(
        wire(code),
        { cmd: 'auth', reasonCode: code, properties: { authenticationMethod: 'm' } },
        'REASON_CODE',
        'MQTT-3.15.2-1',
      ),
    ]),
    refuses('0x00 from a client', packet('F0', '00', METHOD), 'REASON_CODE', 0x82, 'MQTT-3.15.2-1', {
      sender: 'client',
    }),
    refuses('0x19 from a server', packet('F0', '19', METHOD), 'REASON_CODE', 0x82, 'MQTT-3.15.2-1', {
      sender: 'server',
    }),
  ),
  row(
    'MQTT5 section 3.15.2.2.2',
    '5',
    refuses(
      'no properties',
      'F0 02 18 00',
      'AUTHENTICATION_METHOD_MISSING',
      0x82,
      'MQTT5 section 3.15.2.2.2',
    ),
    refuses(
      'data alone',
      packet('F0', '18', properties('16', field('00'))),
      'AUTHENTICATION_METHOD_MISSING',
      0x82,
      'MQTT5 section 3.15.2.2.2',
    ),
    decodes('length 0, which section 3.15.2.1 allows', 'F0 00', { cmd: 'auth', reasonCode: 0 }),
    decodes('method and data', packet('F0', '18', properties('15', string('m'), '16', field('00'))), {
      properties: { authenticationMethod: 'm', authenticationData: Uint8Array.of(0) },
    }),
    refusesToEncode(
      'no properties',
      { cmd: 'auth', reasonCode: 0x18 },
      'AUTHENTICATION_METHOD_MISSING',
      'MQTT5 section 3.15.2.2.2',
    ),
  ),
];
