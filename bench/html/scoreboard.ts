/** The first thing on the page: wins, ties, losses, and targets. */
import { INTERVAL } from '../measuring/statistics.ts';
import { type Entry, runName } from './data.ts';
import { count, interval, number, ratio, withSpread } from './format.ts';
import { html, type Markup, scrolling } from './markup.ts';
import { type Result, type Score, scoresOf, tally } from './outcomes.ts';
import { ratioOfTarget } from './targets.ts';

/** The sum of everything, and then each comparison of each suite. */
export function scoreboard(entries: readonly Entry[]): Markup {
  const all = entries.flatMap((entry) => scoresOf(entry).flatMap(({ results }) => results));
  const { win, tie, loss } = tally(all);
  const verdicts = entries.flatMap((entry) => entry.verdicts);
  const met = verdicts.filter((verdict) => verdict.met).length;
  return html`<section id="score"><h2>Wins, ties and losses</h2>
<p class="sum"><b class="win">${count(win, 'win')}</b>, <b class="tie">${count(tie, 'tie')}</b> and
<b class="loss">${count(loss, 'loss', 'losses')}</b> in ${count(all.length, 'comparison of a cell', 'comparisons of cells')};
${verdicts.length === 0 ? 'no targets were measured' : `${met} of ${count(verdicts.length, 'target')} met`}.</p>
<p>A ratio says how many times faster, smaller or more the one named first is. It is a tie if its interval (${INTERVAL})
contains 1, a win if all of the interval is above 1, a loss if all of it is below.</p>
${scoreTable(entries)}
${targetTable(entries)}</section>\n`;
}

function scoreTable(entries: readonly Entry[]): Markup {
  return scrolling(
    'wins, ties and losses',
    html`<table class="score"><caption>Per suite and comparison; times faster: lowest to highest median of its cells</caption>
<thead><tr><th scope="col">comparison</th><th scope="col">wins</th><th scope="col">ties</th><th scope="col">losses</th>
<th scope="col">times faster</th></tr></thead>
${entries.map(scoreBody)}</table>`,
  );
}

function scoreBody(entry: Entry): Markup {
  const scores = scoresOf(entry);
  const { suite, environment, id } = entry;
  const { win, tie, loss } = tally(scores.flatMap(({ results }) => results));
  return html`<tbody><tr class="suite"><th scope="rowgroup"><a href="#${id}">${suite.name}</a>
<small>${runName(environment)}</small></th><td>${win}</td><td>${tie}</td><td>${loss}</td><td></td></tr>
${scores.map(scoreRow)}</tbody>\n`;
}

function scoreRow({ label, kind, results }: Score): Markup {
  const { win, tie, loss } = tally(results);
  const ratios = results.map((result) => result.ratio.median);
  const low = Math.min(...ratios);
  const high = Math.max(...ratios);
  const lost = results.filter(({ outcome }) => outcome === 'loss');
  return html`<tr><th scope="row">${label}${kind === 'time' ? '' : html` <small>${kind}</small>`}${
    lost.length === 0 ? '' : html`<ul class="lost">${lost.map(lostCell)}</ul>`
  }</th><td>${win}</td><td>${tie}</td><td${loss === 0 ? '' : html` class="loss"`}>${
    loss === 0 ? '0' : `▼ ${loss}`
  }</td><td>${results.length === 1 ? ratio(low) : interval({ low, high }, ratio)}</td></tr>\n`;
}

function lostCell({ cell, ratio: spread }: Result): Markup {
  return html`<li>${cell.group}, ${cell.column}: ${withSpread(spread, ratio)}</li>`;
}

function targetTable(entries: readonly Entry[]): Markup {
  const withTargets = entries.filter(({ verdicts }) => verdicts.length > 0);
  if (withTargets.length === 0) return html``;
  return scrolling(
    'targets',
    html`<table class="targets"><caption>Targets; of several cells the worst</caption>
<thead><tr><th scope="col">target</th><th scope="col">wanted</th><th scope="col">measured</th><th scope="col"></th></tr></thead>
${withTargets.map(targetBody)}</table>`,
  );
}

function targetBody(entry: Entry): Markup {
  const { suite, environment, verdicts, id } = entry;
  const met = verdicts.filter((verdict) => verdict.met).length;
  return html`<tbody><tr class="suite"><th scope="rowgroup"><a href="#${id}">${suite.name}</a>
<small>${runName(environment)}</small></th><td></td><td></td><td>${met} of ${verdicts.length}</td></tr>
${verdicts.map((verdict) => {
  const { target, value, cell } = verdict;
  const spread = ratioOfTarget(entry, verdict);
  return html`<tr><th scope="row">${target.label}<br><small>${cell}</small></th>
<td>${target.atLeast === undefined ? `≤ ${target.atMost}` : `≥ ${target.atLeast}`}</td>
<td>${number(value)}${spread && html` <small>[${interval(spread)}]</small>`}</td>
<td class="${verdict.met ? 'win' : 'loss'}">${verdict.met ? '✓ met' : '✗ missed'}</td></tr>\n`;
})}</tbody>\n`;
}
