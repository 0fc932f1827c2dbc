import type { NetConnectOpts } from 'node:net';
import type { Duplex } from 'node:stream';
import {
  LARGE_FREE_COUNT,
  LARGE_PAGE,
  LARGE_PAGE_COUNT,
  SMALL_FREE_COUNT,
  SMALL_PAGE,
  SMALL_PAGE_COUNT,
} from '../../assembly/forward/layout.ts';
import type { EncodablePublish } from '../protocol/packets.ts';
import { Connection } from './connection.ts';
import { Message } from './message.ts';
import { forwarderSettings } from './options.ts';
import { Plane } from './plane.ts';
import { Publication } from './publication.ts';
import { Receiver } from './receiver.ts';
import type {
  AttachOptions,
  ConnectionHandler,
  ForwarderOptions,
  ForwarderStatistics,
  VisitDelivery,
} from './types.ts';

/**
 * The data plane: passes PUBLISH packets on from sockets to sockets. A message with QoS 0 that only passes through never
 * becomes a JavaScript value: it is read into the kernel's memory, and appended there to what its receivers are sent at the
 * end of the turn of the event loop. All other packets go to the handler of their connection.
 *
 * ```ts
 * const index = new TopicIndex<Receiver>();
 * const forwarder = new Forwarder({ index });
 * net.createServer((socket) => forwarder.attach(socket, { packet: answer })).listen(1883);
 * ```
 *
 * It is no broker: who may connect, subscribe and publish, and what is acknowledged, is the handler's business.
 */
export class Forwarder {
  private readonly plane: Plane;

  /** Throws MqttError FIELD_INVALID for an option that is none, and an Error when the kernel asked for does not run here. */
  constructor(options: ForwarderOptions) {
    this.plane = new Plane(forwarderSettings(options));
  }

  /** The kernel in use: `wasm` or `js`. */
  get kernelName(): 'wasm' | 'js' {
    return this.plane.outboxes.kernel.name;
  }

  /**
   * Reads a stream from now on, and passes on what is published by it. A plain socket that nobody has read from is made to
   * read straight into the kernel's memory: `connection.stream` is then another object than `stream`. Any Node duplex of
   * bytes will do; TLS and WebSocket streams take the way by 'data' events.
   */
  attach(stream: Duplex, handler: ConnectionHandler, options: AttachOptions = {}): Connection {
    return new Connection(this.plane, { stream }, handler, options);
  }

  /** Connects to a server; the same for a client's side. Throws as `net.connect` does. */
  connect(target: NetConnectOpts, handler: ConnectionHandler, options: AttachOptions = {}): Connection {
    return new Connection(this.plane, { options: target }, handler, { peer: 'server', ...options });
  }

  /** A receiver without a connection. Throws MqttError RECEIVERS_FULL when there are 131,072 already. */
  createReceiver(): Receiver {
    return new Receiver(this.plane.publisher);
  }

  /**
   * Passes on a message of one's own, or one that was kept, to all subscribers, as `connection.forward` does. `publisher`: who
   * does not get it where it subscribes with `noLocal`. Throws as `Message.from` does.
   *
   * While a message is being passed on, which a stream that calls back at once can notice, it is done right after that.
   */
  publish(message: Message | EncodablePublish, visit?: VisitDelivery, publisher?: Receiver): void {
    const { outboxes, publisher: passing } = this.plane;
    const publication = new Publication(outboxes.kernel, passing.stage);
    publication.takeMessage(message instanceof Message ? message : Message.from(message), publisher);
    const forward = (): void => passing.forward(publication, visit);
    if (outboxes.isEntered && !passing.isForwarding) forward();
    else outboxes.enter(forward);
  }

  /** Sends what waits now, not at the end of the turn. */
  flush(): void {
    this.plane.outboxes.flush();
  }

  /** What has been counted since the start; a new object at each call. */
  get statistics(): ForwarderStatistics {
    const { bytesReceived, connections, outboxes } = this.plane;
    outboxes.harvest();
    const { words } = outboxes.kernel.memory;
    const small = SMALL_PAGE_COUNT - words[SMALL_FREE_COUNT >> 2];
    const large = LARGE_PAGE_COUNT - words[LARGE_FREE_COUNT >> 2];
    return {
      connections: connections.size,
      receivers: outboxes.slotCount,
      bytesReceived,
      bytesSent: outboxes.bytesSent,
      messagesForwarded: outboxes.messagesForwarded,
      messagesDelivered: outboxes.messagesDelivered,
      messagesDropped: outboxes.messagesDropped,
      messagesTooLarge: outboxes.messagesTooLarge,
      messagesOffline: outboxes.messagesOffline,
      messagesExpired: outboxes.messagesExpired,
      outboxes: {
        used: small * SMALL_PAGE + large * LARGE_PAGE,
        reserved: SMALL_PAGE_COUNT * SMALL_PAGE + LARGE_PAGE_COUNT * LARGE_PAGE,
        javascript: outboxes.javascriptBytes,
      },
    };
  }

  /** Destroys all connections. */
  close(): void {
    for (const connection of this.plane.connections) connection.destroy();
  }
}
