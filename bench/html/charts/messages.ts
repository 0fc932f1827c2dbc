/** Messages per CPU second of each broker, with the spread and the losses. */
import { type CaseResult, timesFaster } from '../../figures.ts';
import { INTERVAL } from '../../measuring/statistics.ts';
import { contestantsOf, type Entry, type Group, isOurs } from '../data.ts';
import { number, short, withSpread } from '../format.ts';
import { losersOf } from '../outcomes.ts';
import { type Bar, type BarPanel, drawBars } from './bars.ts';
import { type Chart, type ChartKind, sourcesOf } from './chart.ts';
import { ratesOf } from './payloads.ts';

/** Which cells of a suite say what a message costs. */
interface Definition {
  readonly suite: string;
  readonly title: string;
  readonly isShown: (cell: CaseResult) => boolean;
  panelTitle(cell: CaseResult): string;
}

const DEFINITIONS: readonly Definition[] = [
  {
    suite: 'sockets',
    title: 'Forwarding over TCP: messages per CPU second',
    isShown: ({ unit }) => unit === 'ns',
    panelTitle: ({ group, column }) => `${group}, ${column}`,
  },
  {
    suite: 'broker',
    title: 'Brokers: messages per CPU second',
    isShown: ({ column }) => column === 'per CPU second',
    panelTitle: ({ group }) => group,
  },
];

export const messageCharts: ChartKind = (groups) =>
  DEFINITIONS.flatMap((definition): Chart[] => {
    const mine = groups
      .filter(({ entry }) => entry.suite.name === definition.suite)
      .map((group) => ({ ...group, cells: group.cells.filter(definition.isShown) }))
      .filter(({ cells }) => cells.length > 0);
    return mine.length === 0 ? [] : [chartOf(definition, mine)];
  });

function chartOf({ suite, title, panelTitle }: Definition, groups: readonly Group[]): Chart {
  const names = contestantsOf(groups.flatMap(({ cells }) => cells));
  const panels = groups.flatMap(({ entry, cells }) =>
    cells.map(
      (cell): BarPanel => ({ title: panelTitle(cell), ...lossNote(entry, cell), bars: barsOf(entry, cell) }),
    ),
  );
  return {
    id: `messages-${suite}`,
    title,
    description:
      'Messages that are received per second of CPU time of the broker’s process; longer is better, each panel has a scale of ' +
      `its own. × is how many times ${groups[0]!.entry.suite.reference} that is. Whiskers are ${INTERVAL}. ` +
      'Bold: this package. Hatched and with a triangle: lost to at least one of those it is compared with.',
    sources: sourcesOf(groups),
    table: {
      head: ['load', ...names],
      rows: groups.flatMap(({ cells }) =>
        cells.map((cell) => [
          panelTitle(cell),
          ...names.map((name) => withSpread(ratesOf(cell, name), short)),
        ]),
      ),
    },
    draw: (layout) => drawBars(panels, layout),
  };
}

/** Who lost to whom. */
function lossNote(entry: Entry, cell: CaseResult): { note: string } | undefined {
  const losers = losersOf(entry, cell);
  return losers.length === 0
    ? undefined
    : { note: losers.map(({ name, to }) => `▼ ${name} lost to ${to}`).join('\n') };
}

function barsOf(entry: Entry, cell: CaseResult): Bar[] {
  const { suite } = entry;
  const losers = losersOf(entry, cell).map(({ name }) => name);
  return contestantsOf([cell]).flatMap((name): Bar[] => {
    const spread = ratesOf(cell, name);
    if (spread === undefined) return [];
    const ratio = name === suite.reference ? undefined : timesFaster(cell, name, [suite.reference]);
    return [
      {
        name,
        spread,
        isOurs: isOurs(suite, name),
        isLoss: losers.includes(name),
        ...(ratio === undefined ? {} : { note: `×${number(ratio.median)}` }),
      },
    ];
  });
}
