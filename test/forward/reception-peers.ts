import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import {
  connect,
  createServer,
  type ListenOptions,
  type Server,
  type ServerOpts,
  type Socket,
} from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Reception, type ReceptionListener, receive } from '../../src/forward/reception.ts';

const AREA_START = 4_096;
const AREA_LENGTH = 65_536;
const SURROUNDINGS = 0xee;

/** Memory such as the kernel's, with the area that sockets read to in the middle of it. */
export class Memory {
  readonly #all: Uint8Array<ArrayBuffer>;
  readonly area: Uint8Array;

  constructor() {
    const pages = 2;
    const buffer =
      typeof WebAssembly === 'undefined' // --jitless
        ? new ArrayBuffer(pages * 65_536)
        : new WebAssembly.Memory({ initial: pages, maximum: pages }).buffer;
    this.#all = new Uint8Array(buffer as ArrayBuffer).fill(SURROUNDINGS);
    this.area = this.#all.subarray(AREA_START, AREA_START + AREA_LENGTH);
  }

  get isIntactAround(): boolean {
    const { area } = this;
    const around = [this.#all.subarray(0, AREA_START), this.#all.subarray(AREA_START + area.length)];
    return around.every((bytes) => bytes.every((byte) => byte === SURROUNDINGS));
  }
}

/** Keeps what it is told, in order. */
export class Recorder implements ReceptionListener {
  readonly calls: string[] = [];
  readonly errors: Error[] = [];
  length = 0;
  /** Called with the total whenever bytes have come. */
  onBytes: (length: number) => void = () => {};
  readonly closed: Promise<void>;
  readonly ended: Promise<void>;
  readonly #area: Uint8Array | undefined;
  readonly #pieces: Buffer[] = [];
  #resolveClosed: () => void = () => {};
  #resolveEnded: () => void = () => {};
  #waiting: { length: number; resolve: () => void }[] = [];

  constructor(area: Uint8Array | undefined) {
    this.#area = area;
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve;
    });
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#pieces);
  }

  /** What happened, bytes that came the same way taken together. */
  get summary(): string {
    return this.calls.filter((call, i) => call !== this.calls[i - 1]).join(' ');
  }

  /** Resolves when so many bytes have come. */
  has(length: number): Promise<void> {
    if (this.length >= length) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ length, resolve }));
  }

  bytesInPlace(length: number): void {
    if (this.#area === undefined) throw new Error('there is no area');
    this.calls.push('in place');
    this.#take(this.#area.subarray(0, length));
    // whatever else reads to it: nobody may count on it after the call
    this.#area.fill(0xdd, 0, length);
  }

  chunk(chunk: Uint8Array): void {
    this.calls.push('chunk');
    this.#take(chunk);
  }

  end(): void {
    this.calls.push('end');
    this.#resolveEnded();
  }

  error(error: Error): void {
    this.calls.push('error');
    this.errors.push(error);
  }

  close(): void {
    this.calls.push('close');
    this.#resolveClosed();
  }

  #take(bytes: Uint8Array): void {
    this.#pieces.push(Buffer.from(bytes));
    this.length += bytes.length;
    this.#waiting = this.#waiting.filter(({ length, resolve }) => {
      if (this.length < length) return true;
      resolve();
      return false;
    });
    this.onBytes(this.length);
  }
}

const cleanups: (() => void)[] = [];

/** For `afterEach`. */
export function closeAll(): void {
  for (const cleanup of cleanups.splice(0).reverse()) cleanup();
}

/** Has the socket destroyed after the test. */
export function track<T extends Socket>(socket: T): T {
  cleanups.push(() => socket.destroy());
  return socket;
}

/** A server that listens, on a free port of 127.0.0.1 unless told otherwise. */
export async function listen(
  options: ServerOpts = {},
  address: ListenOptions = { port: 0, host: '127.0.0.1' },
): Promise<Server> {
  const server = createServer(options);
  server.on('connection', (socket: Socket) => track(socket));
  cleanups.push(() => server.close());
  server.listen(address);
  await once(server, 'listening');
  return server;
}

/** Path for a Unix domain socket. */
export function socketPath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'wasmqtt-'));
  cleanups.push(() => rmSync(folder, { recursive: true }));
  return join(folder, 'socket');
}

/** What to connect to the server with. */
export function addressOf(server: Server): { path: string } | { port: number; host: string } {
  const address = server.address();
  if (typeof address === 'string') return { path: address };
  return { port: address?.port ?? 0, host: '127.0.0.1' };
}

export interface Pair {
  readonly server: Server;
  /** What the test plays. */
  readonly peer: Socket;
  /** What the server was given, before its handle was wrapped again. */
  readonly accepted: Socket;
  readonly recorder: Recorder;
  readonly reception: Reception;
  readonly memory: Memory;
}

/** A connected pair, of which the accepted side is received. `prepare` is called before that, in the same turn. */
export async function acceptedPair(
  options: ServerOpts & { listen?: ListenOptions; halfOpenPeer?: boolean } = {},
  prepare: (accepted: Socket) => void = () => {},
): Promise<Pair> {
  const memory = new Memory();
  const recorder = new Recorder(memory.area);
  const server = await listen(options, options.listen);
  const peer = track(connect({ ...addressOf(server), allowHalfOpen: options.halfOpenPeer ?? false }));
  const pair = await new Promise<Pair>((resolve) => {
    server.on('connection', (accepted: Socket) => {
      prepare(accepted);
      const reception = receive(accepted, memory.area, recorder);
      resolve({ server, peer, accepted, recorder, reception, memory });
    });
  });
  if (peer.connecting) await once(peer, 'connect');
  return pair;
}

/** Bytes without a period that would hide a piece in the wrong place. */
export function pattern(length: number, seed = 1): Buffer {
  const bytes = Buffer.alloc(length);
  let state = seed * 2_654_435_761;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) | 0;
    bytes[i] = state >>> 16;
  }
  return bytes;
}

/** Some turns of the event loop, in which everything happens that is ready to happen. */
export async function turns(count = 20): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
}
