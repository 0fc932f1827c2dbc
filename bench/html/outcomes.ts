/** Who won: a ratio whose interval contains 1 is a tie. */
import { type CaseResult, timesFaster } from '../figures.ts';
import type { Spread } from '../statistics.ts';
import type { Comparison } from '../suite.ts';
import { contestantsOf, type Entry, isOurs } from './data.ts';

export type Outcome = 'win' | 'tie' | 'loss';

/** From the interval of a ratio of which more is better. Two zeros are a tie. */
export function outcomeOf({ low, high }: Pick<Spread, 'low' | 'high'>): Outcome {
  if (low > 1) return 'win';
  return high < 1 ? 'loss' : 'tie';
}

/** One comparison in one cell. */
export interface Result {
  readonly comparison: Comparison;
  readonly cell: CaseResult;
  readonly ratio: Spread;
  readonly outcome: Outcome;
}

/** What is compared in an entry: every contestant of ours with the reference, and what the suite compares besides. */
export function comparisonsOf({ suite, results }: Entry): Comparison[] {
  const { reference, comparisons } = suite;
  const ours = contestantsOf(results).filter((name) => isOurs(suite, name));
  const recorded = comparisons.filter(
    ({ of, against }) => !(against.length === 1 && against[0] === reference && ours.includes(of)),
  );
  return [
    ...ours.map((name) => ({ label: `${name} : ${reference}`, of: name, against: [reference] })),
    ...recorded,
  ];
}

export function resultOf(comparison: Comparison, cell: CaseResult): Result | undefined {
  const ratio = timesFaster(cell, comparison.of, comparison.against);
  return ratio && { comparison, cell, ratio, outcome: outcomeOf(ratio) };
}

export function resultsOf(entry: Entry): Result[] {
  return comparisonsOf(entry).flatMap((comparison) =>
    entry.results.flatMap((cell) => resultOf(comparison, cell) ?? []),
  );
}

/** Whom a contestant lost to in a cell. */
export function losersOf(entry: Entry, cell: CaseResult): { readonly name: string; readonly to: string }[] {
  return comparisonsOf(entry).flatMap((comparison) =>
    resultOf(comparison, cell)?.outcome === 'loss'
      ? [{ name: comparison.of, to: comparison.against.join(' or ') }]
      : [],
  );
}

const KINDS: Readonly<Record<string, string>> = {
  ns: 'time',
  µs: 'time',
  ms: 'time',
  bytes: 'memory',
  KiB: 'memory',
  MiB: 'memory',
  '1,000 messages': 'rate',
  times: 'count',
  nodes: 'count',
};

/** What a unit measures: ratios of time and of memory are not mixed in one row. */
export function kindOf(unit: string): string {
  return KINDS[unit] ?? unit;
}

export interface Score {
  readonly label: string;
  readonly kind: string;
  readonly results: readonly Result[];
}

/** The results by comparison and by what is measured. */
export function scoresOf(entry: Entry): Score[] {
  const scores = new Map<string, { label: string; kind: string; results: Result[] }>();
  for (const result of resultsOf(entry)) {
    const { label } = result.comparison;
    const kind = kindOf(result.cell.unit);
    const key = `${label}\n${kind}`;
    const score = scores.get(key) ?? { label, kind, results: [] };
    score.results.push(result);
    scores.set(key, score);
  }
  return [...scores.values()];
}

export function tally(results: readonly Result[]): Readonly<Record<Outcome, number>> {
  const counts = { win: 0, tie: 0, loss: 0 };
  for (const { outcome } of results) counts[outcome]++;
  return counts;
}
