import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { WebSocketClient } from './web-socket-client.ts';
import { openWebSockets } from './web-socket-listener.ts';

const MEBIBYTE = 1_048_576;

describe('the stream of a WebSocket', () => {
  it('knows the peer and the request', async () => {
    const { url, stream } = await openWebSockets();
    const { webSocket } = await WebSocketClient.open(url, 'mqtt', { headers: { 'x-tenant': 'a' } });
    const { remoteAddress, remotePort, headers, socket } = await stream();
    expect(remoteAddress).toBe('127.0.0.1');
    expect(remotePort).toBe(socket.remotePort);
    expect(headers).toMatchObject({ 'x-tenant': 'a', 'sec-websocket-protocol': 'mqtt' });
    expect(webSocket.readyState).toBe(webSocket.OPEN);
  });

  it('makes a binary message of each write, also of those that are written together', async () => {
    const { url, stream } = await openWebSockets();
    const client = await WebSocketClient.open(url);
    const messages: string[] = [];
    client.webSocket.on('message', (data, isBinary) => messages.push(`${isBinary} ${data}`));
    const server = await stream();
    server.write('one');
    server.cork();
    server.write('two');
    server.write('three');
    server.write('');
    server.uncork();
    server.end('four');
    expect(await client.closed).toBe(1000);
    expect(messages).toEqual(['true one', 'true two', 'true three', 'true four']);
  });

  it('waits with what it writes for a client that does not read', async () => {
    const { url, stream } = await openWebSockets();
    const client = await WebSocketClient.open(url);
    client.webSocket.pause();
    const server = await stream();
    const chunk = Buffer.alloc(MEBIBYTE);
    let written = 0;
    while (written < 200 && (server.write(chunk) || (await isDrained(server)))) written++;
    // the buffers of the operating system are all that is filled
    expect(written).toBeLessThan(200);
    expect(server.writableNeedDrain).toBe(true);
    expect(server.socket.writableLength).toBeLessThan(2 * MEBIBYTE);
    client.webSocket.resume();
    await once(server, 'drain');
  });

  it('makes a client wait that sends more than is read', async () => {
    const { url, stream } = await openWebSockets();
    const client = await WebSocketClient.open(url);
    const server = await stream();
    const total = 100;
    for (let i = 0; i < total; i++) client.send(Buffer.alloc(MEBIBYTE, i));
    await delay(300);
    expect(server.readableLength).toBeLessThan(4 * MEBIBYTE);
    expect(client.webSocket.bufferedAmount).toBeGreaterThan(50 * MEBIBYTE);
    let received = 0;
    for await (const bytes of server) {
      expect(bytes[0]).toBe(Math.floor(received / MEBIBYTE));
      received += bytes.length;
      if (received === total * MEBIBYTE) break;
    }
    expect(received).toBe(total * MEBIBYTE);
  });

  it('ends when the client closes, and with it the connection', async () => {
    const { url, stream } = await openWebSockets();
    const client = await WebSocketClient.open(url);
    const server = await stream();
    client.send('01 02');
    client.webSocket.close(1000);
    expect(await text(server)).toBe('\u0001\u0002');
    expect(await client.closed).toBe(1000);
  });

  it('ends without an error though it writes while the client closes', async () => {
    const { url, stream } = await openWebSockets();
    const client = await WebSocketClient.open(url);
    const server = await stream();
    const errors: Error[] = [];
    server.on('error', (error) => errors.push(error));
    const timer = setInterval(() => server.writable && server.write('more'), 1);
    client.webSocket.close(1000);
    server.resume();
    await once(server, 'close');
    clearInterval(timer);
    expect(errors).toEqual([]);
  });

  it('is cut when it is destroyed', async () => {
    const { url, stream } = await openWebSockets();
    const client = await WebSocketClient.open(url);
    const server = await stream();
    server.destroy();
    await once(server, 'close');
    expect(await client.closed).toBe(1006);
  });

  it('is over soon though the peer does not answer that it closes', async () => {
    const { url, stream } = await openWebSockets();
    const client = await WebSocketClient.open(url);
    client.webSocket.pause();
    const server = await stream();
    server.resume();
    server.end();
    await once(server, 'close');
  });

  it('reads no message beyond twice the largest packet', async () => {
    const { url, stream } = await openWebSockets(true, 1000);
    const client = await WebSocketClient.open(url);
    const failed = once(await stream(), 'error');
    client.send(new Uint8Array(2000));
    client.send(new Uint8Array(2001));
    expect(await client.closed).toBe(1009);
    expect(String(await failed)).toContain('Max payload size exceeded');
  });

  it('reads messages of the size that is set', async () => {
    const { url, stream } = await openWebSockets({ maxMessageSize: 10 });
    const client = await WebSocketClient.open(url);
    (await stream()).resume();
    client.send(new Uint8Array(10));
    client.send(new Uint8Array(11));
    expect(await client.closed).toBe(1009);
  });

  it('answers pings, but does not heap up answers that nobody reads', async () => {
    const { url, stream } = await openWebSockets();
    const client = await WebSocketClient.open(url);
    const server = await stream();
    client.webSocket.ping('hello');
    const [answer] = await once(client.webSocket, 'pong');
    expect(String(answer)).toBe('hello');

    client.webSocket.pause();
    const ping = Buffer.alloc(125);
    for (let round = 0; round < 200; round++) {
      for (let i = 0; i < 500; i++) client.webSocket.ping(ping);
      await delay(0);
    }
    expect(server.socket.writableLength).toBeLessThan(MEBIBYTE);
  });

  it('fails with what is no WebSocket frame', async () => {
    const { url, stream } = await openWebSockets();
    const client = await WebSocketClient.open(url);
    const server = await stream();
    const failed = once(server, 'error');
    // reserved bits, not masked
    Reflect.get(client.webSocket, '_socket').write(Buffer.from('ff00', 'hex'));
    expect(await client.closed).toBe(1002);
    await failed;
  });
});

/** Whether the stream takes more within a while. */
async function isDrained(stream: Duplex): Promise<boolean> {
  return Promise.race([once(stream, 'drain').then(() => true), delay(300, false)]);
}
