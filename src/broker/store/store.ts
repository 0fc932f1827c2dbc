import type { Message } from '../../forward/message.ts';
import type { QoS } from '../../protocol/packets.ts';
import type { StoredSubscription } from '../../topics/types.ts';

/** What is kept of a session that outlasts its connection. */
export interface StoredSession {
  readonly clientId: string;
  /** Seconds; 4,294,967,295 is for ever. */
  readonly sessionExpiryInterval: number;
  /** Milliseconds since 1970 when its connection ended, or `undefined` while it is connected. */
  readonly disconnectedAt: number | undefined;
  /** By topic filter. It changes later on: a store that keeps it elsewhere copies it. */
  readonly subscriptions: ReadonlyMap<string, StoredSubscription>;
  /** Will that is to be published if the connection is gone (MQTT5 section 3.1.2.5), and its delay in seconds. */
  readonly will: { readonly message: Message; readonly delay: number } | undefined;
}

/** A message on its way to a client (MQTT5 section 4.1: sent and not acknowledged completely, or waiting to be sent). */
export interface StoredDelivery {
  /** Its place in the order; grows. */
  readonly sequence: number;
  /** `undefined` when it is only PUBREL that is to be sent. */
  readonly message: Message | undefined;
  readonly qos: QoS;
  readonly retain: boolean;
  readonly subscriptionIdentifiers: readonly number[];
  /** Topic filter of the shared subscription that it was sent by. */
  readonly shareFilter: string | undefined;
  /** Packet identifier, or 0: not sent yet. */
  readonly messageId: number;
}

/**
 * Where the broker keeps what has to outlast it: retained messages, and the sessions that outlast their connections. Calls must
 * return at once; one that throws is an error of the client that caused it. What a call has returned from is kept.
 */
export interface Store {
  /** Everything that is kept, when a broker starts. */
  load(): StoredState;
  setSession(session: StoredSession): void;
  /** With its deliveries and packet identifiers. */
  deleteSession(clientId: string): void;
  /** Adds a delivery, or replaces that of the same sequence. */
  setDelivery(clientId: string, delivery: StoredDelivery): void;
  deleteDelivery(clientId: string, sequence: number): void;
  /** Packet identifiers of QoS 2 that were received and wait for PUBREL (MQTT-4.3.3-2). */
  addReceived(clientId: string, messageId: number): void;
  deleteReceived(clientId: string, messageId: number): void;
  /** Not called for topics below `$SYS/`, which are made anew at each start. */
  setRetained(message: Message): void;
  deleteRetained(topic: string): void;
}

export interface StoredState {
  readonly sessions: Iterable<{
    readonly session: StoredSession;
    /** In the order of their sequence. */
    readonly deliveries: Iterable<StoredDelivery>;
    readonly received: Iterable<number>;
  }>;
  readonly retained: Iterable<Message>;
}
