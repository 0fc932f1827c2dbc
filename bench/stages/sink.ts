import { Duplex } from 'node:stream';
import { encode } from '../../src/index.ts';
import { PUBACK } from '../broker/answers.ts';
import { Arrivals } from './arrivals.ts';
import type { Burst } from './burst.ts';
import { uncounted } from './copies.ts';

const CONNACK = Buffer.from([0x20, 2, 0, 0]);
const ROOM = 1 << 20;

/** All sinks read in the same memory, one after the other. */
const memory = Buffer.allocUnsafeSlow(ROOM);

type Chunk = Uint8Array | string;

/** A subscriber without a socket: it takes everything at once, and does no more with it than MQTT demands. */
export class Sink extends Duplex {
  /** Bytes of messages that it was given. */
  bytes = 0;
  /** Nanoseconds that it took for looking at messages and making acknowledgements. */
  nanoseconds = 0;
  /** Compares what it gets with what was sent; with QoS 1 it does that in any case, because it has to look at it. */
  isChecking = false;
  /** What was wrong with what it got. It is not thrown: a broker may well catch what a stream of somebody throws. */
  failure: unknown;
  readonly #arrivals: Arrivals;
  readonly #qos: 0 | 1;
  /** CONNACK and SUBACK. */
  readonly #welcome: Buffer;
  #greeting = Buffer.alloc(0);
  #onSubscribed: () => void = () => {};
  #isSubscribed = false;
  /** The beginning of a message, the rest of which has not come. */
  #rest = Buffer.alloc(0);
  #acknowledgements: number[] = [];

  constructor(burst: Burst, qos: 0 | 1) {
    // as a socket: strings are written as they are
    super({ decodeStrings: false });
    this.#qos = qos;
    const acknowledge = (messageId: number): void => {
      if (this.#acknowledgements.length === 0) setImmediate(this.#answer);
      this.#acknowledgements.push(messageId);
    };
    this.#arrivals = new Arrivals(burst, qos === 0 ? undefined : acknowledge);
    const granted = burst.topics.map(() => qos);
    this.#welcome = Buffer.concat([CONNACK, encode({ cmd: 'suback', messageId: 1, granted })]);
  }

  /** Sends what a subscriber begins with. */
  subscribe(clientId: string, topics: readonly string[]): Promise<void> {
    const subscriptions = topics.map((topic) => ({ topic, qos: this.#qos }));
    this.push(encode({ cmd: 'connect', clientId, clean: true, keepalive: 0 }));
    this.push(encode({ cmd: 'subscribe', messageId: 1, subscriptions }));
    return new Promise((resolve) => {
      this.#onSubscribed = resolve;
    });
  }

  /** As a socket has it: what was written is out of its hands at once, so that nobody needs to copy it first. */
  setNoDelay(): this {
    return this;
  }

  override _read(): void {}

  override _write(chunk: Chunk, _: BufferEncoding, callback: () => void): void {
    this.#take([chunk]);
    callback();
  }

  override _writev(chunks: readonly { chunk: Chunk }[], callback: () => void): void {
    this.#take(chunks.map(({ chunk }) => chunk));
    callback();
  }

  #take(chunks: readonly Chunk[]): void {
    if (!this.#isSubscribed) {
      this.#greet(chunks);
      return;
    }
    for (const chunk of chunks) this.bytes += lengthOf(chunk);
    if (this.#qos === 0 && !this.isChecking) return;
    const start = performance.now();
    uncounted(() => this.#lookAtAll(chunks));
    this.nanoseconds += (performance.now() - start) * 1e6;
  }

  #lookAtAll(chunks: readonly Chunk[]): void {
    try {
      for (const chunk of chunks) {
        const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
        for (let p = 0; p < bytes.length; p += ROOM / 2) this.#look(bytes.subarray(p, p + ROOM / 2));
      }
    } catch (error) {
      this.failure ??= error;
    }
  }

  /** What it looks at may be somebody else's, so it looks at a copy. */
  #look(bytes: Uint8Array): void {
    const start = this.#rest.length;
    const end = start + bytes.length;
    memory.set(this.#rest);
    memory.set(bytes, start);
    const taken = this.#arrivals.take(memory, 0, end);
    this.#rest = Buffer.from(memory.subarray(taken, end));
  }

  #greet(chunks: readonly Chunk[]): void {
    this.#greeting = Buffer.concat([this.#greeting, ...chunks.map((chunk) => Buffer.from(chunk as Buffer))]);
    const expected = this.#welcome;
    if (!this.#greeting.equals(expected.subarray(0, this.#greeting.length))) {
      throw new Error(`not the answer to SUBSCRIBE: ${this.#greeting.toString('hex')}`);
    }
    if (this.#greeting.length < expected.length) return;
    this.#isSubscribed = true;
    this.#onSubscribed();
  }

  /** In a turn of its own, as what comes from a socket. */
  readonly #answer = (): void => {
    const start = performance.now();
    const messageIds = this.#acknowledgements;
    this.#acknowledgements = [];
    const bytes = Buffer.allocUnsafeSlow(messageIds.length * 4);
    messageIds.forEach((messageId, i) => {
      bytes[4 * i] = PUBACK;
      bytes[4 * i + 1] = 2;
      bytes[4 * i + 2] = messageId >> 8;
      bytes[4 * i + 3] = messageId & 255;
    });
    this.nanoseconds += (performance.now() - start) * 1e6;
    this.push(bytes);
  };
}

function lengthOf(chunk: Chunk): number {
  return typeof chunk === 'string' ? Buffer.byteLength(chunk) : chunk.length;
}

/** Subscribes sinks to all topics of each publisher, as clients of a broker. */
export async function openSinks(
  bursts: readonly Burst[],
  { qos, receivers }: { qos: 0 | 1; receivers: number },
  handle: (stream: Duplex) => void,
): Promise<Sink[]> {
  const sinks: Sink[] = [];
  for (const [i, burst] of bursts.entries()) {
    for (let k = 0; k < receivers; k++) {
      const sink = new Sink(burst, qos);
      handle(sink);
      await sink.subscribe(`sink ${i}/${k}`, burst.topics);
      sinks.push(sink);
    }
  }
  return sinks;
}
