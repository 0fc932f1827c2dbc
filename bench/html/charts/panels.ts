/** Small multiples: panels of the same kind side by side and below each other. */
import type { GridComponentOption, TitleComponentOption } from 'echarts';
import type { Layout } from './chart.ts';
import { FONT, INK, MUTED, textWidth } from './theme.ts';

export interface PanelText {
  readonly title: string;
  readonly note?: string;
}

/** Pixels around the plot of a panel. */
export interface PanelSize {
  readonly left: number;
  readonly right: number;
  /** Below the plot: labels and name of its axis. */
  readonly bottom: number;
  /** Of the plot itself, by panel. */
  heightOf(panel: number): number;
}

export interface Panels {
  readonly grid: GridComponentOption[];
  readonly title: TitleComponentOption[];
  readonly plotWidth: number;
  readonly height: number;
}

/** Sizes of their fonts. */
const TITLE = 13;
const NOTE = 11;
/** Between what is written above neighbours. */
const GAP = 12;

/** Places panels in rows below `top`. */
export function placed(
  texts: readonly PanelText[],
  layout: Layout,
  columns: number,
  top: number,
  size: PanelSize,
): Panels {
  const width = layout.width / columns;
  const plotWidth = width - size.left - size.right;
  const grid: GridComponentOption[] = [];
  const title: TitleComponentOption[] = [];
  let y = top;
  for (let first = 0; first < texts.length; first += columns) {
    const row = texts.slice(first, first + columns).map(
      (text): PanelText => ({
        title: broken(text.title, width - GAP, TITLE, true),
        note: broken(text.note ?? '', width - GAP, NOTE),
      }),
    );
    const noteLines = Math.max(...row.map(({ note = '' }) => linesOf(note)));
    const titleLines = Math.max(...row.map((text) => linesOf(text.title)));
    const head = 12 + 17 * titleLines + 15 * noteLines;
    const plotHeight = Math.max(...row.map((_, i) => size.heightOf(first + i)));
    row.forEach((text, i) => {
      const left = i * width;
      title.push(heading(text, left, y));
      grid.push({
        left: left + size.left,
        top: y + head,
        width: plotWidth,
        height: size.heightOf(first + i),
      });
    });
    y += head + plotHeight + size.bottom;
  }
  return { grid, title, plotWidth, height: Math.ceil(y) };
}

/** A text with its lines broken between words, so that its height is known. */
function broken(text: string, width: number, fontSize: number, isBold = false): string {
  const lines: string[] = [];
  for (const line of text.split('\n')) {
    let current = '';
    for (const word of line.split(' ')) {
      const longer = current === '' ? word : `${current} ${word}`;
      const fits = textWidth(longer, fontSize, isBold) <= width;
      if (!fits && current !== '') lines.push(current);
      current = fits ? longer : word;
    }
    lines.push(current);
  }
  return lines.join('\n');
}

const linesOf = (text: string): number => (text === '' ? 0 : text.split('\n').length);

function heading(
  { title: text, note: subtext = '' }: PanelText,
  left: number,
  top: number,
): TitleComponentOption {
  return {
    text,
    subtext,
    left,
    top,
    padding: 0,
    itemGap: 3,
    textStyle: { color: INK, fontSize: TITLE, lineHeight: 17, fontFamily: FONT },
    subtextStyle: { color: MUTED, fontSize: NOTE, lineHeight: 15, fontFamily: FONT },
  };
}
