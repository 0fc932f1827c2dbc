/** How long cases take, so that a run can say beforehand how long it will. Corrected by what they really take. */
import { type Case, caseName, type Suite } from '../suite.ts';
import { type CaseSettings, roundsIn } from './measure-case.ts';

/** Seconds of a case, by the first pattern that fits its name; about those that records say for two cores. */
const SECONDS: ReadonlyArray<readonly [name: RegExp, full: number, quick: number]> = [
  [/^decode unique/, 68, 2],
  [/^decode /, 35, 1.2],
  [/^encode /, 15, 0.9],
  [/^drop-in heap /, 5, 0.7],
  [/^drop-in (parser|generate)/, 14, 0.6],
  [/^drop-in first use /, 10, 1],
  [/^drop-in aedes /, 47, 2.5],
  [/^drop-in /, 20, 2.5],
  [/^memory /, 6, 1],
  [/^match building /, 80, 3],
  [/^match .*1,000,000$/, 45, 1.5],
  [/^match cold/, 33, 1.5],
  [/^match /, 15, 1.5],
  [/^forward heap /, 12, 1.5],
  [/^forward /, 50, 1.5],
  [/^sockets /, 60, 3],
  [/^broker (dense|sparse)/, 27, 4],
  [/^broker stages/, 54, 4],
  [/^broker /, 7, 3],
  [/^latency /, 35, 4],
  [/^scale idle/, 30, 3],
  [/^scale clients/, 62, 4],
  [/^scale /, 15, 3],
  // scenarios
  [/./, 70, 4],
];

/** Seconds that a case is expected to take. */
export function estimateOf(
  suite: Suite,
  one: Case,
  settings: Pick<CaseSettings, 'quick' | 'rounds'>,
): number {
  const name = caseName(suite, one);
  const [, full, quick] = SECONDS.find(([pattern]) => pattern.test(name))!;
  const { processes, each, usual } = roundsIn(one, settings);
  return ((settings.quick ? quick : full) * processes * each) / usual;
}
