import {
  BRANCH_IS_PLUS_PART,
  BRANCH_LITERAL,
  BRANCH_PLUS,
  FIRST_TRIE_SIZE,
  HEADER_FREE_NODES,
  HEADER_FREE_NODES_CAPACITY,
  HEADER_FREE_NODES_COUNT,
  HEADER_NEXT_NODE,
  HEADER_TRIE_FILLED,
  HEADER_TRIE_SHIFT,
  HEADER_TRIE_SIZE,
  HEADER_TRIE_SLOTS,
  PART_BLOOM,
  PART_BRANCHES,
  PART_LIST,
  PART_MULTI_LEVEL,
  PART_NODE,
  PLUS_LENGTH,
  ROOT_NODE,
  SLOT_KEY,
  SLOT_LENGTH,
  SLOT_PART,
  SLOT_PLUS_PART,
  TRIE_SLOT_SHIFT,
  TRIE_SLOT_SIZE,
} from '../../../../assembly/filters/layout.ts';
import { ADDRESS, HASH, LENGTH, type Levels, TEXT } from './levels.ts';
import type { Pages } from './pages.ts';

// Slots and parts are given by their first word. Fields in words:
export const PARENT = 0;
export const KEY_LENGTH = SLOT_LENGTH >> 2;
export const PART = SLOT_PART >> 2;
export const KEY = SLOT_KEY >> 2;
export const NODE = PART_NODE >> 2;
export const MULTI_LEVEL = PART_MULTI_LEVEL >> 2;
export const LIST = PART_LIST >> 2;
export const BRANCHES = PART_BRANCHES >> 2;
export const BLOOM = PART_BLOOM >> 2;
export const SLOT_WORDS = TRIE_SLOT_SIZE >> 2;
/** From a part 0 to the part 1 of its slot. */
export const TO_PLUS_PART = (SLOT_PLUS_PART - SLOT_PART) >> 2;
/** Longer texts of levels are stored elsewhere. */
export const INLINE_LENGTH = 16;

/** Stands for the hash of `+`. */
const PLUS_HASH = 0x2b2b2b2b;
const PLUS = PLUS_LENGTH | 0;
const SLOTS = HEADER_TRIE_SLOTS >> 2;
const SIZE = HEADER_TRIE_SIZE >> 2;
const SHIFT = HEADER_TRIE_SHIFT >> 2;
const FILLED = HEADER_TRIE_FILLED >> 2;
const FREE_NODES = HEADER_FREE_NODES >> 2;
const FREE_COUNT = HEADER_FREE_NODES_COUNT >> 2;
const FREE_CAPACITY = HEADER_FREE_NODES_CAPACITY >> 2;
const NEXT_NODE = HEADER_NEXT_NODE >> 2;

/** The trie of filters with a wildcard; as in `assembly/filters/trie.ts`. */
export interface Trie {
  /** Slot of the branch from a node by the literal level at `level` of the scratch, or 0. */
  findBranch(parent: number, level: number): number;
  /** The part that `+` leads to, from a part that has one. */
  plusPart(part: number, branches: number): number;
  /** The same, by the number of a node that is a part 1. */
  plusPartOf(parent: number): number;
  /** Makes sure that as many more slots fit. Returns whether they do. */
  makeRoom(count: number): boolean;
  /** Adds the branch from a part by the literal level at `level`. Returns its part 0. There has to be memory for its text. */
  addBranch(part: number, level: number): number;
  /** Adds the `+` below a part. Returns the part that it leads to. */
  addPlus(part: number): number;
  /** Removes an inner part that `+` leads to, or a whole slot. It has neither lists nor branches. */
  removePart(part: number): void;
  /** Takes back what `addBranch` and `addPlus` noted in a part. */
  forgetBranch(part: number, plus: boolean): void;
  /** Gives memory back after filters were removed. */
  shrink(): void;
}

/** Index of the slot where a probe starts. The multiplication carries every bit to the top, which is what counts. */
export function homeOf(parent: number, hash: number, shift: number): number {
  return Math.imul(hash ^ Math.imul(parent, 0x85ebca6b), 0x9e3779b1) >>> shift;
}

export function createTrie(pages: Pages, levels: Levels): Trie {
  const { allocate, memory, release } = pages;
  const { copyText, equalText, hashText, scratch } = levels;
  let { words } = memory;
  pages.onGrowth(() => {
    ({ words } = memory);
  });

  function findBranch(parent: number, level: number): number {
    const own = words;
    const length = scratch[level + LENGTH];
    const slots = own[SLOTS] >> 2;
    const mask = (own[SIZE] - 1) * SLOT_WORDS;
    let at = homeOf(parent, scratch[level + HASH], own[SHIFT]) * SLOT_WORDS;
    for (;;) {
      const slot = slots + at;
      const found = own[slot];
      if (found === parent && own[slot + KEY_LENGTH] === length) {
        if (length > INLINE_LENGTH) {
          if (equalText(scratch[level + ADDRESS], own[slot + KEY], length)) return slot;
        } else if (
          ((own[slot + KEY] ^ scratch[level + TEXT]) |
            (own[slot + KEY + 1] ^ scratch[level + TEXT + 1]) |
            (own[slot + KEY + 2] ^ scratch[level + TEXT + 2]) |
            (own[slot + KEY + 3] ^ scratch[level + TEXT + 3])) ===
          0
        ) {
          return slot;
        }
      }
      if (found === 0) return 0;
      at = (at + SLOT_WORDS) & mask;
    }
  }

  function plusPart(part: number, branches: number): number {
    return (branches & BRANCH_IS_PLUS_PART) === 0 ? part + TO_PLUS_PART : plusPartOf(words[part + NODE]);
  }

  function plusPartOf(parent: number): number {
    const own = words;
    const slots = own[SLOTS] >> 2;
    const mask = (own[SIZE] - 1) * SLOT_WORDS;
    let at = homeOf(parent, PLUS_HASH, own[SHIFT]) * SLOT_WORDS;
    while (own[slots + at] !== parent || own[slots + at + KEY_LENGTH] !== PLUS) at = (at + SLOT_WORDS) & mask;
    return slots + at + PART;
  }

  function makeRoom(count: number): boolean {
    const wanted = (words[FILLED] + count) * 8;
    let size = words[SIZE];
    if (wanted <= size * 5) return true;
    if (size === 0) size = FIRST_TRIE_SIZE;
    while (wanted > size * 5) size *= 2;
    return resize(size);
  }

  function addBranch(part: number, level: number): number {
    const length = scratch[level + LENGTH];
    const hash = scratch[level + HASH];
    const parent = words[part + NODE];
    let text = 0;
    if (length > INLINE_LENGTH) {
      text = allocate(length);
      copyText(text, scratch[level + ADDRESS], length);
    }
    words[part + BRANCHES] += BRANCH_LITERAL;
    words[part + BLOOM] |= 1 << (hash & 31);
    const slot = takeSlot(parent, hash);
    words[slot] = parent;
    words[slot + KEY_LENGTH] = length;
    if (text !== 0) words[slot + KEY] = text;
    else for (let i = 0; i < 4; i++) words[slot + KEY + i] = scratch[level + TEXT + i];
    return startParts(slot);
  }

  function addPlus(part: number): number {
    const branches = words[part + BRANCHES];
    words[part + BRANCHES] = branches | BRANCH_PLUS;
    if ((branches & BRANCH_IS_PLUS_PART) === 0) {
      words[part + TO_PLUS_PART + NODE] = takeNode();
      return part + TO_PLUS_PART;
    }
    const parent = words[part + NODE];
    const slot = takeSlot(parent, PLUS_HASH);
    words[slot] = parent;
    words[slot + KEY_LENGTH] = PLUS;
    return startParts(slot);
  }

  function startParts(slot: number): number {
    words[slot + PART + NODE] = takeNode();
    words[slot + PART + TO_PLUS_PART + BRANCHES] = BRANCH_IS_PLUS_PART;
    return slot + PART;
  }

  /** An empty slot where the probe for it ends; the table has room. */
  function takeSlot(parent: number, hash: number): number {
    const slots = words[SLOTS] >> 2;
    const mask = (words[SIZE] - 1) * SLOT_WORDS;
    let at = homeOf(parent, hash, words[SHIFT]) * SLOT_WORDS;
    while (words[slots + at] !== 0) at = (at + SLOT_WORDS) & mask;
    words[FILLED]++;
    return slots + at;
  }

  function removePart(part: number): void {
    freeNode(words[part + NODE]);
    if ((words[part + BRANCHES] & BRANCH_IS_PLUS_PART) !== 0) {
      words[part + NODE] = 0;
      words[part + BLOOM] = 0;
      return;
    }
    const slot = part - PART;
    const length = words[slot + KEY_LENGTH];
    if (length > INLINE_LENGTH) release(words[slot + KEY], length);
    closeGap(slot);
    words[FILLED]--;
  }

  function forgetBranch(part: number, plus: boolean): void {
    const branches = words[part + BRANCHES] - (plus ? BRANCH_PLUS : BRANCH_LITERAL);
    words[part + BRANCHES] = branches;
    if (branches < BRANCH_LITERAL) words[part + BLOOM] = 0;
  }

  /** Empties a slot: those behind it move up if that is where they are looked for. */
  function closeGap(slot: number): void {
    const slots = words[SLOTS] >> 2;
    const mask = (words[SIZE] - 1) * SLOT_WORDS;
    let gap = slot - slots;
    let at = gap;
    for (;;) {
      at = (at + SLOT_WORDS) & mask;
      const other = slots + at;
      const parent = words[other];
      if (parent === 0) break;
      const from = homeOf(parent, hashOfSlot(other), words[SHIFT]) * SLOT_WORDS;
      if (((at - from) & mask) >= ((at - gap) & mask)) {
        moveSlot(other, slots + gap);
        gap = at;
      }
    }
    for (let i = 0; i < SLOT_WORDS; i++) words[slots + gap + i] = 0;
  }

  function hashOfSlot(slot: number): number {
    const length = words[slot + KEY_LENGTH];
    if (length === PLUS) return PLUS_HASH;
    return hashText(length > INLINE_LENGTH ? words[slot + KEY] : (slot + KEY) << 2, length);
  }

  function moveSlot(from: number, to: number): void {
    for (let i = 0; i < SLOT_WORDS; i++) words[to + i] = words[from + i];
  }

  function resize(size: number): boolean {
    const slots = allocate(size << TRIE_SLOT_SHIFT);
    if (slots === 0) return false;
    words.fill(0, slots >> 2, (slots >> 2) + size * SLOT_WORDS);
    const old = words[SLOTS];
    const oldSize = words[SIZE];
    words[SLOTS] = slots;
    words[SIZE] = size;
    words[SHIFT] = Math.clz32(size) + 1;
    words[FILLED] = 0;
    const end = (old >> 2) + oldSize * SLOT_WORDS;
    for (let slot = old >> 2; slot < end; slot += SLOT_WORDS) {
      if (words[slot] !== 0) moveSlot(slot, takeSlot(words[slot], hashOfSlot(slot)));
    }
    if (oldSize !== 0) release(old, oldSize << TRIE_SLOT_SHIFT);
    return true;
  }

  function shrink(): void {
    const filled = words[FILLED];
    const size = words[SIZE];
    if (filled !== 0) {
      if (filled * 8 < size && size > FIRST_TRIE_SIZE) resize(size >> 1);
      return;
    }
    if (size !== 0) release(words[SLOTS], size << TRIE_SLOT_SHIFT);
    words[SLOTS] = 0;
    words[SIZE] = 0;
    words[SHIFT] = 0;
  }

  function takeNode(): number {
    const count = words[FREE_COUNT];
    if (count === 0) return words[NEXT_NODE]++;
    words[FREE_COUNT] = count - 1;
    return words[(words[FREE_NODES] >> 2) + count - 1];
  }

  function freeNode(node: number): void {
    const count = words[FREE_COUNT];
    const capacity = words[FREE_CAPACITY];
    // all numbers are free
    if (count + ROOT_NODE + 2 === words[NEXT_NODE]) {
      if (capacity !== 0) release(words[FREE_NODES], capacity << 2);
      words[FREE_COUNT] = 0;
      words[FREE_CAPACITY] = 0;
      words[NEXT_NODE] = ROOT_NODE + 1;
      return;
    }
    if (count === capacity) {
      const larger = capacity === 0 ? 64 : capacity << 1;
      const nodes = allocate(larger << 2);
      // without memory for it the number is lost, which does no harm: there are 2^31
      if (nodes === 0) return;
      if (capacity !== 0) {
        words.copyWithin(nodes >> 2, words[FREE_NODES] >> 2, (words[FREE_NODES] >> 2) + count);
        release(words[FREE_NODES], capacity << 2);
      }
      words[FREE_NODES] = nodes;
      words[FREE_CAPACITY] = larger;
    }
    words[(words[FREE_NODES] >> 2) + count] = node;
    words[FREE_COUNT] = count + 1;
  }

  return { findBranch, plusPart, plusPartOf, makeRoom, addBranch, addPlus, removePart, forgetBranch, shrink };
}
