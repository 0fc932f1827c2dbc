import {
  DIRTY, DIRTY_COUNT, FULL, FULL_COUNT, FULL_ENTRY_SIZE, LARGE_PAGE, LARGE_PAGES, PAGE_SLACK, RECEIVERS, RECEIVER_DIRTY, RECEIVER_FLAGS,
  RECEIVER_PAGE, RECEIVER_PAGE_END, RECEIVER_POSITION, RECEIVER_SHIFT, SMALL_PAGE,
} from './layout';
import { giveSmallPage, takeLargePage, takeSmallPage } from './pages';

/**
 * Sees to it that `length` bytes fit in the page of a receiver; at most a large page less its slack. Returns where they
 * go, or 0 when there is no page left: nothing has changed then.
 */
export function makeRoom(record: usize, length: u32): usize {
  const page: usize = load<u32>(record, RECEIVER_PAGE);
  if (page == 0) return openPage(record, length);
  const large = takeLargePage();
  if (large == 0) return 0;
  const position: usize = load<u32>(record, RECEIVER_POSITION);
  const used = position - page;
  if (page < <usize>LARGE_PAGES && used + length <= <usize>(LARGE_PAGE - PAGE_SLACK)) {
    // one piece for the socket is worth the copy of a kilobyte
    memory.copy(large, page, used);
    giveSmallPage(page);
    return usePage(record, large, large + used, LARGE_PAGE);
  }
  const full = load<u32>(FULL_COUNT);
  const entry: usize = FULL + full * FULL_ENTRY_SIZE;
  store<u32>(entry, slotOf(record));
  store<u32>(entry, <u32>page, 4);
  store<u32>(entry, <u32>position, 8);
  store<u32>(FULL_COUNT, full + 1);
  return usePage(record, large, large, LARGE_PAGE);
}

/** Room for `length` bytes that TypeScript writes, at most a large page less its slack; or 0 when there is no page left. */
export function reserve(slot: u32, length: u32): usize {
  const record: usize = <usize>RECEIVERS + (<usize>slot << RECEIVER_SHIFT);
  let position: usize = load<u32>(record, RECEIVER_POSITION);
  if (position + length > <usize>load<u32>(record, RECEIVER_PAGE_END)) {
    position = makeRoom(record, length);
    if (position == 0) return 0;
  }
  store<u32>(record, <u32>(position + length), RECEIVER_POSITION);
  return position;
}

function openPage(record: usize, length: u32): usize {
  let size: u32 = SMALL_PAGE;
  let page: usize = length > <u32>(SMALL_PAGE - PAGE_SLACK) ? 0 : takeSmallPage();
  if (page == 0) {
    size = LARGE_PAGE;
    page = takeLargePage();
    if (page == 0) return 0;
  }
  const flags = load<u32>(record, RECEIVER_FLAGS);
  if (!(flags & RECEIVER_DIRTY)) {
    const dirty = load<u32>(DIRTY_COUNT);
    store<u32>(DIRTY + (dirty << 2), slotOf(record));
    store<u32>(DIRTY_COUNT, dirty + 1);
    store<u32>(record, flags | RECEIVER_DIRTY, RECEIVER_FLAGS);
  }
  return usePage(record, page, page, size);
}

function usePage(record: usize, page: usize, position: usize, size: u32): usize {
  store<u32>(record, <u32>page, RECEIVER_PAGE);
  store<u32>(record, <u32>position, RECEIVER_POSITION);
  store<u32>(record, <u32>page + size - PAGE_SLACK, RECEIVER_PAGE_END);
  return position;
}

// @ts-ignore: decorator
@inline
function slotOf(record: usize): u32 {
  return <u32>(record - RECEIVERS) >> RECEIVER_SHIFT;
}
