/** Who won, by comparison and by what is measured. */

import type { CaseResult, Result } from '../figures.ts';
import * as figures from '../figures.ts';
import type { Entry } from './data.ts';

export { type Outcome, outcomeOf, type Result, resultOf, tally } from '../figures.ts';

export function resultsOf({ suite, results }: Entry): Result[] {
  return figures.resultsOf(suite, results);
}

/** Whom a contestant lost to in a cell. */
export function losersOf(entry: Entry, cell: CaseResult): { readonly name: string; readonly to: string }[] {
  return figures
    .comparisonsOf(entry.suite, entry.results)
    .flatMap((comparison) =>
      figures.resultOf(comparison, cell)?.outcome === 'loss'
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
