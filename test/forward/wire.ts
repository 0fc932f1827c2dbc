import { encode } from '../../src/encode/index.ts';
import type { ProtocolVersion } from '../../src/protocol/packet-types.ts';
import type { EncodablePacket, EncodablePublish } from '../../src/protocol/packets.ts';
import { Reader } from '../oracle/reader.ts';

// A PUBLISH taken apart and put together by the letter of MQTT5 section 3.3, with nothing of src/.

export const TOPIC_ALIAS = 0x23;
export const SUBSCRIPTION_IDENTIFIER = 0x0b;
export const MESSAGE_EXPIRY_INTERVAL = 0x02;

export interface Property {
  readonly id: number;
  /** Without the identifier. */
  readonly value: Buffer;
}

export interface Message {
  readonly first: number;
  readonly topic: string;
  readonly messageId: number;
  readonly properties: readonly Property[];
  readonly payload: Buffer;
}

/** The packets of a stream, and what is left. */
export function splitPackets(bytes: Uint8Array): { packets: Buffer[]; rest: Buffer } {
  const packets: Buffer[] = [];
  let rest = Buffer.from(bytes);
  for (;;) {
    const lengthEnd = rest.subarray(1, 5).findIndex((byte) => byte < 0x80);
    if (lengthEnd < 0) return { packets, rest };
    const bodyStart = 2 + lengthEnd;
    const end = bodyStart + new Reader(rest.subarray(1)).variableByteInteger(true);
    if (rest.length < end) return { packets, rest };
    packets.push(rest.subarray(0, end));
    rest = rest.subarray(end);
  }
}

function takeValue(reader: Reader, id: number): void {
  if (id === 0x01) reader.byte();
  else if (id === MESSAGE_EXPIRY_INTERVAL) reader.uint32();
  else if (id === SUBSCRIPTION_IDENTIFIER) reader.variableByteInteger(false);
  else if (id === TOPIC_ALIAS) reader.uint16();
  else reader.binary();
  if (id === 0x26) reader.binary();
}

/** A PUBLISH in its parts. */
export function parsePublish(packet: Uint8Array, version: ProtocolVersion): Message {
  const reader = new Reader(packet);
  const first = reader.byte();
  reader.variableByteInteger(true);
  const topic = reader.string();
  const messageId = first & 6 ? reader.uint16() : 0;
  const properties: Property[] = [];
  if (version === 5) {
    const block = new Reader(reader.take(reader.variableByteInteger(false)));
    while (!block.empty) {
      const id = block.byte();
      const before = block.rest;
      takeValue(block, id);
      properties.push({ id, value: Buffer.from(before.subarray(0, before.length - block.rest.length)) });
    }
  }
  return { first, topic, messageId, properties, payload: Buffer.from(reader.rest) };
}

export function uint16(value: number): Buffer {
  return Buffer.from([value >> 8, value & 0xff]);
}

export function uint32(value: number): Buffer {
  return Buffer.concat([uint16(Math.floor(value / 65_536)), uint16(value % 65_536)]);
}

export function variableByteInteger(value: number): Buffer {
  const digits: number[] = [];
  for (; value > 127; value = Math.floor(value / 128)) digits.push((value % 128) + 128);
  return Buffer.from([...digits, value]);
}

/** A packet with this first byte and body. */
export function packet(first: number, ...body: Uint8Array[]): Buffer {
  const bytes = Buffer.concat(body);
  return Buffer.concat([Buffer.from([first]), variableByteInteger(bytes.length), bytes]);
}

export function renderPublish(message: Message, version: ProtocolVersion): Buffer {
  const { first, topic, messageId, payload } = message;
  const name = Buffer.from(topic);
  const parts = [uint16(name.length), name];
  if (first & 6) parts.push(uint16(messageId));
  if (version === 5) {
    const block = Buffer.concat(
      message.properties.flatMap(({ id, value }) => [Buffer.from([id]), value] as Buffer[]),
    );
    parts.push(variableByteInteger(block.length), block);
  }
  return packet(first, ...parts, payload);
}

/** Names in place of topic aliases, and subscription identifiers in order: neither has to be as another server has it. */
export function normalised(bytes: Uint8Array, version: ProtocolVersion, aliasMaximum = 0): string[] {
  const names = new Map<number, string>();
  const { packets, rest } = splitPackets(bytes);
  const all = packets.map((whole) => {
    if (whole[0] >> 4 !== 3) return whole;
    const message = parsePublish(whole, version);
    const alias = message.properties.find(({ id }) => id === TOPIC_ALIAS)?.value.readUInt16BE();
    let { topic } = message;
    if (alias !== undefined) {
      if (alias === 0 || alias > aliasMaximum) throw new Error(`topic alias ${alias} of ${aliasMaximum}`);
      if (topic === '') topic = names.get(alias) ?? `no name for topic alias ${alias}`;
      names.set(alias, topic);
    }
    const others = message.properties.filter(
      ({ id }) => id !== TOPIC_ALIAS && id !== SUBSCRIPTION_IDENTIFIER,
    );
    const identifiers = message.properties
      .filter(({ id }) => id === SUBSCRIPTION_IDENTIFIER)
      .sort((a, b) => Buffer.compare(a.value, b.value));
    return renderPublish({ ...message, topic, properties: [...others, ...identifiers] }, version);
  });
  return [...all, ...(rest.length > 0 ? [rest] : [])].map((whole) => whole.toString('hex'));
}

/** What a client sends, in its shortest form. */
export function client(version: ProtocolVersion, ...packets: EncodablePacket[]): Buffer {
  return Buffer.concat(packets.map((each) => encode(each, { protocolVersion: version })));
}

export type PublishFields = Omit<EncodablePublish, 'cmd' | 'topic' | 'payload'>;

/** A PUBLISH of a client. */
export function publish(
  version: ProtocolVersion,
  topic: string,
  payload: string | Uint8Array = '',
  fields: PublishFields = {},
): Buffer {
  return client(version, { cmd: 'publish', topic, payload, ...fields });
}

/** A SUBSCRIBE of a client to one topic filter. */
export function subscribe(
  version: ProtocolVersion,
  topic: string,
  options: { qos?: 0 | 1 | 2; nl?: boolean; rap?: boolean; subscriptionIdentifier?: number } = {},
  messageId = 1,
): Buffer {
  const { qos = 0, nl, rap, subscriptionIdentifier } = options;
  return client(version, {
    cmd: 'subscribe',
    messageId,
    subscriptions: [
      version === 5 ? { topic, qos, nl: nl ?? false, rap: rap ?? false, rh: 0 } : { topic, qos },
    ],
    ...(subscriptionIdentifier === undefined ? {} : { properties: { subscriptionIdentifier } }),
  });
}

export function unsubscribe(version: ProtocolVersion, topic: string, messageId = 1): Buffer {
  return client(version, { cmd: 'unsubscribe', messageId, unsubscriptions: [topic] });
}

export const PINGREQ = Buffer.from([0xc0, 0]);
export const PINGRESP = Buffer.from([0xd0, 0]);
