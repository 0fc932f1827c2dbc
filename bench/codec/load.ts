import { loadApart } from '../built.ts';

/** The codec's public API. */
export type Codec = typeof import('../../src/index.ts');

/** A copy of the codec of its own. */
export function loadCodec(label: string): Codec {
  return loadApart<Codec>('codec', `wasmqtt-${label}`);
}
