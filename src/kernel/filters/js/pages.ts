import {
  CLASS_COUNT,
  CLASS_PAGES,
  FREE_PAGES,
  FREE_PAGES_END,
  HEADER_FREE_PAGES,
  HEADER_FRESH_PAGE,
  HEADER_HIGH_WATER,
  HEADER_MEMORY_END,
  HEADER_RESULTS_END,
  HEADER_USED,
  LARGEST_BLOCK,
  MEMORY_LIMIT,
  PAGE_CLASS,
  PAGE_FREE,
  PAGE_FRESH,
  PAGE_HEADER_SIZE,
  PAGE_NEXT,
  PAGE_PREVIOUS,
  PAGE_SHIFT,
  PAGE_SIZE,
  PAGE_USED,
} from '../../../../assembly/filters/layout.ts';
import { type KernelMemory, memoryViews } from '../../memory.ts';

/** The memory under its views; they are replaced when it grows. */
export type GrowingMemory = { -readonly [View in keyof KernelMemory]: KernelMemory[View] };

/** Blocks of one size share a page, and a page whose blocks are all free serves any size; as in `assembly/filters/pages.ts`. */
export interface Pages {
  readonly memory: GrowingMemory;
  /** Calls `adopt` whenever the views have been replaced. */
  onGrowth(adopt: () => void): void;
  /** A block of at least `size` bytes, at a multiple of 16, with whatever was in it; 0 when there is no memory. */
  allocate(size: number): number;
  /** Gives back a block that was allocated with the same `size`. */
  release(block: number, size: number): void;
  /** Whether `size` bytes can be had in blocks of any kind. Asked before a change, so that it is made wholly or not. */
  hasRoomFor(size: number): boolean;
  /** Forgets all blocks. */
  clear(): void;
}

/** Bytes of pages that an allocation may take, and so what to ask `hasRoomFor`. */
export function roomFor(size: number): number {
  return size > LARGEST_BLOCK ? (size + PAGE_SIZE - 1) & -PAGE_SIZE : PAGE_SIZE;
}

const USED = HEADER_USED >> 2;
const FRESH = HEADER_FRESH_PAGE >> 2;
const FREE = HEADER_FREE_PAGES >> 2;
const WASM_PAGE = 65536;
/** The memory is doubled, but grows by no more than this at once. */
const LARGEST_STEP = 64 * 1024 * 1024;
/** What reads a word at a time may read past the last block. */
const SLACK = 64;

export function createPages(size: number, limit = MEMORY_LIMIT): Pages {
  const memory: GrowingMemory = { ...memoryViews(new ArrayBuffer(size)) };
  const followers: (() => void)[] = [];
  let { words } = memory;

  /** Makes the memory reach up to `end`, in few large steps: each copies all of it. */
  function reach(end: number): boolean {
    if (end + SLACK <= words[HEADER_MEMORY_END >> 2]) return true;
    const now = memory.bytes.length;
    const least = (end + SLACK + WASM_PAGE - 1) & -WASM_PAGE;
    if (end > limit - SLACK || least < 0) return false;
    const wished = Math.min(Math.max(least, now + Math.min(now, LARGEST_STEP)), limit);
    const buffer = bufferOf(wished) ?? bufferOf(least);
    if (buffer === undefined) return false;
    const { bytes } = memory;
    Object.assign(memory, memoryViews(buffer));
    memory.bytes.set(bytes);
    words = memory.words;
    words[HEADER_MEMORY_END >> 2] = words.length << 2;
    for (const adopt of followers) adopt();
    return true;
  }

  /** Puts a page in front of those with room. */
  function link(page: number, blockClass: number): void {
    const head = (CLASS_PAGES >> 2) + blockClass;
    const next = words[head];
    words[(page + PAGE_NEXT) >> 2] = next;
    words[(page + PAGE_PREVIOUS) >> 2] = 0;
    if (next !== 0) words[(next + PAGE_PREVIOUS) >> 2] = page;
    words[head] = page;
  }

  function unlink(page: number, blockClass: number): void {
    const next = words[(page + PAGE_NEXT) >> 2];
    const previous = words[(page + PAGE_PREVIOUS) >> 2];
    if (next !== 0) words[(next + PAGE_PREVIOUS) >> 2] = previous;
    if (previous !== 0) words[(previous + PAGE_NEXT) >> 2] = next;
    else words[(CLASS_PAGES >> 2) + blockClass] = next;
  }

  function isFull(page: number, blockSize: number): boolean {
    return words[(page + PAGE_FREE) >> 2] === 0 && words[(page + PAGE_FRESH) >> 2] + blockSize > PAGE_SIZE;
  }

  /** A run of pages: one that was freed, else behind all others. */
  function takePages(count: number): number {
    if (words[FREE] >= count) {
      const run = findFreePages(count);
      if (run !== 0) return run;
    }
    const page = words[FRESH];
    const end = page + count * PAGE_SIZE;
    if (!reach(end)) return 0;
    words[FRESH] = end;
    if (end > words[HEADER_HIGH_WATER >> 2]) words[HEADER_HIGH_WATER >> 2] = end;
    return page;
  }

  function findFreePages(count: number): number {
    const last = words[FRESH] >> PAGE_SHIFT;
    let page = words[HEADER_RESULTS_END >> 2] >> PAGE_SHIFT;
    let run = 0;
    while (page < last) {
      const bits = words[(FREE_PAGES >> 2) + (page >> 5)];
      if (bits >>> (page & 31) === 0) {
        page = (page | 31) + 1;
        run = 0;
      } else if (((bits >>> (page & 31)) & 1) === 0) {
        page++;
        run = 0;
      } else {
        page++;
        if (++run === count) {
          markPages(page - count, count, false);
          return (page - count) << PAGE_SHIFT;
        }
      }
    }
    return 0;
  }

  function markPages(first: number, count: number, free: boolean): void {
    for (let page = first; page < first + count; page++) {
      const word = (FREE_PAGES >> 2) + (page >> 5);
      const bit = 1 << (page & 31);
      words[word] = free ? words[word] | bit : words[word] & ~bit;
    }
    words[FREE] += free ? count : -count;
  }

  function allocate(size: number): number {
    if (size > LARGEST_BLOCK) {
      const count = (size + PAGE_SIZE - 1) >> PAGE_SHIFT;
      const run = takePages(count);
      if (run !== 0) words[USED] += count << PAGE_SHIFT;
      return run;
    }
    const blockClass = classOf(size);
    const blockSize = sizeOfClass(blockClass);
    let page = words[(CLASS_PAGES >> 2) + blockClass];
    if (page === 0) {
      page = takePages(1);
      if (page === 0) return 0;
      words[(page + PAGE_CLASS) >> 2] = blockClass;
      words[(page + PAGE_USED) >> 2] = 0;
      words[(page + PAGE_FREE) >> 2] = 0;
      words[(page + PAGE_FRESH) >> 2] = PAGE_HEADER_SIZE;
      link(page, blockClass);
    }
    let block = words[(page + PAGE_FREE) >> 2];
    if (block !== 0) words[(page + PAGE_FREE) >> 2] = words[block >> 2];
    else {
      block = page + words[(page + PAGE_FRESH) >> 2];
      words[(page + PAGE_FRESH) >> 2] += blockSize;
    }
    words[(page + PAGE_USED) >> 2]++;
    if (isFull(page, blockSize)) unlink(page, blockClass);
    words[USED] += blockSize;
    return block;
  }

  function release(block: number, size: number): void {
    if (size > LARGEST_BLOCK) {
      const count = (size + PAGE_SIZE - 1) >> PAGE_SHIFT;
      words[USED] -= count << PAGE_SHIFT;
      markPages(block >> PAGE_SHIFT, count, true);
      return;
    }
    const page = block & -PAGE_SIZE;
    const blockClass = words[(page + PAGE_CLASS) >> 2];
    const blockSize = sizeOfClass(blockClass);
    const wasFull = isFull(page, blockSize);
    const used = words[(page + PAGE_USED) >> 2] - 1;
    words[USED] -= blockSize;
    if (used === 0) {
      if (!wasFull) unlink(page, blockClass);
      markPages(page >> PAGE_SHIFT, 1, true);
      return;
    }
    words[(page + PAGE_USED) >> 2] = used;
    words[block >> 2] = words[(page + PAGE_FREE) >> 2];
    words[(page + PAGE_FREE) >> 2] = block;
    if (wasFull) link(page, blockClass);
  }

  return {
    memory,
    onGrowth(adopt) {
      followers.push(adopt);
    },
    allocate,
    release,
    hasRoomFor: (size) => reach(words[FRESH] + size),
    clear() {
      words.fill(0, CLASS_PAGES >> 2, (CLASS_PAGES >> 2) + CLASS_COUNT);
      words.fill(0, FREE_PAGES >> 2, FREE_PAGES_END >> 2);
      words[USED] = 0;
      words[FREE] = 0;
      words[FRESH] = (words[HEADER_RESULTS_END >> 2] + PAGE_SIZE - 1) & -PAGE_SIZE;
      words[HEADER_MEMORY_END >> 2] = words.length << 2;
    },
  };
}

function classOf(size: number): number {
  return size <= 512 ? (size + 15) >> 4 : 55 - Math.clz32(size - 1);
}

function sizeOfClass(blockClass: number): number {
  return blockClass <= 32 ? blockClass << 4 : 1 << (blockClass - 23);
}

/** `undefined` when the platform refuses so many bytes. */
function bufferOf(size: number): ArrayBuffer | undefined {
  try {
    return new ArrayBuffer(size);
  } catch {
    return undefined;
  }
}
