import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encode, encodedLength, encodeInto } from '../../src/encode/index.ts';
import { MAX_PACKET_SIZE, MAX_REMAINING_LENGTH } from '../../src/protocol/limits.ts';
import type { EncodablePacket } from '../../src/protocol/packets.ts';
import { packetArbitrary } from '../arbitraries.ts';
import { errorOf, refusalOf, untyped } from './errors.ts';

function publish(payload: Uint8Array | string, topic = 't'): EncodablePacket {
  return { cmd: 'publish', topic, payload };
}

/** A property bag whose values are read by code of the caller. */
function packetThatRuns(action: () => void): EncodablePacket {
  return untyped({
    cmd: 'publish',
    topic: 'outer',
    get payload() {
      action();
      return 'payload of the outer packet';
    },
  });
}

describe('the remaining length takes as few bytes as it can [MQTT-1.5.5-1]', () => {
  it.each([
    [127, '307f'],
    [128, '308001'],
    [16_383, '30ff7f'],
    [16_384, '30808001'],
    [2_097_151, '30ffff7f'],
    [2_097_152, '3080808001'],
  ])('%i', (length, header) => {
    const payload = new Uint8Array(length - 3).fill(0x7a);
    const body = Buffer.concat([Buffer.of(0, 1, 0x74), payload]);
    for (const given of [payload, Buffer.from(payload).toString('latin1')]) {
      const bytes = Buffer.from(encode(publish(given)));
      expect(bytes.subarray(0, header.length / 2).toString('hex')).toBe(header);
      expect(bytes.subarray(header.length / 2).equals(body)).toBe(true);
      expect(encodedLength(publish(given))).toBe(bytes.length);
    }
  });

  it('text whose bytes outgrow the length of its characters', () => {
    for (const size of [40, 60, 125, 5000, 8190, 20_000]) {
      const bytes = Buffer.from(encode(publish('€'.repeat(size), 'é')));
      expect(bytes.subarray(-3 * size).toString()).toBe('€'.repeat(size));
      expect(encode(publish(Buffer.from('€'.repeat(size)), 'é'))).toEqual(bytes);
    }
  });

  it('a property length, too', () => {
    for (const [size, varint] of [
      [118, '7f'],
      [119, '8001'],
      [16_374, 'ff7f'],
      [16_375, '808001'],
    ] as const) {
      const properties = { userProperties: { name: 'v'.repeat(size) } };
      const bytes = encode({ ...publish('p'), properties } as EncodablePacket, { protocolVersion: 5 });
      const block = Buffer.from(
        `26 0004 6e616d65 ${size.toString(16).padStart(4, '0')}`.replaceAll(' ', ''),
        'hex',
      );
      const expected = [
        Buffer.from(`000174${varint}`, 'hex'),
        block,
        Buffer.alloc(size, 'v'),
        Buffer.from('p'),
      ];
      expect(Buffer.concat(expected).equals(bytes.subarray(-Buffer.concat(expected).length))).toBe(true);
    }
  });
});

describe('the maximum packet size', () => {
  it('is that of the options, fixed header included', () => {
    const packet = publish('12345');
    expect(encode(packet, { maxPacketSize: 10 }).length).toBe(10);
    const error = refusalOf(packet, { maxPacketSize: 9 });
    expect(error).toMatchObject({
      code: 'PACKET_TOO_LARGE',
      packetType: 'publish',
      clause: 'MQTT311 section 2.2.3',
    });
    expect(refusalOf(packet, { maxPacketSize: 0, protocolVersion: 5 }).clause).toBe(
      'MQTT5 section 3.1.2.11.4',
    );
    expect(encode(packet, { maxPacketSize: Number.POSITIVE_INFINITY }).length).toBe(10);
  });

  it('is that of the protocol: 268,435,455 bytes after the fixed header', () => {
    const payload = Buffer.alloc(MAX_REMAINING_LENGTH - 2);
    expect(encodedLength(publish(payload.subarray(1)))).toBe(MAX_PACKET_SIZE);
    expect(refusalOf(publish(payload)).code).toBe('PACKET_TOO_LARGE');
    // more than the topic and its length would fit beside
    expect(refusalOf(publish(payload, 'x'.repeat(65_535))).code).toBe('PACKET_TOO_LARGE');
  });
});

describe('encodeInto', () => {
  it('fits exactly, and throws BUFFER_TOO_SMALL for a byte less', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(3, 4, 5).chain((v) => fc.tuple(fc.constant(v), packetArbitrary(v))),
        fc.nat(),
        (drawn, cut) => {
          const [version, packet] = drawn;
          const options = { protocolVersion: version } as const;
          const length = encodedLength(packet, options);
          const memory = new Uint8Array(length + 8).fill(0xee);
          expect(encodeInto(packet, memory.subarray(4, 4 + length), 0, options)).toBe(length);
          expect(
            [...memory.subarray(0, 4), ...memory.subarray(4 + length)].every((byte) => byte === 0xee),
          ).toBe(true);

          memory.fill(0xee);
          const room = cut % length;
          const error = errorOf(() => encodeInto(packet, memory.subarray(4, 4 + room), 0, options));
          expect(error).toMatchObject({ code: 'BUFFER_TOO_SMALL', packetType: packet.cmd });
          expect(
            [...memory.subarray(0, 4), ...memory.subarray(4 + room)].every((byte) => byte === 0xee),
          ).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('takes the bytes of a Buffer and of a plain Uint8Array', () => {
    for (const target of [Buffer.alloc(22), new Uint8Array(22)]) {
      expect(encodeInto(publish('é', 'a/long/topic/€'), target, 0)).toBe(22);
      expect(Buffer.from(target).toString()).toBe('0\x14\0\x10a/long/topic/€é');
    }
  });

  it.each([
    ['an offset past the end', new Uint8Array(4), 5, 'BUFFER_TOO_SMALL'],
    ['an offset at the end', new Uint8Array(4), 4, 'BUFFER_TOO_SMALL'],
    ['an offset far past the end', new Uint8Array(4), 2 ** 40, 'BUFFER_TOO_SMALL'],
    ['a negative offset', new Uint8Array(40), -1, 'FIELD_INVALID'],
    ['half an offset', new Uint8Array(40), 0.5, 'FIELD_INVALID'],
    ['NaN', new Uint8Array(40), Number.NaN, 'FIELD_INVALID'],
    ['no offset', new Uint8Array(40), undefined, 'FIELD_INVALID'],
    ['no bytes', undefined, 0, 'FIELD_INVALID'],
    ['an array of numbers', [0, 0, 0, 0, 0, 0], 0, 'FIELD_INVALID'],
    ['16-bit numbers', new Uint16Array(40), 0, 'FIELD_INVALID'],
  ])('%s', (_, bytes, offset, code) => {
    const run = () => encodeInto(publish('payload'), bytes as Uint8Array, offset as number);
    expect(errorOf(run)).toMatchObject({ code });
  });
});

describe('memory', () => {
  it('results do not overlap, whatever their sizes', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(9000), { minLength: 1, maxLength: 30 }), (sizes) => {
        const packets = sizes.map((size, i) => publish(new Uint8Array(size).fill(i)));
        const results = packets.map((packet) => encode(packet));
        for (const [i, bytes] of results.entries()) {
          const payload = bytes.subarray(bytes.length - sizes[i]);
          expect(payload.every((byte) => byte === i)).toBe(true);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('a small result keeps no more than a slab, a large one no more than itself', () => {
    for (let size = 0; size < 40_000; size += 333) {
      const bytes = encode(publish(new Uint8Array(size)));
      expect(bytes.buffer.byteLength).toBeLessThanOrEqual(Math.max(16_384, bytes.length));
    }
  });

  it('is a Buffer where there is one', () => {
    expect(Buffer.isBuffer(encode({ cmd: 'pingreq' }))).toBe(true);
    expect(Buffer.isBuffer(encode(publish(new Uint8Array(100_000))))).toBe(true);
  });

  it('an error leaves nothing behind', () => {
    const good = publish('good');
    const before = encode(good);
    const copy = Buffer.from(before);
    for (const bad of ['x'.repeat(70_000), 'a\0', '\ud800', 'a/#', '']) {
      expect(refusalOf(publish('payload of a refused packet', bad))).toBeDefined();
      expect(Buffer.compare(encode(good), copy)).toBe(0);
    }
    expect(Buffer.compare(before, copy)).toBe(0);
  });

  it('a packet whose getters throw leaves nothing behind', () => {
    const packet = packetThatRuns(() => {
      throw new RangeError('not now');
    });
    const before = encode(publish('before'));
    expect(() => encode(packet)).toThrow(RangeError);
    const after = encode(publish('after!'));
    expect([...before.subarray(-6)]).toEqual([...Buffer.from('before')]);
    expect([...after.subarray(-6)]).toEqual([...Buffer.from('after!')]);
  });

  it('a packet whose getters encode other packets comes out whole, and so do those', () => {
    const inner: Uint8Array[] = [];
    const packet = packetThatRuns(() => {
      for (let i = 0; i < 3; i++) inner.push(encode(publish(`inner ${i}`)));
      const error = errorOf(() => encode(publish('', 'a/#')));
      expect(error).toMatchObject({ code: 'TOPIC_NAME_WILDCARD' });
    });
    const outer = encode(packet);
    const later = encode(publish('later'));
    expect(Buffer.from(outer).toString('latin1')).toBe('0\x22\0\x05outerpayload of the outer packet');
    expect(inner.map((bytes) => Buffer.from(bytes.subarray(5)).toString())).toEqual([
      'inner 0',
      'inner 1',
      'inner 2',
    ]);
    expect(Buffer.from(later.subarray(5)).toString()).toBe('later');
  });

  it('a packet that grows while it is encoded is refused, not cut', () => {
    let size = 10_000;
    const packet = untyped({
      cmd: 'publish',
      topic: 't',
      get payload() {
        size += 10_000;
        return new Uint8Array(size);
      },
    });
    expect(errorOf(() => encode(packet))).toMatchObject({ code: 'FIELD_INVALID', packetType: 'publish' });
  });

  it('a packet that shrinks while it is encoded is encoded as it is then', () => {
    let size = 30_000;
    const packet = untyped({
      cmd: 'publish',
      topic: 't',
      get payload() {
        size -= 10_000;
        return new Uint8Array(size).fill(7);
      },
    });
    const bytes = encode(packet);
    expect(bytes.length).toBe(3 + 3 + size);
    expect(bytes.subarray(6).every((byte) => byte === 7)).toBe(true);
  });
});
