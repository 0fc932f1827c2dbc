/** How figures are written. */
import type { Spread } from '../measuring/statistics.ts';

/** Three significant digits, without an exponent: 0.98, 12.3, 1,234. */
export function number(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? '–' : '∞';
  const size = Math.abs(value);
  const digits = size >= 100 || size === 0 ? 0 : size >= 10 ? 1 : 2;
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** As a number, but what is not 1 does not look as if it were. */
export function ratio(value: number): string {
  const text = number(value);
  if (text !== '1.00' || value === 1) return text;
  return String(value < 1 ? Math.floor(value * 1e4) / 1e4 : Math.ceil(value * 1e4) / 1e4);
}

/** With its unit of a thousand or a million: 950, 12.3 k, 4.5 M. */
export function short(value: number): string {
  if (value >= 1e6) return `${number(value / 1e6)} M`;
  return value >= 1e4 ? `${number(value / 1e3)} k` : number(value);
}

/** A round number beside an axis: 0.1, 500, 20 k, 1.5 M. */
export function tick(value: number): string {
  const [divisor, unit] = value >= 1e6 ? [1e6, ' M'] : value >= 1e4 ? [1e3, ' k'] : [1, ''];
  return `${(value / divisor).toLocaleString('en', { maximumFractionDigits: 6 })}${unit}`;
}

/** "0.97..1.04". */
export function interval({ low, high }: Pick<Spread, 'low' | 'high'>, format = number): string {
  return `${format(low)}..${format(high)}`;
}

/** "4.5 M [4.4 M..4.6 M]". */
export function withSpread(spread: Spread | undefined, format = number): string {
  return spread === undefined ? '' : `${format(spread.median)} [${interval(spread, format)}]`;
}

/** "16 B", "64 KiB". */
export function bytes(value: number): string {
  if (value >= 2 ** 20 && value % 2 ** 20 === 0) return `${value / 2 ** 20} MiB`;
  return value >= 1024 && value % 1024 === 0 ? `${value / 1024} KiB` : `${value.toLocaleString('en')} B`;
}

/** The bytes that "16 B", "1,460 B" or "64 KiB" say, if a text says so. */
export function bytesOf(text: string): number | undefined {
  const [, digits, unit] = /^([\d,]+) (B|KiB|MiB)$/.exec(text) ?? [];
  if (digits === undefined) return undefined;
  return Number(digits.replaceAll(',', '')) * { B: 1, KiB: 1024, MiB: 2 ** 20 }[unit as 'B' | 'KiB' | 'MiB'];
}

/** "1 loss", "2 losses". */
export function count(value: number, one: string, many = `${one}s`): string {
  return `${value.toLocaleString('en')} ${value === 1 ? one : many}`;
}
