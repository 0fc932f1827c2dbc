import { generate, type Packet } from 'mqtt-packet';
import type { EncodablePacket } from '../../src/protocol/packets.ts';
import { type Codec, loadCodec } from '../codec.ts';
import { type Case, type Contestant, compile, type Suite, type Target } from '../suite.ts';
import { connectPacket, packetsOf, seeded, subscribePacket } from '../workloads.ts';

type Compiled = Pick<Contestant, 'pass' | 'sums'>;

/** Bytes of the buffer that `encodeInto` fills again and again. */
const ARENA = 65_536;

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

const SINK = `
  let sum = 0;
  const sums = () => ({ bytes: sum });
  function sink(bytes, start, end) {
    sum = (Math.imul(sum, 31) + end - start + (bytes[start] << 8) + (bytes[end - 1] << 16)) | 0;
  }`;

// The last 64 results stay reachable, as they would until a socket has sent them.
const ENCODE = `${SINK}
  const ring = new Array(64).fill(null);
  let at = 0;
  function pass() {
    sum = 0;
    for (let i = 0; i < packets.length; i++) {
      const bytes = encode(packets[i], options);
      ring[at = (at + 1) & 63] = bytes;
      sink(bytes, 0, bytes.length);
    }
    return sum;
  }
  return { pass, sums };`;

const ENCODE_INTO = `${SINK}
  const arena = Buffer.allocUnsafeSlow(${ARENA});
  function pass() {
    sum = 0;
    let start = 0;
    for (let i = 0; i < packets.length; i++) {
      if (start > ${ARENA - 1024}) start = 0;
      const end = encodeInto(packets[i], arena, start, options);
      sink(arena, start, end);
      start = end;
    }
    return sum;
  }
  return { pass, sums };`;

function contestants(kind: string, quick: boolean): Contestant[] {
  const packets = PACKETS[kind]!(quick ? 200 : 2000);
  const options = { protocolVersion: kind === 'v5q1' ? 5 : 4 } as const;
  checkBytes(packets as EncodablePacket[], loadCodec('check'), options);
  const entrant = (name: string, body: string, bindings: Record<string, unknown>): Contestant => ({
    name,
    packets: packets.length,
    ...compile<Compiled>({ packets, options, ...bindings }, body),
  });
  return [
    entrant('mqtt-packet generate', ENCODE, { encode: generate }),
    entrant('encode', ENCODE, { encode: loadCodec('encode').encode }),
    entrant('encodeInto', ENCODE_INTO, { encodeInto: loadCodec('encodeInto').encodeInto }),
    entrant('control', ENCODE, { encode: loadCodec('control').encode }),
  ];
}

/** Every byte of every packet must be mqtt-packet's before anything is timed. */
function checkBytes(
  packets: readonly EncodablePacket[],
  codec: Codec,
  options: { protocolVersion: 4 | 5 },
): void {
  const arena = Buffer.alloc(1024);
  for (const packet of packets) {
    const expected = generate(packet as Packet, options);
    const end = codec.encodeInto(packet, arena, 0, options);
    if (!expected.equals(codec.encode(packet, options)) || !expected.equals(arena.subarray(0, end))) {
      throw new Error(`${packet.cmd}: not the bytes that mqtt-packet generates`);
    }
  }
}

const kinds = Object.keys(PACKETS);
const publishTargets = kinds
  .filter((kind) => (kind.startsWith('pub') && kind !== 'puback') || kind === 'v5q1')
  .flatMap((column): Target[] =>
    ['encode', 'encodeInto'].map((contestant) => ({
      label: `${column}: ${contestant} over mqtt-packet generate`,
      group: 'encode',
      column,
      contestant,
      against: ['mqtt-packet generate'],
      atLeast: 5,
    })),
  );

export const suite: Suite = {
  name: 'encode',
  measure: 'time',
  notes: [
    'CPU nanoseconds per packet, and how many times faster than mqtt-packet 9.0.2 that is (median of the rounds, in ' +
      'brackets the second lowest and the second highest).',
    'generate (cacheNumbers on, its default) and encode return a buffer per packet; encodeInto writes one packet ' +
      'behind the other into a buffer of 64 KiB. All bytes are equal.',
  ],
  reference: 'mqtt-packet generate',
  control: 'encode',
  cases: kinds.map(
    (column): Case => ({ group: 'encode', column, prepare: (quick) => contestants(column, quick) }),
  ),
  comparisons: [],
  targets: publishTargets,
};
