import {
  LARGE_FREE,
  LARGE_FREE_COUNT,
  LARGE_NEXT,
  LARGE_PAGE_COUNT,
  LARGE_PAGES,
  ROUTE_EPOCH,
  SMALL_FREE,
  SMALL_FREE_COUNT,
  SMALL_NEXT,
  SMALL_PAGE_COUNT,
  SMALL_PAGES,
  TOPIC_EPOCH,
} from '../../../assembly/forward/layout.ts';
import { Kernel, type KernelName, type Scan } from '../kernel.ts';
import type { KernelMemory } from '../memory.ts';

/** What the data plane can do besides `scan`; `assembly/forward/` has the contract of each. */
export interface ForwardFunctions {
  readonly scan: Scan;
  /** Appends the PUBLISH of the rows from address `row` to `end` to outboxes; returns the row at which it stopped. */
  forward(row: number, end: number, copied: number, publisher: number, options: number): number;
  /** Appends the PUBLISH of one row to one outbox; returns one of DELIVERED, NOT_DELIVERED and NO_PAGES. */
  deliver(row: number, slot: number, first: number, identifier: number, identifiers: number): number;
  /** Address of `length` bytes at the end of an outbox, which the caller writes; 0 when there is no page left. */
  reserve(slot: number, length: number): number;
  /** The id of the topic name at address `p`, or one of the INTERN_ codes. */
  intern(p: number, length: number): number;
}

/** A kernel with the data plane in its memory behind the codec's. Each Forwarder has one of its own. */
export class ForwardKernel extends Kernel {
  readonly forward: ForwardFunctions['forward'];
  readonly deliver: ForwardFunctions['deliver'];
  readonly reserve: ForwardFunctions['reserve'];
  readonly intern: ForwardFunctions['intern'];

  constructor(name: KernelName, memory: KernelMemory, functions: ForwardFunctions, keys?: Uint32Array) {
    super(name, memory, functions.scan, keys);
    this.forward = functions.forward;
    this.deliver = functions.deliver;
    this.reserve = functions.reserve;
    this.intern = functions.intern;
    const { words } = memory;
    words[SMALL_NEXT >> 2] = SMALL_PAGES;
    words[SMALL_FREE_COUNT >> 2] = SMALL_PAGE_COUNT;
    words[LARGE_NEXT >> 2] = LARGE_PAGES;
    words[LARGE_FREE_COUNT >> 2] = LARGE_PAGE_COUNT;
    // an epoch of 0 is none
    words[ROUTE_EPOCH >> 2] = 1;
    words[TOPIC_EPOCH >> 2] = 1;
  }

  /** Gives a page back. */
  givePage(page: number): void {
    const { words } = this.memory;
    const isLarge = page >= LARGE_PAGES;
    const head = (isLarge ? LARGE_FREE : SMALL_FREE) >> 2;
    words[page >> 2] = words[head];
    words[head] = page;
    words[(isLarge ? LARGE_FREE_COUNT : SMALL_FREE_COUNT) >> 2]++;
  }

  override flushTopics(): void {
    super.flushTopics();
    this.dropRoutes();
    this.memory.words[TOPIC_EPOCH >> 2]++;
  }

  /** Makes all routes none. */
  dropRoutes(): void {
    this.memory.words[ROUTE_EPOCH >> 2]++;
  }
}
