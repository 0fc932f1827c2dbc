/** Nanoseconds per packet, by packet type and chunk size, and where JavaScript and WebAssembly cross. */
import { contestantsOf, figureOf, type Group } from '../data.ts';
import { bytesOf, tick, withSpread } from '../format.ts';
import { resultOf } from '../outcomes.ts';
import { type Chart, type ChartKind, sourcesOf } from './chart.ts';
import { drawLines, type LinePanel, type Point } from './lines.ts';

/** A suite whose groups are packet types and whose columns are chunk sizes. */
interface Definition {
  readonly suite: string;
  readonly title: string;
  /** The lines, in the order of their looks. */
  readonly names: readonly string[];
  /** Kernels that do the same. */
  readonly pairs: readonly { readonly label: string; readonly wasm: string; readonly js: string }[];
}

const DEFINITIONS: readonly Definition[] = [
  {
    suite: 'decode',
    title: 'Decoding: CPU time per packet, by packet type and chunk size',
    names: ['cursor wasm', 'cursor js', 'objects wasm', 'objects js', 'mqtt-packet'],
    pairs: ['cursor', 'objects'].map((label) => ({ label, wasm: `${label} wasm`, js: `${label} js` })),
  },
];

const SINGLE = 'single packet';

export const packetCharts: ChartKind = (groups) =>
  DEFINITIONS.flatMap((definition): Chart[] => {
    const types = groups.filter(({ entry, cells }) => {
      const names = contestantsOf(cells);
      return entry.suite.name === definition.suite && definition.names.some((name) => names.includes(name));
    });
    return types.length === 0 ? [] : [chartOf(definition, types)];
  });

function chartOf({ suite, title, names: all, pairs }: Definition, types: readonly Group[]): Chart {
  const sizes = sizesOf(types);
  const names = all.filter((name) => types.some(({ cells }) => contestantsOf(cells).includes(name)));
  const panels = types.map((type) => panelOf(type, sizes, names, pairs));
  return {
    id: `packets-${suite}`,
    title,
    description:
      'One panel per packet type; across: the size of the chunks that packets arrive in; up: CPU nanoseconds per packet, ' +
      'logarithmic, so that less is better. A ring and a dashed line mark a crossover of JavaScript and WebAssembly; ' +
      'below its title each panel says who is faster where.',
    sources: sourcesOf(types),
    table: {
      head: ['packets', 'chunks', ...names],
      rows: types.flatMap((type) =>
        sizes.flatMap((size) => {
          const cell = type.cells.find(({ column }) => column === size);
          if (cell === undefined) return [];
          return [[type.name, size, ...names.map((name) => withSpread(figureOf(cell, name)))]];
        }),
      ),
    },
    draw: (layout) =>
      drawLines(
        {
          names,
          panels,
          columns: 3,
          // No numbers: how many bytes a single packet has is another thing for each type.
          x: {
            name: 'chunk',
            isLog: false,
            min: -0.2,
            max: sizes.length - 0.8,
            ticks: sizes.map((_, at) => at),
            format: (at) => sizes[at] ?? '',
          },
          y: { name: 'CPU ns per packet', isLog: true, format: tick },
        },
        layout,
      ),
  };
}

/** From small to large; a single packet is the smallest. */
function sizesOf(types: readonly Group[]): string[] {
  const columns = new Set(types.flatMap(({ cells }) => cells.map(({ column }) => column)));
  const known = [...columns].filter((column) => column === SINGLE || bytesOf(column) !== undefined);
  return known.sort((a, b) => (bytesOf(a) ?? 0) - (bytesOf(b) ?? 0));
}

function panelOf(
  { name: title, cells }: Group,
  sizes: readonly string[],
  names: readonly string[],
  pairs: Definition['pairs'],
): LinePanel {
  const byName = (name: string): Point[] =>
    sizes.flatMap((size, at): Point[] => {
      const cell = cells.find(({ column }) => column === size);
      const figure = figureOf(cell, name);
      return figure === undefined ? [] : [[at, figure.median]];
    });
  const present = names.filter((name) => byName(name).length > 0);
  return {
    title,
    note: pairs.flatMap((pair) => noteOf(pair, cells, sizes)).join('\n'),
    lines: present.map((name) => ({ name, points: byName(name) })),
    marks: pairs.flatMap(({ label, wasm, js }) =>
      crossings(byName(wasm), byName(js)).map((at) => ({ at, label })),
    ),
  };
}

/** "cursor: WASM faster at 64 KiB; JS at single packet; tie at 1460 B". */
function noteOf(
  { label, wasm, js }: Definition['pairs'][number],
  cells: Group['cells'],
  sizes: readonly string[],
): string[] {
  const winners = new Map<string, string[]>();
  for (const size of sizes) {
    const cell = cells.find(({ column }) => column === size);
    const result = cell && resultOf({ label, of: wasm, against: [js] }, cell);
    if (result === undefined) continue;
    const winner = { win: 'WASM faster', loss: 'JS faster', tie: 'tie' }[result.outcome];
    winners.set(winner, [...(winners.get(winner) ?? []), size]);
  }
  if (winners.size === 0) return [];
  if (winners.size === 1) return [`${label}: ${[...winners.keys()][0]} everywhere`];
  return [`${label}: ${[...winners].map(([winner, at]) => `${winner} at ${at.join(', ')}`).join('; ')}`];
}

/** Where two lines cross as they are drawn: straight between neighbours, on a logarithmic scale. */
export function crossings(a: readonly Point[], b: readonly Point[]): Point[] {
  return a.slice(1).flatMap(([x2, a2], i): Point[] => {
    const [x1, a1] = a[i]!;
    const b1 = b.find(([x]) => x === x1)?.[1];
    const b2 = b.find(([x]) => x === x2)?.[1];
    if (b1 === undefined || b2 === undefined) return [];
    const before = Math.log(a1 / b1);
    const after = Math.log(a2 / b2);
    if (before * after >= 0) return [];
    const part = before / (before - after);
    return [[x1 + part * (x2 - x1), Math.exp(Math.log(a1) + part * Math.log(a2 / a1))]];
  });
}
