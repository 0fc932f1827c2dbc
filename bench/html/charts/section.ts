/** The charts that the records have data for, each with the table of what it shows. */
import { chartGroups, type Entry, runName } from '../data.ts';
import { html, type Markup, table } from '../markup.ts';
import type { Chart, ChartKind } from './chart.ts';
import { filterCharts } from './filters.ts';
import { latencyCharts } from './latency.ts';
import { memoryCharts } from './memory.ts';
import { messageCharts } from './messages.ts';
import { packetCharts } from './packets.ts';
import { payloadCharts } from './payloads.ts';
import { rateCharts } from './rates.ts';
import { drawings } from './render.ts';
import { stageCharts } from './stages.ts';

const KINDS: readonly ChartKind[] = [
  packetCharts,
  payloadCharts,
  filterCharts,
  latencyCharts,
  rateCharts,
  stageCharts,
  memoryCharts,
  messageCharts,
];

export function chartSection(entries: readonly Entry[]): Markup | undefined {
  const groups = chartGroups(entries);
  const charts = KINDS.flatMap((kind) => kind(groups));
  if (charts.length === 0) return undefined;
  return html`<section id="charts"><h2>Charts</h2>${charts.map(figure)}</section>\n`;
}

function figure(chart: Chart): Markup {
  const { id, title, description, sources, table: figures } = chart;
  const from = sources.map(({ suite, environment }) => `${suite.name}, ${runName(environment)}`).join('; ');
  return html`<figure id="${id}"><figcaption><h3>${title}</h3><p>${description}</p></figcaption>
${drawings(chart)}
<details><summary>Figures of this chart</summary>${table(`${title} (${from})`, figures.head, figures.rows, title)}</details>
<p><small>From ${from}.</small></p></figure>\n`;
}
