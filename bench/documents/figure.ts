/** One figure of a document: where it is in a record, and how it is written. */
import { type CaseResult, outcomeOf, roundsOf, timesFaster } from '../figures.ts';
import type { RecordedSuite } from '../html/data.ts';
import { number } from '../html/format.ts';
import { median, type Spread } from '../measuring/statistics.ts';
import type { Place } from '../suite.ts';
import type { Run, Source } from './runs.ts';

/** Names that a thing has, or had in older records; a pattern where they depend on the machine. */
type Names = string | readonly string[] | RegExp;

/** The reference of the suite, as the record says. */
export const REFERENCE = Symbol('the reference of the suite');
/** The same contestant without WebAssembly. */
export const TWIN = Symbol('the same contestant without WebAssembly');

type Rivals = typeof REFERENCE | typeof TWIN | string | readonly string[];

/** With `against` how many times faster `of` is than the fastest of them, without it what it took. */
export interface Figure {
  readonly suite: string | readonly string[];
  readonly group: Names;
  readonly column: Names;
  readonly of: string;
  readonly against?: Rivals;
}

interface Found {
  readonly text: string;
  readonly source: Source;
}

/** The figure as a run has it. */
export function figureIn(run: Run, figure: Figure): Found | undefined {
  for (const suite of run.suites) {
    for (const result of suite.cases) {
      if (!isAt(figure, suite.name, result)) continue;
      const text = textIn(suite, result, figure);
      if (text !== undefined) return { text, source: { run, suite: suite.name } };
    }
  }
  return undefined;
}

/** Whether it is a figure of that cell. */
export function isAt(figure: Figure, suite: string, { group, column }: Place): boolean {
  return isNamed(figure.suite, suite) && isNamed(figure.group, group) && isNamed(figure.column, column);
}

function isNamed(names: Names, name: string): boolean {
  if (typeof names === 'string') return names === name;
  return names instanceof RegExp ? names.test(name) : names.includes(name);
}

function textIn(suite: RecordedSuite, result: CaseResult, { of, against }: Figure): string | undefined {
  if (against === undefined) {
    const rounds = roundsOf(result, of);
    return rounds && amountText(median(rounds), result.unit);
  }
  const ratio = timesFaster(result, of, rivalsOf(against, of, suite));
  return ratio && ratioText(ratio);
}

function rivalsOf(against: Rivals, of: string, { reference }: RecordedSuite): readonly string[] {
  if (against === REFERENCE) return [reference];
  if (against === TWIN) return [of.includes('wasm') ? of.replace('wasm', 'js') : `${of} js`];
  return typeof against === 'string' ? [against] : against;
}

export const LOSS = '▼';

/** Two significant digits; what is within the noise is a tie, and a loss is marked. */
export function ratioText(ratio: Spread): string {
  const outcome = outcomeOf(ratio);
  if (outcome === 'tie') return `${ratio.median.toFixed(2)} (tie)`;
  const text = timesText(ratio.median);
  return outcome === 'loss' ? LOSS + text : text;
}

/** "211", "58", "2.6", "0.94", but 1.04, which is no tie, does not look like one. */
export function timesText(ratio: number): string {
  if (ratio >= 10) return Math.round(ratio).toLocaleString('en');
  const text = ratio.toPrecision(2);
  return text === '1.0' ? ratio.toPrecision(3) : text;
}

/** Units that go over into each other, from small to large. */
const SCALES: ReadonlyArray<readonly (readonly [unit: string, size: number])[]> = [
  [
    ['ns', 1],
    ['µs', 1e3],
    ['ms', 1e6],
    ['s', 1e9],
  ],
  [
    ['B', 1],
    ['KiB', 2 ** 10],
    ['MiB', 2 ** 20],
    ['GiB', 2 ** 30],
  ],
  [
    ['', 1],
    ['k', 1e3],
    ['M', 1e6],
  ],
];

/** What units of records are called there. */
const UNITS: Readonly<Record<string, string>> = {
  'MiB more': 'MiB',
  times: '',
  cycles: '',
  connections: '',
  bytes: 'B',
  '1,000 messages': 'k',
  '1,000 messages at most': 'k',
};

/** With three significant digits and its unit: "87.7 ns", "10.3 KiB", "18.3 M". */
export function amountText(value: number, recorded: string): string {
  const unit = UNITS[recorded] ?? recorded;
  const scale = SCALES.find((units) => units.some(([name]) => name === unit));
  if (scale === undefined) return `${figureText(value)} ${unit}`;
  const smallest = value * scale.find(([name]) => name === unit)![1];
  const [name, size] = scale.filter(([, bound]) => Math.abs(smallest) >= bound).at(-1) ?? scale[0]!;
  return `${figureText(smallest / size)} ${name}`.trimEnd();
}

/** Three significant digits, but what is counted has none behind the point. */
function figureText(value: number): string {
  return Number.isInteger(value) ? value.toLocaleString('en') : number(value);
}
