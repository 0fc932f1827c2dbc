/** Packets or messages per CPU second against the size of their payload. */
import { type CaseResult, roundsOf } from '../../figures.ts';
import { type Spread, spread } from '../../measuring/statistics.ts';
import { contestantsOf, type Group } from '../data.ts';
import { bytes, bytesOf, short, tick, withSpread } from '../format.ts';
import { type Chart, type ChartKind, sourcesOf } from './chart.ts';
import { drawLines, type LinePanel } from './lines.ts';

/** Where a suite has the sizes of its payloads. */
interface Definition {
  readonly suite: string;
  readonly title: string;
  /** The panel and the size of a cell, if it is one of those. */
  place(cell: CaseResult): { panel: string; size: number } | undefined;
  /** Only these contestants, if there are too many. */
  readonly names?: readonly string[];
}

/** From a pattern whose first group is the size. */
function sized(pattern: RegExp, text: string): number | undefined {
  const size = pattern.exec(text)?.[1];
  return size === undefined ? undefined : (bytesOf(size) ?? Number(size));
}

const DEFINITIONS: readonly Definition[] = [
  {
    suite: 'decode',
    title: 'Decoding: packets per CPU second against payload size',
    names: ['cursor wasm', 'cursor js', 'objects wasm', 'objects js', 'mqtt-packet'],
    place: ({ group, column }) => placed(`chunks: ${column}`, sized(/^pub(\d+)$/, group)),
  },
  {
    suite: 'encode',
    title: 'Encoding: packets per CPU second against payload size',
    place: ({ group, column }) => placed(group, sized(/^pub(\d+)$/, column)),
  },
  {
    suite: 'forward',
    title: 'Forwarding in one process: messages per CPU second against payload size',
    place: ({ group, column }) => placed(group, sized(/^([\d,]+ (?:B|KiB|MiB))$/, column)),
  },
  {
    suite: 'sockets',
    title: 'Forwarding over TCP: messages per CPU second against payload size',
    place: ({ group, column }) => {
      const [, size, rest] = /^([\d,]+ (?:B|KiB|MiB)), (.+)$/.exec(column) ?? [];
      return size === undefined ? undefined : placed(`${group}, ${rest}`, bytesOf(size));
    },
  },
  {
    suite: 'broker',
    title: 'Brokers: messages per CPU second against payload size',
    place: ({ group, column }) => {
      const [, before, size, after] = /^(.*), ([\d,]+ (?:B|KiB|MiB))(.*)$/.exec(group) ?? [];
      return column === 'per CPU second' && size !== undefined
        ? placed(`${before}${after}`, bytesOf(size))
        : undefined;
    },
  },
  {
    suite: 'scale',
    title: 'Brokers: messages per CPU second against payload size, to 64 KiB',
    place: ({ group, column }) =>
      group.startsWith('payload, ') ? placed(group, bytesOf(column)) : undefined,
  },
];

function placed(panel: string, size: number | undefined): { panel: string; size: number } | undefined {
  return size === undefined ? undefined : { panel, size };
}

/** Per CPU second; the unit of the cell is a time or a number of messages. */
export function ratesOf(cell: CaseResult, name: string): Spread | undefined {
  const each = { ns: 1e9, ms: 1e3 }[cell.unit];
  const rounds = roundsOf(cell, name);
  if (rounds === undefined || rounds.length === 0) return undefined;
  if (cell.unit === '1,000 messages') return spread(rounds.map((figure) => 1000 * figure));
  return each === undefined ? undefined : spread(rounds.map((figure) => each / figure));
}

interface Place {
  readonly panel: string;
  readonly size: number;
  readonly cell: CaseResult;
}

export const payloadCharts: ChartKind = (groups) =>
  DEFINITIONS.flatMap((definition): Chart[] => {
    const mine = groups.filter(({ entry }) => entry.suite.name === definition.suite);
    const places = mine.flatMap(({ cells }) =>
      cells.flatMap((cell): Place[] => {
        const place = definition.place(cell);
        return place === undefined ? [] : [{ ...place, cell }];
      }),
    );
    const panels = [...new Set(places.map(({ panel }) => panel))].filter(
      // One size is no line.
      (panel) => places.filter((place) => place.panel === panel).length > 1,
    );
    const shown = panels.flatMap((panel) => places.filter((place) => place.panel === panel));
    return shown.length === 0 ? [] : [chartOf(definition, mine, panels, shown)];
  });

function chartOf(
  { suite, title, names: wanted }: Definition,
  groups: readonly Group[],
  titles: readonly string[],
  places: readonly Place[],
): Chart {
  const found = contestantsOf(places.map(({ cell }) => cell));
  const names = wanted?.filter((name) => found.includes(name)) ?? [...found].reverse();
  const sizes = [...new Set(places.map(({ size }) => size))].sort((a, b) => a - b);
  const panels = titles.map((panel): LinePanel => {
    const mine = places.filter((place) => place.panel === panel).sort((a, b) => a.size - b.size);
    const lines = names.map((name) => ({
      name,
      points: mine.flatMap(({ size, cell }) => {
        const rate = ratesOf(cell, name);
        return rate === undefined ? [] : [[size, rate.median] as const];
      }),
    }));
    return { title: panel, lines: lines.filter(({ points }) => points.length > 0) };
  });
  const used = new Set(places.map(({ cell }) => cell));
  return {
    id: `payloads-${suite}`,
    title,
    description:
      'Across: bytes of payload, logarithmic; up: packets or messages per second of CPU time, logarithmic, so that more is ' +
      'better. One panel per kind of load.',
    sources: sourcesOf(groups.filter(({ cells }) => cells.some((cell) => used.has(cell)))),
    table: {
      head: ['load', 'payload', ...names],
      rows: places.map(({ panel, size, cell }) => [
        panel,
        bytes(size),
        ...names.map((name) => withSpread(ratesOf(cell, name), short)),
      ]),
    },
    draw: (layout) =>
      drawLines(
        {
          names,
          panels,
          columns: Math.min(3, panels.length),
          x: {
            name: 'payload',
            isLog: true,
            min: sizes[0]! / 1.5,
            max: sizes.at(-1)! * 1.5,
            ticks: sizes,
            format: bytes,
          },
          y: { name: 'per CPU second', isLog: true, format: tick },
        },
        layout,
      ),
  };
}
