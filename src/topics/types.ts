import type { KernelChoice } from '../kernel/choice.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { QoS } from '../protocol/packets.ts';

/** What a subscriber asks for along with a topic filter (MQTT5 section 3.8.3.1). */
export interface SubscriptionOptions {
  /** Highest QoS of what is sent to the subscriber. Default 0. */
  qos?: QoS | undefined;
  /** Messages that the subscriber published itself are not for it. Not for shared subscriptions (MQTT-3.8.3-4). */
  noLocal?: boolean | undefined;
  /** The RETAIN flag is passed on as it was published. Default false. */
  retainAsPublished?: boolean | undefined;
  /** Number that goes with what is sent by this subscription, 1 to 268,435,455. Default: none. */
  subscriptionIdentifier?: number | undefined;
}

/** The options of a subscription, defaults filled in. */
export interface StoredSubscription {
  readonly qos: QoS;
  readonly noLocal: boolean;
  readonly retainAsPublished: boolean;
  readonly subscriptionIdentifier: number | undefined;
}

/** A subscription that matches. The object is used again: read it during the call that it is handed to. */
export interface MatchedSubscription extends StoredSubscription {
  /** Name of the share group that the subscriber was chosen from, or `undefined`. */
  readonly shareName: string | undefined;
}

/** Called with each subscriber that a topic name is for. */
export type Visit<S> = (subscriber: S, subscription: MatchedSubscription) => void;

/** The same for many topic names; `at` is the number of the name, from 0. */
export type VisitMany<S> = (at: number, subscriber: S, subscription: MatchedSubscription) => void;

/** A subscription that matches, with its subscriber. */
export interface ListedSubscription<S> extends MatchedSubscription {
  readonly subscriber: S;
}

/** What a subscriber is to be sent when its overlapping subscriptions count as one (MQTT5 section 3.3.4). */
export interface MergedSubscription<S> {
  readonly subscriber: S;
  /** The highest of its subscriptions (MQTT-3.3.4-2). */
  readonly qos: QoS;
  /** Whether all of its subscriptions say so. */
  readonly noLocal: boolean;
  /** Whether any of its subscriptions says so. */
  readonly retainAsPublished: boolean;
  /** Those of all its subscriptions that have one (MQTT-3.3.4-3). */
  readonly subscriptionIdentifiers: readonly number[];
  /** A shared subscription is never merged with others (MQTT5 section 4.8.2). */
  readonly shareName: string | undefined;
}

/** Options of a match. */
export interface MatchOptions {
  /** Client identifier of who publishes the message, for the strategy `hash-client`. */
  publisher?: string | undefined;
}

/** What a `Decoder` that stands at a PUBLISH is to a topic index. */
export interface TopicSource {
  /** Small number that stands for the topic name during one topic generation, or -1. */
  readonly topicId: number;
  readonly topicGeneration: number;
  /** The topic name; empty when there is none. */
  readonly topic: string;
  /** @internal */
  readonly topicKernel: Kernel;
  /** @internal */
  collectTopics(into: Int32Array, limit: number): number;
}

/**
 * Which member of a share group gets a message.
 * - `round-robin`: each in turn; who joins comes last.
 * - `random`: any.
 * - `sticky`: the same as before, until it leaves or is not available.
 * - `hash-client`: always the same for one publisher, see `MatchOptions`; in turn where none is named.
 * - `hash-topic`: always the same for one topic name.
 *
 * When a member joins or leaves, few publishers or topics change over to another one.
 */
export type SharedStrategy = 'round-robin' | 'random' | 'sticky' | 'hash-client' | 'hash-topic';

/** Options of `TopicIndex`. All are optional; a value that is none throws MqttError with code `FIELD_INVALID`. */
export interface TopicIndexOptions<S> {
  /** Default `auto`; the environment variable `WASMQTT_KERNEL` overrides `auto`. */
  kernel?: KernelChoice | undefined;
  /** How share groups choose, or a function that says it when a group gets its first member. Default `round-robin`. */
  sharedStrategy?: SharedStrategy | ((shareName: string, filter: string) => SharedStrategy) | undefined;
  /**
   * Whether a member of a share group can take a message now. Others are passed over while there is anybody who can;
   * if nobody can, the one whose turn it is gets the message. Asked once per member at most. Default: everybody can.
   */
  isAvailable?: ((subscriber: S) => boolean) | undefined;
  /** Topic filters to reserve memory for from the start. Default 0. */
  expectedFilters?: number | undefined;
  /** Most levels of a topic filter with a wildcard, 1 to 1,024. Default 128. */
  maxLevels?: number | undefined;
  /** Most `+` in a topic filter, 0 to 1,024. Default 32. */
  maxSingleLevelWildcards?: number | undefined;
  /**
   * Bound on the nodes of the index that one match can visit, whatever the topic name, 1 to 131,072. Filters that would
   * raise the bound above it are refused. Default 16,384, which takes all ways to put `+` into 12 levels.
   */
  maxVisitedNodes?: number | undefined;
  /** Filters that begin with a wildcard do not match topic names that begin with `$` (MQTT-4.7.2-1). Default true. */
  hideDollarTopics?: boolean | undefined;
}

/** What a topic index holds, and the memory it takes in bytes. */
export interface TopicIndexMemory {
  /** Distinct topic filters, `$share/<share name>/` aside; subscriptions; distinct subscribers; share groups. */
  readonly filters: number;
  readonly subscriptions: number;
  readonly subscribers: number;
  readonly sharedGroups: number;
  /** Nodes that a match may visit at most, given the filters there are. */
  readonly visitedNodes: number;
  /** Memory of the filters and their subscriptions: in use now, in use at most so far, and reserved. */
  readonly used: number;
  readonly highWater: number;
  readonly reserved: number;
  /** Memory on the JavaScript side. Its tables are exact; what the engine adds for objects in a Map is an estimate. */
  readonly javascript: {
    readonly subscribers: number;
    readonly sharedGroups: number;
    /** Results of topic names that are remembered. */
    readonly caches: number;
    /** Room for the subscriptions of a visit, and bookkeeping of the limits. */
    readonly tables: number;
  };
}
