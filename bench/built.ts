/** What `npm run build:bench` has put into `dist/bench/`: programs, and modules that are loaded more than once. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/** Who stands where a program imports mqtt-packet. */
export type CodecName = 'mqtt-packet' | 'wasmqtt';

/** Tests run the sources of what is beside the programs here. */
const FOLDER = new URL(import.meta.url.endsWith('.ts') ? '../dist/bench/' : './', import.meta.url);

const fileOf = (path: string): string => fileURLToPath(new URL(path, FOLDER));

/** The process that measures one case. */
export const CHILD = fileOf('child.js');

/** A program of `programs/` with everything of ours that it imports; its arguments for `node` come before it. */
export function programFile(name: string): string {
  return fileOf(`${name}.js`);
}

/** What `node` is told so that a program, and what it imports at any depth, gets that codec for mqtt-packet. */
export function codecFlags(codec: CodecName): string[] {
  return codec === 'wasmqtt' ? ['--import', new URL('override.js', FOLDER).href] : [];
}

/** The codec in one CommonJS file. */
export const CODEC_FILE = fileOf('codec.cjs');

/** Modules that every contestant has a copy of. */
export type ApartName = 'codec' | 'entrants';

const texts = new Map<ApartName, string>();

/**
 * A copy of a module of its own, with everything of ours that it imports. Two contestants never share one: code that was
 * warmed up by one is slower for the other than in any application.
 */
export function loadApart<Exports>(name: ApartName, label: string): Exports {
  let text = texts.get(name);
  if (text === undefined) texts.set(name, (text = readFileSync(fileOf(`${name}.cjs`), 'utf8')));
  const module = { exports: {} as Exports };
  // Distinct text: V8 would share what it has learnt from an identical one.
  const code = `${text}\n//# sourceURL=${label.replace(/\W+/g, '-')}.cjs`;
  new Function('module', 'exports', 'require', code)(module, module.exports, createRequire(FOLDER));
  return module.exports;
}
