// Builds bench/ into dist/bench/: the command, the programs that it measures, and the modules that it loads more than once.
// Rivals are never part of it: they are loaded from where they are installed.
import { readdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const OUT = 'dist/bench';
const rivals = ['aedes', 'mqtt', 'mqtt-match', 'mqtt-packet', 'mqtt-pattern', 'qlobber'];
const common = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  logLevel: 'warning',
  // the charts need a library that is an optional package
  external: [...rivals, 'echarts'],
};
// What is CommonJS and bundled may require modules of Node.
const banner = {
  js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
};
const programs = readdirSync('bench/programs').filter((name) => name.endsWith('.ts'));

// All of it is in one folder, so that a file finds others in the same way wherever its text ends up.
rmSync(OUT, { recursive: true, force: true });
await Promise.all([
  build({
    ...common,
    banner,
    format: 'esm',
    splitting: true,
    entryPoints: ['bench/main.ts', 'bench/child.ts'],
    outdir: OUT,
  }),
  build({
    ...common,
    banner,
    format: 'esm',
    entryPoints: programs.map((name) => `bench/programs/${name}`),
    outdir: OUT,
  }),
  build({
    ...common,
    format: 'cjs',
    entryPoints: { codec: 'src/index.ts', entrants: 'bench/forward/entrants.ts' },
    outdir: OUT,
    outExtension: { '.js': '.cjs' },
  }),
]);
