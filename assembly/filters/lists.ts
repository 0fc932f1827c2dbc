import { allocate, release } from './pages';
import {
  INDEXED_CAPACITY, INDEXED_LIST_ITEMS, LIST_CAPACITY, LIST_COUNT, LIST_INDEX, LIST_ITEMS, SUBSCRIPTION_SIZE,
} from './layout';

// The subscriptions of one filter. Their order does not matter: the last takes the place of one that is removed.

// @ts-ignore: decorator
@inline
function isIndexed(capacity: u32): bool {
  return capacity >= <u32>INDEXED_CAPACITY;
}

// @ts-ignore: decorator
@inline
function blockSize(capacity: u32): u32 {
  return (isIndexed(capacity) ? INDEXED_LIST_ITEMS : LIST_ITEMS) + capacity * SUBSCRIPTION_SIZE;
}

// capacities that fill the sizes of blocks: 1, 2, 4 ... 32, 62, 126, 254 ...
// @ts-ignore: decorator
@inline
function larger(capacity: u32): u32 {
  return capacity < 32 ? capacity << 1 : capacity == 32 ? 62 : (capacity << 1) + 2;
}

// @ts-ignore: decorator
@inline
function smaller(capacity: u32): u32 {
  return capacity > 62 ? (capacity - 2) >> 1 : capacity == 62 ? 32 : capacity >> 1;
}

// @ts-ignore: decorator
@inline
export function listItems(list: usize): usize {
  return list + (isIndexed(load<u32>(list, LIST_CAPACITY)) ? INDEXED_LIST_ITEMS : LIST_ITEMS);
}

// @ts-ignore: decorator
@inline
export function listCount(list: usize): u32 {
  return load<u32>(list, LIST_COUNT);
}

/** A list with room for `capacity` (less than INDEXED_CAPACITY) and one subscription in it; 0 when there is no memory. */
export function newList(capacity: u32, subscriber: u32, options: u32): usize {
  const list = allocate(blockSize(capacity));
  if (!list) return 0;
  store<u32>(list, capacity, LIST_CAPACITY);
  store<u32>(list, 1, LIST_COUNT);
  store<u32>(list, subscriber, LIST_ITEMS);
  store<u32>(list, options, LIST_ITEMS + 4);
  return list;
}

/** Address of a subscription, or 0. */
export function findInList(list: usize, subscriber: u32): usize {
  const items = listItems(list);
  if (isIndexed(load<u32>(list, LIST_CAPACITY))) {
    const position = load<u32>(indexEntry(list, subscriber));
    return position ? items + (<usize>(position - 1) << 3) : 0;
  }
  const end = items + (<usize>listCount(list) << 3);
  for (let item = items; item < end; item += SUBSCRIPTION_SIZE) if (load<u32>(item) == subscriber) return item;
  return 0;
}

/** Appends a subscription that is not in the list. Returns where the list is then, or 0 when there is no memory. */
export function addToList(list: usize, subscriber: u32, options: u32): usize {
  const capacity = load<u32>(list, LIST_CAPACITY);
  const count = listCount(list);
  if (count == capacity) {
    list = resize(list, larger(capacity));
    if (!list) return 0;
  }
  const item = listItems(list) + (<usize>count << 3);
  store<u32>(item, subscriber);
  store<u32>(item, options, 4);
  store<u32>(list, count + 1, LIST_COUNT);
  if (isIndexed(load<u32>(list, LIST_CAPACITY))) store<u32>(indexEntry(list, subscriber), count + 1);
  return list;
}

/** Removes the subscription at `item`. Returns where the list is then, or 0 when it was the last. */
export function removeFromList(list: usize, item: usize): usize {
  const capacity = load<u32>(list, LIST_CAPACITY);
  const count = listCount(list) - 1;
  if (count == 0) {
    releaseList(list);
    return 0;
  }
  const items = listItems(list);
  const last = items + (<usize>count << 3);
  const moved = load<u32>(last);
  if (isIndexed(capacity)) {
    removeIndexEntry(list, load<u32>(item));
    if (item != last) store<u32>(indexEntry(list, moved), <u32>((item - items) >> 3) + 1);
  }
  store<u64>(item, load<u64>(last));
  store<u32>(list, count, LIST_COUNT);
  if (capacity > 8 && count <= capacity >> 2) {
    const shrunk = resize(list, smaller(capacity));
    if (shrunk) return shrunk;
  }
  return list;
}

export function releaseList(list: usize): void {
  const size = blockSize(load<u32>(list, LIST_CAPACITY));
  if (isIndexed(load<u32>(list, LIST_CAPACITY))) release(load<u32>(list, LIST_INDEX), size);
  release(list, size);
}

/** Moves the list to a block for `capacity` subscriptions. Returns 0, and leaves it as it is, without memory for that. */
function resize(list: usize, capacity: u32): usize {
  const size = blockSize(capacity);
  const target = allocate(size);
  if (!target) return 0;
  const count = listCount(list);
  store<u32>(target, capacity, LIST_CAPACITY);
  store<u32>(target, count, LIST_COUNT);
  const items = listItems(target);
  memory.copy(items, listItems(list), <usize>count << 3);
  if (isIndexed(capacity)) {
    // as large as the list: twice as many words as it has room for subscriptions, and a power of two
    const index = allocate(size);
    if (!index) {
      release(target, size);
      return 0;
    }
    memory.fill(index, 0, size);
    store<u32>(target, <u32>index, LIST_INDEX);
    for (let i: u32 = 0; i < count; i++) store<u32>(indexEntry(target, load<u32>(items + (<usize>i << 3))), i + 1);
  }
  releaseList(list);
  return target;
}

// @ts-ignore: decorator
@inline
function home(subscriber: u32, mask: u32): u32 {
  const h = subscriber * 0x9e3779b1;
  return (h ^ (h >> 15)) & mask;
}

/** Where the position of a subscriber is in the index, or the empty word where it belongs. */
function indexEntry(list: usize, subscriber: u32): usize {
  const index: usize = load<u32>(list, LIST_INDEX);
  const items = listItems(list);
  const mask = (blockSize(load<u32>(list, LIST_CAPACITY)) >> 2) - 1;
  let at = home(subscriber, mask);
  while (true) {
    const entry = index + (<usize>at << 2);
    const position = load<u32>(entry);
    if (!position || load<u32>(items + (<usize>(position - 1) << 3)) == subscriber) return entry;
    at = (at + 1) & mask;
  }
}

/** Closes the gap that the entry leaves: those behind it move up if that is where they are looked for. */
function removeIndexEntry(list: usize, subscriber: u32): void {
  const index: usize = load<u32>(list, LIST_INDEX);
  const items = listItems(list);
  const mask = (blockSize(load<u32>(list, LIST_CAPACITY)) >> 2) - 1;
  let gap = <u32>((indexEntry(list, subscriber) - index) >> 2);
  let at = gap;
  while (true) {
    at = (at + 1) & mask;
    const position = load<u32>(index + (<usize>at << 2));
    if (!position) break;
    const from = home(load<u32>(items + (<usize>(position - 1) << 3)), mask);
    if (((at - from) & mask) >= ((at - gap) & mask)) {
      store<u32>(index + (<usize>gap << 2), position);
      gap = at;
    }
  }
  store<u32>(index + (<usize>gap << 2), 0);
}
