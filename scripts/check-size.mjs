// Fails when a module or the base import outgrows scripts/size-budgets.json.
import { readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const budgets = JSON.parse(readFileSync('scripts/size-budgets.json', 'utf8'));
let failed = false;

function report(what, bytes, budget) {
  const ok = bytes <= budget;
  if (!ok) failed = true;
  console.log(`${ok ? 'ok  ' : 'OVER'} ${what}: ${bytes} of ${budget} bytes`);
}

report('dist/codec.wasm', statSync('dist/codec.wasm').size, budgets.codecWasm);
report('dist/topics.wasm', statSync('dist/topics.wasm').size, budgets.topicsWasm);
report('dist/forward.wasm', statSync('dist/forward.wasm').size, budgets.forwardWasm);

/** What a bundler makes of an import of these names from the package, minified. */
async function bundle(names, entry = 'index') {
  const result = await build({
    stdin: { contents: `export ${names} from './dist/${entry}.js';`, resolveDir: '.' },
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
  return { size: contents.length, gzipped: gzipSync(contents).length, metafile: result.metafile };
}

const everything = await bundle('*');
report('import of everything, minified', everything.size, budgets.everything);
report('import of everything, minified and gzipped', everything.gzipped, budgets.everythingGzipped);
const decoder = await bundle('{ Decoder }');
report('import of Decoder, minified', decoder.size, budgets.decoder);
report('import of Decoder, minified and gzipped', decoder.gzipped, budgets.decoderGzipped);
const topics = await bundle('{ TopicIndex }');
report('import of TopicIndex, minified', topics.size, budgets.topics);
report('import of TopicIndex, minified and gzipped', topics.gzipped, budgets.topicsGzipped);
const forwarder = await bundle('{ Forwarder }', 'forwarder');
report('import of Forwarder, minified', forwarder.size, budgets.forwarder);
report('import of Forwarder, minified and gzipped', forwarder.gzipped, budgets.forwarderGzipped);

const nodeImports = Object.values(everything.metafile.outputs)
  .flatMap((output) => output.imports)
  .filter((i) => i.external && i.path.startsWith('node:'));
if (nodeImports.length > 0) {
  failed = true;
  console.log(`FAIL the base import needs ${[...new Set(nodeImports.map((i) => i.path))].join(', ')}`);
}

process.exit(failed ? 1 : 0);
