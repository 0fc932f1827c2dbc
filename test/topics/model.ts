import { matchesNaively } from './naive.ts';

const SHARE = /^\$share\/[^/]*\//;

/** Subscriptions by filter and subscriber, tried one after the other. */
export class NaiveIndex {
  readonly filters = new Map<string, Map<string, number>>();

  /** Whether the subscription is new. */
  subscribe(filter: string, subscriber: string, identifier: number): boolean {
    const subscribers = this.filters.get(filter) ?? new Map<string, number>();
    this.filters.set(filter, subscribers);
    const isNew = !subscribers.has(subscriber);
    subscribers.set(subscriber, identifier);
    return isNew;
  }

  /** Whether there was such a subscription. */
  unsubscribe(filter: string, subscriber: string): boolean {
    const subscribers = this.filters.get(filter);
    const wasThere = subscribers?.delete(subscriber) ?? false;
    if (subscribers?.size === 0) this.filters.delete(filter);
    return wasThere;
  }

  get size(): number {
    let size = 0;
    for (const subscribers of this.filters.values()) size += subscribers.size;
    return size;
  }

  /** Filters without `$share/<share name>/`. */
  get filterCount(): number {
    return new Set([...this.filters.keys()].map((filter) => filter.replace(SHARE, ''))).size;
  }

  get subscriberCount(): number {
    return new Set([...this.filters.values()].flatMap((subscribers) => [...subscribers.keys()])).size;
  }

  /** `subscriber identifier` of what a topic is for. */
  match(topic: string): string[] {
    const found: string[] = [];
    for (const [filter, subscribers] of this.filters) {
      if (SHARE.test(filter) || !matchesNaively(filter, topic)) continue;
      for (const [subscriber, identifier] of subscribers) found.push(`${subscriber} ${identifier}`);
    }
    return found.sort();
  }

  /** The groups that a topic is for, one member of each of which gets it: `subscriber identifier` of all members. */
  groups(topic: string): Map<string, string[]> {
    const found = new Map<string, string[]>();
    for (const [filter, subscribers] of this.filters) {
      if (!SHARE.test(filter) || !matchesNaively(filter.replace(SHARE, ''), topic)) continue;
      found.set(
        filter,
        [...subscribers].map(([subscriber, identifier]) => `${subscriber} ${identifier}`),
      );
    }
    return found;
  }
}
