/** The number of filters against the time of a match. */
import { figureOf, type Group } from '../data.ts';
import { tick, withSpread } from '../format.ts';
import { type Chart, type ChartKind, groupNamed, sourcesOf } from './chart.ts';
import { drawLines, type LinePanel, type Point } from './lines.ts';

const SUITE = 'match';

/** In each panel the index takes what such topics come as. */
const PANELS = [
  { group: 'hot', input: ', packets', title: 'hot: 10,000 topics by Zipf; the index parses PUBLISH packets' },
  { group: 'cold', input: ', bytes', title: 'cold: 1,000,000 topics, each of them once' },
  { group: 'hot, 10 matches', input: ', packets', title: 'hot, about 10 matches each' },
  { group: 'cold, 10 matches', input: ', bytes', title: 'cold, about 10 matches each' },
];

/** Who is drawn, in the order of their looks. */
const NAMES = ['index wasm', 'index js', 'qlobber', 'string cache'];

const filtersOf = (column: string): number => Number(column.replaceAll(',', ''));

export const filterCharts: ChartKind = (groups) => {
  const found = PANELS.flatMap((panel) => {
    const group = groupNamed(groups, SUITE, panel.group);
    return group === undefined || group.cells.length < 2 ? [] : [{ ...panel, group }];
  });
  return found.length === 0 ? [] : [chartOf(found)];
};

interface Found {
  readonly title: string;
  readonly input: string;
  readonly group: Group;
}

/** What a contestant is called in a panel's table. */
const nameIn = ({ input }: Found, name: string): string => (name.startsWith('index') ? name + input : name);

function chartOf(found: readonly Found[]): Chart {
  const panels = found.map((panel): LinePanel => {
    const { title, group } = panel;
    const lines = NAMES.map((name) => ({
      name,
      points: group.cells.flatMap((cell): Point[] => {
        const figure = figureOf(cell, nameIn(panel, name));
        return figure === undefined ? [] : [[filtersOf(cell.column), figure.median]];
      }),
    }));
    return { title, lines: lines.filter(({ points }) => points.length > 0) };
  });
  const counts = [
    ...new Set(found.flatMap(({ group }) => group.cells.map(({ column }) => filtersOf(column)))),
  ];
  counts.sort((a, b) => a - b);
  return {
    id: 'filters-match',
    title: 'Topic index: time of a match against the number of filters',
    description:
      'Across: filters that are subscribed to; up: CPU nanoseconds per topic; both logarithmic, so that less is better and ' +
      'a line that rises slowly grows slowly.',
    sources: sourcesOf(found.map(({ group }) => group)),
    table: {
      head: ['topics', 'filters', ...NAMES],
      rows: found.flatMap((panel) =>
        panel.group.cells.map((cell) => [
          panel.group.name,
          cell.column,
          ...NAMES.map((name) => withSpread(figureOf(cell, nameIn(panel, name)))),
        ]),
      ),
    },
    draw: (layout) =>
      drawLines(
        {
          names: NAMES,
          panels,
          x: {
            name: 'filters',
            isLog: true,
            min: counts[0]! / 1.3,
            max: counts.at(-1)! * 1.3,
            ticks: counts,
            format: tick,
          },
          y: { name: 'CPU ns per topic', isLog: true, format: tick },
        },
        layout,
      ),
  };
}
