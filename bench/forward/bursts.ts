import { once } from 'node:events';
import { Client, CyclicStream } from './client.ts';
import { type Message, type MessageKind, messagesOf, routesOf, subscriptionsOf } from './traffic.ts';

/** Publishers that send whole bursts, each to subscribers of its own, so that it is known what these get, and in what order. */
export interface BurstsPlan {
  readonly load: 'bursts';
  readonly kind: MessageKind;
  readonly fanOut: number;
  readonly publishers: number;
  /** Of each publisher. */
  readonly subscribers: number;
  /** Bytes of a burst at most; it ends with a whole frame. */
  readonly burst: number;
  /** Bursts of a publisher that have not arrived everywhere, at most. */
  readonly window: number;
}

/** Bursts after which a publisher starts again from the first. */
const CYCLE = 8;

interface Subscriber {
  readonly stream: CyclicStream;
  /** Bytes that it has after each burst of the cycle. */
  readonly ends: readonly number[];
}

class Publisher {
  readonly #client: Client;
  readonly #bursts: readonly Buffer[];
  readonly #subscribers: readonly Subscriber[];
  readonly #window: number;
  readonly messagesPerCycle: number;
  #sent = 0;
  #arrived = 0;
  #end = 0;
  #onProgress: () => void = () => {};

  private constructor(
    client: Client,
    cycle: readonly (readonly Message[])[],
    subscribers: readonly Subscriber[],
    window: number,
  ) {
    this.#client = client;
    this.#bursts = cycle.map((burst) => Buffer.concat(burst.map(({ frame }) => frame)));
    this.#subscribers = subscribers;
    this.#window = window;
    this.messagesPerCycle = cycle.reduce((sum, burst) => sum + burst.length, 0);
  }

  static async open(port: number, plan: BurstsPlan, number: number): Promise<Publisher> {
    const cycle = burstsOf(messagesOf(plan.kind, CYCLE * plan.burst, `${number}/`), plan.burst);
    const routes = routesOf(cycle.flat(), plan.subscribers, plan.fanOut);
    const topics = subscriptionsOf(routes, plan.subscribers);
    const clients = await Client.openAll(port, topics);
    const subscribers = clients.map((client, i): Subscriber => {
      const own = new Set(topics[i]);
      const pieces = cycle.map((burst) =>
        Buffer.concat(burst.filter(({ topic }) => own.has(topic)).map(({ frame }) => frame)),
      );
      let end = 0;
      const ends = pieces.map(({ length }) => (end += length));
      const stream = new CyclicStream(Buffer.concat(pieces));
      client.expect = (chunk) => {
        stream.take(chunk);
        publisher.#onReceived();
      };
      return { stream, ends };
    });
    const publisher = new Publisher(
      await Client.open(port, `publisher ${number}`, []),
      cycle,
      subscribers,
      plan.window,
    );
    return publisher;
  }

  /** Sends so many cycles of bursts; resolves when all of them have arrived everywhere. */
  async send(cycles: number): Promise<void> {
    this.#end += cycles * this.#bursts.length;
    while (this.#arrived < this.#end) {
      while (this.#sent < this.#end && this.#sent < this.#arrived + this.#window) {
        const { socket } = this.#client;
        if (!socket.write(this.#bursts[this.#sent++ % this.#bursts.length]!)) await once(socket, 'drain');
      }
      if (this.#hasArrived()) this.#arrived++;
      else await new Promise<void>((resolve) => (this.#onProgress = resolve));
    }
  }

  #onReceived(): void {
    if (this.#hasArrived()) this.#onProgress();
  }

  /** Whether the first burst that had not arrived everywhere has now. */
  #hasArrived(): boolean {
    const { length } = this.#bursts;
    const before = Math.floor(this.#arrived / length);
    const burst = this.#arrived % length;
    return this.#subscribers.every(
      ({ stream, ends }) => stream.received >= before * ends[length - 1]! + ends[burst]!,
    );
  }
}

/** Messages by burst. */
function burstsOf(messages: readonly Message[], size: number): Message[][] {
  const bursts: Message[][] = [[]];
  let left = size;
  for (const message of messages) {
    if (message.frame.length > left) {
      bursts.push([]);
      left = size;
    }
    left -= message.frame.length;
    bursts.at(-1)!.push(message);
  }
  // what is left when every burst lacks a part of a frame
  return bursts.slice(0, CYCLE);
}

export class Bursts {
  readonly #publishers: readonly Publisher[];

  private constructor(publishers: readonly Publisher[]) {
    this.#publishers = publishers;
  }

  static async open(port: number, plan: BurstsPlan): Promise<Bursts> {
    const publishers = Array.from({ length: plan.publishers }, (_, i) => Publisher.open(port, plan, i));
    return new Bursts(await Promise.all(publishers));
  }

  /** Sends all bursts so many times; returns the number of messages. */
  async run(cycles: number): Promise<number> {
    await Promise.all(this.#publishers.map((publisher) => publisher.send(cycles)));
    return this.#publishers.reduce((sum, { messagesPerCycle }) => sum + messagesPerCycle * cycles, 0);
  }
}
