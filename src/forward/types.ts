import type { Decoder } from '../decode/decoder.ts';
import type { KernelChoice } from '../kernel/choice.ts';
import type { ProtocolVersion, Sender } from '../protocol/packet-types.ts';
import type { QoS } from '../protocol/packets.ts';
import type { TopicIndex } from '../topics/topic-index.ts';
import type { Connection } from './connection.ts';
import type { Receiver } from './receiver.ts';

/** What a connection calls. Errors that a handler throws come out of whatever called it, as those of any event listener. */
export interface ConnectionHandler {
  /**
   * A packet that is not passed on by itself: everything but PUBLISH with QoS 0, and that too unless
   * `connection.forwards`. Read its fields, or all of it with
   * `packet.read()`, during the call. Of a PUBLISH nothing has been passed on yet: `connection.forward` does it.
   * A throw of MqttError is treated as a breach of the protocol.
   */
  packet(connection: Connection, packet: Decoder): void;
  /** The stream broke the protocol (MqttError) or failed. `close` follows. Default: nothing. */
  error?(connection: Connection, error: Error): void;
  /** The peer has ended the stream. Default: `connection.end()`. */
  end?(connection: Connection): void;
  /** The connection is over; called once. Default: nothing. */
  close?(connection: Connection): void;
}

/** What is known of a stream beforehand. */
export interface AttachOptions {
  /** Who is at the other end: decides which packets it may send. Default `client`; with `forwarder.connect`, `server`. */
  readonly peer?: Sender | undefined;
  /** Protocol version until a CONNECT says otherwise; of a server, that of the CONNECT it was sent. Default 4. */
  readonly protocolVersion?: ProtocolVersion | undefined;
  /**
   * Whether messages with QoS 0 are passed on without the handler being asked. Default true. A server says false, and sets
   * `connection.forwards` when it has accepted the CONNECT; then nobody publishes who may not (MQTT-3.1.0-1).
   */
  readonly forwards?: boolean | undefined;
}

/** A copy of a message for a receiver that gets it with QoS 1 or 2, and therefore not by itself. */
export interface Delivery {
  /** The lower one of the QoS of the message and that of the subscription. */
  readonly qos: QoS;
  /** The RETAIN flag that it is to be sent with. */
  readonly retain: boolean;
  readonly subscriptionIdentifiers: readonly number[];
  /** The share group that the receiver was chosen from. */
  readonly shareName?: string | undefined;
}

/** Called with each receiver that gets a message with QoS 1 or 2: `receiver.deliver` sends it, with a packet identifier. */
export type VisitDelivery = (receiver: Receiver, delivery: Delivery) => void;

/** What `receiver.deliver` sends a message with. */
export interface DeliveryOptions extends Partial<Delivery> {
  readonly dup?: boolean;
  /** Packet identifier, 1 to 65,535; needed with QoS 1 and 2. */
  readonly messageId?: number;
}

/** What a receiver accepts, as it said in CONNECT. */
export interface ReceiverLimits {
  /** Default: the protocol version of the connection. */
  readonly protocolVersion?: ProtocolVersion | undefined;
  /** Largest packet in bytes (MQTT-3.1.2-24). Default: no limit but the protocol's. */
  readonly maximumPacketSize?: number | undefined;
  /** Largest topic alias that it may be sent (MQTT-3.1.2-26); at most 16 are used. Default 0: none. */
  readonly topicAliasMaximum?: number | undefined;
}

/** What happens to a message with QoS 0 for a receiver whose backlog is full. */
export type OverflowPolicy = 'drop' | 'disconnect';

/** Options of `Forwarder`. All but `index` are optional; a value that is none throws MqttError `FIELD_INVALID`. */
export interface ForwarderOptions {
  /** Who gets what. Subscribe and unsubscribe receivers at any time. */
  readonly index: TopicIndex<Receiver>;
  /** Default `auto`; the environment variable `WASMQTT_KERNEL` overrides `auto`. */
  readonly kernel?: KernelChoice | undefined;
  /** Largest packet that connections accept, in bytes. Default 2,097,152. */
  readonly maxPacketSize?: number | undefined;
  /** The same before a CONNECT has come. Default 65,536. */
  readonly maxPacketSizeBeforeConnect?: number | undefined;
  /** Bytes of messages that wait for a receiver at most; a larger message is never sent. Default 8,388,608. */
  readonly maxBacklogBytes?: number | undefined;
  /** Messages that wait for a receiver at most. Default 10,000. */
  readonly maxBacklogMessages?: number | undefined;
  /** Default `drop`: the message is not sent to that receiver, and counted. */
  readonly overflow?: OverflowPolicy | undefined;
  /** Largest topic alias that connections accept, 0 to 65,535; tell the client in CONNACK. Default 16. */
  readonly topicAliasMaximum?: number | undefined;
  /** Whether a PUBLISH with RETAIN goes to `handler.packet` as well, instead of being passed on by itself. Default false. */
  readonly inspectRetained?: boolean | undefined;
  /**
   * Whether messages with that topic name go to `handler.packet`, as those with RETAIN do. Asked again for each of them, but
   * of other topics only when their subscriptions have changed. Default: none.
   */
  readonly inspectTopic?: ((topic: string) => boolean) | undefined;
  /** Whether sockets read straight into the kernel's memory where that is possible. Default true. */
  readonly readInPlace?: boolean | undefined;
  /** Called with a function that sends what is waiting, at the end of a turn. Default `setImmediate`. */
  readonly schedule?: ((flush: () => void) => void) | undefined;
}

/** Counted since the start. */
export interface ForwarderStatistics {
  readonly connections: number;
  readonly receivers: number;
  readonly bytesReceived: number;
  readonly bytesSent: number;
  /** PUBLISH packets that were handed out to their receivers, however many these were. */
  readonly messagesForwarded: number;
  /** Copies that went to an outbox. */
  readonly messagesDelivered: number;
  /** Copies that did not: the receiver is too slow, does not accept packets that large, or is not connected. */
  readonly messagesDropped: number;
  readonly messagesTooLarge: number;
  readonly messagesOffline: number;
  /** Copies that expired while they waited for a slow receiver. */
  readonly messagesExpired: number;
  /** Memory of the outboxes in bytes: in pages that are in use, in pages of the pool, and outside of it. */
  readonly outboxes: { readonly used: number; readonly reserved: number; readonly javascript: number };
}
