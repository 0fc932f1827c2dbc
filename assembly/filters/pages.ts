import {
  CLASS_COUNT, CLASS_PAGES, DOUBLING_LIMIT, FREE_PAGES, FREE_PAGES_END, HEADER_FREE_PAGES, HEADER_FRESH_PAGE, HEADER_HIGH_WATER,
  HEADER_MEMORY_END, HEADER_RESULTS_END, HEADER_USED, LARGEST_BLOCK, LARGE_STEP, MEMORY_LIMIT, MEMORY_PAGES_LIMIT, PAGE_CLASS, PAGE_FREE, PAGE_FRESH,
  PAGE_HEADER_SIZE, PAGE_NEXT, PAGE_PREVIOUS, PAGE_SHIFT, PAGE_SIZE, PAGE_USED,
} from './layout';

// Blocks of one size share a page, and a page whose blocks are all free serves any size again: free lists by size alone
// would keep what they once held, and filters come in all lengths.

// @ts-ignore: decorator
@inline
function classOf(size: u32): u32 {
  return size <= 512 ? (size + 15) >> 4 : 55 - clz(size - 1);
}

// @ts-ignore: decorator
@inline
function sizeOfClass(blockClass: u32): u32 {
  return blockClass <= 32 ? blockClass << 4 : <u32>1 << (blockClass - 23);
}

// @ts-ignore: decorator
@inline
function pagesFor(size: u32): u32 {
  return (size + PAGE_SIZE - 1) >> PAGE_SHIFT;
}

// @ts-ignore: decorator
@inline
function addUsed(size: u32): void {
  store<u32>(HEADER_USED, load<u32>(HEADER_USED) + size);
}

/** A block of at least `size` bytes, at a multiple of 16, with whatever was in it; 0 when there is no memory. */
export function allocate(size: u32): usize {
  if (size > <u32>LARGEST_BLOCK) {
    const run = takePages(pagesFor(size));
    if (run) addUsed(pagesFor(size) << PAGE_SHIFT);
    return run;
  }
  const blockClass = classOf(size);
  const blockSize = sizeOfClass(blockClass);
  let page: usize = load<u32>(CLASS_PAGES + (blockClass << 2));
  if (!page) {
    page = takePages(1);
    if (!page) return 0;
    store<u32>(page, blockClass, PAGE_CLASS);
    store<u32>(page, 0, PAGE_USED);
    store<u32>(page, 0, PAGE_FREE);
    store<u32>(page, PAGE_HEADER_SIZE, PAGE_FRESH);
    link(page, blockClass);
  }
  let block: usize = load<u32>(page, PAGE_FREE);
  if (block) store<u32>(page, load<u32>(block), PAGE_FREE);
  else {
    const fresh = load<u32>(page, PAGE_FRESH);
    block = page + fresh;
    store<u32>(page, fresh + blockSize, PAGE_FRESH);
  }
  store<u32>(page, load<u32>(page, PAGE_USED) + 1, PAGE_USED);
  if (isFull(page, blockSize)) unlink(page, blockClass);
  addUsed(blockSize);
  return block;
}

/** Gives back a block that was allocated with the same `size`. */
export function release(block: usize, size: u32): void {
  if (size > <u32>LARGEST_BLOCK) {
    addUsed(0 - (pagesFor(size) << PAGE_SHIFT));
    freePages(block, pagesFor(size));
    return;
  }
  const page = block & ~(PAGE_SIZE - 1);
  const blockClass = load<u32>(page, PAGE_CLASS);
  const blockSize = sizeOfClass(blockClass);
  const wasFull = isFull(page, blockSize);
  const used = load<u32>(page, PAGE_USED) - 1;
  addUsed(0 - blockSize);
  if (used == 0) {
    if (!wasFull) unlink(page, blockClass);
    freePages(page, 1);
    return;
  }
  store<u32>(page, used, PAGE_USED);
  store<u32>(block, load<u32>(page, PAGE_FREE));
  store<u32>(page, <u32>block, PAGE_FREE);
  if (wasFull) link(page, blockClass);
}

/** Whether `size` bytes can be had in blocks of any kind. Asked before a change, so that it is made wholly or not. */
export function hasRoomFor(size: u32): bool {
  return !size || reach(load<u32>(HEADER_FRESH_PAGE) + size);
}

/** Forgets all blocks. */
export function clearPages(): void {
  memory.fill(CLASS_PAGES, 0, CLASS_COUNT << 2);
  memory.fill(FREE_PAGES, 0, FREE_PAGES_END - FREE_PAGES);
  store<u32>(HEADER_USED, 0);
  store<u32>(HEADER_FREE_PAGES, 0);
  store<u32>(HEADER_FRESH_PAGE, (load<u32>(HEADER_RESULTS_END) + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1));
  store<u32>(HEADER_MEMORY_END, memory.size() << 16);
}

// @ts-ignore: decorator
@inline
function isFull(page: usize, blockSize: u32): bool {
  return !load<u32>(page, PAGE_FREE) && load<u32>(page, PAGE_FRESH) + blockSize > <u32>PAGE_SIZE;
}

/** Puts a page in front of those with room. */
function link(page: usize, blockClass: u32): void {
  const head = <usize>CLASS_PAGES + (<usize>blockClass << 2);
  const next: usize = load<u32>(head);
  store<u32>(page, <u32>next, PAGE_NEXT);
  store<u32>(page, 0, PAGE_PREVIOUS);
  if (next) store<u32>(next, <u32>page, PAGE_PREVIOUS);
  store<u32>(head, <u32>page);
}

function unlink(page: usize, blockClass: u32): void {
  const next: usize = load<u32>(page, PAGE_NEXT);
  const previous: usize = load<u32>(page, PAGE_PREVIOUS);
  if (next) store<u32>(next, <u32>previous, PAGE_PREVIOUS);
  if (previous) store<u32>(previous, <u32>next, PAGE_NEXT);
  else store<u32>(<usize>CLASS_PAGES + (<usize>blockClass << 2), <u32>next);
}

/** A run of pages: one that was freed, else behind all others. */
function takePages(count: u32): usize {
  if (load<u32>(HEADER_FREE_PAGES) >= count) {
    const run = findFreePages(count);
    if (run) return run;
  }
  const page: usize = load<u32>(HEADER_FRESH_PAGE);
  const end = page + (<usize>count << PAGE_SHIFT);
  if (!reach(<u32>end)) return 0;
  store<u32>(HEADER_FRESH_PAGE, <u32>end);
  if (<u32>end > load<u32>(HEADER_HIGH_WATER)) store<u32>(HEADER_HIGH_WATER, <u32>end);
  return page;
}

function findFreePages(count: u32): usize {
  const last = load<u32>(HEADER_FRESH_PAGE) >> PAGE_SHIFT;
  let page = load<u32>(HEADER_RESULTS_END) >> PAGE_SHIFT;
  let run: u32 = 0;
  while (page < last) {
    const bits = load<u32>(<usize>FREE_PAGES + ((<usize>page >> 5) << 2)) >> (page & 31);
    if (!bits) {
      page = (page | 31) + 1;
      run = 0;
    } else if (bits & 1) {
      page++;
      if (++run == count) {
        markPages(page - count, count, false);
        return <usize>(page - count) << PAGE_SHIFT;
      }
    } else {
      page += <u32>ctz(bits);
      run = 0;
    }
  }
  return 0;
}

function freePages(start: usize, count: u32): void {
  markPages(<u32>(start >> PAGE_SHIFT), count, true);
}

function markPages(first: u32, count: u32, free: bool): void {
  for (let page = first; page < first + count; page++) {
    const word = <usize>FREE_PAGES + ((<usize>page >> 5) << 2);
    const bit = <u32>1 << (page & 31);
    store<u32>(word, free ? load<u32>(word) | bit : load<u32>(word) & ~bit);
  }
  store<u32>(HEADER_FREE_PAGES, load<u32>(HEADER_FREE_PAGES) + (free ? count : 0 - count));
}

/** Makes the memory reach up to `end`, in few large steps. */
function reach(end: u32): bool {
  // what reads 16 bytes at a time may read past the last block
  if (end + 64 <= load<u32>(HEADER_MEMORY_END)) return true;
  if (end > <u32>MEMORY_LIMIT) return false;
  const now = memory.size();
  const missing = <i32>((end + 64 + 65535) >> 16) - now;
  const step = now < DOUBLING_LIMIT ? now : min(LARGE_STEP, MEMORY_PAGES_LIMIT - now);
  if (memory.grow(max(missing, step)) < 0 && memory.grow(missing) < 0) return false;
  store<u32>(HEADER_MEMORY_END, memory.size() << 16);
  return true;
}
