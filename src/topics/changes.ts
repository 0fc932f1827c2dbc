import { BUCKET_ALL, BUCKET_COUNT } from '../../assembly/filters/layout.ts';

/** The largest number of changes that is counted; sums of generations stay within 31 bits so. */
const EPOCH_LIMIT = 0x1fff_ffff;

/**
 * What has changed in a filter table, by the buckets of topics that it concerns. A result that is kept with its topic's
 * buckets and their sum is good as long as the sum is the same: generations only grow.
 */
export class Changes {
  /** Number of changes, from 1 on: while it stays the same, every result stays good. */
  epoch = 1;
  private readonly generations = new Int32Array(BUCKET_COUNT);

  get bytes(): number {
    return this.generations.byteLength;
  }

  /** Counts a change that concerns the topics of a bucket. */
  note(bucket: number): void {
    this.epoch++;
    this.generations[bucket]++;
  }

  /** Counts a change that concerns all topics. */
  noteAll(): void {
    this.note(BUCKET_ALL);
  }

  /** Whether it is time to forget all results, and `startOver`. */
  get isExhausted(): boolean {
    return this.epoch >= EPOCH_LIMIT;
  }

  startOver(): void {
    this.epoch = 1;
    this.generations.fill(0);
  }

  /** The sum for a topic, whose buckets are the three words in the header of its result. */
  sum(first: number, second: number, third: number): number {
    const { generations } = this;
    return (
      generations[BUCKET_ALL] +
      generations[first & 0xffff] +
      generations[first >>> 16] +
      generations[second & 0xffff] +
      generations[second >>> 16] +
      generations[third & 0xffff] +
      generations[third >>> 16]
    );
  }
}
