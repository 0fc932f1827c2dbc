import {
  BATCH,
  BATCH_LIMIT,
  INPUT,
  INPUT_LIMIT,
  RESULT_HEADER_WORDS,
  RESULTS,
} from '../../assembly/filters/layout.ts';
import type { FilterTable } from '../kernel/filters/filter-table.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { copyTopicText } from '../kernel/topic-text.ts';
import type { Changes } from './changes.ts';
import { ENTRY_SHIFT, ResultCache } from './result-cache.ts';
import type { TopicSource } from './types.ts';

const FIRST_IDS = 256;

/** Topics with an id have at most this many bytes, and in INPUT each starts at a multiple of 16. */
const TOPIC_ROOM = 512;

const INPUT_WORD = INPUT >> 2;
const BATCH_WORD = BATCH >> 2;
const RESULTS_WORD = RESULTS >> 2;

/**
 * Results by topic id of the kernel. What is not there is matched in one go together with the topics of the rows that
 * follow.
 */
export class TopicIdCache {
  readonly results: ResultCache;
  /** Times that a result was looked for. */
  looks = 0;
  /** Pairs at RESULTS when `fill` has found no place for them. */
  count = 0;
  private readonly table: FilterTable;
  private readonly options: number;
  private readonly ids = new Int32Array(BATCH_LIMIT + 1);
  /** Whose ids they are, of which generation. */
  private kernel: Kernel | undefined = undefined;
  private generation = -1;
  /**
   * How many topics may be matched ahead. There are two for every look, so that matching ahead stays in proportion also
   * where changes between the rows of one chunk make it useless.
   */
  private ahead = BATCH_LIMIT;
  private looksBefore = 0;

  constructor(table: FilterTable, changes: Changes, options: number) {
    this.table = table;
    this.options = options;
    this.results = new ResultCache(changes, FIRST_IDS);
  }

  get bytes(): number {
    return this.results.bytes + this.ids.byteLength;
  }

  /** Whether the ids of `source` are those of the entries. */
  knows(source: TopicSource): boolean {
    return this.kernel === source.topicKernel && this.generation === source.topicGeneration;
  }

  /** Forgets all, and goes on with the ids of `source`. */
  startOver(source: TopicSource): void {
    this.kernel = source.topicKernel;
    this.generation = source.topicGeneration;
    this.results.clear();
  }

  /**
   * Puts in the results of the topic that `source` is at and of those that follow and are missing. Returns whether the
   * first is there now: there is no place for a large one, which then is at RESULTS.
   */
  fill(source: TopicSource, id: number): boolean {
    const { ids, results } = this;
    this.ahead = Math.min(BATCH_LIMIT, this.ahead + 2 * (this.looks - this.looksBefore));
    this.looksBefore = this.looks;
    const collected = source.collectTopics(ids, this.ahead);
    this.ahead -= collected - 1;
    const count = this.writeMissing(collected);
    if (count > 1) this.matchBatch(count);
    const at = id << ENTRY_SHIFT;
    if (count > 1 && results.isCurrent(at)) return true;
    const { words } = this.table.memory;
    this.count = this.table.match(INPUT, words[BATCH_WORD + 1], this.options);
    results.putSingle(at, words);
    return results.isCurrent(at);
  }

  forget(): void {
    this.results.clear();
  }

  /** Writes the topics that are missing to INPUT, the first in any case, and leaves their ids; returns their number. */
  private writeMissing(collected: number): number {
    const { ids, results } = this;
    const { words } = this.table.memory;
    const kernel = this.kernel as Kernel;
    let input = INPUT_WORD;
    let count = 0;
    for (let i = 0; i < collected && input <= INPUT_WORD + ((INPUT_LIMIT - TOPIC_ROOM) >> 2); i++) {
      const id = ids[i];
      const at = id << ENTRY_SHIFT;
      while (at >= results.entries.length) results.grow(results.entries.length >> (ENTRY_SHIFT - 1));
      if (results.isExpected(at) || results.isCurrent(at)) continue;
      results.expect(at);
      const length = copyTopicText(kernel, id, words, input);
      words[BATCH_WORD + count * 2] = input << 2;
      words[BATCH_WORD + count * 2 + 1] = length;
      input += ((length + 15) >> 4) << 2;
      ids[count++] = id;
    }
    return count;
  }

  private matchBatch(count: number): void {
    const { ids, results, table } = this;
    const { words } = table.memory;
    for (let first = 0; first < count; ) {
      const end = table.matchBatch(first, count, this.options);
      let header = RESULTS_WORD;
      for (; first < end; first++) {
        const pairs = header + RESULT_HEADER_WORDS;
        results.put(ids[first] << ENTRY_SHIFT, words, header, pairs);
        header = pairs + words[header] * 2;
      }
    }
  }
}
