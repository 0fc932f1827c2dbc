import { hashBytes } from './levels';
import { equalText, finishHash, hashBlock } from '../hash';
import { HASH_KEYS } from '../layout';
import { allocate, release } from './pages';
import {
  BRANCH_IS_PLUS_PART, BRANCH_LITERAL, BRANCH_PLUS, FIRST_TRIE_SIZE, HEADER_FREE_NODES, HEADER_FREE_NODES_CAPACITY,
  HEADER_FREE_NODES_COUNT, HEADER_NEXT_NODE, HEADER_TRIE_FILLED, HEADER_TRIE_SHIFT, HEADER_TRIE_SIZE,
  HEADER_TRIE_SLOTS, LEVEL_ADDRESS, LEVEL_HASH, LEVEL_LENGTH, LEVEL_TEXT, PART_BLOOM, PART_BRANCHES, PART_NODE,
  PLUS_LENGTH, ROOT_NODE, SLOT_KEY, SLOT_LENGTH, SLOT_PARENT, SLOT_PART, SLOT_PLUS_PART, TRIE_SLOT_SHIFT, TRIE_SLOT_SIZE,
} from './layout';

/** Stands for the hash of `+`. */
const PLUS_HASH: u32 = 0x2b2b2b2b;

/** Slot where the probe for a branch begins. */
// @ts-ignore: decorator
@inline
export function branchHome(parent: u32, hash: u32): usize {
  // the last multiplication carries every bit to the top, which is what counts
  const h = (hash ^ (parent * 0x85ebca6b)) * 0x9e3779b1;
  return <usize>load<u32>(HEADER_TRIE_SLOTS) + (<usize>(h >> load<u32>(HEADER_TRIE_SHIFT)) << TRIE_SLOT_SHIFT);
}

// @ts-ignore: decorator
@inline
function tableEnd(): usize {
  return <usize>load<u32>(HEADER_TRIE_SLOTS) + (<usize>load<u32>(HEADER_TRIE_SIZE) << TRIE_SLOT_SHIFT);
}

/** Slot of the branch from a node by the literal level at `at`, or 0. */
// @ts-ignore: decorator
@inline
export function findBranch(parent: u32, at: usize): usize {
  const length = load<u32>(at, LEVEL_LENGTH);
  const text = v128.load(at, LEVEL_TEXT);
  const key = <u64>parent | (<u64>length << 32);
  const end = tableEnd();
  let slot = branchHome(parent, load<u32>(at, LEVEL_HASH));
  while (true) {
    const found = load<u64>(slot, SLOT_PARENT);
    if (found == key) {
      if (length <= 16) {
        if (!v128.any_true(v128.xor(text, v128.load(slot, SLOT_KEY)))) return slot;
      } else if (equalText(load<u32>(at, LEVEL_ADDRESS), load<u32>(slot, SLOT_KEY), length)) return slot;
    } else if (!found) return 0;
    slot += TRIE_SLOT_SIZE;
    if (slot == end) slot = load<u32>(HEADER_TRIE_SLOTS);
  }
}

/** Slot of the `+` below a part 1, which is there. */
export function findPlusBranch(parent: u32): usize {
  const key = <u64>parent | (<u64>PLUS_LENGTH << 32);
  const end = tableEnd();
  let slot = branchHome(parent, PLUS_HASH);
  while (load<u64>(slot, SLOT_PARENT) != key) {
    slot += TRIE_SLOT_SIZE;
    if (slot == end) slot = load<u32>(HEADER_TRIE_SLOTS);
  }
  return slot;
}

/** The part that `+` leads to, from a part that has one. */
// @ts-ignore: decorator
@inline
export function plusPart(part: usize, branches: u32): usize {
  return branches & BRANCH_IS_PLUS_PART
    ? findPlusBranch(load<u32>(part, PART_NODE)) + SLOT_PART
    : part + (SLOT_PLUS_PART - SLOT_PART);
}

/** Makes sure that as many more slots fit. Returns whether they do. */
export function makeRoomForBranches(count: u32): bool {
  let size = load<u32>(HEADER_TRIE_SIZE);
  const wanted = load<u32>(HEADER_TRIE_FILLED) + count;
  if (wanted * 8 <= size * 5) return true;
  if (!size) size = FIRST_TRIE_SIZE;
  while (wanted * 8 > size * 5) size <<= 1;
  return rehash(size);
}

/** Adds the branch from a part by the literal level at `at`. Returns its part 0, or 0 without memory for the text. */
export function addBranch(part: usize, at: usize): usize {
  const length = load<u32>(at, LEVEL_LENGTH);
  const hash = load<u32>(at, LEVEL_HASH);
  const parent = load<u32>(part, PART_NODE);
  let text: usize = 0;
  if (length > 16) {
    text = allocate(length);
    if (!text) return 0;
    memory.copy(text, load<u32>(at, LEVEL_ADDRESS), length);
  }
  store<u32>(part, load<u32>(part, PART_BRANCHES) + BRANCH_LITERAL, PART_BRANCHES);
  store<u32>(part, load<u32>(part, PART_BLOOM) | (<u32>1 << (hash & 31)), PART_BLOOM);
  const slot = takeSlot(parent, hash);
  store<u32>(slot, parent, SLOT_PARENT);
  store<u32>(slot, length, SLOT_LENGTH);
  if (text) store<u32>(slot, <u32>text, SLOT_KEY);
  else v128.store(slot, v128.load(at, LEVEL_TEXT), SLOT_KEY);
  return startParts(slot);
}

/** Adds the `+` below a part. Returns the part that it leads to. */
export function addPlus(part: usize): usize {
  const branches = load<u32>(part, PART_BRANCHES);
  store<u32>(part, branches | BRANCH_PLUS, PART_BRANCHES);
  if (!(branches & BRANCH_IS_PLUS_PART)) {
    const plus = part + (SLOT_PLUS_PART - SLOT_PART);
    store<u32>(plus, takeNode(), PART_NODE);
    return plus;
  }
  const parent = load<u32>(part, PART_NODE);
  const slot = takeSlot(parent, PLUS_HASH);
  store<u32>(slot, parent, SLOT_PARENT);
  store<u32>(slot, PLUS_LENGTH, SLOT_LENGTH);
  return startParts(slot);
}

function startParts(slot: usize): usize {
  store<u32>(slot, takeNode(), SLOT_PART + PART_NODE);
  store<u32>(slot, BRANCH_IS_PLUS_PART, SLOT_PLUS_PART + PART_BRANCHES);
  return slot + SLOT_PART;
}

/** An empty slot where the probe for it ends; the table has room. */
function takeSlot(parent: u32, hash: u32): usize {
  const end = tableEnd();
  let slot = branchHome(parent, hash);
  while (load<u32>(slot, SLOT_PARENT)) {
    slot += TRIE_SLOT_SIZE;
    if (slot == end) slot = load<u32>(HEADER_TRIE_SLOTS);
  }
  store<u32>(HEADER_TRIE_FILLED, load<u32>(HEADER_TRIE_FILLED) + 1);
  return slot;
}

/** Removes an inner part that `+` leads to, or a whole slot. It has neither lists nor branches. */
export function removePart(part: usize): void {
  freeNode(load<u32>(part, PART_NODE));
  if (load<u32>(part, PART_BRANCHES) & BRANCH_IS_PLUS_PART) {
    store<u32>(part, 0, PART_NODE);
    store<u32>(part, 0, PART_BLOOM);
    return;
  }
  const slot = part - SLOT_PART;
  const length = load<u32>(slot, SLOT_LENGTH);
  if (length > 16 && length != <u32>PLUS_LENGTH) release(load<u32>(slot, SLOT_KEY), length);
  closeGap(slot);
  const filled = load<u32>(HEADER_TRIE_FILLED) - 1;
  store<u32>(HEADER_TRIE_FILLED, filled);
  const size = load<u32>(HEADER_TRIE_SIZE);
  if (size > <u32>FIRST_TRIE_SIZE && filled < size >> 4) rehash(max<u32>(size >> 2, FIRST_TRIE_SIZE));
}

/** Takes back what `addBranch` and `addPlus` noted in a part. */
export function forgetBranch(part: usize, plus: bool): void {
  const branches = load<u32>(part, PART_BRANCHES) - (plus ? BRANCH_PLUS : BRANCH_LITERAL);
  store<u32>(part, branches, PART_BRANCHES);
  if (branches < <u32>BRANCH_LITERAL) store<u32>(part, 0, PART_BLOOM);
}

/** Empties a slot: those behind it move up if that is where they are looked for. */
function closeGap(slot: usize): void {
  const slots: usize = load<u32>(HEADER_TRIE_SLOTS);
  const mask = load<u32>(HEADER_TRIE_SIZE) - 1;
  let gap = <u32>((slot - slots) >> TRIE_SLOT_SHIFT);
  let at = gap;
  while (true) {
    at = (at + 1) & mask;
    const other = slots + (<usize>at << TRIE_SLOT_SHIFT);
    const parent = load<u32>(other, SLOT_PARENT);
    if (!parent) break;
    const from = <u32>((branchHome(parent, hashOfSlot(other)) - slots) >> TRIE_SLOT_SHIFT);
    if (((at - from) & mask) >= ((at - gap) & mask)) {
      memory.copy(slots + (<usize>gap << TRIE_SLOT_SHIFT), other, TRIE_SLOT_SIZE);
      gap = at;
    }
  }
  memory.fill(slots + (<usize>gap << TRIE_SLOT_SHIFT), 0, TRIE_SLOT_SIZE);
}

function hashOfSlot(slot: usize): u32 {
  const length = load<u32>(slot, SLOT_LENGTH);
  if (length == <u32>PLUS_LENGTH) return PLUS_HASH;
  if (length > 16) return hashBytes(load<u32>(slot, SLOT_KEY), length);
  return finishHash(hashBlock(v128.load(slot, SLOT_KEY), HASH_KEYS), length);
}

function rehash(size: u32): bool {
  const slots = allocate(size << TRIE_SLOT_SHIFT);
  if (!slots) return false;
  memory.fill(slots, 0, <usize>size << TRIE_SLOT_SHIFT);
  const old: usize = load<u32>(HEADER_TRIE_SLOTS);
  const oldSize = load<u32>(HEADER_TRIE_SIZE);
  const oldEnd = tableEnd();
  store<u32>(HEADER_TRIE_SLOTS, <u32>slots);
  store<u32>(HEADER_TRIE_SIZE, size);
  store<u32>(HEADER_TRIE_SHIFT, <u32>clz(size) + 1);
  store<u32>(HEADER_TRIE_FILLED, 0);
  for (let slot = old; slot < oldEnd; slot += TRIE_SLOT_SIZE) {
    const parent = load<u32>(slot, SLOT_PARENT);
    if (parent) memory.copy(takeSlot(parent, hashOfSlot(slot)), slot, TRIE_SLOT_SIZE);
  }
  if (oldSize) release(old, oldSize << TRIE_SLOT_SHIFT);
  return true;
}

/** No number is in use but the root's: begins anew. */
function forgetFreeNodes(): void {
  const capacity = load<u32>(HEADER_FREE_NODES_CAPACITY);
  if (capacity) release(load<u32>(HEADER_FREE_NODES), capacity << 2);
  store<u32>(HEADER_FREE_NODES_CAPACITY, 0);
  store<u32>(HEADER_FREE_NODES_COUNT, 0);
  store<u32>(HEADER_NEXT_NODE, ROOT_NODE + 1);
}

function takeNode(): u32 {
  const count = load<u32>(HEADER_FREE_NODES_COUNT);
  if (count) {
    store<u32>(HEADER_FREE_NODES_COUNT, count - 1);
    return load<u32>(<usize>load<u32>(HEADER_FREE_NODES) + (<usize>(count - 1) << 2));
  }
  const node = load<u32>(HEADER_NEXT_NODE);
  store<u32>(HEADER_NEXT_NODE, node + 1);
  return node;
}

function freeNode(node: u32): void {
  const count = load<u32>(HEADER_FREE_NODES_COUNT);
  if (count + 1 == load<u32>(HEADER_NEXT_NODE) - (ROOT_NODE + 1)) {
    forgetFreeNodes();
    return;
  }
  const capacity = load<u32>(HEADER_FREE_NODES_CAPACITY);
  if (count == capacity) {
    const larger = capacity ? capacity << 1 : 64;
    const nodes = allocate(larger << 2);
    // without memory for it the number is lost, which does no harm: there are 2^32
    if (!nodes) return;
    if (capacity) {
      memory.copy(nodes, load<u32>(HEADER_FREE_NODES), <usize>count << 2);
      release(load<u32>(HEADER_FREE_NODES), capacity << 2);
    }
    store<u32>(HEADER_FREE_NODES, <u32>nodes);
    store<u32>(HEADER_FREE_NODES_CAPACITY, larger);
  }
  store<u32>(<usize>load<u32>(HEADER_FREE_NODES) + (<usize>count << 2), node);
  store<u32>(HEADER_FREE_NODES_COUNT, count + 1);
}
