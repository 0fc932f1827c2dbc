import type { MatchedSubscription } from '../topics/types.ts';
import type { Receiver } from './receiver.ts';

const NONE: readonly number[] = [];

/** The subscriptions of one receiver that match a message, in one (MQTT-3.3.4-2, -3). */
export class MergedDelivery {
  receiver: Receiver;
  qos = 0;
  noLocal = false;
  retainAsPublished = false;
  identifiers: readonly number[] = NONE;
  /** As a member of this share group it gets a message of its own (MQTT5 section 4.8.2). */
  shareName: string | undefined = undefined;

  constructor(receiver: Receiver) {
    this.receiver = receiver;
  }
}

/** Beyond this number receivers are found by a Map. */
const SEARCH_LIMIT = 16;

/** Collects the receivers of one message, each once; the objects are used again for the next. */
export class Deliveries {
  /** Of which the first `count` are those of this message. */
  readonly list: MergedDelivery[] = [];
  count = 0;
  hasShared = false;
  private readonly byReceiver = new Map<Receiver, MergedDelivery>();

  clear(): void {
    this.count = 0;
    this.hasShared = false;
    if (this.byReceiver.size > 0) this.byReceiver.clear();
  }

  /** A visitor for the topic index. */
  readonly add = (receiver: Receiver, subscription: MatchedSubscription): void => {
    if (receiver.slot < 0) return;
    const { qos, noLocal, retainAsPublished, shareName, subscriptionIdentifier } = subscription;
    const isShared = shareName !== undefined;
    if (isShared) this.hasShared = true;
    const before = isShared ? undefined : this.find(receiver);
    if (before === undefined) {
      const delivery = this.take(receiver, isShared);
      delivery.qos = qos;
      delivery.noLocal = noLocal;
      delivery.retainAsPublished = retainAsPublished;
      delivery.shareName = shareName;
      delivery.identifiers = subscriptionIdentifier === undefined ? NONE : [subscriptionIdentifier];
      return;
    }
    if (qos > before.qos) before.qos = qos;
    before.noLocal &&= noLocal;
    before.retainAsPublished ||= retainAsPublished;
    if (subscriptionIdentifier !== undefined)
      before.identifiers = [...before.identifiers, subscriptionIdentifier];
  };

  private find(receiver: Receiver): MergedDelivery | undefined {
    const { byReceiver, count, list } = this;
    if (count > SEARCH_LIMIT) {
      if (byReceiver.size === 0) {
        for (let i = 0; i < count; i++)
          if (list[i].shareName === undefined) byReceiver.set(list[i].receiver, list[i]);
      }
      return byReceiver.get(receiver);
    }
    for (let i = 0; i < count; i++) {
      if (list[i].receiver === receiver && list[i].shareName === undefined) return list[i];
    }
    return undefined;
  }

  private take(receiver: Receiver, isShared: boolean): MergedDelivery {
    const { byReceiver, list } = this;
    let delivery = list[this.count];
    if (delivery === undefined) {
      delivery = new MergedDelivery(receiver);
      list.push(delivery);
    }
    this.count++;
    delivery.receiver = receiver;
    if (byReceiver.size > 0 && !isShared) byReceiver.set(receiver, delivery);
    return delivery;
  }
}
