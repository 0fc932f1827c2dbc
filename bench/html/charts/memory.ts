/** Memory: per connection of a broker, per packet of a decoder. */
import { INTERVAL } from '../../measuring/statistics.ts';
import { contestantsOf, figureOf, type Group, isOurs } from '../data.ts';
import { number, withSpread } from '../format.ts';
import { losersOf } from '../outcomes.ts';
import { type BarPanel, drawBars } from './bars.ts';
import { type Chart, type ChartKind, sourcesOf } from './chart.ts';

/** Which cells are drawn, in a panel each. */
interface Definition {
  readonly id: string;
  readonly suites: readonly string[];
  readonly title: string;
  readonly isShown: (group: string, column: string) => boolean;
}

const DEFINITIONS: readonly Definition[] = [
  {
    id: 'memory-connections',
    // older records have them beside the rates
    suites: ['broker', 'scale'],
    title: 'Brokers: memory per connection',
    isShown: (_, column) => column === 'RSS per connection',
  },
  {
    id: 'memory-packets',
    suites: ['memory'],
    title: 'Decoding: heap per packet, garbage included',
    isShown: () => true,
  },
];

export const memoryCharts: ChartKind = (groups) =>
  DEFINITIONS.flatMap((definition): Chart[] => {
    const mine = groups
      .filter(({ entry }) => definition.suites.includes(entry.suite.name))
      .map((group) => ({
        ...group,
        cells: group.cells.filter(({ column }) => definition.isShown(group.name, column)),
      }))
      .filter(({ cells }) => cells.length > 0);
    return mine.length === 0 ? [] : [chartOf(definition, mine)];
  });

function chartOf({ id, title }: Definition, groups: readonly Group[]): Chart {
  const names = contestantsOf(groups.flatMap(({ cells }) => cells));
  const unit = groups[0]!.cells[0]!.unit;
  return {
    id,
    title,
    description:
      `In ${unit}; shorter is better. Whiskers are ${INTERVAL}. Bold: this package. Hatched ` +
      'and with a triangle: a cell that is lost.',
    sources: sourcesOf(groups),
    table: {
      head: ['load', ...names],
      rows: groups.flatMap(({ name, cells }) =>
        cells.map((cell) => [
          `${name}, ${cell.column}`,
          ...names.map((contestant) => withSpread(figureOf(cell, contestant))),
        ]),
      ),
    },
    draw: (layout) => drawBars(groups.flatMap(panelsOf), layout, number),
  };
}

function panelsOf({ name, entry, cells }: Group): BarPanel[] {
  return cells.map((cell) => {
    const losers = losersOf(entry, cell).map((loser) => loser.name);
    const bars = contestantsOf([cell]).flatMap((contestant) => {
      const spread = figureOf(cell, contestant);
      if (spread === undefined) return [];
      return [
        {
          name: contestant,
          spread,
          isOurs: isOurs(entry.suite, contestant),
          isLoss: losers.includes(contestant),
        },
      ];
    });
    return { title: `${name}, ${cell.column}`, bars };
  });
}
