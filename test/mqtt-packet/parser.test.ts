import { EventEmitter } from 'node:events';
import { describe, expect, test } from 'vitest';
import { MqttError, type Packet, type Parser, parser } from '../../src/index.ts';
import { hex } from '../vectors/hex.ts';

const PINGREQ = 'c0 00';
const CONNECT_5 = '10 0d 0004 4d515454 05 02 003c 00 0000';
/** PUBLISH of QoS 0 of one topic: `topic` is a hex digit pair. */
const publish = (topic: string) => `30 04 0001 ${topic} 78`;

function bytes(text: string): Buffer {
  return Buffer.from(hex(text));
}

/** A parser, and what it has emitted. */
function listening(options?: object) {
  const packets: any[] = [];
  const errors: MqttError[] = [];
  const p = parser(options)
    .on('packet', (packet) => packets.push(packet))
    .on('error', (error) => errors.push(error));
  return { p, packets, errors };
}

describe('a parser', () => {
  test('is an EventEmitter of Node, made by a function', () => {
    expect(parser()).toBeInstanceOf(EventEmitter);
    expect(typeof parser).toBe('function');
  });

  test('emits synchronously, and returns the bytes behind the fixed header of an incomplete packet', () => {
    const { p, packets } = listening();
    expect(p.parse(bytes('30 0a 0004 74657374'))).toBe(6);
    expect(packets).toEqual([]);
    expect(p.parse(bytes('74657374'))).toBe(0);
    expect(packets).toHaveLength(1);
    // of an incomplete fixed header all but the first byte
    expect(p.parse(bytes('30'))).toBe(0);
    expect(p.parse(bytes('ff'))).toBe(1);
  });

  test('shows the packet that is being received, with its remaining length', () => {
    const { p } = listening();
    expect(p.packet).toMatchObject({ cmd: null, length: -1 });
    p.parse(bytes('3b'));
    expect(p.packet).toMatchObject({ cmd: 'publish', qos: 1, dup: true, retain: true, length: -1 });
    p.parse(bytes('80 80 04 00'));
    expect(p.packet).toMatchObject({ cmd: 'publish', length: 65_536, topic: null, payload: null });
  });

  test('takes a Buffer, an Uint8Array, an ArrayBuffer, a string and arrays of them', () => {
    const { p, packets } = listening();
    p.parse(Uint8Array.from(bytes(publish('61'))));
    expect(Buffer.isBuffer(packets[0].payload)).toBe(true);
    p.parse('0\u0004\0\u0001bx');
    p.parse([bytes('30 04 0001'), 'c', [Uint8Array.of(0x78)]]);
    p.parse(Uint8Array.from(bytes(publish('64'))).buffer);
    p.parse(null);
    p.parse(undefined);
    expect(packets.map(({ topic }) => topic)).toEqual(['a', 'b', 'c', 'd']);
  });

  test('gives payloads as views of the chunk, or as copies', () => {
    const chunk = bytes(publish('61'));
    const { p, packets } = listening();
    p.parse(chunk);
    const copying = listening({ copyPayload: true });
    copying.p.parse(chunk);
    chunk[5] = 0x79;
    expect(packets[0].payload.toString()).toBe('y');
    expect(copying.packets[0].payload.toString()).toBe('x');
  });

  test('refuses a packet above maxPacketSize at its fixed header', () => {
    const { p, errors } = listening({ maxPacketSize: 100 });
    p.parse(bytes('30 80 80 04'));
    expect(errors[0]).toBeInstanceOf(MqttError);
    expect(errors[0]).toMatchObject({ code: 'PACKET_TOO_LARGE', reasonCode: 0x95 });
  });

  test('is as strict as asked for', () => {
    const wildcard = bytes('30 05 0003 612f23');
    const compat = listening();
    compat.p.parse(wildcard);
    expect(compat.packets[0].topic).toBe('a/#');
    const spec = listening({ strictness: 'spec' });
    spec.p.parse(wildcard);
    expect(spec.errors[0].code).toBe('TOPIC_NAME_WILDCARD');
  });

  test('runs with the kernel asked for', () => {
    const { p, packets } = listening({ kernel: 'js' });
    p.parse(bytes(PINGREQ));
    expect(packets).toHaveLength(1);
    expect(() => parser({ kernel: 'other' })).toThrow('kernel');
  });

  test('accepts DUP with QoS 0, which brokers forward', () => {
    const { p, packets } = listening();
    p.parse(bytes('38 04 0001 61 78'));
    expect(packets[0]).toMatchObject({ dup: true, qos: 0 });
  });
});

describe('the options of a parser', () => {
  test('are those given, and are read at each parse', () => {
    const options = { protocolVersion: 4 };
    const { p, packets } = listening(options);
    expect(p.settings).toBe(options);
    p.parse(bytes('40 02 0001'));
    options.protocolVersion = 5;
    p.parse(bytes('40 02 0001'));
    expect(packets.map(({ reasonCode }) => reasonCode)).toEqual([undefined, 0]);
  });

  test('are replaced by a CONNECT, by whose version the rest is read', () => {
    const { p, packets } = listening();
    p.parse(bytes(`${CONNECT_5} 40 02 0001`));
    expect(p.settings).toBe(packets[0]);
    expect(packets[1].reasonCode).toBe(0);
    p.parse(bytes('40 02 0002'));
    expect(packets[2].reasonCode).toBe(0);
  });

  test('of a bridge complete its subscriptions, before MQTT 5.0', () => {
    const subscribe = '82 06 0001 0001 61 01';
    const bridge = listening({ bridgeMode: true });
    bridge.p.parse(bytes(subscribe));
    expect(bridge.packets[0].subscriptions).toEqual([{ topic: 'a', qos: 1, rh: 0, rap: true, nl: true }]);
    // a CONNECT with the bridge bit, from mosquitto
    const connected = listening();
    connected.p.parse(bytes(`10 0c 0004 4d515454 84 02 003c 0000 ${subscribe}`));
    expect(connected.packets[1].subscriptions[0].nl).toBe(true);
    const version5 = listening({ bridgeMode: true, protocolVersion: 5 });
    version5.p.parse(bytes('82 07 0001 00 0001 61 01'));
    expect(version5.packets[0].subscriptions).toEqual([{ topic: 'a', qos: 1, nl: false, rap: false, rh: 0 }]);
  });
});

describe('handlers', () => {
  test('are called with the parser as this', () => {
    const p = parser();
    const seen: unknown[] = [];
    p.on('packet', function (this: Parser) {
      seen.push(this);
    });
    p.parse(bytes(PINGREQ));
    expect(seen).toEqual([p]);
  });

  test('see the packet as parser.packet, as mqtt-packet shows it', () => {
    const p = parser();
    p.on('packet', (packet) => expect(p.packet).toBe(packet));
    p.parse(bytes(publish('61')));
    expect(p.packet.length).toBe(-1);
  });

  test('may throw: no packet is lost, and none comes twice', () => {
    const p = parser();
    const topics: string[] = [];
    p.on('packet', (packet) => {
      topics.push((packet as { topic: string }).topic);
      if (topics.length === 2) throw new Error('handler');
    });
    expect(() => p.parse(bytes(publish('61') + publish('62') + publish('63')))).toThrow('handler');
    expect(p.error).toBeNull();
    p.parse(bytes(publish('64')));
    expect(topics).toEqual(['a', 'b', 'c', 'd']);
  });

  test('may call parse: packets come in the order of their bytes, each once', () => {
    const { p, packets } = listening();
    p.once('packet', () => p.parse(bytes(publish('63'))));
    p.parse(bytes(publish('61') + publish('62')));
    expect(packets.map(({ topic }) => topic)).toEqual(['a', 'b', 'c']);
  });

  test('may remove themselves and others', () => {
    const p = parser();
    const topics: string[] = [];
    p.on('packet', (packet: Packet) => {
      topics.push((packet as { topic: string }).topic);
      p.removeAllListeners('packet');
      p.on('packet', (next: Packet) => topics.push(`then ${(next as { topic: string }).topic}`));
    });
    p.parse(bytes(publish('61') + publish('62')));
    expect(topics).toEqual(['a', 'then b']);
  });
});

describe('an error', () => {
  const WRONG = '36 00';

  test('is thrown by parse when nobody listens', () => {
    const p = parser();
    expect(() => p.parse(bytes(WRONG))).toThrow('Packet must not have both QoS bits set to 1');
  });

  test('ends the stream: what follows it is dropped, and the next parse begins anew', () => {
    const { p, packets, errors } = listening();
    p.parse(bytes(PINGREQ + WRONG + PINGREQ));
    expect(packets).toHaveLength(1);
    expect(errors).toEqual([p.error]);
    expect(p.parse(bytes(publish('61')))).toBe(0);
    expect(p.error).toBeNull();
    expect(packets[1].topic).toBe('a');
  });

  test('in the middle of a packet leaves nothing of it behind', () => {
    const { p, packets, errors } = listening({ protocolVersion: 5 });
    p.parse(bytes('30 14 0001 61 05 7f'));
    p.parse(bytes('00'.repeat(16)));
    expect(errors[0].code).toBe('PROPERTY_UNKNOWN');
    p.parse(bytes(PINGREQ));
    expect(packets.map(({ cmd }) => cmd)).toEqual(['pingreq']);
  });

  test('that a handler answers with parse starts a new stream', () => {
    const { p, packets } = listening();
    p.on('error', () => p.parse(bytes(publish('61'))));
    p.parse(bytes(WRONG + PINGREQ));
    expect(packets.map(({ cmd }) => cmd)).toEqual(['publish']);
  });

  test('says what mqtt-packet says, and more', () => {
    const { p, errors } = listening();
    p.parse(bytes(`30 03 0001 61 ${WRONG}`));
    expect(errors[0]).toBeInstanceOf(MqttError);
    expect(errors[0]).toMatchObject({
      message: 'Packet must not have both QoS bits set to 1',
      code: 'QOS_RESERVED',
      reasonCode: 0x81,
      clause: 'MQTT-3.3.1-4',
      offset: 0,
      packetType: 'publish',
    });
  });
});

test('the largest packet there is passes through', () => {
  const payloadLength = 268_435_455 - 3;
  const packet = Buffer.alloc(5 + 3 + payloadLength);
  packet.set(hex('30 ff ff ff 7f 0001 61'));
  const { p, packets } = listening();
  expect(p.parse(packet)).toBe(0);
  expect(packets[0]).toMatchObject({ topic: 'a', length: 268_435_455 });
  expect(packets[0].payload.length).toBe(payloadLength);
});
