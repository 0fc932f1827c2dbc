import {
  INDEXED_CAPACITY,
  INDEXED_LIST_ITEMS,
  LIST_CAPACITY,
  LIST_COUNT,
  LIST_INDEX,
  LIST_ITEMS,
  SUBSCRIPTION_SIZE,
} from '../../../../assembly/filters/layout.ts';
import type { Pages } from './pages.ts';

/** The subscriptions of one filter; as in `assembly/filters/lists.ts`. Addresses are in bytes. */
export interface Lists {
  /** A list with room for `capacity` (2 at most) and one subscription in it, or 0 when there is no memory. */
  create(capacity: number, subscriber: number, options: number): number;
  /** Address of a subscription, or 0. */
  find(list: number, subscriber: number): number;
  /** Appends a subscription that is not in the list. Returns where the list is then, or 0 when there is no memory. */
  append(list: number, subscriber: number, options: number): number;
  /** Removes the subscription at `item`. Returns where the list is then, or 0 when it was the last. */
  remove(list: number, item: number): number;
  release(list: number): void;
}

export function createLists(pages: Pages): Lists {
  const { allocate, memory, release: releaseBlock } = pages;
  let { bytes, words } = memory;
  pages.onGrowth(() => {
    ({ bytes, words } = memory);
  });

  function create(capacity: number, subscriber: number, options: number): number {
    const list = allocate(blockSize(capacity));
    if (list === 0) return 0;
    words[(list + LIST_CAPACITY) >> 2] = capacity;
    words[(list + LIST_COUNT) >> 2] = 1;
    words[(list + LIST_ITEMS) >> 2] = subscriber;
    words[(list + LIST_ITEMS + 4) >> 2] = options;
    return list;
  }

  function find(list: number, subscriber: number): number {
    const capacity = words[(list + LIST_CAPACITY) >> 2];
    const items = list + itemsOffset(capacity);
    if (capacity >= INDEXED_CAPACITY) {
      const position = words[indexEntry(list, subscriber)];
      return position === 0 ? 0 : items + ((position - 1) << 3);
    }
    const end = (items >> 2) + (words[(list + LIST_COUNT) >> 2] << 1);
    for (let item = items >> 2; item < end; item += 2) if (words[item] === subscriber) return item << 2;
    return 0;
  }

  function append(list: number, subscriber: number, options: number): number {
    let capacity = words[(list + LIST_CAPACITY) >> 2];
    const count = words[(list + LIST_COUNT) >> 2];
    if (count === capacity) {
      capacity = larger(capacity);
      list = resize(list, capacity);
      if (list === 0) return 0;
    }
    const item = (list + itemsOffset(capacity) + (count << 3)) >> 2;
    words[item] = subscriber;
    words[item + 1] = options;
    words[(list + LIST_COUNT) >> 2] = count + 1;
    if (capacity >= INDEXED_CAPACITY) words[indexEntry(list, subscriber)] = count + 1;
    return list;
  }

  function remove(list: number, item: number): number {
    const capacity = words[(list + LIST_CAPACITY) >> 2];
    const count = words[(list + LIST_COUNT) >> 2] - 1;
    if (count === 0) {
      release(list);
      return 0;
    }
    const items = list + itemsOffset(capacity);
    const last = items + (count << 3);
    const moved = words[last >> 2];
    if (capacity >= INDEXED_CAPACITY) {
      removeIndexEntry(list, words[item >> 2]);
      if (item !== last) words[indexEntry(list, moved)] = ((item - items) >> 3) + 1;
    }
    words[item >> 2] = moved;
    words[(item >> 2) + 1] = words[(last >> 2) + 1];
    words[(list + LIST_COUNT) >> 2] = count;
    if (capacity > 8 && count <= capacity >> 2) {
      const shrunk = resize(list, smaller(capacity));
      if (shrunk !== 0) return shrunk;
    }
    return list;
  }

  function release(list: number): void {
    const capacity = words[(list + LIST_CAPACITY) >> 2];
    if (capacity >= INDEXED_CAPACITY) releaseBlock(words[(list + LIST_INDEX) >> 2], blockSize(capacity));
    releaseBlock(list, blockSize(capacity));
  }

  /** Moves the list to a block for `capacity` subscriptions. Returns 0, and leaves it as it is, without memory for that. */
  function resize(list: number, capacity: number): number {
    const size = blockSize(capacity);
    const target = allocate(size);
    if (target === 0) return 0;
    // as large as the list: twice as many words as it has room for subscriptions, and a power of two
    const index = capacity >= INDEXED_CAPACITY ? allocate(size) : 0;
    if (capacity >= INDEXED_CAPACITY && index === 0) {
      releaseBlock(target, size);
      return 0;
    }
    const count = words[(list + LIST_COUNT) >> 2];
    const source = list + itemsOffset(words[(list + LIST_CAPACITY) >> 2]);
    const items = target + itemsOffset(capacity);
    words[(target + LIST_CAPACITY) >> 2] = capacity;
    words[(target + LIST_COUNT) >> 2] = count;
    bytes.copyWithin(items, source, source + (count << 3));
    if (index !== 0) {
      words.fill(0, index >> 2, (index + size) >> 2);
      words[(target + LIST_INDEX) >> 2] = index;
      for (let i = 0; i < count; i++) words[indexEntry(target, words[(items >> 2) + (i << 1)])] = i + 1;
    }
    release(list);
    return target;
  }

  /** Word that has the position of a subscriber in the index, or the empty one where it belongs. */
  function indexEntry(list: number, subscriber: number): number {
    const index = words[(list + LIST_INDEX) >> 2] >> 2;
    const items = (list + INDEXED_LIST_ITEMS) >> 2;
    const mask = (blockSize(words[(list + LIST_CAPACITY) >> 2]) >> 2) - 1;
    let at = home(subscriber, mask);
    for (;;) {
      const position = words[index + at];
      if (position === 0 || words[items + ((position - 1) << 1)] === subscriber) return index + at;
      at = (at + 1) & mask;
    }
  }

  /** Closes the gap that the entry leaves: those behind it move up if that is where they are looked for. */
  function removeIndexEntry(list: number, subscriber: number): void {
    const index = words[(list + LIST_INDEX) >> 2] >> 2;
    const items = (list + INDEXED_LIST_ITEMS) >> 2;
    const mask = (blockSize(words[(list + LIST_CAPACITY) >> 2]) >> 2) - 1;
    let gap = indexEntry(list, subscriber) - index;
    let at = gap;
    for (;;) {
      at = (at + 1) & mask;
      const position = words[index + at];
      if (position === 0) break;
      const from = home(words[items + ((position - 1) << 1)], mask);
      if (((at - from) & mask) >= ((at - gap) & mask)) {
        words[index + gap] = position;
        gap = at;
      }
    }
    words[index + gap] = 0;
  }

  return { create, find, append, remove, release };
}

function itemsOffset(capacity: number): number {
  return capacity >= INDEXED_CAPACITY ? INDEXED_LIST_ITEMS : LIST_ITEMS;
}

function blockSize(capacity: number): number {
  return itemsOffset(capacity) + capacity * SUBSCRIPTION_SIZE;
}

// capacities that fill the sizes of blocks: 1, 2, 4 ... 32, 62, 126, 254 ...
function larger(capacity: number): number {
  return capacity < 32 ? capacity << 1 : capacity === 32 ? 62 : (capacity << 1) + 2;
}

function smaller(capacity: number): number {
  return capacity > 62 ? (capacity - 2) >> 1 : capacity === 62 ? 32 : capacity >> 1;
}

function home(subscriber: number, mask: number): number {
  const h = Math.imul(subscriber, 0x9e3779b1);
  return (h ^ (h >>> 15)) & mask;
}
