import type { KernelMemory } from '../../memory.ts';

/** Copies `length` bytes to address `to`. Up to 15 bytes behind the target may be overwritten. */
export type Copy = (to: number, from: number, length: number) => void;

/**
 * Up to this length, a loop over four words is faster than `copyWithin`, which takes 17 ns to begin. A step of eight bytes
 * as a float would be faster still, but not every engine keeps the bits of a NaN.
 */
const LOOP_LIMIT = 128;

export function createCopy(memory: KernelMemory): Copy {
  const { bytes, view } = memory;

  return (to, from, length) => {
    if (length > LOOP_LIMIT) {
      bytes.copyWithin(to, from, from + length);
      return;
    }
    const end = from + length;
    while (from < end) {
      view.setInt32(to, view.getInt32(from, true), true);
      view.setInt32(to + 4, view.getInt32(from + 4, true), true);
      view.setInt32(to + 8, view.getInt32(from + 8, true), true);
      view.setInt32(to + 12, view.getInt32(from + 12, true), true);
      from += 16;
      to += 16;
    }
  };
}
