import { equalText } from '../hash';
import { allocate, release } from './pages';
import {
  CONTROL_EMPTY, CONTROL_REMOVED, EXACT_HASH, EXACT_SLOT_SHIFT, EXACT_TEXT, FIRST_GROUPS, HEADER_EXACT_CONTROL,
  HEADER_EXACT_COUNT, HEADER_EXACT_FILLED, HEADER_EXACT_GROUPS, HEADER_EXACT_MOVED, HEADER_EXACT_SLOTS,
} from './layout';

// Filters without a wildcard: a hash table whose control bytes answer for 16 slots at once, so that a topic that nobody
// subscribed to costs one cache miss.

// @ts-ignore: decorator
@inline
function controlOf(hash: u32): u8 {
  return <u8>(0x80 | (hash & 0x7f));
}

// @ts-ignore: decorator
@inline
function groupOf(hash: u32, mask: u32): usize {
  return <usize>((hash >> 7) & mask);
}

// @ts-ignore: decorator
@inline
function textSize(length: u32): u32 {
  return length + 4;
}

/** Reads the control bytes where the probe for a hash begins. */
// @ts-ignore: decorator
@inline
export function readControls(hash: u32): u32 {
  const group = groupOf(hash, load<u32>(HEADER_EXACT_GROUPS) - 1);
  return load<u32>(<usize>load<u32>(HEADER_EXACT_CONTROL) + (group << 4));
}

/** The first slot that may hold a filter of this hash, or any slot. */
// @ts-ignore: decorator
@inline
export function candidateSlot(hash: u32): usize {
  const group = groupOf(hash, load<u32>(HEADER_EXACT_GROUPS) - 1);
  const control = v128.load(<usize>load<u32>(HEADER_EXACT_CONTROL) + (group << 4));
  const candidates = i8x16.bitmask(i8x16.eq(control, i8x16.splat(controlOf(hash))));
  return <usize>load<u32>(HEADER_EXACT_SLOTS) + (((group << 4) + <usize>(ctz(candidates) & 15)) << EXACT_SLOT_SHIFT);
}

/** Slot of a filter, or 0. May read 15 bytes past the end of the text. */
// @ts-ignore: decorator
@inline
export function findExact(p: usize, length: u32, hash: u32): usize {
  const controls: usize = load<u32>(HEADER_EXACT_CONTROL);
  const slots: usize = load<u32>(HEADER_EXACT_SLOTS);
  const mask = load<u32>(HEADER_EXACT_GROUPS) - 1;
  const wanted = i8x16.splat(controlOf(hash));
  let group = groupOf(hash, mask);
  while (true) {
    const control = v128.load(controls + (group << 4));
    let candidates = i8x16.bitmask(i8x16.eq(control, wanted));
    while (candidates) {
      const slot = slots + (((group << 4) + <usize>ctz(candidates)) << EXACT_SLOT_SHIFT);
      candidates &= candidates - 1;
      if (load<u32>(slot, EXACT_HASH) == hash) {
        const text: usize = load<u32>(slot, EXACT_TEXT);
        if (load<u32>(text) == length && equalText(p, text + 4, length)) return slot;
      }
    }
    if (v128.any_true(i8x16.eq(control, i64x2.splat(0)))) return 0;
    group = (group + 1) & <usize>mask;
  }
}

/**
 * Adds a filter; its subscription is for the caller. Returns its slot, or 0 when there is no memory and nothing has
 * changed. HEADER_EXACT_MOVED then says whether other slots have moved.
 */
export function addExact(p: usize, length: u32, hash: u32): usize {
  const text = allocate(textSize(length));
  if (!text) return 0;
  if (!makeRoom()) {
    release(text, textSize(length));
    return 0;
  }
  store<u32>(text, length);
  memory.copy(text + 4, p, length);
  const slot = place(hash);
  store<u32>(slot, hash, EXACT_HASH);
  store<u32>(slot, <u32>text, EXACT_TEXT);
  store<u32>(HEADER_EXACT_COUNT, load<u32>(HEADER_EXACT_COUNT) + 1);
  return slot;
}

/** Makes sure that one more filter fits. */
function makeRoom(): bool {
  const groups = load<u32>(HEADER_EXACT_GROUPS);
  store<u32>(HEADER_EXACT_MOVED, 0);
  if (groups && (load<u32>(HEADER_EXACT_FILLED) + 1) * 8 <= groups * 16 * 7) return true;
  // spoilt slots alone are no reason to grow
  const crowded = load<u32>(HEADER_EXACT_COUNT) * 16 > groups * 16 * 9;
  if (!rehash(groups ? (crowded ? groups << 1 : groups) : FIRST_GROUPS)) return false;
  store<u32>(HEADER_EXACT_MOVED, 1);
  return true;
}

/** Removes a filter. HEADER_EXACT_MOVED then says whether other slots have moved. */
export function removeExact(slot: usize): void {
  const text: usize = load<u32>(slot, EXACT_TEXT);
  release(text, textSize(load<u32>(text)));
  const index = (slot - <usize>load<u32>(HEADER_EXACT_SLOTS)) >> EXACT_SLOT_SHIFT;
  const controls: usize = load<u32>(HEADER_EXACT_CONTROL);
  // a probe ends at a group with an empty slot, so that this one need not hold it up
  const ends = v128.any_true(i8x16.eq(v128.load(controls + (index & ~15)), i64x2.splat(0)));
  store<u8>(controls + index, <u8>(ends ? CONTROL_EMPTY : CONTROL_REMOVED));
  if (ends) store<u32>(HEADER_EXACT_FILLED, load<u32>(HEADER_EXACT_FILLED) - 1);
  const count = load<u32>(HEADER_EXACT_COUNT) - 1;
  store<u32>(HEADER_EXACT_COUNT, count);
  const groups = load<u32>(HEADER_EXACT_GROUPS);
  const sparse = groups > <u32>FIRST_GROUPS && count < groups;
  store<u32>(HEADER_EXACT_MOVED, sparse && rehash(max<u32>(groups >> 2, FIRST_GROUPS)) ? 1 : 0);
}

/** Takes the first slot that is not in use. */
function place(hash: u32): usize {
  const controls: usize = load<u32>(HEADER_EXACT_CONTROL);
  const mask = load<u32>(HEADER_EXACT_GROUPS) - 1;
  let group = groupOf(hash, mask);
  while (true) {
    const free = ~i8x16.bitmask(v128.load(controls + (group << 4))) & 0xffff;
    if (free) {
      const index = (group << 4) + <usize>ctz(free);
      if (load<u8>(controls + index) == <u8>CONTROL_EMPTY) {
        store<u32>(HEADER_EXACT_FILLED, load<u32>(HEADER_EXACT_FILLED) + 1);
      }
      store<u8>(controls + index, controlOf(hash));
      return <usize>load<u32>(HEADER_EXACT_SLOTS) + (index << EXACT_SLOT_SHIFT);
    }
    group = (group + 1) & <usize>mask;
  }
}

function rehash(groups: u32): bool {
  const controls = allocate(groups << 4);
  if (!controls) return false;
  const slots = allocate(groups << 8);
  if (!slots) {
    release(controls, groups << 4);
    return false;
  }
  memory.fill(controls, <u8>CONTROL_EMPTY, <usize>groups << 4);
  const oldControls: usize = load<u32>(HEADER_EXACT_CONTROL);
  const oldSlots: usize = load<u32>(HEADER_EXACT_SLOTS);
  const oldGroups = load<u32>(HEADER_EXACT_GROUPS);
  store<u32>(HEADER_EXACT_CONTROL, <u32>controls);
  store<u32>(HEADER_EXACT_SLOTS, <u32>slots);
  store<u32>(HEADER_EXACT_GROUPS, groups);
  store<u32>(HEADER_EXACT_FILLED, 0);
  for (let group: usize = 0; group < <usize>oldGroups; group++) {
    let used = i8x16.bitmask(v128.load(oldControls + (group << 4)));
    while (used) {
      const slot = oldSlots + (((group << 4) + <usize>ctz(used)) << EXACT_SLOT_SHIFT);
      used &= used - 1;
      v128.store(place(load<u32>(slot, EXACT_HASH)), v128.load(slot));
    }
  }
  if (oldGroups) {
    release(oldControls, oldGroups << 4);
    release(oldSlots, oldGroups << 8);
  }
  return true;
}
