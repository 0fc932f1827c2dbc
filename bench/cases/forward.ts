import { contestant } from '../forward/contestants.ts';
import type { EntrantName, Task } from '../forward/entrants.ts';
import {
  chunksOf,
  MESSAGE_KINDS,
  type MessageKind,
  messagesOf,
  routesOf,
  subscriptionsOf,
  type Version,
} from '../forward/traffic.ts';
import { MEDIAN } from '../measuring/statistics.ts';
import type { Case, Comparison, Contestant, Suite, Target } from '../suite.ts';

const RECEIVERS = 512;
const CHUNK = 65_536;
/** What libuv reads from one socket at most before it goes on to the next. */
const CHUNKS_PER_TURN = 32;

const REFERENCE = 'mqtt-packet';
const GENERATE = 'mqtt-packet, generate';
const PLAIN = 'plain JS';
const WASM = 'forward wasm';
const JS = 'forward js';
const ENTRANTS: readonly EntrantName[] = [REFERENCE, GENERATE, PLAIN, JS, WASM];

interface Setting {
  readonly kind: MessageKind;
  /** Protocol version of the receivers. Default that of the messages. */
  readonly to?: Version;
  /** Bytes. Default 64 KiB. */
  readonly chunk?: number;
  /** Default 32. */
  readonly chunksPerTurn?: number;
  /** Bytes of one pass. Default 2 MiB. */
  readonly bytes?: number;
}

const SETTINGS: Readonly<Record<string, Setting>> = {
  '16 B': { kind: '16 B' },
  '256 B': { kind: '256 B' },
  '16 B, chunk per turn': { kind: '16 B', chunksPerTurn: 1 },
  '16 B, 1460 B chunks': { kind: '16 B', chunk: 1460 },
  'v5 to v5': { kind: '3 properties' },
  'v5 to v3.1.1': { kind: '3 properties', to: 4 },
};

/** To everybody: already one chunk makes 32 MiB and more. */
const BROADCAST: Readonly<Record<string, Setting>> = {
  '16 B': { kind: '16 B', chunksPerTurn: 1, bytes: CHUNK },
  '256 B': { kind: '256 B', chunksPerTurn: 1, bytes: CHUNK },
  'v5 to v3.1.1': { kind: '3 properties', to: 4, chunksPerTurn: 1, bytes: CHUNK },
};

function taskOf(fanOut: number, setting: Setting, quick: boolean): { task: Task; packets: number } {
  const { kind, chunk = CHUNK, chunksPerTurn = CHUNKS_PER_TURN, bytes = CHUNKS_PER_TURN * CHUNK } = setting;
  const { protocolVersion: from } = MESSAGE_KINDS[kind];
  const messages = messagesOf(kind, quick ? 5000 : bytes);
  const subscriptions = subscriptionsOf(routesOf(messages, RECEIVERS, fanOut), RECEIVERS);
  const chunks = chunksOf(messages, quick ? Math.min(chunk, 2048) : chunk);
  return {
    task: { from, to: setting.to ?? from, chunks, chunksPerTurn, subscriptions },
    packets: messages.length,
  };
}

function contestants(fanOut: number, setting: Setting, quick: boolean): Contestant[] {
  const { task, packets } = taskOf(fanOut, setting, quick);
  return entered(task, packets);
}

function entered(task: Task, packets: number): Contestant[] {
  const list = ENTRANTS.map((name) => contestant(name, name, task, packets));
  return [...list, contestant('control', WASM, task, packets)];
}

/** Less than elsewhere: what a whole pass allocates must find room before garbage is collected. */
const HEAP_SETTING: Setting = { kind: '16 B', bytes: 8 * CHUNK };

function allocating(fanOut: number, quick: boolean): Contestant[] {
  const { task, packets } = taskOf(fanOut, HEAP_SETTING, quick);
  return entered(task, packets);
}

const QUICK_CASES = ['fan-out 1 16 B, 1460 B chunks', 'fan-out 10 v5 to v5', 'fan-out 10 v5 to v3.1.1'];

const timed = (fanOut: number, settings: Readonly<Record<string, Setting>>): Case[] =>
  Object.entries(settings).map(([column, setting]) => {
    const group = `fan-out ${fanOut}`;
    return {
      measure: 'time',
      group,
      column,
      fullRunOnly: !QUICK_CASES.includes(`${group} ${column}`),
      prepare: (quick) => contestants(fanOut, setting, quick),
    };
  });

const HEAP = 'heap';

const heap = ([1, 10] as const).map(
  (fanOut): Case => ({
    measure: 'heap',
    group: HEAP,
    column: `fan-out ${fanOut}`,
    fullRunOnly: fanOut > 1,
    prepare: (quick) => allocating(fanOut, quick),
  }),
);

const comparisons: Comparison[] = [
  { label: 'wasm : js', of: WASM, against: [JS] },
  { label: `wasm : ${PLAIN}`, of: WASM, against: [PLAIN] },
  { label: `wasm : ${GENERATE}`, of: WASM, against: [GENERATE] },
  { label: `js : ${PLAIN}`, of: JS, against: [PLAIN] },
];

const over = (fanOut: number, column: string, rival: string, atLeast: number): Target => ({
  label: `fan-out ${fanOut}, ${column}: ${WASM} over ${rival}`,
  group: `fan-out ${fanOut}`,
  column,
  contestant: WASM,
  against: [rival],
  atLeast,
});

export const suite: Suite = {
  name: 'forward',
  notes: [
    'CPU nanoseconds per received message, and how many times faster than mqtt-packet 9.0.2 that is (' +
      `${MEDIAN}).`,
    `PUBLISH with QoS 0 from one connection to ${RECEIVERS} receivers. About 1,000 topics of about 30 bytes by Zipf, ` +
      'each with so many receivers as the fan-out says, all subscribed to exact topics.',
    `Chunks of 64 KiB, ${CHUNKS_PER_TURN} to a turn, at the end of which every receiver is sent what waits for it: what ` +
      'libuv reads at most from one socket before it goes on. "chunk per turn": sending weighs most. Fan-out ' +
      `${RECEIVERS}: one chunk in all.`,
    'Receivers are null sinks that take everything at once, so that neither system calls nor streams are measured. All ' +
      'are sent the same bytes in the same order, which is checked before.',
    "forward: chunks come as 'data' events, so that the copy into the kernel's memory is paid for. Every chunk is checked as " +
      'the protocol demands.',
    'mqtt-packet: parser, Map of routes, writeToStream for each receiver, to streams without cork, which is faster ' +
      'here. generate: encodes each message once and writes it to each receiver; a write to a null sink is free.',
    'plain JS: frames by hand, topics found by their bytes, copies into a Buffer per receiver, one write per turn. ' +
      'It does not check what it reads, and knows neither topic aliases nor slow receivers.',
    '16 B, 256 B: payloads, MQTT 3.1.1. v5: MQTT 5.0, 16 bytes of payload, 3 properties in 16 combinations.',
    'heap: bytes allocated on the JavaScript heap per received message of 16 bytes, garbage included, in a turn of 8 ' +
      'chunks. What a forwarder allocates is a view or two for each write to a receiver, and so depends on the turn.',
  ],
  reference: REFERENCE,
  control: WASM,
  rivals: [GENERATE, PLAIN],
  cases: [...timed(1, SETTINGS), ...timed(10, SETTINGS), ...timed(RECEIVERS, BROADCAST), ...heap],
  comparisons,
  targets: [
    over(1, '16 B', JS, 2.2),
    over(1, '16 B', REFERENCE, 60),
    over(10, '16 B', JS, 3),
    over(10, '16 B', REFERENCE, 55),
    ...[1, 10].flatMap((fanOut) => [over(fanOut, '256 B', JS, 1.5), over(fanOut, '256 B', REFERENCE, 25)]),
    // The smallest object takes 16 bytes: less than that means that none is made for a message.
    ...[1, 10].map((fanOut) => ({
      label: `fan-out ${fanOut}: ${WASM}, heap bytes per message`,
      group: HEAP,
      column: `fan-out ${fanOut}`,
      contestant: WASM,
      atMost: 15,
    })),
  ],
};
