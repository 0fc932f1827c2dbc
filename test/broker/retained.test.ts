import { describe, expect, it } from 'vitest';
import { MemoryStore } from '../../src/broker/index.ts';
import { RawClient, startBroker, subscribed, subscribePacket, unsubscribePacket } from './harness.ts';

const QOS = [0, 1, 2] as const;

/** The payloads of the next messages. */
async function payloads(client: RawClient, count: number): Promise<string[]> {
  const found: string[] = [];
  while (found.length < count) {
    const packet = await client.next('publish');
    found.push(Buffer.from(packet.payload).toString());
    if (packet.qos === 1) client.sendAcknowledgement('puback', packet.messageId as number);
  }
  return found;
}

describe('retained messages', () => {
  it('are shown by the broker, counted, and forgotten when they are deleted', async () => {
    const { broker, port } = await startBroker({ sysInterval: 0 });
    const client = await RawClient.connected(port, 'client', 5);
    for (const topic of ['a', 'a/b', 'c']) await client.publish(topic, 'x', { qos: 1, retain: true });
    expect(broker.statistics.retained.count).toBe(3);
    const { bytes } = broker.statistics.retained;
    expect(bytes).toBeGreaterThan(0);
    expect(broker.retained('a/b')).toMatchObject({ topic: 'a/b', qos: 1 });
    expect(broker.retained('a/b')?.payload.toString()).toBe('x');
    expect(broker.retained('a/+')).toBe(undefined);
    await client.publish('c', 'x'.repeat(1_000), { retain: true });
    expect(broker.statistics.retained).toEqual({ count: 3, bytes: expect.any(Number) });
    expect(broker.statistics.retained.bytes).toBeGreaterThanOrEqual(bytes + 990);
    for (const topic of ['a', 'a/b', 'c']) await client.publish(topic, '', { retain: true });
    expect(broker.statistics.retained).toEqual({ count: 0, bytes: 0 });
  });

  it('may be published and deleted by the broker itself', async () => {
    const { broker, port } = await startBroker({ sysInterval: 0 });
    broker.publish({ topic: 'a', payload: 'x', retain: true, qos: 1 });
    const client = await subscribed(port, 'client', '#', 4, '01');
    expect(await client.nextMessage('x')).toMatchObject({ retain: true, qos: 1 });
    broker.publish({ topic: 'a', payload: '', retain: true });
    await client.nextMessage('');
    const late = await subscribed(port, 'late', '#');
    await late.expectsNothing();
  });

  it('of clients with 3.1, 3.1.1 and 5.0 are for clients with any of them', async () => {
    const { port } = await startBroker({ sysInterval: 0 });
    for (const version of [3, 4, 5] as const) {
      const publisher = await RawClient.connected(port, `publisher ${version}`, version);
      await publisher.publish(`t/${version}`, `${version}`, { qos: 2, retain: true });
    }
    for (const version of [3, 4, 5] as const) {
      const client = await subscribed(port, `client ${version}`, 't/#', version, '00');
      expect((await payloads(client, 3)).sort()).toEqual(['3', '4', '5']);
      await client.expectsNothing();
    }
  });

  it('wills are retained', async () => {
    const { broker, port } = await startBroker();
    const will = { topic: 'state', payload: 'gone', retain: true };
    const client = await RawClient.connected(port, 'client', 4, { will });
    client.cut();
    await expect.poll(() => broker.retained('state')?.payload.toString()).toBe('gone');
  });

  it('of 20,000 topics come all, each once, to a client that reads slowly as well', async () => {
    const { broker, port } = await startBroker({ maxBacklogMessages: 500, sysInterval: 0 });
    const expected = Array.from({ length: 20_000 }, (_, i) => `t/${i % 50}/${i}`);
    for (const topic of expected) broker.publish({ topic, payload: topic, retain: true });
    const slow = await RawClient.connected(port, 'slow', 4);
    slow.sendSubscribe('t/#');
    slow.pause();
    const other = await subscribed(port, 'other', 't/7/#', 4);
    expect(await payloads(other, 400)).toHaveLength(400);
    slow.resume();
    await slow.next('suback');
    expect((await payloads(slow, expected.length)).sort()).toEqual(expected.sort());
    await slow.expectsNothing();
    expect(broker.statistics.messages.dropped).toBe(0);
  });

  it('with QoS 1 come all within the receive maximum of the client', async () => {
    const { broker, port } = await startBroker({ sysInterval: 0, maxQueuedMessages: 10 });
    const expected = Array.from({ length: 500 }, (_, i) => `t/${i}`);
    for (const topic of expected) broker.publish({ topic, payload: topic, retain: true, qos: 1 });
    const client = await RawClient.connected(port, 'client', 5, { properties: '21 0005' });
    await client.subscribe('t/#', '01');
    expect((await payloads(client, expected.length)).sort()).toEqual(expected.sort());
    await client.expectsNothing();
    expect(broker.statistics.limits.maxQueued).toBe(0);
  });

  it('what is published while they are sent is not lost', async () => {
    const { broker, port } = await startBroker({ sysInterval: 0 });
    for (let i = 0; i < 5_000; i++) broker.publish({ topic: `t/${i}`, payload: 'old', retain: true });
    const client = await RawClient.connected(port, 'client', 4);
    client.sendSubscribe('t/#');
    const publisher = await RawClient.connected(port, 'publisher', 4);
    for (let i = 0; i < 100; i++) await publisher.publish(`t/${i}`, 'new', { retain: true });
    await client.next('suback');
    const live = new Set<string>();
    const topics = new Set<string>();
    // those that were published before their turn came may come twice: retained, and live
    while (live.size < 100 || topics.size < 5_000) {
      const { payload, retain, topic } = await client.next('publish');
      topics.add(topic);
      if (!retain) live.add(`${topic} ${Buffer.from(payload)}`);
    }
    expect([...live].sort()).toEqual(Array.from({ length: 100 }, (_, i) => `t/${i} new`).sort());
  });

  it('stop coming when the client unsubscribes', async () => {
    const { broker, port } = await startBroker({ sysInterval: 0, maxBacklogMessages: 100 });
    for (let i = 0; i < 5_000; i++) broker.publish({ topic: `t/${i}`, payload: 'x', retain: true });
    const client = await RawClient.connected(port, 'client', 4);
    client.send(subscribePacket('t/#') + unsubscribePacket('t/#', 4, 2));
    let count = 0;
    let cmd = (await client.next('suback')).cmd as string;
    while (cmd !== 'unsuback') {
      cmd = (await client.next()).cmd;
      count++;
    }
    await client.expectsNothing();
    expect(count).toBeLessThan(5_000);
  });

  it('are there again after a restart, with their properties and QoS', async () => {
    const store = new MemoryStore();
    const before = await startBroker({ store, sysInterval: 0 });
    const publisher = await RawClient.connected(before.port, 'publisher', 5);
    for (const qos of QOS) {
      await publisher.publish(`t/${qos}`, `${qos}`, {
        qos,
        retain: true,
        properties: '01 01 26 0001 61 0001 62',
      });
    }
    await publisher.publish('deleted', 'x', { retain: true });
    await publisher.publish('deleted', '', { retain: true });
    await before.broker.close();
    const after = await startBroker({ store, sysInterval: 0 });
    const client = await subscribed(after.port, 'client', '#', 5, '02');
    const seen: object[] = [];
    for (const _ of QOS) {
      const { properties, qos, retain, topic } = await client.next('publish');
      expect(properties).toMatchObject({ payloadFormatIndicator: true });
      expect(properties?.userProperties?.a).toBe('b');
      seen.push({ qos, retain, topic });
    }
    seen.sort((one, other) => JSON.stringify(one).localeCompare(JSON.stringify(other)));
    expect(seen).toEqual(QOS.map((qos) => ({ qos, retain: true, topic: `t/${qos}` })));
    await client.expectsNothing();
  });

  it('of $SYS are not those of the broker before', async () => {
    const store = new MemoryStore();
    const before = await startBroker({ store, sysInterval: 60 });
    before.broker.publish({ topic: 'kept', payload: 'x', retain: true });
    await before.broker.close();
    const { broker } = await startBroker({ store, sysInterval: 0 });
    expect(before.broker.retained('$SYS/broker/version')).toBeDefined();
    expect(broker.retained('kept')).toBeDefined();
    expect(broker.retained('$SYS/broker/version')).toBeUndefined();
  });

  it('are not sent to shared subscriptions (MQTT5 section 4.8.2)', async () => {
    const { broker, port } = await startBroker({ sysInterval: 0 });
    broker.publish({ topic: 'a', payload: 'x', retain: true });
    for (const version of [4, 5] as const) {
      const member = await subscribed(port, `member ${version}`, '$share/group/a', version);
      await member.expectsNothing();
    }
  });

  it('that are larger than a client accepts are not sent to it, others are', async () => {
    const { broker, port } = await startBroker({ sysInterval: 0 });
    broker.publish({ topic: 't/large', payload: 'x'.repeat(200), retain: true });
    broker.publish({ topic: 't/small', payload: 'x', retain: true });
    const client = await RawClient.connected(port, 'client', 5, { properties: '27 00000064' });
    await client.subscribe('t/#');
    expect((await client.nextMessage('x')).topic).toBe('t/small');
    await client.expectsNothing();
  });
});
