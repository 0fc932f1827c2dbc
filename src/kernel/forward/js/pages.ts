import {
  LARGE_FREE,
  LARGE_FREE_COUNT,
  LARGE_NEXT,
  LARGE_PAGE,
  LARGE_PAGES_END,
  SMALL_FREE,
  SMALL_FREE_COUNT,
  SMALL_NEXT,
  SMALL_PAGE,
  SMALL_PAGES_END,
} from '../../../../assembly/forward/layout.ts';
import type { KernelMemory } from '../../memory.ts';

/** The free pages; as in `assembly/forward/pages.ts`. */
export interface Pages {
  /** A small page, or 0. */
  takeSmallPage(): number;
  /** A large page, or 0. */
  takeLargePage(): number;
  giveSmallPage(page: number): void;
}

export function createPages(memory: KernelMemory): Pages {
  const { words } = memory;

  function take(free: number, next: number, count: number, size: number, end: number): number {
    let page = words[free >> 2];
    if (page !== 0) {
      words[free >> 2] = words[page >> 2];
    } else {
      page = words[next >> 2];
      if (page >= end) return 0;
      words[next >> 2] = page + size;
    }
    words[count >> 2]--;
    return page;
  }

  return {
    takeSmallPage() {
      return take(SMALL_FREE, SMALL_NEXT, SMALL_FREE_COUNT, SMALL_PAGE, SMALL_PAGES_END);
    },
    takeLargePage() {
      return take(LARGE_FREE, LARGE_NEXT, LARGE_FREE_COUNT, LARGE_PAGE, LARGE_PAGES_END);
    },
    giveSmallPage(page) {
      words[page >> 2] = words[SMALL_FREE >> 2];
      words[SMALL_FREE >> 2] = page;
      words[SMALL_FREE_COUNT >> 2]++;
    },
  };
}
