import { choose, type KernelChoice } from '../choose.ts';
import type { FilterTable, FilterTableOptions } from './filter-table.ts';
import { createJsFilterTable } from './js/index.ts';
import { createWasmFilterTable } from './wasm.ts';

/** A table of its own for each call, by the rules of `choose`. */
export function createFilterTable(choice: KernelChoice, options: FilterTableOptions): FilterTable {
  return choose(
    choice,
    () => createWasmFilterTable(options),
    () => createJsFilterTable(options),
  );
}
