import type { KernelChoice } from '../choice.ts';
import type { FilterTable, FilterTableOptions } from './filter-table.ts';
import { createJsFilterTable } from './js/index.ts';
import { createWasmFilterTable } from './wasm.ts';

/**
 * A table of its own for each call, by the rules of `sharedKernel`: where `choice` is `auto`, `WASMQTT_KERNEL` in the
 * environment decides, else it is WebAssembly where that runs.
 * Throws an Error when `wasm` is asked for and does not run here, or when the choice is none.
 */
export function createFilterTable(choice: KernelChoice, options: FilterTableOptions): FilterTable {
  const wanted = choice === 'auto' ? environmentChoice() : choice;
  switch (wanted) {
    case 'js':
      return createJsFilterTable(options);
    case 'wasm':
    case 'auto':
      break;
    default:
      throw new Error(`kernel must be auto, wasm or js, not ${String(wanted)}`);
  }
  try {
    return createWasmFilterTable(options);
  } catch (cause) {
    if (wanted === 'auto') return createJsFilterTable(options);
    throw new Error('the WebAssembly kernel does not run here; use kernel: "auto" or "js"', { cause });
  }
}

function environmentChoice(): KernelChoice {
  const { process } = globalThis as { process?: { env?: Record<string, string | undefined> } };
  return (process?.env?.WASMQTT_KERNEL as KernelChoice | undefined) || 'auto';
}
