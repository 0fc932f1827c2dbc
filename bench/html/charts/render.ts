/** Draws charts as SVG text, without a browser. */
import * as echarts from 'echarts';
import { escaped, html, Markup } from '../markup.ts';
import { DARK, LIGHT } from '../style.ts';
import type { Chart, Layout } from './chart.ts';
import { FONT, textWidth, withVariables } from './theme.ts';

// In all charts of this process: without a canvas ECharts takes texts for narrower than they can be.
echarts.setPlatformAPI({
  measureText: (text, font = '') => ({
    width: textWidth(text, Number.parseFloat(/[\d.]+px/.exec(font)?.[0] ?? '12'), font.includes('bold')),
  }),
});

const LAYOUTS = [
  { name: 'wide', width: 1000, isNarrow: false },
  { name: 'narrow', width: 358, isNarrow: true },
];

/** Both drawings of a chart; the style sheet shows the one that fits. */
export function drawings(chart: Chart): Markup {
  return html`${LAYOUTS.map(({ name, ...layout }) => new Markup(drawing(chart, name, layout)))}`;
}

/** A wide drawing as a file of its own, light or dark as the page that shows it. */
export function standalone(chart: Chart): string {
  const style = `<style>:root { ${LIGHT} } @media (prefers-color-scheme: dark) { :root { ${DARK} } }</style>`;
  const [wide] = LAYOUTS;
  return drawing(chart, wide!.name, wide!)
    .replace('<svg ', '<svg xmlns="http://www.w3.org/2000/svg" ')
    .replace('<title', `${style}\n<title`);
}

function drawing(chart: Chart, name: string, layout: Layout): string {
  const { option, height } = chart.draw(layout);
  const instance = echarts.init(null, null, { renderer: 'svg', ssr: true, width: layout.width, height });
  instance.setOption({ animation: false, textStyle: { fontFamily: FONT }, ...option });
  const svg = instance.renderToSVGString();
  // Its timers would keep the process alive.
  instance.dispose();
  return tidied(svg, chart, `${chart.id}-${name}`, name);
}

/** Without what only a browser with ECharts would need, with the page's colours, and with a name for those who cannot see it. */
function tidied(svg: string, { title, description }: Chart, id: string, className: string): string {
  const contents = svg
    .replace(/^<svg[^>]*>/, '')
    .replace(/<style[\s\S]*?<\/style>/, '')
    .replaceAll(/ (?:class|ecmeta_\w+|pointer-events|xml:space)="[^"]*"/g, '')
    .replaceAll(/zr\d+-/g, `${id}-`)
    .replaceAll(/(\d\.\d\d)\d+/g, '$1');
  const [, size] = /viewBox="([^"]*)"/.exec(svg) ?? [];
  const [, , width, height] = size!.split(' ');
  return `<svg class="${className}" role="img" width="${width}" height="${height}" viewBox="${size}"
aria-labelledby="${id}-title" aria-describedby="${id}-desc"><title id="${id}-title">${escaped(title)}</title>
<desc id="${id}-desc">${escaped(description)}</desc>${withVariables(contents)}
`;
}
