import type { KernelName } from '../kernel.ts';

/** The memory of a filter table under its views; `add` may replace them, because the memory grows. */
export interface FilterMemory {
  bytes: Uint8Array;
  words: Int32Array;
}

/**
 * Topic filters with their subscriptions, over a memory laid out as `assembly/filters/layout.ts` says. A filter or
 * topic is handed in as UTF-8 in that memory, a subscription as two words: the subscriber's, never 0, and its options.
 *
 * A result is a pair of words: the address of subscriptions, and how many there are. It holds until the next call of
 * `add`, `remove` or `clear` that changes the subscriptions of that filter or answers MOVED.
 */
export interface FilterTable {
  readonly name: KernelName;
  readonly memory: FilterMemory;
  /**
   * Adds the filter that lies at INPUT with a subscription, or replaces its options; the filter is valid, and has at
   * most LEVEL_LIMIT levels if it has a wildcard. Answers ADDED_ bits and MOVED, or OUT_OF_MEMORY.
   */
  add(length: number, subscriber: number, options: number): number;
  /** Removes a subscription to the filter that lies at INPUT. Answers REMOVED_ bits and MOVED; 0 if there was none. */
  remove(length: number, subscriber: number): number;
  /** Address of the options word of a subscription to the filter that lies at INPUT, or 0. */
  find(length: number, subscriber: number): number;
  /** Matches the topic of `length` bytes at `address`; returns the number of pairs at RESULTS. Never grows the memory. */
  match(address: number, length: number, options: number): number;
  /**
   * Matches the topics of BATCH from `first` to `end`, and writes the header and pairs of each to RESULTS. Returns the
   * topic where it ended because the room for results did.
   */
  matchBatch(first: number, end: number, options: number): number;
  /** Forgets all filters; the memory stays. */
  clear(): void;
}

/** What a filter table is made with. */
export interface FilterTableOptions {
  /** Pairs that a match may have at most. */
  readonly resultLimit: number;
  /** Bytes to reserve for filters from the start. */
  readonly reserve?: number;
  /** Words that key the hash, for tests; else random. */
  readonly keys?: Uint32Array;
}
