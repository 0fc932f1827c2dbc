import type { Receiver } from '../../forward/receiver.ts';
import type { Delivery } from '../../forward/types.ts';
import { matches } from '../../topics/matches.ts';
import type { StoredSubscription } from '../../topics/types.ts';
import type { ClientConnection } from '../connection/client-connection.ts';
import type { Core } from '../core.ts';
import type { MessageSource } from '../messages/source.ts';
import type { StoredDelivery } from '../store/store.ts';
import { Deadline } from './deadline.ts';
import { Outgoing } from './outgoing.ts';
import { splitShare } from './share-filter.ts';
import type { SessionWill } from './wills.ts';

/** The state of a client that may outlast its connections (MQTT5 section 4.1). */
export class Session {
  readonly clientId: string;
  /** Who messages are for, in the topic index and in the data plane. */
  readonly receiver: Receiver;
  readonly outgoing: Outgoing;
  readonly subscriptions = new Map<string, StoredSubscription>();
  /** Packet identifiers with QoS 2 that were received and wait for PUBREL (MQTT-4.3.3-2). */
  readonly received = new Set<number>();
  /** The connection of its client, while there is one. */
  connection: ClientConnection | undefined = undefined;
  /** Seconds that it outlasts its connection. */
  expiryInterval = 0;
  /** Milliseconds since 1970. */
  disconnectedAt: number | undefined = undefined;
  /** What is to be published when the connection is gone. */
  will: SessionWill | undefined = undefined;
  readonly expiry = new Deadline();
  private readonly core: Core;
  private sharedFilters: string[] = [];

  constructor(core: Core, clientId: string) {
    this.core = core;
    this.clientId = clientId;
    this.receiver = core.forwarder.createReceiver();
    this.receiver.data = this;
    this.outgoing = new Outgoing(core, this);
  }

  /** Whether it outlasts its connection, and therefore is in the store. */
  get isPersistent(): boolean {
    return this.expiryInterval > 0;
  }

  get isConnected(): boolean {
    return this.connection !== undefined;
  }

  /** Whether a message would be sent to the client at once. */
  get takesMore(): boolean {
    return this.connection !== undefined && this.outgoing.hasRoom;
  }

  /** Its shared subscriptions. */
  get sharedCount(): number {
    return this.sharedFilters.length;
  }

  /** Takes a message with QoS 1 or 2. */
  deliver(source: MessageSource, delivery: Delivery): void {
    const { shareName } = delivery;
    const shareFilter = shareName === undefined ? undefined : this.shareFilter(shareName, source.topic);
    this.outgoing.deliver(source, delivery, shareFilter);
  }

  /** Sends PUBREL. */
  release(messageId: number): void {
    this.connection?.acknowledge('pubrel', messageId);
  }

  /** Returns whether the subscription is new. Throws MqttError for a filter beyond the limits of the topic index. */
  subscribe(filter: string, subscription: StoredSubscription): boolean {
    this.core.index.subscribe(filter, this.receiver, subscription);
    const isNew = !this.subscriptions.has(filter);
    this.subscriptions.set(filter, subscription);
    if (isNew && splitShare(filter) !== undefined) {
      this.sharedFilters.push(filter);
      this.core.shareGroups.join(filter, this);
    }
    return isNew;
  }

  /** Returns whether there was a subscription. Filters are compared as text (MQTT-3.10.4-1). */
  unsubscribe(filter: string): boolean {
    if (!this.subscriptions.delete(filter)) return false;
    this.core.index.unsubscribe(filter, this.receiver);
    if (this.sharedFilters.includes(filter)) {
      this.sharedFilters = this.sharedFilters.filter((other) => other !== filter);
      this.core.shareGroups.leave(filter, this);
    }
    return true;
  }

  /** Takes what a store has kept. */
  restore(
    subscriptions: Iterable<[string, StoredSubscription]>,
    deliveries: Iterable<StoredDelivery>,
    received: Iterable<number>,
  ): void {
    for (const [filter, subscription] of subscriptions) {
      try {
        this.subscribe(filter, subscription);
      } catch (error) {
        // the limits of the topic index were others then
        this.core.settings.logger.warn({ err: error, clientId: this.clientId, filter }, 'subscription lost');
      }
    }
    this.outgoing.restore(deliveries);
    for (const messageId of received) this.received.add(messageId);
  }

  /** Ends it: nothing of it is left, and what it was sent as a member of a share group goes to another one. */
  end(): void {
    this.expiry.clear();
    for (const filter of [...this.subscriptions.keys()]) this.unsubscribe(filter);
    this.receiver.release();
    for (const { message, shareFilter, ...delivery } of this.outgoing.left()) {
      this.core.shareGroups.next(shareFilter)?.outgoing.deliverKept(message, delivery, shareFilter);
    }
  }

  /** Its shared subscription with that share name that a topic matches. */
  private shareFilter(shareName: string, topic: string): string | undefined {
    return this.sharedFilters.find((filter) => {
      const share = splitShare(filter);
      return share?.shareName === shareName && matches(share.filter, topic);
    });
  }
}
