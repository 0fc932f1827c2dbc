/** Prints results as Markdown tables. */
import {
  type CaseResult,
  control,
  isCompared,
  isOurs,
  lossesOf,
  means,
  outcomeOf,
  resultsOf,
  roundsOf,
  tally,
  timesFaster,
  verdictsOf,
  wallOverCpu,
} from './figures.ts';
import { count, marked, number, ratio, table } from './markdown.ts';
import { median } from './measuring/statistics.ts';
import type { Suite } from './suite.ts';

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
    `${suite.name}: ${summary(suite, results)}`,
  ].join('\n\n');
}

function groupTable(suite: Suite, results: readonly CaseResult[], group: string): string {
  const cells = results.filter((result) => result.group === group);
  const names = [...new Set(cells.flatMap(({ measurements }) => measurements.map(({ name }) => name)))];
  /** A column of ratios stands beside the figures, unless these are neither good nor bad. */
  const columnsOf = ({ unit }: CaseResult, figure: string, times: () => string): string[] =>
    isCompared(unit) ? [figure, times()] : [figure];
  const head = [
    group,
    ...cells.flatMap((cell) => columnsOf(cell, `${cell.column}: ${cell.unit}`, () => 'x')),
  ];
  const compared = (cell: CaseResult, of: string, against: readonly string[], isMarked: boolean): string => {
    const spread = timesFaster(cell, of, against);
    if (spread === undefined) return '';
    const outcome = outcomeOf(spread);
    // that others are slower than each other is nobody's loss
    return marked(spread, isMarked || outcome === 'tie' ? outcome : 'win');
  };
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
            : compared(cell, name, [suite.reference], isOurs(suite, name)),
        );
      }),
    ]);
  const quotients = suite.comparisons.map(({ label, of, against }) => [
    label,
    ...cells.flatMap((cell) => columnsOf(cell, '', () => compared(cell, of, against, true))),
  ]);
  const controls = [
    'A/A control',
    ...cells.flatMap((cell) => columnsOf(cell, '', () => ratio(control(suite, cell)))),
  ];
  const rest = [...quotients, controls].filter((row) => row.slice(1).some((text) => text !== ''));
  return `### ${group}\n\n${table(head, [...body, ...rest])}${wallLine(cells)}`;
}

function wallLine(cells: readonly CaseResult[]): string {
  const wall = wallOverCpu(cells);
  if (wall === undefined) return '';
  const { median: middle, high } = wall;
  return `\n\nwall time over CPU time: ${number(middle)} (median of all cells and contestants; highest ${number(high)})`;
}

function meanTable(suite: Suite, results: readonly CaseResult[]): string[] {
  const rows = means(suite, results).map(({ name, mean }) => [name, number(mean)]);
  if (rows.length === 0) return [];
  const cells = results.length === 1 ? 'the one cell' : `all ${results.length} cells`;
  const mix = `of ${cells} of ${suite.name} above, each counted once`;
  return [`### geometric mean ${mix}\n\n${table(['contestant', `x ${suite.reference}`], rows)}`];
}

function lossTable(suite: Suite, results: readonly CaseResult[]): string {
  const losses = lossesOf(suite, results);
  if (losses.length === 0) return '### losses\n\nnone';
  const rows = losses.map(({ group, column, label, ratio: spread }) => [
    `${group} ${column}`,
    label,
    marked(spread, 'loss'),
  ]);
  return `### losses\n\n${table(['cell', 'comparison', 'x'], rows)}`;
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

function summary(suite: Suite, results: readonly CaseResult[]): string {
  const { win, tie, loss } = tally(resultsOf(suite, results));
  return `${count(win, 'win')}, ${count(tie, 'tie')}, ${count(loss, 'loss', 'losses')}`;
}
