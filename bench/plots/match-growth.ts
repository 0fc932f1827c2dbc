/** Draws docs/images/match-growth.svg: `tsx bench/plots/match-growth.ts RECORD.json [FILE.svg]`. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { filterCharts } from '../html/charts/filters.ts';
import { standalone } from '../html/charts/render.ts';
import { chartGroups, entriesOf, type RecordFile } from '../html/data.ts';

const [record = '', file = fileURLToPath(new URL('../../docs/images/match-growth.svg', import.meta.url))] =
  process.argv.slice(2);
const contents = JSON.parse(readFileSync(record, 'utf8')) as RecordFile;
const [chart] = filterCharts(chartGroups(entriesOf([contents])));
if (chart === undefined) throw new Error(`${record} has no figures of the suite match`);
mkdirSync(dirname(file), { recursive: true });
writeFileSync(file, standalone(chart));
