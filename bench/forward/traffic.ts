/** PUBLISH packets with QoS 0 and who gets them: the same in every run, for `forward` and for `sockets`. */
import { generate, type IPublishPacket } from 'mqtt-packet';
import { packetsOf, seeded, type WorkloadName } from '../codec/workloads.ts';

export type Version = 4 | 5;

export interface Message {
  readonly topic: string;
  readonly frame: Buffer;
}

/** Messages by what they are like: the workload that they are taken from, there perhaps with another QoS. */
export const MESSAGE_KINDS = {
  '16 B': { workload: 'pub16', protocolVersion: 4 },
  '256 B': { workload: 'pub256', protocolVersion: 4 },
  '3 properties': { workload: 'v5q1', protocolVersion: 5 },
} as const satisfies Readonly<Record<string, { workload: WorkloadName; protocolVersion: Version }>>;

export type MessageKind = keyof typeof MESSAGE_KINDS;

/** As many messages as `bytes` can hold whole. Every topic begins with `prefix`. */
export function messagesOf(kind: MessageKind, bytes: number, prefix = ''): Message[] {
  const { workload, protocolVersion } = MESSAGE_KINDS[kind];
  const frameOf = (packet: IPublishPacket): Message => {
    const { topic, payload, properties } = packet;
    const message: IPublishPacket = {
      cmd: 'publish',
      topic: prefix + topic,
      payload,
      qos: 0,
      retain: false,
      dup: false,
    };
    if (properties !== undefined) message.properties = properties;
    return { topic: message.topic, frame: generate(message, { protocolVersion }) };
  };
  const [first] = packetsOf(workload, 1) as IPublishPacket[];
  const shortest = frameOf(first!).frame.length - 8;
  const messages: Message[] = [];
  let left = bytes;
  for (const packet of packetsOf(workload, Math.ceil(bytes / shortest)) as IPublishPacket[]) {
    const message = frameOf(packet);
    if (message.frame.length > left) break;
    left -= message.frame.length;
    messages.push(message);
  }
  return messages;
}

/** The frames one after the other in chunks of `size` bytes, each in memory of its own as if it came from a socket. */
export function chunksOf(messages: readonly Message[], size: number): Buffer[] {
  const all = Buffer.concat(messages.map(({ frame }) => frame));
  return Array.from({ length: Math.ceil(all.length / size) }, (_, i) => {
    const piece = all.subarray(i * size, (i + 1) * size);
    const chunk = Buffer.allocUnsafeSlow(piece.length);
    piece.copy(chunk);
    return chunk;
  });
}

/** Of each topic the numbers of its receivers: `fanOut` different ones out of `receivers`. */
export type Routes = ReadonlyMap<string, readonly number[]>;

export function routesOf(messages: readonly Message[], receivers: number, fanOut: number): Routes {
  const random = seeded(77);
  const routes = new Map<string, number[]>();
  for (const { topic } of messages) {
    if (routes.has(topic)) continue;
    const drawn = new Set<number>();
    while (drawn.size < fanOut) drawn.add(Math.floor(random() * receivers));
    routes.set(topic, [...drawn]);
  }
  return routes;
}

/** The topics of each receiver. */
export function subscriptionsOf(routes: Routes, receivers: number): string[][] {
  const subscriptions: string[][] = Array.from({ length: receivers }, () => []);
  for (const [topic, list] of routes) for (const receiver of list) subscriptions[receiver]!.push(topic);
  return subscriptions;
}
