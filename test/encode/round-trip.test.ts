import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodePacket } from '../../src/decode/packet.ts';
import { type EncodeOptions, encode, encodedLength, encodeInto } from '../../src/encode/index.ts';
import type { ProtocolVersion } from '../../src/protocol/packet-types.ts';
import type { EncodablePacket } from '../../src/protocol/packets.ts';
import { commandsOf, packetArbitrary, packetOfType } from '../arbitraries.ts';
import { normalised } from './normalise.ts';

const VERSIONS: readonly ProtocolVersion[] = [3, 4, 5];

function decodeOne(bytes: Uint8Array, protocolVersion: ProtocolVersion) {
  return decodePacket(bytes, 0, bytes.length, {
    protocolVersion,
    strictness: 'spec',
    sender: undefined,
    copyPayload: false,
  });
}

/** Bytes as hex digits: comparing arrays of numbers takes most of the time otherwise. */
function readable(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (Array.isArray(value)) return value.map(readable);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, readable(field)]));
}

/** Length of what follows the fixed header. */
function remainingLength(bytes: Uint8Array): number {
  return bytes.length - 1 - (bytes.subarray(1).findIndex((byte) => byte < 0x80) + 1);
}

function deepFreeze<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  for (const inner of Object.values(value)) deepFreeze(inner);
  return Object.freeze(value);
}

describe.each(VERSIONS)('version %i', (version) => {
  const options: EncodeOptions = Object.freeze({ protocolVersion: version });

  it.each(commandsOf(version))('decoding an encoded %s gives the packet back', (command) => {
    fc.assert(
      fc.property(packetOfType(command, version), (packet) => {
        const bytes = encode(packet, options);
        expect(readable(decodeOne(bytes, version))).toEqual(
          readable(normalised(packet, version, remainingLength(bytes))),
        );
      }),
      { numRuns: 200 },
    );
  });

  it('encodedLength, encode and encodeInto agree, and encodeInto touches nothing else', () => {
    fc.assert(
      fc.property(packetArbitrary(version), fc.nat(300), fc.nat(40), (packet, before, after) => {
        const bytes = encode(packet, options);
        expect(encodedLength(packet, options)).toBe(bytes.length);
        const target = Buffer.alloc(before + bytes.length + after, 0xee);
        expect(encodeInto(packet, target, before, options)).toBe(before + bytes.length);
        expect(target.subarray(0, before).every((byte) => byte === 0xee)).toBe(true);
        expect(target.compare(bytes, 0, bytes.length, before, before + bytes.length)).toBe(0);
        expect(target.subarray(before + bytes.length).every((byte) => byte === 0xee)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('a packet object is not changed, however deep, and neither are its bytes', () => {
    fc.assert(
      fc.property(packetArbitrary(version), (packet) => {
        const before = JSON.stringify(readable(packet));
        deepFreeze(packet);
        const target = new Uint8Array(encodedLength(packet, options));
        encode(packet, options);
        encodeInto(packet, target, 0, options);
        expect(JSON.stringify(readable(packet))).toBe(before);
      }),
      { numRuns: 300 },
    );
  });

  it('a packet decoded from any version can be encoded again', () => {
    fc.assert(
      fc.property(packetArbitrary(version), (packet) => {
        const bytes = encode(packet, options);
        const again = encode(decodeOne(bytes, version), options);
        expect(Buffer.compare(again, bytes)).toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  it('results stay as they are while more packets are encoded', () => {
    fc.assert(
      fc.property(fc.array(packetArbitrary(version), { minLength: 2, maxLength: 40 }), (packets) => {
        const results = packets.map((packet) => encode(packet, options));
        const copies = results.map((bytes) => Buffer.from(bytes));
        for (const packet of packets) encode(packet, options);
        for (const [i, bytes] of results.entries()) expect(copies[i].compare(bytes)).toBe(0);
      }),
      { numRuns: 100 },
    );
  });
});

describe('from MQTT 5.0 to MQTT 3.1.1', () => {
  const FORWARDED: readonly EncodablePacket['cmd'][] = [
    'publish',
    'puback',
    'pubrec',
    'pubrel',
    'pubcomp',
    'pingreq',
    'unsuback',
    'disconnect',
  ];

  it.each(FORWARDED)('a decoded %s is encoded without what 3.1.1 does not have', (command) => {
    fc.assert(
      fc.property(packetOfType(command, 5), (packet) => {
        const received = decodeOne(encode(packet, { protocolVersion: 5 }), 5);
        fc.pre(received.topic !== '');
        const bytes = encode(received, { protocolVersion: 4 });
        expect(readable(decodeOne(bytes, 4))).toEqual(
          readable(normalised(received, 4, remainingLength(bytes))),
        );
      }),
      { numRuns: 200 },
    );
  });
});
