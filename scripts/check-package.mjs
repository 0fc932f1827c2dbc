// Packs the package as npm would publish it and checks that tarball: publint, types under every resolution
// mode (attw), that every file the manifest names is in it, and that the types need no DOM library.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const dir = mkdtempSync(join(tmpdir(), 'wasmqtt-pack-'));
process.on('exit', () => rmSync(dir, { recursive: true, force: true }));

function run(command, args, stdout = 'inherit') {
  const result = spawnSync(command, args, { stdio: ['ignore', stdout, 'inherit'], encoding: 'utf8' });
  if (result.error) throw result.error;
  if (result.status !== 0) process.exit(result.status ?? 1);
  return result.stdout;
}

function fail(message) {
  console.error(`check-package: ${message}`);
  process.exit(1);
}

// Built first and packed without scripts, because their output would mix with the JSON.
run('npm', ['run', '--silent', 'build']);
const [pack] = JSON.parse(
  run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', dir], 'pipe'),
);
const tarball = join(dir, pack.filename);
const packed = new Set(pack.files.map((file) => file.path));

const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
if (Object.keys(manifest.dependencies ?? {}).length > 0) fail('runtime dependencies are not allowed');

const named = new Set();
(function collect(value) {
  if (typeof value === 'string') named.add(value.replace(/^\.\//, ''));
  else for (const inner of Object.values(value ?? {})) collect(inner);
})([manifest.main, manifest.module, manifest.types, manifest.exports, manifest.bin, manifest.typesVersions]);
for (const path of [...named, 'LICENSE', 'README.md', 'CHANGELOG.md']) {
  if (!packed.has(path)) fail(`${path} is not in the tarball`);
}
for (const path of Object.values(manifest.bin)) {
  if (!readFileSync(path, 'utf8').startsWith('#!/usr/bin/env node\n')) fail(`${path} has no node shebang`);
}

run('node_modules/.bin/publint', ['run', tarball, '--strict']);
// The .wasm files are assets: attw looks for types of them and finds none.
run('node_modules/.bin/attw', [
  tarball,
  '--no-emoji',
  '--exclude-entrypoints',
  'codec.wasm',
  'topics.wasm',
  'forward.wasm',
]);
run('node_modules/.bin/tsc', [
  ...[
    '--noEmit',
    '--strict',
    '--target',
    'es2022',
    '--lib',
    'es2022',
    '--module',
    'nodenext',
    '--types',
    'node',
  ],
  ...[...packed].filter((path) => /\.d\.c?ts$/.test(path)),
]);
console.log(
  `package ok: ${pack.files.length} files, ${pack.size} bytes packed, ${pack.unpackedSize} unpacked`,
);
