// Fails when the codec module or the base import outgrows scripts/size-budgets.json.
import { readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const budgets = JSON.parse(readFileSync('scripts/size-budgets.json', 'utf8'));
let failed = false;

function report(what, bytes, budget, note = '') {
  const ok = bytes <= budget;
  if (!ok) failed = true;
  console.log(`${ok ? 'ok  ' : 'OVER'} ${what}: ${bytes} of ${budget} bytes${note}`);
}

report('dist/codec.wasm', statSync('dist/codec.wasm').size, budgets.codecWasm);

const result = await build({
  entryPoints: ['dist/index.js'],
  bundle: true,
  minify: true,
  write: false,
  metafile: true,
  format: 'esm',
  platform: 'neutral',
  // External, so that an import is reported below rather than as a resolution error.
  external: ['node:*'],
  logLevel: 'warning',
});
const { contents } = result.outputFiles[0];
report(
  'base import, minified',
  contents.length,
  budgets.baseImport,
  ` (${gzipSync(contents).length} gzipped)`,
);

const nodeImports = Object.values(result.metafile.outputs)
  .flatMap((output) => output.imports)
  .filter((i) => i.external && i.path.startsWith('node:'));
if (nodeImports.length > 0) {
  failed = true;
  console.log(`FAIL the base import needs ${[...new Set(nodeImports.map((i) => i.path))].join(', ')}`);
}

process.exit(failed ? 1 : 0);
