import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { BUNDLE } from '../bundle.ts';
import type { Contestant } from '../suite.ts';
import type { EntrantName, Task } from './entrants.ts';

type Entrants = typeof import('./entrants.ts');

let bundle: string | undefined;

/** A copy of everything of its own, as `loadCodec` has it: nobody inherits what another's calls have taught V8. */
function loadEntrants(label: string): Entrants {
  bundle ??= buildSync({
    ...BUNDLE,
    entryPoints: [fileURLToPath(new URL('entrants.ts', import.meta.url))],
    platform: 'node',
    write: false,
  }).outputFiles[0]!.text;
  const module = { exports: {} as Entrants };
  const code = `${bundle}\n//# sourceURL=entrant-${label.replace(/\W+/g, '-')}.cjs`;
  new Function('module', 'exports', 'require', code)(module, module.exports, createRequire(import.meta.url));
  return module.exports;
}

/** `packets` is the number of messages in the task. */
export function contestant(name: string, entrant: EntrantName, task: Task, packets: number): Contestant {
  const { pass, check } = loadEntrants(name).enter(entrant, task);
  const { bytes: checked, content } = check();
  let bytes = checked;
  return { name, packets, pass: () => (bytes = pass()), sums: () => ({ bytes, content }) };
}
