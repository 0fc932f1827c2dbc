import { once } from 'node:events';
import { connect, Socket } from 'node:net';
import { finished } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { receive } from '../../src/forward/reception.ts';
import {
  acceptedPair,
  addressOf,
  closeAll,
  listen,
  Memory,
  pattern,
  Recorder,
  track,
  turns,
} from './reception-peers.ts';

afterEach(closeAll);

function getConnections(server: {
  getConnections(callback: (error: Error | null, count: number) => void): void;
}) {
  return new Promise<number>((resolve) => server.getConnections((_, count) => resolve(count)));
}

describe('the server of a socket that was wrapped again', () => {
  it('counts it, and closes when it is gone', async () => {
    const { server, peer, recorder, accepted } = await acceptedPair();
    expect(await getConnections(server)).toBe(1);
    let isClosed = false;
    const closed = once(server, 'close').then(() => {
      isClosed = true;
    });
    server.close();
    await turns();
    expect(isClosed).toBe(false);
    expect(await getConnections(server)).toBe(1);
    accepted.unref().ref();
    peer.end();
    await recorder.closed;
    await closed;
    expect(await getConnections(server)).toBe(0);
  });

  it('counts down once for each of many', async () => {
    const { area } = new Memory();
    const server = await listen();
    const receptions = [...Array(5)].map(() => track(connect(addressOf(server))));
    const accepted: [Socket, Recorder][] = [];
    await new Promise<void>((resolve) => {
      server.on('connection', (socket: Socket) => {
        const recorder = new Recorder(area);
        receive(socket, area, recorder);
        if (accepted.push([socket, recorder]) === receptions.length) resolve();
      });
    });
    expect(await getConnections(server)).toBe(5);
    for (const [index, [socket, recorder]] of accepted.entries()) {
      socket.destroy();
      socket.destroy();
      await recorder.closed;
      expect(await getConnections(server)).toBe(4 - index);
    }
  });
});

describe('a Node whose sockets ignore that they are to read in place', () => {
  /** Whether they ignore it with any handle, or only with one of the operating system. */
  let isNoticed = true;

  beforeAll(() => {
    vi.resetModules();
    vi.doMock('node:net', async () => {
      const net = await vi.importActual<typeof import('node:net')>('node:net');
      function Ignorant(options: { handle: object }): Socket {
        const ignores = isNoticed || 'readStart' in options.handle;
        return new net.Socket((ignores ? { ...options, onread: undefined } : options) as object);
      }
      Ignorant.prototype = net.Socket.prototype;
      return { ...net, Socket: Ignorant };
    });
  });

  afterAll(() => {
    vi.doUnmock('node:net');
    vi.resetModules();
  });

  for (const noticed of [true, false]) {
    it(`loses nothing, ${noticed ? 'as it is noticed at the start' : 'though it is not noticed'}`, async () => {
      isNoticed = noticed;
      vi.resetModules();
      const ignorant = await import('../../src/forward/reception.ts');
      expect(ignorant.canReadInPlace()).toBe(!noticed);
      const { area } = new Memory();
      const recorder = new Recorder(area);
      const server = await listen();
      const peer = track(connect(addressOf(server)));
      const [socket] = (await once(server, 'connection')) as [Socket];
      expect(ignorant.receive(socket, area, recorder).isInPlace).toBe(!noticed);
      const bytes = pattern(300_000);
      peer.end(bytes);
      await recorder.closed;
      expect(recorder.bytes.equals(bytes)).toBe(true);
      expect(recorder.summary).toBe('chunk end close');
    });
  }
});

describe('a socket that was handed in and wrapped again', () => {
  it('is another object than the one in use', async () => {
    const { accepted, reception } = await acceptedPair();
    expect(reception.stream).not.toBe(accepted);
    expect(reception.stream).toBeInstanceOf(Socket);
    expect(accepted).toBeInstanceOf(Socket);
  });

  it('leaves its listeners, once and for all, and takes new ones', async () => {
    const events: string[] = [];
    const { peer, recorder, accepted, reception } = await acceptedPair({}, (socket) => {
      socket.on('end', () => events.push('end'));
      socket.once('close', (hadError) => events.push(`close ${hadError}`));
      socket.on('own', (value) => events.push(`own ${value}`));
      socket.once('own', (value) => events.push(`once ${value}`));
    });
    accepted.on('close', () => events.push('late'));
    accepted.emit('own', 1);
    reception.stream.emit('own', 2);
    peer.end();
    await recorder.closed;
    await turns();
    expect(events).toEqual(['own 1', 'once 1', 'own 2', 'end', 'close false', 'late']);
    const atEnd = reception.stream.listeners('end');
    expect(new Set(atEnd).size).toBe(atEnd.length);
  });

  it('does not leave an error to nobody', async () => {
    const errors: Error[] = [];
    const { accepted, recorder } = await acceptedPair({}, (socket) =>
      socket.on('error', (e) => errors.push(e)),
    );
    accepted.destroy(new Error('enough'));
    await recorder.closed;
    expect(errors.map(({ message }) => message)).toEqual(['enough']);
    expect(recorder.errors).toEqual(errors);
  });

  it('leaves its timeout', async () => {
    let count = 0;
    const { reception, accepted } = await acceptedPair({}, (socket) => socket.setTimeout(20, () => count++));
    const stream = reception.stream as Socket;
    expect(stream.timeout).toBe(20);
    stream.on('timeout', () => count++);
    await once(stream, 'timeout');
    await turns();
    expect(count).toBe(2);
    accepted.setTimeout(0);
    expect(stream.timeout).toBe(0);
  });

  it('leaves its addresses, settings, counts and whatever was put on it', async () => {
    const { peer, recorder, reception, server, accepted } = await acceptedPair(
      {
        noDelay: true,
        keepAlive: true,
        keepAliveInitialDelay: 3_000,
        highWaterMark: 12_345,
        allowHalfOpen: true,
      },
      (socket) => {
        socket.setMaxListeners(77);
        Object.assign(socket, { session: 'mine' });
      },
    );
    const stream = reception.stream as Socket;
    expect(stream.remotePort).toBe(peer.localPort);
    expect(stream.remoteAddress).toBe('127.0.0.1');
    expect(stream.localPort).toBe(peer.remotePort);
    expect(stream.readableHighWaterMark).toBe(12_345);
    expect(stream.writableHighWaterMark).toBe(12_345);
    expect(stream.allowHalfOpen).toBe(true);
    expect(stream.getMaxListeners()).toBe(77);
    expect(stream).toMatchObject({ session: 'mine', server });
    peer.write('12345');
    await recorder.has(5);
    expect(stream.bytesRead).toBe(5);
    expect(accepted.bytesRead).toBe(5);
    // the handle is told of a change only: that there is one has to be known
    const told: unknown[] = [];
    const { _handle: handle } = stream as unknown as { _handle: { setNoDelay(value: boolean): void } };
    handle.setNoDelay = (value) => told.push(value);
    stream.setNoDelay(true).setNoDelay(false);
    expect(told).toEqual([false]);
  });

  it('goes on as another name of the other', async () => {
    const { peer, recorder, accepted, reception, server } = await acceptedPair();
    const text = once(peer.setEncoding('utf8'), 'data');
    expect(accepted.write('by its old name')).toBe(true);
    expect((await text)[0]).toBe('by its old name');
    expect(accepted.setNoDelay(true)).toBe(accepted);
    expect(accepted.remotePort).toBe(peer.localPort);
    expect(accepted.readyState).toBe('open');
    expect(accepted.pause()).toBe(accepted);
    peer.write('hello');
    await turns(50);
    expect(recorder.length).toBe(0);
    accepted.resume();
    await recorder.has(5);
    const over = new Promise((resolve) => finished(accepted, resolve));
    peer.on('error', () => {});
    accepted.destroy();
    await recorder.closed;
    expect(await over).toMatchObject({ code: 'ERR_STREAM_PREMATURE_CLOSE' });
    expect(reception.stream.destroyed).toBe(true);
    expect(accepted.destroyed).toBe(true);
    expect(accepted.readyState).toBe('closed');
    expect(await getConnections(server)).toBe(0);
  });

  it('says that it is finished when the other is', async () => {
    const { peer, recorder, accepted } = await acceptedPair();
    const over = new Promise((resolve) => finished(accepted, resolve));
    peer.end();
    await recorder.closed;
    expect(await over).toBe(undefined);
    expect(await new Promise((resolve) => finished(accepted, resolve))).toBe(undefined);
  });

  it('still is destroyed by its signal', async () => {
    const { area } = new Memory();
    const recorder = new Recorder(area);
    const server = await listen();
    const abort = new AbortController();
    const socket = track(connect({ ...addressOf(server), signal: abort.signal } as never));
    await once(socket, 'connect');
    expect(receive(socket, area, recorder).isInPlace).toBe(true);
    abort.abort();
    await recorder.closed;
    expect(recorder.errors).toMatchObject([{ name: 'AbortError' }]);
  });
});
