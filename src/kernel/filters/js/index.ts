import {
  BRANCH_IS_PLUS_PART,
  FILTER_HEADER,
  FIRST_MEMORY_PAGES,
  HEADER_HIGH_WATER,
  HEADER_NEXT_NODE,
  HEADER_RESULT_LIMIT,
  HEADER_RESULTS_END,
  RESULT_HEADER_WORDS,
  RESULTS,
  ROOT_NODE,
  ROOT_SLOT,
  SLOT_PART,
  SLOT_PLUS_PART,
  TRIE_SLOT_SIZE,
} from '../../../../assembly/filters/layout.ts';
import { prepareHashing } from '../../memory.ts';
import type { FilterTable, FilterTableOptions } from '../filter-table.ts';
import { createChange } from './change.ts';
import { createExact } from './exact.ts';
import { createLevels } from './levels.ts';
import { createLists } from './lists.ts';
import { createMatch } from './match.ts';
import { createPages } from './pages.ts';
import { BRANCHES, createTrie, NODE } from './trie.ts';

const WASM_PAGE = 65536;

/** The twin of the table in plain JavaScript, over an ArrayBuffer with the same memory map. */
export function createJsFilterTable(options: FilterTableOptions): FilterTable {
  const { resultLimit, reserve = 0, keys } = options;
  const roomForOne = resultLimit * 8 + RESULT_HEADER_WORDS * 4;
  const resultsEnd = RESULTS + Math.max(roomForOne * 2, 65536);
  const size = (resultsEnd + reserve + 2 * WASM_PAGE - 1) & -WASM_PAGE;
  const pages = createPages(Math.max(size, FIRST_MEMORY_PAGES * WASM_PAGE));
  const { memory } = pages;
  prepareHashing(memory.bytes, memory.words, keys);

  function clear(): void {
    const { words } = memory;
    const highWater = words[HEADER_HIGH_WATER >> 2];
    words.fill(0, FILTER_HEADER >> 2, (ROOT_SLOT + TRIE_SLOT_SIZE) >> 2);
    words[HEADER_HIGH_WATER >> 2] = highWater;
    words[HEADER_RESULT_LIMIT >> 2] = resultLimit;
    words[HEADER_RESULTS_END >> 2] = resultsEnd;
    pages.clear();
    words[HEADER_NEXT_NODE >> 2] = ROOT_NODE + 1;
    words[((ROOT_SLOT + SLOT_PART) >> 2) + NODE] = ROOT_NODE;
    words[((ROOT_SLOT + SLOT_PLUS_PART) >> 2) + BRANCHES] = BRANCH_IS_PLUS_PART;
  }

  clear();
  const levels = createLevels(pages);
  const lists = createLists(pages);
  const exact = createExact(pages, levels);
  const trie = createTrie(pages, levels);
  return {
    name: 'js',
    memory,
    ...createChange(pages, levels, lists, exact, trie),
    ...createMatch(pages, levels, exact, trie),
    clear,
  };
}
