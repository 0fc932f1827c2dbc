import type { BrokerLimits } from '../broker/options.ts';

/** One line for each setting of the broker, and what stands for its value. Those without: what the flag --no-... does. */
export const LIMIT_HELP: {
  readonly [Name in keyof BrokerLimits]-?: readonly [help: string, argument: string];
} = {
  kernel: ['what the broker runs on; auto: WebAssembly where that is possible', 'auto|wasm|js'],
  connectTimeout: ['time for a new connection to send its CONNECT and to be accepted', 'seconds'],
  maxConnections: ['connections at once; 0: no limit', 'number'],
  maxConnectionRate: ['CONNECTs per second with the same client identifier; 0: no limit', 'number'],
  maxClientIdentifierLength: ['length of a client identifier', 'bytes'],
  maxKeepAlive: ['largest keep alive', 'seconds'],
  maxSessionExpiryInterval: [
    'longest time that a session outlasts its connection; 4294967295: for ever',
    'seconds',
  ],
  maxPacketSize: ['largest packet', 'bytes'],
  maxPacketSizeBeforeConnect: ['largest CONNECT', 'bytes'],
  receiveMaximum: ['messages with QoS 1 and 2 under way from a client (5.0)', 'number'],
  topicAliasMaximum: ['topic aliases of a client (5.0)', 'number'],
  maxTopicLevels: ['levels of a topic', 'number'],
  maxSubscriptions: ['subscriptions of a client', 'number'],
  maxInflightMessages: ['messages with QoS 1 and 2 under way to a client', 'number'],
  maxQueuedMessages: ['messages that wait for a client, or for its return', 'number'],
  maxQueuedBytes: ['size of these', 'bytes'],
  maxBacklogBytes: ['messages with QoS 0 that wait for a slow client', 'bytes'],
  maxBacklogMessages: ['number of these', 'number'],
  overflow: ['what is done beyond that: drop the message, or disconnect the client', 'drop|disconnect'],
  maxRetainedMessages: ['retained messages', 'number'],
  maxRetainedBytes: ['size of these', 'bytes'],
  maximumQoS: ['highest QoS that clients may publish with', '0|1|2'],
  retainAvailable: ['refuse retained messages', ''],
  wildcardSubscriptionAvailable: ['refuse subscriptions with + and #', ''],
  subscriptionIdentifiersAvailable: ['refuse subscription identifiers (5.0)', ''],
  sharedSubscriptionAvailable: ['refuse shared subscriptions', ''],
  sharedStrategy: [
    'who of a share group gets a message: round-robin, random, sticky, hash-client or hash-topic',
    'strategy',
  ],
  sysInterval: ['time between updates of $SYS/broker/...; 0: no such topics', 'seconds'],
};
