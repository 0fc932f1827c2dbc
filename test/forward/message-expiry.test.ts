import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { sameEverywhere } from './everywhere.ts';
import { ForwarderWorld, KERNELS } from './server.ts';
import { MESSAGE_EXPIRY_INTERVAL, parsePublish, publish, splitPackets } from './wire.ts';
import type { World } from './world.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance', 'Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

function expiring(seconds: number, payload: string, qos: 0 | 1 = 0): Buffer {
  const properties = { userProperties: { k: 'v' }, messageExpiryInterval: seconds, contentType: 't' };
  return publish(5, 'a', payload, { properties, ...(qos ? { qos, messageId: 1 } : {}) });
}

/** Payloads with the interval that each has left. */
function seen(received: Buffer): string[] {
  const { packets } = splitPackets(received);
  return packets
    .filter((each) => each[0] >> 4 === 3)
    .map((each) => {
      const { payload, properties } = parsePublish(each, 5);
      const interval = properties.find(({ id }) => id === MESSAGE_EXPIRY_INTERVAL)?.value.readUInt32BE();
      return `${payload}: ${interval}`;
    });
}

function twoReceivers<W extends World>(world: W, qos: 0 | 1 = 0) {
  const [old, slow, quick, sender] = [4, 5, 5, 5].map((version) =>
    world.connect({ version: version as 4 | 5 }),
  );
  for (const each of [old, slow, quick]) each.subscribe('a', { qos });
  return { old, slow, quick, sender, all: [old, slow, quick, sender] };
}

describe('a message that waits for a slow receiver', () => {
  test('goes with what is left of its interval (MQTT-3.3.2-6), or not at all (MQTT-3.3.2-5)', async () => {
    const { received, counters } = await sameEverywhere(async (world) => {
      const { old, slow, sender, all } = twoReceivers(world);
      await world.turn();
      old.hold();
      slow.hold();
      sender.send(expiring(50, 'on its way'));
      await world.turn();
      world.advance(7);
      sender.send(expiring(50, 'one'), expiring(10, 'two'), publish(5, 'a', 'three'), expiring(11, 'four'));
      await world.turn();
      world.advance(4);
      sender.send(expiring(7, 'five'), expiring(6, 'six'), expiring(0xffff_0000, 'seven'));
      await world.turn();
      world.advance(6);
      sender.send(expiring(1, 'eight'));
      await world.turn();
      await slow.release();
      await old.release();
      return all;
    });
    expect(seen(received[1])).toEqual([
      'on its way: 50',
      'one: 40',
      'three: undefined',
      'four: 1',
      'five: 1',
      `seven: ${0xffff_0000 - 6}`,
      'eight: 1',
    ]);
    expect(seen(received[2]).slice(0, 3)).toEqual(['on its way: 50', 'one: 50', 'two: 10']);
    expect(counters.messagesExpired).toBe(2);
  });

  test('gives its room back when it has expired', async () => {
    const { received, counters } = await sameEverywhere(
      async (world) => {
        const { slow, sender, all } = twoReceivers(world);
        await world.turn();
        slow.hold();
        sender.send(publish(5, 'a', '0'));
        await world.turn();
        for (let i = 1; i < 8; i++) sender.send(expiring(5, `${i}`));
        await world.turn();
        world.advance(5);
        await slow.takeOnce();
        for (let i = 8; i < 15; i++) sender.send(publish(5, 'a', `${i}`));
        await world.turn();
        await slow.release();
        return all;
      },
      { maxBacklogMessages: 5 },
    );
    expect(seen(received[1])).toEqual(['0', '8', '9', '10', '11', '12'].map((each) => `${each}: undefined`));
    expect(counters.messagesExpired).toBe(4);
  });

  test('of QoS 1 stays, with an interval of 0: it has a packet identifier', async () => {
    const { received } = await sameEverywhere(async (world) => {
      const { slow, sender, all } = twoReceivers(world, 1);
      await world.turn();
      slow.hold();
      sender.send(publish(5, 'a', 'on its way'));
      await world.turn();
      sender.send(expiring(5, 'QoS 1', 1), expiring(5, 'QoS 0'), expiring(9, 'QoS 1, longer', 1));
      await world.turn();
      world.advance(6);
      await slow.release();
      return all;
    });
    expect(seen(received[1])).toEqual(['on its way: undefined', 'QoS 1: 0', 'QoS 1, longer: 3']);
  });

  test.each([500, 3000, 30_000])('many of %i bytes, over many pages', async (size) => {
    const { counters } = await sameEverywhere(async (world) => {
      const { slow, sender, all } = twoReceivers(world);
      await world.turn();
      slow.hold();
      for (let i = 0; i < 600_000 / size; i++) {
        sender.send(
          i % 3 ? expiring((i % 50) + 1, `${i} `.padEnd(size)) : publish(5, 'a', `${i} `.padEnd(size)),
        );
        if (i % 5 === 0) await world.turn();
        if (i % 40 === 0) {
          await world.turn();
          world.advance(1);
        }
        if (i % 300 === 299) await slow.takeOnce();
      }
      await world.turn();
      world.advance(20);
      await slow.release();
      return all;
    });
    expect(counters.messagesExpired).toBeGreaterThan(0);
  });
});

test.each(KERNELS)(
  'fractions of a second: within one of what is left, never more than it came with, kernel %s',
  async (kernel) => {
    const world = new ForwarderWorld(kernel);
    const { slow, sender } = twoReceivers(world);
    await world.turn();
    slow.hold();
    sender.send(publish(5, 'a', 'on its way'));
    await world.turn();
    const waits = [0.1, 0.9, 0, 0.5, 0.25, 1.3, 0.05, 2.95, 0.999];
    for (const [i, wait] of waits.entries()) {
      world.advance(wait);
      sender.send(expiring(100, `${i}`));
      await world.turn();
    }
    world.advance(0.3);
    await slow.release();
    const waited = waits.map((_, i) => 0.3 + waits.slice(i + 1).reduce((sum, each) => sum + each, 0));
    for (const [i, text] of seen(slow.received).slice(1).entries()) {
      const left = Number(text.split(': ')[1]);
      expect(left, text).toBeLessThanOrEqual(100);
      expect(Math.abs(left - (100 - waited[i])), text).toBeLessThanOrEqual(1);
    }
    expect(seen(slow.received)).toHaveLength(1 + waits.length);
    await world.close();
  },
);

test('an interval of 0 goes on to whoever takes it at once', async () => {
  const { received } = await sameEverywhere(async (world) => {
    const { sender, all } = twoReceivers(world);
    sender.send(expiring(0, 'now'), expiring(1, 'later'));
    await world.turn();
    world.advance(100);
    sender.send(expiring(1, 'much later'));
    await world.turn();
    return all;
  });
  expect(seen(received[1])).toEqual(['now: 0', 'later: 1', 'much later: 1']);
});
