import { answers, PUBACK, PUBCOMP, PUBREC, PUBREL } from './answers.ts';
import type { Cycle } from './cycle.ts';
import { fail, type Link } from './link.ts';
import type { DensePlan } from './plan.ts';
import type { LoadRun } from './run.ts';

/** What a packet identifier waits for. */
const NOTHING = 0;
const FIRST_ANSWER = 1;
const SECOND_ANSWER = 2;

/**
 * Sends the batches of its cycle in turn, each as soon as everything is done that the same batch has caused before: so whatever
 * is lost, doubled or out of order is noticed by those who get it.
 */
export class DensePublisher {
  readonly #link: Link;
  readonly #cycle: Cycle;
  readonly #firstAnswer: number;
  readonly #batch: number;
  readonly #batchBytes: number;
  /** Acknowledgements and arrivals that a batch brings about. */
  readonly #parts: number;
  /** Of each batch, those that have not come; and when it was sent. */
  readonly #left: Int32Array;
  readonly #sentAt: Float64Array;
  readonly #waiting: Uint8Array;
  #next = 0;
  #underWay = 0;
  #run: LoadRun | undefined;
  #onEnd: () => void = () => {};

  constructor(link: Link, cycle: Cycle, { qos, batch, batches, fanOut }: DensePlan) {
    this.#link = link;
    this.#cycle = cycle;
    this.#firstAnswer = qos === 2 ? PUBREC : PUBACK;
    this.#batch = batch;
    this.#batchBytes = batch * cycle.frameLength;
    this.#parts = batch * (fanOut + (qos === 0 ? 0 : 1));
    this.#left = new Int32Array(batches);
    this.#sentAt = new Float64Array(batches);
    this.#waiting = new Uint8Array(batch * batches + 1);
    link.read = (bytes, start, end) => this.#read(bytes, start, end);
  }

  send(run: LoadRun): Promise<void> {
    this.#run = run;
    return new Promise((resolve) => {
      this.#onEnd = resolve;
      this.refill(performance.now());
    });
  }

  /** Sends what may be sent. */
  refill(now: number): void {
    const left = this.#left;
    if (!this.#run!.isOver(now)) {
      while (left[this.#next] === 0) this.#sendBatch(now);
    } else if (this.#underWay === 0) this.#onEnd();
  }

  /** Messages of the cycle from the one with that number on have arrived at a subscriber. */
  arrived(first: number, count: number, now: number): void {
    for (let i = first, end = first + count; i < end; ) {
      const batch = Math.floor(i / this.#batch);
      const some = Math.min(end, (batch + 1) * this.#batch) - i;
      this.#run!.arrived(some, now - this.#sentAt[batch]!);
      i += some;
    }
  }

  /** The same is done with them. */
  completed(first: number, count: number): void {
    for (let i = first, end = first + count; i < end; ) {
      const batch = Math.floor(i / this.#batch);
      const some = Math.min(end, (batch + 1) * this.#batch) - i;
      this.#complete(batch, some);
      i += some;
    }
  }

  #sendBatch(now: number): void {
    const batch = this.#next;
    this.#left[batch] = this.#parts;
    this.#sentAt[batch] = now;
    this.#underWay++;
    this.#waiting.fill(FIRST_ANSWER, batch * this.#batch + 1, (batch + 1) * this.#batch + 1);
    this.#link.socket.write(
      this.#cycle.frames.subarray(batch * this.#batchBytes, (batch + 1) * this.#batchBytes),
    );
    this.#next = (batch + 1) % this.#left.length;
  }

  #complete(batch: number, parts: number): void {
    const left = this.#left[batch]! - parts;
    this.#left[batch] = left;
    if (left === 0) this.#underWay--;
    else if (left < 0) throw new Error(`more came of batch ${batch} than was sent`);
  }

  #read(bytes: Buffer, start: number, end: number): number {
    const waiting = this.#waiting;
    const firstAnswer = this.#firstAnswer;
    let p = start;
    while (end - p >= 4) {
      const next = p + 2 + bytes[p + 1]!;
      if (next > end) break;
      const messageId = (bytes[p + 2]! << 8) | bytes[p + 3]!;
      // MQTT 5.0: what is longer has a reason code
      if (next > p + 4 && bytes[p + 4]! >= 0x80) fail('an error', bytes, p, next);
      if (bytes[p] === firstAnswer && waiting[messageId] === FIRST_ANSWER) {
        if (firstAnswer === PUBREC) {
          waiting[messageId] = SECOND_ANSWER;
          answers.add(PUBREL, messageId);
        } else this.#acknowledged(messageId);
      } else if (bytes[p] === PUBCOMP && waiting[messageId] === SECOND_ANSWER) this.#acknowledged(messageId);
      else fail('not an acknowledgement that is due', bytes, p, end);
      p = next;
    }
    answers.flush(this.#link.socket);
    this.refill(performance.now());
    return p;
  }

  #acknowledged(messageId: number): void {
    this.#waiting[messageId] = NOTHING;
    this.#complete(Math.floor((messageId - 1) / this.#batch), 1);
  }
}
