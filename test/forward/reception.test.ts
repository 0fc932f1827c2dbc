import { once } from 'node:events';
import { connect, Socket } from 'node:net';
import { Duplex, PassThrough } from 'node:stream';
import { connect as connectTls, createServer as createTlsServer, type TLSSocket } from 'node:tls';
import * as fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
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

/** More bytes than two sockets of the operating system hold. */
const LARGE = 32_000_000;

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
    const { area } = new Memory();
    const ended = new Recorder(area);
    const server = await listen({ allowHalfOpen: true });
    track(connect(addressOf(server)))
      .resume()
      .end();
    const [socket] = (await once(server, 'connection')) as [Socket];
    await once(socket, 'end');
    receive(socket, area, ended);
    await ended.ended;
    socket.destroy();
    await ended.closed;
    expect(ended.calls).toEqual(['end', 'close']);
    const closed = new Recorder(area);
    receive(socket, area, closed);
    await closed.closed;
    await turns();
    expect(closed.calls).toEqual(['end', 'close']);
  });

  it('is the end, whatever the stream says after it', async () => {
    const recorder = new Recorder(undefined);
    const stream = new PassThrough();
    receive(stream, undefined, recorder);
    stream.emit('close');
    stream.emit('end');
    stream.emit('error', new Error('late'));
    stream.emit('close');
    expect(recorder.calls).toEqual(['close']);
  });

  it('by destroying a stream that has more at hand', async () => {
    const recorder = new Recorder(undefined);
    const stream = new Duplex({ read() {} });
    stream.push('a');
    stream.push('b');
    recorder.onBytes = () => stream.destroy();
    receive(stream, undefined, recorder);
    await recorder.closed;
    expect(recorder.bytes.toString()).toBe('a');
    expect(recorder.calls).toEqual(['chunk', 'close']);
  });
});

describe('pausing', () => {
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
    ['is about to be written to', (socket) => socket.cork()],
    ['still writes', (socket) => socket.write(Buffer.alloc(LARGE))],
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

  it('from a socket of which somebody has taken the first bytes, or put some back', async () => {
    for (const [put, expected] of [
      ['', 'second'],
      ['zero ', 'zero second'],
    ]) {
      const { area } = new Memory();
      const recorder = new Recorder(area);
      const server = await listen();
      const peer = track(connect(addressOf(server)));
      const [socket] = (await once(server, 'connection')) as [Socket];
      if (put === '') {
        peer.write('first ');
        await once(socket, 'readable');
        expect(String(socket.read())).toBe('first ');
      } else {
        socket.unshift(Buffer.from(put));
      }
      const reception = receive(socket, area, recorder);
      expect(reception.isInPlace).toBe(false);
      reception.resume();
      peer.end('second');
      await recorder.closed;
      expect(recorder.bytes.toString()).toBe(expected);
    }
  });

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
