import mqtt from 'mqtt';
import { describe, expect, test } from 'vitest';
import { atTheEnd } from './cleanup.ts';
import { startBroker } from './harness.ts';
import { client, inbox, texts, VERSIONS } from './mqttjs-client.ts';

const PAYLOADS: [name: string, payload: Buffer][] = [
  ['no bytes', Buffer.alloc(0)],
  ['every byte value', Buffer.from(Array.from({ length: 256 }, (_, i) => i))],
  ['1 MB', Buffer.alloc(1_000_000, 'wasmqtt ')],
];

const QOS = [0, 1, 2] as const;

describe.each(VERSIONS)('MQTT.js, MQTT %s', (_version, options) => {
  test.each(PAYLOADS)('payload: %s', async (_, payload) => {
    const { port } = await startBroker();
    const receiver = await client(port, { ...options, clientId: 'receiver' });
    const sender = await client(port, { ...options, clientId: 'sender' });
    const next = inbox(receiver);
    await receiver.subscribeAsync('room/+/temperature', { qos: 2 });
    for (const qos of QOS) {
      await sender.publishAsync('room/1/temperature', payload, { qos });
      const message = await next();
      expect(message).toMatchObject({ topic: 'room/1/temperature', qos });
      expect(Buffer.compare(message.payload as Buffer, payload)).toBe(0);
    }
  });

  test('every QoS to every QoS: the lower one [MQTT-3.8.4-8]', async () => {
    const { port } = await startBroker();
    const sender = await client(port, { ...options, clientId: 'sender' });
    for (const granted of QOS) {
      const receiver = await client(port, { ...options, clientId: `receiver${granted}` });
      const next = inbox(receiver);
      await receiver.subscribeAsync('a', { qos: granted });
      for (const qos of QOS) {
        await sender.publishAsync('a', `with ${qos}`, { qos });
        const { payload, ...rest } = await next();
        expect([String(payload), rest.qos]).toEqual([`with ${qos}`, Math.min(qos, granted)]);
      }
    }
  });

  test.each(QOS)('1,000 messages at once with QoS %d: all of them, in order, once', async (qos) => {
    const { broker, port } = await startBroker();
    const receiver = await client(port, { ...options, clientId: 'receiver' });
    const sender = await client(port, { ...options, clientId: 'sender' });
    const next = inbox(receiver);
    await receiver.subscribeAsync('numbers', { qos });
    const numbers = Array.from({ length: 1_000 }, (_, i) => String(i));
    const published = Promise.all(numbers.map((number) => sender.publishAsync('numbers', number, { qos })));
    expect(await texts(next, 1_000)).toEqual(numbers);
    await published;
    await sender.publishAsync('numbers', 'the end', { qos });
    expect(await texts(next, 1)).toEqual(['the end']);
    await expect.poll(() => broker.statistics.messages).toMatchObject({ inflight: 0, queued: 0, dropped: 0 });
  });

  test('UTF-8 topics and wildcards', async () => {
    const { port } = await startBroker();
    const receiver = await client(port, { ...options, clientId: 'receiver' });
    const next = inbox(receiver);
    await receiver.subscribeAsync(['Küche/#', '日本/+']);
    for (const topic of ['Küche', 'Küche/Ofen/🔥', '日本/東京', 'Keller/1', 'Küche/Ende']) {
      await receiver.publishAsync(topic, topic);
    }
    for (const topic of ['Küche', 'Küche/Ofen/🔥', '日本/東京', 'Küche/Ende']) {
      const message = await next();
      expect([message.topic, message.payload.toString()]).toEqual([topic, topic]);
    }
  });

  test('after unsubscribe nothing arrives', async () => {
    const { port } = await startBroker();
    const receiver = await client(port, { ...options, clientId: 'receiver' });
    const next = inbox(receiver);
    await receiver.subscribeAsync(['a', 'b'], { qos: 1 });
    await receiver.unsubscribeAsync('a');
    await receiver.publishAsync('a', 'gone', { qos: 1 });
    await receiver.publishAsync('b', 'still there', { qos: 1 });
    expect((await next()).topic).toBe('b');
  });

  test('a retained message comes first, and is gone when it is deleted', async () => {
    const { port } = await startBroker();
    const sender = await client(port, { ...options, clientId: 'sender' });
    await sender.publishAsync('state', 'on', { qos: 1, retain: true });
    const receiver = await client(port, { ...options, clientId: 'receiver' });
    const next = inbox(receiver);
    await receiver.subscribeAsync('state', { qos: 2 });
    expect(await next()).toMatchObject({ retain: true, qos: 1, payload: Buffer.from('on') });
    await sender.publishAsync('state', '', { qos: 1, retain: true });
    expect(await next()).toMatchObject({ retain: false, payload: Buffer.alloc(0) });
    const late = await client(port, { ...options, clientId: 'late' });
    const nextLate = inbox(late);
    await late.subscribeAsync(['state', 'marker'], { qos: 1 });
    await late.publishAsync('marker', 'nothing before this', { qos: 1 });
    expect(await texts(nextLate, 1)).toEqual(['nothing before this']);
  });
});

test('MQTT.js: all versions talk to each other, with every QoS', async () => {
  const { port } = await startBroker();
  const clients = await Promise.all(
    VERSIONS.map(([name, options]) => client(port, { ...options, clientId: name })),
  );
  const inboxes = clients.map(inbox);
  for (const each of clients) await each.subscribeAsync('all/#', { qos: 2 });
  for (const qos of QOS) {
    for (const [i, each] of clients.entries()) {
      await each.publishAsync(`all/${i}`, `from ${VERSIONS[i][0]}`, { qos });
      for (const next of inboxes) {
        const message = await next();
        expect([message.topic, String(message.payload)]).toEqual([`all/${i}`, `from ${VERSIONS[i][0]}`]);
      }
    }
  }
});

test('MQTT.js: pings keep connections alive', async () => {
  const { port, broker } = await startBroker();
  const pinging = await Promise.all(
    VERSIONS.map(([clientId, options]) => client(port, { ...options, clientId, keepalive: 1 })),
  );
  const answered = pinging.map(
    (each) =>
      new Promise<void>((resolve) => {
        let responses = 0;
        each.on('packetreceive', (packet) => {
          if (packet.cmd === 'pingresp' && ++responses === 2) resolve();
        });
      }),
  );
  await Promise.all(answered);
  expect(broker.clients.size).toBe(3);
});

test('MQTT.js is told an assigned client identifier, and the limits that are not the default', async () => {
  const { port } = await startBroker({ receiveMaximum: 10, maximumQoS: 1, retainAvailable: false });
  const connected = mqtt.connect({
    ...{ host: '127.0.0.1', port, protocolVersion: 5, clientId: '', reconnectPeriod: 0 },
    properties: { sessionExpiryInterval: 10 },
  });
  atTheEnd(() => connected.end(true));
  const connack = await new Promise<mqtt.IConnackPacket>((resolve) => {
    connected.on('connect', resolve);
  });
  expect(connack.properties).toMatchObject({
    assignedClientIdentifier: expect.stringMatching(/./),
    receiveMaximum: 10,
    maximumQoS: 1,
    retainAvailable: false,
    maximumPacketSize: 2_097_152,
    topicAliasMaximum: 16,
  });
});
