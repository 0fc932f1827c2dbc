import { type ChildProcess, spawn } from 'node:child_process';
import { type AddressInfo, createServer } from 'node:net';
import mqtt, { type IClientOptions, type IPublishPacket, type MqttClient } from 'mqtt';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Forwarder } from '../../src/forward/forwarder.ts';
import type { Receiver } from '../../src/forward/receiver.ts';
import { TopicIndex } from '../../src/topics/index.ts';
import { RawClient, subscribed } from '../broker/harness.ts';
import { type Peer, peer } from '../peers.ts';
import { KERNELS, SmallServer } from './server.ts';
import { publish } from './wire.ts';

interface Running {
  readonly port: number;
  readonly forwarder: Forwarder;
  readonly server: SmallServer;
  /** Resolves when there are so many subscriptions. */
  subscriptions(count: number): Promise<void>;
}

/** The small server on a free port. */
async function start(kernel: (typeof KERNELS)[number], readInPlace: boolean): Promise<Running> {
  const index = new TopicIndex<Receiver>();
  const forwarder = new Forwarder({ index, kernel, readInPlace });
  const server = new SmallServer(index);
  let changed = () => {};
  const { packet } = server;
  server.packet = (connection, decoder) => {
    packet.call(server, connection, decoder);
    changed();
  };
  const listener = createServer((socket) => forwarder.attach(socket, server));
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    listener.close();
    forwarder.close();
  });
  const subscriptions = async (count: number) => {
    while (index.size < count) {
      await new Promise<void>((resolve) => {
        changed = resolve;
      });
    }
  };
  return { port: (listener.address() as AddressInfo).port, forwarder, server, subscriptions };
}

/** Starts a program with `input` as its standard input; resolves with what it printed when it ends with exit code 0. */
function run(name: Peer, args: string[], input: Uint8Array = new Uint8Array(0)): Promise<string> {
  const child: ChildProcess = spawn(peer(name), args);
  onTestFinished(() => {
    child.kill();
  });
  let printed = '';
  child.stdout?.setEncoding('utf8').on('data', (piece: string) => {
    printed += piece;
  });
  child.stdin?.on('error', () => {}); // it may end without reading
  child.stdin?.end(input);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(printed);
      else reject(new Error(`${name} ended with ${code}`));
    });
  });
}

const WAYS = KERNELS.flatMap((kernel) => [true, false].map((inPlace) => [kernel, inPlace] as const));

describe.each(WAYS)('over TCP, kernel %s, read in place: %s', (kernel, inPlace) => {
  test.each([
    ['mqttv311', 'mqttv5'],
    ['mqttv5', 'mqttv5'],
    ['mqttv5', 'mqttv311'],
    ['mqttv31', 'mqttv31'],
  ])('mosquitto_pub -V %s to mosquitto_sub -V %s', async (from, to) => {
    const { port, subscriptions } = await start(kernel, inPlace);
    const common = ['-h', '127.0.0.1', '-p', String(port)];
    const format = to === 'mqttv5' && from === 'mqttv5' ? '%t %q %C %P %p' : '%t %q %p';
    const sub = ['-V', to, '-i', 'r', '-t', 'house/+/light', '-q', '1', '-C', '3', '-F', format];
    const received = run('mosquitto_sub', [...common, ...sub]);
    await Promise.race([subscriptions(1), received]);
    const properties = ['-D', 'publish', 'content-type', 'text', '-D', 'publish', 'user-property', 'k', 'v'];
    const pub = ['-V', from, '-i', 's', '-t', 'house/küche/light', ...(from === 'mqttv5' ? properties : [])];
    for (const qos of ['0', '1', '2']) {
      await run('mosquitto_pub', [...common, ...pub, '-q', qos, '-m', `q${qos}`]);
    }
    const kept = to === 'mqttv5' && from === 'mqttv5' ? 'text k:v ' : '';
    expect(await received).toBe(
      [0, 1, 1].map((qos, i) => `house/küche/light ${qos} ${kept}q${i}\n`).join(''),
    );
  });

  test('1 MB through mosquitto', async () => {
    const { port, subscriptions } = await start(kernel, inPlace);
    const common = ['-h', '127.0.0.1', '-p', String(port)];
    const payload = Buffer.alloc(1_000_000, 'mosquitto ');
    const received = run('mosquitto_sub', [...common, '-t', '#', '-C', '1', '-N']);
    await Promise.race([subscriptions(1), received]);
    await run('mosquitto_pub', [...common, '-t', 'big', '-s'], payload);
    expect((await received) === payload.toString()).toBe(true);
  });

  test('MQTT.js, 5.0 with properties and aliases, and 3.1.1', async () => {
    const { port } = await start(kernel, inPlace);
    const connect = async (options: IClientOptions): Promise<MqttClient> => {
      const connected = await mqtt.connectAsync({ host: '127.0.0.1', port, reconnectPeriod: 0, ...options });
      onTestFinished(() => {
        connected.end(true);
      });
      return connected;
    };
    const aliases = { topicAliasMaximum: 4 };
    const five = await connect({ protocolVersion: 5, properties: aliases });
    const four = await connect({ protocolVersion: 4 });
    const sender = await connect({ protocolVersion: 5 });
    const inboxes = [five, four].map((client) => {
      const messages: (IPublishPacket & { name: string })[] = [];
      return new Promise<typeof messages>((resolve) => {
        client.on('message', (name, _payload, packet) => {
          messages.push({ ...packet, name });
          if (messages.length === 30) resolve(messages);
        });
      });
    });
    await five.subscribeAsync('room/#', { qos: 0, properties: { subscriptionIdentifier: 300 } });
    await four.subscribeAsync('room/#', { qos: 1 });
    for (let i = 0; i < 30; i++) {
      const properties = { contentType: `type ${i}`, userProperties: { k: ['1', '2'] } };
      await sender.publishAsync(`room/${i % 3}`, `payload ${i}`, { qos: (i % 2) as 0 | 1, properties });
    }
    const [toFive, toFour] = await Promise.all(inboxes);
    expect(toFive.map(({ payload }) => payload.toString())).toEqual(
      Array.from({ length: 30 }, (_, i) => `payload ${i}`),
    );
    expect(toFive[29]).toMatchObject({ name: 'room/2', qos: 0 });
    expect(toFive[29].properties).toMatchObject({ contentType: 'type 29', subscriptionIdentifier: 300 });
    expect({ ...toFive[29].properties?.userProperties }).toEqual({ k: ['1', '2'] });
    expect(toFour.map(({ qos }) => qos)).toEqual(Array.from({ length: 30 }, (_, i) => i % 2));
  });

  test('a receiver that does not read is bounded, others get everything, and it goes on when it reads', async () => {
    const { forwarder, port } = await start(kernel, inPlace);
    const slow = await subscribed(port, 'slow', 'a');
    const quick = await subscribed(port, 'quick', 'a');
    const sender = await RawClient.connected(port, 'sender');
    slow.pause();
    let sent = 0;
    while (forwarder.statistics.messagesDropped < 100) {
      const payload = Buffer.alloc(50_000, sent & 0xff);
      payload.writeUInt32BE(sent);
      sender.send(publish(4, 'a', payload));
      const packet = await quick.packet();
      expect(packet.length).toBe(50_007);
      sent++;
    }
    const { outboxes } = forwarder.statistics;
    expect(outboxes.used + outboxes.javascript).toBeLessThan(3_000_000);
    slow.resume();
    slow.send('c000');
    const arrived: number[] = [];
    for (let packet = await slow.packet(); packet[0] !== 0xd0; packet = await slow.packet()) {
      const bytes = Buffer.from(packet);
      const number = bytes.readUInt32BE(7);
      arrived.push(number);
      expect(bytes.subarray(11).every((byte) => byte === (number & 0xff))).toBe(true);
    }
    // in order, without gaps up to where dropping began
    expect(arrived).toEqual(Array.from({ length: sent - 100 }, (_, i) => i));
    expect(forwarder.statistics.outboxes).toMatchObject({ used: 0, javascript: 0 });
  });

  test('a thousand small messages in one write, through two receivers', async () => {
    const { port } = await start(kernel, inPlace);
    const [one, two] = [await subscribed(port, 'one', '#'), await subscribed(port, 'two', '#', 5)];
    const sender = await RawClient.connected(port, 'sender');
    const messages = Array.from({ length: 1000 }, (_, i) => publish(4, `topic/${i % 20}`, `${i}`));
    const expected = Buffer.concat(messages);
    sender.send(expected);
    expect(expected.equals(await one.bytes(expected.length))).toBe(true);
    const five = Buffer.concat(messages.map((_, i) => publish(5, `topic/${i % 20}`, `${i}`)));
    expect(five.equals(await two.bytes(five.length))).toBe(true);
  });
});
