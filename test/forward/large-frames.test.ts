import { describe, expect, test } from 'vitest';
import { cut } from '../fuzz/stream.ts';
import { sameEverywhere } from './everywhere.ts';
import { ForwarderWorld, KERNELS } from './server.ts';
import { publish, splitPackets } from './wire.ts';
import type { ClientOptions, World } from './world.ts';

const SIZES = [
  1000, 1023, 1024, 2000, 2040, 2041, 2042, 2048, 2049, 2100, 4096, 16_000, 16_384, 20_000, 65_536, 200_000,
];

/** Payloads that look different everywhere. */
function pattern(size: number, seed: number): Buffer {
  return Buffer.from(Uint8Array.from({ length: size }, (_, i) => (i * 31 + (i >> 8) * 7 + seed) & 0xff));
}

const KINDS: ClientOptions[] = [
  { version: 4 },
  { version: 5 },
  { version: 5, topicAliasMaximum: 4 },
  { version: 3 },
  { version: 5, maximumPacketSize: 5000 },
];

function many(world: World, count: number) {
  return Array.from({ length: count }, (_, i) => {
    const receiver = world.connect(KINDS[i % KINDS.length]);
    receiver.subscribe('big/#', i % 2 ? { qos: 1, subscriptionIdentifier: i } : {});
    return receiver;
  });
}

describe('large messages', () => {
  test.each(SIZES)('%i bytes, in pieces of many sizes, to 20 receivers', async (size) => {
    await sameEverywhere(async (world) => {
      const receivers = many(world, 20);
      const sender = world.connect({ version: 5 });
      const old = world.connect();
      const properties = { messageExpiryInterval: 30, userProperties: { k: 'v'.repeat(300) } };
      const stream = Buffer.concat([
        publish(5, 'big/1', 'small before'),
        publish(5, 'big/1', pattern(size, 1), { properties }),
        publish(5, 'big/1', 'small after'),
        publish(5, 'big/2', pattern(size, 2), { retain: true }),
        publish(5, 'big/2', pattern(size, 3), { qos: 1, messageId: 1 }),
      ]);
      for (const pieces of [[0], [1, 2, 3, 4, 5, 6], [size / 2, size], [1460, 2920, 4380, size + 1460]]) {
        sender.send(...cut(stream, pieces.map(Math.floor)));
        await world.turn();
      }
      old.send(publish(4, 'big/3', pattern(size, 4)));
      await world.turn();
      return [...receivers, sender, old];
    });
  });

  test('the same chunk of a payload goes to many receivers, some of which are slow', async () => {
    const { counters } = await sameEverywhere(async (world) => {
      const receivers = many(world, 30);
      const sender = world.connect({ version: 5 });
      await world.turn();
      for (let round = 0; round < 12; round++) {
        for (const [i, receiver] of receivers.entries()) if ((i + round) % 4 === 0) receiver.hold();
        const parts = [40_000, 100, 3000].map((size, i) => publish(5, 'big/x', pattern(size, round * 3 + i)));
        sender.send(...cut(Buffer.concat(parts), [round * 5000]));
        if (round % 3 === 0) await world.turn();
        for (const [i, receiver] of receivers.entries()) if ((i + round) % 6 === 0) await receiver.release();
      }
      for (const receiver of receivers) await receiver.release();
      return [...receivers, sender];
    });
    expect(counters.messagesTooLarge).toBeGreaterThan(0);
  });
});

describe.each(KERNELS)('kernel %s', (kernel) => {
  test('payloads that were not read yet are sent as they came, whatever arrives after them', async () => {
    const world = new ForwarderWorld(kernel);
    const receiver = world.connect();
    receiver.subscribe('#');
    const sender = world.connect();
    await world.turn();
    receiver.hold();
    const sent = Array.from({ length: 10 }, (_, i) => publish(4, 'a', pattern(30_000, i)));
    for (const bytes of sent) {
      sender.send(bytes);
      await world.turn();
      // the kernel's memory is full of other things meanwhile
      sender.send(publish(4, 'b', Buffer.alloc(2000, 0xff)));
    }
    await receiver.release();
    const { packets } = splitPackets(receiver.received);
    const large = packets.filter((packet) => packet.length > 10_000);
    expect(large.map((packet, i) => packet.equals(sent[i]))).toEqual(sent.map(() => true));
    await world.close();
  });

  test('a large message that is broken off reaches nobody', async () => {
    const world = new ForwarderWorld(kernel);
    const [receiver, sender] = [world.connect(), world.connect()];
    receiver.subscribe('#');
    sender.send(publish(4, 'a', Buffer.alloc(100_000)).subarray(0, 90_000));
    await sender.cut();
    expect(receiver.received.length).toBe(4);
    await world.close();
  });

  test('the backlog counts their bytes', async () => {
    const world = new ForwarderWorld(kernel, { maxBacklogBytes: 250_000 });
    const [receiver, sender] = [world.connect(), world.connect()];
    receiver.subscribe('#');
    await world.turn();
    receiver.hold();
    for (let i = 0; i < 5; i++) {
      sender.send(publish(4, 'a', Buffer.alloc(100_000)));
      await world.turn();
    }
    expect(world.counters).toMatchObject({ messagesDelivered: 2, messagesDropped: 3 });
    expect(receiver.connection.receiver.pendingBytes).toBe(2 * 100_007);
    sender.send(publish(4, 'a', 'small'));
    await receiver.release();
    expect(splitPackets(receiver.received).packets).toHaveLength(4);
    await world.close();
    expect(world.forwarder.statistics.outboxes).toMatchObject({ used: 0, javascript: 0 });
  });
});
