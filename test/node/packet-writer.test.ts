import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decode } from '../../src/decode/index.ts';
import { encode, PublishTemplate } from '../../src/encode/index.ts';
import { PacketWriter } from '../../src/node/packet-writer.ts';
import { SlabPool } from '../../src/node/slab-pool.ts';
import type { EncodablePublish } from '../../src/protocol/packets.ts';
import { packetArbitrary, packetOfType } from '../arbitraries.ts';
import { AT_LEAST_ONCE, CountingPool, nextTurn, publish, QuickSink, SlowSink, template } from './sinks.ts';

const LARGE = new Uint8Array(16_384).fill(0x4c);

describe('what is written in one turn', () => {
  it('leaves in one write at its end', async () => {
    const sink = new QuickSink();
    const writer = new PacketWriter(sink, { reuse: true });
    for (let turn = 1; turn <= 3; turn++) {
      for (let i = 0; i < 500; i++) expect(writer.write({ cmd: 'puback', messageId: i + 1 })).toBe(true);
      writer.writeTemplate(template('x'), AT_LEAST_ONCE);
      writer.writeBytes(encode({ cmd: 'pingreq' }));
      expect(sink.writes).toBe(turn - 1);
      await nextTurn();
      expect(sink.writes).toBe(turn);
    }
    expect(sink.received.length).toBe(3 * (500 * 4 + 8 + 2));
  });

  it('large payloads included', async () => {
    const sink = new QuickSink();
    const writer = new PacketWriter(sink);
    for (const payload of ['a', LARGE, 'b']) writer.write(publish(payload));
    await nextTurn();
    expect(sink.writes).toBe(1);
    const packets = ['a', LARGE, 'b'].map((payload) => encode(publish(payload)));
    expect(sink.received.equals(Buffer.concat(packets))).toBe(true);
  });

  it('leaves at once with flush, and then not again', async () => {
    const sink = new QuickSink();
    const writer = new PacketWriter(sink);
    writer.write({ cmd: 'pingreq' });
    expect(writer.pendingBytes).toBe(2);
    writer.flush();
    expect(writer.pendingBytes).toBe(0);
    expect(sink.received).toEqual(Buffer.of(0xc0, 0x00));
    await nextTurn();
    expect(sink.writes).toBe(1);
  });

  it('leaves when the option says', async () => {
    const sink = new QuickSink();
    const flushes: (() => void)[] = [];
    const writer = new PacketWriter(sink, { schedule: (flush) => flushes.push(flush) });
    writer.write({ cmd: 'pingreq' });
    writer.write({ cmd: 'pingreq' });
    await nextTurn();
    expect(sink.writes).toBe(0);
    expect(flushes.length).toBe(1);
    flushes[0]();
    expect(sink.received).toEqual(Buffer.of(0xc0, 0x00, 0xc0, 0x00));
  });

  it('does not pile up until its end', () => {
    const sink = new QuickSink();
    const writer = new PacketWriter(sink, { reuse: true, pool: new SlabPool() });
    for (let i = 0; i < 20_000; i++) {
      writer.write(publish('x'.repeat(i % 200)));
      expect(writer.pendingBytes).toBeLessThanOrEqual(65_536);
    }
  });
});

type Step = (writer: PacketWriter) => Uint8Array;

const V5 = { protocolVersion: 5 } as const;
const step: fc.Arbitrary<Step> = fc.oneof(
  packetArbitrary(5).map((packet) => (writer: PacketWriter) => {
    writer.write(packet, V5);
    return encode(packet, V5);
  }),
  packetOfType('publish', 5).map((packet) => (writer: PacketWriter) => {
    writer.writeTemplate(new PublishTemplate(packet as EncodablePublish, V5), AT_LEAST_ONCE);
    return encode({ ...(packet as EncodablePublish), dup: false, retain: false, ...AT_LEAST_ONCE }, V5);
  }),
  fc.constantFrom(0, 1, 900, 1_100, 16_383, 16_384, 70_000).map((size) => (writer: PacketWriter) => {
    const bytes = encode(publish(new Uint8Array(size).fill(size)));
    writer.writeBytes(bytes);
    return bytes;
  }),
  fc.constantFrom(10_000, 16_380, 40_000).map((size) => (writer: PacketWriter) => {
    const packet = publish('y'.repeat(size), 'z'.repeat(size)); // long text, long header
    writer.write(packet);
    return encode(packet);
  }),
  fc.constant((writer: PacketWriter) => {
    writer.flush();
    return new Uint8Array(0);
  }),
);
/** Steps of several turns. */
const turns = fc.array(fc.array(step, { maxLength: 12 }), { maxLength: 8 });

describe('the stream is what encode makes of the packets, in order', () => {
  it('when bytes are taken at once', async () => {
    await fc.assert(
      fc.asyncProperty(turns, async (steps) => {
        const sink = new QuickSink();
        const pool = new CountingPool();
        const writer = new PacketWriter(sink, { reuse: true, pool });
        const expected: Uint8Array[] = [];
        for (const turn of steps) {
          for (const step of turn) expected.push(step(writer));
          await nextTurn();
        }
        expect(sink.received.equals(Buffer.concat(expected))).toBe(true);
        expect(pool.idle).toBe(pool.seen.size);
      }),
      { numRuns: 150 },
    );
  });

  it('when they are read late, and write callbacks come late', async () => {
    await fc.assert(
      fc.asyncProperty(
        turns,
        fc.array(fc.nat(3), { minLength: 8, maxLength: 8 }),
        async (steps, finished) => {
          const sink = new SlowSink({ highWaterMark: 1_000 });
          const pool = new CountingPool();
          const writer = new PacketWriter(sink, { reuse: true, pool });
          const expected: Uint8Array[] = [];
          for (const [i, turn] of steps.entries()) {
            for (const step of turn) expected.push(step(writer));
            await nextTurn();
            for (let n = 0; n < finished[i]; n++) sink.finish();
          }
          while (sink.unfinished.length > 0) sink.finish();
          await nextTurn();
          expect(sink.received.equals(Buffer.concat(expected))).toBe(true);
          expect(writer.pendingBytes).toBe(0);
          expect(pool.idle).toBe(pool.seen.size);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('when a write callback comes while more of the same slab is queued', async () => {
    const sink = new SlowSink();
    const writer = new PacketWriter(sink, { reuse: true, pool: new CountingPool() });
    const packets = ['a', 'b', LARGE, 'c'].map((payload) => publish(payload));
    writer.write(packets[0]);
    writer.flush();
    writer.write(packets[1]);
    writer.write(packets[2]);
    sink.finish();
    writer.write(packets[3]);
    await nextTurn();
    sink.finish();
    expect(sink.received.equals(Buffer.concat(packets.map((packet) => encode(packet))))).toBe(true);
  });

  it('through a stream that calls bytes written while it holds them', async () => {
    await fc.assert(
      fc.asyncProperty(turns, async (steps) => {
        const through = new PassThrough({ highWaterMark: 1e9 });
        const writer = new PacketWriter(through);
        const expected: Uint8Array[] = [];
        for (const turn of steps) {
          for (const step of turn) expected.push(step(writer));
          await nextTurn();
        }
        writer.end();
        const received = await through.toArray();
        expect(Buffer.concat(received).equals(Buffer.concat(expected))).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  it.each([
    ['with', true],
    ['without', false],
  ])('to a stream %s cork that writes here itself while it is handed something', async (_, canCork) => {
    const sink = new QuickSink();
    if (!canCork) Object.assign(sink, { cork: undefined });
    const writer = new PacketWriter(sink, { reuse: true, pool: new CountingPool() });
    let answers = 0;
    const write = sink.write.bind(sink) as QuickSink['write'];
    sink.write = ((...given: Parameters<QuickSink['write']>) => {
      const hasRoom = write(...given);
      writer.flush();
      if (answers++ < 20) writer.write({ cmd: 'puback', messageId: answers });
      if (answers % 2 === 0) writer.flush();
      return hasRoom;
    }) as QuickSink['write'];
    for (let i = 0; i < 10; i++) writer.write(publish(LARGE));
    await nextTurn();
    const received = decode(sink.received);
    expect(received.filter(({ cmd }) => cmd === 'publish').length).toBe(10);
    const identifiers = received.flatMap((packet) => (packet.cmd === 'puback' ? [packet.messageId] : []));
    expect(identifiers).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
  });

  it('to an object that has nothing but write, end and destroy', async () => {
    const received: Uint8Array[] = [];
    const sink = { write: (bytes: Uint8Array) => received.push(bytes) > 0, end: () => {}, destroy: () => {} };
    const writer = new PacketWriter(sink);
    const packets = ['a', LARGE, 'b'].map((payload) => publish(payload));
    for (let turn = 0; turn < 200; turn++) {
      for (const packet of packets) expect(writer.write(packet)).toBe(true);
      await nextTurn();
    }
    const expected = Buffer.concat(packets.map((packet) => encode(packet)));
    expect(Buffer.concat(received).equals(Buffer.concat(Array(200).fill(expected)))).toBe(true);
  });
});
