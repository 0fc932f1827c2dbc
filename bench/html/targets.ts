/** What a verdict about a target leaves out: its spread. */
import { timesFaster, type Verdict } from '../figures.ts';
import type { Spread } from '../measuring/statistics.ts';
import { type Entry, figureOf } from './data.ts';

/** The spread of the value that a verdict is about, from the cell that it names. */
export function ratioOfTarget({ results }: Entry, { target, cell }: Verdict): Spread | undefined {
  const result = results.find(({ group, column }) => `${group} ${column}` === cell);
  if (result === undefined) return undefined;
  const { contestant, against, atLeast } = target;
  if (against === undefined) return figureOf(result, contestant);
  const ratio = timesFaster(result, contestant, against);
  if (ratio === undefined || atLeast !== undefined) return ratio;
  return { median: 1 / ratio.median, low: 1 / ratio.high, high: 1 / ratio.low };
}
