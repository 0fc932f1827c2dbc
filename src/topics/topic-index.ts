import {
  HEADER_EXACT_COUNT,
  HEADER_HIGH_WATER,
  HEADER_USED,
  HEADER_WILDCARD_COUNT,
  HIDE_DOLLAR_TOPICS,
  INPUT,
  RESULTS,
} from '../../assembly/filters/layout.ts';
import { createFilterTable } from '../kernel/filters/choice.ts';
import type { FilterTable } from '../kernel/filters/filter-table.ts';
import type { KernelName } from '../kernel/kernel.ts';
import { Changes } from './changes.ts';
import { topicIndexSettings } from './index-options.ts';
import { writeBytes, writeText } from './input.ts';
import { listed, merged } from './lists.ts';
import { ManyMatcher } from './match-many.ts';
import { isShared } from './names.ts';
import { COUNT, ENTRY_SHIFT, ITEMS, type ResultCache } from './result-cache.ts';
import { optionsWord, storedSubscription } from './subscription-options.ts';
import { Subscriptions } from './subscriptions.ts';
import { TextCache } from './text-cache.ts';
import { TopicIdCache } from './topic-id-cache.ts';
import type {
  ListedSubscription,
  MatchOptions,
  MergedSubscription,
  StoredSubscription,
  SubscriptionOptions,
  TopicIndexMemory,
  TopicIndexOptions,
  TopicSource,
  Visit,
  VisitMany,
} from './types.ts';
import { type TopicName, Visits } from './visits.ts';

/** What a filter takes, with its share of the index's tables, rounded up. */
const BYTES_PER_FILTER = 150;

/** Word where the pairs of a single match start. */
const RESULTS_WORD = RESULTS >> 2;

/**
 * Topic filters and who subscribes to them: finds the subscribers of a topic name (MQTT 4.7, 4.8.2). Subscribers may be
 * any values; one that subscribes with several filters that match is visited once for each.
 *
 * ```ts
 * const index = new TopicIndex<Client>();
 * index.subscribe('sensors/+/temperature', client, { qos: 1 });
 * index.match('sensors/7/temperature', (client, { qos }) => client.send(message, qos));
 * ```
 *
 * A visitor may do anything with the index. It goes on with the subscriptions that matched when the visit began, except
 * those of subscribers that have none at all any more. What a visitor throws comes out of `match`.
 */
export class TopicIndex<S> {
  private readonly table: FilterTable;
  private readonly matchBits: number;
  private readonly changes = new Changes();
  private readonly subscriptions: Subscriptions<S>;
  private readonly visits: Visits<S>;
  private readonly many: ManyMatcher<S>;
  private readonly ids: TopicIdCache;
  private readonly texts: TextCache;

  /** Throws MqttError for an option that is none, and an Error when the kernel that is asked for does not run here. */
  constructor(options: TopicIndexOptions<S> = {}) {
    const settings = topicIndexSettings(options);
    this.table = createFilterTable(settings.kernel, {
      // a node has at most the subscriptions that end there and those of #; a filter without a wildcard comes on top
      resultLimit: settings.maxVisitedNodes * 2 + 1,
      reserve: settings.expectedFilters * BYTES_PER_FILTER,
    });
    this.matchBits = settings.hideDollarTopics ? HIDE_DOLLAR_TOPICS : 0;
    this.subscriptions = new Subscriptions(this.table, this.changes, settings);
    const { subscribers, groups } = this.subscriptions;
    this.visits = new Visits(this.table.memory, subscribers, groups, settings.isAvailable);
    this.many = new ManyMatcher(this.table, this.visits, this.changes, this.matchBits);
    this.ids = new TopicIdCache(this.table, this.changes, this.matchBits);
    this.texts = new TextCache(this.changes);
  }

  /** The kernel in use: `wasm` or `js`. */
  get kernelName(): KernelName {
    return this.table.name;
  }

  /** Number of subscriptions, members of share groups included. */
  get size(): number {
    return this.subscriptions.size;
  }

  /** Number of distinct topic filters, `$share/<share name>/` aside. */
  get filterCount(): number {
    const { words } = this.table.memory;
    return words[HEADER_EXACT_COUNT >> 2] + words[HEADER_WILDCARD_COUNT >> 2];
  }

  /** Number of distinct subscribers. */
  get subscriberCount(): number {
    return this.subscriptions.subscribers.size;
  }

  /**
   * Adds a subscription, or replaces the options of the same subscriber's subscription with the same filter
   * (MQTT-3.8.4-3). Returns whether it is new. `$share/<share name>/<topic filter>` makes the subscriber a member of a
   * share group, of which one gets each message.
   *
   * Throws MqttError, and has changed nothing then: what `validateTopicFilter` finds; SHARED_SUBSCRIPTION_NO_LOCAL,
   * SUBSCRIPTION_QOS, PROPERTY_VALUE or FIELD_INVALID for the options; and with reason code 0x97 (quota exceeded)
   * FILTER_LEVELS, FILTER_WILDCARDS or FILTER_VISITS beyond `maxLevels`, `maxSingleLevelWildcards` or
   * `maxVisitedNodes`, and INDEX_FULL when memory is used up or there are 4,194,303 subscribers.
   */
  subscribe(filter: string, subscriber: S, options?: SubscriptionOptions): boolean {
    const isNew = this.subscriptions.add(filter, subscriber, optionsWord(options, isShared(filter)));
    this.settle();
    return isNew;
  }

  /**
   * Removes a subscription; filters are compared as text (MQTT-3.10.4-1). Returns whether there was one. Throws MqttError
   * for what `validateTopicFilter` finds.
   */
  unsubscribe(filter: string, subscriber: S): boolean {
    const wasThere = this.subscriptions.remove(filter, subscriber);
    this.settle();
    return wasThere;
  }

  /** The options of a subscription, or `undefined` if there is none. Throws MqttError as `unsubscribe` does. */
  subscription(filter: string, subscriber: S): StoredSubscription | undefined {
    const word = this.subscriptions.find(filter, subscriber);
    return word === undefined ? undefined : storedSubscription(word);
  }

  /** Removes all subscriptions. The memory stays reserved. */
  clear(): void {
    this.subscriptions.clear();
    this.settle();
  }

  /**
   * Visits the subscribers of a topic name: text, its UTF-8 bytes, or a `Decoder` that stands at a PUBLISH, which is the
   * fastest. Returns the number of subscriptions visited; one of each share group counts.
   *
   * Does not look whether the name is one, and never throws by itself: `validateTopicName` tells. A wildcard in it, or
   * nothing at all, is compared as the text that it is; more than 65,535 bytes match nothing. A decoder that stands at no
   * PUBLISH, or at one whose topic is left to a topic alias, matches nothing: pass the topic that the alias stands for.
   */
  match(topic: string | Uint8Array | TopicSource, visit: Visit<S>, options?: MatchOptions): number {
    return this.find(topic, visit, options);
  }

  /**
   * Visits the subscribers of `count` topic names that lie in `bytes`, in their order; `positions` holds start and end of
   * each. Takes less time than matching them one by one. Names whose positions are none match nothing. A change that a
   * visitor makes counts from the next topic name on. Returns the number of subscriptions visited.
   */
  matchMany(
    bytes: Uint8Array,
    positions: Int32Array,
    count: number,
    visit: VisitMany<S>,
    options?: MatchOptions,
  ): number {
    return this.many.match(bytes, positions, count, visit, options?.publisher);
  }

  /** The subscribers that `match` visits, in no particular order. */
  subscribers(topic: string | Uint8Array | TopicSource, options?: MatchOptions): S[] {
    const list: S[] = [];
    this.find(topic, list, options);
    return list;
  }

  /** What `match` visits, as a list in no particular order. */
  list(topic: string | Uint8Array | TopicSource, options?: MatchOptions): ListedSubscription<S>[] {
    const list: ListedSubscription<S>[] = [];
    this.match(topic, (subscriber, subscription) => list.push(listed(subscriber, subscription)), options);
    return list;
  }

  /** The same with the overlapping subscriptions of each subscriber merged into one (MQTT5 section 3.3.4). */
  listDistinct(topic: string | Uint8Array | TopicSource, options?: MatchOptions): MergedSubscription<S>[] {
    return merged(this.list(topic, options));
  }

  /** What the index holds, and the memory it takes in bytes. */
  memoryUsage(): TopicIndexMemory {
    const { bytes, words } = this.table.memory;
    const { groups, shapes, subscribers } = this.subscriptions;
    return {
      filters: this.filterCount,
      subscriptions: this.size,
      subscribers: subscribers.size,
      sharedGroups: groups.size,
      visitedNodes: shapes.size,
      used: words[HEADER_USED >> 2],
      highWater: words[HEADER_HIGH_WATER >> 2],
      reserved: bytes.length,
      javascript: {
        subscribers: subscribers.bytes,
        sharedGroups: groups.bytes,
        caches: this.ids.bytes + this.texts.bytes,
        tables: this.visits.bytes + this.many.bytes + shapes.bytes + this.changes.bytes,
      },
    };
  }

  /**
   * Number of the last change of any subscription. It starts again from 1 after half a billion.
   * @internal
   */
  get epoch(): number {
    return this.changes.epoch;
  }

  /**
   * For what is kept by topic id outside: a number that is another one when the subscribers of that topic have changed; -1
   * when that is not known.
   * @internal
   */
  stateOf(source: TopicSource, id: number): number {
    const { ids } = this;
    const at = id << ENTRY_SHIFT;
    return ids.knows(source) && ids.results.isCurrent(at) ? ids.results.stampOf(at) : -1;
  }

  /**
   * As `match`, but without choosing from share groups, of which any member is visited.
   * @internal
   */
  survey(topic: string | TopicSource, visit: Visit<S>): void {
    this.visits.isSurvey = true;
    try {
      this.find(topic, visit);
    } finally {
      this.visits.isSurvey = false;
    }
  }

  /**
   * Whether there is a subscription of that subscriber.
   * @internal
   */
  hasSubscriber(subscriber: S): boolean {
    return this.subscriptions.subscribers.find(subscriber) !== 0;
  }

  private find(
    topic: string | Uint8Array | TopicSource,
    visit: Visit<S> | S[],
    options?: MatchOptions,
  ): number {
    const publisher = options?.publisher;
    if (typeof topic === 'string') return this.matchText(topic, visit, publisher);
    const { topicId } = topic as TopicSource;
    if (topicId >= 0) return this.matchId(topic as TopicSource, topicId, visit, publisher);
    if (topicId === undefined) return this.matchBytes(topic as Uint8Array, visit, publisher);
    const text = (topic as TopicSource).topic;
    return text === '' ? 0 : this.matchText(text, visit, publisher);
  }

  private matchId(
    source: TopicSource,
    id: number,
    visit: Visit<S> | S[],
    publisher: string | undefined,
  ): number {
    const { ids } = this;
    ids.looks++;
    if (!ids.knows(source)) {
      // not a decoder: what its ids stand for, only it knows
      if (source.topicKernel === undefined) return this.matchText(source.topic, visit, publisher);
      ids.startOver(source);
    }
    const at = id << ENTRY_SHIFT;
    const isThere = ids.results.isCurrent(at) || ids.fill(source, id);
    return isThere
      ? this.visitKept(ids.results, at, visit, source, publisher)
      : this.visitResults(ids.count, visit, source, publisher);
  }

  private matchText(text: string, visit: Visit<S> | S[], publisher: string | undefined): number {
    const { texts } = this;
    const { results } = texts;
    let at = texts.find(text);
    if (at >= 0 && results.isCurrent(at)) return this.visitKept(results, at, visit, text, publisher);
    const { memory } = this.table;
    const length = writeText(memory, text);
    if (length < 0) return 0;
    const count = this.table.match(INPUT, length, this.matchBits);
    if (at < 0) at = texts.add(text, memory, length);
    if (at >= 0) results.putSingle(at, memory.words);
    return this.visitResults(count, visit, text, publisher);
  }

  private matchBytes(bytes: Uint8Array, visit: Visit<S> | S[], publisher: string | undefined): number {
    const length = writeBytes(this.table.memory, bytes);
    if (length < 0) return 0;
    return this.visitResults(this.table.match(INPUT, length, this.matchBits), visit, bytes, publisher);
  }

  private visitResults(
    count: number,
    visit: Visit<S> | S[],
    topic: TopicName,
    publisher: string | undefined,
  ): number {
    return this.visits.run(this.table.memory.words, RESULTS_WORD, count, visit, topic, publisher);
  }

  private visitKept(
    results: ResultCache,
    at: number,
    visit: Visit<S> | S[],
    topic: TopicName,
    publisher: string | undefined,
  ): number {
    const { entries } = results;
    const count = entries[at + COUNT];
    if (count === 0) return 0;
    if (count === 1) return this.visits.runItems(entries, at + ITEMS, 1, visit, topic, publisher);
    const items = entries[at + ITEMS];
    if (count > 0) return this.visits.runItems(results.arena, items, count, visit, topic, publisher);
    if (count === ~1) return this.visits.run(entries, at + ITEMS, 1, visit, topic, publisher);
    return this.visits.run(results.arena, items, ~count, visit, topic, publisher);
  }

  private settle(): void {
    this.visits.settle();
    if (!this.changes.isExhausted) return;
    this.changes.startOver();
    this.ids.forget();
    this.texts.clear();
  }
}
