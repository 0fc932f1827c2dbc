import { encode } from '../../src/index.ts';
import { Client, fail } from './client.ts';

/** Pairs of a publisher and its subscriber, with one message on its way in each pair: a read of the broker has one packet. */
export interface SingleMessagesPlan {
  readonly load: 'single messages';
  /** Each client publishes to the next; the last one, if `isRing`, to the first. */
  readonly clients: number;
  readonly isRing: boolean;
  /** Clients beside them that have subscribed and never get anything. */
  readonly idle: number;
}

const topicOf = (number: number): string => `site/17/line/4/sensor/${String(number).padStart(5, '0')}`;

/** A message from one client to the next, sent again and again with a number that tells one time from the other. */
class Pair {
  readonly #from: Client;
  readonly #frame: Buffer;
  #number = 0;
  /** Bytes of the message that have arrived. */
  #arrived = 0;
  #left = 0;
  #onEnd: () => void = () => {};

  constructor(from: Client, to: Client, topic: string) {
    this.#from = from;
    this.#frame = Buffer.from(
      encode({ cmd: 'publish', topic, payload: Buffer.alloc(16), qos: 0, retain: false, dup: false }),
    );
    to.expect = (chunk) => this.#receive(chunk);
  }

  /** Sends so many messages, each when the one before has arrived. */
  send(count: number): Promise<void> {
    this.#left = count;
    return new Promise((resolve) => {
      this.#onEnd = resolve;
      this.#sendNext();
    });
  }

  #sendNext(): void {
    this.#frame.writeUInt32BE(++this.#number, this.#frame.length - 4);
    this.#from.socket.write(this.#frame);
  }

  #receive(chunk: Buffer): void {
    const end = this.#arrived + chunk.length;
    if (this.#left === 0 || !chunk.equals(this.#frame.subarray(this.#arrived, end))) {
      fail(`not message ${this.#number}`, chunk);
    }
    this.#arrived = end;
    if (end < this.#frame.length) return;
    this.#arrived = 0;
    if (--this.#left === 0) this.#onEnd();
    else this.#sendNext();
  }
}

export class SingleMessages {
  readonly #pairs: readonly Pair[];

  private constructor(pairs: readonly Pair[]) {
    this.#pairs = pairs;
  }

  static async open(port: number, { clients, isRing, idle }: SingleMessagesPlan): Promise<SingleMessages> {
    await Client.openAll(
      port,
      Array.from({ length: idle }, (_, i) => [`idle/${i}`]),
    );
    const topics = Array.from({ length: clients }, (_, i) =>
      i > 0 ? [topicOf(i)] : isRing ? [topicOf(clients)] : [],
    );
    const all = await Client.openAll(port, topics);
    const pairs = Array.from(
      { length: isRing ? clients : clients - 1 },
      (_, i) => new Pair(all[i]!, all[(i + 1) % clients]!, topicOf(i + 1)),
    );
    return new SingleMessages(pairs);
  }

  /** Has each pair send so many messages; returns how many that are. */
  async run(count: number): Promise<number> {
    await Promise.all(this.#pairs.map((pair) => pair.send(count)));
    return this.#pairs.length * count;
  }
}
