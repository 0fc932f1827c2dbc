/** Ratios, losses and targets, worked out from what the cases measured. */
import type { Measurement } from './measure.ts';
import { median, type Spread, spread } from './statistics.ts';
import type { Comparison, Suite, Target } from './suite.ts';

export interface CaseResult {
  readonly group: string;
  readonly column: string;
  readonly unit: string;
  /** Packets of one pass. */
  readonly packets: number;
  readonly checksums: Readonly<Record<string, number>>;
  readonly measurements: readonly Measurement[];
}

/** The rounds of one contestant in one case, if it took part. */
export function roundsOf(result: CaseResult, name: string): readonly number[] | undefined {
  return result.measurements.find((measurement) => measurement.name === name)?.rounds;
}

/** Units of which more is better; of all others, less is. */
const RATES: readonly string[] = ['1,000 messages'];
/** Units of which neither is. */
const NEUTRAL: readonly string[] = ['%'];

/** Whether a ratio of such figures says how many times faster somebody is. */
export function isSpeed(unit: string): boolean {
  return unit === 'ns' || unit === 'ms' || RATES.includes(unit);
}

/**
 * How many times faster `of` is than the fastest of `against`, round by round; `undefined` if one is missing, or if the figures
 * are neither good nor bad.
 */
export function timesFaster(result: CaseResult, of: string, against: readonly string[]): Spread | undefined {
  const mine = roundsOf(result, of);
  const rivals = against.flatMap((name) => [roundsOf(result, name) ?? []]);
  if (mine === undefined || rivals.some((rounds) => rounds.length === 0)) return undefined;
  if (NEUTRAL.includes(result.unit)) return undefined;
  const isRate = RATES.includes(result.unit);
  const best = rivals.reduce((a, b) => (median(b) < median(a) !== isRate ? b : a));
  return spread(mine.map((figure, i) => (isRate ? figure / best[i]! : best[i]! / figure)));
}

/** The control's ratio to the contestant that it repeats: what is within its spread is noise. */
export function control(suite: Suite, result: CaseResult): Spread | undefined {
  return suite.control === undefined ? undefined : timesFaster(result, 'control', [suite.control]);
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

export interface Loss {
  readonly group: string;
  readonly column: string;
  readonly label: string;
  readonly ratio: Spread;
  /** Part of the rounds went the other way. */
  readonly unsure: boolean;
}

/** All cells where a contestant of ours is slower than the reference, or loses a comparison. */
export function lossesOf(suite: Suite, results: readonly CaseResult[]): Loss[] {
  return results.flatMap((result) => {
    const { group, column } = result;
    const others = [suite.reference, 'control', ...(suite.rivals ?? [])];
    const ours = result.measurements.filter(({ name }) => !others.includes(name));
    const all: Comparison[] = [
      ...ours.map(({ name }) => ({
        label: `${name} : ${suite.reference}`,
        of: name,
        against: [suite.reference],
      })),
      ...suite.comparisons,
    ];
    return all.flatMap(({ label, of, against, lossBelow = 1 }): Loss[] => {
      const ratio = timesFaster(result, of, against);
      if (ratio === undefined || !(ratio.median < lossBelow)) return [];
      return [{ group, column, label, ratio, unsure: ratio.high >= lossBelow }];
    });
  });
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
