/**
 * When the messages of an open loop are due: evenly spread over time, and in turn over the publishers. Timers are exact to a
 * millisecond only, so that the last ones before something is due are spent turning the event loop.
 */
const TIMER_LEAD = 2;
/** Milliseconds. Longer than this no turn takes in which nothing is done: others had the processor. */
const LONGEST_TURN = 0.1;

export class Schedule {
  readonly total: number;
  readonly #perMillisecond: number;
  readonly #begin: number;

  /** So many, at a rate per second, the first at once. */
  constructor(total: number, rate: number, begin: number) {
    this.total = total;
    this.#perMillisecond = rate / 1000;
    this.#begin = begin;
  }

  /** How many are due by then. */
  dueBy(now: number): number {
    return Math.min(this.total, Math.floor((now - this.#begin) * this.#perMillisecond) + 1);
  }

  /** When the one with that number is due. */
  at(number: number): number {
    return this.#begin + number / this.#perMillisecond;
  }
}

/** Calls `onDue` as soon as something is due, until all has been. */
export class Clock {
  readonly #schedule: Schedule;
  readonly #onDue: (from: number, to: number, now: number) => void;
  #done = 0;
  #lastTurn = 0;
  #hasWorked = true;
  #waited = 0;
  #isStopped = false;

  constructor(schedule: Schedule, onDue: (from: number, to: number, now: number) => void) {
    this.#schedule = schedule;
    this.#onDue = onDue;
  }

  start(): void {
    this.#turn();
  }

  stop(): void {
    this.#isStopped = true;
  }

  get isOver(): boolean {
    return this.#done === this.#schedule.total;
  }

  /** Something else has been done in this turn of the event loop. */
  worked(): void {
    this.#hasWorked = true;
  }

  /** Milliseconds that turning took while there was nothing to do. */
  get waited(): number {
    return this.#waited;
  }

  readonly #turn = (): void => {
    if (this.#isStopped) return;
    const now = performance.now();
    const due = this.#schedule.dueBy(now);
    if (due > this.#done) {
      const from = this.#done;
      this.#done = due;
      this.#onDue(from, due, now);
      this.#hasWorked = true;
    } else if (!this.#hasWorked && now - this.#lastTurn < LONGEST_TURN) this.#waited += now - this.#lastTurn;
    if (this.isOver) return;
    const wait = this.#schedule.at(this.#done) - now;
    if (wait > TIMER_LEAD) {
      // what is slept through takes no CPU time
      this.#hasWorked = true;
      setTimeout(this.#turn, Math.floor(wait - TIMER_LEAD / 2));
    } else {
      this.#hasWorked = false;
      this.#lastTurn = now;
      setImmediate(this.#turn);
    }
  };
}
