import { levelBucket, nextPrefix, prefixBucket, wholeBucket } from './buckets';
import { addExact, findExact, removeExact } from './exact';
import { hashBytes, level, splitLevels } from './levels';
import { addToList, findInList, listCount, listItems, newList, releaseList, removeFromList } from './lists';
import { hasRoomFor } from './pages';
import {
  addBranch, addPlus, findBranch, findPlusBranch, forgetBranch, makeRoomForBranches, plusPart, removePart,
} from './trie';
import {
  ADDED_FILTER, ADDED_SUBSCRIPTION, BRANCH_IS_PLUS_PART, BRANCH_LITERAL, BRANCH_PLUS, BUCKET_ALL, EXACT_OPTIONS, EXACT_SUBSCRIBER,
  HEADER_CHANGED_BUCKET, HEADER_DEPTH, HEADER_EXACT_GROUPS, HEADER_EXACT_MOVED, HEADER_WILDCARD_COUNT, INPUT,
  LEVELS, LEVEL_ADDRESS, LEVEL_HASH, LEVEL_LENGTH, LEVEL_LIMIT, MOVED, OUT_OF_MEMORY, PAGE_SIZE, PART_BLOOM, PART_BRANCHES,
  PART_LIST, PART_MULTI_LEVEL, PART_NODE, PREFIX_LEVELS, REMOVED_FILTER, REMOVED_SUBSCRIPTION, ROOT_SLOT, SECOND_LEVEL, SLOT_PART, SLOT_PLUS_PART, STACK, THIRD_LEVEL,
} from './layout';

const PLUS: u32 = 0x2b;
const HASH: u32 = 0x23;

// what `readFilter` found: levels without #, whether # ends it, how many levels precede the first wildcard
let depth: u32 = 0;
let multiLevel: bool = false;
let literals: u32 = 0;

export function add(length: u32, subscriber: u32, options: u32): i32 {
  return hasWildcard(length) ? addWildcard(length, subscriber, options) : addToExact(length, subscriber, options);
}

export function remove(length: u32, subscriber: u32): i32 {
  return hasWildcard(length) ? removeWildcard(length, subscriber) : removeFromExact(length, subscriber);
}

export function find(length: u32, subscriber: u32): u32 {
  let item: usize = 0;
  if (hasWildcard(length)) {
    readFilter(length);
    const part = partAt(depth);
    const list: usize = part ? <usize>load<u32>(part + listField()) : 0;
    if (list) item = findInList(list, subscriber);
  } else {
    const slot = exactSlot(length, hashBytes(INPUT, length));
    if (slot) item = findInSlot(slot, subscriber);
  }
  return item ? <u32>item + 4 : 0;
}

/** In a valid filter these characters are wildcards wherever they stand. */
function hasWildcard(length: u32): bool {
  for (let i: u32 = 0; i < length; i += 16) {
    const text = v128.load(<usize>INPUT + i);
    let found: u32 = i8x16.bitmask(v128.or(
      i8x16.eq(text, i8x16.splat(<i8>PLUS)), i8x16.eq(text, i8x16.splat(<i8>HASH))));
    if (length - i < 16) found &= (<u32>1 << (length - i)) - 1;
    if (found) return true;
  }
  return false;
}

// ---- exact filters: one subscription lies in the slot, more lie in a list ----

function exactSlot(length: u32, hash: u32): usize {
  return load<u32>(HEADER_EXACT_GROUPS) ? findExact(INPUT, length, hash) : 0;
}

function findInSlot(slot: usize, subscriber: u32): usize {
  const only = load<u32>(slot, EXACT_SUBSCRIBER);
  if (only) return only == subscriber ? slot + EXACT_SUBSCRIBER : 0;
  return findInList(load<u32>(slot, EXACT_OPTIONS), subscriber);
}

function addToExact(length: u32, subscriber: u32, options: u32): i32 {
  const hash = hashBytes(INPUT, length);
  store<u32>(HEADER_CHANGED_BUCKET, wholeBucket(hash));
  let slot = exactSlot(length, hash);
  if (slot) return addToSlot(slot, subscriber, options);
  slot = addExact(INPUT, length, hash);
  if (!slot) return OUT_OF_MEMORY;
  store<u32>(slot, subscriber, EXACT_SUBSCRIBER);
  store<u32>(slot, options, EXACT_OPTIONS);
  return ADDED_SUBSCRIPTION | ADDED_FILTER | (load<u32>(HEADER_EXACT_MOVED) ? MOVED : 0);
}

function addToSlot(slot: usize, subscriber: u32, options: u32): i32 {
  const item = findInSlot(slot, subscriber);
  if (item) {
    store<u32>(item, options, 4);
    return 0;
  }
  const only = load<u32>(slot, EXACT_SUBSCRIBER);
  let list: usize = only ? newList(2, only, load<u32>(slot, EXACT_OPTIONS)) : load<u32>(slot, EXACT_OPTIONS);
  if (list) list = addToList(list, subscriber, options);
  if (!list) return OUT_OF_MEMORY;
  store<u32>(slot, 0, EXACT_SUBSCRIBER);
  store<u32>(slot, <u32>list, EXACT_OPTIONS);
  return ADDED_SUBSCRIPTION;
}

function removeFromExact(length: u32, subscriber: u32): i32 {
  const hash = hashBytes(INPUT, length);
  const slot = exactSlot(length, hash);
  const item = slot ? findInSlot(slot, subscriber) : 0;
  if (!item) return 0;
  store<u32>(HEADER_CHANGED_BUCKET, wholeBucket(hash));
  if (load<u32>(slot, EXACT_SUBSCRIBER)) {
    removeExact(slot);
    return REMOVED_SUBSCRIPTION | REMOVED_FILTER | (load<u32>(HEADER_EXACT_MOVED) ? MOVED : 0);
  }
  const list = removeFromList(load<u32>(slot, EXACT_OPTIONS), item);
  if (listCount(list) == 1) {
    store<u64>(slot, load<u64>(listItems(list)), EXACT_SUBSCRIBER);
    releaseList(list);
  } else store<u32>(slot, <u32>list, EXACT_OPTIONS);
  return REMOVED_SUBSCRIPTION;
}

// ---- filters with a wildcard ----

function readFilter(length: u32): void {
  const count = splitLevels(LEVELS, INPUT, length, LEVEL_LIMIT + 1);
  multiLevel = isWildcard(count - 1, HASH);
  depth = multiLevel ? count - 1 : count;
  literals = 0;
  while (literals < depth && !isWildcard(literals, PLUS)) literals++;
}

// @ts-ignore: decorator
@inline
function isWildcard(index: u32, character: u32): bool {
  const at = level(index);
  return load<u32>(at, LEVEL_LENGTH) == 1 && load<u8>(load<u32>(at, LEVEL_ADDRESS)) == character;
}

// @ts-ignore: decorator
@inline
function listField(): usize {
  return multiLevel ? PART_MULTI_LEVEL : PART_LIST;
}

function changedBucket(): u32 {
  const levels = min(literals, <u32>PREFIX_LEVELS);
  if (!levels) {
    if (depth > 1 && !isWildcard(1, PLUS)) return levelBucket(SECOND_LEVEL, level(1));
    if (depth > 2 && !isWildcard(2, PLUS)) return levelBucket(THIRD_LEVEL, level(2));
    return BUCKET_ALL;
  }
  let hash: u32 = 0;
  for (let i: u32 = 0; i < levels; i++) hash = nextPrefix(hash, level(i));
  return prefixBucket(hash);
}

/** The part that the level leads to, or 0. */
function step(part: usize, index: u32): usize {
  const branches = load<u32>(part, PART_BRANCHES);
  if (isWildcard(index, PLUS)) return branches & BRANCH_PLUS ? plusPart(part, branches) : 0;
  const at = level(index);
  if (!((load<u32>(part, PART_BLOOM) >> (load<u32>(at, LEVEL_HASH) & 31)) & 1)) return 0;
  const slot = findBranch(load<u32>(part, PART_NODE), at);
  return slot ? slot + SLOT_PART : 0;
}

/** The part that the first levels of the filter lead to, or 0. */
function partAt(levels: u32): usize {
  let part: usize = ROOT_SLOT + SLOT_PART;
  for (let i: u32 = 0; i < levels && part; i++) part = step(part, i);
  return part;
}

function addWildcard(length: u32, subscriber: u32, options: u32): i32 {
  readFilter(length);
  store<u32>(HEADER_CHANGED_BUCKET, changedBucket());
  let known: u32 = 0;
  let part: usize = ROOT_SLOT + SLOT_PART;
  while (known < depth) {
    const next = step(part, known);
    if (!next) break;
    part = next;
    known++;
  }
  let list: usize = known == depth ? <usize>load<u32>(part + listField()) : 0;
  if (list) {
    const item = findInList(list, subscriber);
    if (item) {
      store<u32>(item, options, 4);
      return 0;
    }
    list = addToList(list, subscriber, options);
    if (!list) return OUT_OF_MEMORY;
    store<u32>(part + listField(), <u32>list);
    return ADDED_SUBSCRIPTION;
  }
  // what may fail comes before what cannot be taken back
  if (known < depth && !makeRoomForBranches(depth - known)) return OUT_OF_MEMORY;
  list = newList(1, subscriber, options);
  if (!list) return OUT_OF_MEMORY;
  if (!hasRoomFor(roomForTexts(known))) {
    releaseList(list);
    return OUT_OF_MEMORY;
  }
  part = partAt(known);
  for (let i = known; i < depth; i++) part = isWildcard(i, PLUS) ? addPlus(part) : addBranch(part, level(i));
  store<u32>(part + listField(), <u32>list);
  const count = load<u32>(HEADER_WILDCARD_COUNT);
  // without any filter of this kind matches do not even split topics, so that all of them are concerned
  if (!count) store<u32>(HEADER_CHANGED_BUCKET, BUCKET_ALL);
  store<u32>(HEADER_WILDCARD_COUNT, count + 1);
  if (depth > load<u32>(HEADER_DEPTH)) store<u32>(HEADER_DEPTH, depth);
  return ADDED_SUBSCRIPTION | ADDED_FILTER;
}

/** Bytes that the texts of the levels from `first` on take at most: a page of its own for each, if they are unlucky. */
function roomForTexts(first: u32): u32 {
  let room: u32 = 0;
  for (let i = first; i < depth; i++) {
    const length = load<u32>(level(i), LEVEL_LENGTH);
    if (length > 16) room += length + PAGE_SIZE;
  }
  return room;
}

function removeWildcard(length: u32, subscriber: u32): i32 {
  readFilter(length);
  const part = notePath();
  let list: usize = part ? <usize>load<u32>(part + listField()) : 0;
  const item = list ? findInList(list, subscriber) : 0;
  if (!item) return 0;
  store<u32>(HEADER_CHANGED_BUCKET, changedBucket());
  list = removeFromList(list, item);
  store<u32>(part + listField(), <u32>list);
  if (list) return REMOVED_SUBSCRIPTION;
  store<u32>(HEADER_WILDCARD_COUNT, load<u32>(HEADER_WILDCARD_COUNT) - 1);
  for (let i = depth; i > 0 && isUseless(notedPart(i)); i--) {
    removePart(notedPart(i));
    forgetBranch(notedPart(i - 1), isWildcard(i - 1, PLUS));
  }
  return REMOVED_SUBSCRIPTION | REMOVED_FILTER;
}

/** Walks down the filter and notes the nodes on the way, because removing moves slots. Returns the last part, or 0. */
function notePath(): usize {
  let part: usize = ROOT_SLOT + SLOT_PART;
  let levels: u32 = 0;
  while (true) {
    const noted = <usize>STACK + (<usize>levels << 3);
    store<u32>(noted, load<u32>(part, PART_NODE));
    store<u32>(noted, load<u32>(part, PART_BRANCHES) & BRANCH_IS_PLUS_PART, 4);
    if (levels == depth) return part;
    part = step(part, levels);
    if (!part) return 0;
    levels++;
  }
}

/** Where the part that `levels` levels of the noted path lead to is now. */
function notedPart(levels: u32): usize {
  if (!levels) return ROOT_SLOT + SLOT_PART;
  const noted = <usize>STACK + (<usize>levels << 3);
  // a part 1 lies beside the part 0 above it
  if (load<u32>(noted, 4)) return notedPart(levels - 1) + (SLOT_PLUS_PART - SLOT_PART);
  const parent = load<u32>(noted - 8);
  const slot = isWildcard(levels - 1, PLUS) ? findPlusBranch(parent) : findBranch(parent, level(levels - 1));
  return slot + SLOT_PART;
}

function isUseless(part: usize): bool {
  const branches = load<u32>(part, PART_BRANCHES);
  return !(load<u32>(part, PART_LIST) | load<u32>(part, PART_MULTI_LEVEL)) && branches < <u32>BRANCH_LITERAL &&
    !(branches & BRANCH_PLUS);
}
