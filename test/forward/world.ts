import type { ForwarderOptions, ForwarderStatistics } from '../../src/forward/types.ts';
import type { ProtocolVersion } from '../../src/protocol/packet-types.ts';
import type { EncodablePublish } from '../../src/protocol/packets.ts';
import type { SubscriptionOptions } from '../../src/topics/index.ts';

/** How a client connects. */
export interface ClientOptions {
  /** Default 4. */
  readonly version?: ProtocolVersion;
  readonly maximumPacketSize?: number;
  readonly topicAliasMaximum?: number;
}

/** The options of a Forwarder that matter to the model as well. */
export type WorldOptions = Pick<
  ForwarderOptions,
  'maxBacklogBytes' | 'maxBacklogMessages' | 'overflow' | 'maxPacketSize' | 'topicAliasMaximum'
>;

export type Counters = Pick<
  ForwarderStatistics,
  | 'messagesForwarded'
  | 'messagesDelivered'
  | 'messagesDropped'
  | 'messagesTooLarge'
  | 'messagesOffline'
  | 'messagesExpired'
>;

/** A client of a small server: all it does is said in test/forward/server.ts. */
export interface Client {
  readonly version: ProtocolVersion;
  readonly topicAliasMaximum: number;
  /** All bytes that have arrived at it, from the CONNACK on. */
  readonly received: Buffer;
  readonly isClosed: boolean;
  /** Each piece is a chunk. */
  send(...chunks: Uint8Array[]): void;
  /** Without a packet: what a server does that keeps subscriptions. */
  subscribe(filter: string, options?: SubscriptionOptions): void;
  unsubscribe(filter: string): void;
  /** It takes nothing any more. */
  hold(): void;
  /** It takes what it is sent again. */
  release(): Promise<void>;
  /** It takes what is on its way to it, and nothing after that. */
  takeOnce(): Promise<void>;
  /** The connection breaks. */
  cut(): Promise<void>;
}

/** A server, its clients and the time: the Forwarder with one of its kernels, or the model of it. */
export interface World {
  readonly name: string;
  readonly counters: Counters;
  connect(options?: ClientOptions): Client;
  publish(packet: EncodablePublish): void;
  /** The end of the turn, and whatever follows from it. */
  turn(): Promise<void>;
  /** Time passes. */
  advance(seconds: number): void;
  close(): Promise<void>;
}
