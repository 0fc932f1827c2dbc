import { answers, PUBACK } from '../broker/answers.ts';
import { fail, Link, PINGRESP } from '../broker/link.ts';
import { Arrivals } from './arrivals.ts';
import { type Burst, burstOf } from './burst.ts';
import { acknowledges, type LoadCount, type Stage, type StageSetup } from './plan.ts';

/** Milliseconds that one step may take: whoever has lost something waits for ever. */
const STEP_LIMIT = 5_000;

class Publisher {
  readonly burst: Burst;
  readonly #link: Link;
  readonly #subscribers: readonly Arrivals[];
  readonly #isAcknowledged: boolean;
  readonly #onProgress: () => void;
  readonly #size: number;
  /** Of the packet identifiers of a burst, those that wait for PUBACK. */
  readonly #waiting: Uint8Array;
  #sent = 0;
  #answered = 0;
  #acknowledged = 0;

  constructor(
    link: Link,
    burst: Burst,
    subscribers: readonly Arrivals[],
    isAcknowledged: boolean,
    onProgress: () => void,
  ) {
    this.burst = burst;
    this.#link = link;
    this.#subscribers = subscribers;
    this.#isAcknowledged = isAcknowledged;
    this.#onProgress = onProgress;
    this.#size = burst.frames.length / burst.frameLength;
    this.#waiting = new Uint8Array(this.#size + 1);
    link.read = (bytes, start, end) => this.#read(bytes, start, end);
  }

  get arrived(): number {
    return this.#subscribers.reduce((sum, { count }) => sum + count, 0);
  }

  send(): void {
    this.#sent++;
    if (this.#isAcknowledged) this.#waiting.fill(1);
    this.#link.socket.write(this.burst.bytes);
  }

  /** Whether all has come that what was sent brings about. */
  get isDone(): boolean {
    const messages = this.#sent * this.#size;
    return (
      this.#answered === this.#sent &&
      (!this.#isAcknowledged || this.#acknowledged === messages) &&
      this.#subscribers.every(({ count }) => count === messages)
    );
  }

  /** What has come, for whoever waits for more. */
  get state(): string {
    const counts = this.#subscribers.map(({ count }) => count).join(', ');
    return `${this.#answered} PINGRESP, ${this.#acknowledged} PUBACK and messages ${counts} after ${this.#sent} bursts of ${this.#size}`;
  }

  #read(bytes: Buffer, start: number, end: number): number {
    let p = start;
    while (end - p >= 2) {
      const next = p + 2 + bytes[p + 1]!;
      if (next > end) break;
      if (bytes[p] === PINGRESP) this.#answered++;
      else if (bytes[p] === PUBACK) this.#acknowledge(bytes, p, next);
      else fail('neither PUBACK nor PINGRESP', bytes, p, next);
      p = next;
    }
    this.#onProgress();
    return p;
  }

  #acknowledge(bytes: Buffer, start: number, end: number): void {
    const messageId = (bytes[start + 2]! << 8) | bytes[start + 3]!;
    if (this.#waiting[messageId] !== 1) fail('not an acknowledgement that is due', bytes, start, end);
    this.#waiting[messageId] = 0;
    this.#acknowledged++;
  }
}

/**
 * The clients of one variant. All publishers send a burst, the next one when everything is done that the last one has brought
 * about, so that every variant sleeps, wakes up and reads about as often as the others.
 */
export class StageLoad {
  readonly #publishers: Publisher[] = [];
  readonly #plan: StageSetup['plan'];
  #onStep: () => void = () => {};

  private constructor(plan: StageSetup['plan']) {
    this.#plan = plan;
  }

  static async open(port: number, stage: Stage, { plan, receivers }: StageSetup): Promise<StageLoad> {
    const load = new StageLoad(plan);
    const onProgress = (): void => load.#onProgress();
    const common = { port, protocolVersion: 4, qos: plan.qos } as const;
    for (let i = 0; i < plan.publishers; i++) {
      const burst = burstOf(plan, i);
      const subscribers: Arrivals[] = [];
      for (let k = 0; stage === 'write' && k < receivers; k++) {
        const link = await Link.open({ ...common, clientId: `subscriber ${i}/${k}`, filters: burst.topics });
        subscribers.push(subscribe(link, burst, plan.qos, onProgress));
      }
      const link = await Link.open({ ...common, clientId: `publisher ${i}`, filters: [] });
      load.#publishers.push(new Publisher(link, burst, subscribers, acknowledges(stage, plan), onProgress));
    }
    return load;
  }

  /** Sends for so long, one step at least; resolves when everything has come. */
  async run(seconds: number): Promise<LoadCount> {
    const before = this.#arrived;
    const end = performance.now() + seconds * 1000;
    let steps = 0;
    do {
      await this.#step();
      steps++;
    } while (performance.now() < end);
    const bursts = steps * this.#publishers.length;
    return {
      bursts,
      messages: bursts * this.#plan.burst,
      bytes: steps * this.#publishers.reduce((sum, { burst }) => sum + burst.bytes.length, 0),
      arrived: this.#arrived - before,
    };
  }

  get #arrived(): number {
    return this.#publishers.reduce((sum, { arrived }) => sum + arrived, 0);
  }

  #step(): Promise<void> {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        const states = this.#publishers.map(({ state }) => state);
        reject(new Error(`a step is not done after ${STEP_LIMIT} ms: ${states.join('; ')}`));
      }, STEP_LIMIT);
      this.#onStep = () => {
        clearTimeout(late);
        resolve();
      };
      for (const publisher of this.#publishers) publisher.send();
    });
  }

  #onProgress(): void {
    if (this.#publishers.every(({ isDone }) => isDone)) this.#onStep();
  }
}

function subscribe(link: Link, burst: Burst, qos: 0 | 1, onProgress: () => void): Arrivals {
  const acknowledge = (messageId: number): void => answers.add(PUBACK, messageId);
  const arrivals = new Arrivals(burst, qos === 0 ? undefined : acknowledge);
  link.read = (bytes, start, end) => {
    const taken = arrivals.take(bytes, start, end);
    answers.flush(link.socket);
    onProgress();
    return taken;
  };
  return arrivals;
}
