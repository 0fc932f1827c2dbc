import fc, { type Arbitrary } from 'fast-check';
import { encode } from '../../src/encode/index.ts';
import type { ProtocolVersion } from '../../src/protocol/packet-types.ts';
import { packetArbitrary } from '../arbitraries.ts';
import { VERSIONS } from './support.ts';

export interface Input {
  version: ProtocolVersion;
  bytes: Uint8Array;
}

/** Longer inputs are cut here: the oracle is slow, and a cut is one more fault to find. */
const LONGEST = 3000;

const join = (parts: Uint8Array[]) => new Uint8Array(Buffer.concat(parts)).subarray(0, LONGEST);
const versionArbitrary = fc.constantFrom(...VERSIONS);

/** Bytes at which decoders go wrong: ends of ranges, flags, property identifiers, wildcards. */
const interestingByte = fc.oneof(
  fc.constantFrom(0x00, 0x01, 0x02, 0x03, 0x04, 0x7f, 0x80, 0x81, 0xc0, 0xed, 0xfe, 0xff, 0x23, 0x2b, 0x2f),
  fc.integer({ min: 0, max: 0x2b }),
  fc.integer({ min: 0, max: 0xff }),
);

interface Mutation {
  kind: 'set' | 'flip' | 'add' | 'insert' | 'remove' | 'repeat' | 'cut';
  at: number;
  byte: number;
  count: number;
}

const mutation: Arbitrary<Mutation> = fc.record({
  kind: fc.constantFrom('set', 'flip', 'add', 'insert', 'remove', 'repeat', 'cut'),
  at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  byte: interestingByte,
  count: fc.integer({ min: 1, max: 8 }),
});

function mutate(bytes: Uint8Array, { kind, at, byte, count }: Mutation): Uint8Array {
  const i = Math.floor(at * bytes.length);
  const changed = bytes.slice();
  switch (kind) {
    case 'set':
      changed[i] = byte;
      return changed;
    case 'flip':
      changed[i] ^= 1 << (byte & 7);
      return changed;
    case 'add':
      changed[i] += (byte & 1) === 0 ? 1 : -1;
      return changed;
    case 'insert':
      return join([bytes.subarray(0, i), Uint8Array.of(byte), bytes.subarray(i)]);
    case 'remove':
      return join([bytes.subarray(0, i), bytes.subarray(i + count)]);
    case 'repeat':
      return join([bytes.subarray(0, i + count), bytes.subarray(i)]);
    case 'cut':
      return bytes.slice(0, i);
  }
}

/** One to four packets of one version as bytes. */
export const validPackets: Arbitrary<Input> = versionArbitrary.chain((version) =>
  fc.array(packetArbitrary(version), { minLength: 1, maxLength: 4 }).map((packets) => ({
    version,
    bytes: join(packets.map((packet) => encode(packet, { protocolVersion: version }))),
  })),
);

/** The same with up to three faults, and sometimes read by another version. */
export const mutatedPackets: Arbitrary<Input> = fc
  .tuple(validPackets, fc.array(mutation, { minLength: 1, maxLength: 3 }), fc.nat(5), versionArbitrary)
  .map(([{ version, bytes }, mutations, draw, other]) => ({
    version: draw === 0 ? other : version,
    bytes: mutations.reduce(mutate, bytes),
  }));

export const randomBytes: Arbitrary<Input> = fc.record({
  version: versionArbitrary,
  bytes: fc.uint8Array({ maxLength: 64 }),
});

const uint16 = (value: number) => Uint8Array.of(value >> 8, value & 0xff);
const prefixed = (bytes: Uint8Array) => join([uint16(bytes.length), bytes]);

/** An MQTT string, mostly well-formed. */
const stringField: Arbitrary<Uint8Array> = fc
  .oneof(
    {
      weight: 5,
      arbitrary: fc.constantFrom('', 'a', 'a/b', '+', 'a/#', '$share/g/t', '$share//', 'é', '\ufeff'),
    },
    { weight: 2, arbitrary: fc.string({ maxLength: 6 }) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 4 }) },
  )
  .map((text) => prefixed(typeof text === 'string' ? Buffer.from(text) : text));

const numberField = fc.uint8Array({ minLength: 1, maxLength: 4 });

/** An identifier and a value, which may be of its type. */
const property: Arbitrary<Uint8Array> = fc
  .tuple(
    fc.integer({ min: 0, max: 0x2b }),
    fc.oneof(
      stringField,
      fc.constantFrom(1, 2, 4).chain((size) => fc.uint8Array({ minLength: size, maxLength: size })),
      fc.tuple(stringField, stringField).map(join),
    ),
  )
  .map(([identifier, value]) => join([Uint8Array.of(identifier), value]));

const propertyBlock: Arbitrary<Uint8Array> = fc
  .array(property, { maxLength: 3 })
  .map(join)
  .map((block) => (block.length < 128 ? join([Uint8Array.of(block.length), block]) : Uint8Array.of(0)));

const connectStart: Arbitrary<Uint8Array> = fc
  .tuple(fc.constantFrom('MQTT', 'MQIsdp', 'MQTT'), fc.constantFrom(3, 4, 5, 4, 5, 0x84, 6), interestingByte)
  .map(([name, level, flags]) => join([prefixed(Buffer.from(name)), Uint8Array.of(level, flags, 0, 60)]));

/** A body pieced together from fields, whether they belong there or not. */
const body: Arbitrary<Uint8Array> = fc
  .tuple(
    fc.option(connectStart, { nil: new Uint8Array(0), freq: 3 }),
    fc.array(
      fc.oneof(stringField, numberField, propertyBlock, fc.constant(uint16(1)), fc.constant(uint16(0))),
      { maxLength: 6 },
    ),
  )
  .map(([start, fields]) => join([start, ...fields]));

const firstByte = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      0x10,
      0x20,
      0x30,
      0x32,
      0x34,
      0x3d,
      0x40,
      0x50,
      0x62,
      0x70,
      0x82,
      0x90,
      0xa2,
      0xb0,
      0xc0,
      0xd0,
      0xe0,
      0xf0,
    ),
  },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 255 }) },
);

/** Remaining length in the shortest form, or in a longer one. */
function remainingLength(length: number, bytes: number): Uint8Array {
  const shortest = length < 128 ? 1 : 2;
  const digits = Array.from({ length: Math.max(shortest, bytes) }, (_, i) => (length >> (7 * i)) & 0x7f);
  return Uint8Array.from(digits, (digit, i) => (i < digits.length - 1 ? digit | 0x80 : digit));
}

/** Packets with a legal frame around a body of fields. */
export const shapedPackets: Arbitrary<Input> = fc
  .tuple(
    versionArbitrary,
    fc.array(
      fc
        .tuple(firstByte, body, fc.constantFrom(1, 1, 1, 1, 1, 1, 2, 4, 5))
        .map(([first, content, size]) =>
          join([Uint8Array.of(first), remainingLength(content.length, size), content]),
        ),
      { minLength: 1, maxLength: 3 },
    ),
  )
  .map(([version, packets]) => ({ version, bytes: join(packets) }));

/** What knocks at port 1883 without speaking MQTT, and what speaks it badly. */
export const GREETINGS: Record<string, string> = {
  'TLS ClientHello':
    '16 03 01 00 2F 01 00 00 2B 03 03 5F 4E 00 11 22 33 44 55 66 77 88 99 AA BB CC DD EE FF 00 11 22',
  'HTTP GET': Buffer.from('GET /mqtt HTTP/1.1\r\nHost: broker\r\nUpgrade: websocket\r\n\r\n').toString('hex'),
  'HTTP POST': Buffer.from('POST / HTTP/1.1\r\nContent-Length: 4\r\n\r\nabcd').toString('hex'),
  'HTTP/2 preface': Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n').toString('hex'),
  'SSH banner': Buffer.from('SSH-2.0-OpenSSH_9.6\r\n').toString('hex'),
  'AMQP header': '41 4D 51 50 00 01 00 00',
  'STOMP CONNECT': Buffer.from('CONNECT\naccept-version:1.2\n\n\0').toString('hex'),
  'Redis PING': Buffer.from('*1\r\n$4\r\nPING\r\n').toString('hex'),
  zeros: '00 00 00 00 00 00 00 00',
  ones: 'FF FF FF FF FF FF FF FF',
  'remaining length of five bytes': '30 80 80 80 80 01',
  'remaining length of five bytes, CONNECT': '10 FF FF FF FF 7F 00 04 4D 51 54 54 04',
  'property length of five bytes': '30 09 00 01 74 80 80 80 80 01 00',
};

export const anyInput: Arbitrary<Input> = fc.oneof(
  { weight: 1, arbitrary: randomBytes },
  { weight: 1, arbitrary: validPackets },
  { weight: 4, arbitrary: mutatedPackets },
  { weight: 4, arbitrary: shapedPackets },
);
