/** What an average is taken over, in minutes. */
export const PERIODS = [1, 5, 15] as const;

/**
 * How often something happens in a minute, as exponential moving averages over 1, 5 and 15 minutes: the load averages of
 * Unix, and those that Mosquitto publishes.
 */
export class LoadAverages {
  /** By the minutes that they are over, as in `PERIODS`. */
  readonly values: [number, number, number] = [0, 0, 0];

  /** It has happened `count` times in the last `seconds`, which are not 0. */
  add(count: number, seconds: number): void {
    const perMinute = (count * 60) / seconds;
    PERIODS.forEach((minutes, i) => {
      const share = Math.exp(-seconds / (60 * minutes));
      this.values[i] = perMinute + share * (this.values[i] - perMinute);
    });
  }
}
