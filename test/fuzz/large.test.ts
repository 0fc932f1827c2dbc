import fc, { type Arbitrary } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encode } from '../../src/encode/index.ts';
import type { EncodablePacket } from '../../src/protocol/packets.ts';
import { oracleDecode } from '../oracle/index.ts';
import { streamed } from './stream.ts';
import { KERNELS, plain, runs } from './support.ts';

type Version = 4 | 5;

/** Sizes at which a decoder may change its way: windows, whole chunks, lengths of the remaining length. */
const payloadLength = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 300 }) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.constantFrom(500, 2048, 4096, 16_380), fc.integer({ min: -12, max: 12 }))
      .map(([size, more]) => size + more),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(65_536, 131_072), fc.integer({ min: -40, max: 40 }))
      .map(([size, more]) => size + more),
  },
);

/** One topic, so many that a decoder cannot remember them all, and topics too long to be remembered. */
const topicOf = (kind: number, name: string) =>
  ['t', `topic/${name}`, `long/${'x'.repeat(600)}/${name}`][kind];

interface Part {
  kind: number;
  length: number;
  count: number;
  qos: 0 | 1 | 2;
}

const part: Arbitrary<Part> = fc.record({
  kind: fc.nat(8),
  length: payloadLength,
  count: fc.oneof(
    { weight: 4, arbitrary: fc.integer({ min: 1, max: 8 }) },
    { weight: 1, arbitrary: fc.constantFrom(300, 1500, 5000) },
  ),
  qos: fc.constantFrom(0, 1, 2),
});

function packetsOf({ kind, length, count, qos }: Part, version: Version): EncodablePacket[] {
  const messageId = 1 + (length % 65_535);
  const some = Math.ceil(count / (1 + Math.floor(length / 200)));
  const of = (number: number, make: (index: number) => EncodablePacket) =>
    Array.from({ length: number }, (_, i) => make(i));
  switch (kind) {
    case 0:
    case 1:
    case 2:
      return of(some, (index) => {
        const payload = new Uint8Array(length).fill(index);
        const topic = topicOf(kind, `${length}/${index}`);
        if (version === 4) return { cmd: 'publish', topic, qos, messageId, payload };
        const userProperties = { n: `${length}/${index}` };
        return {
          cmd: 'publish',
          topic,
          qos,
          messageId,
          payload,
          properties: { contentType: 'c', userProperties },
        };
      });
    case 3:
      return of(count * 4, () => ({ cmd: 'puback', messageId }));
    case 4:
      return of(count, () => ({ cmd: 'pubrel', messageId }));
    case 5:
      return of(count * 8, () => ({ cmd: 'pingreq' }));
    case 6:
      return of(count, (index) =>
        index % 3 === 0 ? { cmd: 'publish', topic: 't' } : { cmd: 'pubrec', messageId },
      );
    case 7:
      return of(Math.min(count, 20), (index) => ({
        cmd: 'subscribe',
        messageId,
        subscriptions: [{ topic: `f/${index}`, qos }],
      }));
    default:
      return [
        {
          cmd: 'unsubscribe',
          messageId,
          unsubscriptions: of(200, () => ({ cmd: 'pingreq' })).map((_, i) => `f/${i}`),
        },
      ];
  }
}

const chunkSize = fc.oneof(
  fc.constantFrom(1460, 4096, 16_384, 65_535, 65_536, 65_537, 1 << 24),
  fc.integer({ min: 20, max: 5000 }),
);

describe('Decoder agrees with the oracle about', () => {
  it('long streams, with packets of many sizes, in chunks of many sizes', () => {
    const property = fc.property(
      fc.constantFrom<Version>(4, 5),
      fc.array(part, { minLength: 1, maxLength: 12 }),
      fc.array(chunkSize, { minLength: 1, maxLength: 4 }),
      fc.constantFrom(...KERNELS),
      (version, parts, sizes, kernel) => {
        const packets = parts.flatMap((one) => packetsOf(one, version));
        const bytes = Buffer.concat(packets.map((packet) => encode(packet, { protocolVersion: version })));
        const chunks: Uint8Array[] = [];
        for (let start = 0; start < bytes.length; ) {
          const size = sizes[chunks.length % sizes.length];
          chunks.push(bytes.subarray(start, start + size));
          start += size;
        }
        const events = streamed(chunks, { protocolVersion: version, kernel });
        const expected = oracleDecode(bytes, { version });
        expect(events.error).toBeUndefined();
        expect(events.packets.length).toBe(packets.length);
        // one by one: a difference is shown without all that is the same
        expected.packets.forEach((packet, i) => {
          if (events.packets[i] !== plain(packet))
            expect(events.packets[i].slice(0, 500), `packet ${i}`).toBe(plain(packet).slice(0, 500));
        });
      },
    );
    fc.assert(property, { numRuns: runs(15) });
  });
});
