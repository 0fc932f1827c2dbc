import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { encode } from '../../src/index.ts';

/** What a client expects next, byte by byte. Throws if something else comes, or if anything comes unexpectedly. */
export type Expect = (chunk: Buffer) => void;

const CONNACK = Buffer.from([0x20, 2, 0, 0]);

function suback(topics: number): Buffer {
  return Buffer.from(encode({ cmd: 'suback', messageId: 1, granted: new Array<0>(topics).fill(0) }));
}

export function fail(what: string, chunk: Buffer): never {
  throw new Error(`${what}: ${chunk.subarray(0, 80).toString('latin1')}`);
}

/** A connection to the broker that is measured: it is done as soon as what it subscribed to is acknowledged. */
export class Client {
  readonly socket: Socket;
  /** Gets whatever comes after the handshake. */
  expect: Expect = (chunk) => fail('unexpected bytes', chunk);

  private constructor(socket: Socket) {
    this.socket = socket;
  }

  static async open(port: number, clientId: string, topics: readonly string[]): Promise<Client> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    const client = new Client(socket);
    await once(socket, 'connect');
    const subscriptions = topics.map((topic) => ({ topic, qos: 0 as const }));
    const isSubscribing = topics.length > 0;
    const greeting = [encode({ cmd: 'connect', clientId, clean: true, keepalive: 0 })];
    if (isSubscribing) greeting.push(encode({ cmd: 'subscribe', messageId: 1, subscriptions }));
    const answer = Buffer.concat(isSubscribing ? [CONNACK, suback(topics.length)] : [CONNACK]);
    await new Promise<void>((resolve) => {
      let answered = 0;
      socket.on('data', (chunk) => {
        if (answered === answer.length) return client.expect(chunk);
        const end = answered + chunk.length;
        if (!chunk.equals(answer.subarray(answered, end))) fail('not the answer that was expected', chunk);
        answered = end;
        if (answered === answer.length) resolve();
      });
      socket.write(Buffer.concat(greeting));
    });
    return client;
  }

  /** Opens clients, so many at a time. */
  static async openAll(port: number, subscriptions: ReadonlyArray<readonly string[]>): Promise<Client[]> {
    const clients: Client[] = [];
    for (let i = 0; i < subscriptions.length; i += 100) {
      const some = subscriptions
        .slice(i, i + 100)
        .map((topics, k) => Client.open(port, `client ${i + k}`, topics));
      clients.push(...(await Promise.all(some)));
    }
    return clients;
  }
}

/** Compares what arrives with a stream that comes again and again. */
export class CyclicStream {
  readonly #cycle: Buffer;
  #at = 0;
  /** Bytes that have arrived. */
  received = 0;

  constructor(cycle: Buffer) {
    this.#cycle = cycle;
  }

  take(chunk: Buffer): void {
    const cycle = this.#cycle;
    for (let p = 0; p < chunk.length; ) {
      const end = Math.min(chunk.length, p + cycle.length - this.#at);
      if (cycle.compare(chunk, p, end, this.#at, this.#at + end - p) !== 0) {
        fail(`not what was sent, after ${this.received} bytes`, chunk.subarray(p, end));
      }
      this.#at = (this.#at + end - p) % cycle.length;
      this.received += end - p;
      p = end;
    }
  }
}
