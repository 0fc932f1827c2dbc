import { Branch, DELETED, Entry, levelEnd, levelOf } from './topic-tree-nodes.ts';
import { type Life, Walk } from './topic-tree-walk.ts';
import { validateTopicFilter, validateTopicName } from './validate.ts';

export interface TopicTreeOptions {
  /** Whether topics that begin with `$` stay hidden from filters that begin with a wildcard (MQTT-4.7.2-1); default true. */
  hideDollarTopics?: boolean;
}

export interface PagesOptions {
  /** Nodes of the tree to visit before a page is handed out; default 2,048, about a millisecond. */
  visits?: number;
}

/** About a millisecond in a tree of a million topics, whose nodes are in no processor's cache. */
const PAGE_VISITS = 2048;

/**
 * Topic names with a value each, found by topic filter: what a broker needs for retained messages. The other way round
 * it is `TopicIndex` that finds filters by topic name.
 *
 * ```ts
 * for (const page of retained.pages('sensors/#')) {
 *   for (const [topic, message] of page) send(topic, message);
 *   await setImmediate(); // from node:timers/promises: lets others work, however many topics there are
 * }
 * ```
 *
 * The tree may change while it is walked. A walk reports each topic that was there when it was begun and is not deleted
 * before the walk comes to it, once, with the value that it has then; one that is set anew after it was deleted counts
 * as another.
 *
 * Filters and topics are those of MQTT 4.7. A filter `$share/...` has no meaning here: take the share name off first.
 */
export class TopicTree<V> {
  readonly #hideDollarTopics: boolean;
  // Apart from each other, so that a filter with a leading wildcard does not even meet topics that it must not see.
  #ordinary = new Branch<V>();
  #dollar = new Branch<V>();
  #life: Life = { insertions: 0, over: false };
  #size = 0;

  constructor({ hideDollarTopics = true }: TopicTreeOptions = {}) {
    this.#hideDollarTopics = hideDollarTopics;
  }

  /** Number of topics. */
  get size(): number {
    return this.#size;
  }

  /** Sets the value of a topic. Throws the MqttError that `validateTopicName` finds. */
  set(topic: string, value: V): this {
    const fault = validateTopicName(topic);
    if (fault !== undefined) throw fault;
    let branch = this.#rootOf(topic);
    let start = 0;
    for (;;) {
      const end = levelEnd(topic, start);
      const level = levelOf(topic, start, end);
      let child = branch.get(level);
      if (child === undefined) {
        branch.set(level, this.#insert(topic, value));
        return this;
      }
      if (child instanceof Entry) {
        if (child.topic === topic) {
          child.value = value;
          return this;
        }
        child = split(child, end);
        branch.set(level, child);
      }
      branch = child;
      if (end === topic.length) {
        if (branch.own === undefined) branch.own = this.#insert(topic, value);
        else branch.own.value = value;
        return this;
      }
      start = end + 1;
    }
  }

  /** The value of a topic; `undefined` if there is none. */
  get(topic: string): V | undefined {
    return this.#find(topic)?.value;
  }

  has(topic: string): boolean {
    return this.#find(topic) !== undefined;
  }

  /** Deletes a topic; whether it was there. */
  delete(topic: string): boolean {
    const branches = [this.#rootOf(topic)];
    const levels: string[] = [];
    const entry = takeOut(topic, branches, levels);
    if (entry === undefined) return false;
    entry.since = DELETED;
    this.#size--;
    // a topic that is left alone in a branch takes its place
    for (let i = levels.length - 1; i >= 0; i--) {
      const { last } = branches[i + 1];
      if (last === undefined) break;
      branches[i].set(levels[i], last);
    }
    return true;
  }

  /** Deletes all topics, and ends all walks. */
  clear(): void {
    this.#life.over = true;
    this.#life = { insertions: 0, over: false };
    this.#ordinary = new Branch();
    this.#dollar = new Branch();
    this.#size = 0;
  }

  /**
   * The topics that a filter matches, with their values, in pages that may be empty. A page is handed out after at most
   * `visits` nodes of the tree, so that the caller can let others work; most topics take one visit.
   * Throws the MqttError that `validateTopicFilter` finds.
   */
  pages(filter: string, { visits = PAGE_VISITS }: PagesOptions = {}): Generator<[topic: string, value: V][]> {
    return pagesOf(this.#walk(filter), visits >= 1 ? visits : 1);
  }

  /** The topics that a filter matches, with their values. Throws as `pages` does. */
  match(filter: string): Generator<[topic: string, value: V]> {
    return entriesOf(this.#walk(filter));
  }

  /** All topics with their values, those that begin with `$` included. */
  [Symbol.iterator](): Generator<[topic: string, value: V]> {
    return entriesOf(new Walk([this.#ordinary, this.#dollar], '#', this.#life));
  }

  #walk(filter: string): Walk<V> {
    const fault = validateTopicFilter(filter, 4);
    if (fault !== undefined) throw fault;
    const all = (filter.startsWith('+') || filter.startsWith('#')) && !this.#hideDollarTopics;
    return new Walk(all ? [this.#ordinary, this.#dollar] : [this.#rootOf(filter)], filter, this.#life);
  }

  #rootOf(text: string): Branch<V> {
    return text.startsWith('$') ? this.#dollar : this.#ordinary;
  }

  #insert(topic: string, value: V): Entry<V> {
    this.#size++;
    return new Entry(topic, value, ++this.#life.insertions);
  }

  #find(topic: string): Entry<V> | undefined {
    let branch = this.#rootOf(topic);
    for (let start = 0; ; ) {
      const end = levelEnd(topic, start);
      const child = branch.get(topic.slice(start, end));
      if (child === undefined) return undefined;
      if (child instanceof Entry) return child.topic === topic ? child : undefined;
      if (end === topic.length) return child.own;
      branch = child;
      start = end + 1;
    }
  }
}

/** A branch for a topic that is no longer alone below its level, which ends at `end`. */
function split<V>(entry: Entry<V>, end: number): Branch<V> {
  const branch = new Branch<V>();
  const { topic } = entry;
  if (end === topic.length) branch.own = entry;
  else branch.set(levelOf(topic, end + 1, levelEnd(topic, end + 1)), entry);
  return branch;
}

/** Takes a topic out of its branch; appends the branches on the way from the first to that, and the levels between. */
function takeOut<V>(topic: string, branches: Branch<V>[], levels: string[]): Entry<V> | undefined {
  let [branch] = branches;
  for (let start = 0; ; ) {
    const end = levelEnd(topic, start);
    const level = topic.slice(start, end);
    const child = branch.get(level);
    if (child === undefined) return undefined;
    if (child instanceof Entry) {
      if (child.topic !== topic) return undefined;
      branch.delete(level);
      return child;
    }
    branches.push(child);
    levels.push(level);
    if (end === topic.length) {
      const { own } = child;
      child.own = undefined;
      return own;
    }
    branch = child;
    start = end + 1;
  }
}

function* pagesOf<V>(walk: Walk<V>, visits: number): Generator<[topic: string, value: V][]> {
  for (let more = true; more; ) {
    const page: [topic: string, value: V][] = [];
    more = walk.advance(visits, page);
    yield page;
  }
}

function* entriesOf<V>(walk: Walk<V>): Generator<[topic: string, value: V]> {
  const found: [topic: string, value: V][] = [];
  while (walk.advance(1, found)) {
    const entry = found.pop();
    if (entry !== undefined) yield entry;
  }
}
