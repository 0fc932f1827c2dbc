import {
  BATCH,
  BATCH_LIMIT,
  BUCKET_COUNT,
  HEADER_CHANGED_BUCKET,
  HEADER_GROUP_TABLE_BYTES,
  HEADER_USED,
  HEADER_VISITED,
  HIDE_DOLLAR_TOPICS,
  INPUT,
  INPUT_LIMIT,
  MOVED,
  RESULT_HEADER,
  RESULT_HEADER_WORDS,
  RESULTS,
} from '../../assembly/filters/layout.ts';
import { createFilterTable } from '../../src/kernel/filters/choice.ts';
import type { FilterTable, FilterTableOptions } from '../../src/kernel/filters/filter-table.ts';
import type { KernelName } from '../../src/kernel/kernel.ts';
import { hasWebAssembly } from '../../src/kernel/wasm.ts';
import { describeSubscriptions } from './naive.ts';

const SIDE_BY_SIDE = 'wasm, side by side';
export type Way = KernelName | typeof SIDE_BY_SIDE;

/** The kernels that run here. */
export const KERNELS: readonly KernelName[] = hasWebAssembly() ? ['wasm', 'js'] : ['js'];

/** The same, and the one in WebAssembly as it works with large tables: the topics of a batch side by side. */
export const WAYS: readonly Way[] = hasWebAssembly() ? [...KERNELS, SIDE_BY_SIDE] : KERNELS;

const encoder = new TextEncoder();

/** What a match has found: where the subscriptions lie, and the topic's six buckets. */
export interface Found {
  pairs: [address: number, count: number][];
  buckets: [
    first: number,
    firstTwo: number,
    firstThree: number,
    whole: number,
    second: number,
    third: number,
  ];
}

/** A filter table driven by strings. */
export class TextTable {
  readonly table: FilterTable;

  constructor(way: Way, options: Partial<FilterTableOptions> = {}) {
    const name = way === SIDE_BY_SIDE ? 'wasm' : way;
    this.table = createFilterTable(name, { resultLimit: 4096, ...options });
    if (way === SIDE_BY_SIDE) this.setWord(HEADER_GROUP_TABLE_BYTES, 0);
  }

  get name(): KernelName {
    return this.table.name;
  }

  /** A word of the memory. */
  word(address: number): number {
    return this.table.memory.words[address >> 2];
  }

  setWord(address: number, value: number): void {
    this.table.memory.words[address >> 2] = value;
  }

  get changedBucket(): number {
    return this.word(HEADER_CHANGED_BUCKET);
  }

  get visited(): number {
    return this.word(HEADER_VISITED);
  }

  add(filter: string, subscriber: number, options = 0): number {
    return this.table.add(this.write(filter), subscriber, options);
  }

  remove(filter: string, subscriber: number): number {
    return this.table.remove(this.write(filter), subscriber);
  }

  /** The options of a subscription. */
  find(filter: string, subscriber: number): number | undefined {
    const address = this.table.find(this.write(filter), subscriber);
    return address === 0 ? undefined : this.word(address);
  }

  /** `offset`: bytes from the start of INPUT to where the topic is placed; `garbage` fills what lies around it. */
  match(topic: string, { hideDollar = true, offset = 0, garbage = 0 } = {}): Found {
    const { bytes } = this.table.memory;
    const text = encoder.encode(topic);
    bytes.fill(garbage, INPUT, Math.min(INPUT + offset + text.length + 32, INPUT + INPUT_LIMIT));
    bytes.set(text, INPUT + offset);
    const count = this.table.match(INPUT + offset, text.length, hideDollar ? HIDE_DOLLAR_TOPICS : 0);
    const found = this.read(RESULT_HEADER, RESULTS);
    if (found.pairs.length !== count)
      throw new Error(`${count} results, but ${found.pairs.length} in the header`);
    return found;
  }

  /** Matches all topics in batches, one text right behind the other. */
  matchAll(topics: readonly string[], hideDollar = true): Found[] {
    const found: Found[] = [];
    for (let first = 0; first < topics.length; ) {
      const end = this.writeBatch(topics, first);
      for (let at = 0; at < end - first; ) {
        const next = this.table.matchBatch(at, end - first, hideDollar ? HIDE_DOLLAR_TOPICS : 0);
        if (next <= at) throw new Error('a batch makes no progress');
        let address = RESULTS;
        for (; at < next; at++) {
          const one = this.read(address, address + RESULT_HEADER_WORDS * 4);
          address += RESULT_HEADER_WORDS * 4 + one.pairs.length * 8;
          found.push(one);
        }
      }
      first = end;
    }
    return found;
  }

  /** What a match found, as `NaiveTable.match` tells it. */
  subscriptionsOf({ pairs }: Found): string[] {
    return pairs
      .map(([address, count]) => describeSubscriptions(this.subscriptionsAt(address, count)))
      .sort();
  }

  subscriptionsAt(address: number, count: number): [subscriber: number, options: number][] {
    return Array.from({ length: count }, (_, i) => [
      this.word(address + i * 8),
      this.word(address + i * 8 + 4),
    ]);
  }

  clear(): void {
    this.table.clear();
  }

  private write(text: string): number {
    const bytes = encoder.encode(text);
    this.table.memory.bytes.set(bytes, INPUT);
    return bytes.length;
  }

  private writeBatch(topics: readonly string[], first: number): number {
    const { bytes, words } = this.table.memory;
    let address = INPUT;
    let at = first;
    for (; at < topics.length && at - first < BATCH_LIMIT; at++) {
      const text = encoder.encode(topics[at]);
      if (address + text.length > INPUT + INPUT_LIMIT) break;
      bytes.set(text, address);
      words[(BATCH >> 2) + (at - first) * 2] = address;
      words[(BATCH >> 2) + (at - first) * 2 + 1] = text.length;
      address += text.length;
    }
    return at;
  }

  private read(header: number, start: number): Found {
    const buckets = [4, 8, 12].map((offset) => this.word(header + offset));
    return {
      pairs: Array.from({ length: this.word(header) }, (_, i) => [
        this.word(start + i * 8),
        this.word(start + i * 8 + 4),
      ]),
      buckets: buckets.flatMap((two) => [two & 0xffff, two >>> 16]) as Found['buckets'],
    };
  }
}

/** HEADER_USED of a table without filters, which may keep its first hash tables once it has had some. */
export function usedWhenEmpty(table: TextTable): number {
  for (const filter of ['a', 'a/+']) {
    table.add(filter, 1);
    table.remove(filter, 1);
  }
  return table.word(HEADER_USED);
}

/**
 * A cache of results as it is built on the contract: a change drops what has the changed bucket among its own, MOVED
 * everything.
 */
export class ResultCache {
  private readonly generations = new Uint32Array(BUCKET_COUNT);
  private readonly entries = new Map<string, { found: Found; sum: number }>();
  readonly table: TextTable;
  hits = 0;

  constructor(table: TextTable) {
    this.table = table;
  }

  /** To be called after each change, with what it answered. */
  changed(answer: number): void {
    this.generations[this.table.changedBucket]++;
    if ((answer & MOVED) !== 0) this.generations[0]++;
  }

  /** The subscriptions that match, by addresses found earlier if they are still good. */
  match(topic: string): string[] {
    let entry = this.entries.get(topic);
    if (entry !== undefined && entry.sum === this.sumOf(entry.found)) this.hits++;
    else {
      const found = this.table.match(topic);
      entry = { found, sum: this.sumOf(found) };
      this.entries.set(topic, entry);
    }
    return this.table.subscriptionsOf(entry.found);
  }

  forget(): void {
    this.entries.clear();
  }

  private sumOf({ buckets }: Found): number {
    return buckets.reduce((sum, bucket) => sum + this.generations[bucket], this.generations[0]);
  }
}
