import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, buildSync } from 'esbuild';

/** Who stands where a program imports mqtt-packet. */
export type CodecName = 'mqtt-packet' | 'wasmqtt';

export const LIBRARY = fileURLToPath(new URL('../src/index.ts', import.meta.url));

export const BUNDLE: BuildOptions = { bundle: true, format: 'cjs', target: 'node20', logLevel: 'warning' };

const texts = new Map<string, string>();

/**
 * A copy of a module of its own, with everything that it imports, bundled as it is for the package. Two contestants never
 * share one: code that was warmed up by one is slower for the other than in any application. Nor is it imported through
 * tsx, which wraps functions to keep their names, inner ones on every call.
 */
export function loadApart<Exports>(entry: string, label: string, options: BuildOptions): Exports {
  let text = texts.get(entry);
  if (text === undefined) {
    text = buildSync({ ...BUNDLE, ...options, entryPoints: [entry], write: false }).outputFiles[0]!.text;
    texts.set(entry, text);
  }
  const module = { exports: {} as Exports };
  // Distinct text: V8 would share what it has learnt from an identical one.
  const code = `${text}\n//# sourceURL=${label.replace(/\W+/g, '-')}.cjs`;
  new Function('module', 'exports', 'require', code)(module, module.exports, createRequire(import.meta.url));
  return module.exports;
}

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
