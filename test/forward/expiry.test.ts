import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Decoder } from '../../src/decode/index.ts';
import { encode } from '../../src/encode/index.ts';
import { age } from '../../src/forward/expiry.ts';
import type { EncodablePacket, Packet } from '../../src/protocol/packets.ts';
import { packetOfType } from '../arbitraries.ts';
import { hex } from '../vectors/hex.ts';

/** What is left of the bytes, and how many messages went. */
function aged(bytes: Uint8Array, seconds: number): [string, number] {
  const copy = Uint8Array.from(bytes);
  const { length, expired } = age(copy, copy.length, seconds);
  return [Buffer.from(copy.subarray(0, length)).toString('hex'), expired];
}

function shorn(text: string): string {
  return hex(text).toString('hex');
}

const PLAIN = '30 05 0001 61 00 78 // QoS 0 to "a", no properties, payload "x"';
const PINGRESP = 'd0 00';
/** QoS 0 to "a" with these eight digits as interval. */
const expiring = (interval: string) => `30 0a 0001 61 05 02 ${interval} 78`;

describe('message expiry interval', () => {
  test('is reduced by the time that the message has waited (MQTT-3.3.2-6)', () => {
    expect(aged(hex(expiring('0000003c')), 25)).toEqual([shorn(expiring('00000023')), 0]);
    expect(aged(hex(expiring('ffffffff')), 1)).toEqual([shorn(expiring('fffffffe')), 0]);
    expect(aged(hex(expiring('80000000')), 0x7fffffff)).toEqual([shorn(expiring('00000001')), 0]);
    expect(aged(hex(expiring('01000000')), 1)).toEqual([shorn(expiring('00ffffff')), 0]);
    expect(aged(hex(expiring('0000003c')), 0)).toEqual([shorn(expiring('0000003c')), 0]);
  });

  test('a message whose interval has passed is taken out (MQTT-3.3.2-5)', () => {
    expect(aged(hex(expiring('00000019')), 25)).toEqual(['', 1]);
    expect(aged(hex(expiring('00000001')), 4_000_000_000)).toEqual(['', 1]);
    expect(aged(hex(expiring('00000000')), 0)).toEqual(['', 1]);
  });

  test.each([
    ['the first', [expiring('00000001'), PLAIN, PINGRESP], [PLAIN, PINGRESP]],
    ['the last', [PLAIN, PINGRESP, expiring('00000001')], [PLAIN, PINGRESP]],
    ['one between others', [PLAIN, expiring('00000001'), PINGRESP], [PLAIN, PINGRESP]],
    ['two in a row', [PLAIN, expiring('00000001'), expiring('00000002'), PINGRESP], [PLAIN, PINGRESP]],
    [
      'every other',
      [expiring('00000001'), PLAIN, expiring('00000001'), expiring('00000009'), expiring('00000001')],
      [PLAIN, expiring('00000004')],
    ],
  ])('what follows moves up where %s goes', (_, before, after) => {
    const gone = before.length - after.length;
    expect(aged(hex(before.join('\n')), 5)).toEqual([shorn(after.join('\n')), gone]);
  });

  test('of QoS 1 and 2 stays 0: delivery has begun, and a packet identifier is in use (section 3.3.2.3.3)', () => {
    // first byte, remaining length, "a", packet identifier 7, property length, interval
    expect(aged(hex('32 0b 0001 61 0007 05 02 00000005'), 60)).toEqual([
      shorn('32 0b 0001 61 0007 05 02 00000000'),
      0,
    ]);
    expect(aged(hex('3c 0b 0001 61 0007 05 02 00000064'), 60)).toEqual([
      shorn('3c 0b 0001 61 0007 05 02 00000028'),
      0,
    ]);
  });

  test.each([
    ['payload format indicator (2 bytes)', '01 01'],
    ['content type (3 + 2)', '03 0002 0261'],
    ['response topic (3 + 1)', '08 0001 61'],
    ['correlation data that looks like an interval (3 + 5)', '09 0005 02 00000001'],
    ['subscription identifier of one byte', '0b 02'],
    ['subscription identifiers of four bytes and one', '0b ffffff7f 0b 02'],
    ['topic alias (3)', '23 0002'],
    ['user property whose parts are empty', '26 0000 0000'],
    ['user properties that look like intervals', '26 0005 02 00000001 0002 0202 26 0001 02 0000'],
  ])('is found behind and before: %s', (_, others) => {
    const packet = (block: string) => {
      const body = `0001 61 ${hex(block).length.toString(16).padStart(2, '0')} ${block} 02 00000001`;
      return `31 ${hex(body).length.toString(16).padStart(2, '0')} ${body}`;
    };
    expect(aged(hex(packet(`${others} 02 00000009`)), 5)).toEqual([
      shorn(packet(`${others} 02 00000004`)),
      0,
    ]);
    expect(aged(hex(packet(`02 00000009 ${others}`)), 5)).toEqual([
      shorn(packet(`02 00000004 ${others}`)),
      0,
    ]);
    // without one, not even the payload's first bytes are taken for it
    expect(aged(hex(packet(others)), 5)).toEqual([shorn(packet(others)), 0]);
    expect(aged(hex(packet(`02 00000005 ${others}`)), 5)).toEqual(['', 1]);
  });

  test('long remaining and property lengths', () => {
    const userProperties = { k: 'v'.repeat(40_000) };
    const make = (messageExpiryInterval: number) =>
      encode(
        {
          cmd: 'publish',
          topic: 'a',
          payload: new Uint8Array(300_000),
          properties: { messageExpiryInterval, userProperties },
        },
        { protocolVersion: 5 },
      );
    const ping = hex(PINGRESP);
    expect(aged(Buffer.concat([make(9), ping]), 5)).toEqual([
      Buffer.concat([make(4), ping]).toString('hex'),
      0,
    ]);
    expect(aged(Buffer.concat([make(5), ping]), 5)).toEqual([shorn(PINGRESP), 1]);
  });

  test('the payload of the last packet may be elsewhere', () => {
    const header = '30 80 20 0001 61 05 02';
    expect(aged(hex(`${PLAIN}\n ${header} 00000009`), 5)).toEqual([
      shorn(`${PLAIN}\n ${header} 00000004`),
      0,
    ]);
    expect(aged(hex(`${PLAIN}\n ${header} 00000005`), 5)).toEqual([shorn(PLAIN), 1]);
  });

  test('bytes beyond the length are not touched', () => {
    const bytes = hex([expiring('00000001'), PLAIN, expiring('00000009'), expiring('00000001')].join('\n'));
    const length = bytes.length - 12;
    const behind = Buffer.from(bytes.subarray(length));
    expect(age(bytes, length, 5)).toEqual({ length: 19, expired: 1 });
    expect(bytes.subarray(0, 19).toString('hex')).toBe(shorn([PLAIN, expiring('00000004')].join('\n')));
    expect(bytes.subarray(length)).toEqual(behind);
    expect(age(bytes, 0, 5)).toEqual({ length: 0, expired: 0 });
  });
});

const SENT = [
  'connack',
  'puback',
  'pubrec',
  'pubrel',
  'pubcomp',
  'suback',
  'unsuback',
  'disconnect',
] as const;
const outbox = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: packetOfType('publish', 5) },
    ...SENT.map((command) => packetOfType(command, 5)),
  ),
  { maxLength: 8 },
);

/** The packets as they must be after some time, by decoding and encoding. */
function expected(packets: readonly Packet[], seconds: number): Packet[] {
  return packets.flatMap((packet) => {
    if (packet.cmd !== 'publish' || packet.properties?.messageExpiryInterval === undefined) return [packet];
    const left = packet.properties.messageExpiryInterval - seconds;
    if (left <= 0 && packet.qos === 0) return [];
    return [{ ...packet, properties: { ...packet.properties, messageExpiryInterval: Math.max(0, left) } }];
  });
}

function decoded(bytes: Uint8Array): Packet[] {
  const decoder = new Decoder({ protocolVersion: 5 });
  decoder.push(bytes);
  return [...decoder];
}

function joined(packets: readonly EncodablePacket[]): Buffer {
  return Buffer.concat(packets.map((packet) => encode(packet, { protocolVersion: 5 })));
}

test('any packets are as if they were decoded and encoded anew', () => {
  const seconds = fc.oneof(fc.nat(100), fc.nat(0xffff_ffff), fc.constantFrom(0, 0xffff_ffff));
  fc.assert(
    fc.property(outbox, seconds, (packets, waited) => {
      const bytes = joined(packets);
      const before = decoded(bytes);
      const copy = Uint8Array.from(bytes);
      const { length, expired } = age(copy, copy.length, waited);
      expect(decoded(copy.subarray(0, length))).toEqual(expected(before, waited));
      expect(expired).toBe(before.length - expected(before, waited).length);
    }),
    { numRuns: 300 },
  );
});

test('whatever the bytes are, it ends, and stays within them', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(70), fc.nat(0xffff), (bytes, shorter, seconds) => {
      const length = Math.max(0, bytes.length - shorter);
      const behind = bytes.slice(length);
      const left = age(bytes, length, seconds);
      expect(left.length).toBeLessThanOrEqual(length);
      expect(bytes.slice(length)).toEqual(behind);
    }),
    { numRuns: 2000 },
  );
});
