import { describe, expect, test } from 'vitest';
import { LARGE_PAGE, LARGE_PAGE_COUNT, SMALL_PAGE_COUNT } from '../../assembly/forward/layout.ts';
import { sameEverywhere } from './everywhere.ts';
import { type FakeClient, ForwarderWorld, KERNELS } from './server.ts';
import { publish, splitPackets } from './wire.ts';

/** More than the kernel has ids for. */
const TOPICS = 40_000;

test('more topics than the kernel has ids', async () => {
  const { received } = await sameEverywhere(async (world) => {
    const all = world.connect({ version: 5, topicAliasMaximum: 16 });
    all.subscribe('#');
    const few = world.connect();
    for (let i = 0; i < 10; i++) few.subscribe(`topic/number/${i * 4000}`);
    const sender = world.connect();
    // again and again ones that were there before
    for (let i = 0; i < TOPICS; i += 100) {
      const packets: Buffer[] = [];
      for (let k = i; k < i + 100; k++) {
        packets.push(publish(4, `topic/number/${k}`, `${k}`));
        if (k % 5 === 0) packets.push(publish(4, `topic/number/${(k % 40) * 400}`, 'again'));
      }
      sender.send(Buffer.concat(packets));
      if (i % 2000 === 0) await world.turn();
    }
    await world.turn();
    return [all, few, sender];
  });
  expect(splitPackets(received[0]).packets).toHaveLength(1 + TOPICS * 1.2);
});

describe.each(KERNELS)('kernel %s', (kernel) => {
  function crowd(world: ForwarderWorld, count: number, filter: string): FakeClient[] {
    return Array.from({ length: count }, () => {
      const receiver = world.connect();
      receiver.subscribe(filter);
      return receiver;
    });
  }

  test('a broadcast to 20,000 receivers, more than there are small pages', async () => {
    const world = new ForwarderWorld(kernel);
    const receivers = crowd(world, 20_000, 'all');
    expect(receivers.length).toBeGreaterThan(SMALL_PAGE_COUNT);
    const sender = world.connect();
    await world.turn();
    const messages = ['one', 'two', 'x'.repeat(1000), 'y'.repeat(5000)].map((text) =>
      publish(4, 'all', text),
    );
    sender.send(...messages);
    await world.turn();
    const expected = Buffer.concat(messages);
    const wrong = receivers.filter(({ received }) => !received.subarray(4).equals(expected));
    expect(wrong.length).toBe(0);
    expect(world.counters).toMatchObject({ messagesDelivered: 80_000, messagesDropped: 0 });
    await world.close();
    expect(world.forwarder.statistics.outboxes).toMatchObject({ used: 0, javascript: 0 });
  });

  test('more bytes in one turn than there are pages', async () => {
    const world = new ForwarderWorld(kernel);
    const receivers = crowd(world, 200, 'all');
    const sender = world.connect();
    await world.turn();
    const messages = Array.from({ length: 250 }, (_, i) => publish(4, 'all', `${i} `.padEnd(1500)));
    expect(200 * 250 * 1500).toBeGreaterThan(LARGE_PAGE * LARGE_PAGE_COUNT * 2);
    sender.send(Buffer.concat(messages));
    await world.turn();
    const expected = Buffer.concat(messages);
    expect(receivers.filter(({ received }) => !received.subarray(4).equals(expected)).length).toBe(0);
    await world.close();
  });

  test('pages that all wait for slow receivers do not stop the others', async () => {
    const world = new ForwarderWorld(kernel);
    const slow = crowd(world, 3000, 'all');
    const quick = crowd(world, 3, 'all');
    const sender = world.connect();
    await world.turn();
    for (const each of slow) each.hold();
    const messages = Array.from({ length: 40 }, (_, i) => publish(4, 'all', `${i} `.padEnd(1200)));
    for (const [i, message] of messages.entries()) {
      sender.send(message);
      if (i % 4 === 0) await world.turn();
    }
    await world.turn();
    const expected = Buffer.concat(messages);
    expect(quick.filter(({ received }) => !received.subarray(4).equals(expected)).length).toBe(0);
    const { used, reserved, javascript } = world.forwarder.statistics.outboxes;
    expect(3000 * 40 * 1200).toBeGreaterThan(reserved);
    expect(used).toBeLessThanOrEqual(reserved);
    expect(javascript).toBeGreaterThan(0);
    // and the slow ones get what there is room for in their backlogs, which is everything
    for (const each of slow) each.socket.release();
    await world.turn();
    expect(slow.filter(({ received }) => !received.subarray(4).equals(expected)).length).toBe(0);
    expect(world.forwarder.statistics.outboxes).toMatchObject({ used: 0, javascript: 0 });
    await world.close();
  });

  test('a thousand connections that come and go', async () => {
    const world = new ForwarderWorld(kernel);
    const sender = world.connect();
    for (let round = 0; round < 5; round++) {
      const clients = crowd(world, 200, `round/${round}`);
      sender.send(publish(4, `round/${round}`, 'x'));
      await world.turn();
      expect(clients.every(({ received }) => received.length > 4)).toBe(true);
      for (const client of clients) client.socket.destroy();
      await world.turn();
    }
    const { connections, receivers, outboxes } = world.forwarder.statistics;
    expect([connections, receivers, outboxes.used]).toEqual([1, 1, 0]);
    await world.close();
  });
});
