import {
  HEADER_TOPIC_ARENA_NEXT, HEADER_TOPIC_COUNT, INTERN_FULL, INTERN_LENGTH_LIMIT, INTERN_NOT_KEPT, INTERN_REFUSED,
  TOPIC_ARENA_END, TOPIC_LIMIT, TOPIC_SLOTS, TOPIC_SLOT_COUNT, TOPIC_TEXTS,
} from './layout';
import { fillSlot, lookUp } from './slots';
import { isCleanTopicName } from './utf8';

/** Topic name -> id. Its characters are checked when it is first seen; the table then vouches for it. */
// @ts-ignore: decorator
@inline
export function internTopic(p: usize, length: u32, generation: u32): i32 {
  if (length > <u32>INTERN_LENGTH_LIMIT) return isCleanTopicName(p, length) ? INTERN_NOT_KEPT : INTERN_REFUSED;
  const found = lookUp(TOPIC_SLOTS, TOPIC_SLOT_COUNT - 1, generation, p, length);
  return found >= 0 ? found : addTopic(-found, generation, p, length);
}

function addTopic(slot: usize, generation: u32, p: usize, length: u32): i32 {
  if (!isCleanTopicName(p, length)) return INTERN_REFUSED;
  const id = load<u32>(HEADER_TOPIC_COUNT);
  if (id == TOPIC_LIMIT) return INTERN_FULL;
  const text = fillSlot(slot, generation, id, p, length, HEADER_TOPIC_ARENA_NEXT, TOPIC_ARENA_END);
  if (text == 0) return INTERN_FULL;
  store<u32>(TOPIC_TEXTS + (id << 3), <u32>text);
  store<u32>(TOPIC_TEXTS + (id << 3), length, 4);
  store<u32>(HEADER_TOPIC_COUNT, id + 1);
  return id;
}
