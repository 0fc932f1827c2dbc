import { describe, expect, it } from 'vitest';
import type { BrokerHooks, Client, Disconnection, SubscriptionRequest } from '../../src/broker/index.ts';
import { RawClient, startBroker } from './harness.ts';
import { event } from './observe.ts';

const later = <T>(value: T, after = 20) => new Promise<T>((resolve) => setTimeout(resolve, after, value));

describe('authorizeSubscribe', () => {
  it('is shown the client and what it asks for, filter by filter', async () => {
    const requests: [string, SubscriptionRequest][] = [];
    const { port } = await startBroker({
      authorizeSubscribe: ({ id }, request) => {
        requests.push([id, request]);
        return true;
      },
    });
    const client = await RawClient.connected(port, 'client', 5);
    // no local, retain as published, retain handling 2, QoS 1; and a shared one
    await client.subscribe(
      [
        ['a/+', '2d'],
        ['$share/group/b', '02'],
      ],
      '',
      1,
      '0b 05',
    );
    const common = { subscriptionIdentifier: 5 };
    expect(requests).toEqual([
      [
        'client',
        { ...common, topicFilter: 'a/+', qos: 1, noLocal: true, retainAsPublished: true, retainHandling: 2 },
      ],
      [
        'client',
        {
          ...common,
          topicFilter: '$share/group/b',
          qos: 2,
          noLocal: false,
          retainAsPublished: false,
          retainHandling: 0,
        },
      ],
    ]);
  });

  const answers: [string, NonNullable<BrokerHooks['authorizeSubscribe']>, number[]][] = [
    ['true', () => true, [0, 1, 2]],
    ['false', () => false, [0x87, 0x87, 0x87]],
    ['false, later', () => later(false), [0x87, 0x87, 0x87]],
    ['0', () => 0, [0, 0, 0]],
    ['1, later', () => later(1 as const), [0, 1, 1]],
    ['2 is no more than was asked for', () => 2, [0, 1, 2]],
    ['a refusal', () => ({ reasonCode: 0x97 }), [0x97, 0x97, 0x97]],
    ['one of each', (_, { qos }) => [false, later(true), { reasonCode: 0x83 }][qos], [0x87, 1, 0x83]],
  ];
  it.each(answers)('%s', async (_, authorizeSubscribe, granted) => {
    const { broker, port } = await startBroker({ authorizeSubscribe });
    const filters = [
      ['0', '00'],
      ['1', '01'],
      ['2', '02'],
    ] as const;
    const publisher = await RawClient.connected(port, 'publisher', 4);
    for (const version of [4, 5] as const) {
      const client = await RawClient.connected(port, `client ${version}`, version);
      const codes = version === 5 ? granted : granted.map((code) => Math.min(code, 0x80));
      expect(await client.subscribe(filters)).toEqual(codes);
      for (const [topic] of filters) await publisher.publish(topic, topic, { qos: 2 });
      for (const [i, [topic]] of filters.entries()) {
        if (granted[i] < 0x80)
          expect(await client.nextMessage(topic)).toMatchObject({ topic, qos: granted[i] });
      }
      await client.expectsNothing();
      const { subscriptions } = broker.clients.get(`client ${version}`) as Client;
      expect(subscriptions.size).toBe(granted.filter((code) => code < 0x80).length);
    }
  });

  it('may say why', async () => {
    const { port } = await startBroker({
      authorizeSubscribe: () => ({
        reasonCode: 0x87,
        reasonString: 'ask first',
        userProperties: { whom: 'me' },
      }),
    });
    const client = await RawClient.connected(port, 'client', 5);
    await client.sendSubscribe('a');
    const { properties } = await client.next('suback');
    expect(properties?.reasonString).toBe('ask first');
    expect(properties?.userProperties?.whom).toBe('me');
  });

  it('retained messages are sent when it has answered', async () => {
    const { broker, port } = await startBroker({
      authorizeSubscribe: (_, { topicFilter }) => later(topicFilter === 'a'),
    });
    broker.publish({ topic: 'a', payload: 'for all', retain: true });
    broker.publish({ topic: 'b', payload: 'for none', retain: true });
    const client = await RawClient.connected(port, 'client', 4);
    expect(
      await client.subscribe([
        ['b', '00'],
        ['a', '00'],
      ]),
    ).toEqual([0x80, 0]);
    await client.nextMessage('for all');
    await client.expectsNothing();
  });
});

describe('onConnect and onDisconnect', () => {
  it('are called once for each client, with why it is gone', async () => {
    const calls: [string, Disconnection | undefined][] = [];
    const { broker, port } = await startBroker({
      onConnect: ({ id, isConnected }) => void calls.push([`${id} ${isConnected}`, undefined]),
      onDisconnect: ({ id, isConnected }, why) => void calls.push([`${id} ${isConnected}`, why]),
    });
    const ends: [string, (client: RawClient) => void, Partial<Disconnection>][] = [
      ['goodbye', (client) => client.sendDisconnect(), { reasonCode: 0, byClient: true }],
      ['with will', (client) => client.sendDisconnect(4), { reasonCode: 4, byClient: true }],
      ['cut', (client) => client.cut(), { reasonCode: undefined, byClient: false }],
      ['wrong', (client) => client.send('00 00'), { reasonCode: 0x81, byClient: false }],
      ['put out', () => broker.disconnect('put out'), { reasonCode: 0x98, byClient: false }],
    ];
    for (const [id, end, why] of ends) {
      const client = await RawClient.connected(port, id, 5);
      const gone = event(broker, 'disconnect');
      end(client);
      const [, said] = await gone;
      expect(said).toMatchObject(why);
      expect(said.reason).toMatch(/\w/);
      expect(calls.splice(0)).toEqual([
        [`${id} true`, undefined],
        [`${id} false`, said],
      ]);
    }
  });

  it('a refused client is in neither', async () => {
    let calls = 0;
    const count = () => void calls++;
    const { broker, port } = await startBroker({
      authenticate: () => false,
      onConnect: count,
      onDisconnect: count,
    });
    broker.on('connect', count);
    broker.on('disconnect', count);
    const client = await RawClient.open(port);
    client.sendConnect('client', 4);
    await client.next('connack');
    await client.expectsClose();
    await expect.poll(() => broker.statistics.connections.closed).toBe(1);
    expect(calls).toBe(0);
  });

  it('what a client sends waits for onConnect', async () => {
    let done = false;
    const { port } = await startBroker({
      onConnect: async () => {
        await later(undefined);
        done = true;
      },
      authorizeSubscribe: () => done,
    });
    const client = await RawClient.connected(port, 'client', 4);
    expect(await client.subscribe('a')).toEqual([0]);
  });

  it('onConnect may disconnect the client', async () => {
    const { port } = await startBroker({ onConnect: (client) => client.disconnect({ reasonCode: 0x97 }) });
    const client = await RawClient.connected(port, 'client', 5);
    await client.expectsDisconnect(0x97);
  });

  it('onConnect that fails disconnects the client; onDisconnect that fails is logged', async () => {
    const { broker, logged, port } = await startBroker({
      onConnect: () => Promise.reject(new Error('no room')),
      onDisconnect: () => Promise.reject(new Error('no pen')),
    });
    const client = await RawClient.connected(port, 'client', 5);
    await client.expectsDisconnect(0x80);
    expect(await logged('no room')).toContain('onConnect');
    expect(await logged('no pen')).toContain('onDisconnect');
    expect(broker.clients.size).toBe(0);
  });
});

describe('events', () => {
  it('say who subscribes to what, as granted, and who unsubscribes', async () => {
    const { broker, port } = await startBroker({
      authorizeSubscribe: (_, { topicFilter }) => (topicFilter === 'no' ? false : 1),
    });
    const heard: unknown[] = [];
    broker.on('connect', ({ id }) => heard.push(['connect', id]));
    broker.on('subscribe', ({ id }, list) =>
      heard.push(['subscribe', id, ...list.map(({ qos, topicFilter }) => `${topicFilter} ${qos}`)]),
    );
    broker.on('unsubscribe', ({ id }, list) => heard.push(['unsubscribe', id, ...list]));
    const client = await RawClient.connected(port, 'client', 5);
    await client.subscribe([
      ['a', '02'],
      ['no', '00'],
      ['b', '00'],
    ]);
    client.sendUnsubscribe(['a', 'unknown'], 2);
    await client.next('unsuback');
    expect(heard).toEqual([
      ['connect', 'client'],
      ['subscribe', 'client', 'a 1', 'b 0'],
      ['unsubscribe', 'client', 'a', 'unknown'],
    ]);
  });

  it('clientError says what a client did wrong, before and after its CONNECT', async () => {
    const { broker, port } = await startBroker();
    const stranger = await RawClient.open(port);
    const first = event(broker, 'clientError');
    stranger.send('c0 00');
    const [error, nobody] = await first;
    expect(error).toBeInstanceOf(Error);
    expect(nobody).toBe(undefined);
    const client = await RawClient.connected(port, 'client', 5);
    const second = event(broker, 'clientError');
    client.send('00 00');
    const [, somebody] = await second;
    expect(somebody?.id).toBe('client');
  });

  it('drop says whose message was dropped, and why', async () => {
    const { broker, port } = await startBroker({ maxQueuedMessages: 1 });
    const drops: unknown[] = [];
    broker.on('drop', (...drop) => drops.push(drop));
    const options = { clean: false, properties: '11 00000064 27 00000028' };
    const away = await RawClient.connected(port, 'away', 5, options);
    await away.subscribe('#', '01');
    await away.disconnect();
    const publisher = await RawClient.connected(port, 'publisher', 5);
    await publisher.publish('short', 'x', { qos: 1, properties: '02 00000001' });
    await publisher.publish('too many', 'x', { qos: 1 });
    expect(drops.splice(0)).toEqual([['away', 'too many', 'queue full']]);
    await later(undefined, 1_100);
    const back = await RawClient.connected(port, 'away', 5, options);
    await back.expectsNothing();
    expect(drops.splice(0)).toEqual([['away', 'short', 'message expired']]);
    await publisher.publish('large', 'x'.repeat(100), { qos: 1 });
    await back.expectsNothing();
    expect(drops).toEqual([['away', 'large', 'packet too large']]);
  });

  it('close comes when the broker has closed', async () => {
    const { broker } = await startBroker();
    const closed = event(broker, 'close');
    await broker.close();
    await closed;
  });
});
