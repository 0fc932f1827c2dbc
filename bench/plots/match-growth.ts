/** Draws docs/images/match-growth.svg: `tsx bench/plots/match-growth.ts RECORD.json [FILE.svg]`. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as echarts from 'echarts';
import { type CaseResult, roundsOf } from '../figures.ts';
import { median } from '../statistics.ts';

const WIDTH = 960;
const HEIGHT = 420;

/** Stands for the colour of text, which the page that shows the plot decides, light or dark. */
const INK = '#010203';

/** Who is drawn, in colours that can be told apart on white and on black. */
const CONTESTANTS = [
  { name: 'qlobber', label: 'qlobber', color: '#d4662a' },
  { name: 'string cache', label: 'string cache', color: '#3f9a55' },
  { name: 'index js', label: 'index js', color: '#9a6ee0' },
  { name: 'index wasm', label: 'index wasm', color: '#2f81f7' },
];

/** In each panel the index takes what such topics come as. */
const PANELS = [
  { group: 'hot', input: ', packets', title: 'hot: 10,000 topics by Zipf; the index parses PUBLISH packets' },
  { group: 'cold', input: ', bytes', title: 'cold: 1,000,000 topics, each of them once' },
];

type Point = [filters: number, nanoseconds: number];

function pointsOf(results: readonly CaseResult[], group: string, name: string): Point[] {
  return results
    .filter((result) => result.group === group)
    .flatMap((result): Point[] => {
      const rounds = roundsOf(result, name);
      return rounds === undefined ? [] : [[Number(result.column.replaceAll(',', '')), median(rounds)]];
    });
}

function chartOf(results: readonly CaseResult[]): echarts.EChartsOption {
  const series = PANELS.flatMap(({ group, input }, panel) =>
    CONTESTANTS.map(({ name, label, color }): echarts.LineSeriesOption => {
      const data = pointsOf(results, group, name.startsWith('index') ? name + input : name);
      if (data.length === 0) throw new Error(`the record has no figures of ${name} in ${group}`);
      return {
        type: 'line',
        name: label,
        xAxisIndex: panel,
        yAxisIndex: panel,
        data,
        color,
        symbol: 'circle',
        symbolSize: 7,
        lineStyle: { width: name === 'index wasm' ? 3.5 : 2 },
        labelLayout: { moveOverlap: 'shiftY' },
        endLabel: {
          show: true,
          formatter: ({ value }) => `${label} ${Math.round((value as Point)[1]).toLocaleString('en')}`,
          color,
          fontSize: 12,
          fontWeight: name === 'index wasm' ? 'bold' : 'normal',
        },
      };
    }),
  );
  const all = series.flatMap(({ data }) => (data as Point[]).map(([, nanoseconds]) => nanoseconds));
  const axis = {
    type: 'log' as const,
    axisLabel: { color: INK, fontSize: 12, formatter: (value: number) => value.toLocaleString('en') },
    axisLine: { show: true, lineStyle: { color: INK, opacity: 0.6 } },
    splitLine: { lineStyle: { color: INK, opacity: 0.15 } },
    nameTextStyle: { color: INK, fontSize: 12 },
    minorTick: { show: false },
  };
  const sides = [
    { left: 60, width: 275 },
    { left: 545, width: 275 },
  ];
  return {
    animation: false,
    textStyle: { fontFamily: 'system-ui, sans-serif' },
    title: PANELS.map(({ title }, panel) => ({
      text: title,
      left: sides[panel]!.left - 40,
      top: 8,
      textStyle: { color: INK, fontSize: 13, fontWeight: 'normal' },
    })),
    grid: sides.map((side) => ({ ...side, top: 64, bottom: 56 })),
    xAxis: sides.map((_, gridIndex) => ({
      ...axis,
      gridIndex,
      min: 1000,
      max: 1_000_000,
      name: 'filters',
      nameLocation: 'middle',
      nameGap: 34,
    })),
    yAxis: sides.map((_, gridIndex) => ({
      ...axis,
      gridIndex,
      min: 10 ** Math.floor(Math.log10(Math.min(...all))),
      max: 10 ** Math.ceil(Math.log10(Math.max(...all))),
      name: 'CPU ns per topic',
      nameGap: 14,
    })),
    series,
  };
}

const [record = '', file = fileURLToPath(new URL('../../docs/images/match-growth.svg', import.meta.url))] =
  process.argv.slice(2);
const { suites } = JSON.parse(readFileSync(record, 'utf8')) as {
  suites: { name: string; cases: CaseResult[] }[];
};
const results = suites.find(({ name }) => name === 'match')?.cases;
if (results === undefined) throw new Error(`${record} has no suite match`);
const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height: HEIGHT });
chart.setOption(chartOf(results));
const style =
  '<style>svg { color: #1f2328 } @media (prefers-color-scheme: dark) { svg { color: #e6edf3 } }</style>';
const svg = chart
  .renderToSVGString()
  .replaceAll(INK, 'currentColor')
  .replace(/(<svg[^>]*>)/, `$1\n${style}`);
chart.dispose();
mkdirSync(dirname(file), { recursive: true });
writeFileSync(file, `${svg}\n`);
