/** Draws the page from records: `tsx bench/html/index.ts RECORD.json... [--out FILE.html]`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { missingDefinitions } from '../read-record.ts';
import type { RecordFile } from './data.ts';
import { page } from './page.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { out: { type: 'string', default: 'benchmarks.html' } },
});

if (positionals.length === 0) {
  console.error('usage: tsx bench/html/index.ts RECORD.json... [--out FILE.html]');
  process.exitCode = 2;
} else {
  const records = positionals.map((file) => JSON.parse(readFileSync(file, 'utf8')) as RecordFile);
  writeFileSync(values.out, page(records, await missingDefinitions(records)));
}
