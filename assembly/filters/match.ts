import { levelBucket, nextPrefix, prefixBucket, wholeBucket } from './buckets';
import { findExact } from './exact';
import {
  GROUP_HASH, GROUP_LEVEL_COUNT, GROUP_LIST_COUNT, groupLevels, groupLists, groupTopic, lookUpGroup, tablesAreLarge,
} from './group';
import { hashBytes, level, splitLevels } from './levels';
import { listCount, listItems } from './lists';
import { findBranch, plusPart } from './trie';
import {
  BATCH, BRANCH_PLUS, BUCKET_NONE, EXACT_OPTIONS, EXACT_SUBSCRIBER, GROUP_SIZE, HEADER_DEPTH, HEADER_EXACT_COUNT,
  HEADER_RESULTS_END, HEADER_RESULT_LIMIT, HEADER_VISITED, HEADER_WILDCARD_COUNT, HIDE_DOLLAR_TOPICS, LEVELS, LEVEL_HASH, LEVEL_SHIFT,
  PART_BLOOM, PART_BRANCHES, PART_LIST, PART_MULTI_LEVEL, PART_NODE, PREFIX_LEVELS, RESULTS, RESULT_HEADER,
  RESULT_HEADER_WORDS, ROOT_NODE, ROOT_SLOT, SECOND_LEVEL, SINGLE_TOPIC, SLOT_PART, STACK, THIRD_LEVEL,
} from './layout';

const DOLLAR: u32 = 0x24;
const NO_CHARACTER: u32 = 0x100;
const GROUP_BYTES: usize = GROUP_SIZE << 3;
const RESULT_HEADER_SIZE: usize = RESULT_HEADER_WORDS << 2;

/** Matches a topic. Returns the number of pairs at RESULTS. */
export function match(p: usize, length: u32, options: u32): u32 {
  store<u32>(SINGLE_TOPIC, <u32>p);
  store<u32>(SINGLE_TOPIC, length, 4);
  matchTopics(SINGLE_TOPIC, SINGLE_TOPIC + 8, options, RESULT_HEADER);
  return load<u32>(RESULT_HEADER);
}

/** Matches topics `first` to `end` of the batch as long as there is room for results. Returns where it ended. */
export function matchBatch(first: u32, end: u32, options: u32): u32 {
  const last = matchTopics(<usize>BATCH + (<usize>first << 3), <usize>BATCH + (<usize>end << 3), options, RESULTS);
  return <u32>(last - BATCH) >> 3;
}

function matchTopics(topic: usize, end: usize, options: u32, out: usize): usize {
  const roomNeeded = (<usize>load<u32>(HEADER_RESULT_LIMIT) << 3) + RESULT_HEADER_SIZE;
  const last = <usize>load<u32>(HEADER_RESULTS_END) - roomNeeded;
  if (tablesAreLarge()) {
    const hidden = options & HIDE_DOLLAR_TOPICS ? DOLLAR : NO_CHARACTER;
    while (end - topic >= GROUP_BYTES && out <= last) {
      lookUpGroup(topic, hidden);
      for (let t: u32 = 0; t < <u32>GROUP_SIZE && out <= last; t++) {
        const p: usize = load<u32>(topic);
        const length = load<u32>(topic, 4);
        out = load<u32>(groupTopic(t), GROUP_LEVEL_COUNT)
          ? writeGroupTopic(t, p, length, out)
          : matchTopic(p, length, options, out);
        topic += 8;
      }
    }
  }
  for (; topic < end && out <= last; topic += 8) out = matchTopic(load<u32>(topic), load<u32>(topic, 4), options, out);
  return topic;
}

/** Writes the header and pairs of a topic at `out`. Returns their end. */
// @ts-ignore: decorator
@inline
function matchTopic(p: usize, length: u32, options: u32, out: usize): usize {
  const hash = hashBytes(p, length);
  let pairs = emitExact(p, length, hash, out + RESULT_HEADER_SIZE);
  let levels: u32 = 0;
  store<u32>(HEADER_VISITED, 0);
  if (load<u32>(HEADER_WILDCARD_COUNT)) {
    levels = splitLevels(LEVELS, p, length, max(load<u32>(HEADER_DEPTH), <u32>PREFIX_LEVELS));
    const isHidden = (options & HIDE_DOLLAR_TOPICS) != 0 && length != 0 && load<u8>(p) == DOLLAR;
    pairs = walk(levels, isHidden, pairs);
  }
  writeHeader(out, pairs, hash, LEVELS, levels);
  return pairs;
}

/** The same for a topic that a group has looked up. */
function writeGroupTopic(t: u32, p: usize, length: u32, out: usize): usize {
  const topic = groupTopic(t);
  const hash = load<u32>(topic, GROUP_HASH);
  let pairs = emitExact(p, length, hash, out + RESULT_HEADER_SIZE);
  const lists = groupLists(t);
  const end = lists + (<usize>load<u32>(topic, GROUP_LIST_COUNT) << 2);
  for (let list = lists; list < end; list += 4) pairs = emit(load<u32>(list), pairs);
  writeHeader(out, pairs, hash, groupLevels(t), load<u32>(topic, GROUP_LEVEL_COUNT));
  return pairs;
}

// @ts-ignore: decorator
@inline
function writeHeader(header: usize, end: usize, hash: u32, levels: usize, levelCount: u32): void {
  let first: u32 = BUCKET_NONE;
  let second: u32 = BUCKET_NONE;
  let third: u32 = BUCKET_NONE;
  let secondAlone: u32 = BUCKET_NONE;
  let thirdAlone: u32 = BUCKET_NONE;
  if (levelCount) {
    let prefix = nextPrefix(0, levels);
    first = prefixBucket(prefix);
    if (levelCount > 1) {
      const at = levels + (1 << LEVEL_SHIFT);
      prefix = nextPrefix(prefix, at);
      second = prefixBucket(prefix);
      secondAlone = levelBucket(SECOND_LEVEL, at);
      if (levelCount > 2) {
        third = prefixBucket(nextPrefix(prefix, at + (1 << LEVEL_SHIFT)));
        thirdAlone = levelBucket(THIRD_LEVEL, at + (1 << LEVEL_SHIFT));
      }
    }
  }
  store<u32>(header, <u32>(end - header - RESULT_HEADER_SIZE) >> 3);
  store<u32>(header, first | (second << 16), 4);
  store<u32>(header, third | (wholeBucket(hash) << 16), 8);
  store<u32>(header, secondAlone | (thirdAlone << 16), 12);
}

// @ts-ignore: decorator
@inline
function emitExact(p: usize, length: u32, hash: u32, out: usize): usize {
  if (!load<u32>(HEADER_EXACT_COUNT)) return out;
  const slot = findExact(p, length, hash);
  if (!slot) return out;
  if (!load<u32>(slot, EXACT_SUBSCRIBER)) return emit(load<u32>(slot, EXACT_OPTIONS), out);
  store<u32>(out, <u32>slot + EXACT_SUBSCRIBER);
  store<u32>(out, 1, 4);
  return out + 8;
}

// @ts-ignore: decorator
@inline
function emit(list: usize, out: usize): usize {
  store<u32>(out, <u32>listItems(list));
  store<u32>(out, listCount(list), 4);
  return out + 8;
}

/**
 * Walks the trie, depth first; at most one branch per level waits on the stack. A topic that begins with $ takes the
 * literal branch of its first level only.
 */
// @ts-ignore: decorator
@inline
function walk(levels: u32, isHidden: bool, out: usize): usize {
  let top: usize = STACK;
  let part: usize = ROOT_SLOT + SLOT_PART;
  let depth: u32 = 0;
  let visited: u32 = 0;
  if (isHidden) {
    if (!load<u32>(part, PART_BLOOM)) return out;
    const slot = findBranch(ROOT_NODE, level(0));
    if (!slot) return out;
    part = slot + SLOT_PART;
    depth = 1;
  }
  while (true) {
    visited++;
    const multiLevel: usize = load<u32>(part, PART_MULTI_LEVEL);
    if (multiLevel) out = emit(multiLevel, out);
    if (depth == levels) {
      const list: usize = load<u32>(part, PART_LIST);
      if (list) out = emit(list, out);
    } else {
      const branches = load<u32>(part, PART_BRANCHES);
      const at = level(depth);
      depth++;
      if (branches & BRANCH_PLUS) {
        store<u32>(top, <u32>plusPart(part, branches));
        store<u32>(top, depth, 4);
        top += 8;
      }
      if ((load<u32>(part, PART_BLOOM) >> (load<u32>(at, LEVEL_HASH) & 31)) & 1) {
        const slot = findBranch(load<u32>(part, PART_NODE), at);
        if (slot) {
          part = slot + SLOT_PART;
          continue;
        }
      }
    }
    if (top == STACK) break;
    top -= 8;
    part = load<u32>(top);
    depth = load<u32>(top, 4);
  }
  store<u32>(HEADER_VISITED, visited);
  return out;
}
