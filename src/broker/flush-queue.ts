/** Flushes the writers that were written to in this turn of the event loop at its end, all in one go. */
export class FlushQueue {
  #waiting: (() => void)[] = [];

  readonly add = (flush: () => void): void => {
    if (this.#waiting.push(flush) === 1) setImmediate(() => this.#flushAll());
  };

  #flushAll(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const flush of waiting) flush();
  }
}
