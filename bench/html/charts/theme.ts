/** Colours, symbols and axes of all charts. */
import type { LineSeriesOption } from 'echarts';

/**
 * Colours that stand for the page's variables. ECharts computes with colours and cannot take a variable; they are replaced
 * in what it has drawn, so that one drawing serves light, dark and print.
 */
export const INK = '#0a0b01';
export const MUTED = '#0a0b02';
export const LINE = '#0a0b03';
export const PAPER = '#0a0b04';
export const LOSS = '#0a0b05';
export const SERIES = [0, 1, 2, 3, 4, 5, 6, 7].map((i) => `#0a0b1${i}`);
/** The project's own, and everybody else, where no more than that is told apart. */
export const OURS = SERIES[0]!;
export const OTHERS = SERIES[7]!;

const VARIABLES: ReadonlyArray<readonly [string, string]> = [
  [INK, 'var(--ink)'],
  [MUTED, 'var(--muted)'],
  [LINE, 'var(--line)'],
  [PAPER, 'var(--paper)'],
  [LOSS, 'var(--loss)'],
  ...SERIES.map((color, i) => [color, `var(--s${i})`] as const),
  // What ECharts fills empty symbols with.
  ['"#fff"', '"var(--paper)"'],
];

export function withVariables(svg: string): string {
  return VARIABLES.reduce((text, [color, variable]) => text.replaceAll(color, variable), svg);
}

const SYMBOLS = ['circle', 'rect', 'triangle', 'diamond', 'emptyCircle', 'emptyRect', 'emptyTriangle', 'pin'];
const DASHES = ['solid', [6, 3], [2, 2], [9, 3, 2, 3]] as const;

/** How the nth line looks: told apart by symbol and dashes as well as by colour. */
export function lineLook(
  n: number,
): Pick<LineSeriesOption, 'color' | 'symbol' | 'symbolSize' | 'lineStyle' | 'itemStyle'> {
  const dashes = DASHES[n % DASHES.length]!;
  return {
    color: SERIES[n % SERIES.length]!,
    symbol: SYMBOLS[n % SYMBOLS.length]!,
    symbolSize: 8,
    lineStyle: { width: n === 0 ? 3 : 2, type: typeof dashes === 'string' ? dashes : [...dashes] },
    itemStyle: { borderColor: SERIES[n % SERIES.length]! },
  };
}

export const FONT = 'system-ui, sans-serif';

/** What all axes share. */
export const AXIS = {
  axisLine: { show: true, onZero: false, lineStyle: { color: MUTED } },
  axisTick: { show: true, lineStyle: { color: MUTED } },
  minorTick: { show: false },
  splitLine: { show: true, showMaxLine: false, lineStyle: { color: LINE } },
  nameTextStyle: { color: INK, fontSize: 11, fontFamily: FONT },
};

export const LABEL = { color: INK, fontSize: 11, fontFamily: FONT };

/**
 * The width of a text, estimated from above: nobody knows the reader's fonts. Among those that are usual DejaVu Sans is the
 * widest.
 */
export function textWidth(text: string, fontSize: number, isBold = false): number {
  return text.length * fontSize * (isBold ? 0.66 : 0.6);
}

/** Between the items of a legend, across and down. */
const GAP = 12;
const SAMPLE = 30;
const LEGEND_TEXT = { ...LABEL, fontSize: 12 };

/** A legend's height, because places are given out before it is drawn. */
export function legendHeight(names: readonly string[], width: number): number {
  let lines = 1;
  let used = 0;
  for (const name of names) {
    const wanted = SAMPLE + 5 + textWidth(name, LEGEND_TEXT.fontSize) + GAP;
    if (used > 0 && used + wanted > width) {
      lines++;
      used = 0;
    }
    used += wanted;
  }
  return lines * (LEGEND_TEXT.fontSize + 2 + GAP) + 8;
}

export function legend(names: readonly string[], width: number): object {
  return {
    data: [...names],
    top: 0,
    left: 0,
    width,
    itemWidth: SAMPLE,
    itemHeight: 10,
    itemGap: GAP,
    textStyle: LEGEND_TEXT,
    inactiveColor: MUTED,
  };
}
