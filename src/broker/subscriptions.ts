import type { KernelChoice } from '../kernel/choice.ts';
import { TopicIndex } from '../topics/topic-index.ts';
import type { SubscriptionOptions, Visit } from '../topics/types.ts';

/** Who subscribes to what, with the filters of each subscriber, so that all of them can be removed when it leaves. */
export class Subscriptions<Subscriber> {
  readonly #index: TopicIndex<Subscriber>;
  readonly #filters = new Map<Subscriber, Set<string>>();

  constructor(kernel: KernelChoice) {
    this.#index = new TopicIndex({ kernel });
  }

  /**
   * Adds a subscription, or replaces the options of the same subscriber's same filter (MQTT-3.8.4-3). Throws MqttError
   * when the filter is beyond the limits of the index.
   */
  subscribe(filter: string, subscriber: Subscriber, options: SubscriptionOptions): void {
    this.#index.subscribe(filter, subscriber, options);
    const filters = this.#filters.get(subscriber);
    if (filters === undefined) this.#filters.set(subscriber, new Set([filter]));
    else filters.add(filter);
  }

  /** Removes a subscription; whether there was one. Filters are compared as text (MQTT-3.10.4-1). */
  unsubscribe(filter: string, subscriber: Subscriber): boolean {
    const filters = this.#filters.get(subscriber);
    if (filters === undefined || !filters.delete(filter)) return false;
    if (filters.size === 0) this.#filters.delete(subscriber);
    return this.#index.unsubscribe(filter, subscriber);
  }

  /** Removes all subscriptions of a subscriber. */
  removeAll(subscriber: Subscriber): void {
    for (const filter of this.#filters.get(subscriber) ?? []) this.#index.unsubscribe(filter, subscriber);
    this.#filters.delete(subscriber);
  }

  /** Calls `visit` once per subscription that matches the topic: several times for overlapping filters. */
  match(topic: string, visit: Visit<Subscriber>): void {
    this.#index.match(topic, visit);
  }
}
