/** The benchmark's results as one HTML page that needs nothing else. */
import { INTERVAL } from '../measuring/statistics.ts';
import { chartSection } from './charts/section.ts';
import { type Definition, type Entry, entriesOf, type RecordFile, runName } from './data.ts';
import { html, Markup } from './markup.ts';
import { methods } from './methods.ts';
import { runs } from './runs.ts';
import { scoreboard } from './scoreboard.ts';
import { STYLE } from './style.ts';
import { suiteSection } from './tables.ts';

/** The name of a suite; where several runs have it, with the run. */
function titleOf({ suite, environment }: Entry, entries: readonly Entry[]): string {
  const isAlone = entries.filter((entry) => entry.suite.name === suite.name).length === 1;
  return isAlone ? suite.name : `${suite.name}, ${runName(environment)}`;
}

/**
 * The page of one or several record files. Records without comparisons, which older ones lack, take them from
 * `definitions`, by the name of the suite.
 */
export function page(
  records: readonly RecordFile[],
  definitions: Readonly<Record<string, Definition>> = {},
): string {
  const entries = entriesOf(records, definitions);
  const charts = chartSection(entries);
  const contents: ReadonlyArray<readonly [string, string]> = [
    ['score', 'Wins, ties and losses'],
    ['runs', 'Machine and runs'],
    ...(charts === undefined ? [] : [['charts', 'Charts'] as const]),
    ...entries.map((entry) => [entry.id, `Tables: ${titleOf(entry, entries)}`] as const),
    ['methods', 'Methods'],
  ];
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>wasmqtt benchmarks</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>${new Markup(STYLE)}</style></head>
<body><main><h1>wasmqtt benchmarks</h1>
<nav aria-label="contents"><ul>${contents.map(([id, title]) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
${scoreboard(entries)}${runs(entries)}${charts}
<section id="tables"><h2>All tables</h2>
<p>Medians, in brackets ${INTERVAL}; × is how many times faster than the reference, or how many
times less memory.</p>
${entries.map(suiteSection)}</section>
${methods()}</main></body></html>
`.text;
}
