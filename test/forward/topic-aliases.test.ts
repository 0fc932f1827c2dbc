import { describe, expect, test } from 'vitest';
import { MqttError } from '../../src/protocol/errors.ts';
import { hex } from '../vectors/hex.ts';
import { sameEverywhere } from './everywhere.ts';
import { ForwarderWorld, KERNELS } from './server.ts';
import { normalised, parsePublish, publish, splitPackets, TOPIC_ALIAS } from './wire.ts';
import type { Client, World } from './world.ts';

function aliased(topic: string, topicAlias: number, payload: string): Buffer {
  return publish(5, topic, payload, { properties: { topicAlias } });
}

describe('from a client', () => {
  test('set, used, and set to another name (MQTT5 section 3.3.2.3.4)', async () => {
    const { received } = await sameEverywhere(async (world) => {
      const all = [4, 5].map((version) => world.connect({ version: version as 4 | 5 }));
      for (const each of all) each.subscribe('#');
      const sender = world.connect({ version: 5 });
      sender.send(Buffer.concat([aliased('one', 1, 'a'), aliased('two', 2, 'b')]));
      sender.send(aliased('', 1, 'c'), aliased('', 2, 'd'));
      sender.send(Buffer.concat([aliased('three', 1, 'e'), aliased('', 1, 'f'), aliased('', 2, 'g')]));
      // in one chunk with others, with QoS 1 and other properties around it
      const properties = { contentType: 't', topicAlias: 1, userProperties: { k: 'v' } };
      sender.send(
        Buffer.concat([
          publish(5, 'three', 'h'),
          publish(5, '', 'i', { qos: 1, messageId: 9, properties }),
          publish(5, '', 'j', { retain: true, properties: { ...properties, messageExpiryInterval: 3 } }),
          publish(5, 'two', 'k'),
        ]),
      );
      await world.turn();
      return [...all, sender];
    });
    const read = splitPackets(received[1]).packets.slice(1);
    const seen = read.map((packet) => parsePublish(packet, 5));
    expect(seen.map(({ topic, payload }) => `${topic} ${payload}`)).toEqual(
      'one a,two b,one c,two d,three e,three f,two g,three h,three i,three j,two k'.split(','),
    );
    // not passed on (MQTT-3.3.2-7)
    expect(seen.flatMap(({ properties }) => properties).filter(({ id }) => id === TOPIC_ALIAS)).toEqual([]);
  });

  test('each connection has its own', async () => {
    await sameEverywhere(async (world) => {
      const receiver = world.connect({ version: 5 });
      receiver.subscribe('#');
      const [one, two] = [world.connect({ version: 5 }), world.connect({ version: 5 })];
      one.send(aliased('one', 1, 'x'));
      two.send(aliased('two', 1, 'x'));
      one.send(aliased('', 1, 'x'));
      two.send(aliased('', 1, 'x'));
      await world.turn();
      return [receiver, one, two];
    });
  });

  test('long names and large messages have aliases too', async () => {
    const long = 'long/'.repeat(200);
    const { counters } = await sameEverywhere(async (world) => {
      const receivers = [4, 5].map((version) => world.connect({ version: version as 4 | 5 }));
      for (const receiver of receivers) receiver.subscribe('#');
      const sender = world.connect({ version: 5 });
      sender.send(aliased(long, 1, 'x'), aliased('', 1, 'y'), aliased('', 1, 'z'.repeat(100_000)));
      sender.send(aliased('a', 2, 'z'.repeat(5000)), aliased('', 2, 'z'.repeat(5000)), aliased('', 2, '.'));
      await world.turn();
      return [...receivers, sender];
    });
    expect(counters.messagesDelivered).toBe(12);
  });

  describe.each(KERNELS)('kernel %s', (kernel) => {
    test.each([
      ['above the maximum', aliased('a', 4, 'x'), 0x94],
      ['65,535', aliased('a', 65_535, 'x'), 0x94],
      ['0 (MQTT-3.3.2-8)', hex('30 08 0001 61 03 23 0000 78'), 0x94],
      ['without a name that it stands for', aliased('', 3, 'x'), 0x82],
    ])('%s is an error', async (_, bytes, reasonCode) => {
      const world = new ForwarderWorld(kernel, { topicAliasMaximum: 3 });
      const receiver = world.connect();
      receiver.subscribe('#');
      const sender = world.connect({ version: 5 });
      sender.send(Buffer.concat([aliased('b', 2, 'x'), bytes, publish(5, 'c')]));
      await world.turn();
      const [error, ...others] = world.server.errors;
      expect(others).toEqual([]);
      expect(error).toBeInstanceOf(MqttError);
      expect((error as MqttError).reasonCode).toBe(reasonCode);
      expect([sender.isClosed, receiver.isClosed]).toEqual([true, false]);
      // what came before it has been passed on, and nothing after it
      expect(receiver.received.subarray(4).toString('hex')).toBe(hex('30 04 0001 62 78').toString('hex'));
      await world.close();
    });

    test('the largest one is allowed, and none where the maximum is 0', async () => {
      const world = new ForwarderWorld(kernel, { topicAliasMaximum: 65_535 });
      world.connect({ version: 5 }).send(aliased('a', 65_535, 'x'), aliased('', 65_535, 'x'));
      expect(world.server.errors).toEqual([]);
      const without = new ForwarderWorld(kernel, { topicAliasMaximum: 0 });
      without.connect({ version: 5 }).send(aliased('a', 1, 'x'));
      expect((without.server.errors[0] as MqttError).reasonCode).toBe(0x94);
      await world.close();
      await without.close();
    });
  });
});

/** Topic names as they are on the wire: empty where an alias stands alone. */
function names(received: Buffer): string[] {
  const { packets } = splitPackets(received);
  return packets.filter((each) => each[0] >> 4 === 3).map((each) => parsePublish(each, 5).topic);
}

describe('to a client', () => {
  const NAMES = Array.from({ length: 40 }, (_, i) => `building/${i}/temperature`);

  async function twice(world: World, maximum: number): Promise<Client[]> {
    const receiver = world.connect({ version: 5, topicAliasMaximum: maximum });
    receiver.subscribe('#');
    const sender = world.connect();
    for (const round of [1, 2, 3])
      for (const name of NAMES.slice(0, 12)) sender.send(publish(4, name, `${round}`));
    for (const name of NAMES) sender.send(publish(4, name, 'y'), publish(4, name, 'z'));
    await world.turn();
    return [receiver, sender];
  }

  test.each([1, 2, 3, 16, 17, 65_535])(
    'of at most %i: never above it, never used before it is set',
    async (maximum) => {
      // `normalised` throws for an alias above the maximum, and finds no name for one that was not set
      const { received } = await sameEverywhere((world) => twice(world, maximum));
      const sent = names(received[0]);
      expect(sent.length).toBe(36 + 80);
      const saved = sent.filter((name) => name === '').length;
      expect(saved).toBeGreaterThanOrEqual(40);
      if (maximum >= 16) expect(saved).toBe(24 + 80 - 28);
    },
  );

  test('of 0: none', async () => {
    const { received } = await sameEverywhere((world) => twice(world, 0));
    expect(names(received[0])).not.toContain('');
  });

  test.each(KERNELS)('begin anew with the next connection of a session, kernel %s', async (kernel) => {
    const world = new ForwarderWorld(kernel);
    const session = world.forwarder.createReceiver();
    world.index.subscribe('#', session);
    const limits = { protocolVersion: 5, topicAliasMaximum: 5 } as const;
    const sender = world.connect();
    const first = world.connect({ version: 5 });
    session.connect(first.connection, limits);
    sender.send(publish(4, 'some/topic', '1'), publish(4, 'some/topic', '2'));
    await world.turn();
    expect(names(first.received)).toEqual(['some/topic', '']);
    session.disconnect();
    sender.send(publish(4, 'some/topic', 'nobody is there'));
    expect(world.counters.messagesOffline).toBe(1);
    const second = world.connect({ version: 5 });
    session.connect(second.connection, limits);
    sender.send(publish(4, 'some/topic', '3'), publish(4, 'some/topic', '4'));
    await world.turn();
    expect(names(first.received)).toEqual(['some/topic', '']);
    expect(names(second.received)).toEqual(['some/topic', '']);
    const read = normalised(second.received, 5, 5).slice(-2);
    expect(read.map((text) => text.slice(-2))).toEqual(['33', '34']);
    await world.close();
  });

  test('a message that may expire has its name: what follows must not depend on it', async () => {
    const { received } = await sameEverywhere(async (world) => {
      const receiver = world.connect({ version: 5, topicAliasMaximum: 5 });
      receiver.subscribe('#');
      const sender = world.connect({ version: 5 });
      const properties = { messageExpiryInterval: 10 };
      sender.send(publish(5, 'some/topic', '1', { properties }), publish(5, 'some/topic', '2'));
      sender.send(publish(5, 'some/topic', '3', { properties }), publish(5, 'some/topic', '4'));
      await world.turn();
      return [receiver, sender];
    });
    expect(names(received[0])).toEqual(['some/topic', 'some/topic', 'some/topic', '']);
  });
});
