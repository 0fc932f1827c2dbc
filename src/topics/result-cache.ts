import { RESULT_HEADER, RESULTS } from '../../assembly/filters/layout.ts';
import type { Changes } from './changes.ts';

/**
 * Words of an entry: number of the last change that it was compared with (0: no entry, -1: on its way); sum of its
 * generations; two words of buckets; number of subscriptions, or of pairs, inverted; the subscription or pair itself if
 * there is one, else where in the arena they start, and how many words there is room for; a third word of buckets.
 */
export const ENTRY_SHIFT = 3;
const SUM = 1;
const BUCKETS = 2;
export const COUNT = 4;
export const ITEMS = 5;
const CAPACITY = 6;
const MORE_BUCKETS = 7;

/** Words of the arena: at first, and at most (1 MiB), when all entries are dropped. */
const FIRST_ARENA = 4096;
const LAST_ARENA = 262_144;

/**
 * Up to so many subscriptions are kept themselves, in two words each, not the pairs that say where they lie: a visit then
 * stays clear of the table, which at a million filters costs a cache miss or two each time.
 */
const SUBSCRIPTION_LIMIT = 16;

/** Results of more words than this are not kept, so that a few of them do not push all others out. */
const RESULT_LIMIT = LAST_ARENA / 16;

/**
 * Results of matches by small numbers. Putting one in takes a few nanoseconds: there is no order of age to look after, and
 * when the arena is full everything is dropped.
 */
export class ResultCache {
  entries: Int32Array;
  /** Subscriptions and pairs, of two words each. */
  arena = new Int32Array(FIRST_ARENA);
  private next = 0;
  /** By entry: number of the `put` that it is from. */
  private stamps = new Float64Array(0);
  private puts = 0;
  private readonly changes: Changes;

  constructor(changes: Changes, entryCount: number) {
    this.changes = changes;
    this.entries = new Int32Array(entryCount << ENTRY_SHIFT);
    this.stamps = new Float64Array(entryCount);
  }

  get bytes(): number {
    return this.entries.byteLength + this.arena.byteLength + this.stamps.byteLength;
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

  /** A number that is another one whenever the entry, which is current, has been made anew. */
  stampOf(at: number): number {
    return this.stamps[at >> ENTRY_SHIFT];
  }

  /**
   * Keeps a result: its header at word `header` of `words`, its pairs from word `pairs` on. Not if it is too large; the
   * entry is then none. May drop all other entries.
   */
  put(at: number, words: Int32Array, header: number, pairs: number): void {
    const { changes, entries } = this;
    const end = pairs + words[header] * 2;
    let subscriptions = 0;
    for (let pair = pairs; pair < end; pair += 2) subscriptions += words[pair + 1];
    const keepsPairs = subscriptions > SUBSCRIPTION_LIMIT;
    const count = keepsPairs ? words[header] : subscriptions;
    if (count > 1 && !this.makeRoom(at, count * 2)) {
      entries[at] = entries[at + COUNT] = 0;
      return;
    }
    this.stamps[at >> ENTRY_SHIFT] = ++this.puts;
    entries[at] = changes.epoch;
    entries[at + SUM] = changes.sum(words[header + 1], words[header + 2], words[header + 3]);
    entries[at + BUCKETS] = words[header + 1];
    entries[at + BUCKETS + 1] = words[header + 2];
    entries[at + MORE_BUCKETS] = words[header + 3];
    entries[at + COUNT] = keepsPairs ? ~count : count;
    const target = count > 1 ? this.arena : entries;
    let item = count > 1 ? entries[at + ITEMS] : at + ITEMS;
    if (keepsPairs) {
      for (let word = pairs; word < end; word++) target[item++] = words[word];
      return;
    }
    for (let pair = pairs; pair < end; pair += 2) {
      const first = words[pair] >> 2;
      const last = first + words[pair + 1] * 2;
      for (let word = first; word < last; word++) target[item++] = words[word];
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
    const stamps = new Float64Array(entryCount);
    stamps.set(this.stamps);
    this.stamps = stamps;
  }

  clear(): void {
    this.entries.fill(0);
    this.next = 0;
  }

  private makeRoom(at: number, size: number): boolean {
    const { entries } = this;
    // most results change by little: where there was one, there is often room for the next
    if (entries[at] !== 0 && hasRoom(entries[at + COUNT]) && entries[at + CAPACITY] >= size) return true;
    if (size > RESULT_LIMIT) return false;
    if (this.next + size > this.arena.length) {
      if (this.arena.length < LAST_ARENA) this.growArena(this.next + size);
      else this.clear();
    }
    entries[at + ITEMS] = this.next;
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

/** Whether an entry with this count has its items in the arena. */
function hasRoom(count: number): boolean {
  return count > 1 || count < ~1;
}
