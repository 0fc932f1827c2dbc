import * as v from 'valibot';
import type { OverflowPolicy } from '../forward/types.ts';
import type { KernelChoice } from '../kernel/choice.ts';
import type { QoS } from '../protocol/packets.ts';
import type { SharedStrategy } from '../topics/types.ts';
import {
  explain,
  type Field,
  hook,
  mustBe,
  objectFault,
  objectWith,
  oneOf,
  seconds,
  wholeNumber,
  yesOrNo,
} from './option-fields.ts';
import { MemoryStore } from './store/memory-store.ts';
import type { Store } from './store/store.ts';
import type { BrokerHooks, Client } from './types.ts';

/** Where the broker reports what happens: a pino logger fits. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Settings that are plain values, and can therefore be in a configuration file. All are optional. */
export interface BrokerLimits {
  /** Kernel of codec, topic index and data plane. Default `auto`. */
  kernel?: KernelChoice | undefined;

  /** Seconds that a new connection has to send its CONNECT and to be accepted. Default 10. */
  connectTimeout?: number | undefined;
  /** Connections at once, 0: no limit. Default 0. More: 0x89 (server busy). */
  maxConnections?: number | undefined;
  /** CONNECT packets per second with the same client identifier, 0: no limit. Default 20. More: 0x9f (connection rate exceeded). */
  maxConnectionRate?: number | undefined;
  /** Bytes of a client identifier. Default 1,024. More: 0x85 (client identifier not valid). */
  maxClientIdentifierLength?: number | undefined;
  /**
   * Largest keep alive in seconds, 1 to 65,535. Below 65,535 clients with 5.0 that ask for more, or for none, are told a server
   * keep alive, and others are refused. Default 65,535.
   */
  maxKeepAlive?: number | undefined;
  /** Seconds that a session may outlast its connection at most; 4,294,967,295 is for ever. Default 4,294,967,295. */
  maxSessionExpiryInterval?: number | undefined;

  /** Largest packet accepted, in bytes, fixed header included. Default 2,097,152. More: 0x95 (packet too large). */
  maxPacketSize?: number | undefined;
  /** The same for CONNECT. Default 65,536, or `maxPacketSize` if that is less. */
  maxPacketSizeBeforeConnect?: number | undefined;
  /** Messages with QoS 1 and 2 of a client with 5.0 that may be under way to the broker. Default 1,000. More: 0x93. */
  receiveMaximum?: number | undefined;
  /** Largest topic alias that clients may use, 0 to 65,535. Default 16. More: 0x94 (topic alias invalid). */
  topicAliasMaximum?: number | undefined;
  /** Levels of a topic name. Default 128. More: 0x90 (topic name invalid). Of a topic filter: 0x97. */
  maxTopicLevels?: number | undefined;
  /** Subscriptions of one client. Default 10,000. More: 0x97 (quota exceeded). */
  maxSubscriptions?: number | undefined;

  /** Messages with QoS 1 and 2 that are sent to a client and not acknowledged yet. Default 1,000, or its receive maximum. */
  maxInflightMessages?: number | undefined;
  /** Messages that wait for a client, or for its return. Default 10,000. More are dropped. */
  maxQueuedMessages?: number | undefined;
  /** Bytes of these. Default 16,777,216. */
  maxQueuedBytes?: number | undefined;
  /** Bytes and messages with QoS 0 that may wait for a client that reads slowly. Default 8,388,608 and 10,000. */
  maxBacklogBytes?: number | undefined;
  maxBacklogMessages?: number | undefined;
  /** What happens beyond these: the message is dropped for that client, or the client is disconnected. Default `drop`. */
  overflow?: OverflowPolicy | undefined;

  /** Retained messages, and their bytes. Default 1,000,000 and 268,435,456. More: 0x97 (quota exceeded). */
  maxRetainedMessages?: number | undefined;
  maxRetainedBytes?: number | undefined;

  /** Highest QoS that clients may publish with. Default 2. More: 0x9b (QoS not supported). */
  maximumQoS?: QoS | undefined;
  /** Default true. If not: 0x9a (retain not supported). */
  retainAvailable?: boolean | undefined;
  /** Default true. If not: 0xa2, 0xa1 and 0x9e. */
  wildcardSubscriptionAvailable?: boolean | undefined;
  subscriptionIdentifiersAvailable?: boolean | undefined;
  sharedSubscriptionAvailable?: boolean | undefined;
  /** Which member of a share group gets a message. Default `round-robin`. */
  sharedStrategy?: SharedStrategy | undefined;

  /** Seconds between updates of `$SYS/broker/...`, 0: no such topics. Default 10. */
  sysInterval?: number | undefined;
}

/** Options of `createBroker`. All are optional; a value that is none throws TypeError, which names the option. */
export interface BrokerOptions extends BrokerLimits, BrokerHooks {
  /** Where sessions and retained messages are kept. Default: a `MemoryStore` of its own. */
  store?: Store | undefined;
  /** Default: none. */
  logger?: Logger | undefined;
  /** What a client with 5.0 is told that asks for response information, the start of its response topics. Default: nothing. */
  responseInformation?: string | ((client: Client) => string | undefined) | undefined;
}

/** `BrokerOptions` with the defaults filled in. */
export type BrokerSettings = { readonly [Name in keyof BrokerLimits]-?: NonNullable<BrokerLimits[Name]> } & {
  readonly hooks: BrokerHooks;
  readonly store: Store;
  readonly logger: Logger;
  readonly responseInformation: (client: Client) => string | undefined;
};

const FOREVER = 4_294_967_295;
/** Timers of Node cannot take much more than 24 days. */
const DAY = 86_400;
const MANY = 1_000_000_000;
const TERABYTE = 1_099_511_627_776;
/** Largest number that a word of the data plane takes, with room for what is already under way. */
const LARGEST_BACKLOG = 1_073_741_823;
/**
 * Five bytes below the protocol's own limit: a message that arrives in such a packet still fits one when it is
 * forwarded to a client with 5.0, whose PUBLISH has a property length.
 */
const LARGEST_PACKET = 268_435_455;
/** The shortest CONNECT of all versions takes 14 bytes. */
const SMALLEST_PACKET = 14;

/** Default, minimum and maximum of each setting. */
export const LIMITS: { readonly [Name in keyof BrokerLimits]-?: Field<NonNullable<BrokerLimits[Name]>> } = {
  kernel: oneOf('auto', ['auto', 'wasm', 'js']),
  connectTimeout: seconds(10, 0.01, DAY),
  maxConnections: wholeNumber(0, 0, MANY),
  maxConnectionRate: wholeNumber(20, 0, MANY),
  maxClientIdentifierLength: wholeNumber(1_024, 23, 65_535), // MQTT-3.1.3-5: 23 at least
  maxKeepAlive: wholeNumber(65_535, 1, 65_535),
  maxSessionExpiryInterval: wholeNumber(FOREVER, 0, FOREVER),
  maxPacketSize: wholeNumber(2_097_152, SMALLEST_PACKET, LARGEST_PACKET),
  maxPacketSizeBeforeConnect: wholeNumber(65_536, SMALLEST_PACKET, LARGEST_PACKET),
  receiveMaximum: wholeNumber(1_000, 1, 65_535),
  topicAliasMaximum: wholeNumber(16, 0, 65_535),
  maxTopicLevels: wholeNumber(128, 1, 65_536),
  maxSubscriptions: wholeNumber(10_000, 1, MANY),
  maxInflightMessages: wholeNumber(1_000, 1, 65_535),
  maxQueuedMessages: wholeNumber(10_000, 0, MANY),
  maxQueuedBytes: wholeNumber(16_777_216, 0, TERABYTE),
  maxBacklogBytes: wholeNumber(8_388_608, 0, LARGEST_BACKLOG),
  maxBacklogMessages: wholeNumber(10_000, 0, LARGEST_BACKLOG),
  overflow: oneOf('drop', ['drop', 'disconnect']),
  maxRetainedMessages: wholeNumber(1_000_000, 0, MANY),
  maxRetainedBytes: wholeNumber(268_435_456, 0, TERABYTE),
  maximumQoS: oneOf(2, [0, 1, 2]),
  retainAvailable: yesOrNo(true),
  wildcardSubscriptionAvailable: yesOrNo(true),
  subscriptionIdentifiersAvailable: yesOrNo(true),
  sharedSubscriptionAvailable: yesOrNo(true),
  sharedStrategy: oneOf('round-robin', ['round-robin', 'random', 'sticky', 'hash-client', 'hash-topic']),
  sysInterval: seconds(10, 0.01, DAY, 'or 0'),
};

const HOOKS: { readonly [Name in keyof BrokerHooks]-?: typeof hook } = {
  authenticate: hook,
  enhancedAuthentication: hook,
  authorizePublish: hook,
  authorizeSubscribe: hook,
  onPublish: hook,
  onConnect: hook,
  onDisconnect: hook,
};

const OBJECTS = {
  store: v.optional(
    objectWith('a store', [
      'load',
      'setSession',
      'deleteSession',
      'setDelivery',
      'deleteDelivery',
      'addReceived',
      'deleteReceived',
      'setRetained',
      'deleteRetained',
    ] satisfies readonly (keyof Store)[]),
  ),
  logger: v.optional(
    objectWith('a logger', ['debug', 'info', 'warn', 'error'] satisfies readonly (keyof Logger)[]),
  ),
  responseInformation: v.optional(v.union([v.string(), v.function()], mustBe('a string or a function'))),
};

/** The settings of `BrokerLimits`, to be validated along with others, without the defaults. */
export const LIMIT_ENTRIES = Object.fromEntries(
  Object.entries(LIMITS).map(([name, { schema }]) => [name, v.optional(schema)]),
);

const OPTIONS = v.strictObject(
  { ...LIMIT_ENTRIES, ...HOOKS, ...OBJECTS },
  objectFault('option', 'an object'),
);

const nothing = (): void => {};
const SILENT: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/** Fills in the defaults. Throws TypeError for what is no option and for a value that is none; its message begins with the name. */
export function brokerSettings(options: BrokerOptions = {}): BrokerSettings {
  const { success, issues } = v.safeParse(OPTIONS, options, { abortEarly: true });
  if (!success) throw new TypeError(explain(issues[0]));
  const { store = new MemoryStore(), logger = SILENT, responseInformation } = options;
  return {
    ...limitsOf(options),
    hooks: hooksOf(options),
    store,
    logger,
    responseInformation:
      typeof responseInformation === 'function' ? responseInformation : () => responseInformation,
  };
}

type Limits = { -readonly [Name in keyof typeof LIMITS]: (typeof LIMITS)[Name]['default'] };

function limitsOf(options: BrokerOptions): Limits {
  const limits = Object.fromEntries(
    Object.entries(LIMITS).map(([name, field]) => [name, options[name as keyof Limits] ?? field.default]),
  ) as Limits;
  const { maxPacketSize, maxPacketSizeBeforeConnect } = limits;
  if (maxPacketSizeBeforeConnect > maxPacketSize) {
    if (options.maxPacketSizeBeforeConnect !== undefined) {
      throw new TypeError(
        `maxPacketSizeBeforeConnect: must not be more than maxPacketSize, ${maxPacketSize}, but is ${maxPacketSizeBeforeConnect}`,
      );
    }
    limits.maxPacketSizeBeforeConnect = maxPacketSize;
  }
  return limits;
}

function hooksOf(options: BrokerOptions): BrokerHooks {
  const hooks = Object.keys(HOOKS).map((name) => [name, options[name as keyof BrokerHooks]]);
  return Object.fromEntries(hooks) as BrokerHooks;
}
