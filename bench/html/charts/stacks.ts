/** Panels of bars that are made of parts, with the sum behind each. */
import type { BarSeriesOption } from 'echarts';
import type { Spread } from '../../measuring/statistics.ts';
import { number, tick } from '../format.ts';
import { whiskersOf } from './bars.ts';
import type { Drawing, Layout } from './chart.ts';
import { type PanelText, placed } from './panels.ts';
import { AXIS, FONT, LABEL, legend, legendHeight, MUTED, PAPER, SERIES, textWidth } from './theme.ts';

export interface Stack {
  readonly name: string;
  /** One for each name of a part, not below 0; 0 where it has none. */
  readonly parts: readonly number[];
  readonly sum: Spread;
}

export interface StackPanel extends PanelText {
  readonly stacks: readonly Stack[];
}

const THICKNESS = 34;
/** For the sum behind the longest bar. */
const ROOM = 70;

/** Patterns beside the colours, so that printed in black and white they can be told apart. */
const DECALS = [
  { symbol: 'none' },
  { dashArrayX: [1, 0], dashArrayY: [2, 5], rotation: -Math.PI / 4 },
  { dashArrayX: [1, 0], dashArrayY: [2, 5], rotation: Math.PI / 2 },
  { dashArrayX: [1, 0], dashArrayY: [2, 5], rotation: Math.PI / 4 },
  { dashArrayX: [1, 0], dashArrayY: [3, 3], rotation: 0 },
].map((decal) => ({ color: 'rgba(0,0,0,0.22)', ...decal }));

/** Draws panels with one legend, each with a scale of its own from 0. */
export function drawStacks(parts: readonly string[], panels: readonly StackPanel[], layout: Layout): Drawing {
  const columns = layout.isNarrow || panels.length === 1 ? 1 : 2;
  const left = layout.isNarrow ? 112 : 150;
  const { grid, title, height, plotWidth } = placed(
    panels,
    layout,
    columns,
    legendHeight(parts, layout.width),
    {
      left,
      right: columns === 1 ? 8 : 20,
      bottom: 40,
      heightOf: (panel) => panels[panel]!.stacks.length * THICKNESS + 4,
    },
  );
  const scales = panels.map(({ stacks }) => {
    // the parts alone may be more, where some that count in the sum are below 0
    const longest = stacks.map(({ parts, sum }) => Math.max(sum.high, ...endsOf(parts)));
    return Math.max(...longest) * (plotWidth / (plotWidth - ROOM));
  });
  return {
    height,
    option: {
      grid,
      title,
      legend: legend(parts, layout.width),
      aria: { enabled: true, label: { enabled: false }, decal: { show: true, decals: DECALS } },
      xAxis: scales.map((max, gridIndex) => ({
        ...AXIS,
        type: 'value',
        gridIndex,
        min: 0,
        max,
        splitNumber: 4,
        axisLabel: { ...LABEL, color: MUTED, showMaxLabel: false, hideOverlap: true, formatter: tick },
      })),
      yAxis: panels.map(({ stacks }, gridIndex) => ({
        ...AXIS,
        type: 'category',
        gridIndex,
        inverse: true,
        data: stacks.map(({ name }) => name),
        axisTick: { show: false },
        splitLine: { show: false },
        axisLabel: { ...LABEL, interval: 0, width: left - 12, overflow: 'break' },
      })),
      series: panels.flatMap(({ stacks }, panel) => [
        ...parts.map((name, n) => partOf(name, n, stacks, panel, plotWidth / scales[panel]!)),
        whiskersOf(
          stacks.map(({ sum }) => ({ ...sum, label: number(sum.median), isLoss: false })),
          panel,
        ),
      ]),
    },
  };
}

/** Where each part of a bar ends. */
function endsOf(parts: readonly number[]): number[] {
  let end = 0;
  return parts.map((part) => (end += part));
}

/** The nth part of each bar, with its figure where that fits; the table has the others. */
function partOf(
  name: string,
  n: number,
  stacks: readonly Stack[],
  panel: number,
  pixelsPerUnit: number,
): BarSeriesOption {
  const color = SERIES[n % SERIES.length]!;
  return {
    type: 'bar',
    name,
    stack: `panel ${panel}`,
    xAxisIndex: panel,
    yAxisIndex: panel,
    barWidth: '68%',
    color,
    data: stacks.map(({ parts, sum }) => {
      const value = parts[n]!;
      const text = number(value);
      const width = textWidth(text, 11, true) + 12;
      const middle = pixelsPerUnit * (endsOf(parts)[n]! - value / 2);
      // not below the whisker, which is drawn over it
      const isFree =
        middle + width / 2 < pixelsPerUnit * sum.low || middle - width / 2 > pixelsPerUnit * sum.high;
      return {
        value,
        label: {
          show: isFree && value * pixelsPerUnit > width,
          formatter: () => text,
          color: PAPER,
          fontSize: 11,
          fontWeight: 'bold',
          fontFamily: FONT,
          textBorderColor: color,
          textBorderWidth: 3,
        },
      };
    }),
  };
}
