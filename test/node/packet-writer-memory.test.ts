import { describe, expect, it } from 'vitest';
import { PacketWriter } from '../../src/node/packet-writer.ts';
import { AT_LEAST_ONCE, CountingPool, nextTurn, publish, QuickSink, SlowSink, template } from './sinks.ts';

const LARGE = new Uint8Array(16_384).fill(0x4c);

describe('memory', () => {
  it('large payloads are handed over as they are', () => {
    const chunks: Uint8Array[] = [];
    const sink = { write: (bytes: Uint8Array) => chunks.push(bytes) > 0, end: () => {}, destroy: () => {} };
    const writer = new PacketWriter(sink);
    writer.write(publish(LARGE));
    writer.writeTemplate(template(LARGE), AT_LEAST_ONCE);
    writer.writeBytes(LARGE);
    writer.flush();
    expect(chunks.filter((chunk) => chunk === LARGE).length).toBe(3);
    expect(chunks.length).toBe(5);
  });

  it('one slab does for any number of writers that are taken from at once', async () => {
    const pool = new CountingPool();
    const writers = Array.from(
      { length: 100 },
      () => new PacketWriter(new QuickSink(), { reuse: true, pool }),
    );
    for (let turn = 0; turn < 20; turn++) {
      for (const writer of writers) {
        writer.write(publish('x'));
        writer.flush();
      }
      await nextTurn();
    }
    expect(pool.taken).toBe(2_000);
    expect(pool.seen.size).toBe(1);
  });

  it('never more than the bound waits in the pool, whatever comes back', async () => {
    const limit = 200_000;
    const pool = new CountingPool(limit);
    const sinks = Array.from({ length: 40 }, () => new SlowSink());
    const writers = sinks.map((sink) => new PacketWriter(sink, { reuse: true, pool }));
    for (let turn = 0; turn < 5; turn++) {
      for (const [i, writer] of writers.entries())
        for (let n = 0; n < i; n++) writer.write(publish('x'.repeat(90)));
      await nextTurn();
      expect(pool.idleBytes).toBeLessThanOrEqual(limit);
    }
    expect(pool.seen.size).toBeGreaterThan(40);
    for (const sink of sinks) while (sink.unfinished.length > 0) sink.finish();
    await nextTurn();
    expect(pool.mostIdleBytes).toBeLessThanOrEqual(limit);
    expect(pool.idleBytes).toBeGreaterThan(0);
  });

  it('a slow socket holds no more slabs than its bytes fill', async () => {
    const pool = new CountingPool();
    const writer = new PacketWriter(new SlowSink(), { reuse: true, pool });
    for (let turn = 0; turn < 1_000; turn++) {
      writer.write(publish('x'.repeat(100)));
      await nextTurn();
    }
    expect(writer.pendingBytes).toBe(105_000);
    const bytes = [...pool.seen].reduce((sum, slab) => sum + slab.length, 0);
    expect(bytes).toBeLessThan(2 * 105_000);
  });
});
