import type { FilterMemory } from '../kernel/filters/filter-table.ts';
import { type Choice, hashOf, type SharedGroup } from './shared-group.ts';
import type { SharedGroups } from './shared-groups.ts';
import { SLOT_MASK, type Subscribers } from './subscribers.ts';
import { VisitedSubscription } from './subscription-options.ts';
import type { TopicSource, Visit, VisitMany } from './types.ts';

/** A topic name that lies in larger bytes. */
export interface TopicSlice {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/** A topic name in any of its forms. */
export type TopicName = string | Uint8Array | TopicSource | TopicSlice;

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

function textOf(topic: TopicName): string {
  if (typeof topic === 'string') return topic;
  if (topic instanceof Uint8Array) return decoder.decode(topic);
  return 'topic' in topic ? topic.topic : decoder.decode(topic.bytes.subarray(topic.start, topic.end));
}

/**
 * Calls visitors with the subscriptions of a result. A visitor may do anything with the index: what is still to be visited
 * lies in a stack of words of its own, and slots and numbers that become free in a visit are not used again before its
 * end.
 */
export class Visits<S> {
  private readonly memory: FilterMemory;
  private readonly subscribers: Subscribers<S>;
  private readonly groups: SharedGroups;
  private readonly choice: Choice<S>;
  /** Subscriber's word and options word of each subscription that visits under way have to go through. */
  private stack = new Int32Array(256);
  private top = 0;
  /** Visits under way, and the object that each hands out. */
  private depth = 0;
  private readonly handed: VisitedSubscription[] = [new VisitedSubscription()];

  constructor(
    memory: FilterMemory,
    subscribers: Subscribers<S>,
    groups: SharedGroups,
    isAvailable: ((subscriber: S) => boolean) | undefined,
  ) {
    this.memory = memory;
    this.subscribers = subscribers;
    this.groups = groups;
    this.choice = { objects: subscribers.objects, isAvailable };
  }

  get bytes(): number {
    return this.stack.byteLength;
  }

  /** Lets slots and numbers that became free be used again, unless a visit is under way. */
  settle(): void {
    if (this.depth > 0) return;
    this.subscribers.recycle();
    this.groups.recycle();
  }

  /**
   * Visits the subscriptions of `count` pairs, which lie in `pairs` from word `at` on. `number` is the number of the topic
   * for a `VisitMany`, else -1. Returns how many were visited.
   */
  run(
    pairs: Int32Array,
    at: number,
    count: number,
    visit: Visit<S> | VisitMany<S>,
    number: number,
    topic: TopicName,
    publisher: string | undefined,
  ): number {
    if (count === 0) return 0;
    if (count > 1 || pairs[at + 1] !== 1)
      return this.runAll(pairs, at, count, visit, number, topic, publisher);
    const { words } = this.memory;
    const item = pairs[at] >> 2;
    let word = words[item];
    const subscription = this.begin();
    try {
      subscription.word = words[item + 1];
      subscription.shareName = undefined;
      if (word < 0) {
        word = this.chooseMember(word, this.topicHash(topic), publisher, subscription);
        if (word === 0) return 0;
      }
      const subscriber = this.subscribers.objects[word & SLOT_MASK] as S;
      if (number < 0) (visit as Visit<S>)(subscriber, subscription);
      else (visit as VisitMany<S>)(number, subscriber, subscription);
      return 1;
    } finally {
      this.end();
    }
  }

  private runAll(
    pairs: Int32Array,
    at: number,
    count: number,
    visit: Visit<S> | VisitMany<S>,
    number: number,
    topic: TopicName,
    publisher: string | undefined,
  ): number {
    const { objects } = this.subscribers;
    const bottom = this.top;
    const allWords = this.push(pairs, at, count);
    const { stack, top } = this;
    const hash = allWords < 0 ? this.topicHash(topic) : 0;
    const { removals } = this.subscribers;
    const subscription = this.begin();
    let visited = 0;
    try {
      for (let i = bottom; i < top; i += 2) {
        let word = stack[i];
        subscription.word = stack[i + 1];
        subscription.shareName = undefined;
        if (word < 0) {
          word = this.chooseMember(word, hash, publisher, subscription);
          if (word === 0) continue;
        }
        if (this.subscribers.removals !== removals && !this.subscribers.isCurrent(word)) continue;
        const subscriber = objects[word & SLOT_MASK] as S;
        if (number < 0) (visit as Visit<S>)(subscriber, subscription);
        else (visit as VisitMany<S>)(number, subscriber, subscription);
        visited++;
      }
    } finally {
      this.top = bottom;
      this.end();
    }
    return visited;
  }

  /** Copies the subscriptions to the stack. Returns the words of all subscribers or-ed: negative if one is a group's. */
  private push(pairs: Int32Array, at: number, count: number): number {
    const { words } = this.memory;
    const end = at + count * 2;
    let size = 0;
    for (let pair = at; pair < end; pair += 2) size += pairs[pair + 1] * 2;
    let { top } = this;
    if (top + size > this.stack.length) this.grow(top + size);
    const { stack } = this;
    let allWords = 0;
    for (let pair = at; pair < end; pair += 2) {
      let item = pairs[pair] >> 2;
      const stop = item + pairs[pair + 1] * 2;
      while (item < stop) {
        const word = words[item++];
        allWords |= word;
        stack[top++] = word;
        stack[top++] = words[item++];
      }
    }
    this.top = top;
    return allWords;
  }

  private begin(): VisitedSubscription {
    const depth = this.depth++;
    if (depth === this.handed.length) this.handed.push(new VisitedSubscription());
    return this.handed[depth];
  }

  private end(): void {
    if (--this.depth === 0) this.settle();
  }

  /** Hash of the topic name if any group could want it. */
  private topicHash(topic: TopicName): number {
    return this.groups.hashingTopics > 0 ? hashOf(textOf(topic)) : 0;
  }

  /** The word of the member that gets the message, whose options are set; 0 if the group is gone. */
  private chooseMember(
    word: number,
    topicHash: number,
    publisher: string | undefined,
    subscription: VisitedSubscription,
  ): number {
    const group = this.groups.at(word);
    if (group === undefined) return 0;
    const index = group.choose(hashFor(group, topicHash, publisher), this.choice);
    if (index < 0) return 0;
    subscription.word = group.options[index];
    subscription.shareName = group.name;
    return group.members[index];
  }

  private grow(size: number): void {
    let length = this.stack.length;
    while (length < size) length *= 2;
    const stack = new Int32Array(length);
    stack.set(this.stack.subarray(0, this.top));
    this.stack = stack;
  }
}

function hashFor(group: SharedGroup, topicHash: number, publisher: string | undefined): number {
  if (group.strategy === 'hash-topic') return topicHash;
  return group.strategy === 'hash-client' && publisher !== undefined ? hashOf(publisher) : 0;
}
