/** Panels of bars with whiskers for the spread, one bar per contestant. */
import type {
  BarSeriesOption,
  CustomSeriesOption,
  CustomSeriesRenderItem,
  CustomSeriesRenderItemReturn,
} from 'echarts';
import type { Spread } from '../../measuring/statistics.ts';
import { short, tick } from '../format.ts';
import type { Drawing, Layout } from './chart.ts';
import { type PanelText, placed } from './panels.ts';
import { AXIS, FONT, INK, LABEL, LOSS, MUTED, OTHERS, OURS, textWidth } from './theme.ts';

export interface Bar {
  readonly name: string;
  readonly spread: Spread;
  readonly isOurs: boolean;
  /** Marked as a loss. */
  readonly isLoss: boolean;
  /** Behind the figure, for instance how many times the reference that is. */
  readonly note?: string;
}

export interface BarPanel extends PanelText {
  readonly bars: readonly Bar[];
}

const THICKNESS = 24;

/** Draws panels, each with a scale of its own from 0. The project's own names are bold. */
export function drawBars(
  panels: readonly BarPanel[],
  layout: Layout,
  format: (value: number) => string = short,
): Drawing {
  const columns = layout.isNarrow || panels.length === 1 ? 1 : 2;
  const names = panels.flatMap(({ bars }) => bars.map(({ name, isOurs }) => textWidth(name, 11, isOurs)));
  const left = Math.min(layout.isNarrow ? 118 : 150, Math.max(...names) + 14);
  const heightOf = (panel: number): number => panels[panel]!.bars.length * THICKNESS + 4;
  const { grid, title, plotWidth, height } = placed(panels, layout, columns, 0, {
    left,
    right: columns === 1 ? 8 : 20,
    bottom: 34,
    heightOf,
  });
  const room = Math.max(
    ...panels.flatMap(({ bars }) => bars.map((bar) => textWidth(labelOf(bar, format), 11, bar.isLoss) + 8)),
  );
  const scale = plotWidth / Math.max(plotWidth * 0.3, plotWidth - room);
  return {
    height,
    option: {
      grid,
      title,
      xAxis: panels.map(({ bars }, gridIndex) => ({
        ...AXIS,
        type: 'value',
        gridIndex,
        min: 0,
        max: scale * Math.max(...bars.map(({ spread }) => spread.high)),
        splitNumber: 3,
        axisLabel: { ...LABEL, color: MUTED, showMaxLabel: false, hideOverlap: true, formatter: tick },
      })),
      yAxis: panels.map(({ bars }, gridIndex) => ({
        ...AXIS,
        type: 'category',
        gridIndex,
        inverse: true,
        data: bars.map(({ name }) => name),
        axisTick: { show: false },
        splitLine: { show: false },
        axisLabel: {
          ...LABEL,
          interval: 0,
          width: left - 12,
          lineHeight: 12,
          overflow: 'break',
          formatter: (_: string, at: number) => boldIf(bars[at]!.isOurs, bars[at]!.name),
          rich: { ours: { ...LABEL, fontWeight: 'bold' } },
        },
      })),
      series: panels.flatMap(({ bars }, panel) => [
        barsOf(bars, panel),
        whiskersOf(
          bars.map((bar) => ({ ...bar.spread, label: labelOf(bar, format), isLoss: bar.isLoss })),
          panel,
        ),
      ]),
    },
  };
}

/** Braces and bars mean something in the texts of ECharts. */
function boldIf(isBold: boolean, name: string): string {
  const plain = name.replaceAll(/[{}|]/g, ' ');
  return isBold ? `{ours|${plain}}` : plain;
}

function labelOf({ spread, isLoss, note }: Bar, format: (value: number) => string): string {
  const parts = [format(spread.median), note, isLoss ? '▼ loss' : undefined];
  return parts.filter((part) => part !== undefined).join('  ');
}

function barsOf(bars: readonly Bar[], panel: number): BarSeriesOption {
  return {
    type: 'bar',
    xAxisIndex: panel,
    yAxisIndex: panel,
    barWidth: '62%',
    data: bars.map(({ spread, isOurs, isLoss }) => ({
      value: spread.median,
      itemStyle: {
        color: isOurs ? OURS : OTHERS,
        ...(isLoss ? { borderColor: LOSS, borderWidth: 2, decal: HATCH } : {}),
      },
    })),
  };
}

const HATCH = { color: 'rgba(0,0,0,0.35)', dashArrayX: [1, 0], dashArrayY: [2, 4], rotation: -Math.PI / 4 };

export interface Whisker extends Spread {
  readonly label: string;
  readonly isLoss: boolean;
}

/** A line from low to high with caps, and a text behind it. */
export function whiskersOf(whiskers: readonly Whisker[], panel: number): CustomSeriesOption {
  const renderItem: CustomSeriesRenderItem = (_, api): CustomSeriesRenderItemReturn => {
    const at = api.value(0) as number;
    const { low, high, median, label, isLoss } = whiskers[at]!;
    const [x1 = 0, y = 0] = api.coord([low, at]);
    const [x2 = 0] = api.coord([Math.max(high, median), at]);
    const line = (from: number[], to: number[]): object => ({
      type: 'line',
      shape: { x1: from[0], y1: from[1], x2: to[0], y2: to[1] },
      style: { stroke: INK, lineWidth: 1.5 },
    });
    return {
      type: 'group',
      children: [
        line([x1, y], [x2, y]),
        line([x1, y - 4], [x1, y + 4]),
        line([x2, y - 4], [x2, y + 4]),
        {
          type: 'text',
          x: x2 + 6,
          y,
          style: {
            text: label,
            fill: isLoss ? LOSS : INK,
            font: `${isLoss ? 'bold ' : ''}11px ${FONT}`,
            verticalAlign: 'middle',
          },
        },
      ],
    } as CustomSeriesRenderItemReturn;
  };
  return {
    type: 'custom',
    xAxisIndex: panel,
    yAxisIndex: panel,
    renderItem,
    clip: false,
    z: 5,
    // Placed by row only: extents must not depend on it.
    data: whiskers.map((_, at) => [at]),
  };
}
