/** What has changed between two runs, beyond what equal programs differ by. */
import {
  type CaseResult,
  comparisonsOf,
  control,
  isAmount,
  isCompared,
  isOurs,
  quotient,
  roundsOf,
  timesFaster,
} from '../figures.ts';
import { type Spread, spread } from '../measuring/statistics.ts';
import type { Place, Suite } from '../suite.ts';

/** One suite of a run. */
export interface SuiteResults {
  readonly suite: Suite;
  readonly results: readonly CaseResult[];
}

export interface Change {
  readonly cell: string;
  /** The comparison, or the contestant whose figure it is. */
  readonly label: string;
  readonly unit: string;
  readonly old: Spread;
  readonly now: Spread;
  /** How many times better it is now. */
  readonly times: number;
  /** Changes of less than so many times mean nothing. */
  readonly noise: number;
}

export interface Changes {
  readonly changes: readonly Change[];
  /** Cells of which nothing has changed. */
  readonly unchanged: number;
  /** Cells that both have. */
  readonly common: number;
}

const isSame = (a: Place, b: Place): boolean => a.group === b.group && a.column === b.column;

/** Whether a run has a cell. */
export function hasCell({ results }: SuiteResults, cell: Place): boolean {
  return results.some((other) => isSame(other, cell));
}

/** Cells of the same suite that both runs have, in pairs: the old one first. */
function commonCells(old: SuiteResults, now: SuiteResults): [old: CaseResult, now: CaseResult][] {
  return now.results.flatMap((cell): [CaseResult, CaseResult][] => {
    const other = old.results.find((one) => isSame(one, cell) && one.unit === cell.unit);
    return other === undefined ? [] : [[other, cell]];
  });
}

/** Compares the ratios and amounts of ours in the cells that both runs have. */
export function changesBetween(old: readonly SuiteResults[], now: readonly SuiteResults[]): Changes {
  const changes: Change[] = [];
  let unchanged = 0;
  let common = 0;
  for (const newer of now) {
    const older = old.find(({ suite }) => suite.name === newer.suite.name);
    if (older === undefined) continue;
    for (const [before, after] of commonCells(older, newer)) {
      const pairs = pairsOf(newer.suite, before, after);
      if (pairs.length === 0) continue;
      common++;
      const noise = noiseOf(older.suite, before) * noiseOf(newer.suite, after);
      const cell = `${newer.suite.name} ${after.group} ${after.column}`;
      const changed = pairs
        .map((pair): Change => ({ cell, unit: after.unit, noise, ...pair }))
        .filter(isChange);
      changes.push(...changed);
      if (changed.length === 0) unchanged++;
    }
  }
  const worstFirst = changes.sort((a, b) => a.times - b.times);
  return { changes: worstFirst, unchanged, common };
}

type Pair = Pick<Change, 'label' | 'old' | 'now' | 'times'>;

/** What can be compared in a cell: ratios, or, of what no machine is faster at, the figures themselves. */
function pairsOf(suite: Suite, before: CaseResult, after: CaseResult): Pair[] {
  const { unit } = after;
  if (!isCompared(unit)) return [];
  if (isAmount(unit)) {
    const ours = after.measurements.filter(({ name }) => isOurs(suite, name));
    return ours.flatMap(({ name, rounds }): Pair[] => {
      const earlier = roundsOf(before, name);
      if (earlier === undefined) return [];
      const [old, now] = [spread(earlier), spread(rounds)];
      return [{ label: name, old, now, times: quotient(old.median, now.median) }];
    });
  }
  return comparisonsOf(suite, [after]).flatMap(({ label, of, against }): Pair[] => {
    const old = timesFaster(before, of, against);
    const now = timesFaster(after, of, against);
    if (old === undefined || now === undefined) return [];
    return [{ label, old, now, times: quotient(now.median, old.median) }];
  });
}

/** The intervals are apart, and further than equal programs are. */
function isChange({ old, now, times, noise }: Change): boolean {
  const areApart = old.high < now.low || now.high < old.low;
  return areApart && Math.max(times, 1 / times) > noise;
}

/**
 * How many times equal programs differ in a cell, as the control showed: the farthest that its interval is from 1, or the
 * width of that. Without a control, how far the reference's own rounds are apart.
 */
export function noiseOf(suite: Suite, cell: CaseResult): number {
  const repeated = control(suite, cell);
  const reference = roundsOf(cell, suite.reference);
  const shown = repeated ?? (reference && spread(reference));
  if (shown === undefined) return 1;
  const { low, high } = shown;
  const width = quotient(high, low);
  return repeated === undefined ? width : Math.max(high, quotient(1, low), width);
}

/** Whether it is worse than before. */
export function isWorse({ times }: Change): boolean {
  return times < 1;
}
