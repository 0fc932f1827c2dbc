import { FRAME_LIMIT } from '../../../assembly/forward/layout.ts';
import { INTERN_LENGTH_LIMIT } from '../../../assembly/layout.ts';
import { decode } from '../../../src/decode/index.ts';
import {
  MESSAGE_EXPIRY_INTERVAL,
  type Message,
  type Property,
  parsePublish,
  renderPublish,
  SUBSCRIPTION_IDENTIFIER,
  TOPIC_ALIAS,
  uint16,
  uint32,
  variableByteInteger,
} from '../../forward/wire.ts';
import { AMPLE, type ReceiverState, type RouteEntry } from './plane.ts';

// What the kernel has to do, in plain objects: it knows packets and nothing of pages, rows and words.

/** A PUBLISH as the chunk had it, and what its topic alias stands for. */
export interface Incoming {
  readonly bytes: Uint8Array;
  readonly version5: boolean;
  readonly message: Message;
  readonly topic: string;
}

/** Takes a PUBLISH apart; what the codec says about it has to be the same. */
export function incoming(bytes: Uint8Array, version5: boolean, aliases: Map<number, string>): Incoming {
  const protocolVersion = version5 ? 5 : 4;
  const message = parsePublish(bytes, protocolVersion);
  const [packet] = decode(bytes, { protocolVersion });
  if (packet?.cmd !== 'publish' || packet.topic !== message.topic) throw new Error('not that PUBLISH');
  if (!Buffer.from(packet.payload as Uint8Array).equals(message.payload)) throw new Error('another payload');
  const alias = message.properties.find(({ id }) => id === TOPIC_ALIAS)?.value.readUInt16BE();
  let { topic } = message;
  if (alias !== undefined) {
    if (topic === '') topic = aliases.get(alias) ?? '';
    else aliases.set(alias, topic);
  }
  return { bytes, version5, message, topic };
}

export interface Exception {
  readonly entry: RouteEntry;
  readonly k: number;
}

interface Receiver {
  readonly state: ReceiverState;
  room: number;
  messageRoom: number;
  isWaiting: boolean;
  hasExpiry: boolean;
  dropped: number;
  tooLarge: number;
  /** Topic id by alias. */
  aliases: Map<number, number>;
  readonly sent: Buffer[];
}

export class Oracle {
  readonly receivers = new Map<number, Receiver>();
  readonly routes = new Map<string, readonly RouteEntry[] | 'host'>();
  readonly topicIds: ReadonlyMap<string, number>;
  readonly counters = { forwarded: 0, delivered: 0, dropped: 0, tooLarge: 0, offline: 0 };
  now = 0;
  /** How often somebody's room was used up, so that what waits had to be sent first. */
  drains = 0;

  constructor(receivers: readonly ReceiverState[], topicIds: ReadonlyMap<string, number>) {
    this.topicIds = topicIds;
    for (const state of receivers) {
      const { room = AMPLE, messageRoom = AMPLE } = state;
      const record = { room, messageRoom, isWaiting: false, hasExpiry: false, dropped: 0, tooLarge: 0 };
      this.receivers.set(state.slot, { state, ...record, aliases: new Map(), sent: [] });
    }
  }

  /** Whether a packet is one for TypeScript first. */
  isForHost(packet: Incoming, retainIsForHost: boolean): boolean {
    const { first, properties } = packet.message;
    return (
      (first & 6) !== 0 ||
      (retainIsForHost && (first & 1) !== 0) ||
      properties.some(({ id }) => id === TOPIC_ALIAS || id === SUBSCRIPTION_IDENTIFIER) ||
      packet.bytes.length > FRAME_LIMIT ||
      Buffer.byteLength(packet.topic) > INTERN_LENGTH_LIMIT ||
      this.routes.get(packet.topic) === 'host'
    );
  }

  /** Gives a packet to all receivers of its topic; returns the entries that get it with QoS 1 or 2. */
  passOn(packet: Incoming, publisher: number, atMostOnce: boolean): Exception[] {
    const exceptions: Exception[] = [];
    const qos = atMostOnce ? 0 : (packet.message.first >> 1) & 3;
    const entries = this.routes.get(packet.topic) ?? [];
    if (entries === 'host') throw new Error('a route for the host');
    entries.forEach((entry, k) => {
      if (entry.noLocal && entry.slot === publisher) return;
      if (Math.min(qos, entry.qos ?? 0) > 0) exceptions.push({ entry, k });
      else this.offer(packet, entry, entry.retainAsPublished ? 0x30 | (packet.message.first & 1) : 0x30, 0);
    });
    this.counters.forwarded++;
    return exceptions;
  }

  /** Gives a packet to one receiver. */
  offer(packet: Incoming, { slot, identifiers = [] }: RouteEntry, first: number, messageId: number): void {
    const receiver = this.receiver(slot);
    const { state } = receiver;
    if (state.connected === false) {
      this.counters.offline++;
      return;
    }
    const properties = state.version5 ? this.properties(packet, receiver, identifiers) : [];
    const message = { ...packet.message, first, messageId, topic: packet.topic, properties };
    const render = (topic: string, alias: number): Buffer =>
      renderPublish(
        { ...message, topic, properties: [...properties, ...(alias > 0 ? [aliasProperty(alias)] : [])] },
        state.version5 ? 5 : 4,
      );
    let alias = this.aliasFor(packet, receiver);
    const id = this.topicIds.get(packet.topic) ?? -1;
    let bytes = render(alias > 0 && receiver.aliases.get(alias) === id ? '' : packet.topic, alias);
    const maximum = state.maximum ?? Number.POSITIVE_INFINITY;
    if (bytes.length > maximum && alias > 0 && receiver.aliases.get(alias) !== id) {
      alias = 0;
      bytes = render(packet.topic, 0);
    }
    if (bytes.length > maximum) {
      receiver.tooLarge++;
      this.counters.tooLarge++;
      return;
    }
    if (!hasRoom(receiver, bytes) && state.since === undefined && receiver.isWaiting) {
      this.drains++;
      this.drain();
    }
    if (!hasRoom(receiver, bytes)) {
      receiver.dropped++;
      this.counters.dropped++;
      return;
    }
    receiver.room -= bytes.length;
    receiver.messageRoom--;
    receiver.isWaiting = true;
    if (properties.some(({ id: property }) => property === MESSAGE_EXPIRY_INTERVAL))
      receiver.hasExpiry = true;
    if (alias > 0) receiver.aliases.set(alias, id);
    receiver.sent.push(bytes);
    this.counters.delivered++;
  }

  /** All that waits is sent; who is not deferred has its room back. */
  drain(): void {
    for (const receiver of this.receivers.values()) {
      receiver.isWaiting = false;
      if (receiver.state.since !== undefined) continue;
      receiver.room = receiver.state.room ?? AMPLE;
      receiver.messageRoom = receiver.state.messageRoom ?? AMPLE;
    }
  }

  receiver(slot: number): Receiver {
    const receiver = this.receivers.get(slot);
    if (receiver === undefined) throw new Error(`no receiver ${slot}`);
    return receiver;
  }

  private properties(packet: Incoming, { state }: Receiver, identifiers: readonly number[]): Property[] {
    const kept = packet.message.properties.filter(({ id }) => id !== TOPIC_ALIAS);
    const aged = kept.map((property) => {
      if (property.id !== MESSAGE_EXPIRY_INTERVAL || state.since === undefined) return property;
      const later = property.value.readUInt32BE() + Math.floor((this.now - state.since) / 1000);
      return { id: property.id, value: uint32(Math.min(later, 4_294_967_295)) };
    });
    const added = identifiers.map((value) => ({
      id: SUBSCRIPTION_IDENTIFIER,
      value: variableByteInteger(value),
    }));
    return [...aged, ...added];
  }

  /** The alias that a receiver is told for a topic, or 0. */
  private aliasFor({ message, topic }: Incoming, { state }: Receiver): number {
    const id = this.topicIds.get(topic) ?? -1;
    const { aliases = 0 } = state;
    const expires = message.properties.some(({ id: property }) => property === MESSAGE_EXPIRY_INTERVAL);
    return aliases === 0 || expires || Buffer.byteLength(topic) <= 3 || id < 0 ? 0 : (id % aliases) + 1;
  }
}

function aliasProperty(alias: number): Property {
  return { id: TOPIC_ALIAS, value: uint16(alias) };
}

/** QoS 1 and 2 are bounded by the receive maximum, not by the backlog. */
function hasRoom({ room, messageRoom }: Receiver, bytes: Uint8Array): boolean {
  if ((bytes[0] & 6) !== 0) return true;
  return bytes.length <= room && messageRoom > 0;
}
