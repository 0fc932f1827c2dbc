/** What every subscriber gets, and in what order: each message once, in the order of its publisher. */
import type { TrafficKind } from './name.ts';
import type { Routes } from './routes.ts';

/** A message that nobody waits for: it has come before, or does not belong here. */
export const NOT_DUE = -1;

export interface Order {
  reset(): void;
  /** A message has come. Returns how many before it are missing, `step(publisher)` apart, or `NOT_DUE`. */
  take(subscriber: number, publisher: number, sequence: number): number;
  /** From one message to the next of the same topic. */
  step(publisher: number): number;
  /** The messages that have not come, of those that publishers have sent so many of. */
  missing(sent: (publisher: number) => number, each: (publisher: number, sequence: number) => void): void;
}

interface Sizes {
  readonly kind: TrafficKind;
  readonly publishers: number;
  readonly subscribers: number;
}

export function orderOf(sizes: Sizes, routes: Routes): Order {
  if (sizes.kind === 'p2p') return new Pairs(sizes, routes);
  return sizes.kind === 'fanout' ? new FanOut(sizes) : new Shared(sizes);
}

/** One subscriber for each topic, and one publisher. */
class Pairs implements Order {
  readonly #publishers: number;
  readonly #subscribers: number;
  readonly #steps: Uint32Array;
  /** Of each topic. */
  readonly #next: Uint32Array;

  constructor({ publishers, subscribers }: Sizes, routes: Routes) {
    this.#publishers = publishers;
    this.#subscribers = subscribers;
    this.#steps = Uint32Array.from({ length: publishers }, (_, i) => routes.topicsOf(i));
    this.#next = new Uint32Array(routes.topics.length);
    this.reset();
  }

  reset(): void {
    for (let i = 0; i < this.#next.length; i++) this.#next[i] = Math.floor(i / this.#publishers);
  }

  take(subscriber: number, publisher: number, sequence: number): number {
    const step = this.#steps[publisher]!;
    const topic = publisher + this.#publishers * (sequence % step);
    const before = (sequence - this.#next[topic]!) / step;
    if (before < 0 || topic % this.#subscribers !== subscriber) return NOT_DUE;
    this.#next[topic] = sequence + step;
    return before;
  }

  step(publisher: number): number {
    return this.#steps[publisher]!;
  }

  missing(sent: (publisher: number) => number, each: (publisher: number, sequence: number) => void): void {
    this.#next.forEach((next, topic) => {
      const publisher = topic % this.#publishers;
      const end = sent(publisher);
      for (let i = next; i < end; i += this.#steps[publisher]!) each(publisher, i);
    });
  }
}

/** Every subscriber gets everything. */
class FanOut implements Order {
  readonly #publishers: number;
  /** Of each subscriber, of each publisher. */
  readonly #next: Uint32Array;

  constructor({ publishers, subscribers }: Sizes) {
    this.#publishers = publishers;
    this.#next = new Uint32Array(publishers * subscribers);
  }

  reset(): void {
    this.#next.fill(0);
  }

  take(subscriber: number, publisher: number, sequence: number): number {
    const at = subscriber * this.#publishers + publisher;
    const before = sequence - this.#next[at]!;
    if (before < 0) return NOT_DUE;
    this.#next[at] = sequence + 1;
    return before;
  }

  step(): number {
    return 1;
  }

  missing(sent: (publisher: number) => number, each: (publisher: number, sequence: number) => void): void {
    this.#next.forEach((next, at) => {
      const publisher = at % this.#publishers;
      const end = sent(publisher);
      for (let i = next; i < end; i++) each(publisher, i);
    });
  }
}

/** Exactly one subscriber of the group gets each message; those that one gets are in order. */
class Shared implements Order {
  readonly #publishers: number;
  /** Of each subscriber, of each publisher. */
  readonly #next: Uint32Array;
  /** Of each publisher. */
  readonly #seen: Seen[];

  constructor({ publishers, subscribers }: Sizes) {
    this.#publishers = publishers;
    this.#next = new Uint32Array(publishers * subscribers);
    this.#seen = Array.from({ length: publishers }, () => new Seen());
  }

  reset(): void {
    this.#next.fill(0);
    for (const seen of this.#seen) seen.clear();
  }

  take(subscriber: number, publisher: number, sequence: number): number {
    const at = subscriber * this.#publishers + publisher;
    if (sequence < this.#next[at]! || !this.#seen[publisher]!.add(sequence)) return NOT_DUE;
    this.#next[at] = sequence + 1;
    // others may get those before it
    return 0;
  }

  step(): number {
    return 1;
  }

  missing(sent: (publisher: number) => number, each: (publisher: number, sequence: number) => void): void {
    this.#seen.forEach((seen, publisher) => {
      const end = sent(publisher);
      for (let i = 0; i < end; i++) if (!seen.has(i)) each(publisher, i);
    });
  }
}

/** A set of small numbers. */
class Seen {
  #bits = new Uint32Array(4);

  clear(): void {
    this.#bits.fill(0);
  }

  has(number: number): boolean {
    return ((this.#bits[number >>> 5] ?? 0) & (1 << (number & 31))) !== 0;
  }

  /** Whether it was not there. */
  add(number: number): boolean {
    if (this.has(number)) return false;
    const at = number >>> 5;
    if (at >= this.#bits.length) {
      const bits = new Uint32Array(2 * at);
      bits.set(this.#bits);
      this.#bits = bits;
    }
    this.#bits[at]! |= 1 << (number & 31);
    return true;
  }
}
