import { once } from 'node:events';
import { connect, Socket } from 'node:net';
import { Duplex, finished, PassThrough } from 'node:stream';
import { connect as connectTls, createServer as createTlsServer, type TLSSocket } from 'node:tls';
import * as fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { canReadInPlace, connectSocket, receive } from '../../src/forward/reception.ts';
import {
  acceptedPair,
  addressOf,
  closeAll,
  listen,
  Memory,
  pattern,
  Recorder,
  socketPath,
  track,
  turns,
} from './reception-peers.ts';

afterEach(closeAll);

const LENGTHS = [1, 17, 65_536, 65_537, 5_000_000];

/** Cuts bytes at the given places, each between 0 and 1. */
function split(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [
    0,
    ...cuts.map((cut) => Math.floor(cut * bytes.length)).sort((a, b) => a - b),
    bytes.length,
  ];
  return places.slice(1).map((end, i) => bytes.subarray(places[i], end));
}

/** Writes each piece in a turn of its own. */
async function writePieces(socket: Duplex, pieces: readonly Buffer[]): Promise<void> {
  for (const piece of pieces) {
    if (!socket.write(piece)) await once(socket, 'drain');
    else await turns(1);
  }
}

const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 30 });

function getConnections(server: {
  getConnections(callback: (error: Error | null, count: number) => void): void;
}) {
  return new Promise<number>((resolve) => server.getConnections((_, count) => resolve(count)));
}

describe('bytes come whole and in order', () => {
  it('in place is possible on this Node', () => {
    expect(canReadInPlace()).toBe(true);
  });

  for (const length of LENGTHS) {
    it(`${length} bytes to an accepted socket, in any pieces`, async () => {
      await fc.assert(
        fc.asyncProperty(cuts, fc.nat(), async (places, seed) => {
          const { peer, recorder, reception, memory } = await acceptedPair();
          const bytes = pattern(length, seed);
          expect(reception.isInPlace).toBe(true);
          await writePieces(peer, split(bytes, places));
          peer.end();
          await recorder.closed;
          expect(recorder.bytes.equals(bytes)).toBe(true);
          expect(recorder.summary).toBe('in place end close');
          expect(memory.isIntactAround).toBe(true);
          closeAll();
        }),
        { numRuns: length > 1_000_000 ? 3 : 10 },
      );
    });

    it(`${length} bytes to a client, in any pieces`, async () => {
      await fc.assert(
        fc.asyncProperty(cuts, fc.nat(), async (places, seed) => {
          const server = await listen();
          const { area } = new Memory();
          const recorder = new Recorder(area);
          const bytes = pattern(length, seed);
          server.on('connection', async (peer: Socket) => {
            await writePieces(peer, split(bytes, places));
            peer.end();
          });
          const reception = connectSocket(addressOf(server), area, recorder);
          expect(reception.isInPlace).toBe(true);
          await recorder.closed;
          expect(recorder.bytes.equals(bytes)).toBe(true);
          expect(recorder.summary).toBe('in place end close');
          closeAll();
        }),
        { numRuns: length > 1_000_000 ? 3 : 10 },
      );
    });
  }

  it('of 200 connections that read to one area by turns', async () => {
    const { area } = new Memory();
    const server = await listen();
    const recorders = new Map<number, Recorder>();
    const accepted = new Promise<void>((resolve) => {
      server.on('connection', (socket: Socket) => {
        const recorder = new Recorder(area);
        recorders.set(socket.remotePort ?? 0, recorder);
        receive(socket, area, recorder);
        if (recorders.size === 200) resolve();
      });
    });
    const peers = Array.from({ length: 200 }, () => track(connect(addressOf(server))));
    await Promise.all([accepted, ...peers.map((peer) => once(peer, 'connect'))]);
    const sent = peers.map((_, i) => pattern(500 + i * 37, i + 1));
    const queues = sent.map((bytes, i) => split(bytes, [0.1, 0.3, 0.31, 0.5 + (i % 7) / 20, 0.9]));
    while (queues.some((queue) => queue.length > 0)) {
      queues.forEach((queue, i) => {
        const piece = queue.shift();
        if (piece !== undefined) peers[i].write(piece);
      });
      await turns(1);
    }
    const ports = peers.map(({ localPort }) => localPort ?? 0);
    for (const peer of peers) peer.end();
    await Promise.all(ports.map((port) => recorders.get(port)?.closed));
    ports.forEach((port, i) => {
      expect(recorders.get(port)?.summary).toBe('in place end close');
      expect(recorders.get(port)?.bytes.equals(sent[i])).toBe(true);
    });
  });

  it('over a Unix domain socket, both ways', async () => {
    const path = socketPath();
    const { area } = new Memory();
    const client = new Recorder(area);
    const bytes = pattern(200_000);
    const server = await listen({}, { path });
    server.on('connection', (socket: Socket) => {
      const recorder = new Recorder(area);
      const { stream, isInPlace } = receive(socket, area, recorder);
      expect(isInPlace).toBe(true);
      recorder.has(bytes.length).then(() => stream.end(recorder.bytes));
    });
    const reception = connectSocket({ path }, area, client);
    expect(reception.isInPlace).toBe(true);
    reception.stream.write(bytes);
    await client.closed;
    expect(client.bytes.equals(bytes)).toBe(true);
  });

  it('to a client socket that is handed over when it is connected', async () => {
    const { area } = new Memory();
    const recorder = new Recorder(area);
    const server = await listen();
    server.on('connection', (peer: Socket) => peer.end('hello'));
    const socket = track(connect(addressOf(server)));
    await new Promise((resolve) =>
      socket.on('connect', resolve).on('connect', () => receive(socket, area, recorder)),
    );
    await recorder.closed;
    expect(recorder.bytes.toString()).toBe('hello');
    expect(recorder.summary).toBe('in place end close');
  });

  it('to a client whose first address is refused', async () => {
    const { area } = new Memory();
    const recorder = new Recorder(area);
    const server = await listen();
    server.on('connection', (peer: Socket) => peer.end('hello'));
    const { port } = addressOf(server) as { port: number };
    const lookup = (
      _host: string,
      _options: unknown,
      found: (error: null, addresses: object[]) => void,
    ): void => {
      found(null, [
        { address: '127.0.0.2', family: 4 },
        { address: '127.0.0.1', family: 4 },
      ]);
    };
    connectSocket(
      { port, host: 'two.example', autoSelectFamily: true, lookup: lookup as never },
      area,
      recorder,
    );
    await recorder.closed;
    expect(recorder.bytes.toString()).toBe('hello');
    expect(recorder.summary).toBe('in place end close');
  });
});

describe('the end', () => {
  it('of the peer leaves the other direction open if half-open is allowed', async () => {
    const { peer, recorder, reception } = await acceptedPair({ allowHalfOpen: true, halfOpenPeer: true });
    let answer = '';
    peer.setEncoding('utf8').on('data', (text) => {
      answer += text;
    });
    peer.end('question');
    await recorder.ended;
    expect(recorder.calls).not.toContain('close');
    expect(reception.stream.writable).toBe(true);
    reception.stream.end('answer');
    await recorder.closed;
    if (!peer.readableEnded) await once(peer, 'end');
    expect(answer).toBe('answer');
    expect(recorder.bytes.toString()).toBe('question');
  });

  it('of the peer ends the socket otherwise', async () => {
    const { peer, recorder, reception } = await acceptedPair();
    peer.end('x');
    await recorder.closed;
    expect(recorder.summary).toBe('in place end close');
    expect(reception.stream.destroyed).toBe(true);
    expect(recorder.errors).toEqual([]);
  });

  for (const inPlace of [true, false]) {
    it(`by a reset is an error and one close, ${inPlace ? 'in place' : 'by chunks'}`, async () => {
      const { peer, recorder, reception } = await acceptedPair({}, (socket) => {
        if (!inPlace) socket.on('data', () => {});
      });
      expect(reception.isInPlace).toBe(inPlace);
      reception.stream.write('to be read by nobody');
      await once(peer, 'readable');
      peer.resetAndDestroy();
      await recorder.closed;
      await turns();
      expect(recorder.errors.map((error) => (error as NodeJS.ErrnoException).code)).toEqual(['ECONNRESET']);
      expect(recorder.calls).toEqual(['error', 'close']);
    });
  }

  it('of a client that finds no server is an error and one close', async () => {
    const server = await listen();
    const address = addressOf(server);
    server.close();
    await once(server, 'close');
    const { area } = new Memory();
    const recorder = new Recorder(area);
    connectSocket(address, area, recorder);
    await recorder.closed;
    await turns();
    expect(recorder.calls).toEqual(['error', 'close']);
  });

  it('by destroying the stream while bytes are handed over: nothing comes after it but close', async () => {
    for (const isInPlace of [true, false]) {
      const { peer, recorder, reception } = await acceptedPair({}, (socket) => {
        if (!isInPlace) socket.pause().on('data', () => {});
      });
      recorder.onBytes = () => reception.stream.destroy();
      peer.on('error', () => {});
      peer.write(pattern(1_000_000));
      reception.resume();
      await recorder.closed;
      await turns();
      expect(recorder.calls).toEqual([isInPlace ? 'in place' : 'chunk', 'close']);
    }
  });

  it('is told of a stream that has ended or closed before', async () => {
    const ended = new Recorder(undefined);
    const { peer, accepted } = await acceptedPair({ allowHalfOpen: true }, (socket) => socket.resume());
    peer.end();
    await once(accepted, 'end');
    receive(accepted, undefined, ended);
    await ended.ended;
    accepted.destroy();
    await ended.closed;
    const closed = new Recorder(undefined);
    receive(accepted, new Memory().area, closed);
    await closed.closed;
    await turns();
    expect(closed.calls).toEqual(['end', 'close']);
  });
});

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

describe('pausing', () => {
  const LARGE = 32_000_000; // more than two sockets of the operating system hold

  for (const isInPlace of [true, false]) {
    const way = isInPlace ? 'in place' : 'by chunks';

    it(`holds the peer up, and nothing is lost, ${way}`, async () => {
      const { peer, recorder, reception } = await acceptedPair({}, (socket) => {
        if (!isInPlace) socket.pause().on('data', () => {});
      });
      expect(reception.isInPlace).toBe(isInPlace);
      reception.pause();
      const bytes = pattern(LARGE);
      peer.end(bytes);
      await turns(200);
      expect(recorder.length).toBe(0);
      expect(peer.writableLength).toBeGreaterThan(0);
      expect(peer.writableFinished).toBe(false);
      reception.resume();
      await recorder.closed;
      expect(recorder.bytes.equals(bytes)).toBe(true);
    });

    it(`works from within, again and again, ${way}`, async () => {
      const { peer, recorder, reception } = await acceptedPair({}, (socket) => {
        if (!isInPlace) socket.on('data', () => {});
      });
      let pauses = 0;
      let isPaused = false;
      recorder.onBytes = () => {
        expect(isPaused).toBe(false);
        reception.pause();
        isPaused = true;
        pauses++;
        setImmediate(() => {
          isPaused = false;
          reception.resume();
        });
      };
      const bytes = pattern(1_000_000);
      peer.end(bytes);
      await recorder.closed;
      expect(recorder.bytes.equals(bytes)).toBe(true);
      expect(pauses).toBeGreaterThanOrEqual(16);
    });
  }

  it('holds when it follows resume at once', async () => {
    const { peer, recorder, reception } = await acceptedPair();
    reception.pause();
    reception.resume();
    reception.pause();
    peer.end('hello');
    await turns(50);
    expect(recorder.calls).toEqual([]);
    reception.resume();
    await recorder.closed;
    expect(recorder.bytes.toString()).toBe('hello');
  });

  it('by the owner before lasts until resume (pauseOnConnect)', async () => {
    const { peer, recorder, reception } = await acceptedPair({ pauseOnConnect: true });
    expect(reception.isInPlace).toBe(true);
    peer.end('hello');
    await turns(50);
    expect(recorder.calls).toEqual([]);
    reception.resume();
    await recorder.closed;
    expect(recorder.bytes.toString()).toBe('hello');
    expect(recorder.summary).toBe('in place end close');
  });

  it('of a client before it is connected', async () => {
    const server = await listen();
    const { area } = new Memory();
    const recorder = new Recorder(area);
    const accepted = once(server, 'connection');
    const reception = connectSocket(addressOf(server), area, recorder);
    reception.pause();
    const [peer] = await accepted;
    peer.end('hello');
    await turns(50);
    expect(recorder.calls).toEqual([]);
    reception.resume();
    await recorder.closed;
    expect(recorder.summary).toBe('in place end close');
    expect(recorder.bytes.toString()).toBe('hello');
  });
});

describe('by chunks', () => {
  it('from a TLS socket', async () => {
    const psk = Buffer.alloc(32, 7);
    // a key that both know needs no certificate
    const secret = { ciphers: 'PSK', maxVersion: 'TLSv1.2' } as const;
    const { area } = new Memory();
    const recorder = new Recorder(area);
    const server = createTlsServer({ ...secret, pskCallback: () => psk });
    const accepted = new Promise<boolean>((resolve) => {
      server.on('secureConnection', (socket: TLSSocket) =>
        resolve(receive(socket, area, recorder).isInPlace),
      );
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const client = connectTls({
      ...secret,
      ...addressOf(server),
      checkServerIdentity: () => undefined,
      pskCallback: () => ({ psk, identity: 'test' }),
    });
    const bytes = pattern(300_000);
    client.resume().end(bytes);
    expect(await accepted).toBe(false);
    await recorder.closed;
    expect(recorder.bytes.equals(bytes)).toBe(true);
    expect(recorder.summary).toBe('chunk end close');
    server.close();
  });

  it('from a stream that is no socket', async () => {
    const { area } = new Memory();
    const recorder = new Recorder(area);
    const written: string[] = [];
    const stream = new Duplex({
      read() {},
      write(chunk, _, done) {
        written.push(String(chunk));
        done();
      },
    });
    const reception = receive(stream, area, recorder);
    expect(reception.isInPlace).toBe(false);
    expect(reception.stream).toBe(stream);
    stream.push('a');
    stream.push('b');
    await recorder.has(2);
    reception.pause();
    stream.push('c');
    await turns();
    expect(recorder.bytes.toString()).toBe('ab');
    reception.resume();
    stream.push(null);
    await recorder.ended;
    reception.stream.end('answer');
    await recorder.closed;
    expect(recorder.bytes.toString()).toBe('abc');
    expect(recorder.summary).toBe('chunk end close');
    expect(written).toEqual(['answer']);
  });

  it('from a PassThrough that is written to at once', async () => {
    const recorder = new Recorder(undefined);
    const stream = new PassThrough();
    stream.write('early');
    receive(stream, undefined, recorder);
    stream.end(' late');
    await recorder.closed;
    expect(recorder.bytes.toString()).toBe('early late');
  });

  it('from a stream that yields no bytes, which is an error', async () => {
    const encoded = new PassThrough();
    encoded.setEncoding('utf8');
    const objects = new PassThrough({ objectMode: true });
    for (const [stream, chunk] of [
      [encoded, 'text'],
      [objects, { cmd: 'pingreq' }],
    ] as const) {
      const recorder = new Recorder(undefined);
      receive(stream, undefined, recorder);
      stream.write(chunk);
      await recorder.closed;
      expect(recorder.calls).toEqual(['error', 'close']);
      expect(recorder.errors[0]).toMatchObject({ name: 'MqttError', code: 'FIELD_INVALID' });
    }
  });

  it('without an area, accepted and as a client', async () => {
    const server = await listen();
    const recorder = new Recorder(undefined);
    const client = new Recorder(undefined);
    const accepted = new Promise<Socket>((resolve) => server.on('connection', resolve));
    const reception = connectSocket(
      { ...addressOf(server), onread: { buffer: Buffer.alloc(10), callback: () => true } },
      undefined,
      client,
    );
    expect(reception.isInPlace).toBe(false);
    const socket = await accepted;
    const other = receive(socket, undefined, recorder);
    expect(other.isInPlace).toBe(false);
    expect(other.stream).toBe(socket);
    reception.stream.write('to the server');
    await recorder.has(13);
    socket.end('to the client');
    await client.closed;
    expect(recorder.bytes.toString()).toBe('to the server');
    expect(client.bytes.toString()).toBe('to the client');
    expect(client.summary).toBe('chunk end close');
  });

  const begun: [string, (socket: Socket) => unknown][] = [
    ['has read something', (socket) => once(socket, 'readable')],
    ['somebody listens to', (socket) => socket.on('data', () => {})],
    ['somebody waits to read from', (socket) => socket.on('readable', () => {})],
    ['flows', (socket) => socket.resume()],
    ['has something to write', (socket) => socket.cork()],
    ['was ended', (socket) => socket.end()],
    ['has a method of its own', (socket) => void Object.assign(socket, { write: Socket.prototype.write })],
  ];
  for (const [what, begin] of begun) {
    it(`from a socket that ${what}: nothing is lost`, async () => {
      const { area } = new Memory();
      const recorder = new Recorder(area);
      const server = await listen({ allowHalfOpen: true });
      const peer = track(connect(addressOf(server)));
      peer.write('first ');
      const [socket] = (await once(server, 'connection')) as [Socket];
      await begin(socket);
      const reception = receive(socket, area, recorder);
      expect(reception.isInPlace).toBe(false);
      expect(reception.stream).toBe(socket);
      socket.on('readable', () => socket.read());
      peer.resume().end('second');
      await recorder.ended;
      expect(recorder.bytes.toString()).toBe('first second');
    });
  }

  it('from a socket that is being connected', async () => {
    const { area } = new Memory();
    const recorder = new Recorder(area);
    const server = await listen();
    server.on('connection', (peer: Socket) => peer.end('hello'));
    const reception = receive(track(connect(addressOf(server))), area, recorder);
    expect(reception.isInPlace).toBe(false);
    await recorder.closed;
    expect(recorder.bytes.toString()).toBe('hello');
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
    const events: string[] = [];
    const { reception, accepted } = await acceptedPair({}, (socket) =>
      socket.setTimeout(20, () => events.push('user')),
    );
    expect((reception.stream as Socket).timeout).toBe(20);
    await once(reception.stream, 'timeout');
    accepted.setTimeout(0);
    expect((reception.stream as Socket).timeout).toBe(0);
    expect(events).toEqual(['user']);
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
