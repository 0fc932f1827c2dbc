import {
  LARGE_FREE, LARGE_FREE_COUNT, LARGE_NEXT, LARGE_PAGE, LARGE_PAGES_END, SMALL_FREE, SMALL_FREE_COUNT, SMALL_NEXT, SMALL_PAGE,
  SMALL_PAGES_END,
} from './layout';

// Free pages are lists, last in, first out: what was used last is still in the cache. Pages that were never used are behind
// the NEXT words, so that nothing has to be written to them at the start.

/** A small page, or 0. */
export function takeSmallPage(): usize {
  return take(SMALL_FREE, SMALL_NEXT, SMALL_FREE_COUNT, SMALL_PAGE, SMALL_PAGES_END);
}

/** A large page, or 0. */
export function takeLargePage(): usize {
  return take(LARGE_FREE, LARGE_NEXT, LARGE_FREE_COUNT, LARGE_PAGE, LARGE_PAGES_END);
}

function take(free: usize, next: usize, count: usize, size: u32, end: u32): usize {
  let page = load<u32>(free);
  if (page) store<u32>(free, load<u32>(page));
  else {
    page = load<u32>(next);
    if (page >= end) return 0;
    store<u32>(next, page + size);
  }
  store<u32>(count, load<u32>(count) - 1);
  return page;
}

export function giveSmallPage(page: usize): void {
  store<u32>(page, load<u32>(SMALL_FREE));
  store<u32>(SMALL_FREE, <u32>page);
  store<u32>(SMALL_FREE_COUNT, load<u32>(SMALL_FREE_COUNT) + 1);
}
