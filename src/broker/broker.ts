import { EventEmitter } from 'node:events';
import type { Duplex } from 'node:stream';
import type { Message } from '../forward/message.ts';
import type { EncodablePublish } from '../protocol/packets.ts';
import { ClientConnection } from './connection/client-connection.ts';
import { Core } from './core.ts';
import { type Listener, type ListenOptions, openListener } from './listeners/listener.ts';
import { type BrokerOptions, type BrokerSettings, brokerSettings } from './options.ts';
import { SERVER_SHUTTING_DOWN, USE_ANOTHER_SERVER } from './reason-codes.ts';
import { statisticsOf } from './statistics/snapshot.ts';
import type { BrokerStatistics } from './statistics/statistics.ts';
import { SysTopics } from './statistics/sys-topics.ts';
import type { BrokerEvents, Client, DisconnectReason } from './types.ts';

/** Milliseconds that connections have to end when the broker closes. */
const CLOSE_TIMEOUT = 2_000;

/** Options of `broker.close`. */
export interface CloseOptions {
  /** Where clients with 5.0 are told to go instead, with 0x9c (use another server). */
  readonly serverReference?: string | undefined;
  /** Milliseconds until connections that have not ended by themselves are destroyed. Default 2,000. */
  readonly timeout?: number | undefined;
}

/**
 * An MQTT 3.1, 3.1.1 and 5.0 broker: sessions, retained messages, wills, shared subscriptions, and hooks for what you decide.
 * Messages with QoS 0 stay in the data plane (`Forwarder`).
 *
 * ```ts
 * const broker = createBroker({ authenticate: ({ username }) => username === 'me' });
 * await broker.listen({ port: 1883 });
 * ```
 */
export class Broker extends EventEmitter<BrokerEvents> {
  private readonly core: Core;
  private readonly sysTopics: SysTopics;
  private readonly openListeners = new Set<Listener>();
  private readonly startedAt = performance.now();
  private isClosing = false;

  /** Throws TypeError for an option that is none, and an Error if the kernel that is demanded does not run here. */
  constructor(options: BrokerOptions = {}) {
    super();
    this.core = new Core(brokerSettings(options), this);
    const { retained, sessions } = this.settings.store.load();
    this.core.retained.load(retained);
    this.core.sessions.load(sessions);
    this.sysTopics = new SysTopics({
      interval: this.settings.sysInterval,
      statistics: () => this.statistics,
      publish: (topic, payload) => {
        this.core.attempt('$SYS', () => this.publish({ topic, payload, retain: true }));
      },
    });
    this.sysTopics.start();
  }

  get settings(): BrokerSettings {
    return this.core.settings;
  }

  /** The kernel in use: `wasm` or `js`. */
  get kernelName(): 'wasm' | 'js' {
    return this.core.forwarder.kernelName;
  }

  /** Clients that are connected, by client identifier. */
  get clients(): ReadonlyMap<string, Client> {
    return this.core.clients;
  }

  /** What has been counted; a new object at each call. */
  get statistics(): BrokerStatistics {
    return statisticsOf(this.core, (performance.now() - this.startedAt) / 1000);
  }

  /** Serves a client that is connected by a stream: TCP, TLS, WebSocket, any Node duplex of bytes. */
  handle(stream: Duplex): void {
    if (this.isClosing) stream.destroy();
    else new ClientConnection(this.core, stream);
  }

  /** Accepts connections. Rejects with the system's error (`EADDRINUSE`, `EACCES`, ...). */
  async listen(options: ListenOptions = {}): Promise<Listener> {
    const listener = await openListener(
      options,
      (stream) => this.handle(stream),
      (error) => this.settings.logger.warn({ err: error }, `listener: ${error.message}`),
      this.settings.maxPacketSize,
    );
    this.openListeners.add(listener);
    return {
      address: listener.address,
      close: () => {
        this.openListeners.delete(listener);
        return listener.close();
      },
    };
  }

  /** Publishes a message of the server itself. Throws MqttError for what is no PUBLISH. */
  publish(packet: Omit<EncodablePublish, 'cmd'>): void {
    this.core.publishing.publishOwn({ ...packet, cmd: 'publish' });
  }

  /** The retained message of a topic. */
  retained(topic: string): Message | undefined {
    return this.core.retained.get(topic);
  }

  /** Disconnects a client; whether it was there. */
  disconnect(clientId: string, reason?: DisconnectReason): boolean {
    const client = this.core.clients.get(clientId);
    client?.disconnect(reason);
    return client !== undefined;
  }

  /** Stops listening, disconnects all clients, resolves when they are gone. Wills are not published; sessions are in the store. */
  async close({ serverReference, timeout = CLOSE_TIMEOUT }: CloseOptions = {}): Promise<void> {
    this.isClosing = true;
    const { core } = this;
    this.sysTopics.stop();
    const closed = [...this.openListeners].map((listener) => listener.close());
    this.openListeners.clear();
    const reasonCode = serverReference === undefined ? SERVER_SHUTTING_DOWN : USE_ANOTHER_SERVER;
    const streams = [...core.connections].map((connection) => {
      connection.disconnect({
        reasonCode,
        serverReference,
        reason: 'the server shuts down',
        publishesWill: false,
      });
      return connection.ended(timeout);
    });
    await Promise.all([...streams, ...closed]);
    core.sessions.close();
    core.retained.close();
    this.emit('close');
  }
}

/** Makes a broker. Throws as its constructor does. */
export function createBroker(options: BrokerOptions = {}): Broker {
  return new Broker(options);
}
