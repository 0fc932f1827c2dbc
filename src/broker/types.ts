import type { Duplex } from 'node:stream';
import type { ProtocolVersion } from '../protocol/packet-types.ts';
import type { ConnectPacket, EncodablePublish, PublishPacket, QoS } from '../protocol/packets.ts';
import type { UserProperties } from '../protocol/properties.ts';
import type { StoredSubscription } from '../topics/types.ts';

export type Awaitable<T> = T | PromiseLike<T>;

/** A client with an accepted CONNECT. */
export interface Client {
  /** As it was sent, or assigned by the broker if it was sent empty. */
  readonly id: string;
  readonly protocolVersion: ProtocolVersion;
  readonly username: string | undefined;
  /** Clean session (3.1, 3.1.1) or clean start (5.0), as it was asked for. */
  readonly clean: boolean;
  /** Seconds that are in force, a server keep alive included; 0 is off. */
  readonly keepAlive: number;
  /** Seconds that the session outlasts the connection; 4,294,967,295 is for ever. */
  readonly sessionExpiryInterval: number;
  /** Messages with QoS 1 and 2 that it takes at once without having acknowledged them. */
  readonly receiveMaximum: number;
  /** Largest packet that it accepts, in bytes (MQTT-3.1.2-24). */
  readonly maximumPacketSize: number;
  readonly isConnected: boolean;
  /** IP address of the peer, where the stream has one. */
  readonly remoteAddress: string | undefined;
  readonly remotePort: number | undefined;
  /** The stream that it is connected by, for instance to look at a TLS certificate. */
  readonly stream: Duplex;
  /** The CONNECT that it sent. */
  readonly connect: ConnectPacket;
  /** By topic filter, as it was subscribed to. */
  readonly subscriptions: ReadonlyMap<string, StoredSubscription>;
  /** Yours to use. */
  data: unknown;
  /** Tells it why (5.0) and closes the connection. Its will is published unless `reasonCode` is 0. */
  disconnect(reason?: DisconnectReason): void;
}

/** What is told to a client along with a reason code, as far as there is room for it (MQTT-3.14.2-3, -4). */
export interface Details {
  readonly reasonString?: string | undefined;
  readonly userProperties?: UserProperties | undefined;
}

/** Why something is not done. Clients with 3.1 and 3.1.1 are told by the nearest return code, or not at all. */
export interface Refusal extends Details {
  /** A reason code of MQTT 5.0 from 0x80. */
  readonly reasonCode: number;
  /** With 0x9c and 0x9d: where to go instead. */
  readonly serverReference?: string | undefined;
}

export interface DisconnectReason extends Details {
  /** Default 0x98: administrative action. */
  readonly reasonCode?: number | undefined;
  readonly serverReference?: string | undefined;
}

/** Who wants to connect. */
export interface AuthenticationRequest {
  /** As it was sent; may be empty. */
  readonly clientId: string;
  readonly username: string | undefined;
  readonly password: Uint8Array | undefined;
  readonly protocolVersion: ProtocolVersion;
  readonly remoteAddress: string | undefined;
  readonly stream: Duplex;
  readonly connect: ConnectPacket;
}

/** What `authenticate` may say instead of true. */
export interface Acceptance extends Details {
  /** For `client.data`. */
  readonly data?: unknown;
}

/** One step of an enhanced authentication (MQTT5 section 4.12). */
export interface AuthenticationExchange {
  readonly method: string;
  readonly data: Uint8Array | undefined;
  /** The client was authenticated before (MQTT5 section 4.12.1). */
  readonly isReauthentication: boolean;
  readonly request: AuthenticationRequest;
  /** Yours: the same object in all steps of one exchange. */
  readonly state: Record<string, unknown>;
}

/** 0x18 asks the client for another step, 0x00 is success, 0x80 and above refuse. */
export interface AuthenticationAnswer extends Refusal {
  readonly authenticationData?: Uint8Array | undefined;
  /** With 0x00 of a first authentication: for `client.data`. */
  readonly clientData?: unknown;
}

/** A subscription that is asked for. */
export interface SubscriptionRequest extends StoredSubscription {
  /** With `$share/<share name>/` where it is shared. */
  readonly topicFilter: string;
  /** 0: retained messages are sent; 1: only if it is new; 2: not (MQTT-3.3.1-9 to -11). */
  readonly retainHandling: 0 | 1 | 2;
}

/** What `onPublish` says. */
// biome-ignore lint/suspicious/noConfusingVoidType: a function without return says nothing
export type PublishAnswer = void | undefined | boolean | Refusal | EncodablePublish;

/** What is to be published. */
export interface PublishRequest {
  readonly topic: string;
  readonly qos: QoS;
  readonly retain: boolean;
  /** It is the will of the client. */
  readonly isWill: boolean;
}

/** Why a connection is over. */
export interface Disconnection {
  /** Sent by the client or to it; 0 if it disconnected itself, `undefined` if the network connection just ended. */
  readonly reasonCode: number | undefined;
  readonly reason: string;
  /** The DISCONNECT came from the client. */
  readonly byClient: boolean;
}

/**
 * What you decide. Each may answer at once or with a promise: until it is settled the packets of this client wait, those of
 * others do not. One that throws or rejects counts as a refusal, 0x80, and is logged; a client with 3.1 and 3.1.1 whose
 * message was to be acknowledged is disconnected, so that it sends it again.
 */
export interface BrokerHooks {
  /** Who may connect. Default: everybody. False is 0x86 (bad user name or password). */
  authenticate?: ((request: AuthenticationRequest) => Awaitable<boolean | Acceptance | Refusal>) | undefined;
  /** CONNECT or AUTH with an authentication method. `undefined`: the method is unknown, 0x8c. Default: all methods are. */
  enhancedAuthentication?:
    | ((exchange: AuthenticationExchange) => Awaitable<AuthenticationAnswer | undefined>)
    | undefined;
  /** Who may publish what. False is 0x87. Asked for wills too, when the client connects. Default: everybody, everything. */
  authorizePublish?: ((client: Client, request: PublishRequest) => Awaitable<boolean | Refusal>) | undefined;
  /** Who may subscribe to what, and with which QoS at most. False is 0x87. Default: everybody, everything. */
  authorizeSubscribe?:
    | ((client: Client, request: SubscriptionRequest) => Awaitable<boolean | QoS | Refusal>)
    | undefined;
  /**
   * Each message before it is passed on, wills included (`client.isConnected` is false then). Nothing or true passes it on, false
   * does not but acknowledges it, a packet is passed on instead of it.
   */
  onPublish?: ((client: Client, packet: PublishPacket) => Awaitable<PublishAnswer>) | undefined;
  /** A client was accepted. What it sends waits until this is done. */
  onConnect?: ((client: Client) => Awaitable<unknown>) | undefined;
  onDisconnect?: ((client: Client, disconnection: Disconnection) => Awaitable<unknown>) | undefined;
}

/** Events of `Broker`, with their arguments. */
export interface BrokerEvents {
  connect: [client: Client];
  disconnect: [client: Client, disconnection: Disconnection];
  subscribe: [client: Client, subscriptions: readonly SubscriptionRequest[]];
  unsubscribe: [client: Client, topicFilters: readonly string[]];
  /** A client broke the protocol, or its connection failed. `client` is missing before its CONNECT was accepted. */
  clientError: [error: Error, client: Client | undefined];
  /** A message with QoS 1 or 2 was not delivered to a client, or not kept for it; those with QoS 0 are only counted. */
  drop: [clientId: string, topic: string, reason: DropReason];
  close: [];
}

export type DropReason = 'queue full' | 'packet too large' | 'message expired';
