/** Every table of a suite, as the suite itself defines them. */
import { type CaseResult, control, means, timesFaster } from '../figures.ts';
import type { Spread } from '../measuring/statistics.ts';
import { contestantsOf, type Entry, figureOf, type Group, groupsOf, isOurs, runName } from './data.ts';
import { ratio as format, interval, number } from './format.ts';
import { type Content, html, type Markup, table } from './markup.ts';
import { outcomeOf } from './outcomes.ts';

/** The section of a suite: its notes, a table per group, the means. */
export function suiteSection(entry: Entry): Markup {
  const { id, suite, environment } = entry;
  return html`<section id="${id}"><h3>${suite.name} <small>${runName(environment)}</small></h3>
<ul class="notes">${suite.notes.map((note) => html`<li>${note}</li>`)}</ul>
${groupsOf(entry).map(groupTable)}${meanTable(entry)}</section>\n`;
}

function groupTable({ name, entry, cells }: Group): Markup {
  const { suite } = entry;
  const head = [name, ...cells.map(({ column, unit }) => html`${column}<br><small>${unit}</small>`)];
  const contestants = contestantsOf(cells).map((contestant) => [
    contestant,
    ...cells.map((cell) => figureCell(entry, cell, contestant)),
  ]);
  const compared = suite.comparisons.flatMap(({ label, of, against }): Content[][] => {
    const ratios = cells.map((cell) => timesFaster(cell, of, against));
    if (ratios.every((ratio) => ratio === undefined)) return [];
    return [[label, ...ratios.map((ratio) => ratioOf(ratio, true))]];
  });
  const controls = cells.map((cell) => control(suite, cell));
  const noise = controls.some((ratio) => ratio !== undefined)
    ? [['A/A control', ...controls.map((ratio) => ratioOf(ratio, false))]]
    : [];
  return table(
    html`${suite.name}: ${name}`,
    head,
    [...contestants, ...compared, ...noise],
    `${suite.name}: ${name}`,
  );
}

/** A figure with its spread, and below it how many times faster than the reference that is. */
function figureCell({ suite }: Entry, cell: CaseResult, contestant: string): Content {
  const figure = figureOf(cell, contestant);
  if (figure === undefined) return '';
  const ratio = contestant === suite.reference ? undefined : timesFaster(cell, contestant, [suite.reference]);
  return html`<b>${number(figure.median)}</b> <small>${interval(figure)}</small>${
    ratio && html`<br>${ratioOf(ratio, isOurs(suite, contestant))}`
  }`;
}

/** A ratio, marked if it is a loss or a tie of ours; not by its colour alone. */
function ratioOf(ratio: Spread | undefined, isMarked: boolean): Markup {
  if (ratio === undefined) return html``;
  const text = html`×${format(ratio.median)} <small>${interval(ratio, format)}</small>`;
  const outcome = isMarked ? outcomeOf(ratio) : 'win';
  if (outcome === 'win') return text;
  return html`<span class="${outcome}">${text} ${outcome === 'loss' ? '▼ loss' : '≈ tie'}</span>`;
}

function meanTable({ suite, results }: Entry): Markup | undefined {
  const rows = means(suite, results).map(({ name, mean }) => [name, `×${number(mean)}`]);
  if (rows.length === 0) return undefined;
  const name = `${suite.name}: geometric mean of all cells`;
  return table(name, ['contestant', `over ${suite.reference}`], rows, name);
}
