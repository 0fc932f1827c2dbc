/**
 * Whether a topic filter matches a topic name, straight from MQTT 4.7: both are split, and walked level by level.
 * `hideDollar`: filters that begin with a wildcard do not match topics that begin with $ (MQTT-4.7.2-1).
 */
export function matchesNaively(filter: string, topic: string, hideDollar = true): boolean {
  const wanted = filter.split('/');
  const levels = topic.split('/');
  if (hideDollar && topic.startsWith('$') && (wanted[0] === '+' || wanted[0] === '#')) return false;
  for (let i = 0; i < wanted.length; i++) {
    // also the parent level: then i is levels.length
    if (wanted[i] === '#') return true;
    if (i === levels.length) return false;
    if (wanted[i] !== '+' && wanted[i] !== levels[i]) return false;
  }
  return wanted.length === levels.length;
}

/** Filters, each with its subscriptions: subscriber -> options. */
export class NaiveTable {
  readonly filters = new Map<string, Map<number, number>>();

  get exactCount(): number {
    return [...this.filters.keys()].filter((filter) => !isWildcard(filter)).length;
  }

  get wildcardCount(): number {
    return this.filters.size - this.exactCount;
  }

  add(filter: string, subscriber: number, options: number): { newSubscription: boolean; newFilter: boolean } {
    const subscriptions = this.filters.get(filter) ?? new Map<number, number>();
    const answer = { newSubscription: !subscriptions.has(subscriber), newFilter: subscriptions.size === 0 };
    subscriptions.set(subscriber, options);
    this.filters.set(filter, subscriptions);
    return answer;
  }

  remove(filter: string, subscriber: number): { removed: boolean; removedFilter: boolean } {
    const subscriptions = this.filters.get(filter);
    const removed = subscriptions?.delete(subscriber) ?? false;
    const removedFilter = removed && subscriptions?.size === 0;
    if (removedFilter) this.filters.delete(filter);
    return { removed, removedFilter };
  }

  find(filter: string, subscriber: number): number | undefined {
    return this.filters.get(filter)?.get(subscriber);
  }

  /** For each filter that matches, its subscriptions; in no particular order, hence sorted. */
  match(topic: string, hideDollar = true): string[] {
    return [...this.filters]
      .filter(([filter]) => matchesNaively(filter, topic, hideDollar))
      .map(([, subscriptions]) => describeSubscriptions([...subscriptions]))
      .sort();
  }
}

export function isWildcard(filter: string): boolean {
  return filter.includes('+') || filter.includes('#');
}

/** Subscriptions of one filter, whatever their order. */
export function describeSubscriptions(subscriptions: [subscriber: number, options: number][]): string {
  return subscriptions
    .map(([subscriber, options]) => `${subscriber}:${options}`)
    .sort()
    .join(' ');
}
