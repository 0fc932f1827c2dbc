import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { TLSSocket } from 'node:tls';
import { promisify } from 'node:util';
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import { afterAll, describe, expect, it } from 'vitest';
import type { Client, Listener } from '../../src/broker/index.ts';
import { WebSocketStream } from '../../src/broker/listeners/web-socket-stream.ts';
import { makeCertificates } from './certificates.ts';
import { atTheEnd } from './cleanup.ts';
import { RawClient, startBroker } from './harness.ts';

const certificates = makeCertificates();
afterAll(certificates.remove);

const { ca, caFile, server, client: device } = certificates;
const tls = { cert: server.cert, key: server.key };
const mutualTls = { ...tls, ca, requestCert: true, rejectUnauthorized: true };

function portOf({ address }: Listener): number {
  return (address as AddressInfo).port;
}

async function dial(url: string, options: IClientOptions = {}): Promise<MqttClient> {
  const client = await connectAsync(url, { ca, reconnectPeriod: 0, ...options }, false);
  atTheEnd(() => client.endAsync(true));
  return client;
}

/** Two clients by the same URL: what one publishes the other gets, with every QoS. */
async function expectsMessages(url: string): Promise<void> {
  const subscriber = await dial(url, { protocolVersion: 5 });
  const publisher = await dial(url);
  const messages: string[] = [];
  const all = new Promise<void>((resolve) => {
    subscriber.on('message', (topic, payload) => {
      messages.push(`${topic} ${payload.length}`);
      if (messages.length === 3) resolve();
    });
  });
  await subscriber.subscribeAsync('t/#', { qos: 2 });
  // more than one record of TLS each
  for (const qos of [0, 1, 2] as const)
    await publisher.publishAsync('t/a', Buffer.alloc(50_000 + qos), { qos });
  await all;
  expect(messages).toEqual(['t/a 50000', 't/a 50001', 't/a 50002']);
}

describe('MQTT over TLS', () => {
  it('serves MQTT.js at mqtts://', async () => {
    const { broker } = await startBroker();
    await expectsMessages(
      `mqtts://localhost:${portOf(await broker.listen({ port: 0, host: 'localhost', tls }))}`,
    );
  });

  it('serves mosquitto_pub and mosquitto_sub', async () => {
    const { broker } = await startBroker();
    const port = portOf(await broker.listen({ port: 0, tls }));
    const subscribed = once(broker, 'subscribe');
    const common = ['-h', '127.0.0.1', '-p', `${port}`, '--cafile', caFile, '-t', 't', '-q', '1'];
    const output = promisify(execFile)('mosquitto_sub', [...common, '-C', '1', '-W', '10']);
    await subscribed;
    await promisify(execFile)('mosquitto_pub', [...common, '-m', 'hello']);
    expect((await output).stdout).toBe('hello\n');
  });

  it('serves plain MQTT beside it', async () => {
    const { broker, port } = await startBroker();
    const connected = once(broker, 'connect');
    await dial(`mqtts://127.0.0.1:${portOf(await broker.listen({ port: 0, tls }))}`);
    await connected;
    await RawClient.connected(port, 'plain');
    expect(broker.clients.size).toBe(2);
  });

  it('warns of a client that does not speak TLS, and serves others', async () => {
    const { broker, logged } = await startBroker();
    const port = portOf(await broker.listen({ port: 0, tls }));
    const client = await RawClient.open(port);
    client.sendConnect('plain');
    await client.drain();
    await logged('TLS handshake with 127.0.0.1 failed');
    await dial(`mqtts://127.0.0.1:${port}`);
  });

  it('is refused by clients that do not trust the certificate', async () => {
    const { broker } = await startBroker();
    const port = portOf(await broker.listen({ port: 0, tls }));
    await expect(dial(`mqtts://127.0.0.1:${port}`, { ca: undefined })).rejects.toThrow(/certificate/);
    expect(broker.clients.size).toBe(0);
  });

  it('does not hold up close with a handshake that is not finished', async () => {
    const { broker } = await startBroker();
    const socket = connect(portOf(await broker.listen({ port: 0, tls })), '127.0.0.1');
    await once(socket, 'connect');
    const closed = once(socket, 'close');
    await broker.close();
    await closed;
  });

  it('closes with clients that are connected', async () => {
    const { broker } = await startBroker();
    const client = await dial(`mqtts://127.0.0.1:${portOf(await broker.listen({ port: 0, tls }))}`);
    const closed = new Promise<void>((resolve) => client.once('close', resolve));
    await broker.close();
    await closed;
  });
});

describe('client certificates', () => {
  it('can be looked at to authenticate, and later', async () => {
    const { broker } = await startBroker({
      authenticate: ({ stream }) => {
        const { subject } = (stream as TLSSocket).getPeerCertificate();
        return { data: subject.CN };
      },
    });
    const connected = once(broker, 'connect') as Promise<[Client]>;
    const port = portOf(await broker.listen({ port: 0, tls: mutualTls }));
    await dial(`mqtts://127.0.0.1:${port}`, { cert: device.cert, key: device.key });
    const [{ data, stream, remoteAddress }] = await connected;
    expect(data).toBe('device-1');
    expect(stream).toBeInstanceOf(TLSSocket);
    expect((stream as TLSSocket).authorized).toBe(true);
    expect(remoteAddress).toBe('127.0.0.1');
  });

  it('are demanded before a byte of MQTT is read', async () => {
    const { broker, logged } = await startBroker();
    const port = portOf(await broker.listen({ port: 0, tls: mutualTls }));
    await expect(dial(`mqtts://127.0.0.1:${port}`)).rejects.toThrow();
    await logged('peer did not return a certificate');
    expect(broker.statistics.connections.opened).toBe(0);
  });

  it('are in reach behind a WebSocket', async () => {
    const { broker } = await startBroker();
    const connected = once(broker, 'connect') as Promise<[Client]>;
    const port = portOf(await broker.listen({ port: 0, webSocket: true, tls: mutualTls }));
    const certificate = { cert: device.cert, key: device.key };
    await dial(`wss://127.0.0.1:${port}/mqtt`, { ...certificate, wsOptions: { ca, ...certificate } });
    const [{ stream }] = await connected;
    expect(stream).toBeInstanceOf(WebSocketStream);
    const socket = (stream as WebSocketStream).socket as TLSSocket;
    expect(socket.getPeerCertificate().subject.CN).toBe('device-1');
  });
});

describe('MQTT over WebSocket over TLS', () => {
  it('serves MQTT.js at wss://', async () => {
    const { broker } = await startBroker();
    const listener = await broker.listen({ port: 0, webSocket: { path: '/mqtt' }, tls });
    await expectsMessages(`wss://127.0.0.1:${portOf(listener)}/mqtt`);
  });

  it('does not hold up close with a handshake of TLS that is not finished', async () => {
    const { broker } = await startBroker();
    const socket = connect(portOf(await broker.listen({ port: 0, webSocket: true, tls })), '127.0.0.1');
    await once(socket, 'connect');
    const closed = once(socket, 'close');
    await broker.close();
    await closed;
  });
});

describe('a listener that is closed', () => {
  it.each([
    { url: 'mqtt', options: {} },
    { url: 'mqtts', options: { tls } },
    { url: 'ws', options: { webSocket: true } },
    { url: 'wss', options: { tls, webSocket: true } },
  ])('goes on serving those who are connected by $url://', async ({ url, options }) => {
    const { broker } = await startBroker();
    const listener = await broker.listen({ port: 0, ...options });
    const address = `${url}://127.0.0.1:${portOf(listener)}`;
    const client = await dial(address, { protocolVersion: 5 });
    const closed = listener.close();
    await expect(dial(address)).rejects.toThrow(/ECONNREFUSED/);
    await client.publishAsync('t', 'still here', { qos: 1 });
    await client.endAsync();
    await closed;
  });
});
