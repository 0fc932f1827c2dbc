import { createRequire } from 'node:module';
import { buildSync } from 'esbuild';
import { BUNDLE, LIBRARY } from './bundle.ts';

/** The codec's public API. */
export type Codec = typeof import('../src/index.ts');

let bundle: string | undefined;

/**
 * A copy of the codec of its own, bundled as it is for the package. Two contestants never share one: code that was
 * warmed up with both kernels is slower than in any application, which uses one of them. Nor is the codec imported
 * through tsx, which wraps functions to keep their names, inner ones on every call.
 */
export function loadCodec(label: string): Codec {
  bundle ??= buildSync({
    ...BUNDLE,
    entryPoints: [LIBRARY],
    platform: 'neutral',
    external: ['node:*'],
    write: false,
  }).outputFiles[0]!.text;
  const module = { exports: {} as Codec };
  // Distinct text: V8 would share what it has learnt from an identical one.
  const code = `${bundle}\n//# sourceURL=wasmqtt-${label.replace(/\W+/g, '-')}.cjs`;
  new Function('module', 'exports', 'require', code)(module, module.exports, createRequire(import.meta.url));
  return module.exports;
}
