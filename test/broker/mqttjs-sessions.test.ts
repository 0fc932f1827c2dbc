import type { IClientOptions, IDisconnectPacket, IPublishPacket, MqttClient } from 'mqtt';
import { describe, expect, test } from 'vitest';
import { startBroker } from './harness.ts';
import { client, inbox, returning, texts, VERSIONS } from './mqttjs-client.ts';
import { event, leaves } from './observe.ts';

/** Options of a session that outlasts its connections. */
function durable(options: IClientOptions): IClientOptions {
  const properties = options.protocolVersion === 5 ? { sessionExpiryInterval: 60 } : undefined;
  return { ...options, clean: false, properties };
}

describe.each(VERSIONS)('MQTT.js, MQTT %s', (_version, options) => {
  test.each([1, 2] as const)('messages with QoS %d wait for a client that is away', async (qos) => {
    const { broker, port } = await startBroker();
    const before = await client(port, { ...durable(options), clientId: 'keeper' });
    await before.subscribeAsync('mail/#', { qos });
    await before.endAsync();
    const sender = await client(port, { ...options, clientId: 'sender' });
    const letters = Array.from({ length: 100 }, (_, i) => `letter ${i}`);
    for (const letter of letters) await sender.publishAsync('mail/a', letter, { qos });
    expect(broker.statistics.messages.queued).toBe(100);
    const next = returning(port, { ...durable(options), clientId: 'keeper' });
    expect(await texts(next, 100)).toEqual(letters);
    await expect.poll(() => broker.statistics.messages).toMatchObject({ inflight: 0, queued: 0 });
  });

  test('a client that comes back by itself goes on: 1,000 messages with QoS 2, each once', async () => {
    const { port } = await startBroker({ maxConnectionRate: 0 });
    const receiver = await client(port, { ...durable(options), clientId: 'receiver', reconnectPeriod: 1 });
    const sender = await client(port, { ...durable(options), clientId: 'sender', reconnectPeriod: 1 });
    const received: string[] = [];
    let complete = () => {};
    const all = new Promise<void>((resolve) => {
      complete = resolve;
    });
    receiver.on('message', (_topic, payload) => {
      received.push(String(payload));
      if (received.length % 150 === 0) receiver.stream.destroy();
      if (received.length === 400) sender.stream.destroy();
      if (received.length === 1_000) complete();
    });
    await receiver.subscribeAsync('numbers', { qos: 2 });
    const numbers = Array.from({ length: 1_000 }, (_, i) => String(i));
    const publishing = numbers.map((number) => sender.publishAsync('numbers', number, { qos: 2 }));
    await Promise.all(publishing);
    await all;
    await receiver.publishAsync('other', 'round trip', { qos: 1 });
    expect([...received].sort((a, b) => Number(a) - Number(b))).toEqual(numbers);
  });

  test('a will is published when the connection breaks, not when the client disconnects', async () => {
    const { port } = await startBroker();
    const watcher = await client(port, { ...options, clientId: 'watcher' });
    const next = inbox(watcher);
    await watcher.subscribeAsync('wills/#', { qos: 2 });
    const mortal = (id: string) =>
      client(port, {
        ...{ ...options, clientId: id },
        will: { topic: `wills/${id}`, payload: Buffer.from('gone'), qos: 2, retain: false },
      });
    await (await mortal('polite')).endAsync();
    (await mortal('unlucky')).stream.destroy();
    expect(await next()).toMatchObject({ topic: 'wills/unlucky', qos: 2, payload: Buffer.from('gone') });
  });

  test('a share group takes turns', async () => {
    const { port } = await startBroker();
    const counts = [0, 0, 0];
    for (const i of counts.keys()) {
      const member = await client(port, { ...options, clientId: `member${i}` });
      member.on('message', () => counts[i]++);
      await member.subscribeAsync('$share/group/work', { qos: 2 });
    }
    const sender = await client(port, { ...options, clientId: 'sender' });
    for (let i = 0; i < 30; i++) await sender.publishAsync('work', `${i}`, { qos: 2 });
    await expect.poll(() => counts).toEqual([10, 10, 10]);
  });
});

/** The DISCONNECT that a client is sent. */
function sentAway(receiver: MqttClient): Promise<IDisconnectPacket> {
  return new Promise((resolve) => {
    receiver.once('disconnect', resolve);
  });
}

describe('MQTT.js, MQTT 5.0', () => {
  const options = { protocolVersion: 5 } as const;

  test('properties arrive', async () => {
    const { port } = await startBroker();
    const both = await client(port, { ...options, clientId: 'both' });
    const next = inbox(both);
    await both.subscribeAsync('a', { qos: 2 });
    const properties = {
      payloadFormatIndicator: true,
      messageExpiryInterval: 60,
      contentType: 'text/plain',
      responseTopic: 'answer',
      correlationData: Buffer.from([0, 255]),
      userProperties: { one: '1', many: ['2', '3'] },
    };
    for (const qos of [0, 1, 2] as const) {
      await both.publishAsync('a', 'x', { qos, properties });
      expect((await next()).properties).toMatchObject(properties);
    }
  });

  test('a will waits for its delay, and does not come when the client is back', async () => {
    const { broker, port } = await startBroker();
    const watcher = await client(port, { ...options, clientId: 'watcher' });
    const next = inbox(watcher);
    await watcher.subscribeAsync('wills/#');
    const mortal = (id: string, willDelayInterval: number) =>
      client(port, {
        ...{ ...durable(options), clientId: id },
        will: {
          ...{ topic: `wills/${id}`, payload: Buffer.from('gone'), qos: 1, retain: false },
          properties: { willDelayInterval, contentType: 'text/plain' },
        },
      });
    const left = leaves(broker, 'back');
    (await mortal('back', 1)).stream.destroy();
    await left;
    await mortal('back', 1);
    (await mortal('later', 2)).stream.destroy();
    (await mortal('sooner', 1)).stream.destroy();
    expect(await next()).toMatchObject({
      topic: 'wills/sooner',
      properties: { contentType: 'text/plain' },
    });
    expect((await next()).topic).toBe('wills/later');
  });

  test('topic aliases both ways', async () => {
    const { port } = await startBroker();
    const receiver = await client(port, {
      ...{ ...options, clientId: 'receiver' },
      properties: { topicAliasMaximum: 10 },
    });
    const sender = await client(port, { ...options, clientId: 'sender', autoAssignTopicAlias: true });
    const next = inbox(receiver);
    await receiver.subscribeAsync('a/#', { qos: 1 });
    const wire: (IPublishPacket | undefined)[] = [];
    for (const qos of [0, 1, 0, 1] as const) {
      for (const topic of ['a/first', 'a/second']) {
        await sender.publishAsync(topic, topic, { qos });
        const message = await next();
        wire.push(message);
        expect(String(message.payload)).toBe(topic);
      }
    }
    // MQTT.js shows what was on the wire: a number in the place of the name from the second time on
    expect(wire.some((message) => message?.properties?.topicAlias !== undefined)).toBe(true);
  });

  test('subscription identifiers of all subscriptions that match', async () => {
    const { port } = await startBroker();
    const both = await client(port, { ...options, clientId: 'both' });
    const next = inbox(both);
    await both.subscribeAsync('a/#', { qos: 1, properties: { subscriptionIdentifier: 1 } });
    await both.subscribeAsync('a/b', { qos: 2, properties: { subscriptionIdentifier: 268_435_455 } });
    await both.subscribeAsync('c', { qos: 0 });
    await both.publishAsync('a/b', 'both', { qos: 2 });
    const { properties, qos } = await next();
    expect(qos).toBe(2);
    expect([properties?.subscriptionIdentifier].flat().sort()).toEqual([1, 268_435_455]);
    await both.publishAsync('a/c', 'one', { qos: 2 });
    expect(await next()).toMatchObject({ qos: 1, properties: { subscriptionIdentifier: 1 } });
    await both.publishAsync('c', 'none');
    expect((await next()).properties?.subscriptionIdentifier).toBeUndefined();
  });

  test('no local, retain as published, retain handling', async () => {
    const { port } = await startBroker();
    const both = await client(port, { ...options, clientId: 'both' });
    await both.publishAsync('state', 'kept', { qos: 1, retain: true });
    const next = inbox(both);
    await both.subscribeAsync('state', { qos: 1, rh: 1 });
    expect(await next()).toMatchObject({ retain: true, payload: Buffer.from('kept') });
    await both.subscribeAsync('state', { qos: 1, rh: 1 }); // not new: nothing comes
    await both.subscribeAsync('state', { qos: 1, rh: 2, rap: true });
    await both.publishAsync('state', 'live', { qos: 1, retain: true });
    expect(await next()).toMatchObject({ retain: true, payload: Buffer.from('live') });
    await both.subscribeAsync('state', { qos: 1, rh: 2, nl: true });
    await both.subscribeAsync('marker', { qos: 1 });
    await both.publishAsync('state', 'my own', { qos: 1 });
    await both.publishAsync('marker', 'end', { qos: 1 });
    expect(String((await next()).payload)).toBe('end');
  });

  test('a client that takes two messages at a time is never sent a third', async () => {
    const { port } = await startBroker();
    const slow = await client(port, {
      ...{ ...options, clientId: 'slow' },
      properties: { receiveMaximum: 2 },
    });
    const received: string[] = [];
    let most = 0;
    let now = 0;
    slow.on('packetreceive', (packet) => {
      if (packet.cmd !== 'publish') return;
      now++;
      most = Math.max(most, now);
    });
    slow.handleMessage = (packet, acknowledge) => {
      // later than what else is on its way
      setTimeout(() => {
        received.push(String((packet as IPublishPacket).payload));
        now--;
        acknowledge();
      }, 5);
    };
    await slow.subscribeAsync('numbers', { qos: 1 });
    const sender = await client(port, { ...options, clientId: 'sender' });
    const numbers = Array.from({ length: 50 }, (_, i) => String(i));
    await Promise.all(numbers.map((number) => sender.publishAsync('numbers', number, { qos: 1 })));
    await expect.poll(() => received, { timeout: 10_000 }).toEqual(numbers);
    expect(most).toBeLessThanOrEqual(2);
  });

  test('a client is told why it is disconnected', async () => {
    const { broker, port } = await startBroker();
    const first = await client(port, { ...options, clientId: 'same' });
    const disconnected = sentAway(first);
    await client(port, { ...options, clientId: 'same' });
    expect(await disconnected).toMatchObject({ reasonCode: 0x8e });
    const second = await client(port, { ...options, clientId: 'other' });
    const left = event(broker, 'disconnect', ({ id }) => id === 'other');
    const disconnectedToo = sentAway(second);
    expect(broker.disconnect('other', { reasonCode: 0x98, reasonString: 'for repairs' })).toBe(true);
    expect(await disconnectedToo).toMatchObject({
      reasonCode: 0x98,
      properties: { reasonString: 'for repairs' },
    });
    expect((await left)[1]).toMatchObject({ reasonCode: 0x98, byClient: false });
  });

  test('a message expires while it waits', async () => {
    const { broker, port } = await startBroker();
    const before = await client(port, { ...durable(options), clientId: 'keeper' });
    await before.subscribeAsync('mail', { qos: 1 });
    await before.endAsync();
    const sender = await client(port, { ...options, clientId: 'sender' });
    await sender.publishAsync('mail', 'old', { qos: 1, properties: { messageExpiryInterval: 1 } });
    await sender.publishAsync('mail', 'fresh', { qos: 1, properties: { messageExpiryInterval: 100 } });
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    const message = await returning(port, { ...durable(options), clientId: 'keeper' })();
    expect(String(message.payload)).toBe('fresh');
    expect(message.properties?.messageExpiryInterval).toBeLessThan(100);
    expect(broker.statistics.messages.expired).toBe(1);
  });
});
