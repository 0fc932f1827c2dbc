import { type Case, decodes, encodes, type Row, refuses, refusesToEncode, row } from '../cases.ts';
import { packet, properties, string } from '../wire.ts';

/** All 256 codes in an acknowledgement of a PUBLISH: those of the table are accepted, no other. */
function everyCode(
  cmd: 'puback' | 'pubrec' | 'pubrel' | 'pubcomp',
  firstByte: string,
  legal: number[],
  clause: string,
): Case[] {
  return Array.from({ length: 256 }, (_, code) => {
    const name = `0x${code.toString(16).padStart(2, '0')}`;
    const wire = packet(firstByte, '0001', name.slice(2));
    if (legal.includes(code)) return decodes(name, wire, { messageId: 1, reasonCode: code });
    return [
      refuses(name, wire, 'REASON_CODE', 0x82, clause),
      refusesToEncode(name, { cmd, messageId: 1, reasonCode: code }, 'REASON_CODE', clause),
    ];
  }).flat();
}

const PUBLISHED = [0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99];
const RELEASED = [0x00, 0x92];
const SUBSCRIBED = [0x00, 0x01, 0x02, 0x80, 0x83, 0x87, 0x8f, 0x91, 0x97, 0x9e, 0xa1, 0xa2];
const UNSUBSCRIBED = [0x00, 0x11, 0x80, 0x83, 0x87, 0x8f, 0x91];
const CONNECTED = [
  0x00, 0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x8c, 0x90, 0x95, 0x97, 0x99, 0x9a,
  0x9b, 0x9c, 0x9d, 0x9f,
];
const others = (legal: number[]) =>
  Array.from({ length: 256 }, (_, code) => code).filter((code) => !legal.includes(code));
const wire = (code: number) => code.toString(16).padStart(2, '0');

export const rows: Row[] = [
  row(
    'MQTT-3.9.3-2',
    '3.1.1',
    ...[0x00, 0x01, 0x02, 0x80].flatMap((code) => [
      decodes(wire(code), packet('90', '0001', wire(code)), { granted: [code] }),
      encodes(wire(code), { cmd: 'suback', messageId: 1, granted: [code] }, packet('90', '0001', wire(code))),
    ]),
    ...others([0, 1, 2, 0x80]).flatMap((code) => [
      refuses(wire(code), packet('90', '0001 00', wire(code)), 'SUBACK_RETURN_CODE', 0x82, 'MQTT-3.9.3-2'),
      refusesToEncode(
        wire(code),
        { cmd: 'suback', messageId: 1, granted: [0, code] },
        'SUBACK_RETURN_CODE',
        'MQTT-3.9.3-2',
      ),
    ]),
  ),
  row(
    'MQTT-3.2.2-4',
    '3.1.1',
    refuses('return code 5', '20 02 01 05', 'SESSION_PRESENT_WITH_ERROR', 0x82, 'MQTT-3.2.2-4'),
    decodes('return code 0', '20 02 01 00', { sessionPresent: true, returnCode: 0 }),
    refusesToEncode(
      'return code 5',
      { cmd: 'connack', sessionPresent: true, returnCode: 5 },
      'SESSION_PRESENT_WITH_ERROR',
      'MQTT-3.2.2-4',
    ),
  ),
  row(
    'MQTT-3.2.2-1',
    '5',
    ...['02', '03', '04', '08', '10', '20', '40', '80', 'FE'].map((flags) =>
      refuses(`flags ${flags}`, `20 03 ${flags} 00 00`, 'CONNACK_FLAGS_RESERVED', 0x81, 'MQTT-3.2.2-1'),
    ),
    decodes('flags 00', '20 03 00 00 00', { sessionPresent: false }),
    decodes('flags 01', '20 03 01 00 00', { sessionPresent: true }),
    encodes('session present', { cmd: 'connack', sessionPresent: true, reasonCode: 0 }, '20 03 01 00 00'),
  ),
  row(
    'MQTT-3.2.2-6',
    '5',
    refuses('reason code 0x87', '20 03 01 87 00', 'SESSION_PRESENT_WITH_ERROR', 0x82, 'MQTT-3.2.2-6'),
    refusesToEncode(
      'reason code 0x87',
      { cmd: 'connack', sessionPresent: true, reasonCode: 0x87 },
      'SESSION_PRESENT_WITH_ERROR',
      'MQTT-3.2.2-6',
    ),
  ),
  row(
    'MQTT-3.2.2-8',
    '5',
    ...CONNECTED.flatMap((code) => [
      decodes(wire(code), `20 03 00 ${wire(code)} 00`, { reasonCode: code }),
      encodes(
        wire(code),
        { cmd: 'connack', sessionPresent: false, reasonCode: code },
        `20 03 00 ${wire(code)} 00`,
      ),
    ]),
    ...others(CONNECTED).flatMap((code) => [
      refuses(wire(code), `20 03 00 ${wire(code)} 00`, 'REASON_CODE', 0x82, 'MQTT-3.2.2-8'),
      refusesToEncode(
        wire(code),
        { cmd: 'connack', sessionPresent: false, reasonCode: code },
        'REASON_CODE',
        'MQTT-3.2.2-8',
      ),
    ]),
  ),
  row('MQTT-3.4.2-1', '5', everyCode('puback', '40', PUBLISHED, 'MQTT-3.4.2-1')),
  row('MQTT-3.5.2-1', '5', everyCode('pubrec', '50', PUBLISHED, 'MQTT-3.5.2-1')),
  row('MQTT-3.6.2-1', '5', everyCode('pubrel', '62', RELEASED, 'MQTT-3.6.2-1')),
  row('MQTT-3.7.2-1', '5', everyCode('pubcomp', '70', RELEASED, 'MQTT-3.7.2-1')),
  row(
    'MQTT5 section 3.4.2.1',
    '5',
    ...['40', '50', '62', '70'].flatMap((first) => [
      decodes(`${first}, length 2`, packet(first, '0102'), { messageId: 258, reasonCode: 0 }),
      decodes(`${first}, length 3`, packet(first, '0102 00'), { messageId: 258, reasonCode: 0 }),
      decodes(`${first}, length 4`, packet(first, '0102 00 00'), { messageId: 258, reasonCode: 0 }),
      refuses(`${first}, length 1`, packet(first, '01'), 'PACKET_TRUNCATED', 0x81, 'MQTT5 section 2.1.4'),
      refuses(
        `${first}, length 5 without properties`,
        packet(first, '0102 00 00 00'),
        'TRAILING_BYTES',
        0x81,
        'MQTT5 section 2.1.4',
      ),
    ]),
    decodes('with properties', packet('40', '0102 10', properties('1F', string('r'))), {
      reasonCode: 0x10,
      properties: { reasonString: 'r' },
    }),
    encodes('code 0x10', { cmd: 'puback', messageId: 258, reasonCode: 0x10 }, '40 03 0102 10'),
    encodes('code 0', { cmd: 'puback', messageId: 258, reasonCode: 0 }, '40 02 0102'),
    encodes(
      'code 0 with properties',
      { cmd: 'puback', messageId: 258, reasonCode: 0, properties: { reasonString: 'r' } },
      packet('40', '0102 00', properties('1F', string('r'))),
    ),
  ),
  row(
    'MQTT-3.9.3-2',
    '5',
    ...SUBSCRIBED.flatMap((code) => [
      decodes(wire(code), `90 04 0001 00 ${wire(code)}`, { granted: [code] }),
      encodes(wire(code), { cmd: 'suback', messageId: 1, granted: [code] }, `90 04 0001 00 ${wire(code)}`),
    ]),
    ...others(SUBSCRIBED).flatMap((code) => [
      refuses(wire(code), `90 05 0001 00 00 ${wire(code)}`, 'REASON_CODE', 0x82, 'MQTT-3.9.3-2'),
      refusesToEncode(
        wire(code),
        { cmd: 'suback', messageId: 1, granted: [0, code] },
        'REASON_CODE',
        'MQTT-3.9.3-2',
      ),
    ]),
  ),
  row(
    'MQTT-3.11.3-2',
    '5',
    ...UNSUBSCRIBED.flatMap((code) => [
      decodes(wire(code), `B0 04 0001 00 ${wire(code)}`, { granted: [code] }),
      encodes(wire(code), { cmd: 'unsuback', messageId: 1, granted: [code] }, `B0 04 0001 00 ${wire(code)}`),
    ]),
    ...others(UNSUBSCRIBED).flatMap((code) => [
      refuses(wire(code), `B0 05 0001 00 00 ${wire(code)}`, 'REASON_CODE', 0x82, 'MQTT-3.11.3-2'),
      refusesToEncode(
        wire(code),
        { cmd: 'unsuback', messageId: 1, granted: [0, code] },
        'REASON_CODE',
        'MQTT-3.11.3-2',
      ),
    ]),
  ),
];
