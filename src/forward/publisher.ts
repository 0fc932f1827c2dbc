import {
  DELIVERED,
  ENTRY_QOS_SHIFT,
  ENTRY_RETAIN_AS_PUBLISHED,
  ENTRY_SIZE,
  ENTRY_SLOT_MASK,
  EXCEPTION_COUNT,
  EXCEPTIONS,
  FORWARD_APPROVED,
  FORWARD_AT_MOST_ONCE,
  FORWARD_DONE,
  FORWARD_EXCEPTIONS,
  FORWARD_HOST,
  FORWARD_HOST_BITS_SHIFT,
  FORWARD_PAGES,
  FORWARD_RESUME,
  FORWARD_ROUTE,
  FORWARD_STATUS,
  FORWARD_VERSION_5,
  IDENTIFIERS,
  IDENTIFIERS_LIMIT,
  NO_PAGES,
  ROUTE_ENTRIES,
  ROUTE_SHIFT,
  ROUTES,
} from '../../assembly/forward/layout.ts';
import { ROW_SIZE } from '../../assembly/layout.ts';
import type { ForwardKernel } from '../kernel/forward/forward-kernel.ts';
import { MqttError } from '../protocol/errors.ts';
import { MAX_PACKET_IDENTIFIER } from '../protocol/limits.ts';
import { PUBLISH_DUP, PUBLISH_QOS_SHIFT, PUBLISH_RETAIN } from '../protocol/packet-types.ts';
import type { QoS } from '../protocol/packets.ts';
import type { TopicIndex } from '../topics/topic-index.ts';
import { Deliveries } from './deliveries.ts';
import type { ForwardingDecoder } from './forwarding-decoder.ts';
import { decodeIdentifiers, encodeIdentifiers, identifiersLength } from './identifiers.ts';
import { LargePacket } from './large-packet.ts';
import type { Message } from './message.ts';
import type { Outboxes } from './outboxes.ts';
import { Publication, type Stage } from './publication.ts';
import type { Receiver } from './receiver.ts';
import { Routes } from './routes.ts';
import type { Delivery, DeliveryOptions, VisitDelivery } from './types.ts';

const PUBLISH = 0x30;
const QOS_BITS = 3 << PUBLISH_QOS_SHIFT;
const NONE: readonly number[] = [];

/** Passes messages on: those that only pass through in the kernel, the others with a say of TypeScript. */
export class Publisher {
  readonly outboxes: Outboxes;
  readonly stage: Stage = { owner: undefined };
  /** The kernel is in the middle of a route. */
  isForwarding = false;
  private readonly kernel: ForwardKernel;
  private readonly words: Int32Array;
  private readonly index: TopicIndex<Receiver>;
  private readonly routes: Routes;
  private readonly hostBits: number;
  private kept: Publication | undefined = undefined;
  private spare: Deliveries | undefined = undefined;

  constructor(outboxes: Outboxes) {
    const { kernel, settings } = outboxes;
    this.outboxes = outboxes;
    this.kernel = kernel;
    this.words = kernel.memory.words;
    this.index = settings.index;
    this.routes = new Routes(kernel, settings.index, settings.inspectTopic);
    this.hostBits = settings.inspectRetained ? PUBLISH_RETAIN << FORWARD_HOST_BITS_SHIFT : 0;
  }

  /** Passes on the rows that need nobody's approval, from address `row` to `end`; returns where it stopped. */
  passOn(source: ForwardingDecoder, row: number, end: number, publisher: number): number {
    const options = (source.protocolVersion === 5 ? FORWARD_VERSION_5 : 0) | this.hostBits;
    this.routes.refresh();
    this.isForwarding = true;
    try {
      return this.run(source, row, end, source.copied, publisher, options);
    } finally {
      this.endForwarding();
    }
  }

  /**
   * Passes on a message to all its receivers. Without `visit` all of them get it with QoS 0; else those that get it with
   * more are visited.
   */
  forward(publication: Publication, visit: VisitDelivery | undefined): void {
    publication.check();
    const row = publication.row();
    const { matchSource } = publication;
    if (row === 0 || publication.topicId < 0 || typeof matchSource === 'string') {
      this.spread(publication, visit);
      return;
    }
    this.routes.refresh();
    if (this.routes.isForHost(publication.topicId)) {
      this.spread(publication, visit);
      return;
    }
    let options = FORWARD_APPROVED | (publication.frame.version5 ? FORWARD_VERSION_5 : 0);
    if (visit === undefined) options |= FORWARD_AT_MOST_ONCE;
    const { slot = -1 } = publication.publisher ?? {};
    const exceptions: number[] = [];
    this.isForwarding = true;
    try {
      this.run(matchSource, row, row + ROW_SIZE, 0, slot, options, exceptions);
    } finally {
      this.endForwarding();
    }
    if (this.words[FORWARD_STATUS >> 2] === FORWARD_HOST) this.spread(publication, visit);
    else if (visit !== undefined && exceptions.length > 0)
      this.visitExceptions(publication, exceptions, visit);
  }

  /** Sends a message to one receiver; whether it was sent. */
  deliver(publication: Publication, receiver: Receiver, delivery: DeliveryOptions): boolean {
    publication.check();
    const { qos = 0, messageId = 0, subscriptionIdentifiers = NONE } = delivery;
    if (qos > 0 && !(Number.isInteger(messageId) && messageId > 0 && messageId <= MAX_PACKET_IDENTIFIER)) {
      throw new MqttError(messageId === 0 ? 'PACKET_IDENTIFIER_ZERO' : 'FIELD_INVALID', {
        packetType: 'publish',
        detail: `messageId is ${String(messageId)}`,
      });
    }
    let first = PUBLISH | (qos << PUBLISH_QOS_SHIFT);
    if (delivery.retain === true) first |= PUBLISH_RETAIN;
    if (delivery.dup === true && qos > 0) first |= PUBLISH_DUP;
    return this.send(publication, receiver, first, messageId, subscriptionIdentifiers);
  }

  /** The same with a message that was kept. */
  sendMessage(message: Message, receiver: Receiver, delivery: DeliveryOptions): boolean {
    const publication = this.kept ?? new Publication(this.kernel, this.stage);
    // a stream that calls back at once may send another one
    this.kept = undefined;
    publication.takeMessage(message);
    let isSent = false;
    try {
      this.outboxes.run(() => {
        isSent = this.deliver(publication, receiver, delivery);
      });
    } finally {
      publication.clear();
      this.kept = publication;
    }
    return isSent;
  }

  /** What was interrupted by an error is not gone on with. */
  private endForwarding(): void {
    this.isForwarding = false;
    this.words[FORWARD_RESUME >> 2] = 0;
  }

  private send(
    publication: Publication,
    receiver: Receiver,
    first: number,
    messageId: number,
    identifiers: readonly number[],
  ): boolean {
    const { outbox, slot } = receiver;
    if (slot < 0) return false;
    if (outbox === undefined) {
      this.outboxes.messagesOffline++;
      return false;
    }
    const length = identifiers.length === 0 ? 0 : identifiersLength(identifiers);
    if (length > IDENTIFIERS_LIMIT || publication.row() === 0) {
      return new LargePacket(publication, first, messageId, identifiers).send(this.outboxes, outbox);
    }
    for (;;) {
      const row = publication.row();
      if (length > 0) {
        this.words[IDENTIFIERS >> 2] = length;
        encodeIdentifiers(this.kernel.memory.bytes, IDENTIFIERS + 4, identifiers);
      }
      const answer = this.kernel.deliver(row, slot, first, messageId, length > 0 ? IDENTIFIERS : 0);
      if (answer !== NO_PAGES) {
        this.outboxes.settle();
        return answer === DELIVERED;
      }
      this.makePages();
    }
  }

  /** A receiver gives up its slot. */
  forget(receiver: Receiver): void {
    if (this.index.hasSubscriber(receiver)) this.routes.forget();
  }

  private run(
    source: ForwardingDecoder,
    row: number,
    end: number,
    copied: number,
    publisher: number,
    options: number,
    exceptions?: number[],
  ): number {
    const { kernel, outboxes, words } = this;
    let at = row;
    for (;;) {
      at = kernel.forward(at, end, copied, publisher, options);
      const status = words[FORWARD_STATUS >> 2];
      if (words[EXCEPTION_COUNT >> 2] !== 0) this.takeExceptions(exceptions as number[]);
      if (status === FORWARD_DONE || status === FORWARD_HOST) {
        outboxes.settle();
        return at;
      }
      if (status === FORWARD_ROUTE) {
        source.standAt(at);
        this.routes.install(source);
      } else if (status === FORWARD_PAGES) this.makePages();
      else if (status !== FORWARD_EXCEPTIONS) throw new Error(`status ${status} of the kernel`);
    }
  }

  private makePages(): void {
    const wasForwarding = this.isForwarding;
    this.isForwarding = true;
    try {
      this.outboxes.makePages();
    } finally {
      this.isForwarding = wasForwarding;
    }
  }

  private takeExceptions(exceptions: number[]): void {
    const { words } = this;
    const count = words[EXCEPTION_COUNT >> 2];
    for (let i = 0; i < count; i++) exceptions.push(words[(EXCEPTIONS >> 2) + i]);
    words[EXCEPTION_COUNT >> 2] = 0;
  }

  private visitExceptions(
    publication: Publication,
    exceptions: readonly number[],
    visit: VisitDelivery,
  ): void {
    const deliveries = exceptions.map((number) => this.exception(publication, number));
    for (const { receiver, delivery } of deliveries) if (receiver !== undefined) visit(receiver, delivery);
  }

  private exception(
    publication: Publication,
    number: number,
  ): { receiver: Receiver | undefined; delivery: Delivery } {
    const { words } = this;
    const { bytes } = this.kernel.memory;
    const entry =
      (words[(ROUTES + (publication.topicId << ROUTE_SHIFT) + ROUTE_ENTRIES) >> 2] + number * ENTRY_SIZE) >>
      2;
    const word = words[entry];
    const identifiers = words[entry + 1];
    const { first } = publication.frame;
    return {
      receiver: this.outboxes.owners[word & ENTRY_SLOT_MASK] as Receiver | undefined,
      delivery: {
        qos: Math.min((first & QOS_BITS) >> PUBLISH_QOS_SHIFT, (word >> ENTRY_QOS_SHIFT) & 3) as QoS,
        retain: (first & PUBLISH_RETAIN) !== 0 && (word & ENTRY_RETAIN_AS_PUBLISHED) !== 0,
        subscriptionIdentifiers:
          identifiers === 0
            ? []
            : decodeIdentifiers(bytes, identifiers + 4, identifiers + 4 + words[identifiers >> 2]),
      },
    };
  }

  /** Finds the receivers without a route: where share groups choose, for topics without an id, and for large packets. */
  private spread(publication: Publication, visit: VisitDelivery | undefined): void {
    const { first } = publication.frame;
    const published = (first & QOS_BITS) >> PUBLISH_QOS_SHIFT;
    this.outboxes.messagesForwarded++;
    // a visitor may publish something that is spread as well
    const deliveries = this.spare ?? new Deliveries();
    this.spare = undefined;
    const { slot = -1 } = publication.publisher ?? {};
    // for the strategy `hash-client`: a receiver keeps its slot as long as it is there
    this.index.match(
      publication.matchSource,
      deliveries.add,
      slot < 0 ? undefined : { publisher: `${slot}` },
    );
    const { count, list } = deliveries;
    for (let i = 0; i < count; i++) {
      const { identifiers, noLocal, receiver, retainAsPublished, shareName } = list[i];
      if (noLocal && receiver === publication.publisher) continue; // MQTT-3.8.3-3
      const qos = visit === undefined ? 0 : Math.min(published, list[i].qos);
      const retain = retainAsPublished ? first & PUBLISH_RETAIN : 0;
      if (qos === 0) this.send(publication, receiver, PUBLISH | retain, 0, identifiers);
      else {
        const delivery = {
          qos: qos as QoS,
          retain: retain !== 0,
          subscriptionIdentifiers: identifiers,
          shareName,
        };
        visit?.(receiver, delivery);
      }
    }
    deliveries.clear();
    this.spare = deliveries;
  }
}
