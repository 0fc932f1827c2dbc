import type { Connection } from './connection.ts';
import type { Message } from './message.ts';
import { Outbox } from './outbox.ts';
import type { Outboxes } from './outboxes.ts';
import type { Publisher } from './publisher.ts';
import type { DeliveryOptions, ReceiverLimits } from './types.ts';

/**
 * Who subscribes: the subscriber of a `TopicIndex`, which messages are for. It may outlive its connection, as a session
 * does; without one, messages with QoS 0 are not for it.
 */
export class Receiver {
  /**
   * Its number in the kernel; -1 after `release`.
   * @internal
   */
  slot: number;
  /** Yours to use, for instance for the session that it belongs to. */
  data: unknown = undefined;
  /** @internal */
  outbox: Outbox | undefined = undefined;
  private readonly publisher: Publisher;
  private readonly outboxes: Outboxes;
  private link: Connection | undefined = undefined;

  /** @internal `forwarder.createReceiver()` makes them. */
  constructor(publisher: Publisher) {
    this.publisher = publisher;
    this.outboxes = publisher.outboxes;
    this.slot = this.outboxes.takeSlot(this);
  }

  /** The connection that it gets its messages by. */
  get connection(): Connection | undefined {
    return this.link;
  }

  /** Bytes that wait for it, here and in its socket. */
  get pendingBytes(): number {
    return this.outbox?.pendingBytes ?? 0;
  }

  /** Messages that wait for it. */
  get pendingMessages(): number {
    return this.outbox?.pendingMessages ?? 0;
  }

  /** Messages with QoS 0 that it did not get since it was connected, because its backlog was full. */
  get messagesDropped(): number {
    return this.outbox?.record.dropped ?? 0;
  }

  /**
   * Sends what is for it by this connection from now on. If it had another one, what waited there is lost; if the
   * connection had another receiver, that one has none any more.
   */
  connect(connection: Connection, limits: ReceiverLimits = {}): void {
    if (this.slot < 0) return;
    if (this.link !== connection) this.disconnect();
    connection.use(this);
    if (this.outbox === undefined) {
      this.link = connection;
      this.outbox = new Outbox(this.outboxes, this.slot, connection.stream);
    }
    this.outbox.record.connect(limits.protocolVersion ?? connection.protocolVersion, limits);
  }

  /** Parts it from its connection. What waited for it there and was not handed to the socket is lost. */
  disconnect(): void {
    const { link, outbox } = this;
    this.link = this.outbox = undefined;
    outbox?.dispose();
    if (outbox !== undefined) link?.parted(this, outbox);
  }

  /**
   * Sends it the PUBLISH that `source` is at, with this QoS, packet identifier, flags and subscription identifiers. Returns
   * whether it was sent: not if the receiver is not connected, is too slow or does not accept packets that large.
   * Throws MqttError PACKET_IDENTIFIER_ZERO or FIELD_INVALID for a packet identifier that is none.
   */
  deliver(source: Connection, delivery: DeliveryOptions): boolean {
    return this.publisher.deliver(source.publication, this, delivery);
  }

  /**
   * The same with a message that was kept. Not if its message expiry interval has passed, unless it is sent again (DUP), when
   * that does not count any more (MQTT-4.3.3-7).
   */
  send(message: Message, delivery: DeliveryOptions): boolean {
    if (delivery.dup !== true && message.isExpired()) return false;
    return this.publisher.sendMessage(message, this, delivery);
  }

  /** Gives up its place. Unsubscribe it before: a message for it may otherwise make all routes be made again. */
  release(): void {
    if (this.slot < 0) return;
    this.disconnect();
    this.publisher.forget(this);
    this.outboxes.giveSlot(this.slot);
    this.slot = -1;
  }

  /** @internal */
  fail(error: Error): void {
    this.link?.fail(error);
  }
}
