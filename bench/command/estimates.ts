/** How long cases take, so that a run can say beforehand how long it will. Corrected by what they really take. */
import { type Case, caseName, type Suite } from '../suite.ts';
import { type CaseSettings, roundsIn } from './measure-case.ts';

/** Seconds of a case, by the first pattern that fits its name; about those that a record of two cores says. */
const SECONDS: ReadonlyArray<readonly [name: RegExp, full: number, quick: number]> = [
  [/^decode unique/, 56, 2],
  [/^decode mixed/, 33, 1.5],
  [/^decode /, 25, 1.2],
  [/^encode /, 11.5, 0.9],
  [/^drop-in heap /, 4, 0.7],
  [/^drop-in generate .*fresh/, 18, 0.6],
  [/^drop-in (parser|generate)/, 11, 0.6],
  [/^drop-in (first use|MQTT\.js) /, 10, 1],
  [/^drop-in aedes /, 40, 2.5],
  [/^drop-in /, 28, 2.5],
  [/^memory /, 5.5, 1],
  [/^match building /, 108, 3],
  [/^match (cold|hot) 1,000,000$/, 61, 1.5],
  [/^match .*1,000,000$/, 27, 1.5],
  [/^match (cold|hot) /, 34, 1.5],
  [/^match churn /, 33, 1.5],
  [/^match .*subscribe /, 2, 1.5],
  [/^match /, 9, 1.5],
  [/^forward heap /, 10, 1.5],
  [/^forward fan-out 10 /, 44, 1.5],
  [/^forward /, 30, 1.5],
  [/^sockets one busy/, 14, 3],
  [/^sockets .*fan-out 10$/, 95, 3],
  [/^sockets /, 51, 3],
  [/^broker copied /, 6, 4],
  [/^broker stages/, 54, 4],
  [/^broker /, 26, 4],
  [/^latency /, 34, 4],
  [/^scale idle connections, 1,000 /, 8, 3],
  [/^scale idle/, 35, 3],
  [/^scale clients/, 53, 4],
  [/^scale /, 13, 3],
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
