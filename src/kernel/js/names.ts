import {
  HEADER_TOPIC_ARENA_NEXT,
  HEADER_TOPIC_COUNT,
  INTERN_FULL,
  INTERN_LENGTH_LIMIT,
  INTERN_NOT_KEPT,
  INTERN_REFUSED,
  TOPIC_ARENA_END,
  TOPIC_LIMIT,
  TOPIC_SLOT_COUNT,
  TOPIC_SLOTS,
  TOPIC_TEXTS,
} from '../../../assembly/layout.ts';
import type { KernelMemory } from '../memory.ts';
import { textFaults } from '../text.ts';
import type { Slots } from './slots.ts';

/** Topic name -> id, or INTERN_NOT_KEPT, INTERN_FULL, INTERN_REFUSED; as in `assembly/names.ts`. */
export type InternTopic = (p: number, length: number, generation: number) => number;

export function createInternTopic(memory: KernelMemory, slots: Slots): InternTopic {
  const { bytes, words } = memory;
  const { fillSlot, lookUp } = slots;

  function addTopic(slot: number, generation: number, p: number, length: number): number {
    if (textFaults(bytes, p, p + length) !== 0) return INTERN_REFUSED;
    const id = words[HEADER_TOPIC_COUNT >> 2];
    if (id === TOPIC_LIMIT) return INTERN_FULL;
    const text = fillSlot(slot, generation, id, p, length, HEADER_TOPIC_ARENA_NEXT, TOPIC_ARENA_END);
    if (text === 0) return INTERN_FULL;
    words[(TOPIC_TEXTS >> 2) + id * 2] = text;
    words[(TOPIC_TEXTS >> 2) + id * 2 + 1] = length;
    words[HEADER_TOPIC_COUNT >> 2] = id + 1;
    return id;
  }

  return (p, length, generation) => {
    if (length > INTERN_LENGTH_LIMIT) {
      return textFaults(bytes, p, p + length) === 0 ? INTERN_NOT_KEPT : INTERN_REFUSED;
    }
    const found = lookUp(TOPIC_SLOTS, TOPIC_SLOT_COUNT - 1, generation, p, length);
    return found >= 0 ? found : addTopic(-found, generation, p, length);
  };
}
