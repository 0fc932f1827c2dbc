import type { KernelName } from './kernel.ts';

/** Which kernel to use; `auto` is WebAssembly where it runs, else plain JavaScript. */
export type KernelChoice = 'auto' | KernelName;

/**
 * What `wasm` or `js` makes, as `choice` says; `WASMQTT_KERNEL` in the environment decides where that is `auto`.
 * Throws an Error when `wasm` is asked for and does not run here, or when the choice is none.
 */
export function choose<Made>(choice: KernelChoice, wasm: () => Made, js: () => Made): Made {
  const wanted = choice === 'auto' ? environmentChoice() : choice;
  switch (wanted) {
    case 'js':
      return js();
    case 'wasm':
    case 'auto':
      break;
    default:
      throw new Error(`kernel must be auto, wasm or js, not ${String(wanted)}`);
  }
  try {
    return wasm();
  } catch (cause) {
    if (wanted === 'auto') return js();
    throw new Error('the WebAssembly kernel does not run here; use kernel: "auto" or "js"', { cause });
  }
}

function environmentChoice(): KernelChoice {
  const { process } = globalThis as { process?: { env?: Record<string, string | undefined> } };
  return (process?.env?.WASMQTT_KERNEL as KernelChoice | undefined) || 'auto';
}
