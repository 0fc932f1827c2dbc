import { vi } from 'vitest';
import type { Decoder } from '../../src/decode/index.ts';
import type { Connection } from '../../src/forward/connection.ts';
import { Forwarder } from '../../src/forward/forwarder.ts';
import type { Receiver } from '../../src/forward/receiver.ts';
import type { ConnectionHandler, ForwarderOptions } from '../../src/forward/types.ts';
import type { KernelName } from '../../src/kernel/kernel.ts';
import type { ProtocolVersion } from '../../src/protocol/packet-types.ts';
import type { EncodablePublish } from '../../src/protocol/packets.ts';
import { type SubscriptionOptions, TopicIndex } from '../../src/topics/index.ts';
import { FakeSocket } from './fake-socket.ts';
import { client as clientBytes } from './wire.ts';
import type { Client, ClientOptions, Counters, World } from './world.ts';

export const KERNELS: readonly KernelName[] = typeof WebAssembly === 'object' ? ['wasm', 'js'] : ['js'];

/** A small server: subscriptions last as long as a connection, messages of QoS 1 and 2 are sent once. */
export class SmallServer implements ConnectionHandler {
  readonly index: TopicIndex<Receiver>;
  readonly errors: Error[] = [];
  readonly closed: Connection[] = [];
  /** The receivers that it has made. */
  readonly receivers = new Map<Connection, Receiver>();
  private readonly filters = new Map<Connection, Set<string>>();
  private readonly identifiers = new Map<Receiver, number>();

  constructor(index: TopicIndex<Receiver>) {
    this.index = index;
  }

  packet(connection: Connection, decoder: Decoder): void {
    const packet = decoder.read();
    const { receiver } = connection;
    if (packet.cmd === 'connect') {
      const { maximumPacketSize, topicAliasMaximum } = packet.properties ?? {};
      receiver.connect(connection, { maximumPacketSize, topicAliasMaximum });
      this.receivers.set(connection, receiver);
      connection.write({ cmd: 'connack', returnCode: 0, reasonCode: 0 });
    } else if (packet.cmd === 'subscribe') {
      const { messageId, properties = {}, subscriptions } = packet;
      for (const { topic, qos, nl, rap } of subscriptions) {
        const { subscriptionIdentifier } = properties;
        this.subscribe(connection, topic, {
          qos,
          noLocal: nl,
          retainAsPublished: rap,
          subscriptionIdentifier,
        });
      }
      connection.write({ cmd: 'suback', messageId, granted: subscriptions.map(({ qos }) => qos) });
    } else if (packet.cmd === 'unsubscribe') {
      const { messageId, unsubscriptions } = packet;
      for (const filter of unsubscriptions) this.unsubscribe(connection, filter);
      connection.write({ cmd: 'unsuback', messageId, granted: unsubscriptions.map(() => 0) });
    } else if (packet.cmd === 'publish') {
      const { messageId = 0, qos } = packet;
      connection.forward((to, delivery) => {
        to.deliver(connection, { ...delivery, messageId: this.nextIdentifier(to) });
      });
      if (qos > 0) connection.write({ cmd: qos === 1 ? 'puback' : 'pubrec', messageId });
    } else if (packet.cmd === 'pubrel') {
      connection.write({ cmd: 'pubcomp', messageId: packet.messageId });
    } else if (packet.cmd === 'pingreq') connection.write({ cmd: 'pingresp' });
    else if (packet.cmd === 'disconnect') connection.end();
  }

  error(_connection: Connection, error: Error): void {
    this.errors.push(error);
  }

  close(connection: Connection): void {
    this.closed.push(connection);
    const receiver = this.receivers.get(connection);
    if (receiver === undefined) return;
    for (const filter of this.filters.get(connection) ?? []) this.index.unsubscribe(filter, receiver);
    this.filters.delete(connection);
    this.receivers.delete(connection);
    receiver.release();
  }

  subscribe(connection: Connection, filter: string, options?: SubscriptionOptions): void {
    this.index.subscribe(filter, this.receivers.get(connection) ?? connection.receiver, options);
    const filters = this.filters.get(connection) ?? new Set();
    this.filters.set(connection, filters.add(filter));
  }

  unsubscribe(connection: Connection, filter: string): void {
    this.index.unsubscribe(filter, this.receivers.get(connection) ?? connection.receiver);
    this.filters.get(connection)?.delete(filter);
  }

  private nextIdentifier(receiver: Receiver): number {
    const next = (this.identifiers.get(receiver) ?? 0) + 1;
    this.identifiers.set(receiver, next);
    return next;
  }
}

export class FakeClient implements Client {
  readonly version: ProtocolVersion;
  readonly topicAliasMaximum: number;
  readonly socket = new FakeSocket();
  readonly connection: Connection;
  private readonly world: ForwarderWorld;

  constructor(world: ForwarderWorld, options: ClientOptions) {
    const { version = 4, topicAliasMaximum, maximumPacketSize } = options;
    this.world = world;
    this.version = version;
    this.topicAliasMaximum = topicAliasMaximum ?? 0;
    this.connection = world.forwarder.attach(this.socket, world.server);
    const properties = {
      ...(topicAliasMaximum === undefined ? {} : { topicAliasMaximum }),
      ...(maximumPacketSize === undefined ? {} : { maximumPacketSize }),
    };
    this.send(
      clientBytes(version, {
        cmd: 'connect',
        protocolVersion: version,
        clientId: 'c',
        ...(version === 5 ? { properties } : {}),
      }),
    );
  }

  get received(): Buffer {
    return this.socket.taken;
  }

  get isClosed(): boolean {
    return this.world.server.closed.includes(this.connection);
  }

  send(...chunks: Uint8Array[]): void {
    for (const chunk of chunks) this.socket.arrive(chunk);
  }

  subscribe(filter: string, options?: SubscriptionOptions): void {
    this.world.server.subscribe(this.connection, filter, options);
  }

  unsubscribe(filter: string): void {
    this.world.server.unsubscribe(this.connection, filter);
  }

  hold(): void {
    this.socket.hold();
  }

  release(): Promise<void> {
    this.socket.release();
    return this.world.turn();
  }

  takeOnce(): Promise<void> {
    this.socket.takeOnce();
    return this.world.turn();
  }

  cut(): Promise<void> {
    this.socket.destroy();
    return this.world.turn();
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** A Forwarder with fake sockets, whose turns end when the test says so. */
export class ForwarderWorld implements World {
  readonly name: string;
  readonly forwarder: Forwarder;
  readonly index: TopicIndex<Receiver>;
  readonly server: SmallServer;
  private scheduled: (() => void)[] = [];

  constructor(kernel: KernelName, options: Partial<ForwarderOptions> = {}) {
    this.name = kernel;
    this.index = options.index ?? new TopicIndex<Receiver>({ kernel });
    const schedule = (flush: () => void) => this.scheduled.push(flush);
    this.forwarder = new Forwarder({ schedule, ...options, index: this.index, kernel });
    if (this.forwarder.kernelName !== kernel) throw new Error(`not the kernel ${kernel}`);
    this.server = new SmallServer(this.index);
  }

  get counters(): Counters {
    return this.forwarder.statistics;
  }

  connect(options: ClientOptions = {}): FakeClient {
    return new FakeClient(this, options);
  }

  publish(packet: EncodablePublish): void {
    this.forwarder.publish(packet, (receiver, delivery) => {
      throw new Error(`QoS ${delivery.qos} for ${receiver}`);
    });
  }

  async turn(): Promise<void> {
    do {
      const flushes = this.scheduled;
      this.scheduled = [];
      for (const flush of flushes) flush();
      // streams tell what has become of them a little later
      await nextTurn();
    } while (this.scheduled.length > 0);
  }

  advance(seconds: number): void {
    vi.advanceTimersByTime(seconds * 1000);
  }

  async close(): Promise<void> {
    this.forwarder.close();
    await this.turn();
  }
}
