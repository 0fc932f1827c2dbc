import { describe, expect, test } from 'vitest';
import { generate, MqttError, type Packet } from '../../src/index.ts';
import { hex } from '../vectors/hex.ts';

const PUBLISH: Packet = { cmd: 'publish', topic: 'a', payload: 'x', qos: 0, dup: false, retain: false };
const VERSION_5 = Object.freeze({ protocolVersion: 5 });

function expectBytes(packet: object, options: object | undefined, text: string): void {
  expect(generate(packet as Packet, options).toString('hex')).toBe(Buffer.from(hex(text)).toString('hex'));
}

describe('generate', () => {
  test('returns a Buffer', () => {
    expect(Buffer.isBuffer(generate(PUBLISH))).toBe(true);
  });

  test('encodes for MQTT 3.1.1 unless the options say 5, and a CONNECT by its own version', () => {
    expectBytes(PUBLISH, undefined, '30 04 0001 61 78');
    expectBytes(PUBLISH, {}, '30 04 0001 61 78');
    expectBytes(PUBLISH, VERSION_5, '30 05 0001 61 00 78');
    expectBytes({ cmd: 'connect', clientId: 'a' }, VERSION_5, '10 0d 0004 4d515454 04 02 0000 0001 61');
  });

  // the layout of mqtt-packet: a reason code is followed by a property length
  test.each([
    ['no reason code', {}, '40 04 0001 00 00'],
    ['reason code 0', { reasonCode: 0 }, '40 02 0001'],
    ['another reason code', { reasonCode: 0x10 }, '40 04 0001 10 00'],
    ['no properties in the object', { reasonCode: 0, properties: {} }, '40 04 0001 00 00'],
  ])('writes an acknowledgement of MQTT 5.0 with %s', (_name, fields, text) => {
    expectBytes({ cmd: 'puback', messageId: 1, ...fields }, VERSION_5, text);
  });

  test('writes a DISCONNECT and an AUTH of MQTT 5.0 in full', () => {
    expectBytes({ cmd: 'disconnect', reasonCode: 0 }, VERSION_5, 'e0 02 00 00');
    expectBytes({ cmd: 'auth', reasonCode: 0 }, VERSION_5, 'f0 02 00 00');
  });
});

describe('generate takes what consumers of mqtt-packet give it', () => {
  test.each<[name: string, packet: object, options: object | undefined, text: string]>([
    [
      'packets of aedes: fields of its own, and no packet identifier at QoS 0',
      { ...PUBLISH, messageId: undefined, brokerId: 'b', brokerCounter: 1 },
      undefined,
      '30 04 0001 61 78',
    ],
    ['DUP of a message that is sent on with QoS 0', { ...PUBLISH, dup: true }, undefined, '30 04 0001 61 78'],
    ['wildcards in a topic name', { ...PUBLISH, topic: '#' }, undefined, '30 04 0001 23 78'],
    ['packet identifier 0', { cmd: 'puback', messageId: 0 }, undefined, '40 02 0000'],
    ['null as flag and QoS', { ...PUBLISH, qos: null, retain: null }, undefined, '30 04 0001 61 78'],
    ['a number as flag', { ...PUBLISH, retain: 2 }, undefined, '31 04 0001 61 78'],
    ['the QoS as text', { ...PUBLISH, qos: '1', messageId: 1 }, undefined, '32 06 0001 61 0001 78'],
    ['no payload', { ...PUBLISH, payload: null }, undefined, '30 03 0001 61'],
    [
      'half a surrogate pair in a payload',
      { ...PUBLISH, payload: '\ud800' },
      undefined,
      '30 06 0001 61 efbfbd',
    ],
    [
      'a payload that is an Uint8Array',
      { ...PUBLISH, payload: Uint8Array.of(1) },
      undefined,
      '30 04 0001 61 01',
    ],
    [
      'a number as value of a user property',
      { ...PUBLISH, properties: { userProperties: { k: 5 } } },
      VERSION_5,
      '30 0c 0001 61 07 26 0001 6b 0001 35 78',
    ],
    [
      'a fraction of a second',
      { ...PUBLISH, properties: { messageExpiryInterval: 1.5 } },
      VERSION_5,
      '30 0a 0001 61 05 02 00000001 78',
    ],
    [
      'text of a CONNECT as bytes',
      {
        cmd: 'connect',
        protocolId: Buffer.from('MQTT'),
        clientId: Buffer.from('a'),
        username: Buffer.from('b'),
      },
      undefined,
      '10 10 0004 4d515454 04 82 0000 0001 61 0001 62',
    ],
  ])('%s', (_name, packet, options, text) => {
    expectBytes(packet, options, text);
  });
});

describe('generate refuses what mqtt-packet cuts off without a word', () => {
  test.each<[name: string, packet: object, message: string]>([
    ['a topic of 65,536 bytes', { ...PUBLISH, topic: 'a'.repeat(65_536) }, 'longer than 65535 bytes'],
    [
      'a user property of 65,536 bytes',
      { ...PUBLISH, properties: { userProperties: { k: 'a'.repeat(65_536) } } },
      'longer than 65535 bytes',
    ],
    ['packet identifier 65,536', { ...PUBLISH, qos: 1, messageId: 65_536 }, 'Invalid messageId'],
    ['packet identifier 1.5', { cmd: 'puback', messageId: 1.5 }, 'Invalid messageId'],
    ['reason code 300', { cmd: 'puback', messageId: 1, reasonCode: 300 }, 'reason code is not defined'],
    ['a topic that is no text', { ...PUBLISH, topic: '\ud800' }, 'not well-formed UTF-8'],
    ['QoS 3', { ...PUBLISH, qos: 3, messageId: 1 }, 'QoS is 3'],
    ['no packet', {}, 'Unknown command'],
  ])('%s', (_name, packet, message) => {
    const run = () => generate(packet as Packet, VERSION_5);
    expect(run).toThrow(MqttError);
    expect(run).toThrow(message);
  });

  test('a remaining length of 268,435,456', () => {
    const payload = Buffer.alloc(268_435_456 - 3);
    expect(() => generate({ ...PUBLISH, payload })).toThrow('Invalid variable byte integer: 268435456');
  });
});

test('the largest packet there is can be made', () => {
  const payload = Buffer.alloc(268_435_455 - 3);
  expect(generate({ ...PUBLISH, payload }).length).toBe(268_435_460);
});

describe('maximumPacketSize in the properties of the options', () => {
  const reasonString = 'r'.repeat(50);
  const userProperties = { k: 'v'.repeat(50) };
  const ack = {
    cmd: 'puback',
    messageId: 1,
    reasonCode: 0x10,
    properties: { reasonString, userProperties },
  } as const;
  const within = (maximumPacketSize: number) =>
    generate(ack, { protocolVersion: 5, properties: { maximumPacketSize } });

  test('leaves out the reason string, then the user properties', () => {
    const full = generate(ack, VERSION_5);
    expect(within(full.length)).toEqual(full);
    const noReason = generate({ ...ack, properties: { userProperties } }, VERSION_5);
    expect(within(full.length - 1)).toEqual(noReason);
    expect(within(noReason.length - 1)).toEqual(Buffer.from(hex('40 04 0001 10 00')));
  });

  test('does not change the packet', () => {
    within(6);
    expect(ack.properties).toEqual({ reasonString, userProperties });
  });

  test('is an error where nothing can be left out', () => {
    expect(() => within(5)).toThrow(expect.objectContaining({ code: 'PACKET_TOO_LARGE', reasonCode: 0x95 }));
  });

  test('is not for PUBLISH', () => {
    const packet: Packet = { ...PUBLISH, properties: { userProperties } } as Packet;
    const options = { protocolVersion: 5, properties: { maximumPacketSize: 10 } };
    expect(generate(packet, options)).toEqual(generate(packet, VERSION_5));
  });
});
