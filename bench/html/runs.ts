/** Where and how each run took place, and how far apart it finds equal programs. */
import { control } from '../figures.ts';
import { median, type Spread } from '../measuring/statistics.ts';
import type { Entry } from './data.ts';
import { count, ratio as format, interval, number } from './format.ts';
import { html, type Markup } from './markup.ts';

export function runs(entries: readonly Entry[]): Markup {
  const environments = [...new Set(entries.map(({ environment }) => environment))];
  const cards = environments.map((environment) =>
    runCard(
      environment,
      entries.filter((entry) => entry.environment === environment),
    ),
  );
  return html`<section id="runs"><h2>Machine and runs</h2><div class="cards">${cards}</div></section>\n`;
}

function runCard(environment: Entry['environment'], entries: readonly Entry[]): Markup {
  const { date, node, v8, platform, cpu, cpus, pinned, load, commit, command, quick, versions } = environment;
  const facts: ReadonlyArray<readonly [string, Markup | string]> = [
    ['suites', entries.map(({ suite }) => suite.name).join(', ')],
    ['date', `${date.slice(0, 16).replace('T', ' ')} UTC`],
    ['commit', commit ?? 'unknown'],
    ['command', command === undefined ? 'not recorded' : html`<code>${command}</code>`],
    ['machine', `${cpu}, ${count(cpus, 'processor')}, ${platform}`],
    ['runtime', `Node ${node}, V8 ${v8}`],
    ...(versions === undefined
      ? []
      : [
          [
            'versions',
            Object.entries(versions)
              .map((one) => one.join(' '))
              .join(', '),
          ] as const,
        ]),
    ['processor', pinned === undefined ? 'not pinned' : `pinned to number ${pinned}`],
    ['load before', number(load)],
    ...entries.map((entry): [string, Markup] => [`A/A control, ${entry.suite.name}`, controls(entry)]),
  ];
  return html`<div class="card">${
    quick ? html`<p class="loss">✗ Smoke run: its figures mean nothing.</p>` : ''
  }<dl>${facts.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl></div>\n`;
}

/** The ratios of the control to the contestant that it repeats: the noise of the measurement. */
function controls({ suite, results }: Entry): Markup {
  const ratios = results.flatMap((result): Spread[] => {
    const ratio = control(suite, result);
    return ratio === undefined ? [] : [ratio];
  });
  if (ratios.length === 0) return html`none`;
  const medians = ratios.map((ratio) => ratio.median);
  const low = Math.min(...ratios.map((ratio) => ratio.low));
  const high = Math.max(...ratios.map((ratio) => ratio.high));
  return html`medians ${interval({ low: Math.min(...medians), high: Math.max(...medians) }, format)}, middle one
${format(median(medians))}, widest interval ${interval({ low, high }, format)}, in ${count(ratios.length, 'cell')}`;
}
