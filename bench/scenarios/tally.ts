import { build, type Histogram } from 'hdr-histogram-js';
import type { Percentiles } from './plan.ts';

/** Ten minutes: longer is not told apart. */
const LONGEST = 600_000_000;

/** Times in microseconds, in an HDR histogram. */
export class Tally {
  readonly #histogram: Histogram = build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: LONGEST,
    numberOfSignificantValueDigits: 3,
  });
  /** Messages of one write that one read has: the same value many times in a row. */
  #value = 0;
  #count = 0;

  record(milliseconds: number): void {
    const value = Math.min(LONGEST, Math.max(0, Math.round(milliseconds * 1000)));
    if (value !== this.#value) {
      this.#flush();
      this.#value = value;
    }
    this.#count++;
  }

  percentiles(): Percentiles {
    this.#flush();
    const histogram = this.#histogram;
    const at = (percentile: number): number => histogram.getValueAtPercentile(percentile);
    return { p50: at(50), p90: at(90), p99: at(99), p999: at(99.9), max: histogram.maxValue };
  }

  #flush(): void {
    if (this.#count > 0) this.#histogram.recordValueWithCount(this.#value, this.#count);
    this.#count = 0;
  }
}
