import { prepareHashing } from '../memory.ts';
import { compiled } from '../modules.ts';
import type { FilterMemory, FilterTable, FilterTableOptions } from './filter-table.ts';
import { WASM_BASE64 } from './wasm-bytes.ts';

interface TableExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  prepare(resultLimit: number, reserve: number): void;
  add(length: number, subscriber: number, options: number): number;
  remove(length: number, subscriber: number): number;
  find(length: number, subscriber: number): number;
  match(address: number, length: number, options: number): number;
  matchBatch(first: number, end: number, options: number): number;
  clear(): void;
}

/**
 * A table in WebAssembly, with a memory of its own. Throws what the platform throws where it has no WebAssembly, forbids
 * compiling or refuses the memory.
 */
export function createWasmFilterTable(options: FilterTableOptions): FilterTable {
  const instance = new WebAssembly.Instance(compiled('topics', WASM_BASE64));
  const table = instance.exports as unknown as TableExports;
  table.prepare(options.resultLimit, options.reserve ?? 0);
  const memory = viewsOf(table);
  prepareHashing(memory.bytes, memory.words, options.keys);

  /** Growing detaches the views; asking the memory for its buffer each time would take as long as a small match. */
  function renewViews(): void {
    if (memory.words.length === 0) Object.assign(memory, viewsOf(table));
  }

  return {
    name: 'wasm',
    memory,
    add(length, subscriber, subscriptionOptions) {
      const answer = table.add(length, subscriber, subscriptionOptions);
      renewViews();
      return answer;
    },
    remove(length, subscriber) {
      const answer = table.remove(length, subscriber);
      renewViews();
      return answer;
    },
    find: table.find,
    match: table.match,
    matchBatch: table.matchBatch,
    clear: table.clear,
  };
}

function viewsOf(table: TableExports): FilterMemory {
  const { buffer } = table.memory;
  return { bytes: new Uint8Array(buffer), words: new Int32Array(buffer) };
}
