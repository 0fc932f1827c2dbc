import type { AddressInfo, Socket } from 'node:net';
import { Decoder } from '../decode/decoder.ts';
import { Connection } from './connection.ts';
import { FlushQueue } from './flush-queue.ts';
import { Listener, type ListenOptions } from './listener.ts';
import { type BrokerOptions, type BrokerSettings, brokerSettings } from './options.ts';
import { type Message, Publication } from './publication.ts';
import { Subscriptions } from './subscriptions.ts';

const SERVER_SHUTTING_DOWN = 0x8b;
const SESSION_TAKEN_OVER = 0x8e;

/** Messages counted since the start. */
export interface BrokerStatistics {
  /** Published by clients, wills included. */
  messagesReceived: number;
  /** Handed to the connection of a receiver: one per receiver. */
  messagesDelivered: number;
  /** Not handed to a receiver that reads too slowly, or that does not accept packets of that size. */
  messagesDropped: number;
}

/**
 * An MQTT 3.1, 3.1.1 and 5.0 broker for QoS 0. There are no retained messages and no sessions that outlast their
 * connection: MQTT 5.0 clients are told so in CONNACK; from older clients RETAIN is ignored, and QoS 1 and 2 are
 * acknowledged and delivered with QoS 0. It does not ask who a client is.
 */
export class Broker {
  readonly settings: BrokerSettings;
  /** The kernel that decodes what clients send. */
  readonly kernelName: 'wasm' | 'js';
  readonly statistics: BrokerStatistics = { messagesReceived: 0, messagesDelivered: 0, messagesDropped: 0 };
  /** For connections. */
  readonly subscriptions: Subscriptions<Connection>;
  /** For connections. */
  readonly flushQueue = new FlushQueue();
  readonly #listeners = new Set<Listener>();
  readonly #connections = new Set<Connection>();
  readonly #clients = new Map<string, Connection>();

  /** Throws if the kernel that the options demand cannot be had. */
  constructor(options: BrokerOptions = {}) {
    this.settings = brokerSettings(options);
    const { kernel } = this.settings;
    this.kernelName = new Decoder({ kernel }).kernelName;
    this.subscriptions = new Subscriptions(kernel);
  }

  /** Clients whose CONNECT was accepted and that are still there. */
  get clientCount(): number {
    return this.#clients.size;
  }

  /** Accepts TCP connections; returns where. Rejects with the system's error (`EADDRINUSE`, `EACCES`, ...). */
  async listen(options: ListenOptions = {}): Promise<AddressInfo> {
    const listener = await Listener.open(
      options,
      (socket: Socket) => this.#connections.add(new Connection(this, socket)),
      (error) => this.settings.log.warning(`listener: ${error.message}`),
    );
    this.#listeners.add(listener);
    return listener.address;
  }

  /** Sends a message to all subscribers of its topic. `sender`: the connection it came from. */
  publish(message: Message, sender?: Connection): void {
    this.statistics.messagesReceived++;
    // Once per client, however many of its subscriptions match; RETAIN is kept if one of them asks for it.
    const receivers = new Map<Connection, boolean>();
    this.subscriptions.match(message.topic, (receiver, { noLocal, retainAsPublished }) => {
      if (noLocal && receiver === sender) return; // MQTT-3.8.3-3
      const retain = message.retain && retainAsPublished; // MQTT-3.3.1-12 and -13
      receivers.set(receiver, retain || receivers.get(receiver) === true);
    });
    const publication = new Publication(message);
    for (const [receiver, retain] of receivers) receiver.deliver(publication, retain);
  }

  /** Stops listening and ends all connections; resolves when they are closed. Wills are not published. */
  async close(): Promise<void> {
    const closed = [...this.#listeners].map((listener) => listener.close());
    this.#listeners.clear();
    for (const connection of this.#connections) connection.disconnect(SERVER_SHUTTING_DOWN, false);
    await Promise.all(closed);
  }

  /** For connections: takes a client identifier, and ends the connection that had it (MQTT-3.1.4-2, -3 of 5.0). */
  enter(clientId: string, connection: Connection): void {
    this.#clients.get(clientId)?.disconnect(SESSION_TAKEN_OVER, true);
    this.#clients.set(clientId, connection);
  }

  /** For connections: forgets one that has ended. */
  leave(connection: Connection): void {
    this.#connections.delete(connection);
    this.subscriptions.removeAll(connection);
    const id = connection.client?.id;
    if (id !== undefined) this.#clients.delete(id);
  }
}
