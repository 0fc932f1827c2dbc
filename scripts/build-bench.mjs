// Builds bench/ into dist/bench/: the command, the programs that it measures, and the modules that it loads more than once.
// Rivals are never part of it: they are loaded from where they are installed.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
  metafile: true,
  // the charts, and parts of the broker, need libraries that are optional packages
  external: [...rivals, 'echarts', 'pino', 'prom-client', 'ws'],
};
// What is CommonJS and bundled may require modules of Node.
const banner = {
  js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
};
const programs = readdirSync('bench/programs').filter((name) => name.endsWith('.ts'));

// All of it is in one folder, so that a file finds others in the same way wherever its text ends up.
const results = await Promise.all([
  build({
    ...common,
    banner,
    format: 'esm',
    // what programs share is there once
    splitting: true,
    entryPoints: [
      'main.ts',
      'command/command.ts',
      'child.ts',
      ...programs.map((name) => `programs/${name}`),
    ].map((file) => `bench/${file}`),
    // child.js, not programs/child.js
    entryNames: '[name]',
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

// Left over from earlier builds. Not removed before, because a run of the bench may be under way.
const written = results.flatMap(({ metafile }) => Object.keys(metafile.outputs));
for (const name of readdirSync(OUT)) {
  if (!written.includes(`${OUT}/${name}`)) rmSync(`${OUT}/${name}`, { recursive: true });
}

// What is part of these files is published, so its licences are too.
const packages = new Set(
  results
    .flatMap(({ metafile }) => Object.values(metafile.outputs))
    .flatMap(({ inputs }) => Object.entries(inputs))
    .filter(([file, { bytesInOutput }]) => file.includes('node_modules/') && bytesInOutput > 0)
    .map(([file]) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)[0]),
);
// This one comes without its text, which is that of the compiler.
const elsewhere = { '@assemblyscript/loader': 'node_modules/assemblyscript' };
const licences = [...packages].sort().map((folder) => {
  const name = folder.replace(/^.*node_modules\//, '');
  const files = [folder, elsewhere[name]].flatMap((place) => [`${place}/LICENSE`, `${place}/LICENSE.md`]);
  const file = files.find((path) => existsSync(path));
  if (file === undefined) throw new Error(`${name} has no licence`);
  return `${name}\n\n${readFileSync(file, 'utf8').trim()}\n`;
});
writeFileSync(`${OUT}/THIRD-PARTY-LICENSES`, licences.join('\n----\n\n'));
