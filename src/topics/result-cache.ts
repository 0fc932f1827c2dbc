import { RESULT_HEADER, RESULTS } from '../../assembly/filters/layout.ts';
import type { Changes } from './changes.ts';

/**
 * Words of an entry: number of the last change that it was compared with (0: no entry, -1: on its way); sum of its
 * generations; two words of buckets; number of pairs; the pair itself if there is one, else where in the arena the pairs
 * start, and how many words there is room for; a third word of buckets.
 */
export const ENTRY_SHIFT = 3;
const SUM = 1;
const BUCKETS = 2;
export const PAIR_COUNT = 4;
export const PAIRS = 5;
const CAPACITY = 6;
const MORE_BUCKETS = 7;

/** Words of the arena: at first, and at most (1 MiB), when all entries are dropped. */
const FIRST_ARENA = 4096;
const LAST_ARENA = 262_144;

/** Results of more words than this are not kept, so that a few of them do not push all others out. */
const RESULT_LIMIT = LAST_ARENA / 16;

/**
 * Results of matches by small numbers. Putting one in takes a few nanoseconds: there is no order of age to look after, and
 * when the arena is full everything is dropped.
 */
export class ResultCache {
  entries: Int32Array;
  /** Pairs of words as the filter table makes them. */
  arena = new Int32Array(FIRST_ARENA);
  private next = 0;
  private readonly changes: Changes;

  constructor(changes: Changes, entryCount: number) {
    this.changes = changes;
    this.entries = new Int32Array(entryCount << ENTRY_SHIFT);
  }

  get bytes(): number {
    return this.entries.byteLength + this.arena.byteLength;
  }

  /** Marks an entry that is going to be put in. */
  expect(at: number): void {
    this.entries[at] = -1;
  }

  isExpected(at: number): boolean {
    return this.entries[at] === -1;
  }

  /** Whether the entry that starts at word `at` of `entries` holds what a match would find now. */
  isCurrent(at: number): boolean {
    const { changes, entries } = this;
    const epoch = entries[at];
    if (epoch === changes.epoch) return true;
    if (epoch <= 0) return false;
    const sum = changes.sum(entries[at + BUCKETS], entries[at + BUCKETS + 1], entries[at + MORE_BUCKETS]);
    if (entries[at + SUM] !== sum) return false;
    entries[at] = changes.epoch;
    return true;
  }

  /**
   * Keeps a result: its header at word `header` of `words`, its pairs from word `pairs` on. Not if it is too large; the
   * entry is then none. May drop all other entries.
   */
  put(at: number, words: Int32Array, header: number, pairs: number): void {
    const { changes, entries } = this;
    const count = words[header];
    if (count > 1 && !this.makeRoom(at, count * 2)) {
      entries[at] = entries[at + PAIR_COUNT] = 0;
      return;
    }
    entries[at] = changes.epoch;
    entries[at + SUM] = changes.sum(words[header + 1], words[header + 2], words[header + 3]);
    entries[at + BUCKETS] = words[header + 1];
    entries[at + BUCKETS + 1] = words[header + 2];
    entries[at + MORE_BUCKETS] = words[header + 3];
    entries[at + PAIR_COUNT] = count;
    if (count === 1) {
      entries[at + PAIRS] = words[pairs];
      entries[at + PAIRS + 1] = words[pairs + 1];
    } else if (count > 1) {
      const { arena } = this;
      const start = entries[at + PAIRS];
      for (let i = 0; i < count * 2; i++) arena[start + i] = words[pairs + i];
    }
  }

  /** Keeps the result of a single match. */
  putSingle(at: number, words: Int32Array): void {
    this.put(at, words, RESULT_HEADER >> 2, RESULTS >> 2);
  }

  /** Makes room for more entries. */
  grow(entryCount: number): void {
    const entries = new Int32Array(entryCount << ENTRY_SHIFT);
    entries.set(this.entries);
    this.entries = entries;
  }

  clear(): void {
    this.entries.fill(0);
    this.next = 0;
  }

  private makeRoom(at: number, size: number): boolean {
    const { entries } = this;
    // most results change by little: where there was one, there is often room for the next
    if (entries[at] !== 0 && entries[at + PAIR_COUNT] > 1 && entries[at + CAPACITY] >= size) return true;
    if (size > RESULT_LIMIT) return false;
    if (this.next + size > this.arena.length) {
      if (this.arena.length < LAST_ARENA) this.growArena(this.next + size);
      else this.clear();
    }
    entries[at + PAIRS] = this.next;
    entries[at + CAPACITY] = size;
    this.next += size;
    return true;
  }

  private growArena(size: number): void {
    let length = this.arena.length;
    while (length < size) length *= 2;
    const arena = new Int32Array(length);
    arena.set(this.arena);
    this.arena = arena;
  }
}
