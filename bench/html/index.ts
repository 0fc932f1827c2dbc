/** Draws the page from records: `tsx bench/html/index.ts RECORD.json... [--out FILE.html]`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { loadSuite, SUITE_NAMES } from '../suites.ts';
import type { Definition, RecordFile } from './data.ts';
import { page } from './page.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { out: { type: 'string', default: 'benchmarks.html' } },
});

/** The definitions of suites whose records lack their comparisons, as they are now. */
async function missingDefinitions(records: readonly RecordFile[]): Promise<Record<string, Definition>> {
  const definitions: Record<string, Definition> = {};
  for (const { name, comparisons } of records.flatMap(({ suites }) => suites)) {
    if (comparisons === undefined && definitions[name] === undefined && SUITE_NAMES.includes(name)) {
      definitions[name] = await loadSuite(name, {});
    }
  }
  return definitions;
}

if (positionals.length === 0) {
  console.error('usage: tsx bench/html/index.ts RECORD.json... [--out FILE.html]');
  process.exitCode = 2;
} else {
  const records = positionals.map((file) => JSON.parse(readFileSync(file, 'utf8')) as RecordFile);
  writeFileSync(values.out, page(records, await missingDefinitions(records)));
}
