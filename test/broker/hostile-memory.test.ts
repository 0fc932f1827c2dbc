import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { hex } from '../vectors/hex.ts';
import { attack, flood, many, open, PATIENTLY_MS } from './attacker.ts';
import { MIB } from './broker-process.ts';
import { connectPacket, PINGREQ, publishPacket, RawClient, subscribePacket, text } from './harness.ts';

// What a client can make the broker hold. Bounds are what the limits allow, and 16 MiB for the garbage of the moment and
// for compiled code; what is offered is many times that.

const MARGIN = 16 * MIB;
const KIB = 1024;
/** ms; until the buffers of the operating system are full of answers, there are a million of them. */
const PATIENCE = 120_000;

/** Connects a client that subscribes and then does not read. */
async function deaf(port: number, id: string, filter: string, qos: '00' | '01' | '02'): Promise<RawClient> {
  const client = await RawClient.connected(port, id);
  client.sendSubscribe(filter, qos);
  await client.bytes(5);
  client.pause();
  return client;
}

/** A PUBLISH again and again, with packet identifiers from `first` on. */
function withIdentifiers(publish: Buffer, first: number, count: number): Buffer {
  const burst = Buffer.concat(Array(count).fill(publish));
  const topicStart = publish[1] < 0x80 ? 2 : 3;
  const at = topicStart + 2 + publish.readUInt16BE(topicStart);
  for (let i = 0; i < count; i++) burst.writeUInt16BE(first + i, i * publish.length + at);
  return burst;
}

describe('a client that does not read', () => {
  const limits = {
    ...{ maxBacklogBytes: MIB, maxInflightMessages: 100, maxQueuedBytes: MIB },
    maxQueuedMessages: 10_000,
  };

  test.each([256, 4_000])('while QoS 0 messages of %d bytes are for it: 1 MiB each', async (size) => {
    const clients = 20;
    const offered = 30 * MIB;
    const { statistics } = await attack({
      limits,
      bound: clients * MIB + MARGIN,
      run: async (port) => {
        for (let i = 0; i < clients; i++) await deaf(port, `deaf${i}`, 'news', '00');
        const sender = await open(port, connectPacket('sender'));
        const burst = Buffer.concat(Array(64).fill(hex(publishPacket('news', 'x'.repeat(size)))));
        sender.resume();
        await flood(sender, burst, offered, PATIENTLY_MS);
        sender.write(hex(PINGREQ));
        await once(sender, 'data');
      },
    });
    expect(statistics.messages.dropped).toBeGreaterThan(1_000);
  });

  test.each([1, 2] as const)('while messages with QoS %d are for it', async (qos) => {
    const clients = 10;
    const { statistics } = await attack({
      limits,
      bound: clients * (MIB + 100 * KIB) + MARGIN,
      run: async (port) => {
        for (let i = 0; i < clients; i++) await deaf(port, `deaf${i}`, 'news', qos === 1 ? '01' : '02');
        const sender = await RawClient.connected(port, 'sender');
        const publish = hex(publishPacket('news', 'x'.repeat(KIB), 4, { qos }));
        for (let id = 1; id <= 10_000; id += 100) {
          sender.send(withIdentifiers(publish, id, 100));
          await sender.bytes(400); // PUBACKs, PUBRECs
        }
      },
    });
    expect(statistics.messages.dropped).toBeGreaterThan(50_000);
    expect(statistics.messages.queuedBytes).toBeLessThanOrEqual(clients * MIB);
  });

  test('while it asks for all retained messages again and again', async () => {
    const clients = 10;
    const retained = 3_000;
    const { statistics } = await attack({
      limits,
      bound: (clients + 2) * MIB + retained * 2 * KIB + MARGIN,
      run: async (port) => {
        const sender = await RawClient.connected(port, 'sender');
        for (let i = 0; i < retained; i++) sender.sendPublish(`r/${i}`, 'x'.repeat(KIB), { retain: true });
        await sender.expectsNothing();
        await many(clients, async (i) => {
          const client = await open(port, connectPacket(`deaf${i}`));
          client.write(
            hex(
              Array(20)
                .fill(subscribePacket('#', 4, i % 2 ? '01' : '00'))
                .join(''),
            ),
          );
        });
        await sender.expectsNothing();
      },
    });
    expect(statistics.retained.count).toBeGreaterThanOrEqual(retained);
  });

  test.each([
    ['PINGREQ', PINGREQ],
    ['SUBSCRIBE', subscribePacket('a', 4, '00')],
    ['PUBLISH with QoS 1', publishPacket('a', '', 4, { qos: 1 })],
    ['PUBLISH with QoS 2', publishPacket('a', '', 4, { qos: 2 })],
  ])('the answers to a flood of %s', { timeout: PATIENCE }, async (_, packet) => {
    await attack({
      limits,
      bound: 2 * MARGIN,
      run: async (port) => {
        const client = await open(port, connectPacket('deaf'));
        const burst = Buffer.concat(Array(4_096).fill(hex(packet)));
        // it is disconnected, or not read from: one of them comes before all this is taken
        const offered = 200 * MIB;
        expect(await flood(client, burst, offered)).toBeLessThan(offered);
      },
    });
  });
});

describe('what is begun and not finished', () => {
  test('messages with QoS 2 that are never released, MQTT 3.1.1: 65,535 identifiers', async () => {
    const { statistics } = await attack({
      bound: 10 * MIB + MARGIN,
      run: async (port) => {
        const client = await RawClient.connected(port, 'flood');
        const publish = hex(publishPacket('flood', 'x'.repeat(100), 4, { qos: 2 }));
        for (let round = 0; round < 2; round++) {
          for (let id = 1; id <= 65_535; id += 1_285) {
            client.send(withIdentifiers(publish, id, 1_285));
            await client.bytes(1_285 * 4); // PUBRECs
          }
        }
      },
    });
    expect(statistics.packets.sent.pubrec).toBe(2 * 65_535);
  });

  test('messages with QoS 2 that are never released, MQTT 5.0: the receive maximum', async () => {
    await attack({
      limits: { receiveMaximum: 100 },
      bound: MARGIN,
      run: async (port) => {
        const client = await RawClient.connected(port, 'flood', 5);
        for (let id = 1; id <= 101; id++) client.sendPublish('flood', 'x', { qos: 2, id });
        for (let id = 1; id <= 100; id++) await client.next('pubrec');
        await client.expectsDisconnect(0x93);
      },
    });
  });

  test('packets that are announced and do not come', async () => {
    await attack({
      bound: MARGIN,
      run: (port) =>
        many(500, (i) => open(port, `${connectPacket(`announce${i}`)} 30 ffff7f ${text('a')} 0000`)),
    });
  });

  test('large packets that stop before their end: what has come of them', async () => {
    const clients = 15;
    const size = 1_900_000;
    await attack({
      bound: 2 * clients * size + MARGIN,
      run: (port) =>
        many(clients, async (i) => {
          const socket = await open(port, `${connectPacket(`large${i}`)} 30 fbff7f ${text('a')}`);
          expect(await flood(socket, Buffer.alloc(size / 10), size)).toBeGreaterThan(0);
        }),
    });
  });
});

describe('a hook that never answers', () => {
  const offered = 60 * MIB;
  const burst = Buffer.concat(Array(64).fill(hex(publishPacket('a', 'x'.repeat(KIB)))));

  test.each([
    ['authenticate', connectPacket('undecided')],
    ['authorizePublish', `${connectPacket('c')} ${publishPacket('undecided', 'x')}`],
    ['authorizeSubscribe', `${connectPacket('c')} ${subscribePacket('undecided')}`],
  ])('%s: the client is not read from, its socket fills up', async (_, bytes) => {
    await attack({
      hooks: 'hooks',
      bound: MARGIN,
      run: async (port) => {
        const client = await open(port, bytes);
        // what the operating system buffers on both sides
        expect(await flood(client, burst, offered)).toBeLessThan(offered / 2);
      },
    });
  });

  test('authenticate: connections do not pile up', async () => {
    const { broker } = await attack({
      limits: { connectTimeout: 1 },
      hooks: 'hooks',
      bound: MARGIN,
      run: (port) => many(200, async (i) => (await open(port, connectPacket(`undecided${i}`))).end()),
    });
    const openNow = async () => {
      const { opened, closed } = (await broker.measure()).statistics.connections;
      return opened - closed;
    };
    await expect.poll(openNow, { timeout: 5_000 }).toBe(2);
  });
});
