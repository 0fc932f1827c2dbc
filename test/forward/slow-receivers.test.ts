import { describe, expect, test } from 'vitest';
import { sameEverywhere } from './everywhere.ts';
import { ForwarderWorld, KERNELS } from './server.ts';
import { PINGREQ, PINGRESP, publish, splitPackets } from './wire.ts';
import type { Client, World } from './world.ts';

/** Numbers of the messages that have arrived. */
function numbers(received: Buffer): number[] {
  return splitPackets(received)
    .packets.filter((packet) => packet[0] >> 4 === 3)
    .map((packet) => packet.readUInt32BE(packet.length - 4));
}

function counted(number: number, size = 0): Buffer {
  const payload = Buffer.alloc(size + 4, 0x2e);
  payload.writeUInt32BE(number, size);
  return publish(4, 'a', payload);
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

/** A slow client and a quick one, subscribed to "a", and a sender. */
function three(world: World): { slow: Client; quick: Client; sender: Client; all: Client[] } {
  const [slow, quick, sender] = [world.connect(), world.connect(), world.connect()];
  slow.subscribe('a');
  quick.subscribe('a');
  return { slow, quick, sender, all: [slow, quick, sender] };
}

describe('a receiver that takes nothing', () => {
  // 30 07 0001 61 and four bytes
  const SIZE = 9;

  test.each([
    ['bytes, exactly', { maxBacklogBytes: 10 * SIZE }, 10],
    ['bytes, one less', { maxBacklogBytes: 10 * SIZE - 1 }, 9],
    ['bytes, none', { maxBacklogBytes: 0 }, 0],
    ['messages', { maxBacklogMessages: 7 }, 7],
    ['messages, none', { maxBacklogMessages: 0 }, 0],
    ['messages and bytes', { maxBacklogMessages: 7, maxBacklogBytes: 4 * SIZE + 5 }, 4],
  ])('loses what is beyond the limit of %s; the others get everything', async (_, limits, kept) => {
    const { received, counters } = await sameEverywhere(async (world) => {
      const { slow, sender, all } = three(world);
      await world.turn();
      slow.hold();
      for (let i = 0; i < 20; i++) {
        sender.send(counted(i));
        await world.turn();
      }
      await slow.release();
      return all;
    }, limits);
    expect(numbers(received[0])).toEqual(upTo(kept));
    // the quick one has room for one message at a time at least, or for none
    expect(numbers(received[1])).toEqual(upTo(kept === 0 ? 0 : 20));
    expect(counters.messagesDropped).toBe(kept === 0 ? 40 : 20 - kept);
  });

  test('goes on in order when it takes bytes again, and has room for as much as it took', async () => {
    const { received, counters } = await sameEverywhere(
      async (world) => {
        const { slow, sender, all } = three(world);
        await world.turn();
        slow.hold();
        let next = 0;
        const send = async (count: number) => {
          for (const end = next + count; next < end; next++) sender.send(counted(next));
          await world.turn();
        };
        await send(3); // on their way
        await send(9); // of which seven wait
        await slow.takeOnce(); // the first three have gone, the seven are on their way
        await send(5); // of which three wait
        await slow.release();
        await send(2);
        return all;
      },
      { maxBacklogMessages: 10 },
    );
    expect(numbers(received[0])).toEqual([...upTo(10), 12, 13, 14, 17, 18]);
    expect(counters.messagesDropped).toBe(4);
    expect(numbers(received[1])).toEqual(upTo(19));
  });

  test('gets answers to its own packets in their place, whatever its backlog', async () => {
    const { received } = await sameEverywhere(
      async (world) => {
        const { slow, sender, all } = three(world);
        await world.turn();
        slow.hold();
        for (let i = 0; i < 6; i++) {
          sender.send(counted(i));
          slow.send(PINGREQ);
          if (i % 3 === 0) await world.turn();
        }
        await slow.release();
        return all;
      },
      { maxBacklogMessages: 4 },
    );
    const { packets } = splitPackets(received[0]);
    expect(packets.slice(1).map((packet) => packet.equals(PINGRESP))).toEqual(
      [0, 1, 0, 1, 0, 1, 0, 1, 1, 1].map(Boolean),
    );
  });

  test.each([300, 5000, 40_000])('with messages of %i bytes, many pages of them', async (size) => {
    const { received, counters } = await sameEverywhere(
      async (world) => {
        const { slow, sender, all } = three(world);
        await world.turn();
        slow.hold();
        for (let i = 0; i < 3_000_000 / size; i++) {
          sender.send(counted(i, size));
          if (i % 7 === 0) await world.turn();
          if (i === 29) await slow.takeOnce();
        }
        await slow.release();
        return all;
      },
      { maxBacklogBytes: 1_000_000 },
    );
    expect(counters.messagesDropped).toBeGreaterThan(0);
    expect(numbers(received[0]).length + counters.messagesDropped).toBe(numbers(received[1]).length);
  });
});

test.each([
  ['messages', [0, 2500], { maxBacklogMessages: 2 }],
  ['bytes', [9000, 1500, 100], { maxBacklogBytes: 10_000 }],
  ['both', [0, 2500, 100, 9000, 0], { maxBacklogBytes: 10_000, maxBacklogMessages: 3 }],
])(
  'a receiver that takes everything loses nothing, though more comes in a turn than its backlog takes: %s',
  async (_, sizes, limits) => {
    // as it came, and made for the receiver
    for (const kind of [{ version: 4 }, { version: 5, topicAliasMaximum: 2 }] as const) {
      const { received, counters } = await sameEverywhere(async (world) => {
        const [receiver, sender] = [world.connect(kind), world.connect()];
        receiver.subscribe('a', { subscriptionIdentifier: 300 });
        for (let i = 0; i < 60; i++) sender.send(counted(i, sizes[i % sizes.length]));
        await world.turn();
        return [receiver, sender];
      }, limits);
      expect(counters.messagesDropped).toBe(0);
      expect(numbers(received[0])).toEqual(upTo(60));
    }
  },
);

describe.each(KERNELS)('kernel %s', (kernel) => {
  test('policy `disconnect`: the connection is closed instead, and the others get everything', async () => {
    const world = new ForwarderWorld(kernel, { overflow: 'disconnect', maxBacklogMessages: 5 });
    const { slow, quick, sender } = three(world);
    await world.turn();
    slow.hold();
    for (let i = 0; i < 10; i++) {
      sender.send(counted(i));
      await world.turn();
      expect(slow.isClosed).toBe(i >= 5);
    }
    expect(numbers(quick.received)).toEqual(upTo(10));
    expect(world.counters.messagesDropped).toBe(1);
    await world.close();
    expect(world.forwarder.statistics.outboxes).toMatchObject({ used: 0, javascript: 0 });
  });

  test('what a receiver says of itself: bytes and messages that wait, and those it has lost', async () => {
    const world = new ForwarderWorld(kernel, { maxBacklogMessages: 3 });
    const slow = world.connect();
    slow.subscribe('a');
    const sender = world.connect();
    await world.turn();
    const { receiver } = slow.connection;
    const said = () => [receiver.pendingMessages, receiver.pendingBytes, receiver.messagesDropped];
    expect(said()).toEqual([0, 0, 0]);
    slow.hold();
    for (let i = 0; i < 5; i++) sender.send(counted(i));
    expect(said()).toEqual([3, 27, 2]);
    await world.turn();
    expect(said()).toEqual([3, 27, 2]);
    await slow.release();
    expect(said()).toEqual([0, 0, 2]);
    await world.close();
  });

  test('a storm of slow receivers: memory is bounded, and comes back', async () => {
    const world = new ForwarderWorld(kernel, { maxBacklogBytes: 100_000 });
    const { forwarder } = world;
    const clients = Array.from({ length: 300 }, () => world.connect());
    for (const client of clients) client.subscribe('a');
    const sender = world.connect();
    await world.turn();
    let reserved = 0;
    for (let round = 0; round < 3; round++) {
      for (const client of clients) client.hold();
      for (let i = 0; i < 120; i++) {
        sender.send(counted(i, 1000));
        if (i % 10 === 0) await world.turn();
        const { used, javascript } = forwarder.statistics.outboxes;
        // what waits, and the ends of pages
        expect(used + javascript).toBeLessThan(300 * (100_000 * 1.1 + 2 * 16_384));
      }
      expect(forwarder.statistics.outboxes.used + forwarder.statistics.outboxes.javascript).toBeGreaterThan(
        300 * 50_000,
      );
      for (const client of clients) client.socket.release();
      await world.turn();
      const after = forwarder.statistics.outboxes;
      expect([after.used, after.javascript]).toEqual([0, 0]);
      // pages that were taken once are used again
      if (round > 0) expect(after.reserved).toBeLessThanOrEqual(reserved * 1.05);
      reserved = after.reserved;
    }
    const expected = 99_000 / 1009;
    for (const client of clients) {
      expect(numbers(client.received).length).toBeGreaterThan(3 * Math.floor(expected) - 3);
    }
    await world.close();
  });
});
