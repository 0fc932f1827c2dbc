import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { build } from 'esbuild';
import { expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');

it('the example in the README does what its comments say', async () => {
  const [, code] = /```ts\n(.*?)```/s.exec(readFileSync(resolve(ROOT, 'README.md'), 'utf8')) ?? [];
  const bundle = await build({
    stdin: { contents: code, resolveDir: ROOT, loader: 'ts' },
    alias: { wasmqtt: resolve(ROOT, 'src/index.ts') },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
  });
  const printed = execFileSync(process.execPath, ['--input-type=module', '-'], {
    input: bundle.outputFiles[0].text,
    encoding: 'utf8',
  });
  expect(printed).toBe('greenhouse/3/temperature 4\n0 0 4\n');
});
