import type { FilterMemory } from '../kernel/filters/filter-table.ts';
import { type Choice, hashOf, type SharedGroup } from './shared-group.ts';
import type { SharedGroups } from './shared-groups.ts';
import { SLOT_MASK, type Subscribers } from './subscribers.ts';
import { VisitedSubscription } from './subscription-options.ts';
import type { TopicSource, Visit, VisitMany } from './types.ts';
import { VisitStack } from './visit-stack.ts';

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
  /** Nobody is chosen from a share group: any member stands for it. */
  isSurvey = false;
  private readonly groups: SharedGroups;
  private readonly choice: Choice<S>;
  private readonly stack = new VisitStack();
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
    return this.stack.bytes;
  }

  /** Lets slots and numbers that became free be used again, unless a visit is under way. */
  settle(): void {
    if (this.depth > 0) return;
    this.subscribers.recycle();
    this.groups.recycle();
  }

  /**
   * Visits the subscriptions of `count` pairs, which lie in `pairs` from word `at` on. An empty list in the place of a
   * visitor takes the subscribers. Returns how many there were.
   */
  run(
    pairs: Int32Array,
    at: number,
    count: number,
    visit: Visit<S> | S[],
    topic: TopicName,
    publisher: string | undefined,
  ): number {
    if (count === 0) return 0;
    if (typeof visit !== 'function') return this.collect(pairs, at, count, visit, topic, publisher);
    const subscription = this.begin();
    try {
      return this.visitPairs(subscription, pairs, at, count, visit, -1, topic, publisher);
    } finally {
      this.end();
    }
  }

  /** The same for `count` subscriptions that lie in `items` themselves, from word `at` on; at least one. */
  runItems(
    items: Int32Array,
    at: number,
    count: number,
    visit: Visit<S> | S[],
    topic: TopicName,
    publisher: string | undefined,
  ): number {
    const { objects } = this.subscribers;
    const isList = typeof visit !== 'function';
    const subscription = this.begin();
    try {
      const word = items[at];
      if (count === 1 && word >= 0) {
        subscription.word = items[at + 1];
        if (isList) visit.push(objects[word & SLOT_MASK] as S);
        else visit(objects[word & SLOT_MASK] as S, subscription);
        return 1;
      }
      const take: Visit<S> = isList ? (subscriber) => visit.push(subscriber) : visit;
      if (count === 2 && (word | items[at + 2]) >= 0) {
        return this.visitTwo(subscription, items, at, at + 2, take);
      }
      const { stack } = this;
      const bottom = stack.top;
      return stack.push(items, at, at + count * 2) < 0
        ? this.visitMixed(bottom, stack.top, take, -1, topic, publisher, subscription)
        : this.visitPlain(bottom, stack.top, take, subscription);
    } finally {
      this.end();
    }
  }

  /**
   * The same for one or more pairs, between `begin` and `end`. `number` is the number of the topic for a `VisitMany`, else
   * -1.
   */
  visitPairs(
    subscription: VisitedSubscription,
    pairs: Int32Array,
    at: number,
    count: number,
    visit: Visit<S> | VisitMany<S>,
    number: number,
    topic: TopicName,
    publisher: string | undefined,
  ): number {
    if (count > 1 || pairs[at + 1] !== 1) {
      return this.visitAll(subscription, pairs, at, count, visit, number, topic, publisher);
    }
    const { words } = this.memory;
    const item = pairs[at] >> 2;
    const word = words[item];
    subscription.word = words[item + 1];
    if (word < 0) return this.visitGroup(word, this.topicHash(topic), publisher, visit, number, subscription);
    const subscriber = this.subscribers.objects[word & SLOT_MASK] as S;
    if (number < 0) (visit as Visit<S>)(subscriber, subscription);
    else (visit as VisitMany<S>)(number, subscriber, subscription);
    return 1;
  }

  /** Two subscriptions, of no group: common enough to go without the stack, in two thirds of the time. */
  private visitTwo(
    subscription: VisitedSubscription,
    words: Int32Array,
    first: number,
    second: number,
    visit: Visit<S>,
  ): number {
    const { subscribers } = this;
    const { objects, removals } = subscribers;
    const word = words[second];
    const options = words[second + 1];
    subscription.word = words[first + 1];
    visit(objects[words[first] & SLOT_MASK] as S, subscription);
    if (subscribers.removals !== removals && !subscribers.isCurrent(word)) return 1;
    subscription.word = options;
    visit(objects[word & SLOT_MASK] as S, subscription);
    return 2;
  }

  private visitAll(
    subscription: VisitedSubscription,
    pairs: Int32Array,
    at: number,
    count: number,
    visit: Visit<S> | VisitMany<S>,
    number: number,
    topic: TopicName,
    publisher: string | undefined,
  ): number {
    const { stack } = this;
    const bottom = stack.top;
    const allWords = stack.pushPairs(this.memory.words, pairs, at, count);
    const { top } = stack;
    let visited: number;
    if (allWords < 0) {
      visited = this.visitMixed(bottom, top, visit, number, topic, publisher, subscription);
    } else if (number < 0) {
      // loops of their own: a branch in the innermost one takes as long as the rest of it
      visited = this.visitPlain(bottom, top, visit as Visit<S>, subscription);
    } else visited = this.visitPlainOfMany(bottom, top, visit as VisitMany<S>, number, subscription);
    stack.top = bottom;
    return visited;
  }

  /** Puts the subscribers of `count` pairs into an empty list: without a call for each, in four fifths of the time. */
  private collect(
    pairs: Int32Array,
    at: number,
    count: number,
    list: S[],
    topic: TopicName,
    publisher: string | undefined,
  ): number {
    const { words } = this.memory;
    const { objects } = this.subscribers;
    const end = at + count * 2;
    let size = 0;
    for (let pair = at; pair < end; pair += 2) size += pairs[pair + 1];
    // room for all at once: appending one by one takes three times as long
    list.length = size;
    let index = 0;
    for (let pair = at; pair < end; pair += 2) {
      let item = pairs[pair] >> 2;
      for (const stop = item + pairs[pair + 1] * 2; item < stop; item += 2) {
        const word = words[item];
        if (word < 0) {
          // a group may ask anybody about its members
          list.length = 0;
          const append: Visit<S> = (subscriber) => list.push(subscriber);
          return this.run(pairs, at, count, append, topic, publisher);
        }
        list[index++] = objects[word & SLOT_MASK] as S;
      }
    }
    return size;
  }

  /** Visits what lies on the stack when there are no groups in it. */
  private visitPlain(
    bottom: number,
    top: number,
    visit: Visit<S>,
    subscription: VisitedSubscription,
  ): number {
    const { subscribers } = this;
    const stack = this.stack.words;
    const { objects, removals } = subscribers;
    let i = bottom;
    do {
      subscription.word = stack[i + 1];
      visit(objects[stack[i] & SLOT_MASK] as S, subscription);
      i += 2;
    } while (i < top && subscribers.removals === removals);
    let visited = (i - bottom) >> 1;
    for (; i < top; i += 2) {
      if (!subscribers.isCurrent(stack[i])) continue;
      subscription.word = stack[i + 1];
      visit(objects[stack[i] & SLOT_MASK] as S, subscription);
      visited++;
    }
    return visited;
  }

  private visitPlainOfMany(
    bottom: number,
    top: number,
    visit: VisitMany<S>,
    number: number,
    subscription: VisitedSubscription,
  ): number {
    const { subscribers } = this;
    const stack = this.stack.words;
    const { objects, removals } = subscribers;
    let visited = 0;
    for (let i = bottom; i < top; i += 2) {
      if (subscribers.removals !== removals && !subscribers.isCurrent(stack[i])) continue;
      subscription.word = stack[i + 1];
      visit(number, objects[stack[i] & SLOT_MASK] as S, subscription);
      visited++;
    }
    return visited;
  }

  /** The same when there are groups. */
  private visitMixed(
    bottom: number,
    top: number,
    visit: Visit<S> | VisitMany<S>,
    number: number,
    topic: TopicName,
    publisher: string | undefined,
    subscription: VisitedSubscription,
  ): number {
    const { subscribers } = this;
    const stack = this.stack.words;
    const { objects, removals } = subscribers;
    const hash = this.topicHash(topic);
    let visited = 0;
    for (let i = bottom; i < top; i += 2) {
      const word = stack[i];
      if (word < 0) {
        visited += this.visitGroup(word, hash, publisher, visit, number, subscription);
        continue;
      }
      if (subscribers.removals !== removals && !subscribers.isCurrent(word)) continue;
      subscription.word = stack[i + 1];
      const subscriber = objects[word & SLOT_MASK] as S;
      if (number < 0) (visit as Visit<S>)(subscriber, subscription);
      else (visit as VisitMany<S>)(number, subscriber, subscription);
      visited++;
    }
    return visited;
  }

  /** Visits one member of a group. Returns 0 if the group is gone. */
  private visitGroup(
    word: number,
    topicHash: number,
    publisher: string | undefined,
    visit: Visit<S> | VisitMany<S>,
    number: number,
    subscription: VisitedSubscription,
  ): number {
    const group = this.groups.at(word);
    if (group === undefined) return 0;
    const index = this.isSurvey ? 0 : group.choose(hashFor(group, topicHash, publisher), this.choice);
    if (index < 0) return 0;
    const subscriber = this.subscribers.objects[group.members[index] & SLOT_MASK] as S;
    subscription.word = group.options[index];
    subscription.shareName = group.name;
    try {
      if (number < 0) (visit as Visit<S>)(subscriber, subscription);
      else (visit as VisitMany<S>)(number, subscriber, subscription);
    } finally {
      subscription.shareName = undefined;
    }
    return 1;
  }

  /** Begins a visit; the object is handed out until its `end`. */
  begin(): VisitedSubscription {
    const depth = this.depth++;
    if (depth === this.handed.length) this.handed.push(new VisitedSubscription());
    const subscription = this.handed[depth];
    subscription.bottom = this.stack.top;
    return subscription;
  }

  end(): void {
    // also when a visitor has thrown
    this.stack.top = this.handed[--this.depth].bottom;
    if (this.depth === 0) this.settle();
  }

  /** Hash of the topic name if any group could want it. */
  private topicHash(topic: TopicName): number {
    return this.groups.hashingTopics > 0 ? hashOf(textOf(topic)) : 0;
  }
}

function hashFor(group: SharedGroup, topicHash: number, publisher: string | undefined): number {
  if (group.strategy === 'hash-topic') return topicHash;
  return group.strategy === 'hash-client' && publisher !== undefined ? hashOf(publisher) : 0;
}
