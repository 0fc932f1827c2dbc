import { generate } from 'mqtt-packet';
import type { EncodablePacket } from '../../src/protocol/packets.ts';
import {
  BYTES_SINK,
  type CompiledEncoder,
  checkBytes,
  ENCODED_KINDS,
  type EncoderOptions,
  encodedPackets,
  encoderOptions,
  packetEncoder,
} from '../codec/encoders.ts';
import { type Codec, loadCodec } from '../codec/load.ts';
import { MEDIAN } from '../measuring/statistics.ts';
import { type Case, type Contestant, compile, type Suite, type Target } from '../suite.ts';

/** Bytes of the buffer that `encodeInto` fills again and again. */
const ARENA = 65_536;

const ENCODE_INTO = `${BYTES_SINK}
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
  const packets = encodedPackets(kind, quick);
  const options = encoderOptions(kind);
  const { encode, encodeInto } = loadCodec('check');
  checkBytes(packets, encode, options);
  checkBytes(packets, intoArena(encodeInto), options);
  const into = { packets, options, encodeInto: loadCodec('encodeInto').encodeInto };
  return [
    packetEncoder('mqtt-packet generate', generate, packets, options),
    packetEncoder('encode', loadCodec('encode').encode, packets, options),
    { name: 'encodeInto', packets: packets.length, ...compile<CompiledEncoder>(into, ENCODE_INTO) },
    packetEncoder('control', loadCodec('control').encode, packets, options),
  ];
}

function intoArena(encodeInto: Codec['encodeInto']) {
  const arena = Buffer.alloc(1024);
  return (packet: EncodablePacket, options: EncoderOptions): Uint8Array =>
    arena.subarray(0, encodeInto(packet, arena, 0, options));
}

const publishTargets = ENCODED_KINDS.filter(
  (kind) => (kind.startsWith('pub') && kind !== 'puback') || kind === 'v5q1',
).flatMap((column): Target[] =>
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
  notes: [
    'CPU nanoseconds per packet, and how many times faster than mqtt-packet 9.0.2 that is (' + `${MEDIAN}).`,
    'generate (cacheNumbers on, its default) and encode return a buffer per packet; encodeInto writes one packet ' +
      'behind the other into a buffer of 64 KiB. All bytes are equal.',
  ],
  reference: 'mqtt-packet generate',
  control: 'encode',
  cases: ENCODED_KINDS.map(
    (column): Case => ({
      measure: 'time',
      group: 'encode',
      column,
      prepare: (quick) => contestants(column, quick),
    }),
  ),
  comparisons: [],
  targets: publishTargets,
};
