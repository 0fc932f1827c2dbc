import {
  LARGE_FREE, LARGE_FREE_COUNT, LARGE_NEXT, LARGE_PAGE, LARGE_PAGES_END, SMALL_FREE, SMALL_FREE_COUNT, SMALL_NEXT, SMALL_PAGE,
  SMALL_PAGES_END,
} from './layout';

// Free pages are lists, last in, first out: what was used last is still in the cache. Pages that were never used are behind
// the NEXT words, so that nothing has to be written to them at the start.

/** A small page, or 0. */
export function takeSmallPage(): usize {
  const page = load<u32>(SMALL_FREE);
  if (page) {
    store<u32>(SMALL_FREE, load<u32>(page));
    store<u32>(SMALL_FREE_COUNT, load<u32>(SMALL_FREE_COUNT) - 1);
    return page;
  }
  const fresh = load<u32>(SMALL_NEXT);
  if (fresh >= <u32>SMALL_PAGES_END) return 0;
  store<u32>(SMALL_NEXT, fresh + SMALL_PAGE);
  store<u32>(SMALL_FREE_COUNT, load<u32>(SMALL_FREE_COUNT) - 1);
  return fresh;
}

/** A large page, or 0. */
export function takeLargePage(): usize {
  const page = load<u32>(LARGE_FREE);
  if (page) {
    store<u32>(LARGE_FREE, load<u32>(page));
    store<u32>(LARGE_FREE_COUNT, load<u32>(LARGE_FREE_COUNT) - 1);
    return page;
  }
  const fresh = load<u32>(LARGE_NEXT);
  if (fresh >= <u32>LARGE_PAGES_END) return 0;
  store<u32>(LARGE_NEXT, fresh + LARGE_PAGE);
  store<u32>(LARGE_FREE_COUNT, load<u32>(LARGE_FREE_COUNT) - 1);
  return fresh;
}

export function giveSmallPage(page: usize): void {
  store<u32>(page, load<u32>(SMALL_FREE));
  store<u32>(SMALL_FREE, <u32>page);
  store<u32>(SMALL_FREE_COUNT, load<u32>(SMALL_FREE_COUNT) + 1);
}
