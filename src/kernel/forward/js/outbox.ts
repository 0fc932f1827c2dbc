import {
  DIRTY,
  DIRTY_COUNT,
  FULL,
  FULL_COUNT,
  FULL_ENTRY_SIZE,
  LARGE_PAGE,
  LARGE_PAGES,
  PAGE_SLACK,
  RECEIVER_DIRTY,
  RECEIVER_FLAGS,
  RECEIVER_PAGE,
  RECEIVER_PAGE_END,
  RECEIVER_POSITION,
  RECEIVER_SHIFT,
  RECEIVERS,
  SMALL_PAGE,
} from '../../../../assembly/forward/layout.ts';
import type { KernelMemory } from '../../memory.ts';
import type { Pages } from './pages.ts';

// Records are addressed by the number of their first word.

/** First word of the record of slot 0, and the shift from a slot to its record. */
export const FIRST_RECORD = RECEIVERS >> 2;
export const RECORD_SHIFT = RECEIVER_SHIFT - 2;
/** Words of a record. */
export const FLAGS = RECEIVER_FLAGS >> 2;
export const PAGE = RECEIVER_PAGE >> 2;
export const POSITION = RECEIVER_POSITION >> 2;
export const PAGE_END = RECEIVER_PAGE_END >> 2;

/** The outboxes of the receivers; as in `assembly/forward/outbox.ts`. */
export interface Outbox {
  /** Sees to it that `length` bytes fit in the page of a receiver. Returns where they go, or 0 when there is no page. */
  makeRoom(record: number, length: number): number;
  /** Room for `length` bytes that TypeScript writes, or 0 when there is no page left. */
  reserve(slot: number, length: number): number;
}

export function createOutbox(memory: KernelMemory, pages: Pages): Outbox {
  const { bytes, words } = memory;
  const { giveSmallPage, takeLargePage, takeSmallPage } = pages;

  function makeRoom(record: number, length: number): number {
    const page = words[record + PAGE];
    if (page === 0) return openPage(record, length);
    const large = takeLargePage();
    if (large === 0) return 0;
    const position = words[record + POSITION];
    const used = position - page;
    if (page < LARGE_PAGES && used + length <= LARGE_PAGE - PAGE_SLACK) {
      // one piece for the socket is worth the copy of a kilobyte
      bytes.copyWithin(large, page, position);
      giveSmallPage(page);
      return usePage(record, large, large + used, LARGE_PAGE);
    }
    const full = words[FULL_COUNT >> 2];
    const entry = (FULL + full * FULL_ENTRY_SIZE) >> 2;
    words[entry] = slotOf(record);
    words[entry + 1] = page;
    words[entry + 2] = position;
    words[FULL_COUNT >> 2] = full + 1;
    return usePage(record, large, large, LARGE_PAGE);
  }

  function openPage(record: number, length: number): number {
    let size = SMALL_PAGE;
    let page = length > SMALL_PAGE - PAGE_SLACK ? 0 : takeSmallPage();
    if (page === 0) {
      size = LARGE_PAGE;
      page = takeLargePage();
      if (page === 0) return 0;
    }
    const flags = words[record + FLAGS];
    if ((flags & RECEIVER_DIRTY) === 0) {
      const dirty = words[DIRTY_COUNT >> 2];
      words[(DIRTY >> 2) + dirty] = slotOf(record);
      words[DIRTY_COUNT >> 2] = dirty + 1;
      words[record + FLAGS] = flags | RECEIVER_DIRTY;
    }
    return usePage(record, page, page, size);
  }

  function usePage(record: number, page: number, position: number, size: number): number {
    words[record + PAGE] = page;
    words[record + POSITION] = position;
    words[record + PAGE_END] = page + size - PAGE_SLACK;
    return position;
  }

  return {
    makeRoom,
    reserve(slot, length) {
      const record = FIRST_RECORD + (slot << RECORD_SHIFT);
      let position = words[record + POSITION];
      if (position + length > words[record + PAGE_END]) {
        position = makeRoom(record, length);
        if (position === 0) return 0;
      }
      words[record + POSITION] = position + length;
      return position;
    },
  };
}

function slotOf(record: number): number {
  return (record - FIRST_RECORD) >> RECORD_SHIFT;
}
