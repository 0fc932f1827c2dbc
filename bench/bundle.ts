import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, buildSync } from 'esbuild';

/** Who stands where a program imports mqtt-packet. */
export type CodecName = 'mqtt-packet' | 'wasmqtt';

export const LIBRARY = fileURLToPath(new URL('../src/index.ts', import.meta.url));

export const BUNDLE: BuildOptions = { bundle: true, format: 'cjs', target: 'node20', logLevel: 'warning' };

let folder: string | undefined;

/** A folder that goes when this process ends. */
function temporaryFolder(): string {
  if (folder === undefined) {
    const made = mkdtempSync(join(tmpdir(), 'wasmqtt-bench-'));
    process.on('exit', () => rmSync(made, { recursive: true, force: true }));
    folder = made;
  }
  return folder;
}

function bundled(entry: string, name: string, codec: CodecName): string {
  const outfile = join(temporaryFolder(), `${name}-${codec}.cjs`);
  const alias: BuildOptions['alias'] = codec === 'wasmqtt' ? { 'mqtt-packet': LIBRARY } : {};
  buildSync({ ...BUNDLE, platform: 'node', entryPoints: [entry], outfile, alias });
  return outfile;
}

/**
 * Puts `programs/<name>.ts` and everything that it imports, at any depth, into one file; returns its path. With either
 * codec it is bundled alike, so that they differ in nothing else.
 */
export function programWith(codec: CodecName, name: string): string {
  return bundled(fileURLToPath(new URL(`programs/${name}.ts`, import.meta.url)), name, codec);
}

/** A codec in one file; returns its path. */
export function codecAsFile(codec: CodecName): string {
  return bundled(codec === 'wasmqtt' ? LIBRARY : 'mqtt-packet', 'codec', codec);
}
