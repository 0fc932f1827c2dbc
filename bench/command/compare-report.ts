/** Prints what has changed between two runs. */
import { isAmount } from '../figures.ts';
import type { RecordFile } from '../html/data.ts';
import { count, number, ratio, table } from '../markdown.ts';
import { type Change, type Changes, isWorse } from './compare.ts';

type Where = RecordFile['environment'];

export function compareReport(old: Where, now: Where, { changes, unchanged }: Changes): string {
  const worse = changes.filter(isWorse).length;
  const lines = [
    `## compared with the run of ${runOf(old)}`,
    ...differences(old, now),
    ...(changes.length === 0 ? [] : [changeTable(changes)]),
    `${worse} slower or larger, ${changes.length - worse} faster or smaller; ${count(unchanged, 'cell')} unchanged within noise`,
  ];
  return lines.join('\n\n');
}

function changeTable(changes: readonly Change[]): string {
  const rows = changes.map((change) => {
    const { cell, label, unit, old, now, times, noise } = change;
    const figure = isAmount(unit) ? ` (${unit})` : '';
    const isWorseNow = isWorse(change);
    return [
      cell,
      `${label}${figure}`,
      ratio(old),
      ratio(now),
      `${isWorseNow ? '▼' : ''}${number(times)}`,
      number(noise),
      isAmount(unit) ? (isWorseNow ? 'larger' : 'smaller') : isWorseNow ? 'slower' : 'faster',
    ];
  });
  const head = ['cell', 'comparison', 'old', 'new', 'change', 'noise', ''];
  return table(head, rows);
}

function runOf({ date, commit, node }: Where): string {
  return [`${date.slice(0, 16).replace('T', ' ')} UTC`, commit, `Node ${node}`].filter(Boolean).join(', ');
}

/** Ratios bear another machine; whoever reads them must know of it all the same. */
function differences(old: Where, now: Where): string[] {
  const facts = (where: Where): Record<string, string | undefined> => ({
    processor: where.cpu,
    Node: where.node,
    ...where.versions,
  });
  const [before, after] = [facts(old), facts(now)];
  const lines = Object.keys(after).flatMap((name) => {
    // older records do not say everything
    if (before[name] === undefined || before[name] === after[name]) return [];
    return [`${name} ${after[name]}, was ${before[name]}`];
  });
  return lines.length === 0 ? [] : [`Not the same: ${lines.join('; ')}`];
}
