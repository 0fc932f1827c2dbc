/** The rate that arrives against p99, with open-loop load: how far a broker can be driven before latency grows. */
import { contestantsOf, figureOf, type Group } from '../data.ts';
import { short, tick, withSpread } from '../format.ts';
import { type Chart, type ChartKind, sourcesOf, subjectOf } from './chart.ts';
import { drawLines, type LinePanel, type Point } from './lines.ts';
import { ratesOf } from './payloads.ts';

const OFFERED = /^(.+), ([\d,]+) per second offered$/;

interface Step {
  readonly load: string;
  readonly offered: number;
  readonly group: Group;
}

export const rateCharts: ChartKind = (groups) => {
  const suites = new Map<string, Step[]>();
  for (const group of groups) {
    const [, load, offered] = OFFERED.exec(group.name) ?? [];
    if (load === undefined || !['per second', 'p99'].every((column) => cellOf(group, column))) continue;
    const { name } = group.entry.suite;
    const step = { load, offered: Number(offered!.replaceAll(',', '')), group };
    suites.set(name, [...(suites.get(name) ?? []), step]);
  }
  return [...suites].map(([suite, steps]) => chartOf(suite, steps));
};

const cellOf = ({ cells }: Group, column: string): Group['cells'][number] | undefined =>
  cells.find((cell) => cell.column === column);

function chartOf(suite: string, unordered: readonly Step[]): Chart {
  const steps = [...unordered].sort((a, b) => a.offered - b.offered);
  const names = contestantsOf(steps.flatMap(({ group }) => group.cells)).reverse();
  const unit = cellOf(steps[0]!.group, 'p99')!.unit;
  const loads = [...new Set(steps.map(({ load }) => load))];
  const panels = loads.map((load): LinePanel => {
    const mine = steps.filter((step) => step.load === load);
    const lines = names.map((name) => ({
      name,
      points: mine.flatMap(({ group }): Point[] => {
        const rate = ratesOf(cellOf(group, 'per second')!, name);
        const p99 = figureOf(cellOf(group, 'p99'), name);
        return rate === undefined || p99 === undefined ? [] : [[rate.median, p99.median]];
      }),
    }));
    return { title: load, lines: lines.filter(({ points }) => points.length > 0) };
  });
  return {
    id: `rates-${suite.replaceAll(/[^\w-]/g, '-')}`,
    title: `${subjectOf(suite)}: rate against p99`,
    description:
      `Across: messages per second that arrived; up: p99 of latency in ${unit}, logarithmic. Each point is one rate that was ` +
      'offered, whatever the broker made of it; where a line turns back or upwards the broker is saturated. To the right and ' +
      'below is better.',
    sources: sourcesOf(steps.map(({ group }) => group)),
    table: {
      head: ['load', 'offered', ...names.flatMap((name) => [`${name}: arrived`, `${name}: p99, ${unit}`])],
      rows: steps.map(({ load, offered, group }) => [
        load,
        offered.toLocaleString('en'),
        ...names.flatMap((name) => [
          withSpread(ratesOf(cellOf(group, 'per second')!, name), short),
          withSpread(figureOf(cellOf(group, 'p99'), name)),
        ]),
      ]),
    },
    draw: (layout) =>
      drawLines(
        {
          names,
          panels,
          x: { name: 'messages per second', isLog: false, min: 0, format: tick },
          y: { name: `p99, ${unit}`, isLog: true, format: tick },
        },
        layout,
      ),
  };
}
