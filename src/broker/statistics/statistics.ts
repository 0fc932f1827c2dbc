import type { PacketCommand } from '../../protocol/packet-types.ts';

/** Counted since the start, unless it says "now". A new object at each call of `broker.statistics`. */
export interface BrokerStatistics {
  /** Seconds since the broker was made. */
  readonly uptime: number;
  /** Clients and sessions now. */
  readonly clients: {
    readonly connected: number;
    /** Sessions that are kept for clients that are not connected. */
    readonly disconnected: number;
    readonly total: number;
    /** Most that were connected at once. */
    readonly maximum: number;
    /** Sessions that were dropped because their expiry interval had passed. */
    readonly expired: number;
  };
  readonly connections: {
    readonly opened: number;
    readonly closed: number;
    /** CONNECT packets that were refused, by reason code. */
    readonly refused: { readonly [reasonCode: number]: number };
  };
  readonly bytes: { readonly received: number; readonly sent: number };
  readonly packets: {
    readonly received: { readonly [Command in PacketCommand]: number };
    readonly sent: { readonly [Command in PacketCommand]: number };
  };
  /** PUBLISH. */
  readonly messages: {
    readonly received: number;
    readonly sent: number;
    /** Not delivered because the client reads too slowly or its queue is full. */
    readonly dropped: number;
    readonly tooLarge: number;
    readonly expired: number;
    /** Refused: by a hook, a limit, or because the topic is the broker's own. */
    readonly refused: number;
    /** Sent and not acknowledged now, and waiting for clients now. */
    readonly inflight: number;
    readonly queued: number;
    readonly queuedBytes: number;
  };
  /** Now. */
  readonly retained: { readonly count: number; readonly bytes: number };
  /** Now. */
  readonly subscriptions: { readonly count: number; readonly shared: number };
  /** How often a limit was met. */
  readonly limits: { readonly [limit in LimitName]: number };
}

/** Named as the options are. */
export const LIMIT_NAMES = [
  'connectTimeout',
  'maxConnections',
  'maxConnectionRate',
  'maxClientIdentifierLength',
  'maxPacketSize',
  'receiveMaximum',
  'topicAliasMaximum',
  'maxTopicLevels',
  'maxSubscriptions',
  'maxQueued',
  'maxBacklog',
  'maxRetained',
  'keepAlive',
] as const;

export type LimitName = (typeof LIMIT_NAMES)[number];
