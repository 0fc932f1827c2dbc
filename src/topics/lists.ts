import type { QoS } from '../protocol/packets.ts';
import type { ListedSubscription, MatchedSubscription, MergedSubscription } from './types.ts';

/** A copy of a subscription that is being visited. */
export function listed<S>(subscriber: S, subscription: MatchedSubscription): ListedSubscription<S> {
  const { qos, noLocal, retainAsPublished, subscriptionIdentifier, shareName } = subscription;
  return { subscriber, qos, noLocal, retainAsPublished, subscriptionIdentifier, shareName };
}

interface Merged<S> {
  subscriber: S;
  qos: QoS;
  noLocal: boolean;
  retainAsPublished: boolean;
  subscriptionIdentifiers: number[];
  shareName: string | undefined;
}

/** Merges the subscriptions of each subscriber; those of share groups stay apart (MQTT5 section 4.8.2). */
export function merged<S>(list: readonly ListedSubscription<S>[]): MergedSubscription<S>[] {
  const result: Merged<S>[] = [];
  const known = new Map<S, Merged<S>>();
  for (const { subscriptionIdentifier, ...subscription } of list) {
    const subscriptionIdentifiers = subscriptionIdentifier === undefined ? [] : [subscriptionIdentifier];
    const isShared = subscription.shareName !== undefined;
    const before = isShared ? undefined : known.get(subscription.subscriber);
    if (before === undefined) {
      const first = { ...subscription, subscriptionIdentifiers };
      result.push(first);
      if (!isShared) known.set(subscription.subscriber, first);
      continue;
    }
    if (subscription.qos > before.qos) before.qos = subscription.qos;
    before.noLocal &&= subscription.noLocal;
    before.retainAsPublished ||= subscription.retainAsPublished;
    before.subscriptionIdentifiers.push(...subscriptionIdentifiers);
  }
  return result;
}
