import { QlobberBase } from './base.ts';

/** What a client asks for with a subscription. */
export interface SubscriptionFields {
  qos?: number | undefined;
  /** Retain handling. */
  rh?: number | undefined;
  /** Retain as published. */
  rap?: boolean | undefined;
  /** No local. */
  nl?: boolean | undefined;
}

/** A client's subscription to a topic filter. */
export interface ClientSubscription extends SubscriptionFields {
  clientId: string;
  topic: string;
}

/** A subscription that matches; without its topic filter if that was asked for. */
export interface MatchedClient extends SubscriptionFields {
  clientId: string;
  topic?: string;
}

interface Subscriptions {
  readonly topic: string;
  readonly byClient: Map<string, SubscriptionFields>;
}

/** Topic filters with one subscription per client, as aedes' persistence keeps them: `qlobber/aedes/qlobber-sub`. */
export class QlobberSub extends QlobberBase<ClientSubscription, Subscriptions, string, MatchedClient> {
  /** Subscriptions, of all clients to all topic filters. */
  subscriptionsCount = 0;

  /** The subscriptions that match the topic; with `filter`, only those to that topic filter. */
  match(topic: string, filter?: string): MatchedClient[] {
    const found: MatchedClient[] = [];
    for (const { values } of this.matching(topic)) append(found, values, filter);
    return found;
  }

  override clear(): this {
    this.subscriptionsCount = 0;
    return super.clear();
  }

  /** Whether the client is the only one that has subscribed to that topic filter. */
  test_values({ topic, byClient }: Subscriptions, value: ClientSubscription): boolean {
    return topic === value.topic && byClient.size === 1 && byClient.has(value.clientId);
  }

  protected _initial_value(value: ClientSubscription): Subscriptions {
    const subscriptions = { topic: value.topic, byClient: new Map() };
    this._add_value(subscriptions, value);
    return subscriptions;
  }

  protected _add_value(
    { byClient }: Subscriptions,
    { clientId, qos, rh, rap, nl }: ClientSubscription,
  ): void {
    if (!byClient.has(clientId)) this.subscriptionsCount++;
    byClient.set(clientId, { qos, rh, rap, nl });
  }

  protected _remove_value({ byClient }: Subscriptions, value: ClientSubscription | undefined): boolean {
    const before = byClient.size;
    if (value === undefined) byClient.clear();
    else byClient.delete(value.clientId);
    this.subscriptionsCount -= before - byClient.size;
    return byClient.size === 0;
  }

  protected _iter_values(subscriptions: Subscriptions, filter?: string): MatchedClient[] {
    const found: MatchedClient[] = [];
    append(found, subscriptions, filter);
    return found;
  }
}

function append(
  found: MatchedClient[],
  { topic, byClient }: Subscriptions,
  filter: string | undefined,
): void {
  if (filter !== undefined && filter !== topic) return;
  for (const [clientId, { qos, rh, rap, nl }] of byClient) {
    found.push(filter === undefined ? { clientId, topic, qos, rh, rap, nl } : { clientId, qos, rh, rap, nl });
  }
}
