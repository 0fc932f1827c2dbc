import { seeded } from '../codec/workloads.ts';
import { type Subscriptions, shuffle } from './subscriptions.ts';
import { topicOf, UNIVERSE } from './universe.ts';

/** Topic names as bytes, one behind the other, at most 64 KiB. */
export interface TopicChunk {
  readonly bytes: Buffer;
  /** Start and end of each. */
  readonly positions: Int32Array;
  readonly count: number;
}

/**
 * The topics that are published, in slices of which each pass of a benchmark takes the next one: as many different
 * topics come by as in a long run, and a pass stays short. Every form holds the same topics in the same order, and is
 * made when it is first asked for.
 */
export interface Traffic {
  readonly slices: number;
  /** Topics of a slice. */
  readonly topics: number;
  /** Each slice as strings: equal ones are the same object. */
  strings(): readonly string[][];
  /** Each slice as bytes. */
  bytes(): readonly TopicChunk[][];
  /** Each slice as PUBLISH packets with 16 bytes of payload, whole ones in chunks of at most 64 KiB. */
  packets(): readonly Buffer[][];
}

const CHUNK = 65_536;
const PAYLOAD = Buffer.from('0123456789abcdef');

/** From the topics of each slice. */
export function trafficOf(slices: readonly string[][]): Traffic {
  return {
    slices: slices.length,
    topics: slices[0]!.length,
    strings: () => slices,
    bytes: once(() => slices.map(topicChunks)),
    packets: once(() => slices.map(packetChunks)),
  };
}

function once<Result>(make: () => Result): () => Result {
  let made: Result | undefined;
  return () => (made ??= make());
}

function packetChunks(topics: readonly string[]): Buffer[] {
  return inChunks(topics.map(publish), (packet) => packet.length).map((part) => alone(Buffer.concat(part)));
}

/** A QoS 0 PUBLISH, written here because mqtt-packet takes seconds for a million of them. */
function publish(topic: string): Buffer {
  const topicLength = topic.length;
  let rest = 2 + topicLength + PAYLOAD.length;
  const packet = Buffer.allocUnsafe(5 + rest);
  let at = packet.writeUInt8(0x30);
  for (; rest > 127; rest >>= 7) at = packet.writeUInt8((rest & 127) | 128, at);
  at = packet.writeUInt8(rest, at);
  at = packet.writeUInt16BE(topicLength, at);
  at += packet.write(topic, at, 'latin1');
  at += PAYLOAD.copy(packet, at);
  return packet.subarray(0, at);
}

function topicChunks(topics: readonly string[]): TopicChunk[] {
  return inChunks(topics, (topic) => topic.length).map((part) => {
    const positions = new Int32Array(part.length * 2);
    let end = 0;
    part.forEach((topic, i) => {
      positions[2 * i] = end;
      positions[2 * i + 1] = end += topic.length;
    });
    return { bytes: alone(Buffer.from(part.join(''), 'latin1')), positions, count: part.length };
  });
}

/** As many as fit into a chunk each time. */
function inChunks<Item>(items: readonly Item[], lengthOf: (item: Item) => number): Item[][] {
  const chunks: Item[][] = [];
  let room = 0;
  for (const item of items) {
    if (lengthOf(item) > room) {
      chunks.push([]);
      room = CHUNK;
    }
    chunks.at(-1)!.push(item);
    room -= lengthOf(item);
  }
  return chunks;
}

/** Memory of its own, as if it came from a socket. */
function alone(bytes: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  bytes.copy(copy);
  return copy;
}

/** Distinct topics, up to half of which have an exact filter. */
function distinctTopics(count: number, { exact }: Subscriptions, seed: number): Uint32Array {
  const random = seeded(seed);
  const taken = new Uint8Array(UNIVERSE);
  const topics = new Uint32Array(count);
  let filled = 0;
  const take = (number: number): void => {
    if (taken[number] === 0) topics[filled++] = number;
    taken[number] = 1;
  };
  for (let i = 0; i < exact.length && filled < count / 2; i++) take(exact[i]!);
  while (filled < count) take(Math.floor(random() * UNIVERSE));
  shuffle(topics, random);
  return topics;
}

const SLICE = 8000;

/** Every topic comes once: 1,000,000 of them. */
export function uniqueTraffic(subscriptions: Subscriptions, quick: boolean): Traffic {
  const topics = distinctTopics(quick ? 2000 : 1_000_000, subscriptions, 11);
  const size = quick ? 1000 : SLICE;
  return trafficOf(
    Array.from({ length: topics.length / size }, (_, i) =>
      Array.from(topics.subarray(i * size, (i + 1) * size), topicOf),
    ),
  );
}

/** 64,000 messages to 10,000 topics by Zipf's law with exponent 1. */
export function zipfTraffic(subscriptions: Subscriptions, quick: boolean): Traffic {
  const topics = Array.from(distinctTopics(quick ? 500 : 10_000, subscriptions, 12), topicOf);
  const random = seeded(13);
  const cumulated = new Float64Array(topics.length);
  let sum = 0;
  for (let i = 0; i < cumulated.length; i++) cumulated[i] = sum += 1 / (i + 1);
  const draw = (): string => {
    const x = random() * sum;
    let low = 0;
    let high = topics.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (cumulated[middle]! < x) low = middle + 1;
      else high = middle;
    }
    return topics[low]!;
  };
  const size = quick ? 1000 : SLICE;
  return trafficOf(Array.from({ length: quick ? 2 : 8 }, () => Array.from({ length: size }, draw)));
}

/** Messages to the topics of exact filters, each as often as the others. */
export function exactTraffic({ exact }: Subscriptions, quick: boolean): Traffic {
  const random = seeded(14);
  const size = quick ? 100 : 1000;
  const topics = exact.map(topicOf);
  const draw = (): string => topics[Math.floor(random() * topics.length)]!;
  return trafficOf([1, 2].map(() => Array.from({ length: size }, draw)));
}
