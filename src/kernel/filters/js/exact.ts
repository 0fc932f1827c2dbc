import {
  EXACT_SLOT_SHIFT,
  FIRST_GROUPS,
  HEADER_EXACT_COUNT,
  HEADER_EXACT_FILLED,
  HEADER_EXACT_GROUPS,
  HEADER_EXACT_MOVED,
  HEADER_EXACT_SLOTS,
} from '../../../../assembly/filters/layout.ts';
import type { Levels } from './levels.ts';
import type { Pages } from './pages.ts';

// Filters without a wildcard: an open hash table without the control bytes of assembly/filters/exact.ts, since plain
// JavaScript cannot look at 16 of them at once. Slots are given by their first word; their words are the same.
export const EXACT_HASH = 0;
/** 0: never used; 1: spoilt by a removed filter that a probe has to pass; else where the text is, after its length. */
export const EXACT_TEXT = 1;
export const EXACT_SUBSCRIBER = 2;
export const EXACT_OPTIONS = 3;

const SLOT_WORDS = 4;
const EMPTY = 0;
const SPOILT = 1;
const SLOTS = HEADER_EXACT_SLOTS >> 2;
const GROUPS = HEADER_EXACT_GROUPS >> 2;
const COUNT = HEADER_EXACT_COUNT >> 2;
const FILLED = HEADER_EXACT_FILLED >> 2;
const MOVED = HEADER_EXACT_MOVED >> 2;

export interface Exact {
  /** Slot of a filter or topic, or 0. */
  find(p: number, length: number, hash: number): number;
  /**
   * Adds a filter; its subscription is for the caller. Returns its slot, or 0 when there is no memory and nothing has
   * changed. HEADER_EXACT_MOVED then says whether other slots have moved.
   */
  add(p: number, length: number, hash: number): number;
  /** Removes a filter. HEADER_EXACT_MOVED then says whether other slots have moved. */
  remove(slot: number): void;
}

export function createExact(pages: Pages, levels: Levels): Exact {
  const { allocate, memory, release } = pages;
  const { copyText, equalText } = levels;
  let { words } = memory;
  pages.onGrowth(() => {
    ({ words } = memory);
  });

  function find(p: number, length: number, hash: number): number {
    const own = words;
    const slots = own[SLOTS] >> 2;
    const mask = ((own[GROUPS] << 4) - 1) * SLOT_WORDS;
    // without a table the mask is negative
    if (mask < 0) return 0;
    let at = (hash << 2) & mask;
    for (;;) {
      const slot = slots + at;
      const text = own[slot + EXACT_TEXT];
      if (text === EMPTY) return 0;
      if (own[slot] === hash && text !== SPOILT && own[text >> 2] === length) {
        if (equalText(p, text + 4, length)) return slot;
      }
      at = (at + SLOT_WORDS) & mask;
    }
  }

  function add(p: number, length: number, hash: number): number {
    const text = allocate(textSize(length));
    if (text === 0) return 0;
    if (!makeRoom()) {
      release(text, textSize(length));
      return 0;
    }
    words[text >> 2] = length;
    copyText(text + 4, p, length);
    const slot = place(hash);
    words[slot] = hash;
    words[slot + EXACT_TEXT] = text;
    words[COUNT]++;
    return slot;
  }

  /** Makes sure that one more filter fits: at most 3/4 of the slots are in use or spoilt. */
  function makeRoom(): boolean {
    words[MOVED] = 0;
    const size = words[GROUPS] << 4;
    if ((words[FILLED] + 1) * 4 <= size * 3) return true;
    words[MOVED] = words[COUNT] === 0 ? 0 : 1;
    // spoilt slots alone are no reason to grow
    if (words[COUNT] * 16 > size * 9 || size === 0) return resize(size === 0 ? FIRST_GROUPS << 4 : size << 1);
    rehashInPlace();
    return true;
  }

  /** The first slot on the way of a probe that is not in use. */
  function place(hash: number): number {
    const slots = words[SLOTS] >> 2;
    const mask = ((words[GROUPS] << 4) - 1) * SLOT_WORDS;
    let at = (hash << 2) & mask;
    while (words[slots + at + EXACT_TEXT] > SPOILT) at = (at + SLOT_WORDS) & mask;
    if (words[slots + at + EXACT_TEXT] === EMPTY) words[FILLED]++;
    return slots + at;
  }

  function resize(size: number): boolean {
    const slots = allocate(size << EXACT_SLOT_SHIFT);
    if (slots === 0) return false;
    words.fill(0, slots >> 2, (slots >> 2) + size * SLOT_WORDS);
    const old = words[SLOTS];
    const oldSize = words[GROUPS] << 4;
    words[SLOTS] = slots;
    words[GROUPS] = size >> 4;
    words[FILLED] = 0;
    const end = (old >> 2) + oldSize * SLOT_WORDS;
    for (let slot = old >> 2; slot < end; slot += SLOT_WORDS) {
      if (words[slot + EXACT_TEXT] > SPOILT) move(slot, place(words[slot]));
    }
    if (oldSize !== 0) release(old, oldSize << EXACT_SLOT_SHIFT);
    return true;
  }

  /**
   * Empties the spoilt slots. From behind an empty slot on, whatever is found goes to the first free slot on its way:
   * what came before on that way is in place already, so that no probe is ever cut.
   */
  function rehashInPlace(): void {
    const slots = words[SLOTS] >> 2;
    const size = words[GROUPS] << 4;
    const mask = (size - 1) * SLOT_WORDS;
    let start = 0;
    while (words[slots + start + EXACT_TEXT] !== EMPTY) start += SLOT_WORDS;
    for (let at = 0; at <= mask; at += SLOT_WORDS) {
      if (words[slots + at + EXACT_TEXT] === SPOILT) words[slots + at + EXACT_TEXT] = EMPTY;
    }
    words[FILLED] = words[COUNT];
    for (let i = 1; i < size; i++) {
      const slot = slots + ((start + i * SLOT_WORDS) & mask);
      const text = words[slot + EXACT_TEXT];
      if (text === EMPTY) continue;
      // emptied first, so that it may stay where it is
      words[slot + EXACT_TEXT] = EMPTY;
      const target = place(words[slot]);
      words[FILLED]--;
      move(slot, target);
      words[target + EXACT_TEXT] = text;
    }
  }

  function move(from: number, to: number): void {
    words[to] = words[from];
    words[to + EXACT_TEXT] = words[from + EXACT_TEXT];
    words[to + EXACT_SUBSCRIBER] = words[from + EXACT_SUBSCRIBER];
    words[to + EXACT_OPTIONS] = words[from + EXACT_OPTIONS];
  }

  function remove(slot: number): void {
    const text = words[slot + EXACT_TEXT];
    release(text, textSize(words[text >> 2]));
    words[COUNT]--;
    words[MOVED] = 0;
    const slots = words[SLOTS] >> 2;
    const size = words[GROUPS] << 4;
    const mask = (size - 1) * SLOT_WORDS;
    if (words[COUNT] === 0) {
      words[SLOTS] = 0;
      words[GROUPS] = 0;
      words[FILLED] = 0;
      release(slots << 2, size << EXACT_SLOT_SHIFT);
      return;
    }
    let at = slot - slots;
    words[slot + EXACT_TEXT] = SPOILT;
    if (words[slots + ((at + SLOT_WORDS) & mask) + EXACT_TEXT] === EMPTY) {
      // no probe passes here: this slot and the spoilt ones before it are as if never used
      while (words[slots + at + EXACT_TEXT] === SPOILT) {
        words[slots + at + EXACT_TEXT] = EMPTY;
        words[FILLED]--;
        at = (at - SLOT_WORDS) & mask;
      }
    }
    if (words[COUNT] * 8 < size && size > FIRST_GROUPS << 4 && resize(size >> 1)) words[MOVED] = 1;
  }

  return { find, add, remove };
}

function textSize(length: number): number {
  return length + 4;
}
