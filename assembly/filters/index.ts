import { clearPages } from './pages';
import {
  BRANCH_IS_PLUS_PART, FILTER_HEADER, GROUP_TABLE_BYTES, HEADER_GROUP_TABLE_BYTES, HEADER_HIGH_WATER, HEADER_MEMORY_END, HEADER_NEXT_NODE, HEADER_RESULTS_END,
  HEADER_RESULT_LIMIT, PART_BRANCHES, PART_NODE, RESULTS, RESULT_HEADER_WORDS, ROOT_NODE, ROOT_SLOT, SLOT_PART,
  SLOT_PLUS_PART, TRIE_SLOT_SIZE,
} from './layout';

// What the host may call, and nothing else. src/kernel/filters/filter-table.ts says what each does.
export { add, find, remove } from './change';
export { match, matchBatch } from './match';

/** Prepares fresh memory: room for `resultLimit` pairs of a match (of at least two, in a batch), and for filters. */
export function prepare(resultLimit: u32, reserve: u32): void {
  const roomForOne = (resultLimit << 3) + (RESULT_HEADER_WORDS << 2);
  store<u32>(HEADER_RESULT_LIMIT, resultLimit);
  store<u32>(HEADER_GROUP_TABLE_BYTES, GROUP_TABLE_BYTES);
  store<u32>(HEADER_RESULTS_END, RESULTS + max(roomForOne << 1, 65536));
  const missing = <i32>((load<u32>(HEADER_RESULTS_END) + reserve + 65536 + 65535) >> 16) - memory.size();
  if (missing > 0) memory.grow(missing);
  clear();
}

export function clear(): void {
  const limit = load<u32>(HEADER_RESULT_LIMIT);
  const end = load<u32>(HEADER_RESULTS_END);
  const groupTableBytes = load<u32>(HEADER_GROUP_TABLE_BYTES);
  const highWater = load<u32>(HEADER_HIGH_WATER);
  memory.fill(FILTER_HEADER, 0, <usize>(ROOT_SLOT + TRIE_SLOT_SIZE - FILTER_HEADER));
  store<u32>(HEADER_RESULT_LIMIT, limit);
  store<u32>(HEADER_GROUP_TABLE_BYTES, groupTableBytes);
  store<u32>(HEADER_RESULTS_END, end);
  store<u32>(HEADER_HIGH_WATER, highWater);
  store<u32>(HEADER_MEMORY_END, memory.size() << 16);
  clearPages();
  store<u32>(HEADER_NEXT_NODE, ROOT_NODE + 1);
  store<u32>(ROOT_SLOT, ROOT_NODE, SLOT_PART + PART_NODE);
  store<u32>(ROOT_SLOT, BRANCH_IS_PLUS_PART, SLOT_PLUS_PART + PART_BRANCHES);
}
