import { describe, expect, it } from 'vitest';
import {
  connectPacket,
  PINGREQ,
  packet,
  publishPacket,
  RawClient,
  startBroker,
  subscribed,
} from './harness.ts';

/** The return code or reason code of the CONNACK that refuses a CONNECT, which is followed by the end of the connection. */
async function refusal(port: number, id: string, version: 4 | 5, options = {}): Promise<number | undefined> {
  const client = await RawClient.open(port);
  client.sendConnect(id, version, options);
  const { reasonCode, returnCode } = await client.next('connack');
  await client.expectsClose();
  return version === 5 ? reasonCode : returnCode;
}

describe('limits of connections', () => {
  it.each([
    ['nothing', ''],
    ['the start of a CONNECT', '10 0c 0004'],
  ])('connectTimeout: who sends %s is disconnected, who has connected is not', async (_, bytes) => {
    const { broker, port } = await startBroker({ connectTimeout: 0.2 });
    const client = await RawClient.connected(port, 'client', 5);
    const silent = await RawClient.open(port);
    silent.send(bytes);
    await silent.expectsClose();
    await client.expectsNothing();
    expect(broker.statistics.limits.connectTimeout).toBe(1);
  });

  it('maxConnections: one more is refused with 0x89, or 3; when one leaves another may come', async () => {
    const { broker, port } = await startBroker({ maxConnections: 2 });
    const clients = [await RawClient.connected(port, 'one', 4), await RawClient.connected(port, 'two', 5)];
    expect(await refusal(port, 'three', 5)).toBe(0x89);
    expect(await refusal(port, 'three', 4)).toBe(3);
    expect(broker.statistics.limits.maxConnections).toBe(2);
    expect(broker.statistics.connections.refused).toEqual({ 137: 2 });
    await clients[0].disconnect();
    await expect.poll(() => broker.clients.size).toBe(1);
    await RawClient.connected(port, 'three', 5);
  });

  it('maxConnectionRate: a client that connects too often is refused with 0x9f, or 3; others are not', async () => {
    const { broker, port } = await startBroker({ maxConnectionRate: 3 });
    let refused = 0;
    // two seconds may begin while it goes on
    for (let i = 0; i < 12; i++) {
      const client = await RawClient.open(port);
      const version = i % 2 === 0 ? 5 : 4;
      client.sendConnect('restless', version);
      const { reasonCode, returnCode } = await client.next('connack');
      if ((reasonCode ?? returnCode) === 0) continue;
      expect(reasonCode ?? returnCode).toBe(version === 5 ? 0x9f : 3);
      await client.expectsClose();
      refused++;
    }
    expect(refused).toBeGreaterThanOrEqual(3);
    expect(broker.statistics.limits.maxConnectionRate).toBe(refused);
    for (let i = 0; i < 6; i++) await RawClient.connected(port, `calm ${i}`, 4);
    // who has no client identifier is given a new one each time
    for (let i = 0; i < 6; i++) await RawClient.connected(port, '', 4);
  });

  it('maxClientIdentifierLength: bytes, not characters; 0x85, or 2', async () => {
    const { broker, port } = await startBroker({ maxClientIdentifierLength: 30 });
    await RawClient.connected(port, 'x'.repeat(30), 4);
    await RawClient.connected(port, 'ä'.repeat(15), 5);
    expect(await refusal(port, 'x'.repeat(31), 4)).toBe(2);
    expect(await refusal(port, 'ä'.repeat(16), 5)).toBe(0x85);
    expect(broker.statistics.limits.maxClientIdentifierLength).toBe(2);
  });

  it('maxKeepAlive: 5.0 is told a server keep alive, others are refused', async () => {
    const { broker, port } = await startBroker({ maxKeepAlive: 60 });
    for (const [keepAlive, told] of [
      [60, undefined],
      [10, undefined],
      [61, 60],
      [65_535, 60],
      [0, 60],
    ] as const) {
      const client = await RawClient.open(port);
      const { properties } = await client.connect('client', 5, { keepAlive });
      expect(properties?.serverKeepAlive).toBe(told);
      expect(broker.clients.get('client')?.keepAlive).toBe(told ?? keepAlive);
      await client.disconnect();
    }
    await RawClient.connected(port, 'old', 4, { keepAlive: 60 });
    expect(await refusal(port, 'old', 4, { keepAlive: 61 })).toBe(2);
    expect(await refusal(port, 'old', 4, { keepAlive: 0 })).toBe(2);
  });

  it('keep alive: who is silent for one and a half times as long is disconnected with 0x8d', async () => {
    const { broker, port } = await startBroker({ maxKeepAlive: 1 });
    const [silent, old, busy] = [
      await RawClient.connected(port, 'silent', 5),
      await RawClient.connected(port, 'old', 4, { keepAlive: 1 }),
      await RawClient.connected(port, 'busy', 4, { keepAlive: 1 }),
    ];
    const timer = setInterval(() => busy.send(PINGREQ), 400);
    await silent.expectsDisconnect(0x8d);
    await old.expectsClose();
    clearInterval(timer);
    expect([...broker.clients.keys()]).toEqual(['busy']);
    expect(broker.statistics.limits.keepAlive).toBe(2);
  });

  it('maxSessionExpiryInterval: 5.0 is told, 3.1.1 is not; sessions end then', async () => {
    const { broker, port } = await startBroker({ maxSessionExpiryInterval: 1 });
    for (const [asked, told] of [
      ['00000002', 1],
      ['ffffffff', 1],
      ['00000001', undefined],
      ['00000000', undefined],
    ] as const) {
      const client = await RawClient.open(port);
      const { properties } = await client.connect('client', 5, { properties: `11 ${asked}` });
      expect(properties?.sessionExpiryInterval).toBe(told);
      await client.disconnect();
    }
    const old = await RawClient.connected(port, 'old', 4, { clean: false });
    await old.subscribe('a', '01');
    await old.disconnect();
    await expect.poll(() => broker.statistics.clients.total, { timeout: 5_000 }).toBe(0);
    const again = await RawClient.open(port);
    expect((await again.connect('old', 4, { clean: false })).sessionPresent).toBe(false);
  });

  it('maxSessionExpiryInterval 0: no session outlasts its connection', async () => {
    const { broker, port } = await startBroker({ maxSessionExpiryInterval: 0 });
    const client = await RawClient.connected(port, 'client', 4, { clean: false });
    await client.disconnect();
    await expect.poll(() => broker.clients.size).toBe(0);
    expect(broker.statistics.clients.total).toBe(0);
  });
});

describe('limits of packets', () => {
  it('maxPacketSize: to the byte; more is 0x95', async () => {
    const { broker, port } = await startBroker({ maxPacketSize: 200 });
    const receiver = await subscribed(port, 'receiver', 'a', 4);
    const publisher = await RawClient.open(port);
    expect((await publisher.connect('publisher', 5)).properties?.maximumPacketSize).toBe(200);
    // two bytes of remaining length, three of the topic, one of property length
    const largest = 'x'.repeat(200 - 3 - 3 - 1);
    await publisher.publish('a', largest);
    await receiver.nextMessage(largest);
    publisher.sendPublish('a', `${largest}x`);
    await publisher.expectsDisconnect(0x95);
    const old = await RawClient.connected(port, 'old', 4);
    old.sendPublish('a', `${largest}xxx`);
    await old.expectsClose();
    await receiver.expectsNothing();
    expect(broker.statistics.limits.maxPacketSize).toBe(2);
  });

  it('maxPacketSize: the length alone is enough, nothing of such a packet is read', async () => {
    const { broker, port } = await startBroker({ maxPacketSize: 200 });
    const client = await RawClient.connected(port, 'client', 5);
    // PUBLISH of 268,435,455 bytes, which do not come
    client.send('30 ffffff7f');
    await client.expectsDisconnect(0x95);
    expect(broker.statistics.limits.maxPacketSize).toBe(1);
  });

  it.each([4, 5] as const)(
    'maxPacketSizeBeforeConnect: a larger CONNECT is not read (version %i)',
    async (version) => {
      const { broker, port } = await startBroker({ maxPacketSizeBeforeConnect: 100 });
      const client = await RawClient.open(port);
      client.sendConnect('x'.repeat(100), version);
      const answer = await client.drain();
      // a CONNACK that refuses, or nothing
      if (answer.length > 0) expect([answer[0], answer[3]]).toEqual([0x20, version === 5 ? 0x95 : 3]);
      const other = await RawClient.connected(port, 'x'.repeat(20), version);
      await other.publish('a', 'x'.repeat(1_000), { qos: 1 });
      expect(broker.statistics.limits.maxPacketSize).toBe(1);
    },
  );

  it('maxPacketSizeBeforeConnect is not more than maxPacketSize', async () => {
    const { port } = await startBroker({ maxPacketSize: 100 });
    const client = await RawClient.open(port);
    client.send(connectPacket('x'.repeat(100)));
    expect((await client.drain())[0] ?? 0x20).toBe(0x20);
  });

  it('receiveMaximum: more messages with QoS 2 at once are 0x93', async () => {
    const { broker, port } = await startBroker({ receiveMaximum: 3 });
    const client = await RawClient.open(port);
    expect((await client.connect('client', 5)).properties?.receiveMaximum).toBe(3);
    for (const id of [1, 2, 3, 4]) client.sendPublish('a', 'x', { qos: 2, id });
    for (let i = 0; i < 3; i++) await client.next('pubrec');
    await client.expectsDisconnect(0x93);
    expect(broker.statistics.limits.receiveMaximum).toBe(1);
    // 3.1.1 knows no such limit
    const old = await RawClient.connected(port, 'old', 4);
    for (const id of [1, 2, 3, 4]) old.sendPublish('a', 'x', { qos: 2, id });
    for (let i = 0; i < 4; i++) await old.next('pubrec');
  });

  it.each([0, 1, 5])('topicAliasMaximum %i: a larger alias is 0x94', async (topicAliasMaximum) => {
    const { broker, port } = await startBroker({ topicAliasMaximum });
    const receiver = await subscribed(port, 'receiver', 'a', 4);
    const client = await RawClient.open(port);
    const { properties } = await client.connect('client', 5);
    expect(properties?.topicAliasMaximum ?? 0).toBe(topicAliasMaximum);
    const aliased = (alias: number) => publishPacket('a', 'x', 5, { properties: `23 000${alias}` });
    if (topicAliasMaximum > 0) {
      client.send(aliased(topicAliasMaximum));
      await receiver.nextMessage('x');
    }
    client.send(aliased(topicAliasMaximum + 1));
    await client.expectsDisconnect(0x94);
    await receiver.expectsNothing();
    expect(broker.statistics.limits.topicAliasMaximum).toBe(1);
  });

  it('maximumQoS: more is 0x9b, in a will as well; subscriptions are granted less', async () => {
    for (const maximumQoS of [0, 1] as const) {
      const { port } = await startBroker({ maximumQoS });
      const more = (maximumQoS + 1) as 1 | 2;
      const client = await RawClient.open(port);
      expect((await client.connect('client', 5)).properties?.maximumQoS).toBe(maximumQoS);
      expect(await client.subscribe('a', '02')).toEqual([maximumQoS]);
      await client.publish('b', 'x', { qos: maximumQoS });
      client.sendPublish('b', 'x', { qos: more });
      await client.expectsDisconnect(0x9b);
      expect(await refusal(port, 'client', 5, { will: { topic: 'a', qos: more } })).toBe(0x9b);
      const old = await RawClient.connected(port, 'old', 4);
      old.sendPublish('b', 'x', { qos: more });
      await old.expectsClose();
    }
  });

  it('retainAvailable: false: RETAIN is 0x9a, in a will as well', async () => {
    const { broker, port } = await startBroker({ retainAvailable: false });
    const client = await RawClient.open(port);
    expect((await client.connect('client', 5)).properties?.retainAvailable).toBe(false);
    client.sendPublish('a', 'x', { qos: 1, retain: true });
    await client.expectsDisconnect(0x9a);
    expect(await refusal(port, 'client', 5, { will: { topic: 'a', retain: true } })).toBe(0x9a);
    broker.publish({ topic: 'a', payload: 'x', retain: true });
    expect(broker.retained('a')).toBe(undefined);
  });

  const unavailable = [
    ['wildcardSubscriptionAvailable', 'a/+', '', 0xa2],
    ['wildcardSubscriptionAvailable', '#', '', 0xa2],
    ['wildcardSubscriptionAvailable', '$share/group/#', '', 0xa2],
    ['subscriptionIdentifiersAvailable', 'a', '0b 01', 0xa1],
    ['sharedSubscriptionAvailable', '$share/group/a', '', 0x9e],
  ] as const;
  it.each(unavailable)('%s: false: SUBSCRIBE to %s is an error', async (option, filter, properties, code) => {
    const { port } = await startBroker({ [option]: false });
    const client = await RawClient.open(port);
    expect((await client.connect('client', 5)).properties?.[option]).toBe(false);
    expect(await client.subscribe('a', '00')).toEqual([0]);
    client.sendSubscribe(filter, '00', 2, properties);
    await client.expectsDisconnect(code);
  });

  it('a CONNACK that nothing is limited for does not say so', async () => {
    const { port } = await startBroker({ topicAliasMaximum: 0 });
    const client = await RawClient.open(port);
    const { properties } = await client.connect('client', 5, { keepAlive: 60 });
    expect(Object.keys(properties ?? {}).sort()).toEqual(['maximumPacketSize', 'receiveMaximum']);
  });

  it('a byte more than the remaining length may have is malformed', async () => {
    const { port } = await startBroker();
    const client = await RawClient.connected(port, 'client', 5);
    client.send(`${packet('30', '0001 61 00')} 30 ffffffff 01`);
    await client.expectsDisconnect(0x81);
  });
});
