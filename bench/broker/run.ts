import { build, type Histogram } from 'hdr-histogram-js';
import type { LoadResult } from './plan.ts';

/** One run of a load: when it ends, and what it has counted. */
export class LoadRun {
  readonly #histogram: Histogram = build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: 60_000_000,
    numberOfSignificantValueDigits: 3,
  });
  readonly #begin = performance.now();
  readonly #cpu = process.cpuUsage();
  readonly #end: number;
  #messages = 0;

  constructor(seconds: number) {
    this.#end = this.#begin + seconds * 1000;
  }

  /** Whether no more messages are to be sent. Some are, even if this process had to wait for longer than the run takes. */
  isOver(now: number): boolean {
    return now >= this.#end && this.#messages > 0;
  }

  /** So many messages have arrived that were sent at the same time. */
  arrived(messages: number, milliseconds: number): void {
    this.#messages += messages;
    this.#histogram.recordValueWithCount(Math.round(milliseconds * 1000), messages);
  }

  result(): LoadResult {
    const seconds = (performance.now() - this.#begin) / 1000;
    const { user, system } = process.cpuUsage(this.#cpu);
    const [p50, p99] = [50, 99].map((percentile) => this.#histogram.getValueAtPercentile(percentile));
    return { messages: this.#messages, seconds, cpuSeconds: (user + system) / 1e6, p50: p50!, p99: p99! };
  }
}
