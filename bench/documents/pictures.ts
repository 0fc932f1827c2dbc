/** Pictures of the documents: charts of the page that `--html` writes, as files of their own. */
import type { Chart, ChartKind } from '../html/charts/chart.ts';
import { filterCharts } from '../html/charts/filters.ts';
import { latencyCharts } from '../html/charts/latency.ts';
import { packetCharts } from '../html/charts/packets.ts';
import { payloadCharts } from '../html/charts/payloads.ts';
import { rateCharts } from '../html/charts/rates.ts';
import { standalone } from '../html/charts/render.ts';
import { stageCharts } from '../html/charts/stages.ts';
import { chartGroups, type Definition, entriesOf } from '../html/data.ts';
import type { Run, Source } from './runs.ts';

interface Picture {
  readonly kind: ChartKind;
  /** The suite that has the figures. */
  readonly suite: string;
}

/** By the names of their files. */
const PICTURES: Readonly<Record<string, Picture>> = {
  'decode-packets': { kind: packetCharts, suite: 'decode' },
  'match-growth': { kind: filterCharts, suite: 'match' },
  'broker-payloads': { kind: payloadCharts, suite: 'scale' },
  'broker-stages': { kind: stageCharts, suite: 'broker' },
  'latency-percentiles': { kind: latencyCharts, suite: 'latency' },
  'latency-rates': { kind: rateCharts, suite: 'latency' },
};

export interface Drawn {
  readonly file: string;
  readonly svg: string;
  readonly title: string;
  readonly description: string;
  readonly sources: readonly Source[];
}

/** The pictures that runs have figures for, by name. */
export function pictures(
  runs: readonly Run[],
  definitions: Readonly<Record<string, Definition>>,
): ReadonlyMap<string, Drawn> {
  const groups = chartGroups(entriesOf(runs, definitions));
  return new Map(
    Object.entries(PICTURES).flatMap(([name, { kind, suite }]) => {
      const chart = kind(groups.filter(({ entry }) => entry.suite.name === suite))[0];
      return chart === undefined ? [] : [[name, drawn(name, chart, runs)] as const];
    }),
  );
}

function drawn(name: string, chart: Chart, runs: readonly Run[]): Drawn {
  const { title, description, sources } = chart;
  return {
    file: `docs/images/${name}.svg`,
    svg: standalone(chart),
    title,
    description,
    sources: sources.map(({ environment, suite }) => ({
      run: runs.find((run) => run.environment === environment)!,
      suite: suite.name,
    })),
  };
}

/** The suite that a picture without figures needs; `undefined` if there is no such picture. */
export function suiteOfPicture(name: string): string | undefined {
  return PICTURES[name]?.suite;
}
