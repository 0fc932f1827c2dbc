/** The page's style sheet. Charts take their colours from its variables. */

/** Colours of light and of dark pages. */
export const LIGHT = `color-scheme: light; --ink: #1f2328; --paper: #ffffff; --muted: #57606a; --line: #d0d7de; --head: #f3f5f8;
  --win: #116329; --tie: #7d4e00; --loss: #b31d28; --lost: #ffebe9;
  --s0: #0969da; --s1: #8250df; --s2: #bc4c00; --s3: #1a7f37; --s4: #0a7481; --s5: #bf3989; --s6: #7d5e00; --s7: #6e7781;`;

export const DARK = `color-scheme: dark; --ink: #e6edf3; --paper: #0d1117; --muted: #9da7b3; --line: #3d444d; --head: #161b22;
  --win: #56d364; --tie: #e3b341; --loss: #ff8982; --lost: #3d1418;
  --s0: #58a6ff; --s1: #bc8cff; --s2: #ff9d57; --s3: #56d364; --s4: #39c5cf; --s5: #ff8bc6; --s6: #e3c34f; --s7: #8b949e;`;

/** Below this width the narrow drawing of a chart is shown. */
const NARROW = '720px';

export const STYLE = `
:root { ${LIGHT} }
@media (prefers-color-scheme: dark) { :root { ${DARK} } }
@media print { :root { ${LIGHT} } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 0 16px 48px; max-width: 1080px; font: 15px/1.5 system-ui, sans-serif;
  color: var(--ink); background: var(--paper); overflow-wrap: break-word; }
h1 { font-size: 1.7em; line-height: 1.2; margin: 1em 0 0.3em; }
h2 { font-size: 1.35em; margin: 2em 0 0.4em; padding-top: 0.4em; border-top: 2px solid var(--line); }
h3 { font-size: 1.1em; margin: 2em 0 0.4em; }
small { font-size: 0.82em; font-weight: normal; color: var(--muted); }
h3 small { margin-left: 0.4em; }
a { color: var(--s0); }
code { font-size: 0.9em; }
nav ul { display: flex; flex-wrap: wrap; gap: 2px 18px; margin: 0; padding: 0; list-style: none; }
.sum { font-size: 1.15em; }
.win { color: var(--win); } .tie { color: var(--tie); } .loss { color: var(--loss); }
td .loss, td.loss { font-weight: 600; }
.win small, .tie small, .loss small { color: inherit; }
.notes { color: var(--muted); padding-left: 1.2em; font-size: 0.9em; }
.notes li { margin: 0.2em 0; }
.scroll { overflow-x: auto; margin: 1.2em 0; }
table { border-collapse: collapse; font-size: 0.87em; line-height: 1.35; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; padding: 0.3em 0; }
th, td { text-align: right; vertical-align: top; padding: 4px 8px; border-bottom: 1px solid var(--line); }
th:first-child { text-align: left; font-weight: normal; min-width: 9em; position: sticky; left: 0; background: var(--paper); }
thead th, thead th:first-child { background: var(--head); font-weight: 600; vertical-align: bottom; }
td { white-space: nowrap; }
td:has(.loss), td.loss { background: var(--lost); }
.score, .targets { width: 100%; }
.suite th:first-child, .suite td { background: var(--head); font-weight: 600; }
.lost { margin: 0.2em 0 0; padding-left: 1.1em; font-size: 0.86em; color: var(--loss); }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 330px), 1fr)); gap: 14px; }
.card { border: 1px solid var(--line); border-radius: 6px; padding: 10px 14px; font-size: 0.87em; }
.card p { margin: 0 0 6px; }
dl { margin: 0; display: grid; grid-template-columns: 7.5em 1fr; gap: 3px 10px; }
dt { color: var(--muted); font-size: 0.9em; }
dd { margin: 0; }
figure { margin: 1.5em 0 2.5em; }
figcaption { margin-bottom: 6px; }
figcaption p { margin: 0.2em 0; color: var(--muted); font-size: 0.9em; }
figure svg { display: block; max-width: 100%; height: auto; }
.narrow { display: none !important; }
@media (max-width: ${NARROW}) { .wide { display: none !important; } .narrow { display: block !important; } }
@media (max-width: ${NARROW}) {
  th, td { padding: 3px 6px; }
  table { font-size: 0.8em; }
  th:first-child { min-width: 6.5em; max-width: 52vw; }
}
summary { cursor: pointer; color: var(--muted); font-size: 0.9em; }
@media print {
  @page { margin: 12mm; }
  body { max-width: none; padding: 0; font-size: 11px; }
  .wide { display: block !important; } .narrow { display: none !important; }
  .scroll { overflow: visible; margin: 0.8em 0; }
  th:first-child { position: static; }
  th, td { padding: 2px 5px; }
  td { white-space: normal; }
  table { font-size: 0.8em; }
  thead { display: table-header-group; }
  tr, figure svg, .card { break-inside: avoid; }
  h2, h3, caption, figcaption, figcaption p { break-after: avoid; break-inside: avoid; }
  nav, summary { display: none; }
  details:not([open])::details-content { content-visibility: visible; display: block; }
}
`;
