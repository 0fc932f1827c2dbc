import { execFile, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Listener, type ListenOptions, openListener } from '../../src/broker/listeners/listener.ts';
import { makeCertificates } from './certificates.ts';
import { atTheEnd } from './cleanup.ts';
import { startBroker } from './harness.ts';

const noError = (error: Error) => {
  throw error;
};

/** Answers with what it is sent, in capitals, when that has ended. */
function shout(stream: Duplex): void {
  let sent = '';
  stream.on('data', (chunk: Buffer) => {
    sent += chunk.toString();
  });
  stream.on('end', () => stream.end(sent.toUpperCase()));
  // of somebody who has only looked whether there is a listener
  stream.on('error', () => {});
}

async function open(options: ListenOptions, onStream: (stream: Duplex) => void = shout): Promise<Listener> {
  const listener = await openListener(options, onStream, noError);
  atTheEnd(() => listener.close());
  return listener;
}

function portOf(listener: Listener): number {
  return (listener.address as AddressInfo).port;
}

async function dial(place: number | string): Promise<Socket> {
  const socket = typeof place === 'number' ? connect(place, '127.0.0.1') : connect(place);
  atTheEnd(() => socket.destroy());
  await once(socket, 'connect');
  return socket;
}

async function conversation(place: number | string): Promise<string> {
  const socket = await dial(place);
  socket.end('hello');
  return text(socket);
}

function temporaryPath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'wasmqtt-listener-'));
  atTheEnd(() => rmSync(folder, { recursive: true }));
  return join(folder, 'mqtt.sock');
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('a TCP listener', () => {
  it('hands over connections, and tells the port that it took', async () => {
    const listener = await open({ port: 0 });
    expect(listener.address).toMatchObject({ address: '127.0.0.1', family: 'IPv4' });
    expect(await conversation(portOf(listener))).toBe('HELLO');
  });

  it('sends answers to clients that have closed their end already', async () => {
    const listener = await open({ port: 0 }, (stream) => {
      stream.resume().on('end', () => setTimeout(() => stream.end('late'), 20));
    });
    expect(await conversation(portOf(listener))).toBe('late');
  });

  it('is by default where MQTT is expected, on this machine only', async () => {
    const { server, remove } = makeCertificates();
    atTheEnd(remove);
    const places: unknown[] = [];
    vi.spyOn(Server.prototype, 'listen').mockImplementation(function (this: Server, ...values: unknown[]) {
      places.push(values[0]);
      (values[1] as () => void)();
      return this;
    });
    const tls = { cert: server.cert, key: server.key };
    for (const options of [{}, { tls }, { webSocket: true }, { tls, webSocket: true }]) {
      await openListener(options, shout, noError);
    }
    expect(places).toMatchObject([1883, 8883, 8083, 8084].map((port) => ({ host: '127.0.0.1', port })));
  });

  it('rejects with the error of the system when the port is taken', async () => {
    const port = portOf(await open({ port: 0 }));
    await expect(open({ port })).rejects.toMatchObject({ code: 'EADDRINUSE', port });
  });

  it('rejects what is no port, and what is no certificate', async () => {
    await expect(open({ port: 65_536 })).rejects.toThrow(RangeError);
    await expect(open({ port: 0, tls: { cert: 'none', key: 'none' } })).rejects.toThrow(/PEM/i);
  });

  it('tells of errors that come later', async () => {
    const errors: Error[] = [];
    const listen = vi.spyOn(Server.prototype, 'listen');
    const listener = await openListener({ port: 0 }, shout, (error) => errors.push(error));
    atTheEnd(() => listener.close());
    const [server] = listen.mock.contexts as Server[];
    const failure = Object.assign(new Error('accept EMFILE'), { code: 'EMFILE' });
    server.emit('error', failure);
    expect(errors).toEqual([failure]);
  });

  it('accepts nobody after close, which resolves when the last connection is over', async () => {
    const listener = await open({ port: 0 });
    const socket = await dial(portOf(listener));
    let isClosed = false;
    const closed = listener.close().then(() => {
      isClosed = true;
    });
    await expect(dial(portOf(listener))).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(isClosed).toBe(false);
    socket.end('still there');
    expect(await text(socket)).toBe('STILL THERE');
    await closed;
    await listener.close();
  });
});

describe('a Unix domain socket', () => {
  it('is listened on, and removed at the end', async () => {
    const path = temporaryPath();
    const listener = await open({ path });
    expect(listener.address).toBe(path);
    expect(await conversation(path)).toBe('HELLO');
    await listener.close();
    expect(existsSync(path)).toBe(false);
  });

  it('serves mosquitto_pub and mosquitto_sub', async () => {
    const path = temporaryPath();
    const { broker } = await startBroker();
    await broker.listen({ path });
    const subscribed = once(broker, 'subscribe');
    const common = ['--unix', path, '-t', 't', '-q', '1'];
    const output = promisify(execFile)('mosquitto_sub', [...common, '-C', '1', '-W', '10']);
    await subscribed;
    await promisify(execFile)('mosquitto_pub', [...common, '-m', 'hello']);
    expect((await output).stdout).toBe('hello\n');
  });

  it('replaces what a process that was killed has left behind', async () => {
    const path = temporaryPath();
    leaveSocket(path);
    await open({ path });
    expect(await conversation(path)).toBe('HELLO');
  });

  it('is not taken from a process that listens', async () => {
    const path = temporaryPath();
    await open({ path });
    await expect(open({ path })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    expect(await conversation(path)).toBe('HELLO');
  });

  it('does not replace a file of another kind', async () => {
    const path = temporaryPath();
    writeFileSync(path, 'precious');
    await expect(open({ path })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    expect(readFileSync(path, 'utf8')).toBe('precious');
  });
});

/** Makes a socket file without anybody who listens: Node removes its own when it closes. */
function leaveSocket(path: string): void {
  const script = `require('net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))`;
  spawnSync(process.execPath, ['-e', script, path]);
  expect(existsSync(path)).toBe(true);
}
