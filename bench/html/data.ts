/**
 * What the page is made of: record files, as `writeRecord` writes them.
 *
 * Charts are drawn from the cells of the tables, found by the names of suites, groups and columns, so that a suite that has
 * the right columns gets a chart and there is no second format. Three kinds of chart have conventions of their own; suites
 * follow them by the `cells` of a `FiguresCase`:
 *
 * - **Latency percentiles**: a group with at least three columns `p50`, `p90`, `p99`, `p99.9`, ... and perhaps `max`, all in
 *   one of the units ns, µs, ms. One figure per round and contestant, in whatever way the suite gets it (of an
 *   hdr-histogram-js histogram: `getValueAtPercentile`).
 * - **Rate against p99**: groups `<load>, <n> per second offered`, for instance `open loop, QoS 1, 20,000 per second offered`,
 *   each with a column `per second` (unit `1,000 messages`; what arrived) and a column `p99` (ns, µs or ms, measured from the
 *   time when a message was due, not when it was sent). All groups with the same `<load>` are one chart.
 * - **Stages**: a group of which every column is one of `STAGES`, with figures in ns per message. A contestant may lack a
 *   stage; those it has are stacked.
 */
import { type CaseResult, roundsOf, type Verdict, verdictsOf } from '../figures.ts';
import { type Spread, spread } from '../measuring/statistics.ts';
import type { Environment } from '../record.ts';
import type { Comparison, Suite } from '../suite.ts';

export { isOurs } from '../figures.ts';

/** The stages of forwarding one message, in their order. */
export const STAGES = ['read', 'frame', 'route', 'append', 'write'] as const;

/** What the record of a suite need not say, because its definition does. */
export interface Definition {
  readonly control?: Suite['control'];
  readonly rivals?: readonly string[];
  readonly comparisons?: readonly Comparison[];
}

/** One suite of a record file. */
export interface RecordedSuite extends Definition {
  readonly name: string;
  readonly notes: readonly string[];
  readonly reference: string;
  readonly cases: readonly CaseResult[];
  readonly targets?: readonly Verdict[];
}

/** The contents of a record file. */
export interface RecordFile {
  readonly environment: Environment & { readonly command?: string };
  readonly suites: readonly RecordedSuite[];
}

/** One suite of one run: what a section of the page is about. */
export interface Entry {
  /** Unique on the page, and fit for an `id` attribute. */
  readonly id: string;
  readonly environment: RecordFile['environment'];
  /** Without cases: nothing is measured here. */
  readonly suite: Suite;
  readonly results: readonly CaseResult[];
  readonly verdicts: readonly Verdict[];
}

/**
 * All suites of all runs, the oldest first. Records written before comparisons were recorded get them from `definitions`, by
 * the name of the suite.
 */
export function entriesOf(
  records: readonly RecordFile[],
  definitions: Readonly<Record<string, Definition>> = {},
): Entry[] {
  const ordered = [...records].sort((a, b) => (a.environment.date < b.environment.date ? -1 : 1));
  return ordered.flatMap(({ environment, suites }, run) =>
    suites.map((recorded): Entry => {
      const { name, notes, reference, cases, targets } = recorded;
      const {
        control,
        rivals,
        comparisons = [],
      }: Definition = recorded.comparisons === undefined ? { ...definitions[name], ...recorded } : recorded;
      const suite: Suite = {
        name,
        notes,
        reference,
        comparisons,
        cases: [],
        targets: [],
        ...(control === undefined ? {} : { control }),
        ...(rivals === undefined ? {} : { rivals }),
      };
      const id = `${name.replaceAll(/[^\w-]/g, '-')}-${run + 1}`;
      return { id, environment, suite, results: cases, verdicts: targets ?? verdictsOf(suite, cases) };
    }),
  );
}

/** One table: the cells of a group. */
export interface Group {
  readonly name: string;
  readonly entry: Entry;
  readonly cells: readonly CaseResult[];
}

/** The groups of an entry in the order they were measured in. */
export function groupsOf(entry: Entry): Group[] {
  const names = [...new Set(entry.results.map(({ group }) => group))];
  return names.map((name) => ({ name, entry, cells: entry.results.filter(({ group }) => group === name) }));
}

/**
 * What charts are drawn from: of each suite and group the table with the most columns, of several the latest. Never cells of
 * several runs in one table, because figures of different runs cannot be compared.
 */
export function chartGroups(entries: readonly Entry[]): Group[] {
  const best = new Map<string, Group>();
  for (const group of entries.flatMap(groupsOf)) {
    const key = `${group.entry.suite.name}\n${group.name}`;
    const other = best.get(key);
    if (other === undefined || group.cells.length >= other.cells.length) best.set(key, group);
  }
  return [...best.values()];
}

/** The contestants of some cells, without the control, which is one of them again. */
export function contestantsOf(cells: readonly CaseResult[]): string[] {
  const names = cells.flatMap(({ measurements }) => measurements.map(({ name }) => name));
  return [...new Set(names)].filter((name) => name !== 'control');
}

/** A contestant's figure with its spread, if it took part. */
export function figureOf(cell: CaseResult | undefined, name: string): Spread | undefined {
  const rounds = cell && roundsOf(cell, name);
  return rounds === undefined || rounds.length === 0 ? undefined : spread(rounds);
}

/** "2026-11-20 19:44, 05a313f". */
export function runName({ date, commit }: RecordFile['environment']): string {
  const time = date.slice(0, 16).replace('T', ' ');
  return commit === undefined ? time : `${time}, ${commit}`;
}
