import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { hex } from '../vectors/hex.ts';
import { attack, many, open } from './attacker.ts';
import { MIB } from './broker-process.ts';
import { connectPacket, RawClient } from './harness.ts';

const MARGIN = 16 * MIB;
/** The pair beside the attack. */
const INNOCENTS = 2;

describe('CONNECT storms', () => {
  test.each([
    ['3.1.1', 4, true],
    ['5.0', 5, true],
    ['3.1.1, with a session', 4, false],
  ] as const)('with one client identifier: the last one stays, MQTT %s', async (_, version, clean) => {
    const { statistics } = await attack({
      limits: { maxConnectionRate: 0 },
      bound: MARGIN,
      run: async (port) => {
        await many(500, () => open(port, connectPacket('same', version, { clean })));
        const last = await RawClient.connected(port, 'same', version, { clean: true });
        await last.expectsNothing();
      },
    });
    expect(statistics.clients).toMatchObject({ connected: INNOCENTS + 1, total: INNOCENTS + 1 });
  });

  test('with one client identifier: no more than the limit per second', async () => {
    const { statistics } = await attack({
      limits: { maxConnectionRate: 20 },
      bound: MARGIN,
      run: (port) =>
        many(300, async () => {
          const socket = await open(port, connectPacket('same', 5));
          await Promise.race([once(socket, 'data'), once(socket, 'close')]);
        }),
    });
    // a second more or less on a slow machine
    expect(statistics.connections.refused[0x9f]).toBeGreaterThan(100);
    expect(statistics.limits.maxConnectionRate).toBe(statistics.connections.refused[0x9f]);
  });

  test('with many client identifiers: no more than the limit', async () => {
    const { statistics } = await attack({
      limits: { maxConnections: 100 },
      bound: MARGIN,
      run: (port) =>
        many(400, async (i) => {
          const socket = await open(port, connectPacket(`many${i}`, 5));
          await Promise.race([once(socket, 'data'), once(socket, 'close')]);
        }),
    });
    // those that are refused count as well, until they are gone
    expect(statistics.clients.connected).toBeLessThanOrEqual(100);
    expect(statistics.connections.refused[0x89]).toBe(400 + INNOCENTS - statistics.clients.connected);
  });

  test('with many sessions that are left behind: they expire', async () => {
    const { broker } = await attack({
      limits: { maxSessionExpiryInterval: 1 },
      bound: MARGIN,
      run: (port) =>
        many(500, async (i) => {
          const client = await RawClient.connected(port, `left${i}`, 4, { clean: false });
          await client.subscribe(`left/${i}`, '01');
          client.cut();
        }),
    });
    await expect
      .poll(async () => (await broker.measure()).statistics.clients.expired, { timeout: 10_000 })
      .toBeGreaterThanOrEqual(500);
    expect((await broker.measure()).statistics.subscriptions.count).toBeLessThan(10);
  });

  test('that comes byte by byte and never ends', async () => {
    const { statistics } = await attack({
      limits: { connectTimeout: 1 },
      bound: MARGIN,
      run: async (port) => {
        const bytes = hex(connectPacket('a client identifier that is long enough'));
        const sockets = await many(200, () => open(port));
        const closed = sockets.map((socket) => once(socket.resume(), 'close'));
        let at = 0;
        const dripping = setInterval(() => {
          for (const socket of sockets) socket.write(bytes.subarray(at, at + 1));
          at++;
        }, 100);
        await Promise.all(closed);
        clearInterval(dripping);
        expect(at).toBeLessThan(bytes.length);
      },
    });
    expect(statistics.limits.connectTimeout).toBe(200);
  });
});

describe('SUBSCRIBE', () => {
  test('to more than a client may: the first ones are granted', async () => {
    const clients = 3;
    const limit = 10_000;
    const { statistics } = await attack({
      limits: { maxSubscriptions: limit },
      // an entry in the index, one in the session, and their strings
      bound: clients * limit * 1_000 + MARGIN,
      run: (port) =>
        many(clients, async (i) => {
          const client = await RawClient.connected(port, `greedy${i}`, 5);
          const filters = Array.from({ length: 3 * limit }, (_, at) => [`${i}/${at}/#`, '00'] as const);
          const granted = await client.subscribe(filters);
          expect(granted.slice(0, limit).every((code) => code === 0)).toBe(true);
          expect(granted.slice(limit).every((code) => code === 0x97)).toBe(true);
        }),
    });
    expect(statistics.limits.maxSubscriptions).toBe(clients * 2 * limit);
  });

  test('to the same filter 250,000 times at once', async () => {
    const count = 250_000;
    const { statistics } = await attack({
      bound: MARGIN,
      run: async (port) => {
        const client = await RawClient.connected(port, 'again');
        client.send(Buffer.alloc(count * 9, hex('82 07 0001 0002 2b2f 00')));
        await client.bytes(5 * count);
      },
    });
    expect(statistics.packets.sent.suback).toBe(count + 1);
  });

  test('to deep filters with many wildcards, and messages to deep topics', async () => {
    await attack({
      bound: MARGIN,
      run: async (port) => {
        const client = await RawClient.connected(port, 'deep', 5);
        const deep = 'a/'.repeat(32_000);
        const filters = [deep, '+/'.repeat(20_000), '+/'.repeat(100), '/'.repeat(65_535), `${deep}#`];
        for (const filter of filters) expect(await client.subscribe(filter)).toEqual([0x97]);
        for (const topic of [deep, '/'.repeat(65_535)]) {
          client.sendPublish(topic, 'x', { qos: 1 });
          expect(await client.next('puback')).toMatchObject({ reasonCode: 0x90 });
        }
        for (let i = 0; i < 12; i++) await client.subscribe(`b/${'+/'.repeat(i)}#`);
        for (let i = 0; i < 2_000; i++) client.sendPublish(`${'b/'.repeat(120)}${i}`);
        for (let i = 0; i < 2_000; i++) await client.next('publish');
      },
    });
  });

  test('messages to topics that never come again', async () => {
    await attack({
      bound: 2 * MARGIN,
      run: async (port) => {
        const client = await RawClient.connected(port, 'talkative');
        const prefix = 'long/'.repeat(60);
        for (let i = 0; i < 20_000; i++) client.sendPublish(`${prefix}${i}`);
        await client.expectsNothing();
      },
    });
  });
});
