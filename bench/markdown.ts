/** How figures and tables are printed. */
import type { Outcome } from './figures.ts';
import type { Spread } from './measuring/statistics.ts';

export type Row = readonly string[];

/** Three significant digits, without an exponent. */
export function number(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? '–' : '∞';
  return value >= 100 || value === 0 ? value.toFixed(0) : value.toFixed(value >= 10 ? 1 : 2);
}

/** As a number, but what is not 1 does not look as if it were. */
function times(value: number): string {
  const text = number(value);
  if (text !== '1.00' || value === 1) return text;
  return String(value < 1 ? Math.floor(value * 1e4) / 1e4 : Math.ceil(value * 1e4) / 1e4);
}

export function interval({ low, high }: Pick<Spread, 'low' | 'high'>): string {
  return `[${times(low)}..${times(high)}]`;
}

/** A ratio with its interval. */
export function ratio(spread: Spread | undefined): string {
  return spread === undefined ? '' : `${times(spread.median)} ${interval(spread)}`;
}

/** The same, marked if it is a loss; what may be either is a tie. */
export function marked(spread: Spread, outcome: Outcome): string {
  if (outcome === 'tie') return `tie ${interval(spread)}`;
  return `${outcome === 'loss' ? '▼' : ''}${ratio(spread)}`;
}

/** "1 loss", "2 losses". */
export function count(value: number, one: string, many = `${one}s`): string {
  return `${value} ${value === 1 ? one : many}`;
}

/** Columns of figures are aligned to the right. */
export function table(head: Row, body: readonly Row[]): string {
  const columns = head.map((title, i) => {
    const texts = body.map((row) => row[i]!);
    const width = Math.max(3, title.length, ...texts.map((text) => text.length));
    return { width, figures: texts.every((text) => /^([\d▼∞–]|tie |$)/.test(text)) };
  });
  const line = (row: Row): string => {
    const texts = columns.map(({ width, figures }, i) => row[i]!.padEnd(figures ? 0 : width).padStart(width));
    return `| ${texts.join(' | ')} |`;
  };
  const rule = columns.map(({ width, figures }) => `${'-'.repeat(width - 1)}${figures ? ':' : '-'}`);
  return [line(head), line(rule), ...body.map(line)].join('\n');
}
