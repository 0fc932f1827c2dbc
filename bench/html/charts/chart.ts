/** What a chart is, before it is drawn. */
import type { EChartsOption } from 'echarts';
import type { Entry, Group } from '../data.ts';

/** The place there is: every chart is drawn once for wide pages and once for narrow ones. */
export interface Layout {
  readonly width: number;
  readonly isNarrow: boolean;
}

export interface Drawing {
  readonly height: number;
  readonly option: EChartsOption;
}

export interface Chart {
  /** Unique on the page. */
  readonly id: string;
  readonly title: string;
  /** What is to be seen and how to read it: axes, scales, which direction is good. */
  readonly description: string;
  /** Where its figures come from. */
  readonly sources: readonly Entry[];
  /** The figures that are drawn. */
  readonly table: { readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] };
  draw(layout: Layout): Drawing;
}

/** Makes the charts of one kind that the groups have data for. */
export type ChartKind = (groups: readonly Group[]) => Chart[];

/** What a chart of a suite is about, before what it shows. */
export function subjectOf(suite: string): string {
  return suite === 'broker' || suite === 'latency' ? 'Brokers' : suite;
}

/** The group of a suite with this name. */
export function groupNamed(groups: readonly Group[], suite: string, name: string): Group | undefined {
  return groups.find((group) => group.entry.suite.name === suite && group.name === name);
}

/** The entries of some groups, each once. */
export function sourcesOf(groups: readonly Group[]): Entry[] {
  return [...new Set(groups.map(({ entry }) => entry))];
}
