import type { Connection } from '../../forward/connection.ts';
import type { Message } from '../../forward/message.ts';
import type { Receiver } from '../../forward/receiver.ts';
import type { DeliveryOptions, VisitDelivery } from '../../forward/types.ts';
import type { Core } from '../core.ts';
import type { Session } from '../session/session.ts';

/** A message that is passed on: one that was kept, or the PUBLISH that a connection is at. */
export interface MessageSource {
  readonly topic: string;
  /** The message as it can be kept; made once. */
  message(): Message;
  /** Hands it to all its receivers: with QoS 0 by the data plane, with QoS 1 and 2 by their sessions. */
  passOn(): void;
  /** As `receiver.deliver` does. */
  deliver(receiver: Receiver, delivery: DeliveryOptions): boolean;
}

/** The PUBLISH that a connection is at, during the call of its handler. It is used again for the next. */
export class LivePublish implements MessageSource {
  private readonly connection: Connection;
  private copy: Message | undefined = undefined;

  constructor(connection: Connection) {
    this.connection = connection;
  }

  /** The connection is at another one. */
  renew(): this {
    this.copy = undefined;
    return this;
  }

  get topic(): string {
    return this.connection.topic;
  }

  message(): Message {
    this.copy ??= this.connection.message();
    return this.copy;
  }

  passOn(): void {
    this.connection.forward(this.visit);
  }

  private readonly visit: VisitDelivery = (receiver, delivery) =>
    (receiver.data as Session).deliver(this, delivery);

  deliver(receiver: Receiver, delivery: DeliveryOptions): boolean {
    return receiver.deliver(this.connection, delivery);
  }
}

/** A message that was kept, with the session that published it. */
export class KeptMessage implements MessageSource {
  private readonly core: Core;
  private readonly kept: Message;
  private readonly publisher: Receiver | undefined;

  constructor(core: Core, message: Message, publisher: Receiver | undefined) {
    this.core = core;
    this.kept = message;
    this.publisher = publisher;
  }

  get topic(): string {
    return this.kept.topic;
  }

  message(): Message {
    return this.kept;
  }

  passOn(): void {
    const visit: VisitDelivery = (receiver, delivery) => (receiver.data as Session).deliver(this, delivery);
    this.core.forwarder.publish(this.kept, visit, this.publisher);
  }

  deliver(receiver: Receiver, delivery: DeliveryOptions): boolean {
    return receiver.send(this.kept, delivery);
  }
}
