import { matches } from '../topics/matches.ts';

/** What a subscriber asked for along with a topic filter (MQTT5 section 3.8.3.1). */
export interface SubscriptionOptions {
  /** Messages that the subscriber published itself are not delivered to it. */
  readonly noLocal: boolean;
  /** The RETAIN flag is delivered as it was published, else as 0. */
  readonly retainAsPublished: boolean;
}

type Subscribers<Subscriber> = Map<Subscriber, SubscriptionOptions>;

const WILDCARD = /[+#]/;

/**
 * Who subscribes to what. Filters without a wildcard are looked up by the topic name, the others are tried one
 * after the other. Filters must be valid.
 */
export class Subscriptions<Subscriber> {
  readonly #exact = new Map<string, Subscribers<Subscriber>>();
  readonly #wildcard = new Map<string, Subscribers<Subscriber>>();
  readonly #filters = new Map<Subscriber, Set<string>>();

  /** Adds a subscription, or replaces the options of the same subscriber's same filter (MQTT-3.8.4-3). */
  subscribe(filter: string, subscriber: Subscriber, options: SubscriptionOptions): void {
    const table = this.#tableFor(filter);
    const subscribers = table.get(filter);
    if (subscribers === undefined) table.set(filter, new Map([[subscriber, options]]));
    else subscribers.set(subscriber, options);
    const filters = this.#filters.get(subscriber);
    if (filters === undefined) this.#filters.set(subscriber, new Set([filter]));
    else filters.add(filter);
  }

  /** Removes a subscription; whether there was one. Filters are compared as text (MQTT-3.10.4-1). */
  unsubscribe(filter: string, subscriber: Subscriber): boolean {
    const filters = this.#filters.get(subscriber);
    if (filters === undefined || !filters.delete(filter)) return false;
    if (filters.size === 0) this.#filters.delete(subscriber);
    this.#remove(filter, subscriber);
    return true;
  }

  /** Removes all subscriptions of a subscriber. */
  removeAll(subscriber: Subscriber): void {
    for (const filter of this.#filters.get(subscriber) ?? []) this.#remove(filter, subscriber);
    this.#filters.delete(subscriber);
  }

  /** Calls `visit` once per subscription that matches the topic: several times for overlapping filters. */
  match(topic: string, visit: (subscriber: Subscriber, options: SubscriptionOptions) => void): void {
    for (const [subscriber, options] of this.#exact.get(topic) ?? []) visit(subscriber, options);
    for (const [filter, subscribers] of this.#wildcard) {
      if (!matches(filter, topic)) continue;
      for (const [subscriber, options] of subscribers) visit(subscriber, options);
    }
  }

  #tableFor(filter: string): Map<string, Subscribers<Subscriber>> {
    return WILDCARD.test(filter) ? this.#wildcard : this.#exact;
  }

  #remove(filter: string, subscriber: Subscriber): void {
    const table = this.#tableFor(filter);
    const subscribers = table.get(filter);
    subscribers?.delete(subscriber);
    if (subscribers?.size === 0) table.delete(filter);
  }
}
