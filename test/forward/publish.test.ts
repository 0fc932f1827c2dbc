import { describe, expect, test } from 'vitest';
import type { Delivery } from '../../src/forward/types.ts';
import type { EncodablePublish } from '../../src/protocol/packets.ts';
import { hex } from '../vectors/hex.ts';
import { sameEverywhere } from './everywhere.ts';
import { ForwarderWorld, KERNELS } from './server.ts';
import { publish, splitPackets } from './wire.ts';

const PROPERTIES = { contentType: 't', userProperties: { k: ['1', '2'] }, messageExpiryInterval: 9 };

test.each<[string, Omit<EncodablePublish, 'cmd'>]>([
  ['a text', { topic: 'a', payload: 'ä' }],
  ['bytes', { topic: 'a', payload: Uint8Array.of(0, 255) }],
  ['no payload', { topic: 'a' }],
  ['a topic as bytes', { topic: Buffer.from('a/b'), payload: 'x' }],
  ['properties', { topic: 'a/b', payload: 'x', properties: PROPERTIES }],
  ['retained', { topic: 'a', payload: 'x', retain: true }],
  ['a long topic', { topic: 'a/'.repeat(600), payload: 'x' }],
  ['10 KB', { topic: 'a', payload: Buffer.alloc(10_000, 'p'), properties: PROPERTIES }],
  ['200 KB', { topic: 'a', payload: Buffer.alloc(200_000, 'p') }],
])('a message of the application goes to all who subscribed: %s', async (_, fields) => {
  const { counters } = await sameEverywhere(async (world) => {
    const clients = [4, 5, 3, 5].map((version) => world.connect({ version: version as 3 | 4 | 5 }));
    for (const [i, client] of clients.entries()) {
      client.subscribe('#', { retainAsPublished: i > 1, subscriptionIdentifier: i + 1 });
      client.subscribe('a/+');
    }
    clients[0].send(publish(4, 'a', 'before'));
    world.publish({ cmd: 'publish', ...fields });
    clients[0].send(publish(4, 'a', 'after'));
    await world.turn();
    return clients;
  });
  expect(counters).toMatchObject({ messagesForwarded: 3, messagesDelivered: 12 });
});

describe.each(KERNELS)('kernel %s', (kernel) => {
  test('with QoS 1: to subscriptions of QoS 0 by itself, to others as `visit` says', async () => {
    const world = new ForwarderWorld(kernel);
    const [zero, one] = [world.connect(), world.connect({ version: 5 })];
    zero.subscribe('a');
    one.subscribe('a', { qos: 1, retainAsPublished: true, subscriptionIdentifier: 3 });
    const visited: [unknown, Delivery][] = [];
    world.forwarder.publish(
      { cmd: 'publish', topic: 'a', payload: 'x', qos: 1, messageId: 1, retain: true },
      (receiver, delivery) => visited.push([receiver, { ...delivery }]),
    );
    await world.turn();
    expect(zero.received.subarray(4)).toEqual(hex('30 04 0001 61 78'));
    expect(one.received.length).toBe(5);
    expect(visited).toEqual([
      [one.connection.receiver, { qos: 1, retain: true, subscriptionIdentifiers: [3] }],
    ]);
    await world.close();
  });

  test('what cannot be encoded throws, and reaches nobody', async () => {
    const world = new ForwarderWorld(kernel);
    const client = world.connect({ version: 5 });
    client.subscribe('#');
    const wrong = [
      { topic: 'a/+' },
      { topic: '' },
      { topic: 'x'.repeat(65_536) },
      { topic: 'a', payload: 5 },
    ];
    for (const fields of wrong) {
      expect(() => world.forwarder.publish({ cmd: 'publish', ...fields } as never)).toThrow();
    }
    await world.turn();
    expect(client.received.length).toBe(5);
    await world.close();
  });

  test('the payload may be changed afterwards', async () => {
    const world = new ForwarderWorld(kernel);
    const client = world.connect();
    client.subscribe('#');
    const payloads = [Buffer.alloc(10, 'a'), Buffer.alloc(5000, 'b'), Buffer.alloc(100_000, 'c')];
    for (const payload of payloads) {
      world.forwarder.publish({ cmd: 'publish', topic: 't', payload });
      payload.fill(0);
    }
    await world.turn();
    const [, ...packets] = splitPackets(client.received).packets;
    expect(packets.map((packet) => packet.at(-1))).toEqual([0x61, 0x62, 0x63]);
    await world.close();
  });

  test('`inspectRetained`: messages of the application are not handed to it', async () => {
    const world = new ForwarderWorld(kernel, { inspectRetained: true });
    const client = world.connect();
    client.subscribe('#');
    world.server.packet = () => {
      throw new Error('not for the handler');
    };
    world.forwarder.publish({ cmd: 'publish', topic: 'a', payload: 'x', retain: true });
    await world.turn();
    expect(client.received.subarray(4)).toEqual(hex('30 04 0001 61 78'));
    await world.close();
  });
});
