import {
  HEADER_PROPERTIES_ARENA_NEXT, HEADER_PROPERTIES_COUNT, INTERN_FULL, INTERN_LENGTH_LIMIT, INTERN_REFUSED,
  PROPERTIES_ARENA_END, PROPERTIES_HAVE_BINARY_DATA, PROPERTIES_HAVE_SUBSCRIPTION_IDENTIFIER,
  PROPERTIES_HAVE_TOPIC_ALIAS, PROPERTIES_ID_SHIFT, PROPERTIES_LIMIT, PROPERTIES_PROMISE_UTF8, PROPERTIES_SLOTS, PROPERTIES_SLOT_COUNT,
  PROPERTIES_TEXTS, PROPERTY_BINARY, PROPERTY_BOOLEAN, PROPERTY_KINDS, PROPERTY_KINDS_SIZE, PROPERTY_NOT_ALLOWED,
  PROPERTY_PAIR, PROPERTY_TOPIC_NAME, PROPERTY_UINT16, PROPERTY_UINT32, PROPERTY_VARIABLE,
} from './layout';
import { fillSlot, lookUp } from './slots';
import { isCleanString, isCleanTopicName } from './utf8';
import { uint16, variableByteInteger, variableByteIntegerSize } from './varint';

/** Stands where an id would, for a block that was checked but not kept. */
export const NOT_KEPT: i32 = PROPERTIES_LIMIT << PROPERTIES_ID_SHIFT;

/**
 * Property block of a PUBLISH -> its id << PROPERTIES_ID_SHIFT | flags, or NOT_KEPT | flags, or INTERN_FULL or
 * INTERN_REFUSED. It is checked when it is first seen; the table then vouches for it.
 */
// @ts-ignore: decorator
@inline
export function internProperties(p: usize, length: u32, generation: u32): i32 {
  if (length > <u32>INTERN_LENGTH_LIMIT) return unkept(checkProperties(p, p + length));
  const found = lookUp(PROPERTIES_SLOTS, PROPERTIES_SLOT_COUNT - 1, generation, p, length);
  return found >= 0 ? found : addProperties(-found, generation, p, length);
}

function unkept(flags: i32): i32 {
  return flags < 0 ? flags : NOT_KEPT | (flags & ((1 << PROPERTIES_ID_SHIFT) - 1));
}

function addProperties(slot: usize, generation: u32, p: usize, length: u32): i32 {
  const flags = checkProperties(p, p + length);
  if (flags < 0 || flags & PROPERTIES_HAVE_BINARY_DATA) return unkept(flags);
  const index = load<u32>(HEADER_PROPERTIES_COUNT);
  if (index == PROPERTIES_LIMIT) return INTERN_FULL;
  const id = (index << PROPERTIES_ID_SHIFT) | flags;
  const text = fillSlot(slot, generation, id, p, length, HEADER_PROPERTIES_ARENA_NEXT, PROPERTIES_ARENA_END);
  if (text == 0) return INTERN_FULL;
  store<u32>(PROPERTIES_TEXTS + (index << 3), <u32>text);
  store<u32>(PROPERTIES_TEXTS + (index << 3), length, 4);
  store<u32>(HEADER_PROPERTIES_COUNT, index + 1);
  return id;
}

/**
 * Flags of a property block that every strictness accepts, or INTERN_REFUSED: a property that a PUBLISH may not
 * have, a duplicate, a value out of range, one that runs past the block (MQTT5 section 2.2.2.2).
 */
function checkProperties(p: usize, end: usize): i32 {
  let seen: u64 = 0;
  let flags: i32 = 0;
  while (p < end) {
    const identifier: u32 = load<u8>(p++);
    if (identifier >= <u32>PROPERTY_KINDS_SIZE) return INTERN_REFUSED;
    const kind: u32 = load<u8>(PROPERTY_KINDS + identifier);
    if (kind == PROPERTY_NOT_ALLOWED) return INTERN_REFUSED;
    if (kind != PROPERTY_PAIR && kind != PROPERTY_VARIABLE) {
      const bit = <u64>1 << identifier;
      if (seen & bit) return INTERN_REFUSED;
      seen |= bit;
    }
    switch (kind) {
      case PROPERTY_BOOLEAN: {
        if (p >= end || load<u8>(p) > 1) return INTERN_REFUSED;
        if (load<u8>(p) == 1) flags |= PROPERTIES_PROMISE_UTF8;
        p += 1;
        break;
      }
      case PROPERTY_UINT16: {
        if (p + 2 > end || load<u16>(p) == 0) return INTERN_REFUSED;
        flags |= PROPERTIES_HAVE_TOPIC_ALIAS;
        p += 2;
        break;
      }
      case PROPERTY_UINT32: {
        p += 4;
        break;
      }
      case PROPERTY_VARIABLE: {
        const w = load<u32>(p);
        const size = variableByteIntegerSize(w);
        if (size > 4 || variableByteInteger(w, size) == 0) return INTERN_REFUSED;
        p += size;
        if (size > 1 && load<u8>(p - 1) == 0) return INTERN_REFUSED;
        flags |= PROPERTIES_HAVE_SUBSCRIPTION_IDENTIFIER;
        break;
      }
      case PROPERTY_BINARY: {
        p += 2 + uint16(p);
        flags |= PROPERTIES_HAVE_BINARY_DATA;
        break;
      }
      case PROPERTY_TOPIC_NAME: {
        const length = uint16(p);
        p += 2;
        if (length == 0 || p + length > end || !isCleanTopicName(p, length)) return INTERN_REFUSED;
        p += length;
        break;
      }
      default: {
        const length = uint16(p);
        p += 2;
        if (p + length > end || !isCleanString(p, length)) return INTERN_REFUSED;
        p += length;
        if (kind == PROPERTY_PAIR) {
          const valueLength = uint16(p);
          p += 2;
          if (p + valueLength > end || !isCleanString(p, valueLength)) return INTERN_REFUSED;
          p += valueLength;
        }
      }
    }
  }
  return p == end ? flags : INTERN_REFUSED;
}
