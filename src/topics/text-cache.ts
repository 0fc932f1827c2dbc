import type { FilterMemory } from '../kernel/filters/filter-table.ts';
import type { Changes } from './changes.ts';
import { readText } from './input.ts';
import { ENTRY_SHIFT, ResultCache } from './result-cache.ts';

/** So many topic names are remembered, then all are forgotten. */
const NAME_LIMIT = 16_384;
const FIRST_NAMES = 256;
/** Longer names, in characters, are not remembered. */
const LENGTH_LIMIT = 256;

/** Looking up names that are not there costs a fifth of matching them: after so many of them without hits ... */
const MISSES = 32;
/** ... so many names are matched without a look. */
const PAUSE = 1024;
/** What a hit saves is worth the look-up of so many names that are not there. */
const HIT_WORTH = 2;

/** One name in so many is remembered when it is first seen; the others when they are seen again. */
const KEPT_AT_ONCE = 8;
const SIGHTINGS = 4096;

/** Bytes that an entry of the Map takes with its string, roughly. */
const BYTES_PER_NAME = 140;

/** Results by topic name. */
export class TextCache {
  readonly results: ResultCache;
  private readonly entryOf = new Map<string, number>();
  private readonly sightings = new Int32Array(SIGHTINGS);
  private missesLeft = MISSES;
  private pause = 0;
  private turn = 0;

  constructor(changes: Changes) {
    this.results = new ResultCache(changes, FIRST_NAMES);
  }

  get bytes(): number {
    return this.results.bytes + this.sightings.byteLength + this.entryOf.size * BYTES_PER_NAME;
  }

  /** Where the entry of a topic name starts, or -1 if it has none. */
  find(text: string): number {
    if (this.pause > 0) {
      this.pause--;
      return -1;
    }
    const at = this.entryOf.get(text);
    if (at === undefined) {
      if (--this.missesLeft === 0) {
        this.missesLeft = MISSES;
        this.pause = PAUSE;
      }
      return -1;
    }
    if (this.missesLeft < MISSES) this.missesLeft += HIT_WORTH;
    return at;
  }

  /**
   * Makes an entry for a topic name without one, which lies at INPUT, `length` bytes long. Returns where it starts, or -1
   * if the name is not to be remembered (yet).
   */
  add(text: string, memory: FilterMemory, length: number): number {
    if (this.pause > 0 || text.length > LENGTH_LIMIT || !this.isWorthIt(text)) return -1;
    if (this.entryOf.size === NAME_LIMIT) this.clear();
    // not the caller's string: that may be a slice, which keeps the whole text it was cut from in memory
    const name = readText(memory, length);
    // a lone surrogate was written as U+FFFD
    const known = this.entryOf.get(name);
    if (known !== undefined) return known;
    const index = this.entryOf.size;
    if (index << ENTRY_SHIFT === this.results.entries.length) this.results.grow(index * 2);
    this.entryOf.set(name, index << ENTRY_SHIFT);
    return index << ENTRY_SHIFT;
  }

  clear(): void {
    this.entryOf.clear();
    this.results.clear();
  }

  private isWorthIt(text: string): boolean {
    const { length } = text;
    const last = Math.imul(text.charCodeAt(length - 1) + length * 64, 0x9e3779b1);
    const sight =
      last ^ Math.imul(text.charCodeAt(length - 2) ^ (text.charCodeAt(length >> 1) << 8), 0x85ebca6b);
    const place = sight >>> 20;
    const isKnown = this.sightings[place] === sight;
    this.sightings[place] = sight;
    return isKnown || ++this.turn % KEPT_AT_ONCE === 0;
  }
}
