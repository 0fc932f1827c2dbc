import type { Contest, Findings, Run, Subject } from '../suite.ts';
import { checkSums, legsOf, type Measurement, roundsOfLegs, type Timing, timesOf } from './time.ts';

export interface RunSettings {
  /** The first round in this process, and how many it runs. */
  readonly firstRound: number;
  readonly rounds: number;
  /** Runs of each program before it is measured. */
  readonly warmUps: number;
}

export interface MeasuredRuns {
  readonly measurements: readonly Measurement[];
  readonly checksums: Readonly<Record<string, number>>;
}

/** Measures programs in processes of their own, one at a time, in the order that loops are measured in. */
export async function measureRuns({ competitors }: Contest, settings: RunSettings): Promise<MeasuredRuns> {
  const first: Run[] = [];
  for (const competitor of competitors) first.push(await competitor.run());
  checkSums(competitors.map(({ name }, at) => ({ name, sums: first[at]!.sums })));
  const runAgain = async (at: number): Promise<Timing> => {
    const { name, run } = competitors[at]!;
    const { figure: cpu, wall, sums } = await run();
    checkSums([
      { name: `${name} at first`, sums: first[at]!.sums },
      { name: `${name} later`, sums },
    ]);
    return { cpu, wall };
  };
  for (let i = 1; i < settings.warmUps; i++) {
    for (let at = 0; at < competitors.length; at++) await runAgain(at);
  }
  const legs: Timing[][] = competitors.map(() => []);
  for (let i = 0; i < settings.rounds; i++) {
    for (const at of legsOf(competitors.length, settings.firstRound + i)) legs[at]!.push(await runAgain(at));
  }
  return {
    measurements: competitors.map(({ name }, at) => timesOf(name, legs[at]!)),
    checksums: Object.assign({}, ...first.map(({ sums }) => sums)),
  };
}

/** What was found, by figure, of those who have it. */
export interface MeasuredFigures {
  readonly packets: number;
  readonly checksums: Readonly<Record<string, number>>;
  readonly figures: Readonly<Record<string, readonly Measurement[]>>;
}

export interface FiguresSettings extends Pick<RunSettings, 'rounds' | 'warmUps'> {
  /** Default 0. */
  readonly firstRound?: number;
  /** Whether a round runs everybody once more in reverse; its figures are the means. */
  readonly isThereAndBack?: boolean | undefined;
}

/** Takes the figures of programs, one at a time; every round begins with another one. */
export async function measureFigures(
  subjects: readonly Subject[],
  { firstRound = 0, rounds, warmUps, isThereAndBack = false }: FiguresSettings,
): Promise<MeasuredFigures> {
  const found: Findings[][] = subjects.map(() => []);
  for (let round = 0; round < warmUps + rounds; round++) {
    const legs = legsOf(subjects.length, firstRound + round);
    for (const at of isThereAndBack ? legs : legs.slice(0, subjects.length)) {
      found[at]!.push(await subjects[at]!.run());
    }
  }
  checkSums(subjects.flatMap(({ name }, at) => found[at]!.map(({ sums }) => ({ name, sums }))));
  const figures: Record<string, Measurement[]> = {};
  subjects.forEach(({ name }, at) => {
    const counted = found[at]!.slice(isThereAndBack ? 2 * warmUps : warmUps);
    for (const figure of Object.keys(counted[0]!.figures)) {
      const values = counted.map((one) => one.figures[figure]!);
      (figures[figure] ??= []).push({ name, rounds: isThereAndBack ? roundsOfLegs(values) : values });
    }
  });
  return { packets: 1, checksums: Object.assign({}, ...found.map(([first]) => first!.sums)), figures };
}
