/** Panels of lines, of which each kind of chart says what they are. */
import type { LineSeriesOption, SeriesOption, XAXisComponentOption, YAXisComponentOption } from 'echarts';
import type { Drawing, Layout } from './chart.ts';
import { type PanelText, placed } from './panels.ts';
import { AXIS, FONT, INK, LABEL, legend, legendHeight, lineLook, PAPER } from './theme.ts';

export type Point = readonly [x: number, y: number];

export interface LinePanel extends PanelText {
  readonly lines: readonly { readonly name: string; readonly points: readonly Point[] }[];
  /** Points that are marked, and what they are. */
  readonly marks?: readonly { readonly at: Point; readonly label: string }[];
}

export interface LineAxis {
  readonly name: string;
  readonly isLog: boolean;
  /** Where labels are, on the horizontal axis. */
  readonly ticks?: readonly number[];
  readonly min?: number;
  readonly max?: number;
  format(value: number): string;
}

export interface Lines {
  /** All lines, in the order of their looks. */
  readonly names: readonly string[];
  readonly panels: readonly LinePanel[];
  readonly x: LineAxis;
  readonly y: LineAxis;
  /** Side by side on a wide page. Default 2. */
  readonly columns?: number;
}

/** Draws panels with one legend and the same scales, so that they can be compared. */
export function drawLines({ names, panels, x, y, columns = 2 }: Lines, layout: Layout): Drawing {
  // A panel that is alone does not take the whole width.
  const inRow = layout.isNarrow ? 1 : Math.max(2, Math.min(columns, panels.length));
  const top = legendHeight(names, layout.width);
  const size = { left: 58, right: 28, bottom: 54, heightOf: () => (layout.isNarrow ? 190 : 210) };
  const { grid, title, height } = placed(panels, layout, inRow, top, size);
  const values = panels.flatMap(({ lines }) =>
    lines.flatMap(({ points }) => points.map(([, value]) => value)),
  );
  const range = y.isLog ? powers(values) : {};
  const series = panels.flatMap((panel, i) => [...linesOf(names, panel, i), ...marksOf(panel, i)]);
  return {
    height,
    option: {
      grid,
      title,
      series,
      legend: legend(names, layout.width),
      xAxis: panels.map((_, gridIndex) => horizontal(x, gridIndex)),
      yAxis: panels.map((_, gridIndex) => ({ ...axisOf(y), ...range, gridIndex, nameGap: 42 }) as object),
    },
  };
}

function axisOf({ name, isLog, min, max, format }: LineAxis): YAXisComponentOption {
  return {
    ...AXIS,
    splitLine: { ...AXIS.splitLine, showMaxLine: true },
    type: isLog ? 'log' : 'value',
    name,
    nameLocation: 'middle',
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
    axisLabel: { ...LABEL, formatter: format, hideOverlap: true },
  } as YAXisComponentOption;
}

function horizontal(axis: LineAxis, gridIndex: number): XAXisComponentOption {
  const customValues = axis.ticks && [...axis.ticks];
  const own = axisOf(axis) as { axisLabel: object };
  return {
    ...own,
    gridIndex,
    nameGap: 28,
    splitLine: { show: false },
    ...(customValues === undefined
      ? {}
      : { axisLabel: { ...own.axisLabel, customValues }, axisTick: { ...AXIS.axisTick, customValues } }),
  } as XAXisComponentOption;
}

/** The powers of ten around all values. */
function powers(values: readonly number[]): { min: number; max: number } {
  return {
    min: 10 ** Math.floor(Math.log10(Math.min(...values))),
    max: 10 ** Math.ceil(Math.log10(Math.max(...values))),
  };
}

function linesOf(names: readonly string[], { lines }: LinePanel, panel: number): LineSeriesOption[] {
  return lines.map(({ name, points }) => ({
    type: 'line',
    name,
    xAxisIndex: panel,
    yAxisIndex: panel,
    data: points.map(([at, value]) => [at, value]),
    clip: false,
    ...lineLook(names.indexOf(name)),
  }));
}

/** A ring around the point and a line down to the axis, with what it is beside it. */
function marksOf({ marks = [] }: LinePanel, panel: number): SeriesOption[] {
  return marks.map(({ at, label }) => ({
    type: 'scatter',
    xAxisIndex: panel,
    yAxisIndex: panel,
    data: [[...at]],
    symbol: 'circle',
    symbolSize: 16,
    z: 5,
    itemStyle: { color: 'rgba(0,0,0,0)', borderColor: INK, borderWidth: 2, opacity: 1 },
    label: {
      show: true,
      position: 'right',
      textBorderColor: PAPER,
      textBorderWidth: 3,
      formatter: () => label,
      color: INK,
      fontSize: 11,
      fontFamily: FONT,
    },
    markLine: {
      silent: true,
      symbol: 'none',
      label: { show: false },
      lineStyle: { color: INK, type: 'dashed', width: 1 },
      data: [{ xAxis: at[0] }],
    },
  }));
}
