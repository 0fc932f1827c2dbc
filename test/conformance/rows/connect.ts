import { type Case, decodes, encodes, type Row, refuses, refusesToEncode, row } from '../cases.ts';
import { field, KEEP_ALIVE, MQTT_5, MQTT_311, packet, properties, string } from '../wire.ts';

const connect311 = (flags: string, ...payload: string[]) =>
  packet('10', MQTT_311, flags, KEEP_ALIVE, ...payload);
/** Without connect properties. */
const connect5 = (flags: string, ...payload: string[]) =>
  packet('10', MQTT_5, flags, KEEP_ALIVE, '00', ...payload);

const C = string('c');
const WILL_311 = `${string('w')} ${field('6D')}`;
const WILL_5 = `00 ${WILL_311}`;
const truncated = (clause: string) => ['PACKET_TRUNCATED', 0x81, clause] as const;
const trailing = (clause: string) => ['TRAILING_BYTES', 0x81, clause] as const;

const base = { cmd: 'connect', clientId: 'c', clean: true, keepalive: 60 } as const;
const base5 = { ...base, protocolVersion: 5 } as const;

/** Client identifier, will topic, will message, user name and password, in this order. */
const ALL_311 = `${MQTT_311} F6 ${KEEP_ALIVE} ${C} ${WILL_311} ${string('u')} ${field('70')}`;
const ALL_5 = `${MQTT_5} F6 ${KEEP_ALIVE} ${properties('21 0001')} ${C} ${properties('18 00000005')} ${WILL_311} ${string('u')} ${field('70')}`;
const all = {
  cmd: 'connect',
  protocolId: 'MQTT',
  clean: true,
  keepalive: 60,
  clientId: 'c',
  username: 'u',
  password: Uint8Array.of(0x70),
} as const;
const will = { retain: true, qos: 2, topic: 'w', payload: Uint8Array.of(0x6d) } as const;
const all311 = { ...all, protocolVersion: 4, will } as const;
const all5 = {
  ...all,
  protocolVersion: 5,
  properties: { receiveMaximum: 1 },
  will: { ...will, properties: { willDelayInterval: 5 } },
} as const;

/** Where the fields of the body end, in bytes, and the statement that demands each. */
const FIELDS_311 = [
  [10, 'MQTT311 section 2.2.3'],
  [13, 'MQTT-3.1.3-3'],
  [19, 'MQTT-3.1.2-9'],
  [22, 'MQTT-3.1.2-19'],
  [25, 'MQTT-3.1.2-21'],
] as const;
const FIELDS_5 = [
  [10, 'MQTT5 section 2.1.4'],
  [11, 'MQTT-2.2.2-1'],
  [14, 'MQTT5 section 2.2.2.1'],
  [17, 'MQTT-3.1.3-3'],
  [18, 'MQTT-2.2.2-1'],
  [23, 'MQTT5 section 2.2.2.1'],
  [29, 'MQTT-3.1.2-9'],
  [32, 'MQTT-3.1.2-17'],
  [35, 'MQTT-3.1.2-19'],
] as const;

/** The packet cut after every byte of its body, its remaining length cut with it. */
function everyTruncation(body: string, fields: readonly (readonly [end: number, clause: string])[]): Case[] {
  const digits = body.replace(/\s/g, '');
  return Array.from({ length: digits.length / 2 }, (_, length) => {
    const clause = fields.find(([end]) => length < end)?.[1] ?? '';
    const code = clause === 'MQTT5 section 2.2.2.1' ? 'PROPERTY_LENGTH' : 'PACKET_TRUNCATED';
    const wire = packet('10', digits.slice(0, length * 2));
    return refuses(`the first ${length} bytes of the body`, wire, code, 0x81, clause);
  });
}

function protocolName(rest: string): Case[] {
  return ['hj', 'mqtt', 'MQTt', 'MQTTT', 'MQT', '', 'MQIsDP'].map((name) =>
    refuses(`'${name}'`, packet('10', string(name), rest), 'PROTOCOL_NAME', 0x84, 'MQTT-3.1.2-1'),
  );
}

export const rows: Row[] = [
  row(
    'MQTT-3.1.2-1',
    '3.1.1',
    protocolName(`04 02 ${KEEP_ALIVE} ${C}`),
    refuses(
      "'MQIsdp' with level 4",
      packet('10', string('MQIsdp'), `04 02 ${KEEP_ALIVE} ${C}`),
      'PROTOCOL_NAME_VERSION_MISMATCH',
      0x84,
      'MQTT-3.1.2-1',
    ),
    refuses(
      "'MQTT' with level 3",
      packet('10', string('MQTT'), `03 02 ${KEEP_ALIVE} ${C}`),
      'PROTOCOL_NAME_VERSION_MISMATCH',
      0x84,
      'MQTT-3.1.2-1',
    ),
    decodes("'MQTT' with level 4", connect311('02', C), { protocolId: 'MQTT', protocolVersion: 4 }),
    decodes("'MQIsdp' with level 3", packet('10', string('MQIsdp'), `03 02 ${KEEP_ALIVE} ${C}`), {
      protocolId: 'MQIsdp',
      protocolVersion: 3,
    }),
    encodes("'MQTT' with level 4", base, connect311('02', C)),
    encodes(
      "'MQIsdp' with level 3",
      { ...base, protocolId: 'MQIsdp', protocolVersion: 3 },
      packet('10', string('MQIsdp'), `03 02 ${KEEP_ALIVE} ${C}`),
    ),
    refusesToEncode("'mqtt'", { ...base, protocolId: 'mqtt' }, 'PROTOCOL_NAME', 'MQTT-3.1.2-1'),
  ),
  row(
    'MQTT-3.1.2-2',
    '3.1.1',
    ...['00', '02', '06', '7F'].map((level) =>
      refuses(
        `level ${level}`,
        packet('10', string('MQTT'), level, `02 ${KEEP_ALIVE} ${C}`),
        'PROTOCOL_VERSION',
        0x84,
        'MQTT-3.1.2-2',
      ),
    ),
    refusesToEncode('level 6', { ...base, protocolVersion: 6 }, 'PROTOCOL_VERSION', 'MQTT-3.1.2-2'),
  ),
  row(
    'MQTT-3.1.2-3',
    '3.1.1',
    refuses('flags 03', connect311('03', C), 'CONNECT_FLAG_RESERVED', 0x81, 'MQTT-3.1.2-3'),
    encodes('flags 02', base, connect311('02', C)),
  ),
  row(
    'MQTT-3.1.2-9',
    '3.1.1',
    refuses('no will topic', connect311('06', C), ...truncated('MQTT-3.1.2-9')),
    refuses('no will message', connect311('06', C, string('w')), ...truncated('MQTT-3.1.2-9')),
    decodes('both', connect311('06', C, WILL_311), { will: { topic: 'w', qos: 0, retain: false } }),
    encodes('both', { ...base, will: { topic: 'w', payload: 'm' } }, connect311('06', C, WILL_311)),
  ),
  row(
    'MQTT-3.1.2-11',
    '3.1.1',
    refuses('will QoS 1', connect311('08', C), 'WILL_QOS_WITHOUT_WILL', 0x81, 'MQTT-3.1.2-13'),
    refuses('will QoS 2', connect311('10', C), 'WILL_QOS_WITHOUT_WILL', 0x81, 'MQTT-3.1.2-13'),
    refuses('will retain', connect311('20', C), 'WILL_RETAIN_WITHOUT_WILL', 0x81, 'MQTT-3.1.2-15'),
    refuses('will fields', connect311('02', C, WILL_311), ...trailing('MQTT-3.1.2-18')),
    encodes('no will, no flags', base, connect311('02', C)),
  ),
  row(
    'MQTT-3.1.2-13',
    '3.1.1',
    refuses('flags 0A', connect311('0A', C), 'WILL_QOS_WITHOUT_WILL', 0x81, 'MQTT-3.1.2-13'),
    refuses('flags 12', connect311('12', C), 'WILL_QOS_WITHOUT_WILL', 0x81, 'MQTT-3.1.2-13'),
    decodes('flags 0E', connect311('0E', C, WILL_311), { will: { qos: 1 } }),
  ),
  row(
    'MQTT-3.1.2-14',
    '3.1.1',
    refuses('flags 1C', connect311('1C', C, WILL_311), 'WILL_QOS', 0x81, 'MQTT-3.1.2-14'),
    decodes('flags 16', connect311('16', C, WILL_311), { will: { qos: 2 } }),
    refusesToEncode(
      'will QoS 3',
      { ...base, will: { topic: 'w', payload: '', qos: 3 } },
      'WILL_QOS',
      'MQTT-3.1.2-14',
    ),
  ),
  row(
    'MQTT-3.1.2-15',
    '3.1.1',
    refuses('flags 22', connect311('22', C), 'WILL_RETAIN_WITHOUT_WILL', 0x81, 'MQTT-3.1.2-15'),
    decodes('flags 26', connect311('26', C, WILL_311), { will: { retain: true } }),
  ),
  row(
    'MQTT-3.1.2-18',
    '3.1.1',
    refuses('surplus field', connect311('02', C, string('u')), ...trailing('MQTT-3.1.2-18')),
    decodes('none', connect311('02', C), { clientId: 'c' }),
  ),
  row(
    'MQTT-3.1.2-19',
    '3.1.1',
    refuses('missing', connect311('82', C), ...truncated('MQTT-3.1.2-19')),
    decodes('present', connect311('82', C, string('u')), { username: 'u' }),
    encodes('present', { ...base, username: 'u' }, connect311('82', C, string('u'))),
  ),
  row(
    'MQTT-3.1.2-20',
    '3.1.1',
    refuses('surplus field', connect311('82', C, string('u'), field('70')), ...trailing('MQTT-3.1.2-20')),
  ),
  row(
    'MQTT-3.1.2-21',
    '3.1.1',
    refuses('missing', connect311('C2', C, string('u')), ...truncated('MQTT-3.1.2-21')),
    decodes('present', connect311('C2', C, string('u'), field('70')), { password: Uint8Array.of(0x70) }),
    encodes(
      'present',
      { ...base, username: 'u', password: 'p' },
      connect311('C2', C, string('u'), field('70')),
    ),
  ),
  row(
    'MQTT-3.1.2-22',
    '3.1.1',
    refuses('flags 42', connect311('42', C, field('70')), 'PASSWORD_WITHOUT_USERNAME', 0x81, 'MQTT-3.1.2-22'),
    refusesToEncode(
      'password alone',
      { ...base, password: 'p' },
      'PASSWORD_WITHOUT_USERNAME',
      'MQTT-3.1.2-22',
    ),
  ),
  row(
    'MQTT-3.1.3-1',
    '3.1.1',
    decodes('all five', packet('10', ALL_311), all311),
    encodes('all five', all311, packet('10', ALL_311)),
  ),
  row(
    'MQTT-3.1.3-3',
    '3.1.1',
    refuses('the packet ends after the keep alive', connect311('02'), ...truncated('MQTT-3.1.3-3')),
    encodes('first in the payload', base, connect311('02', C)),
  ),
  row(
    'MQTT-3.1.3-4',
    '3.1.1',
    refuses('ill-formed', connect311('02', field('63 80')), 'STRING_NOT_UTF8', 0x81, 'MQTT-3.1.3-4'),
    decodes('well-formed', connect311('02', field('C3A9')), { clientId: 'é' }),
  ),
  row(
    'MQTT-3.1.3-8',
    '3.1.1',
    decodes('clean session 0: for the server to answer', connect311('00', '0000'), {
      clientId: '',
      clean: false,
    }),
    decodes('clean session 1', connect311('02', '0000'), { clientId: '', clean: true }),
    refusesToEncode(
      'clean session 0',
      { ...base, clientId: '', clean: false },
      'CLIENT_IDENTIFIER_EMPTY',
      'MQTT-3.1.3-8',
    ),
  ),
  row(
    'MQTT-3.1.3-10',
    '3.1.1',
    refuses(
      'ill-formed',
      connect311('06', C, field('77 80'), '0000'),
      'STRING_NOT_UTF8',
      0x81,
      'MQTT-3.1.3-10',
    ),
    decodes('well-formed', connect311('06', C, field('C3A9'), '0000'), { will: { topic: 'é' } }),
  ),
  row(
    'MQTT-3.1.3-11',
    '3.1.1',
    refuses('ill-formed', connect311('82', C, field('75 80')), 'STRING_NOT_UTF8', 0x81, 'MQTT-3.1.3-11'),
    decodes('well-formed', connect311('82', C, field('C3A9')), { username: 'é' }),
  ),
  row(
    'MQTT-3.1.4-1',
    '3.1.1',
    everyTruncation(ALL_311, FIELDS_311),
    decodes('whole', packet('10', ALL_311), all311),
  ),
  row(
    'MQTT-3.1.2-1',
    '5',
    protocolName(`05 02 ${KEEP_ALIVE} 00 ${C}`),
    refuses(
      "'MQIsdp' with version 5",
      packet('10', string('MQIsdp'), `05 02 ${KEEP_ALIVE} 00 ${C}`),
      'PROTOCOL_NAME_VERSION_MISMATCH',
      0x84,
      'MQTT-3.1.2-1',
    ),
    decodes("'MQTT' with version 5", connect5('02', C), { protocolId: 'MQTT', protocolVersion: 5 }),
    encodes("'MQTT' with version 5", base5, connect5('02', C)),
  ),
  row(
    'MQTT-3.1.2-3',
    '5',
    refuses('flags 03', connect5('03', C), 'CONNECT_FLAG_RESERVED', 0x81, 'MQTT-3.1.2-3'),
    encodes('flags 02', base5, connect5('02', C)),
  ),
  row(
    'MQTT-3.1.2-9',
    '5',
    refuses('no will properties', connect5('06', C), ...truncated('MQTT-2.2.2-1')),
    refuses('no will topic', connect5('06', C, '00'), ...truncated('MQTT-3.1.2-9')),
    refuses('no will payload', connect5('06', C, '00', string('w')), ...truncated('MQTT-3.1.2-9')),
    decodes('all three', connect5('06', C, WILL_5), { will: { topic: 'w' } }),
    encodes('all three', { ...base5, will: { topic: 'w', payload: 'm' } }, connect5('06', C, WILL_5)),
  ),
  row(
    'MQTT-3.1.2-11',
    '5',
    refuses('flags 0A', connect5('0A', C), 'WILL_QOS_WITHOUT_WILL', 0x81, 'MQTT-3.1.2-11'),
    refuses('flags 12', connect5('12', C), 'WILL_QOS_WITHOUT_WILL', 0x81, 'MQTT-3.1.2-11'),
    encodes('no will, no QoS', base5, connect5('02', C)),
  ),
  row(
    'MQTT-3.1.2-12',
    '5',
    refuses('flags 1E', connect5('1E', C, WILL_5), 'WILL_QOS', 0x81, 'MQTT-3.1.2-12'),
    refusesToEncode(
      'will QoS 3',
      { ...base5, will: { topic: 'w', payload: '', qos: 3 } },
      'WILL_QOS',
      'MQTT-3.1.2-12',
    ),
    encodes(
      'will QoS 2',
      { ...base5, will: { topic: 'w', payload: 'm', qos: 2 } },
      connect5('16', C, WILL_5),
    ),
  ),
  row(
    'MQTT-3.1.2-13',
    '5',
    refuses('flags 22', connect5('22', C), 'WILL_RETAIN_WITHOUT_WILL', 0x81, 'MQTT-3.1.2-13'),
    decodes('flags 26', connect5('26', C, WILL_5), { will: { retain: true } }),
  ),
  row(
    'MQTT-3.1.2-16',
    '5',
    refuses('surplus field', connect5('02', C, string('u')), ...trailing('MQTT-3.1.2-16')),
  ),
  row(
    'MQTT-3.1.2-17',
    '5',
    refuses('missing', connect5('82', C), ...truncated('MQTT-3.1.2-17')),
    decodes('present', connect5('82', C, string('u')), { username: 'u' }),
    encodes('present', { ...base5, username: 'u' }, connect5('82', C, string('u'))),
  ),
  row(
    'MQTT-3.1.2-18',
    '5',
    refuses('surplus field', connect5('82', C, string('u'), field('70')), ...trailing('MQTT-3.1.2-18')),
    decodes('password without user name', connect5('42', C, field('70')), { password: Uint8Array.of(0x70) }),
    encodes('password without user name', { ...base5, password: 'p' }, connect5('42', C, field('70'))),
  ),
  row(
    'MQTT-3.1.2-19',
    '5',
    refuses('missing', connect5('42', C), ...truncated('MQTT-3.1.2-19')),
    refuses('cut short', connect5('42', C, '0002 70'), ...truncated('MQTT-3.1.2-19')),
  ),
  row(
    'MQTT-3.1.3-1',
    '5',
    decodes('all, with will properties', packet('10', ALL_5), all5),
    encodes('all, with will properties', all5, packet('10', ALL_5)),
  ),
  row(
    'MQTT-3.1.3-3',
    '5',
    refuses('the packet ends after the properties', connect5('02'), ...truncated('MQTT-3.1.3-3')),
    encodes('first in the payload', base5, connect5('02', C)),
  ),
  row(
    'MQTT-3.1.3-4',
    '5',
    refuses('ill-formed', connect5('02', field('63 80')), 'STRING_NOT_UTF8', 0x81, 'MQTT-3.1.3-4'),
    decodes('well-formed', connect5('02', field('C3A9')), { clientId: 'é' }),
  ),
  row(
    'MQTT-3.1.3-11',
    '5',
    refuses(
      'ill-formed',
      connect5('06', C, '00', field('77 80'), '0000'),
      'STRING_NOT_UTF8',
      0x81,
      'MQTT-3.1.3-11',
    ),
  ),
  row(
    'MQTT-3.1.3-12',
    '5',
    refuses('ill-formed', connect5('82', C, field('75 80')), 'STRING_NOT_UTF8', 0x81, 'MQTT-3.1.3-12'),
  ),
  row('MQTT-3.1.4-1', '5', everyTruncation(ALL_5, FIELDS_5), decodes('whole', packet('10', ALL_5), all5)),
];
