import { candidateSlot, readControls } from './exact';
import { hashBytes, splitLevels } from './levels';
import { branchHome, findBranch, plusPart } from './trie';
import {
  BRANCH_PLUS, EXACT_HASH, EXACT_TEXT, GROUP_BRANCH_LIMIT, GROUP_LEVELS, GROUP_LEVELS_SIZE,
  GROUP_LEVEL_LIMIT, GROUP_LISTS, GROUP_LIST_LIMIT, GROUP_NEXT_PARTS, GROUP_PARTS, GROUP_PROBES, GROUP_SIZE,
  GROUP_TOPICS, GROUP_TOPIC_SHIFT, HEADER_DEPTH, HEADER_EXACT_COUNT, HEADER_EXACT_GROUPS,
  HEADER_GROUP_TABLE_BYTES, HEADER_READ_AHEAD, HEADER_TRIE_SIZE, HEADER_WILDCARD_COUNT, LEVEL_HASH, LEVEL_SHIFT, PART_BLOOM, PART_BRANCHES,
  PART_LIST, PART_MULTI_LEVEL, PART_NODE, PREFIX_LEVELS, ROOT_SLOT, SLOT_PART, TRIE_SLOT_SHIFT,
} from './layout';

// Matches topics side by side: each step is done for all of them before the next for any, so that their cache misses
// overlap. At a million filters nearly every step of a walk is a miss.

export const GROUP_HASH: usize = 0;
export const GROUP_SLOT: usize = 4;
export const GROUP_LEVEL_COUNT: usize = 8;
export const GROUP_LIST_COUNT: usize = 12;

// @ts-ignore: decorator
@inline
export function groupTopic(index: u32): usize {
  return <usize>GROUP_TOPICS + (<usize>index << GROUP_TOPIC_SHIFT);
}

// @ts-ignore: decorator
@inline
export function groupLevels(index: u32): usize {
  return <usize>GROUP_LEVELS + <usize>index * GROUP_LEVELS_SIZE;
}

// @ts-ignore: decorator
@inline
export function groupLists(index: u32): usize {
  return <usize>GROUP_LISTS + <usize>index * (GROUP_LIST_LIMIT * 4);
}

/** Whether the tables are so large that working side by side pays. */
export function tablesAreLarge(): bool {
  const bytes = (load<u32>(HEADER_EXACT_GROUPS) << 8) + (load<u32>(HEADER_TRIE_SIZE) << TRIE_SLOT_SHIFT);
  return bytes >= load<u32>(HEADER_GROUP_TABLE_BYTES) && load<u32>(HEADER_WILDCARD_COUNT) != 0;
}

/**
 * Looks up the GROUP_SIZE topics whose addresses and lengths are at `topics`, and fills their records. Topics that begin
 * with `hidden` are left to be matched alone.
 */
export function lookUpGroup(topics: usize, hidden: u32): void {
  let readAhead: u32 = 0;
  for (let t: u32 = 0; t < <u32>GROUP_SIZE; t++) {
    const hash = hashBytes(load<u32>(topics + (<usize>t << 3)), load<u32>(topics + (<usize>t << 3), 4));
    store<u32>(groupTopic(t), hash, GROUP_HASH);
    if (load<u32>(HEADER_EXACT_COUNT)) readAhead += readControls(hash);
  }
  splitGroup(topics, hidden);
  if (load<u32>(HEADER_EXACT_COUNT)) {
    for (let t: u32 = 0; t < <u32>GROUP_SIZE; t++) {
      const slot = candidateSlot(load<u32>(groupTopic(t), GROUP_HASH));
      store<u32>(groupTopic(t), <u32>slot, GROUP_SLOT);
      readAhead += load<u32>(slot);
    }
    for (let t: u32 = 0; t < <u32>GROUP_SIZE; t++) {
      const topic = groupTopic(t);
      const slot: usize = load<u32>(topic, GROUP_SLOT);
      if (load<u32>(slot, EXACT_HASH) == load<u32>(topic, GROUP_HASH)) readAhead += load<u32>(load<u32>(slot, EXACT_TEXT));
    }
  }
  readAhead += walkGroup();
  for (let t: u32 = 0; t < <u32>GROUP_SIZE; t++) {
    const lists = groupLists(t);
    const end = lists + (<usize>load<u32>(groupTopic(t), GROUP_LIST_COUNT) << 2);
    for (let list = lists; list < end; list += 4) readAhead += load<u32>(load<u32>(list));
  }
  store<u32>(HEADER_READ_AHEAD, readAhead);
}

function splitGroup(topics: usize, hidden: u32): void {
  const limit = max(load<u32>(HEADER_DEPTH), <u32>PREFIX_LEVELS);
  for (let t: u32 = 0; t < <u32>GROUP_SIZE; t++) {
    const p: usize = load<u32>(topics + (<usize>t << 3));
    const length = load<u32>(topics + (<usize>t << 3), 4);
    let levels = splitLevels(groupLevels(t), p, length, min(limit, <u32>GROUP_LEVEL_LIMIT));
    if (limit > <u32>GROUP_LEVEL_LIMIT && levels > <u32>GROUP_LEVEL_LIMIT) levels = 0;
    if (length != 0 && load<u8>(p) == hidden) levels = 0;
    store<u32>(groupTopic(t), levels, GROUP_LEVEL_COUNT);
    store<u32>(groupTopic(t), 0, GROUP_LIST_COUNT);
  }
}

// @ts-ignore: decorator
@inline
function keepList(t: u32, list: u32): void {
  const topic = groupTopic(t);
  const count = load<u32>(topic, GROUP_LIST_COUNT);
  if (count == <u32>GROUP_LIST_LIMIT) store<u32>(topic, 0, GROUP_LEVEL_COUNT);
  else {
    store<u32>(groupLists(t) + (<usize>count << 2), list);
    store<u32>(topic, count + 1, GROUP_LIST_COUNT);
  }
}

/** Walks the trie for all topics at once, a level at a time. Returns the sum of what it read ahead. */
function walkGroup(): u32 {
  let readAhead: u32 = 0;
  let parts: usize = GROUP_PARTS;
  let nextParts: usize = GROUP_NEXT_PARTS;
  let partCount: u32 = 0;
  for (let t: u32 = 0; t < <u32>GROUP_SIZE; t++) {
    if (load<u32>(groupTopic(t), GROUP_LEVEL_COUNT)) {
      store<u32>(parts + (<usize>partCount << 3), t);
      store<u32>(parts + (<usize>partCount << 3), ROOT_SLOT + SLOT_PART, 4);
      partCount++;
    }
  }
  for (let depth: u32 = 0; partCount; depth++) {
    let nextCount: u32 = 0;
    let probeCount: u32 = 0;
    for (let i: u32 = 0; i < partCount; i++) {
      const t = load<u32>(parts + (<usize>i << 3));
      const part: usize = load<u32>(parts + (<usize>i << 3), 4);
      const multiLevel = load<u32>(part, PART_MULTI_LEVEL);
      if (multiLevel) keepList(t, multiLevel);
      if (depth == load<u32>(groupTopic(t), GROUP_LEVEL_COUNT)) {
        const list = load<u32>(part, PART_LIST);
        if (list) keepList(t, list);
        continue;
      }
      const branches = load<u32>(part, PART_BRANCHES);
      if (branches & BRANCH_PLUS) {
        store<u32>(nextParts + (<usize>nextCount << 3), t);
        store<u32>(nextParts + (<usize>nextCount << 3), <u32>plusPart(part, branches), 4);
        nextCount++;
      }
      const at = groupLevels(t) + (<usize>depth << LEVEL_SHIFT);
      const hash = load<u32>(at, LEVEL_HASH);
      if ((load<u32>(part, PART_BLOOM) >> (hash & 31)) & 1) {
        const node = load<u32>(part, PART_NODE);
        const probe = <usize>GROUP_PROBES + (<usize>probeCount << 3);
        store<u32>(probe, t);
        store<u32>(probe, node, 4);
        probeCount++;
        readAhead += load<u32>(branchHome(node, hash));
      }
    }
    for (let i: u32 = 0; i < probeCount; i++) {
      const probe = <usize>GROUP_PROBES + (<usize>i << 3);
      const t = load<u32>(probe);
      const slot = findBranch(load<u32>(probe, 4), groupLevels(t) + (<usize>depth << LEVEL_SHIFT));
      if (slot) {
        store<u32>(nextParts + (<usize>nextCount << 3), t);
        store<u32>(nextParts + (<usize>nextCount << 3), <u32>slot + SLOT_PART, 4);
        nextCount++;
      }
    }
    if (nextCount > <u32>(GROUP_BRANCH_LIMIT >> 1)) {
      for (let t: u32 = 0; t < <u32>GROUP_SIZE; t++) store<u32>(groupTopic(t), 0, GROUP_LEVEL_COUNT);
      break;
    }
    const swapped = parts;
    parts = nextParts;
    nextParts = swapped;
    partCount = nextCount;
  }
  return readAhead;
}
