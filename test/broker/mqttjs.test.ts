import mqtt, { type IClientOptions, type IPublishPacket, type MqttClient } from 'mqtt';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startBroker } from './harness.ts';

const VERSIONS = [
  ['3.1', { protocolVersion: 3, protocolId: 'MQIsdp' }],
  ['3.1.1', { protocolVersion: 4 }],
  ['5.0', { protocolVersion: 5 }],
] as const satisfies [string, IClientOptions][];

async function client(port: number, options: IClientOptions): Promise<MqttClient> {
  const connected = await mqtt.connectAsync({ host: '127.0.0.1', port, reconnectPeriod: 0, ...options });
  onTestFinished(() => {
    connected.end(true);
  });
  return connected;
}

/** The messages that arrive at a client, in order. */
function inbox(receiver: MqttClient): () => Promise<IPublishPacket> {
  const messages: IPublishPacket[] = [];
  let arrived = () => {};
  receiver.on('message', (_topic, _payload, packet) => {
    messages.push(packet);
    arrived();
  });
  return async () => {
    while (messages.length === 0) {
      await new Promise<void>((resolve) => {
        arrived = resolve;
      });
    }
    return messages.shift()!;
  };
}

const PAYLOADS: [name: string, payload: Buffer][] = [
  ['no bytes', Buffer.alloc(0)],
  ['every byte value', Buffer.from(Array.from({ length: 256 }, (_, i) => i))],
  ['1 MB', Buffer.alloc(1_000_000, 'wasmqtt ')],
];

describe.each(VERSIONS)('MQTT.js, MQTT %s', (_version, options) => {
  test.each(PAYLOADS)('payload: %s', async (_, payload) => {
    const { port } = await startBroker();
    const receiver = await client(port, { ...options, clientId: 'receiver' });
    const sender = await client(port, { ...options, clientId: 'sender' });
    const next = inbox(receiver);
    await receiver.subscribeAsync('room/+/temperature');
    await sender.publishAsync('room/1/temperature', payload);
    const message = await next();
    expect(message.topic).toBe('room/1/temperature');
    expect(Buffer.compare(message.payload as Buffer, payload)).toBe(0);
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
    const { port, broker } = await startBroker();
    const receiver = await client(port, { ...options, clientId: 'receiver' });
    const next = inbox(receiver);
    await receiver.subscribeAsync(['a', 'b']);
    await receiver.unsubscribeAsync('a');
    await receiver.publishAsync('a', 'gone');
    await receiver.publishAsync('b', 'still there');
    expect((await next()).topic).toBe('b');
    expect(broker.statistics.messagesDelivered).toBe(1);
  });

  test('pings keep the connection alive', async () => {
    const { port, broker } = await startBroker();
    const pinging = await client(port, { ...options, clientId: 'pinging', keepalive: 1 });
    await new Promise<void>((resolve) => {
      let responses = 0;
      pinging.on('packetreceive', (packet) => {
        if (packet.cmd === 'pingresp' && ++responses === 2) resolve();
      });
    });
    expect(broker.clientCount).toBe(1);
  });
});

describe('MQTT.js', () => {
  test('all versions talk to each other', async () => {
    const { port } = await startBroker();
    const clients = await Promise.all(
      VERSIONS.map(([name, options]) => client(port, { ...options, clientId: name })),
    );
    const inboxes = clients.map(inbox);
    for (const each of clients) await each.subscribeAsync('all/#');
    for (const [i, each] of clients.entries()) {
      await each.publishAsync(`all/${i}`, `from ${VERSIONS[i][0]}`);
      for (const next of inboxes) {
        const message = await next();
        expect([message.topic, message.payload.toString()]).toEqual([`all/${i}`, `from ${VERSIONS[i][0]}`]);
      }
    }
  });

  test.each([1, 2] as const)('MQTT 3.1.1 publishes with QoS %d are completed', async (qos) => {
    const { port } = await startBroker();
    const both = await client(port, { protocolVersion: 4, clientId: 'both' });
    const next = inbox(both);
    await both.subscribeAsync('a', { qos });
    await both.publishAsync('a', 'x', { qos });
    expect(await next()).toMatchObject({ topic: 'a', qos: 0 });
  });

  test('MQTT 5.0 properties arrive', async () => {
    const { port } = await startBroker();
    const both = await client(port, { protocolVersion: 5, clientId: 'both' });
    const next = inbox(both);
    await both.subscribeAsync('a');
    const properties = {
      payloadFormatIndicator: true,
      messageExpiryInterval: 60,
      contentType: 'text/plain',
      responseTopic: 'answer',
      correlationData: Buffer.from([0, 255]),
      userProperties: { one: '1', many: ['2', '3'] },
    };
    await both.publishAsync('a', 'x', { properties });
    expect((await next()).properties).toMatchObject(properties);
  });

  test('MQTT 5.0 is told what the broker does not do', async () => {
    const { port } = await startBroker();
    const connected = mqtt.connect({
      host: '127.0.0.1',
      port,
      protocolVersion: 5,
      clientId: '',
      reconnectPeriod: 0,
    });
    onTestFinished(() => {
      connected.end(true);
    });
    const connack = await new Promise<mqtt.IConnackPacket>((resolve) => {
      connected.on('connect', resolve);
    });
    expect(connack.properties).toMatchObject({
      assignedClientIdentifier: expect.stringMatching(/^wasmqtt-/),
      sessionExpiryInterval: 0,
      maximumQoS: 0,
      retainAvailable: false,
      sharedSubscriptionAvailable: false,
      subscriptionIdentifiersAvailable: false,
      maximumPacketSize: 2_097_152,
      topicAliasMaximum: 0,
    });
  });
});
