import { describe, expect, it } from 'vitest';
import type { Broker, BrokerOptions } from '../../src/broker/index.ts';
import { hex } from '../vectors/hex.ts';
import { publishPacket, RawClient, startBroker, subscribed } from './harness.ts';

const QOS = [0, 1, 2] as const;
const later = <T>(value: T) => new Promise<T>((resolve) => setTimeout(resolve, 20, value));

/** A broker whose options know it. */
async function startWith(options: (broker: () => Broker) => BrokerOptions) {
  let broker: Broker | undefined;
  const started = await startBroker(options(() => broker as Broker));
  broker = started.broker;
  return started;
}

describe('a hook may use the broker', () => {
  it.each(['authorizePublish', 'onPublish'] as const)(
    '%s publishes another message before it',
    async (name) => {
      const { port } = await startWith((broker) => ({
        [name]: (_: unknown, { topic }: { topic: string }) => {
          for (const qos of QOS) broker().publish({ topic: 'log', payload: `${topic} ${qos}`, qos });
          return true;
        },
      }));
      const receiver = await subscribed(port, 'receiver', '#', 5, '02');
      const client = await RawClient.connected(port, 'client', 5);
      for (const [i, qos] of ([0, 1, 2, 0] as const).entries()) {
        const payload = 'x'.repeat(i === 3 ? 5_000 : 5);
        await client.publish(`t/${i}`, payload, { qos, properties: '26 0001 61 0001 62' });
        for (const logged of QOS) await receiver.nextMessage(`t/${i} ${logged}`);
        const packet = await receiver.nextMessage(payload);
        expect(packet).toMatchObject({ topic: `t/${i}`, qos });
        expect(packet.properties?.userProperties?.a).toBe('b');
      }
      await receiver.expectsNothing();
    },
  );

  it('messages of one write stay in order while hooks publish between them', async () => {
    const { port } = await startWith((broker) => ({
      authorizePublish: (_, { topic }) => {
        broker().publish({ topic: 'log', payload: `before ${topic}` });
        return true;
      },
    }));
    const receiver = await subscribed(port, 'receiver', '#', 4);
    const client = await RawClient.connected(port, 'client', 4);
    client.send(Array.from({ length: 50 }, (_, i) => publishPacket(`${i}`, `${i}`)).join(''));
    for (let i = 0; i < 50; i++) {
      await receiver.nextMessage(`before ${i}`);
      expect((await receiver.nextMessage(`${i}`)).topic).toBe(`${i}`);
    }
  });

  it('events and the other hooks publish', async () => {
    const { broker, port } = await startWith((broker) => ({
      authenticate: ({ clientId }) => {
        broker().publish({ topic: 'log', payload: `${clientId} authenticates` });
        return true;
      },
      onDisconnect: ({ id }) => broker().publish({ topic: 'log', payload: `${id} is gone` }),
    }));
    const receiver = await subscribed(port, 'receiver', 'log', 4);
    const say = (payload: string) => broker.publish({ topic: 'log', payload, qos: 1 });
    broker.on('connect', ({ id }) => say(`${id} connects`));
    broker.on('subscribe', ({ id }) => say(`${id} subscribes`));
    broker.on('unsubscribe', ({ id }) => say(`${id} unsubscribes`));
    broker.on('disconnect', ({ id }) => say(`${id} disconnects`));
    const client = await RawClient.connected(port, 'client', 4);
    await client.subscribe('a');
    client.sendUnsubscribe('a', 2);
    await client.next('unsuback');
    await client.disconnect();
    for (const what of [
      'authenticates',
      'connects',
      'subscribes',
      'unsubscribes',
      'is gone',
      'disconnects',
    ]) {
      await receiver.nextMessage(`client ${what}`);
    }
  });

  it('disconnects its own client: nothing of it is left', async () => {
    for (const version of [4, 5] as const) {
      for (const answer of [true, later(true)]) {
        const { broker, port } = await startBroker({
          authorizePublish: (client, { topic }) => {
            if (topic === 'bye') client.disconnect({ reasonCode: 0x97 });
            return answer;
          },
          authorizeSubscribe: (client) => {
            client.disconnect({ reasonCode: 0x97 });
            return answer;
          },
        });
        for (const act of [
          (client: RawClient) => client.sendSubscribe('#', '02'),
          (client: RawClient) => client.sendPublish('bye', 'x', { qos: 1 }),
          (client: RawClient) => client.sendPublish('bye', 'x', { qos: 2 }),
        ]) {
          const client = await RawClient.connected(port, 'client', version);
          act(client);
          if (version === 5) await client.expectsDisconnect(0x97);
          else await client.expectsClose();
        }
        await later(undefined);
        await later(undefined);
        const { clients, subscriptions } = broker.statistics;
        expect([clients.total, subscriptions.count]).toEqual([0, 0]);
        const other = await RawClient.connected(port, 'other', 4);
        for (const qos of QOS) await other.publish('a', 'x', { qos });
      }
    }
  });

  it('disconnects another client, which the message is for', async () => {
    const { broker, port } = await startWith((broker) => ({
      onPublish: (_, { topic }) => {
        broker().disconnect(topic);
        return true;
      },
    }));
    const [one, two] = [
      await subscribed(port, 'one', '#', 5, '01'),
      await subscribed(port, 'two', '#', 5, '01'),
    ];
    const client = await RawClient.connected(port, 'client', 5);
    for (const qos of QOS) await client.publish(qos === 0 ? 'one' : 'none', `${qos}`, { qos });
    await one.expectsDisconnect(0x98);
    for (const qos of QOS) await two.nextMessage(`${qos}`);
    expect([...broker.clients.keys()].sort()).toEqual(['client', 'two']);
  });

  it('closes the broker', async () => {
    let closed: Promise<void> | undefined;
    const { port } = await startWith((broker) => ({
      authorizePublish: () => {
        closed = broker().close();
        return true;
      },
    }));
    const client = await RawClient.connected(port, 'client', 5);
    client.sendPublish('a', 'x', { qos: 1 });
    await client.expectsDisconnect(0x8b);
    await closed;
  });
});

describe('a message that a hook is asked about', () => {
  it.each([10, 1_500, 5_000, 300_000])(
    'of %i bytes is not overwritten by what comes meanwhile',
    async (size) => {
      let release = () => {};
      const released = new Promise<boolean>((resolve) => {
        release = () => resolve(true);
      });
      const { port } = await startBroker({ authorizePublish: ({ id }) => id !== 'waiting' || released });
      const receiver = await subscribed(port, 'receiver', 'kept/#', 5, '02');
      const waiting = await RawClient.connected(port, 'waiting', 5);
      const properties = '26 0001 61 0004 6b657074';
      waiting.send(
        hex(
          publishPacket('kept/0', 'a'.repeat(size), 5, { properties }) +
            publishPacket('kept/1', 'b'.repeat(size), 5, { qos: 1, properties }),
        ),
      );
      const busy = await RawClient.connected(port, 'busy', 5);
      const noise = hex(publishPacket('noise', 'z'.repeat(size + 20), 5));
      for (let i = 0; i < 20; i++) busy.send(noise);
      await busy.publish('noise', 'z'.repeat(100_000), { qos: 1 });
      release();
      for (const [i, letter] of ['a', 'b'].entries()) {
        const packet = await receiver.nextMessage(letter.repeat(size));
        expect(packet.topic).toBe(`kept/${i}`);
        expect(packet.properties?.userProperties?.a).toBe('kept');
      }
    },
  );

  it('and that onPublish has kept stays as it was', async () => {
    const kept: Uint8Array[] = [];
    const { port } = await startBroker({
      onPublish: (_, { payload }) => {
        kept.push(payload);
        return true;
      },
    });
    const client = await RawClient.connected(port, 'client', 4);
    for (let i = 0; i < 10; i++) await client.publish('a', `${i}`.repeat(1_000 * (i + 1)), { qos: 1 });
    expect(kept.map((payload) => Buffer.from(payload).toString())).toEqual(
      Array.from({ length: 10 }, (_, i) => `${i}`.repeat(1_000 * (i + 1))),
    );
  });
});
