/** How the figures came about, for readers who have nothing but the page. */
import { INTERVAL } from '../measuring/statistics.ts';
import { html, type Markup } from './markup.ts';

export function methods(): Markup {
  return html`<section id="methods"><h2>Methods</h2><ul class="notes">
<li>Ratios in one run: every case measures all contestants in the same processes, in rounds A B C C B A that start with
another one each time. A figure is the median of its rounds, a ratio the median of the ratios round by round; in brackets, and
as whiskers, are ${INTERVAL}.</li>
<li>CPU time, user and system, of the whole process: garbage collection and compilation count, waiting does not. The measured
process is pinned to one processor where that is possible; whoever it talks to runs on another one.</li>
<li>Before anything is timed, all contestants do the same work and what they read is summed up and compared.</li>
<li>The A/A control is a contestant that competes a second time with identical code: differences of the size of its spread mean
nothing.</li>
<li>Rates are drawn as the inverse of the CPU time per packet or message: what one processor could do if it did nothing else.
With a fan-out of 10, a message counts ten times, once for each receiver.</li>
<li>Charts take a table with all its contestants from one run. Where several runs have the same table, the one with the most
columns is drawn, of equals the latest; all of them are in the tables.</li>
<li>A loss counts as soon as its whole interval is below 1, even where a suite tolerates a few percent.</li>
</ul></section>\n`;
}
