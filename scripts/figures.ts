// Writes the figures of bench/record into README.md and docs/, or with --check fails where they are not up to date.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { generatedFiles } from '../bench/documents/documents.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

const { values: options } = parseArgs({ options: { check: { type: 'boolean', default: false } } });

for (const { file, text } of await generatedFiles(ROOT)) {
  const path = join(ROOT, file);
  if (existsSync(path) && readFileSync(path, 'utf8') === text) continue;
  if (options.check) {
    console.error(`${file} is not what the records say: npm run figures`);
    process.exitCode = 1;
  } else {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    console.log(`${file} written`);
  }
}
