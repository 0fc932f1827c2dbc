import { generate } from 'mqtt-packet';
import { dropInParser, mqttPacket } from '../codec/decoders.ts';
import {
  checkBytes,
  encodedPackets,
  encoderOptions,
  freshTopicEncoder,
  packetEncoder,
} from '../codec/encoders.ts';
import { firstUse } from '../codec/first-use.ts';
import { loadCodec } from '../codec/load.ts';
import { throughAedes, withMqttJs, writing } from '../codec/programs.ts';
import { CHUNKINGS, type Chunking, inputOf, type WorkloadName } from '../codec/workloads.ts';
import { MEDIAN } from '../measuring/statistics.ts';
import type { Case, Contestant, LoopCase, ProcessCase, Suite, Target } from '../suite.ts';

const REFERENCE = 'mqtt-packet';
const OURS = 'wasmqtt';
const CONTROL = 'control';

const FRESH_TOPICS = 'pub16, fresh topics';
const PARSED: readonly WorkloadName[] = ['pub16', 'v5q1', 'puback', 'mixed'];
const GENERATED = ['pub16', FRESH_TOPICS, 'v5q1', 'puback', 'subscribe', 'connect'];
const WRITTEN: readonly WorkloadName[] = ['pub16', 'v5q1'];

function parsers(workload: WorkloadName, chunking: Chunking, quick: boolean): Contestant[] {
  const input = inputOf(workload, chunking, quick);
  return [mqttPacket(input), dropInParser(OURS, input), dropInParser(CONTROL, input)];
}

function generators(kind: string, quick: boolean): Contestant[] {
  const options = encoderOptions(kind);
  const entrants = [
    [REFERENCE, generate],
    [OURS, loadCodec(OURS).generate],
    [CONTROL, loadCodec(CONTROL).generate],
  ] as const;
  if (kind === FRESH_TOPICS) {
    const count = quick ? 200 : 100_000;
    return entrants.map(([name, encode]) => freshTopicEncoder(name, encode, count, options));
  }
  const packets = encodedPackets(kind, quick);
  checkBytes(packets, loadCodec('check').generate, options);
  return entrants.map(([name, encode]) => packetEncoder(name, encode, packets, options));
}

const parserGroup = (chunking: Chunking): string => `parser, ${chunking}`;

const loops: LoopCase[] = [
  ...(Object.keys(CHUNKINGS) as Chunking[]).flatMap((chunking) =>
    PARSED.map(
      (column): LoopCase => ({
        measure: 'time',
        group: parserGroup(chunking),
        column,
        prepare: (quick) => parsers(column, chunking, quick),
      }),
    ),
  ),
  ...GENERATED.map(
    (column): LoopCase => ({
      measure: 'time',
      group: 'generate',
      column,
      prepare: (quick) => generators(column, quick),
    }),
  ),
  ...PARSED.map(
    (column): LoopCase => ({
      measure: 'heap',
      group: 'heap of parser, 64 KiB',
      column,
      prepare: (quick) => parsers(column, '64 KiB', quick),
    }),
  ),
];

const processes: ProcessCase[] = [
  ...WRITTEN.map(
    (column): ProcessCase => ({
      measure: 'processes',
      unit: 'ns',
      group: 'writeToStream',
      column,
      start: (quick, peerCpu) => writing(column, quick, peerCpu),
    }),
  ),
  ...(['generate', 'parser'] as const).map(
    (column): ProcessCase => ({
      measure: 'processes',
      unit: 'ms',
      group: 'first use',
      column,
      start: async () => firstUse(column),
    }),
  ),
  ...([0, 1] as const).map(
    (qos): ProcessCase => ({
      measure: 'processes',
      unit: 'ns',
      group: 'aedes',
      column: `QoS ${qos}`,
      start: (quick, peerCpu) => throughAedes(qos, quick, peerCpu),
    }),
  ),
  ...(['receiving', 'sending'] as const).map(
    (column): ProcessCase => ({
      measure: 'processes',
      unit: 'ns',
      group: 'MQTT.js',
      column,
      start: (quick, peerCpu) => withMqttJs(column, quick, peerCpu),
    }),
  ),
];

const cases: Case[] = [...loops, ...processes];

const atLeast = (group: string, column: string, times: number): Target => ({
  label: `${group}, ${column}: over mqtt-packet`,
  group,
  column,
  contestant: OURS,
  against: [REFERENCE],
  atLeast: times,
});

export const suite: Suite = {
  name: 'drop-in',
  notes: [
    'The same programs with mqtt-packet 9.0.2 and with this package in its place: CPU time per packet, and how many ' +
      `times faster (${MEDIAN}).`,
    'parser: `packet` events, what is read of each as in the decode suite. heap: bytes allocated per packet.',
    'generate: all bytes are equal. With fresh topics, the loop makes a new topic for every packet.',
    'writeToStream: 400 packets per turn of the event loop into a loopback socket; CPU time of the writing process. ' +
      'PacketWriter is not a drop-in: it writes the same packets to the same kind of socket.',
    'first use: CPU milliseconds, in a fresh process, from require to the first packet that is generated or parsed.',
    'aedes 1.2.0: one publisher that sends as fast as it can and one subscriber, in another process; CPU time of the ' +
      'broker per message (its messages per CPU second are the inverse). 16 bytes of payload.',
    'MQTT.js 5.16.0: one client at QoS 0, sending 400 messages per turn or receiving; CPU time of its process.',
    'aedes and MQTT.js are bundled with either codec in the same way. Their peers run on another processor.',
  ],
  reference: REFERENCE,
  control: OURS,
  cases,
  comparisons: [],
  targets: [
    atLeast(parserGroup('64 KiB'), 'pub16', 12),
    atLeast(parserGroup('64 KiB'), 'v5q1', 20),
    atLeast(parserGroup('single packet'), 'pub16', 8),
    atLeast('generate', 'pub16', 6),
    atLeast('generate', 'v5q1', 6),
    ...WRITTEN.map((column) => atLeast('writeToStream', column, 8)),
    {
      label: 'parser: heap bytes as a part of mqtt-packet',
      group: 'heap of parser, 64 KiB',
      contestant: OURS,
      against: [REFERENCE],
      atMost: 0.25,
    },
    atLeast('aedes', 'QoS 0', 1.9),
    atLeast('aedes', 'QoS 1', 1.7),
  ],
};
