import { generate, type Packet } from 'mqtt-packet';

/**
 * A stream of packets as mqtt-packet encodes them: the same bytes in every run. The packets of a kind are written as
 * literals, so that they share one shape, as those of a program do that makes them in one place. V8 gives each copy
 * made by spreading and overriding a shape of its own, which costs every encoder half a microsecond and more.
 */
export interface Workload {
  readonly description: string;
  readonly protocolVersion: 4 | 5;
  /** Packets in a full run. */
  readonly packets: number;
  /** The `i`th packet. */
  readonly packet: (random: Random, i: number) => Packet;
}

/** The next number in [0, 1). */
export type Random = () => number;

/** mulberry32: small, seeded, good enough to draw traffic. */
export function seeded(seed: number): Random {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), seed | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const TOPIC_COUNT = 1000;
const MEASURANDS = ['temp', 'hum', 'vib', 'pres', 'rpm1'];

/** Distinct topics such as `site/17/line/4/sensor/512/temp`, about 30 bytes each. */
const TOPICS: readonly string[] = (() => {
  const random = seeded(1);
  const below = (n: number): number => Math.floor(random() * n);
  const topics = new Set<string>();
  while (topics.size < TOPIC_COUNT) {
    topics.add(`site/${10 + below(90)}/line/${below(10)}/sensor/${100 + below(900)}/${MEASURANDS[below(5)]}`);
  }
  return [...topics];
})();

/** Share of the traffic that goes to one of the first `i + 1` topics: Zipf's law with exponent 1. */
const ZIPF: readonly number[] = (() => {
  let sum = 0;
  const cumulated = TOPICS.map((_, i) => (sum += 1 / (i + 1)));
  return cumulated.map((share) => share / sum);
})();

function popularTopic(random: Random): string {
  const x = random();
  let low = 0;
  let high = TOPIC_COUNT - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ZIPF[middle]! < x) low = middle + 1;
    else high = middle;
  }
  return TOPICS[low]!;
}

function bytes(random: Random, length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => Math.floor(random() * 256)));
}

function messageId(i: number): number {
  return 1 + (i % 65_535);
}

function publish(topic: string, payload: Buffer): Packet {
  return { cmd: 'publish', topic, payload, qos: 0, retain: false, dup: false };
}

function mixedPacket(random: Random, i: number): Packet {
  const x = random();
  if (x < 0.7) {
    const topic = popularTopic(random);
    const payload = bytes(random, 16 + Math.floor(random() * 48));
    if (random() < 0.5) return publish(topic, payload);
    return { cmd: 'publish', topic, payload, qos: 1, retain: false, dup: false, messageId: messageId(i) };
  }
  if (x < 0.9) return { cmd: 'puback', messageId: messageId(i) };
  if (x < 0.95) return { cmd: 'pingreq' };
  if (x < 0.98) return subscribePacket(random, i);
  return connectPacket(random);
}

export function connectPacket(random: Random): Packet {
  return {
    cmd: 'connect',
    protocolId: 'MQTT',
    protocolVersion: 4,
    clean: true,
    keepalive: 60,
    clientId: `client-${1000 + Math.floor(random() * 9000)}`,
    username: 'user',
    password: Buffer.from('secret'),
  };
}

export function subscribePacket(random: Random, i: number): Packet {
  const subscriptions = [
    { topic: popularTopic(random), qos: 1 as const },
    { topic: 'site/+/line/#', qos: 0 as const },
  ];
  return { cmd: 'subscribe', messageId: messageId(i), subscriptions };
}

export const WORKLOADS = {
  pub16: {
    description: 'QoS 0 PUBLISH, 16-byte payload, 1,000 topics of about 30 bytes by Zipf',
    protocolVersion: 4,
    packets: 20_000,
    packet: (random) => publish(popularTopic(random), bytes(random, 16)),
  },
  pub256: {
    description: 'the same with a 256-byte payload',
    protocolVersion: 4,
    packets: 20_000,
    packet: (random) => publish(popularTopic(random), bytes(random, 256)),
  },
  v5q1: {
    description: 'MQTT 5.0, QoS 1 PUBLISH, 16-byte payload, 3 properties in 16 combinations',
    protocolVersion: 5,
    packets: 20_000,
    packet: (random, i) => ({
      cmd: 'publish',
      topic: popularTopic(random),
      payload: bytes(random, 16),
      qos: 1,
      retain: false,
      dup: false,
      messageId: messageId(i),
      properties: {
        payloadFormatIndicator: true,
        messageExpiryInterval: 3600 + (i & 15),
        contentType: 'application/json',
      },
    }),
  },
  puback: {
    description: 'PUBACK, 4 bytes each',
    protocolVersion: 4,
    packets: 40_000,
    packet: (_, i) => ({ cmd: 'puback', messageId: messageId(i) }),
  },
  mixed: {
    description: '70 % PUBLISH (QoS 0 and 1), 20 % PUBACK, 5 % PINGREQ, 3 % SUBSCRIBE, 2 % CONNECT',
    protocolVersion: 4,
    packets: 20_000,
    packet: mixedPacket,
  },
  unique: {
    description: 'as pub16, but no topic comes twice within 100,000 packets',
    protocolVersion: 4,
    packets: 100_000,
    packet: (random, i) =>
      publish(`site/${100_000 + i}/u/${(i * 7919) % 100_000}/temperature`.slice(0, 30), bytes(random, 16)),
  },
} as const satisfies Record<string, Workload>;

export type WorkloadName = keyof typeof WORKLOADS;

/** Chunk sizes in bytes: a full socket read, one TCP segment, and one packet per chunk. */
export const CHUNKINGS = { '64 KiB': 65_536, '1460 B': 1460, 'single packet': 0 } as const;
export type Chunking = keyof typeof CHUNKINGS;

/** The first `count` packets of a workload. */
export function packetsOf(name: WorkloadName, count: number): Packet[] {
  const random = seeded(4242);
  return Array.from({ length: count }, (_, i) => WORKLOADS[name].packet(random, i));
}

export interface Input {
  readonly protocolVersion: 4 | 5;
  readonly packets: number;
  readonly chunks: readonly Buffer[];
}

/** A workload as chunks, each in memory of its own as if it came from a socket. */
export function inputOf(name: WorkloadName, chunking: Chunking, quick: boolean): Input {
  const { protocolVersion, packets: full } = WORKLOADS[name];
  const packets = quick ? 1000 : full;
  const frames = packetsOf(name, packets).map((packet) => generate(packet, { protocolVersion }));
  const size = CHUNKINGS[chunking];
  return { protocolVersion, packets, chunks: (size === 0 ? frames : split(frames, size)).map(alone) };
}

function split(frames: readonly Buffer[], size: number): Buffer[] {
  const all = Buffer.concat(frames);
  return Array.from({ length: Math.ceil(all.length / size) }, (_, i) =>
    all.subarray(i * size, (i + 1) * size),
  );
}

function alone(bytes: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  bytes.copy(copy);
  return copy;
}
