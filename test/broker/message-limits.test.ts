import { describe, expect, it } from 'vitest';
import { hex } from '../vectors/hex.ts';
import { publishPacket, RawClient, startBroker, subscribed } from './harness.ts';
import { leaves } from './observe.ts';

const KEPT = { clean: false, properties: '11 00000064' };
const levels = (count: number) => Array.from({ length: count }, (_, i) => `${i}`).join('/');

describe('limits of topics and subscriptions', () => {
  it('maxTopicLevels: more in a topic name is 0x90, in a filter 0x97', async () => {
    const { broker, port } = await startBroker({ maxTopicLevels: 4 });
    const receiver = await subscribed(port, 'receiver', '#', 5, '01');
    const client = await RawClient.connected(port, 'client', 5);
    await client.publish(levels(4), 'four', { qos: 1 });
    await receiver.nextMessage('four');
    client.sendPublish(levels(5), 'five', { qos: 1, id: 2 });
    expect(await client.next('puback')).toMatchObject({ messageId: 2, reasonCode: 0x90 });
    client.sendPublish(levels(5), 'five', { qos: 2, id: 3 });
    expect(await client.next('pubrec')).toMatchObject({ messageId: 3, reasonCode: 0x90 });
    await client.publish(levels(5), 'five');
    expect(broker.statistics.limits.maxTopicLevels).toBe(3);
    expect(broker.statistics.messages.refused).toBe(3);
    await receiver.expectsNothing();
    const filters = ['0/1/+/3', '0/1/+/3/4', levels(4), levels(5), `${levels(4)}/#`];
    expect(await client.subscribe(filters.map((filter) => [filter, '00'] as const))).toEqual([
      0, 0x97, 0, 0x97, 0x97,
    ]);
  });

  it('maxTopicLevels: before 5.0 too', async () => {
    const { broker, port } = await startBroker({ maxTopicLevels: 4 });
    const receiver = await subscribed(port, 'receiver', '#', 4, '01');
    const client = await RawClient.connected(port, 'client', 4);
    for (const qos of [0, 1, 2] as const) await client.publish(levels(5), 'five', { qos });
    await receiver.expectsNothing();
    expect(await client.subscribe('0/1/+/3/4')).toEqual([0x80]);
    expect(broker.statistics.limits.maxTopicLevels).toBe(4);
  });

  it('maxTopicLevels: the topic of a will counts', async () => {
    const { broker, port } = await startBroker({ maxTopicLevels: 4 });
    await RawClient.connected(port, 'good', 5, { will: { topic: levels(4) } });
    const client = await RawClient.open(port);
    client.sendConnect('client', 5, { will: { topic: levels(5) } });
    expect((await client.next('connack')).reasonCode).toBe(0x90);
    await client.expectsClose();
    expect(broker.statistics.limits.maxTopicLevels).toBe(1);
  });

  it('maxSubscriptions: more of one client are 0x97; the same again is not more', async () => {
    const { broker, port } = await startBroker({ maxSubscriptions: 2 });
    const client = await RawClient.connected(port, 'client', 5);
    const three = [
      ['a', '00'],
      ['b', '01'],
      ['c', '02'],
    ] as const;
    expect(await client.subscribe(three)).toEqual([0, 1, 0x97]);
    expect(await client.subscribe('a', '02')).toEqual([2]);
    expect(broker.statistics.limits.maxSubscriptions).toBe(1);
    const other = await RawClient.connected(port, 'other', 4);
    expect(await other.subscribe(three)).toEqual([0, 1, 0x80]);
    client.sendUnsubscribe('a', 2);
    await client.next('unsuback');
    expect(await client.subscribe('c', '02')).toEqual([2]);
    expect(broker.statistics.subscriptions.count).toBe(4);
  });
});

describe('limits of messages to a client', () => {
  it.each([4, 5] as const)('maxInflightMessages: no more are sent at once (version %i)', async (version) => {
    const { broker, port } = await startBroker({ maxInflightMessages: 2 });
    const receiver = await subscribed(port, 'receiver', 'a', version, '01');
    const client = await RawClient.connected(port, 'client', 4);
    for (let i = 0; i < 5; i++) await client.publish('a', `${i}`, { qos: 1 });
    const sent = [await receiver.nextMessage('0'), await receiver.nextMessage('1')];
    await receiver.expectsNothing();
    expect(broker.statistics.messages).toMatchObject({ inflight: 2, queued: 3 });
    receiver.sendAcknowledgement('puback', sent[0].messageId as number);
    await receiver.nextMessage('2');
    await receiver.expectsNothing();
    expect(broker.statistics.messages).toMatchObject({ inflight: 2, queued: 2 });
  });

  it('maxQueuedMessages: more are dropped for a client that is away; the first ones stay', async () => {
    const { broker, port } = await startBroker({ maxQueuedMessages: 3 });
    const drops: unknown[] = [];
    broker.on('drop', (...drop) => drops.push(drop));
    const away = await RawClient.connected(port, 'away', 5, KEPT);
    await away.subscribe('a', '01');
    const left = leaves(broker, 'away');
    await away.disconnect();
    await left;
    const client = await RawClient.connected(port, 'client', 4);
    for (let i = 0; i < 5; i++) await client.publish('a', `${i}`, { qos: 1 });
    expect(drops).toEqual(Array(2).fill(['away', 'a', 'queue full']));
    expect(broker.statistics.limits.maxQueued).toBe(2);
    expect(broker.statistics.messages).toMatchObject({ queued: 3, dropped: 2 });
    const back = await RawClient.connected(port, 'away', 5, KEPT);
    for (const payload of ['0', '1', '2']) await back.nextMessage(payload);
    await back.expectsNothing();
  });

  it('maxQueuedMessages: the same for a client that does not acknowledge', async () => {
    const { broker, port } = await startBroker({ maxQueuedMessages: 1, maxInflightMessages: 1 });
    const receiver = await subscribed(port, 'receiver', 'a', 4, '01');
    const client = await RawClient.connected(port, 'client', 4);
    for (let i = 0; i < 4; i++) await client.publish('a', `${i}`, { qos: 1 });
    const { messageId } = await receiver.nextMessage('0');
    receiver.sendAcknowledgement('puback', messageId as number);
    await receiver.nextMessage('1');
    await receiver.expectsNothing();
    expect(broker.statistics.limits.maxQueued).toBe(2);
  });

  it('maxQueuedBytes: the same by size', async () => {
    const { broker, port } = await startBroker({ maxQueuedBytes: 2_500 });
    const away = await RawClient.connected(port, 'away', 5, KEPT);
    await away.subscribe('a', '01');
    const left = leaves(broker, 'away');
    await away.disconnect();
    await left;
    const client = await RawClient.connected(port, 'client', 4);
    for (let i = 0; i < 4; i++) await client.publish('a', `${i}`.repeat(1_000), { qos: 1 });
    expect(broker.statistics.limits.maxQueued).toBe(2);
    expect(broker.statistics.messages.queuedBytes).toBeGreaterThanOrEqual(2_000);
    expect(broker.statistics.messages.queuedBytes).toBeLessThanOrEqual(2_500);
    const back = await RawClient.connected(port, 'away', 5, KEPT);
    await back.nextMessage('0'.repeat(1_000));
    await back.nextMessage('1'.repeat(1_000));
    await back.expectsNothing();
    expect(broker.statistics.messages.queuedBytes).toBe(0);
  });

  /** Publishes until some are not delivered to a client that reads nothing. */
  async function flood(options: object, size: number) {
    const { broker, port } = await startBroker({ ...options, sysInterval: 0 });
    const slow = await subscribed(port, 'slow', 'a', 4);
    const other = await subscribed(port, 'other', 'a', 4);
    slow.pause();
    const client = await RawClient.connected(port, 'client', 4);
    const payload = 'x'.repeat(size);
    const packet = hex(publishPacket('a', payload));
    for (let count = 0; broker.statistics.limits.maxBacklog === 0 && count < 5_000; count++) {
      client.send(packet);
      await other.nextMessage(payload);
    }
    return { broker, client, other, payload, slow };
  }

  it.each([
    ['maxBacklogBytes', { maxBacklogBytes: 200_000 }, 100_000],
    ['maxBacklogMessages', { maxBacklogMessages: 5 }, 60_000],
  ])(
    '%s: QoS 0 is dropped for a client that reads slowly, and counted; others get all',
    async (_, options, size) => {
      const { broker, client, other, payload, slow } = await flood(options, size);
      expect(broker.statistics.limits.maxBacklog).toBeGreaterThan(0);
      expect(broker.statistics.messages.dropped).toBe(broker.statistics.limits.maxBacklog);
      expect(broker.clients.has('slow')).toBe(true);
      // when it reads again, it gets what comes then
      slow.resume();
      slow.send('c0 00');
      while ((await slow.next()).cmd !== 'pingresp') {}
      await client.publish('a', payload);
      await slow.nextMessage(payload);
      await other.nextMessage(payload);
    },
  );

  it('overflow: disconnect: the client is disconnected instead', async () => {
    const { broker, client, other, payload, slow } = await flood(
      { maxBacklogBytes: 200_000, overflow: 'disconnect' },
      100_000,
    );
    await expect.poll(() => [...broker.clients.keys()].sort()).toEqual(['client', 'other']);
    expect(broker.statistics.limits.maxBacklog).toBeGreaterThan(0);
    slow.resume();
    await slow.drain();
    await client.publish('a', payload);
    await other.nextMessage(payload);
  });
});

describe('limits of retained messages', () => {
  it('maxRetainedMessages: more are 0x97; replacing and deleting is not more', async () => {
    const { broker, port } = await startBroker({ maxRetainedMessages: 2, sysInterval: 0 });
    const receiver = await subscribed(port, 'receiver', '#', 5, '01');
    const client = await RawClient.connected(port, 'client', 5);
    for (const topic of ['a', 'b', 'a']) {
      await client.publish(topic, topic, { qos: 1, retain: true });
      await receiver.nextMessage(topic);
    }
    client.sendPublish('c', 'x', { qos: 1, id: 4, retain: true });
    expect(await client.next('puback')).toMatchObject({ messageId: 4, reasonCode: 0x97 });
    client.sendPublish('c', 'x', { qos: 2, id: 5, retain: true });
    expect(await client.next('pubrec')).toMatchObject({ messageId: 5, reasonCode: 0x97 });
    await client.publish('c', 'x', { retain: true });
    expect(broker.statistics.limits.maxRetained).toBe(3);
    expect(broker.statistics.messages.refused).toBe(3);
    await receiver.expectsNothing();
    await client.publish('a', '', { retain: true });
    await receiver.nextMessage('');
    await client.publish('c', 'x', { qos: 1, retain: true });
    expect(broker.retained('c')?.payload.toString()).toBe('x');
    // without RETAIN there is no limit
    await client.publish('d', 'x', { qos: 1 });
  });

  it('maxRetainedBytes: the same by size; before 5.0 the client is not told', async () => {
    const { broker, port } = await startBroker({ maxRetainedBytes: 2_500, sysInterval: 0 });
    const client = await RawClient.connected(port, 'client', 4);
    for (const topic of ['a', 'b', 'c'])
      await client.publish(topic, 'x'.repeat(1_000), { qos: 1, retain: true });
    expect(broker.statistics.limits.maxRetained).toBe(1);
    expect(broker.statistics.retained.count).toBe(2);
    expect(broker.statistics.retained.bytes).toBeLessThanOrEqual(2_500);
    expect(broker.retained('c')).toBe(undefined);
    await client.publish('a', 'small', { retain: true });
    await client.publish('c', 'x'.repeat(1_000), { retain: true });
    expect(broker.retained('c')?.payload.length).toBe(1_000);
  });

  it('a will beyond them is published, but not retained', async () => {
    const { broker, port } = await startBroker({ maxRetainedMessages: 0, sysInterval: 0 });
    const receiver = await subscribed(port, 'receiver', 'gone', 4);
    const client = await RawClient.connected(port, 'client', 4, {
      will: { topic: 'gone', payload: 'x', retain: true },
    });
    client.cut();
    await receiver.nextMessage('x');
    expect(broker.retained('gone')).toBe(undefined);
    expect(broker.statistics.limits.maxRetained).toBe(1);
  });
});
