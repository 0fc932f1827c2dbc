import type { KernelChoice } from '../decode/options.ts';

/** Where the broker reports what happens; both default to nothing. */
export interface Log {
  /** Something is wrong with a connection: malformed packets, a client that is no MQTT client, network errors. */
  warning(message: string): void;
  /** Ordinary events: connects, subscriptions, disconnects. */
  detail(message: string): void;
}

/** Options of `Broker`. All are optional. */
export interface BrokerOptions {
  /**
   * Largest packet accepted, in bytes, fixed header included; MQTT 5.0 clients are told in CONNACK.
   * Default 2,097,152 (2 MiB); at most 268,435,455.
   */
  maxPacketSize?: number | undefined;
  /** The same for CONNECT, before a client is known. Default 65,536, or `maxPacketSize` if that is less. */
  maxPacketSizeBeforeConnect?: number | undefined;
  /** Seconds that a new connection has to send its CONNECT. Default 10. */
  connectTimeout?: number | undefined;
  /**
   * Bytes that may wait for a receiver that reads slowly. While more than this wait, QoS 0 messages to it are
   * dropped and counted. Default 8,388,608 (8 MiB).
   */
  maxBacklog?: number | undefined;
  /** Kernel of the decoders. Default `auto`. */
  kernel?: KernelChoice | undefined;
  log?: Partial<Log> | undefined;
}

/** `BrokerOptions` with the defaults filled in. */
export interface BrokerSettings {
  readonly maxPacketSize: number;
  readonly maxPacketSizeBeforeConnect: number;
  readonly connectTimeout: number;
  readonly maxBacklog: number;
  readonly kernel: KernelChoice;
  readonly log: Log;
}

export const DEFAULT_MAX_PACKET_SIZE = 2_097_152;

/**
 * Five bytes below the protocol's own limit: a message that arrives in such a packet still fits one when it is
 * forwarded to an MQTT 5.0 client, whose PUBLISH has a property length.
 */
export const LARGEST_MAX_PACKET_SIZE = 268_435_455;

const DEFAULT_MAX_PACKET_SIZE_BEFORE_CONNECT = 65_536;
const DEFAULT_CONNECT_TIMEOUT = 10;
const DEFAULT_MAX_BACKLOG = 8_388_608;

const nothing = (): void => {};

export function brokerSettings(options: BrokerOptions): BrokerSettings {
  const maxPacketSize = Math.min(options.maxPacketSize ?? DEFAULT_MAX_PACKET_SIZE, LARGEST_MAX_PACKET_SIZE);
  return {
    maxPacketSize,
    maxPacketSizeBeforeConnect: Math.min(
      options.maxPacketSizeBeforeConnect ?? DEFAULT_MAX_PACKET_SIZE_BEFORE_CONNECT,
      maxPacketSize,
    ),
    connectTimeout: options.connectTimeout ?? DEFAULT_CONNECT_TIMEOUT,
    maxBacklog: options.maxBacklog ?? DEFAULT_MAX_BACKLOG,
    kernel: options.kernel ?? 'auto',
    log: { warning: options.log?.warning ?? nothing, detail: options.log?.detail ?? nothing },
  };
}
