import {
  BATCH,
  BATCH_LIMIT,
  INPUT,
  INPUT_LIMIT,
  RESULT_HEADER_WORDS,
  RESULTS,
} from '../../assembly/filters/layout.ts';
import type { FilterTable } from '../kernel/filters/filter-table.ts';
import { MAX_STRING_LENGTH } from '../protocol/limits.ts';
import type { Changes } from './changes.ts';
import type { VisitMany } from './types.ts';
import type { Visits } from './visits.ts';

const INPUT_END = INPUT + INPUT_LIMIT;

/** Topic names with fewer bytes than this between them are copied in one go: a view takes as long as so many bytes. */
const GAP = 512;

/** Matches many topic names that lie in the same bytes. */
export class ManyMatcher<S> {
  private readonly table: FilterTable;
  private readonly visits: Visits<S>;
  private readonly changes: Changes;
  private readonly options: number;
  /** Results that are being visited; a visit that is begun in the middle of another makes its own. */
  private kept: Int32Array | undefined = undefined;

  constructor(table: FilterTable, visits: Visits<S>, changes: Changes, options: number) {
    this.table = table;
    this.visits = visits;
    this.changes = changes;
    this.options = options;
  }

  get bytes(): number {
    return this.kept?.byteLength ?? 0;
  }

  match(
    bytes: Uint8Array,
    positions: Int32Array,
    count: number,
    visit: VisitMany<S>,
    publisher: string | undefined,
  ): number {
    const { changes, visits } = this;
    const topic = { bytes, start: 0, end: 0 };
    let visited = 0;
    let size = BATCH_LIMIT;
    for (let first = 0; first < count; ) {
      const written = this.write(bytes, positions, first, Math.min(count, first + size)) - first;
      if (written === 0) {
        first++;
        continue;
      }
      const matched = this.table.matchBatch(0, written, this.options);
      const results = this.takeResults(matched);
      const { epoch } = changes;
      let header = 0;
      let i = 0;
      // once for all of them: it takes as long as a visit
      const subscription = visits.begin();
      try {
        // what is left is matched anew when a visitor has changed something
        for (; i < matched && changes.epoch === epoch; i++) {
          const at = header + RESULT_HEADER_WORDS;
          const pairs = results[header];
          if (pairs !== 0) {
            const number = first + i;
            topic.start = positions[number * 2];
            topic.end = positions[number * 2 + 1];
            visited += visits.visitPairs(subscription, results, at, pairs, visit, number, topic, publisher);
          }
          header = at + pairs * 2;
        }
      } finally {
        visits.end();
      }
      this.kept = results;
      first += i;
      // in proportion also if each visitor changes something, or each result fills all room
      size = Math.min(BATCH_LIMIT, i * 2);
    }
    return visited;
  }

  /** Copies topic names to INPUT and their places to BATCH, as many as there is room for. Returns the first left out. */
  private write(bytes: Uint8Array, positions: Int32Array, first: number, end: number): number {
    const { memory } = this.table;
    const { words } = memory;
    let input = INPUT;
    let topic = first;
    while (topic < end && isTopic(bytes, positions, topic)) {
      const start = positions[topic * 2];
      let stop = positions[topic * 2 + 1];
      if (stop - start > INPUT_END - input) break;
      let next = topic + 1;
      for (; next < end && isTopic(bytes, positions, next); next++) {
        const gap = positions[next * 2] - stop;
        if (gap < 0 || gap > GAP || positions[next * 2 + 1] - start > INPUT_END - input) break;
        stop = positions[next * 2 + 1];
      }
      memory.bytes.set(bytes.subarray(start, stop), input);
      for (; topic < next; topic++) {
        const place = (BATCH >> 2) + (topic - first) * 2;
        words[place] = input + positions[topic * 2] - start;
        words[place + 1] = positions[topic * 2 + 1] - positions[topic * 2];
      }
      input += stop - start;
    }
    return topic;
  }

  /** Copies the results of `count` topics, headers included, out of the table's memory. */
  private takeResults(count: number): Int32Array {
    const { words } = this.table.memory;
    const start = RESULTS >> 2;
    let end = start;
    for (let i = 0; i < count; i++) end += RESULT_HEADER_WORDS + words[end] * 2;
    let results = this.kept;
    this.kept = undefined;
    if (results === undefined || results.length < end - start) results = new Int32Array((end - start) * 2);
    for (let i = start; i < end; i++) results[i - start] = words[i];
    return results;
  }
}

/** Whether the positions of a topic name are some, and it is not too long. */
function isTopic(bytes: Uint8Array, positions: Int32Array, topic: number): boolean {
  const start = positions[topic * 2];
  const end = positions[topic * 2 + 1];
  return start >= 0 && start <= end && end <= bytes.length && end - start <= MAX_STRING_LENGTH;
}
