/** Ratios, losses and targets, worked out from what the cases measured. */

import { median, type Spread, spread } from './measuring/statistics.ts';
import type { Measurement } from './measuring/time.ts';
import type { Comparison, Suite, Target } from './suite.ts';

export interface CaseResult {
  readonly group: string;
  readonly column: string;
  readonly unit: string;
  /** Packets of one pass. */
  readonly packets: number;
  readonly checksums: Readonly<Record<string, number>>;
  readonly measurements: readonly Measurement[];
  /** How long measuring took, by the clock, the other cells of the same case included. Older records lack it. */
  readonly seconds?: number;
}

/** The rounds of one contestant in one case, if it took part. */
export function roundsOf(result: CaseResult, name: string): readonly number[] | undefined {
  return result.measurements.find((measurement) => measurement.name === name)?.rounds;
}

/** Units of which more is better; of all others, less is. */
const RATES: readonly string[] = ['1,000 messages', 'connections', 'cycles'];
/** Units of which neither is. */
const NEUTRAL: readonly string[] = ['%', '1,000 messages at most', 'MiB more', 'messages', 'µs late'];

/** Units of what does not depend on how fast a machine is. */
const AMOUNTS: readonly string[] = ['bytes', 'KiB', 'MiB', 'nodes', 'times'];

/** Whether figures of different runs can be compared without a ratio to something in the same run. */
export function isAmount(unit: string): boolean {
  return AMOUNTS.includes(unit);
}

/** Whether a ratio of such figures says who is better. */
export function isCompared(unit: string): boolean {
  return !NEUTRAL.includes(unit);
}

/**
 * How many times faster `of` is than the fastest of `against`, round by round; `undefined` if one is missing, or if the figures
 * are neither good nor bad.
 */
export function timesFaster(result: CaseResult, of: string, against: readonly string[]): Spread | undefined {
  const mine = roundsOf(result, of);
  const rivals = against.flatMap((name) => [roundsOf(result, name) ?? []]);
  if (mine === undefined || rivals.some((rounds) => rounds.length === 0)) return undefined;
  if (!isCompared(result.unit)) return undefined;
  const isRate = RATES.includes(result.unit);
  const best = rivals.reduce((a, b) => (median(b) < median(a) !== isRate ? b : a));
  // differences may be below 0: their ratio says nothing
  if ([...mine, ...best].some((figure) => figure < 0)) return undefined;
  return spread(mine.map((figure, i) => (isRate ? quotient(figure, best[i]!) : quotient(best[i]!, figure))));
}

/** Two that have nothing are equal. */
export function quotient(dividend: number, divisor: number): number {
  return dividend === divisor ? 1 : dividend / divisor;
}

/** The control's ratio to the contestant that it repeats: what is within its spread is noise. */
export function control(suite: Suite, result: CaseResult): Spread | undefined {
  const { control: names = [] } = suite;
  const repeated = [names].flat().find((name) => roundsOf(result, name) !== undefined);
  return repeated === undefined ? undefined : timesFaster(result, 'control', [repeated]);
}

/**
 * The geometric mean of the ratios to the reference over all cells, for those who took part in all of them. None of
 * cells with different units, nor of bytes, of which there may be 0.
 */
export function means(suite: Suite, results: readonly CaseResult[]): { name: string; mean: number }[] {
  const units = new Set(results.map(({ unit }) => unit));
  if (units.size > 1 || units.has('bytes')) return [];
  return results[0]!.measurements.flatMap(({ name }) => {
    const ratios = results.flatMap((result) => timesFaster(result, name, [suite.reference])?.median ?? []);
    if (name === suite.reference || name === 'control' || ratios.length < results.length) return [];
    return { name, mean: Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length) };
  });
}

export type Outcome = 'win' | 'tie' | 'loss';

/** From the interval of a ratio of which more is better. If it contains 1, nobody has won. */
export function outcomeOf({ low, high }: Pick<Spread, 'low' | 'high'>): Outcome {
  if (low > 1) return 'win';
  return high < 1 ? 'loss' : 'tie';
}

/** Whether a contestant is the project's own: neither the reference, nor another rival, nor the control. */
export function isOurs(
  { reference, rivals = [] }: Pick<Suite, 'reference' | 'rivals'>,
  name: string,
): boolean {
  return name !== reference && name !== 'control' && !rivals.includes(name);
}

/** What is compared: every contestant of ours with the reference, and what the suite compares besides. */
export function comparisonsOf(suite: Suite, results: readonly CaseResult[]): Comparison[] {
  const { reference, comparisons } = suite;
  const names = new Set(results.flatMap(({ measurements }) => measurements.map(({ name }) => name)));
  const ours = [...names].filter((name) => isOurs(suite, name));
  const others = comparisons.filter(
    ({ of, against }) => !(against.length === 1 && against[0] === reference && ours.includes(of)),
  );
  return [
    ...ours.map((name) => ({ label: `${name} : ${reference}`, of: name, against: [reference] })),
    ...others,
  ];
}

/** One comparison in one cell. */
export interface Result {
  readonly comparison: Comparison;
  readonly cell: CaseResult;
  readonly ratio: Spread;
  readonly outcome: Outcome;
}

export function resultOf(comparison: Comparison, cell: CaseResult): Result | undefined {
  const ratio = timesFaster(cell, comparison.of, comparison.against);
  return ratio && { comparison, cell, ratio, outcome: outcomeOf(ratio) };
}

export function resultsOf(suite: Suite, results: readonly CaseResult[]): Result[] {
  return comparisonsOf(suite, results).flatMap((comparison) =>
    results.flatMap((cell) => resultOf(comparison, cell) ?? []),
  );
}

export function tally(results: readonly Pick<Result, 'outcome'>[]): Readonly<Record<Outcome, number>> {
  const counts = { win: 0, tie: 0, loss: 0 };
  for (const { outcome } of results) counts[outcome]++;
  return counts;
}

export interface Loss {
  readonly group: string;
  readonly column: string;
  readonly label: string;
  readonly ratio: Spread;
}

/** All cells where a contestant of ours is slower than the reference, or loses a comparison. */
export function lossesOf(suite: Suite, results: readonly CaseResult[]): Loss[] {
  const lost = resultsOf(suite, results).filter(({ outcome }) => outcome === 'loss');
  const inOrder = lost.sort((a, b) => results.indexOf(a.cell) - results.indexOf(b.cell));
  return inOrder.map(({ comparison: { label }, cell: { group, column }, ratio }) => {
    return { group, column, label, ratio };
  });
}

/** How many times the CPU time went by on the clock meanwhile: middle and highest of all cells and contestants. */
export function wallOverCpu(results: readonly CaseResult[]): { median: number; high: number } | undefined {
  const ratios = results.flatMap(({ measurements }) =>
    measurements.flatMap(({ rounds, wall }) => (wall ? [median(wall) / median(rounds)] : [])),
  );
  return ratios.length === 0 ? undefined : { median: median(ratios), high: Math.max(...ratios) };
}

export interface Verdict {
  readonly target: Target;
  /** The measured value, of several cells the worst. */
  readonly value: number;
  /** The cell it comes from. */
  readonly cell: string;
  readonly met: boolean;
}

/** Judges the targets whose cells were measured. */
export function verdictsOf(suite: Suite, results: readonly CaseResult[]): Verdict[] {
  return suite.targets.flatMap((target) => {
    const verdicts = results.flatMap((result) => judge(target, result) ?? []);
    const distance = ({ value }: Verdict): number => (target.atLeast === undefined ? value : -value);
    return verdicts.length === 0 ? [] : [verdicts.reduce((a, b) => (distance(b) > distance(a) ? b : a))];
  });
}

function judge(target: Target, result: CaseResult): Verdict | undefined {
  const { group = result.group } = target;
  if (typeof group === 'string' ? group !== result.group : !group.includes(result.group)) return undefined;
  if (target.column !== undefined && target.column !== result.column) return undefined;
  const value = measured(target, result);
  if (value === undefined) return undefined;
  const met = value >= (target.atLeast ?? 0) && value <= (target.atMost ?? Number.POSITIVE_INFINITY);
  return { target, value, cell: `${result.group} ${result.column}`, met };
}

function measured({ contestant, against, atLeast }: Target, result: CaseResult): number | undefined {
  if (against === undefined) {
    const rounds = roundsOf(result, contestant);
    return rounds && median(rounds);
  }
  const faster = timesFaster(result, contestant, against)?.median;
  if (faster === undefined) return undefined;
  return atLeast === undefined ? 1 / faster : faster;
}
