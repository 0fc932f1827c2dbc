import {
  HEADER_PROPERTIES_ARENA_NEXT,
  HEADER_PROPERTIES_COUNT,
  INTERN_FULL,
  INTERN_LENGTH_LIMIT,
  INTERN_REFUSED,
  PROPERTIES_ARENA_END,
  PROPERTIES_HAVE_BINARY_DATA,
  PROPERTIES_HAVE_SUBSCRIPTION_IDENTIFIER,
  PROPERTIES_HAVE_TOPIC_ALIAS,
  PROPERTIES_ID_SHIFT,
  PROPERTIES_LIMIT,
  PROPERTIES_PROMISE_UTF8,
  PROPERTIES_SLOT_COUNT,
  PROPERTIES_SLOTS,
  PROPERTIES_TEXTS,
  PROPERTY_BINARY,
  PROPERTY_BOOLEAN,
  PROPERTY_KINDS,
  PROPERTY_KINDS_SIZE,
  PROPERTY_NOT_ALLOWED,
  PROPERTY_PAIR,
  PROPERTY_TOPIC_NAME,
  PROPERTY_UINT16,
  PROPERTY_UINT32,
  PROPERTY_VARIABLE,
} from '../../../assembly/layout.ts';
import type { KernelMemory } from '../memory.ts';
import { TEXT_WILDCARD, textFaults } from '../text.ts';
import type { Slots } from './slots.ts';
import { variableByteInteger, variableByteIntegerSize } from './varint.ts';

/** Stands where an id would, for a block that was checked but not kept. */
export const NOT_KEPT = PROPERTIES_LIMIT << PROPERTIES_ID_SHIFT;

/** Property block of a PUBLISH -> id and flags, or what stands for none; as in `assembly/properties.ts`. */
export type InternProperties = (p: number, length: number, generation: number) => number;

export function createInternProperties(memory: KernelMemory, slots: Slots): InternProperties {
  const { bytes, view, words } = memory;
  const { fillSlot, lookUp } = slots;

  function addProperties(slot: number, generation: number, p: number, length: number): number {
    const flags = checkProperties(p, p + length);
    if (flags < 0 || (flags & PROPERTIES_HAVE_BINARY_DATA) !== 0) return unkept(flags);
    const index = words[HEADER_PROPERTIES_COUNT >> 2];
    if (index === PROPERTIES_LIMIT) return INTERN_FULL;
    const id = (index << PROPERTIES_ID_SHIFT) | flags;
    const text = fillSlot(
      slot,
      generation,
      id,
      p,
      length,
      HEADER_PROPERTIES_ARENA_NEXT,
      PROPERTIES_ARENA_END,
    );
    if (text === 0) return INTERN_FULL;
    words[(PROPERTIES_TEXTS >> 2) + index * 2] = text;
    words[(PROPERTIES_TEXTS >> 2) + index * 2 + 1] = length;
    words[HEADER_PROPERTIES_COUNT >> 2] = index + 1;
    return id;
  }

  /** Flags of a property block that every strictness accepts, or INTERN_REFUSED. */
  function checkProperties(p: number, end: number): number {
    // identifiers below and from 32 on
    let seenLow = 0;
    let seenHigh = 0;
    let flags = 0;
    while (p < end) {
      const identifier = bytes[p++];
      if (identifier >= PROPERTY_KINDS_SIZE) return INTERN_REFUSED;
      const kind = bytes[PROPERTY_KINDS + identifier];
      if (kind === PROPERTY_NOT_ALLOWED) return INTERN_REFUSED;
      if (kind !== PROPERTY_PAIR && kind !== PROPERTY_VARIABLE) {
        const bit = 1 << (identifier & 31);
        if (((identifier < 32 ? seenLow : seenHigh) & bit) !== 0) return INTERN_REFUSED;
        if (identifier < 32) seenLow |= bit;
        else seenHigh |= bit;
      }
      switch (kind) {
        case PROPERTY_BOOLEAN:
          if (p >= end || bytes[p] > 1) return INTERN_REFUSED;
          if (bytes[p] === 1) flags |= PROPERTIES_PROMISE_UTF8;
          p += 1;
          break;
        case PROPERTY_UINT16:
          if (p + 2 > end || view.getUint16(p) === 0) return INTERN_REFUSED;
          flags |= PROPERTIES_HAVE_TOPIC_ALIAS;
          p += 2;
          break;
        case PROPERTY_UINT32:
          p += 4;
          break;
        case PROPERTY_VARIABLE: {
          const w = view.getInt32(p, true);
          const size = variableByteIntegerSize(w);
          if (size > 4 || variableByteInteger(w, size) === 0) return INTERN_REFUSED;
          p += size;
          if (size > 1 && bytes[p - 1] === 0) return INTERN_REFUSED;
          flags |= PROPERTIES_HAVE_SUBSCRIPTION_IDENTIFIER;
          break;
        }
        case PROPERTY_BINARY:
          p += 2 + view.getUint16(p);
          flags |= PROPERTIES_HAVE_BINARY_DATA;
          break;
        default: {
          const stringEnd = p + 2 + view.getUint16(p);
          if (stringEnd > end) return INTERN_REFUSED;
          const faults = textFaults(bytes, p + 2, stringEnd);
          if (kind === PROPERTY_TOPIC_NAME) {
            if (faults !== 0 || stringEnd === p + 2) return INTERN_REFUSED;
          } else if ((faults & ~TEXT_WILDCARD) !== 0) return INTERN_REFUSED;
          p = stringEnd;
          if (kind === PROPERTY_PAIR) {
            const valueEnd = p + 2 + view.getUint16(p);
            if (valueEnd > end || (textFaults(bytes, p + 2, valueEnd) & ~TEXT_WILDCARD) !== 0)
              return INTERN_REFUSED;
            p = valueEnd;
          }
        }
      }
    }
    return p === end ? flags : INTERN_REFUSED;
  }

  return (p, length, generation) => {
    if (length > INTERN_LENGTH_LIMIT) return unkept(checkProperties(p, p + length));
    const found = lookUp(PROPERTIES_SLOTS, PROPERTIES_SLOT_COUNT - 1, generation, p, length);
    return found >= 0 ? found : addProperties(-found, generation, p, length);
  };
}

function unkept(flags: number): number {
  return flags < 0 ? flags : NOT_KEPT | (flags & ((1 << PROPERTIES_ID_SHIFT) - 1));
}
