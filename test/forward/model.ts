import type { ProtocolVersion } from '../../src/protocol/packet-types.ts';
import type { EncodablePublish } from '../../src/protocol/packets.ts';
import { matches, type SubscriptionOptions } from '../../src/topics/index.ts';
import { oracleDecode } from '../oracle/index.ts';
import {
  client as clientBytes,
  MESSAGE_EXPIRY_INTERVAL,
  type Message,
  packet,
  parsePublish,
  renderPublish,
  SUBSCRIPTION_IDENTIFIER,
  splitPackets,
  TOPIC_ALIAS,
  uint16,
  uint32,
  variableByteInteger,
} from './wire.ts';
import type { Client, ClientOptions, Counters, World, WorldOptions } from './world.ts';

// What a Forwarder with the server of test/forward/server.ts has to do, in plain objects: every packet is decoded, every
// copy is made by itself, every subscription is looked at.

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** What waits for a client. */
interface Waiting {
  readonly bytes: Buffer;
  readonly isMessage: boolean;
  /** With an expiry interval: the message, and when it came. */
  readonly expiring?: { readonly message: Message; readonly since: number };
}

interface Subscription extends SubscriptionOptions {
  readonly filter: string;
}

const EMPTY = Buffer.alloc(0);

class ModelClient implements Client {
  readonly version: ProtocolVersion;
  readonly topicAliasMaximum: number;
  readonly maximumPacketSize: number;
  readonly subscriptions = new Map<string, Subscription>();
  received: Buffer = EMPTY;
  isClosed = false;
  waiting: Waiting[] = [];
  /** Given to the operating system, which does not take it. */
  onItsWay: Waiting[] = [];
  private readonly aliases = new Map<number, string>();
  private readonly world: ModelWorld;
  private isHeld = false;
  private input: Buffer = EMPTY;
  private lastIdentifier = 0;

  constructor(world: ModelWorld, { version = 4, maximumPacketSize, topicAliasMaximum }: ClientOptions) {
    this.world = world;
    this.version = version;
    this.topicAliasMaximum = topicAliasMaximum ?? 0;
    this.maximumPacketSize = maximumPacketSize ?? Number.POSITIVE_INFINITY;
    this.answer(version === 5 ? packet(0x20, Buffer.from([0, 0, 0])) : packet(0x20, Buffer.from([0, 0])));
  }

  send(...chunks: Uint8Array[]): void {
    for (const chunk of chunks) {
      const { packets, rest } = splitPackets(Buffer.concat([this.input, chunk]));
      this.input = rest;
      for (const each of packets) if (!this.isClosed) this.take(each);
    }
  }

  subscribe(filter: string, options: SubscriptionOptions = {}): void {
    this.subscriptions.set(filter, { filter, ...options });
    this.world.noteShare(filter, this);
  }

  unsubscribe(filter: string): void {
    this.subscriptions.delete(filter);
    this.world.forgetShare(filter, this);
  }

  hold(): void {
    this.isHeld = true;
  }

  async release(): Promise<void> {
    this.isHeld = false;
    await this.takeOnce();
  }

  async takeOnce(): Promise<void> {
    this.arrive(this.onItsWay);
    this.onItsWay = [];
    await this.world.turn();
  }

  async cut(): Promise<void> {
    this.closeNow();
  }

  closeNow(): void {
    this.isClosed = true;
    for (const filter of [...this.subscriptions.keys()]) this.unsubscribe(filter);
  }

  /** A copy of a message for this client. */
  deliver(message: Message): void {
    const { counters, now } = this.world;
    if (this.isClosed) {
      counters.messagesOffline++;
      return;
    }
    const qos = (message.first >> 1) & 3;
    const numbered = qos ? { ...message, messageId: ++this.lastIdentifier } : message;
    const bytes = renderPublish(numbered, this.version);
    if (bytes.length > this.maximumPacketSize) {
      counters.messagesTooLarge++;
      return;
    }
    // messages of QoS 1 and 2 are bounded by the receive maximum
    if (qos === 0 && !this.makeRoom(bytes.length)) {
      counters.messagesDropped++;
      if (this.world.options.overflow === 'disconnect') this.closeNow();
      return;
    }
    counters.messagesDelivered++;
    const expires = this.version === 5 && message.properties.some(({ id }) => id === MESSAGE_EXPIRY_INTERVAL);
    const expiring = expires ? { expiring: { message: numbered, since: now } } : {};
    this.waiting.push({ bytes, isMessage: true, ...expiring });
  }

  /** What its socket can take at once does not count. */
  private makeRoom(length: number): boolean {
    if (!this.hasRoom(length) && this.onItsWay.length === 0) this.world.flush();
    return this.hasRoom(length);
  }

  private hasRoom(length: number): boolean {
    const { maxBacklogBytes = 8_388_608, maxBacklogMessages = 10_000 } = this.world.options;
    const backlog = [...this.onItsWay, ...this.waiting];
    const bytes = backlog.reduce((sum, each) => sum + each.bytes.length, 0);
    const messages = backlog.filter(({ isMessage }) => isMessage).length;
    return bytes + length <= maxBacklogBytes && messages < maxBacklogMessages;
  }

  /** The end of the turn. */
  flush(): void {
    if (this.isClosed || this.onItsWay.length > 0) return;
    const leaving = this.waiting.flatMap((each) => this.aged(each));
    this.waiting = [];
    if (this.isHeld) this.onItsWay = leaving;
    else this.arrive(leaving);
  }

  /** MQTT-3.3.2-5, MQTT-3.3.2-6. */
  private aged(each: Waiting): Waiting[] {
    if (each.expiring === undefined) return [each];
    const { message, since } = each.expiring;
    const waited = this.world.now - since;
    if (waited === 0) return [each];
    const qos = (message.first >> 1) & 3;
    let isOver = false;
    const properties = message.properties.map((property) => {
      if (property.id !== MESSAGE_EXPIRY_INTERVAL) return property;
      const left = property.value.readUInt32BE() - waited;
      isOver = left <= 0 && qos === 0;
      return { ...property, value: uint32(Math.max(0, left)) };
    });
    if (isOver) this.world.counters.messagesExpired++;
    return isOver
      ? []
      : [{ bytes: renderPublish({ ...message, properties }, this.version), isMessage: true }];
  }

  private arrive(all: Waiting[]): void {
    this.received = Buffer.concat([this.received, ...all.map(({ bytes }) => bytes)]);
  }

  private answer(bytes: Buffer): void {
    this.waiting.push({ bytes, isMessage: false });
  }

  private take(bytes: Buffer): void {
    if (bytes[0] >> 4 === 3) {
      this.takePublish(parsePublish(bytes, this.version));
      return;
    }
    const { packets, error } = oracleDecode(bytes, { version: this.version, sender: 'client' });
    if (error) throw new Error('the model knows no errors');
    const [read] = packets;
    const noProperties = this.version === 5 ? Buffer.from([0]) : EMPTY;
    if (read.cmd === 'subscribe') {
      for (const { topic, qos, nl, rap } of read.subscriptions) {
        const { subscriptionIdentifier } = read.properties ?? {};
        this.subscribe(topic, { qos, noLocal: nl, retainAsPublished: rap, subscriptionIdentifier });
      }
      const granted = Buffer.from(read.subscriptions.map(({ qos }) => qos));
      this.answer(packet(0x90, uint16(read.messageId), noProperties, granted));
    } else if (read.cmd === 'unsubscribe') {
      for (const filter of read.unsubscriptions) this.unsubscribe(filter);
      const reasons = this.version === 5 ? Buffer.alloc(read.unsubscriptions.length) : EMPTY;
      this.answer(packet(0xb0, uint16(read.messageId), noProperties, reasons));
    } else if (read.cmd === 'pubrel') this.answer(packet(0x70, uint16(read.messageId)));
    else if (read.cmd === 'pingreq') this.answer(packet(0xd0));
    else if (read.cmd === 'disconnect') {
      this.flush();
      this.closeNow();
    }
  }

  private takePublish(message: Message): void {
    const alias = message.properties.find(({ id }) => id === TOPIC_ALIAS)?.value.readUInt16BE();
    let { topic } = message;
    if (alias !== undefined) {
      if (topic === '') topic = this.aliases.get(alias) ?? '';
      else this.aliases.set(alias, topic);
    }
    this.world.route({ ...message, topic }, this);
    const qos = (message.first >> 1) & 3;
    if (qos > 0) this.answer(packet(qos === 1 ? 0x40 : 0x50, uint16(message.messageId)));
  }
}

export class ModelWorld implements World {
  readonly name = 'model';
  readonly options: WorldOptions;
  readonly clients: ModelClient[] = [];
  now = 0;
  readonly counters: Mutable<Counters> = {
    messagesForwarded: 0,
    messagesDelivered: 0,
    messagesDropped: 0,
    messagesTooLarge: 0,
    messagesOffline: 0,
    messagesExpired: 0,
  };
  /** Members of each share group, the next one first. */
  private readonly shares = new Map<string, ModelClient[]>();

  constructor(options: WorldOptions = {}) {
    this.options = options;
  }

  connect(options: ClientOptions = {}): ModelClient {
    const client = new ModelClient(this, options);
    this.clients.push(client);
    return client;
  }

  publish(fields: EncodablePublish): void {
    this.route(parsePublish(clientBytes(5, fields), 5), undefined);
  }

  async turn(): Promise<void> {
    this.flush();
  }

  flush(): void {
    for (const client of this.clients) client.flush();
  }

  advance(seconds: number): void {
    this.now += seconds;
  }

  async close(): Promise<void> {}

  noteShare(filter: string, member: ModelClient): void {
    if (!filter.startsWith('$share/')) return;
    const members = this.shares.get(filter) ?? [];
    if (!members.includes(member)) members.push(member);
    this.shares.set(filter, members);
  }

  forgetShare(filter: string, member: ModelClient): void {
    const members = this.shares.get(filter);
    if (members !== undefined)
      this.shares.set(
        filter,
        members.filter((each) => each !== member),
      );
  }

  /** A message to all who subscribed to it. */
  route(message: Message, publisher: ModelClient | undefined): void {
    this.counters.messagesForwarded++;
    for (const client of this.clients) {
      const all = [...client.subscriptions.values()];
      // one copy for all of them (MQTT-3.3.4-2), with what each of them asks for
      this.send(
        client,
        message,
        all.filter(({ filter }) => !filter.startsWith('$share/') && matches(filter, message.topic)),
        publisher,
      );
    }
    for (const [shared, members] of this.shares) {
      const filter = shared.split('/').slice(2).join('/');
      const next = members.shift();
      if (next === undefined) continue;
      if (matches(filter, message.topic)) {
        members.push(next);
        this.send(next, message, [next.subscriptions.get(shared)!], undefined);
      } else members.unshift(next);
    }
  }

  private send(
    client: ModelClient,
    { first, topic, properties, payload }: Message,
    subscriptions: Subscription[],
    publisher: ModelClient | undefined,
  ): void {
    if (subscriptions.length === 0) return;
    if (client === publisher && subscriptions.every(({ noLocal }) => noLocal)) return; // MQTT-3.8.3-3
    const highest = Math.max(...subscriptions.map(({ qos = 0 }) => qos));
    const qos = Math.min((first >> 1) & 3, highest);
    const retain = subscriptions.some(({ retainAsPublished }) => retainAsPublished) ? first & 1 : 0;
    const identifiers = subscriptions.flatMap(({ subscriptionIdentifier: number }) =>
      number === undefined ? [] : [{ id: SUBSCRIPTION_IDENTIFIER, value: variableByteInteger(number) }],
    );
    const kept = properties.filter(({ id }) => id !== TOPIC_ALIAS);
    client.deliver({
      first: 0x30 | (qos << 1) | retain,
      topic,
      messageId: 0,
      properties: [...kept, ...identifiers],
      payload,
    });
  }
}
