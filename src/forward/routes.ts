import {
  ENTRY_NO_LOCAL,
  ENTRY_QOS_SHIFT,
  ENTRY_RETAIN_AS_PUBLISHED,
  ENTRY_SIZE,
  IDENTIFIERS_LIMIT,
  ROUTE_ARENA,
  ROUTE_ARENA_END,
  ROUTE_COUNT,
  ROUTE_ENTRIES,
  ROUTE_EPOCH,
  ROUTE_FOR_HOST,
  ROUTE_SHIFT,
  ROUTES,
} from '../../assembly/forward/layout.ts';
import { TOPIC_LIMIT } from '../../assembly/layout.ts';
import type { ForwardKernel } from '../kernel/forward/forward-kernel.ts';
import type { TopicIndex } from '../topics/topic-index.ts';
import type { TopicSource } from '../topics/types.ts';
import { Deliveries } from './deliveries.ts';
import { encodeIdentifiers } from './identifiers.ts';
import type { Receiver } from './receiver.ts';

const ENTRIES_WORD = ROUTE_ENTRIES >> 2;
const COUNT_WORD = ROUTE_COUNT >> 2;

/** A longer route is found anew for each message: it would push all others out. */
const LARGEST_ROUTE = (ROUTE_ARENA_END - ROUTE_ARENA) >> 5;

/** Topic ids whose routes are looked at together when the index has changed. */
const LOOK_AHEAD = 64;

/**
 * The forwarding table: for each topic id of the kernel, the receivers that the TopicIndex names, in the kernel's memory. A
 * route is made when the first message for it comes, and stays until the index says that its subscribers have changed.
 */
export class Routes {
  private readonly kernel: ForwardKernel;
  private readonly index: TopicIndex<Receiver>;
  private readonly inspectTopic: ((topic: string) => boolean) | undefined;
  /** State of the index, by topic id, that the routes were made of; -1 if it cannot be told whether they are still good. */
  private readonly states = new Float64Array(TOPIC_LIMIT).fill(-1);
  private readonly ids = new Int32Array(LOOK_AHEAD + 1);
  /** Change of the index that all routes of the current epoch take into account. */
  private change: number;
  private topicGeneration: number;
  private next = ROUTE_ARENA;
  /** Where the encoded form of a single subscription identifier is. */
  private readonly identifiers = new Map<number, number>();
  private readonly deliveries = new Deliveries();

  constructor(
    kernel: ForwardKernel,
    index: TopicIndex<Receiver>,
    inspectTopic: ((topic: string) => boolean) | undefined,
  ) {
    this.kernel = kernel;
    this.inspectTopic = inspectTopic;
    this.index = index;
    this.change = index.epoch;
    this.topicGeneration = kernel.topicGeneration;
  }

  /** Sees to it that no route is used that a change has made wrong. Costs nothing while nothing changes. */
  refresh(): void {
    const { change, index, kernel } = this;
    if (index.epoch === change) return;
    this.change = index.epoch;
    kernel.dropRoutes();
  }

  /** Whether the receivers of a topic are found anew for each message, as far as that is known. */
  isForHost(id: number): boolean {
    const { words } = this.kernel.memory;
    const route = (ROUTES + (id << ROUTE_SHIFT)) >> 2;
    return words[route] === words[ROUTE_EPOCH >> 2] && words[route + COUNT_WORD] === ROUTE_FOR_HOST;
  }

  /** Makes all routes none, where a receiver has gone without unsubscribing. */
  forget(): void {
    this.states.fill(-1);
    this.kernel.dropRoutes();
  }

  /** Makes the route of the topic that `source` is at, and renews those of the rows behind it that are still good. */
  install(source: TopicSource & { collectTopics(into: Int32Array, limit: number): number }): void {
    const { kernel, states } = this;
    if (this.topicGeneration !== kernel.topicGeneration) {
      this.topicGeneration = kernel.topicGeneration;
      states.fill(-1);
    }
    if (!this.renew(source, source.topicId)) this.make(source);
    const count = source.collectTopics(this.ids, LOOK_AHEAD);
    for (let i = 1; i < count; i++) this.renew(source, this.ids[i]);
  }

  private renew(source: TopicSource, id: number): boolean {
    const state = this.states[id];
    if (state < 0 || this.index.stateOf(source, id) !== state) return false;
    const { words } = this.kernel.memory;
    words[(ROUTES + (id << ROUTE_SHIFT)) >> 2] = words[ROUTE_EPOCH >> 2];
    return true;
  }

  private make(source: TopicSource): void {
    const { deliveries, index, kernel } = this;
    deliveries.clear();
    index.survey(source, deliveries.add);
    const id = source.topicId;
    let { count } = deliveries;
    const isForHost = deliveries.hasShared || this.inspectTopic?.(source.topic) === true;
    if (isForHost || count > LARGEST_ROUTE) count = ROUTE_FOR_HOST;
    const { words } = kernel.memory;
    const route = (ROUTES + (id << ROUTE_SHIFT)) >> 2;
    if (count > 0) {
      const address = this.write();
      if (address === 0) count = ROUTE_FOR_HOST;
      else words[route + ENTRIES_WORD] = address;
    }
    deliveries.clear();
    words[route] = words[ROUTE_EPOCH >> 2];
    words[route + COUNT_WORD] = count;
    this.states[id] = index.stateOf(source, id);
  }

  /** Writes the entries; returns their address, or 0 when they take more than the kernel has room for. */
  private write(): number {
    const { count, list } = this.deliveries;
    let size = count * ENTRY_SIZE;
    for (let i = 0; i < count; i++) size += identifiersSize(list[i].identifiers.length);
    if (size > (ROUTE_ARENA_END - ROUTE_ARENA) >> 1) return 0;
    if (this.next + size > ROUTE_ARENA_END) this.startOver();
    const { words } = this.kernel.memory;
    const address = this.next;
    this.next += count * ENTRY_SIZE;
    let word = address >> 2;
    for (let i = 0; i < count; i++) {
      const { identifiers, noLocal, qos, receiver, retainAsPublished } = list[i];
      words[word] =
        receiver.slot |
        (qos << ENTRY_QOS_SHIFT) |
        (noLocal ? ENTRY_NO_LOCAL : 0) |
        (retainAsPublished ? ENTRY_RETAIN_AS_PUBLISHED : 0);
      const at = identifiers.length === 0 ? 0 : this.writeIdentifiers(identifiers);
      if (at < 0) return 0;
      words[word + 1] = at;
      word += ENTRY_SIZE >> 2;
    }
    return address;
  }

  private writeIdentifiers(identifiers: readonly number[]): number {
    const known = identifiers.length === 1 ? this.identifiers.get(identifiers[0]) : undefined;
    if (known !== undefined) return known;
    const { bytes, words } = this.kernel.memory;
    const address = this.next;
    const end = encodeIdentifiers(bytes, address + 4, identifiers);
    if (end - address - 4 > IDENTIFIERS_LIMIT) return -1;
    words[address >> 2] = end - address - 4;
    this.next = (end + 3) & ~3;
    if (identifiers.length === 1) this.identifiers.set(identifiers[0], address);
    return address;
  }

  /** The memory for routes is full: all of them are dropped, and made again when they are needed. */
  private startOver(): void {
    this.forget();
    this.identifiers.clear();
    this.next = ROUTE_ARENA;
  }
}

/** Bytes that so many subscription identifiers take at most, with their length. */
function identifiersSize(count: number): number {
  return count === 0 ? 0 : 8 + count * 5;
}
