/** The middle value; of an even number of values the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** How the interval of a median is described to readers. */
export const INTERVAL =
  'the lowest and the highest round, of eight rounds or more the second lowest and the second highest';

/** How a figure and its interval are described to readers. */
export const MEDIAN = `median of the rounds; in brackets ${INTERVAL}`;

/** From so many values on the median lies between the second lowest and the second highest in 93 % of all cases. */
const ENOUGH_TO_CUT = 8;

/** A median with its interval: see `INTERVAL`. */
export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const cut = sorted.length >= ENOUGH_TO_CUT ? 1 : 0;
  return { median: median(sorted), low: sorted[cut]!, high: sorted[sorted.length - 1 - cut]! };
}
