import { equalText, finishHash, hashBlock, hashText } from './hash';
import {
  HASH_KEYS, SLOT_INLINE_LENGTH, SLOT_SHIFT, SLOT_TEXT, TAG_GENERATION_SHIFT, TAG_ID_MASK, TAG_ID_SHIFT, TEXT_MASKS,
} from './layout';

// A hash table of texts in slots of one cache line. Slots of an earlier generation count as empty, so that flushing
// the table is one increment; it is at most half full, so that a probe always ends.

/** The id that the table holds for a text, or the address of the slot where it belongs, negated. */
// @ts-ignore: decorator
@inline
export function lookUp(slots: usize, mask: u32, generation: u32, p: usize, length: u32): i32 {
  if (length > <u32>SLOT_INLINE_LENGTH) return lookUpLong(slots, mask, generation, p, length);
  // 48 bytes whatever the length: a loop over 16 bytes is mispredicted on topics of about 32 bytes, which costs 5 ns
  const masks = TEXT_MASKS + 48 - length;
  const a = v128.and(v128.load(p), v128.load(masks));
  const b = v128.and(v128.load(p, 16), v128.load(masks, 16));
  const c = v128.and(v128.load(p, 32), v128.load(masks, 32));
  const hash = hashShort(a, b, c, length);
  const tag = (generation << TAG_GENERATION_SHIFT) | length;
  let index = hash & mask;
  while (true) {
    const slot = slots + (<usize>index << SLOT_SHIFT);
    const found = load<u32>(slot, 4);
    if (((found & ~(<u32>TAG_ID_MASK << TAG_ID_SHIFT)) ^ tag) | (load<u32>(slot) ^ hash)) {
      if (found >> TAG_GENERATION_SHIFT != generation) return -<i32>slot;
    } else {
      const difference = v128.or(
        v128.or(v128.xor(a, v128.load(slot, SLOT_TEXT)), v128.xor(b, v128.load(slot, SLOT_TEXT + 16))),
        v128.xor(c, v128.load(slot, SLOT_TEXT + 32)));
      if (!v128.any_true(difference)) return <i32>((found >> TAG_ID_SHIFT) & TAG_ID_MASK);
    }
    index = (index + 1) & mask;
  }
}

// @ts-ignore: decorator
@inline
function hashShort(a: v128, b: v128, c: v128, length: u32): u32 {
  const sum = i32x4.add(hashBlock(a, HASH_KEYS), hashBlock(b, HASH_KEYS + 16));
  return finishHash(i32x4.add(sum, hashBlock(c, HASH_KEYS + 32)), length);
}

function lookUpLong(slots: usize, mask: u32, generation: u32, p: usize, length: u32): i32 {
  const hash = hashText(p, length);
  const tag = (generation << TAG_GENERATION_SHIFT) | length;
  let index = hash & mask;
  while (true) {
    const slot = slots + (<usize>index << SLOT_SHIFT);
    const found = load<u32>(slot, 4);
    if (found >> TAG_GENERATION_SHIFT != generation) return -<i32>slot;
    if (load<u32>(slot) == hash && (found & ~(<u32>TAG_ID_MASK << TAG_ID_SHIFT)) == tag) {
      if (equalText(p, load<u32>(slot, SLOT_TEXT), length)) return <i32>((found >> TAG_ID_SHIFT) & TAG_ID_MASK);
    }
    index = (index + 1) & mask;
  }
}

/**
 * Puts a text into an empty slot: inline, or in the arena whose next free byte the header word `arenaNext` holds.
 * Returns the address of the text, or 0 when the arena has no room.
 */
export function fillSlot(
  slot: usize, generation: u32, id: u32, p: usize, length: u32, arenaNext: usize, arenaEnd: usize,
): usize {
  let text = slot + SLOT_TEXT;
  if (length > <u32>SLOT_INLINE_LENGTH) {
    text = load<u32>(arenaNext);
    if (text + length > arenaEnd) return 0;
    store<u32>(arenaNext, <u32>((text + length + 15) & ~15));
    store<u32>(slot, <u32>text, SLOT_TEXT);
    memory.copy(text, p, length);
    store<u32>(slot, hashText(p, length));
  } else {
    const masks = TEXT_MASKS + 48 - length;
    const a = v128.and(v128.load(p), v128.load(masks));
    const b = v128.and(v128.load(p, 16), v128.load(masks, 16));
    const c = v128.and(v128.load(p, 32), v128.load(masks, 32));
    v128.store(text, a);
    v128.store(text, b, 16);
    v128.store(text, c, 32);
    store<u32>(slot, hashShort(a, b, c, length));
  }
  store<u32>(slot, (generation << TAG_GENERATION_SHIFT) | (id << TAG_ID_SHIFT) | length, 4);
  return text;
}
