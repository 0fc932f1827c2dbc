/** The packets that are encoded, and the encoders that compete, as `encode` and `drop-in` both use them. */
import { generate, type Packet } from 'mqtt-packet';
import { type Contestant, compile } from '../suite.ts';
import { connectPacket, packetsOf, seeded, subscribePacket } from './workloads.ts';

export type CompiledEncoder = Pick<Contestant, 'pass' | 'sums'>;
export type EncoderOptions = { readonly protocolVersion: 4 | 5 };
type Encode = (packet: any, options: EncoderOptions) => Uint8Array;

const PACKETS: Readonly<Record<string, (count: number) => Packet[]>> = {
  pub16: (count) => packetsOf('pub16', count),
  pub256: (count) => packetsOf('pub256', count),
  v5q1: (count) => packetsOf('v5q1', count),
  puback: (count) => packetsOf('puback', count),
  connect: (count) => {
    const random = seeded(4242);
    return Array.from({ length: count }, () => connectPacket(random));
  },
  subscribe: (count) => {
    const random = seeded(4242);
    return Array.from({ length: count }, (_, i) => subscribePacket(random, i));
  },
};

export const ENCODED_KINDS: readonly string[] = Object.keys(PACKETS);

export function encodedPackets(kind: string, quick: boolean): Packet[] {
  return PACKETS[kind]!(quick ? 200 : 2000);
}

export function encoderOptions(kind: string): EncoderOptions {
  return { protocolVersion: kind === 'v5q1' ? 5 : 4 };
}

/** Declares `sink(bytes, start, end)`, which takes a packet, and `sums()`. */
export const BYTES_SINK = `
  let sum = 0;
  const sums = () => ({ bytes: sum });
  function sink(bytes, start, end) {
    sum = (Math.imul(sum, 31) + end - start + (bytes[start] << 8) + (bytes[end - 1] << 16)) | 0;
  }`;

// The last 64 results stay reachable, as they would until a socket has sent them.
const RING = `${BYTES_SINK}
  const ring = new Array(64).fill(null);
  let at = 0;
  function keep(bytes) {
    ring[at = (at + 1) & 63] = bytes;
    sink(bytes, 0, bytes.length);
  }`;

/** Encodes packets that exist already. */
export function packetEncoder(
  name: string,
  encode: Encode,
  packets: readonly Packet[],
  options: EncoderOptions,
): Contestant {
  const body = `${RING}
    function pass() {
      sum = 0;
      for (let i = 0; i < packets.length; i++) keep(encode(packets[i], options));
      return sum;
    }
    return { pass, sums };`;
  return { name, packets: packets.length, ...compile<CompiledEncoder>({ packets, options, encode }, body) };
}

/** Encodes PUBLISH packets with topics that are made on the way, each another one. */
export function freshTopicEncoder(
  name: string,
  encode: Encode,
  count: number,
  options: EncoderOptions,
): Contestant {
  const body = `${RING}
    const payload = Buffer.from('0123456789abcdef');
    function pass() {
      sum = 0;
      for (let i = 0; i < count; i++) {
        const topic = 'site/17/line/' + (100000 + i) + '/temperature';
        keep(encode({ cmd: 'publish', topic, payload, qos: 0, retain: false, dup: false }, options));
      }
      return sum;
    }
    return { pass, sums };`;
  return { name, packets: count, ...compile<CompiledEncoder>({ count, options, encode }, body) };
}

/** Every byte of every packet must be mqtt-packet's before anything is timed. */
export function checkBytes(packets: readonly Packet[], encode: Encode, options: EncoderOptions): void {
  for (const packet of packets) {
    if (generate(packet, options).equals(encode(packet, options))) continue;
    throw new Error(`${packet.cmd}: not the bytes that mqtt-packet generates`);
  }
}
