import type { Message } from '../../forward/message.ts';
import type { Delivery } from '../../forward/types.ts';
import { MAX_PACKET_IDENTIFIER } from '../../protocol/limits.ts';
import type { Core } from '../core.ts';
import { KeptMessage, type MessageSource } from '../messages/source.ts';
import type { StoredDelivery } from '../store/store.ts';
import { DeliveryQueue, type PendingDelivery } from './delivery-queue.ts';
import { IdentifierTable } from './identifier-table.ts';
import type { Session } from './session.ts';

/** What is kept of a message that is sent once at most: its session ends with the connection. */
const UNKEPT: readonly (PendingDelivery | undefined)[] = ([undefined, 1, 2] as const).map(
  (qos) =>
    qos && {
      sequence: 0,
      message: undefined,
      qos,
      retain: false,
      subscriptionIdentifiers: [],
      shareFilter: undefined,
    },
);

/** An acknowledgement that does not fit what was sent is a breach of the protocol. */
export type Mismatch = 'mismatch';

/**
 * Messages with QoS 1 and 2 to the client of a session (MQTT5 section 4.3): those that are under way, and those that wait
 * because the client takes no more at once or is away.
 */
export class Outgoing {
  readonly queue = new DeliveryQueue();
  private readonly core: Core;
  private readonly session: Session;
  /** PUBLISH that were sent, by packet identifier: until PUBACK or PUBREC comes. */
  private readonly unacknowledged = new IdentifierTable<PendingDelivery>();
  /** PUBREL that were sent, with their place in the order, that of the PUBREC: until PUBCOMP comes. */
  private readonly released = new IdentifierTable<number>();
  /** Packet identifiers that have to be sent again by this connection and could not be yet. */
  private again: number[] = [];
  private quota = 0;
  private lastIdentifier = 0;
  private lastSequence = 0;

  constructor(core: Core, session: Session) {
    this.core = core;
    this.session = session;
  }

  /** Messages that are sent and not acknowledged completely. */
  get inflight(): number {
    return this.unacknowledged.size + this.released.size;
  }

  /** Whether a message would be sent at once. */
  get hasRoom(): boolean {
    return this.queue.length === 0 && this.again.length === 0 && this.canSend;
  }

  /** Sends a message, or keeps it until it can be sent. */
  deliver(source: MessageSource, delivery: Delivery, shareFilter: string | undefined): void {
    if (!this.hasRoom) {
      this.enqueue(source.message(), delivery, shareFilter);
      return;
    }
    const { session } = this;
    const messageId = this.takeIdentifier();
    let pending = UNKEPT[delivery.qos] as PendingDelivery;
    if (session.isPersistent || shareFilter !== undefined) {
      pending = this.pending(source.message(), delivery, shareFilter);
    }
    // before it is sent: whoever acknowledges the message may rely on it being kept
    if (session.isPersistent) this.keep(pending, messageId);
    this.unacknowledged.set(messageId, pending);
    const { qos, retain, subscriptionIdentifiers } = delivery;
    if (!source.deliver(session.receiver, { qos, retain, subscriptionIdentifiers, messageId })) {
      this.forget(messageId, pending);
      this.notSent(source.message());
    }
  }

  /** The same with a message that was kept. */
  deliverKept(message: Message, delivery: Delivery, shareFilter?: string): void {
    this.deliver(new KeptMessage(this.core, message, undefined), delivery, shareFilter);
  }

  /** PUBACK; whatever its reason code is, the message is done with (MQTT-4.4.0-2, MQTT-4.8.2-6). */
  puback(messageId: number): Mismatch | undefined {
    const pending = this.unacknowledged.get(messageId);
    if (pending === undefined) return undefined;
    if (pending.qos !== 1) return 'mismatch';
    this.forget(messageId, pending);
    this.pump();
    return undefined;
  }

  /** PUBREC: returns whether PUBREL is to be sent, or that there is no such message. */
  pubrec(messageId: number, isRefused: boolean): Mismatch | 'unknown' | 'release' | 'done' {
    const pending = this.unacknowledged.get(messageId);
    if (pending === undefined) return this.released.has(messageId) && !isRefused ? 'release' : 'unknown';
    if (pending.qos !== 2) return 'mismatch';
    if (isRefused) {
      this.forget(messageId, pending);
      this.pump();
      return 'done';
    }
    this.unacknowledged.delete(messageId);
    this.dropFromAgain(messageId);
    // a new place in the order: PUBREL follow each other as the PUBREC did (MQTT-4.6.0-4)
    const sequence = ++this.lastSequence;
    this.released.set(messageId, sequence);
    if (this.session.isPersistent) {
      this.keep({ ...pending, message: undefined, sequence }, messageId);
      this.forgetPending(pending);
    }
    return 'release';
  }

  pubcomp(messageId: number): Mismatch | undefined {
    const sequence = this.released.get(messageId);
    if (sequence === undefined) {
      // before PUBREL was sent it answers nothing
      return this.unacknowledged.has(messageId) ? 'mismatch' : undefined;
    }
    this.released.delete(messageId);
    if (this.session.isPersistent) this.core.settings.store.deleteDelivery(this.session.clientId, sequence);
    this.pump();
    return undefined;
  }

  /**
   * The client is there: sends again what it has not acknowledged, with DUP and in the order of the first time
   * (MQTT-4.4.0-1, MQTT-4.6.0-1), then what waits. `quota`: messages that it takes at once.
   */
  resume(quota: number): void {
    this.quota = quota;
    this.again = inOrder(this.unacknowledged.entries(), ({ sequence }) => sequence);
    this.sendAgain();
    for (const messageId of inOrder(this.released.entries(), (sequence) => sequence)) {
      this.session.release(messageId);
    }
    this.pump();
  }

  /** Sends what waits, as far as the client takes it. */
  pump(): void {
    if (this.again.length > 0) this.sendAgain();
    while (this.queue.length > 0 && this.canSend) {
      const pending = this.queue.shift() as PendingDelivery & { readonly message: Message };
      if (!this.sendFirst(pending)) this.forgetPending(pending);
    }
  }

  /** Takes what a store has kept. */
  restore(deliveries: Iterable<StoredDelivery>): void {
    for (const delivery of deliveries) {
      const { message, messageId, sequence } = delivery;
      this.lastSequence = Math.max(this.lastSequence, sequence);
      this.lastIdentifier = messageId > 0 ? messageId : this.lastIdentifier;
      if (message === undefined) {
        this.released.set(messageId, sequence);
        this.unacknowledged.delete(messageId);
      } else if (messageId > 0) this.unacknowledged.set(messageId, delivery);
      else this.queue.push({ ...delivery, message });
    }
  }

  /** What another member of a share group may get when the session ends: not what was sent with QoS 2 (MQTT-4.8.2-5). */
  *left(): Iterable<PendingDelivery & { readonly message: Message; readonly shareFilter: string }> {
    const sent = this.unacknowledged.entries().map(([, pending]) => pending);
    const unfinished = sent
      .filter(({ qos }) => qos === 1)
      .sort((one, other) => one.sequence - other.sequence);
    for (const { message, shareFilter, ...rest } of [...unfinished, ...this.queue]) {
      if (message !== undefined && shareFilter !== undefined) yield { message, shareFilter, ...rest };
    }
  }

  private get canSend(): boolean {
    const { again, quota, released, session, unacknowledged } = this;
    return (
      session.isConnected &&
      unacknowledged.size + released.size - again.length < quota &&
      (unacknowledged.size === 0 || session.receiver.pendingBytes < this.core.settings.maxBacklogBytes)
    );
  }

  private pending(message: Message, delivery: Delivery, shareFilter: string | undefined): PendingDelivery {
    const { qos, retain, subscriptionIdentifiers } = delivery;
    return { sequence: ++this.lastSequence, message, qos, retain, subscriptionIdentifiers, shareFilter };
  }

  private enqueue(message: Message, delivery: Delivery, shareFilter: string | undefined): void {
    const { core, queue, session } = this;
    const { maxQueuedBytes, maxQueuedMessages } = core.settings;
    if (queue.length >= maxQueuedMessages || queue.bytes + message.size > maxQueuedBytes) {
      core.counters.messagesDropped++;
      core.counters.limits.maxQueued++;
      core.events.emit('drop', session.clientId, message.topic, 'queue full');
      return;
    }
    const pending = { ...this.pending(message, delivery, shareFilter), message };
    if (session.isPersistent) this.keep(pending, 0);
    queue.push(pending);
  }

  private sendFirst(pending: PendingDelivery & { readonly message: Message }): boolean {
    const { session } = this;
    const { message, qos, retain, subscriptionIdentifiers } = pending;
    if (message.isExpired()) {
      this.notSent(message);
      return false;
    }
    const messageId = this.takeIdentifier();
    this.unacknowledged.set(messageId, pending);
    if (session.isPersistent) this.keep(pending, messageId);
    if (session.receiver.send(message, { qos, retain, subscriptionIdentifiers, messageId })) return true;
    this.unacknowledged.delete(messageId);
    this.notSent(message);
    return false;
  }

  /** It has expired, or is larger than the client accepts (MQTT-3.1.2-25); the data plane has counted those. */
  private notSent(message: Message): void {
    const { core, session } = this;
    const isExpired = message.isExpired();
    if (isExpired) core.counters.messagesExpired++;
    const reason = isExpired ? 'message expired' : 'packet too large';
    core.events.emit('drop', session.clientId, message.topic, reason);
  }

  private sendAgain(): void {
    const { again, session } = this;
    let count = 0;
    while (count < again.length) {
      const messageId = again[count];
      const pending = this.unacknowledged.get(messageId);
      if (pending?.message !== undefined) {
        if (this.unacknowledged.size + this.released.size - (again.length - count) >= this.quota) break;
        const { message, qos, retain, subscriptionIdentifiers } = pending;
        const delivery = { qos, retain, subscriptionIdentifiers, messageId, dup: true };
        if (!session.receiver.send(message, delivery)) {
          this.forgetNow(messageId, pending);
          this.notSent(message);
        }
      }
      count++;
    }
    this.again = again.slice(count);
  }

  private forget(messageId: number, pending: PendingDelivery): void {
    this.dropFromAgain(messageId);
    this.forgetNow(messageId, pending);
  }

  private forgetNow(messageId: number, pending: PendingDelivery): void {
    this.unacknowledged.delete(messageId);
    this.forgetPending(pending);
  }

  private forgetPending({ sequence }: PendingDelivery): void {
    const { core, session } = this;
    if (session.isPersistent) core.settings.store.deleteDelivery(session.clientId, sequence);
  }

  private dropFromAgain(messageId: number): void {
    if (this.again.length > 0) this.again = this.again.filter((other) => other !== messageId);
  }

  private keep(pending: PendingDelivery, messageId: number): void {
    this.core.settings.store.setDelivery(this.session.clientId, { ...pending, messageId });
  }

  /** A packet identifier that is not in use (MQTT-2.2.1-4); there is one, because fewer are in flight than there are. */
  private takeIdentifier(): number {
    const { released, unacknowledged } = this;
    let identifier = this.lastIdentifier;
    do {
      identifier = identifier === MAX_PACKET_IDENTIFIER ? 1 : identifier + 1;
    } while (
      unacknowledged.has(identifier) ||
      released.has(identifier) ||
      !unacknowledged.welcomes(identifier)
    );
    this.lastIdentifier = identifier;
    return identifier;
  }
}

/** The identifiers by the order of their values. */
function inOrder<Value>(entries: [number, Value][], sequenceOf: (value: Value) => number): number[] {
  return entries
    .sort(([, one], [, other]) => sequenceOf(one) - sequenceOf(other))
    .map(([identifier]) => identifier);
}
