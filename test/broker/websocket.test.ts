import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { connectAsync } from 'mqtt';
import { describe, expect, it } from 'vitest';
import { type Client, createBroker } from '../../src/broker/index.ts';
import { WebSocketStream } from '../../src/broker/listeners/web-socket-stream.ts';
import { importOptional } from '../../src/broker/optional-package.ts';
import { hex } from '../vectors/hex.ts';
import { atTheEnd } from './cleanup.ts';
import { connectPacket, publishPacket, RawClient, startBroker, subscribePacket } from './harness.ts';
import { WebSocketClient } from './web-socket-client.ts';
import { openWebSockets, portOf, urlOf } from './web-socket-listener.ts';

const MEBIBYTE = 1_048_576;

/** Status and body of a plain HTTP request. */
async function get(url: string): Promise<[status: number | undefined, body: string]> {
  const sent = request(url.replace('ws:', 'http:'));
  sent.end();
  const [response] = await once(sent, 'response');
  return [response.statusCode, await text(response)];
}

describe('the handshake', () => {
  it('is accepted on any path, as there is nothing else at the port', async () => {
    const { url } = await openWebSockets();
    for (const path of ['', '/', '/mqtt', '/ws?token=1']) await WebSocketClient.open(url + path);
  });

  it('is accepted only on the path that is set, with any query', async () => {
    const { url } = await openWebSockets({ path: '/mqtt' });
    await WebSocketClient.open(`${url}/mqtt`);
    await WebSocketClient.open(`${url}/mqtt?token=1`);
    for (const path of ['', '/', '/mqtt/', '/other']) {
      await expect(WebSocketClient.open(url + path)).rejects.toThrow('404');
    }
  });

  it('selects mqttv3.1 for old clients that offer nothing else', async () => {
    const { url } = await openWebSockets();
    const { webSocket } = await WebSocketClient.open(url, ['mqttv3.1']);
    expect(webSocket.protocol).toBe('mqttv3.1');
  });

  it('does not agree to compress', async () => {
    const { url } = await openWebSockets();
    const { webSocket } = await WebSocketClient.open(url, 'mqtt', { perMessageDeflate: true });
    expect(webSocket.extensions).toBe('');
  });

  it('tells a browser or a health check what the port is for', async () => {
    const { url } = await openWebSockets({ path: '/mqtt' });
    expect(await get(`${url}/mqtt`)).toEqual([426, 'MQTT over WebSocket\n']);
    expect(await get(`${url}/`)).toEqual([404, 'Not found\n']);
  });

  it('takes no path that could never be asked for', async () => {
    await expect(openWebSockets({ path: 'mqtt' })).rejects.toThrow(
      'webSocket.path has to begin with /, got "mqtt"',
    );
  });

  it('does not hold up close if it is not finished', async () => {
    const { listener } = await openWebSockets();
    const socket = connect(portOf(listener), '127.0.0.1');
    socket.on('error', () => {});
    await once(socket, 'connect');
    socket.write('GET /mqtt HTTP/1.1\r\n');
    await delay(50);
    const closed = once(socket, 'close');
    await listener.close();
    await closed;
  });
});

describe('a broker that listens for WebSockets', () => {
  it('serves MQTT.js at an address without path', async () => {
    const { broker } = await startBroker();
    const url = urlOf(await broker.listen({ port: 0, webSocket: true }));
    const subscriber = await connectAsync(url, { protocolVersion: 5 });
    const publisher = await connectAsync(url);
    atTheEnd(() => Promise.all([subscriber.endAsync(), publisher.endAsync()]));
    const messages: string[] = [];
    const all = new Promise<void>((resolve) => {
      subscriber.on('message', (topic, payload, { qos }) => {
        messages.push(`${topic} ${qos} ${payload}`);
        if (messages.length === 3) resolve();
      });
    });
    await subscriber.subscribeAsync('t/#', { qos: 2 });
    for (const qos of [0, 1, 2] as const) await publisher.publishAsync('t/a', `message ${qos}`, { qos });
    await all;
    expect(messages).toEqual(['t/a 0 message 0', 't/a 1 message 1', 't/a 2 message 2']);
  });

  it('tells a client over WebSocket why it is disconnected, and closes', async () => {
    const { broker } = await startBroker();
    const url = urlOf(await broker.listen({ port: 0, webSocket: true }));
    const client = await WebSocketClient.open(url);
    client.send(connectPacket('a', 5));
    await client.packet();
    broker.disconnect('a', { reasonCode: 0x98 });
    await client.expects('e0 01 98');
    expect(await client.expectsClose()).toBe(1000);
  });

  it('knows the address of clients over WebSocket', async () => {
    const { broker } = await startBroker();
    const connected = once(broker, 'connect') as Promise<[Client]>;
    const client = await WebSocketClient.open(urlOf(await broker.listen({ port: 0, webSocket: true })));
    client.send(connectPacket('a'));
    const [{ remoteAddress, remotePort, stream }] = await connected;
    expect({ remoteAddress, remotePort }).toEqual({
      remoteAddress: '127.0.0.1',
      remotePort: expect.any(Number),
    });
    expect(stream).toBeInstanceOf(WebSocketStream);
  });

  it('says what is wrong with a client that sends text', async () => {
    const { broker, logged } = await startBroker();
    const client = await WebSocketClient.open(urlOf(await broker.listen({ port: 0, webSocket: true })));
    client.sendText('hello');
    await logged('WebSocket text frame received');
    expect(await client.closed).toBe(1003);
  });

  it('takes packets as large as its limit, and says if they are larger', async () => {
    const { broker } = await startBroker({ maxPacketSize: 5_000_000 });
    const url = urlOf(await broker.listen({ port: 0, webSocket: true }));
    const client = await connectAsync(url, { protocolVersion: 5, reconnectPeriod: 0 });
    atTheEnd(() => client.endAsync(true));
    await client.publishAsync('t', Buffer.alloc(4_900_000), { qos: 1 });
    const disconnect = new Promise((resolve) => client.once('disconnect', resolve));
    client.publish('t', Buffer.alloc(5_100_000));
    expect(await disconnect).toMatchObject({ reasonCode: 0x95 });
  });

  it('drops messages for a client over WebSocket that does not read, and goes on when it does', async () => {
    const { broker, port } = await startBroker({ maxBacklogBytes: MEBIBYTE });
    const url = urlOf(await broker.listen({ port: 0, webSocket: true }));
    const subscriber = await WebSocketClient.open(url);
    subscriber.send(`${connectPacket('slow')} ${subscribePacket('t')}`);
    await subscriber.expects('20 02 00 00 90 03 0001 00');
    subscriber.webSocket.pause();
    const publisher = await RawClient.connected(port, 'fast');
    const packet = hex(publishPacket('t', '.'.repeat(60_000)));
    let sent = 0;
    for (; sent < 2000 && broker.statistics.messages.dropped === 0; sent++) {
      await publisher.sent(packet);
      await publisher.expectsNothing();
    }
    expect(sent).toBeLessThan(2000);
    subscriber.webSocket.resume();
    for (let i = 0; i < sent - 1; i++) await subscriber.expects(packet);
    expect(broker.statistics.messages.dropped).toBe(1);
    await publisher.publish('t', 'again');
    await subscriber.expects(publishPacket('t', 'again'));
  });

  it('closes with clients over WebSocket that do not answer', async () => {
    const broker = createBroker();
    const client = await WebSocketClient.open(urlOf(await broker.listen({ port: 0, webSocket: true })));
    client.send(connectPacket('a'));
    await once(broker, 'connect');
    client.webSocket.pause();
    await broker.close({ timeout: 100 });
    expect(broker.clients.size).toBe(0);
  });

  it('serves a reverse proxy by a Unix domain socket', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'wasmqtt-websocket-'));
    atTheEnd(() => rmSync(folder, { recursive: true }));
    const { broker } = await startBroker();
    const path = join(folder, 'mqtt.sock');
    await broker.listen({ path, webSocket: { path: '/mqtt' } });
    const client = await WebSocketClient.open(`ws+unix:${path}:/mqtt`);
    client.send(connectPacket('a'));
    await client.expects('20 02 00 00');
    await broker.close();
    await client.closed;
  });
});

describe('an optional package', () => {
  const missing = Object.assign(new Error("Cannot find package 'ws'"), { code: 'ERR_MODULE_NOT_FOUND' });

  it('is asked for if it is not installed', async () => {
    const loaded = importOptional('ws', 'WebSocket listeners', () => Promise.reject(missing));
    await expect(loaded).rejects.toMatchObject({
      message: 'WebSocket listeners need the package ws: npm install ws',
      cause: missing,
    });
  });

  it('fails as it does if it is', async () => {
    const broken = new Error('broken');
    await expect(importOptional('ws', 'WebSocket listeners', () => Promise.reject(broken))).rejects.toBe(
      broken,
    );
  });
});
