/** Percentiles of latency as HdrHistogram plots them: across, the number of nines. */
import type { CaseResult } from '../../figures.ts';
import { contestantsOf, figureOf, type Group } from '../data.ts';
import { tick, withSpread } from '../format.ts';
import { type Chart, type ChartKind, sourcesOf, subjectOf } from './chart.ts';
import { drawLines, type LinePanel, type Point } from './lines.ts';

/** Below this there is no curve. */
const FEWEST = 3;
/** The highest value stands so many nines beyond the last percentile: how rare it is depends on the run. */
const MAX_BEYOND = 0.5;

const UNITS = ['ns', 'µs', 'ms'];

/** The percentile that a column like "p99.9" stands for, 100 of "max". */
export function percentileOf({ column, unit }: CaseResult): number | undefined {
  if (!UNITS.includes(unit)) return undefined;
  if (column === 'max') return 100;
  const [, digits] = /^p(\d{1,2}(?:\.\d+)?)$/.exec(column) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

/** 90 is 1, 99 is 2, 99.9 is 3. */
const ninesOf = (percentile: number): number => -Math.log10(1 - percentile / 100);

interface Curve {
  readonly group: Group;
  readonly cells: readonly { readonly percentile: number; readonly cell: CaseResult }[];
}

export const latencyCharts: ChartKind = (groups) => {
  const suites = new Map<string, Curve[]>();
  for (const group of groups) {
    const cells = group.cells.flatMap((cell) => {
      const percentile = percentileOf(cell);
      return percentile === undefined ? [] : [{ percentile, cell }];
    });
    if (cells.length < FEWEST) continue;
    cells.sort((a, b) => a.percentile - b.percentile);
    const { name } = group.entry.suite;
    suites.set(name, [...(suites.get(name) ?? []), { group, cells }]);
  }
  return [...suites].map(([suite, curves]) => chartOf(suite, curves));
};

function chartOf(suite: string, curves: readonly Curve[]): Chart {
  const names = contestantsOf(curves.flatMap(({ group }) => group.cells)).reverse();
  const percentiles = [...new Set(curves.flatMap(({ cells }) => cells.map(({ percentile }) => percentile)))];
  percentiles.sort((a, b) => a - b);
  const last = ninesOf(percentiles.filter((percentile) => percentile < 100).at(-1) ?? 0);
  const place = (percentile: number): number =>
    percentile === 100 ? last + MAX_BEYOND : ninesOf(percentile);
  const units = [...new Set(curves.flatMap(({ cells }) => cells.map(({ cell }) => cell.unit)))];
  const panels = curves.map(({ group, cells }): LinePanel => {
    const lines = names.map((name) => ({
      name,
      points: cells.flatMap(({ percentile, cell }): Point[] => {
        const figure = figureOf(cell, name);
        return figure === undefined ? [] : [[place(percentile), figure.median]];
      }),
    }));
    return { title: group.name, lines: lines.filter(({ points }) => points.length > 0) };
  });
  const labels = new Map(
    percentiles.map((percentile) => [place(percentile), percentile === 100 ? 'max' : `p${percentile}`]),
  );
  return {
    id: `latency-${suite.replaceAll(/[^\w-]/g, '-')}`,
    title: `${subjectOf(suite)}: percentiles of latency`,
    description:
      `Across: percentiles, each nine taking the same room, and the highest value; up: ${units.join(' or ')}, logarithmic, so ` +
      'that less is better. Each point is the median of the rounds.',
    sources: sourcesOf(curves.map(({ group }) => group)),
    table: {
      head: ['load', 'percentile', ...names],
      rows: curves.flatMap(({ group, cells }) =>
        cells.map(({ cell }) => [
          group.name,
          `${cell.column}, ${cell.unit}`,
          ...names.map((name) => withSpread(figureOf(cell, name))),
        ]),
      ),
    },
    draw: (layout) =>
      drawLines(
        {
          names,
          panels,
          x: {
            name: 'percentile',
            isLog: false,
            min: Math.max(0, place(percentiles[0]!) - 0.15),
            max: place(percentiles.at(-1)!) + 0.15,
            ticks: [...labels.keys()],
            format: (value) => labels.get(value) ?? '',
          },
          y: { name: units.join(' or '), isLog: true, format: tick },
        },
        layout,
      ),
  };
}
