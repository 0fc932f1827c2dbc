import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { PacketWriter } from '../../src/node/packet-writer.ts';
import type { EncodablePacket } from '../../src/protocol/packets.ts';
import { errorOf } from '../encode/errors.ts';
import { CountingPool, nextTurn, publish, QuickSink, SlowSink, template } from './sinks.ts';

const LARGE = new Uint8Array(16_384).fill(0x4c);

const V5 = { protocolVersion: 5 } as const;

describe('errors', () => {
  const bad: [string, (writer: PacketWriter) => unknown, string][] = [
    ['a topic with a wildcard', (writer) => writer.write(publish('payload', 'a/#')), 'TOPIC_NAME_WILDCARD'],
    ['no packet', (writer) => writer.write(null as unknown as EncodablePacket), 'NOT_A_PACKET'],
    ['payload null', (writer) => writer.write(publish(null as unknown as string)), 'FIELD_INVALID'],
    [
      'a large payload, no identifier',
      (writer) => writer.write({ ...publish(LARGE), qos: 1 }),
      'FIELD_INVALID',
    ],
    [
      'a template without identifier',
      (writer) => writer.writeTemplate(template('x'), { qos: 2 }),
      'FIELD_INVALID',
    ],
    [
      'a packet that is too large',
      (writer) => writer.write(publish('x'), { maxPacketSize: 5 }),
      'PACKET_TOO_LARGE',
    ],
    ['text', (writer) => writer.writeBytes('text' as unknown as Uint8Array), 'FIELD_INVALID'],
  ];

  it.each(bad)('%s: nothing of it is written', async (_, run, code) => {
    const sink = new QuickSink();
    const pool = new CountingPool();
    const another = new PacketWriter(new QuickSink(), { reuse: true, pool });
    another.write({ cmd: 'pingresp' });
    another.flush();
    const writer = new PacketWriter(sink, { reuse: true, pool });
    expect(errorOf(() => run(writer))).toMatchObject({ code });
    await nextTurn();
    expect(sink.writes).toBe(0);
    expect(pool.idle).toBe(pool.seen.size);
    for (let i = 0; i < 3; i++) {
      writer.write({ cmd: 'pingreq' });
      expect(errorOf(() => run(writer))).toMatchObject({ code });
    }
    await nextTurn();
    expect(sink.received).toEqual(Buffer.from('c000c000c000', 'hex'));
  });

  it('a packet that writes another one while it is encoded', async () => {
    const sink = new QuickSink();
    const writer = new PacketWriter(sink, { reuse: true });
    const acts: ((writer: PacketWriter) => void)[] = [
      () => writer.write({ cmd: 'pingresp' }),
      () => writer.writeBytes(Buffer.of(0xd0, 0x00)),
      () => writer.writeTemplate(template('x')),
    ];
    for (const act of acts) {
      const packet = {
        cmd: 'publish',
        topic: 't',
        get properties() {
          act(writer);
          return {};
        },
      } as const;
      writer.write({ cmd: 'pingreq' });
      expect(errorOf(() => writer.write(packet, V5))).toMatchObject({ code: 'FIELD_INVALID' });
    }
    const flushes = {
      cmd: 'publish',
      topic: 't',
      get properties() {
        writer.flush();
        return {};
      },
    } as const;
    writer.write(flushes, V5);
    await nextTurn();
    expect(sink.received).toEqual(Buffer.from('c000c000c000 3004 0001 74 00'.replaceAll(' ', ''), 'hex'));
  });

  it('a stream whose write throws is destroyed: what follows would be out of step', () => {
    const sink = new QuickSink();
    sink.on('error', () => {});
    const writer = new PacketWriter(sink);
    sink.write = () => {
      throw new Error('out of order');
    };
    writer.write(publish(LARGE));
    expect(() => writer.flush()).toThrow('out of order');
    expect(sink.destroyed).toBe(true);
    expect(writer.write({ cmd: 'pingreq' })).toBe(false);
  });
});

describe('the end', () => {
  it('end lets what was written leave, and drops what comes then', async () => {
    const sink = new QuickSink();
    const writer = new PacketWriter(sink);
    writer.write({ cmd: 'disconnect' });
    expect(writer.closed).toBe(false);
    writer.end();
    writer.end();
    expect(writer.closed).toBe(true);
    expect(writer.write({ cmd: 'pingreq' })).toBe(false);
    expect(writer.writeBytes(LARGE)).toBe(false);
    expect(writer.writeTemplate(template('x'))).toBe(false);
    await once(sink, 'finish');
    expect(sink.received).toEqual(Buffer.of(0xe0, 0x00));
  });

  it('destroy drops what was written', async () => {
    const sink = new QuickSink();
    const writer = new PacketWriter(sink);
    writer.write({ cmd: 'disconnect' });
    const error = once(sink, 'error');
    writer.destroy(new Error('enough'));
    expect(await error).toMatchObject([{ message: 'enough' }]);
    expect([sink.destroyed, sink.writes, writer.pendingBytes, writer.closed]).toEqual([true, 0, 0, true]);
  });

  it.each([
    ['ended', (sink: QuickSink) => void sink.end()],
    ['destroyed', (sink: QuickSink) => void sink.destroy()],
  ])('a stream that somebody else has %s: writes are dropped and return false', async (_, act) => {
    const sink = new QuickSink();
    const pool = new CountingPool();
    const writer = new PacketWriter(sink, { pool });
    expect(writer.write({ cmd: 'pingreq' })).toBe(true);
    act(sink);
    expect(writer.closed).toBe(true);
    expect(writer.write({ cmd: 'pingreq' })).toBe(false);
    expect(writer.write(publish('', 'a/#'))).toBe(false);
    await nextTurn();
    expect([sink.writes, writer.pendingBytes]).toEqual([0, 0]);
  });

  it('slabs of a stream that broke do not come back: it may still read from them', async () => {
    const pool = new CountingPool();
    const sink = new SlowSink();
    sink.on('error', () => {});
    const writer = new PacketWriter(sink, { reuse: true, pool });
    for (let i = 0; i < 2_000; i++) writer.write(publish('x'.repeat(100)));
    await nextTurn();
    expect(pool.seen.size).toBeGreaterThan(2);
    const idle = pool.idle;
    sink.destroy(new Error('broken'));
    await nextTurn();
    writer.flush();
    expect(pool.idle).toBe(idle);
    expect(writer.pendingBytes - sink.writableLength).toBe(0);
  });
});
