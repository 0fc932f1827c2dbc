/** Prints results as Markdown tables. */
import {
  type CaseResult,
  control,
  isSpeed,
  lossesOf,
  means,
  roundsOf,
  timesFaster,
  verdictsOf,
} from './figures.ts';
import { median, type Spread } from './statistics.ts';
import type { Suite } from './suite.ts';

type Row = readonly string[];

/** The whole report of a suite: its notes, a table per group, the losses, the targets. */
export function report(suite: Suite, results: readonly CaseResult[]): string {
  const groups = [...new Set(results.map(({ group }) => group))];
  return [
    `## ${suite.name}`,
    suite.notes.map((note) => `- ${note}`).join('\n'),
    ...groups.map((group) => groupTable(suite, results, group)),
    ...meanTable(suite, results),
    lossTable(suite, results),
    targetTable(suite, results),
  ].join('\n\n');
}

function groupTable(suite: Suite, results: readonly CaseResult[], group: string): string {
  const cells = results.filter((result) => result.group === group);
  const names = [...new Set(cells.flatMap(({ measurements }) => measurements.map(({ name }) => name)))];
  /** A column of ratios stands beside a column of times or rates. */
  const columnsOf = ({ unit }: CaseResult, figure: string, times: () => string): string[] =>
    isSpeed(unit) ? [figure, times()] : [figure];
  const head = [
    group,
    ...cells.flatMap((cell) => columnsOf(cell, `${cell.column}: ${cell.unit}`, () => 'x')),
  ];
  const body = names
    .filter((name) => name !== 'control')
    .map((name) => [
      name,
      ...cells.flatMap((cell) => {
        const rounds = roundsOf(cell, name);
        const figure = rounds === undefined ? '' : number(median(rounds));
        return columnsOf(cell, figure, () =>
          rounds !== undefined && name === suite.reference
            ? '1'
            : ratio(timesFaster(cell, name, [suite.reference])),
        );
      }),
    ]);
  const quotients = suite.comparisons.map(({ label, of, against }) => [
    label,
    ...cells.flatMap((cell) => columnsOf(cell, '', () => ratio(timesFaster(cell, of, against)))),
  ]);
  const controls = [
    'A/A control',
    ...cells.flatMap((cell) => columnsOf(cell, '', () => ratio(control(suite, cell)))),
  ];
  const rest = [...quotients, controls].filter((row) => row.slice(1).some((text) => text !== ''));
  return `### ${group}\n\n${table(head, [...body, ...rest])}`;
}

function meanTable(suite: Suite, results: readonly CaseResult[]): string[] {
  const rows = means(suite, results).map(({ name, mean }) => [name, number(mean)]);
  if (rows.length === 0) return [];
  return [`### geometric mean of all cells\n\n${table(['contestant', `x ${suite.reference}`], rows)}`];
}

function lossTable(suite: Suite, results: readonly CaseResult[]): string {
  const losses = lossesOf(suite, results);
  if (losses.length === 0) return '### losses\n\nnone';
  const rows = losses.map(({ group, column, label, ratio: r, unsure }) => [
    `${group} ${column}`,
    label,
    ratio(r),
    unsure ? 'not in every round' : '',
  ]);
  return `### losses\n\n${table(['cell', 'comparison', 'x', ''], rows)}`;
}

function targetTable(suite: Suite, results: readonly CaseResult[]): string {
  const verdicts = verdictsOf(suite, results);
  if (verdicts.length === 0) return '### targets\n\nnone measured';
  const rows = verdicts.map(({ target, value, cell, met }) => [
    target.label,
    target.atLeast === undefined ? `<= ${target.atMost}` : `>= ${target.atLeast}`,
    number(value),
    cell,
    met ? 'met' : 'missed',
  ]);
  return `### targets\n\n${table(['target', 'wanted', 'measured', 'cell', ''], rows)}`;
}

/** Three significant digits, without an exponent. */
function number(value: number): string {
  return value >= 100 || value === 0 ? value.toFixed(0) : value.toFixed(value >= 10 ? 1 : 2);
}

function ratio(spread: Spread | undefined): string {
  if (spread === undefined) return '';
  return `${number(spread.median)} [${number(spread.low)}..${number(spread.high)}]`;
}

/** Columns of figures are aligned to the right. */
function table(head: Row, body: readonly Row[]): string {
  const columns = head.map((title, i) => {
    const texts = body.map((row) => row[i]!);
    const width = Math.max(3, title.length, ...texts.map((text) => text.length));
    return { width, figures: texts.every((text) => /^(\d|$)/.test(text)) };
  });
  const line = (row: Row): string => {
    const texts = columns.map(({ width, figures }, i) => row[i]!.padEnd(figures ? 0 : width).padStart(width));
    return `| ${texts.join(' | ')} |`;
  };
  const rule = columns.map(({ width, figures }) => `${'-'.repeat(width - 1)}${figures ? ':' : '-'}`);
  return [line(head), line(rule), ...body.map(line)].join('\n');
}
