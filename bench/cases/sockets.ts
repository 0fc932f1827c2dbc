import { type BrokerName, throughBrokers } from '../forward/brokers.ts';
import type { MessageKind } from '../forward/traffic.ts';
import { freeSockets } from '../free-sockets.ts';
import { MEDIAN } from '../measuring/statistics.ts';
import type { LoadPlan } from '../programs/load.ts';
import type { Comparison, ProcessCase, Suite, Target } from '../suite.ts';

const REFERENCE = 'mqtt-packet';
const GENERATE = 'mqtt-packet, generate';
const NET = 'net';
const GATHERED = 'net, gathered';
const OURS = 'forward';
const NOT_IN_PLACE = 'forward, data';
const BROKERS: readonly BrokerName[] = [
  REFERENCE,
  GENERATE,
  NET,
  GATHERED,
  NOT_IN_PLACE,
  'forward js',
  OURS,
  'control',
];
/** With thousands of connections each. */
const FEW_BROKERS: readonly BrokerName[] = [REFERENCE, NET, GATHERED, OURS, 'control'];

const BURSTS = 'dense bursts';
const SINGLE = 'one packet per read';
const IDLE = 'one busy pair';

/** Processes that are pinned to one processor wait for the other one, so each round takes longer than it counts. */
const OFTEN = { processes: 3, rounds: 6 };
const ONCE = { processes: 1, rounds: 5 };

function bursts(kind: MessageKind, fanOut: number, cycles: number): ProcessCase {
  const column = `${kind}, fan-out ${fanOut}`;
  const plan = (quick: boolean): LoadPlan => ({
    load: 'bursts',
    kind,
    fanOut,
    publishers: 2,
    subscribers: 10,
    burst: quick ? 2048 : 65_536,
    window: 4,
  });
  return {
    measure: 'processes',
    unit: 'ns',
    group: BURSTS,
    column,
    ...OFTEN,
    fullRunOnly: fanOut > 1 || kind !== '16 B',
    start: (quick, peerCpu) => throughBrokers(BROKERS, plan(quick), quick ? 1 : cycles, peerCpu),
  };
}

const single: ProcessCase = {
  measure: 'processes',
  unit: 'ns',
  group: SINGLE,
  column: '400 connections',
  ...OFTEN,
  start: (quick, peerCpu) => {
    const clients = quick ? 10 : 400;
    const plan: LoadPlan = { load: 'single messages', clients, isRing: true, idle: 0 };
    return throughBrokers(BROKERS, plan, quick ? 2 : 40, peerCpu);
  },
};

const MANY_IDLE = freeSockets() >= 10_000 ? 10_000 : 4000;

const idle = [0, MANY_IDLE].map(
  (count): ProcessCase => ({
    measure: 'processes',
    unit: 'ns',
    group: IDLE,
    column: `${count.toLocaleString('en')} idle`,
    ...ONCE,
    fullRunOnly: true,
    start: (quick, peerCpu) => {
      const plan: LoadPlan = { load: 'single messages', clients: 2, isRing: false, idle: quick ? 50 : count };
      return throughBrokers(FEW_BROKERS, plan, quick ? 10 : 4000, peerCpu);
    },
  }),
);

const comparisons: Comparison[] = [
  { label: `forward : ${GENERATE}`, of: OURS, against: [GENERATE] },
  { label: 'forward : leaner one of net', of: OURS, against: [NET, GATHERED] },
  { label: 'in place : data', of: OURS, against: [NOT_IN_PLACE] },
  { label: 'wasm : js', of: OURS, against: ['forward js'] },
];

const target = (group: string, against: readonly BrokerName[], atLeast: number): Target => ({
  label: `${group}: forward over ${against.join(' and ')}`,
  group,
  contestant: OURS,
  against,
  atLeast,
});

export const suite: Suite = {
  name: 'sockets',
  notes: [
    'CPU nanoseconds, user and system, that the process of a broker spends per received message, and how many times ' +
      `faster than mqtt-packet 9.0.2 that is (${MEDIAN}).`,
    'Brokers take SUBSCRIBE with exact topics and pass PUBLISH with QoS 0 on, over TCP on the loopback interface, MQTT ' +
      '3.1.1. Their clients run on another processor and are not measured; they compare every byte that arrives.',
    `${BURSTS}: 2 publishers send bursts of 64 KiB, of which at most 4 have not arrived yet, each to 10 subscribers of ` +
      'its own.',
    `${SINGLE}: 400 clients, each of which publishes messages of 16 bytes to the next; it sends one when the one before ` +
      'has arrived, so that every read of the broker has one packet.',
    `${IDLE}: a publisher and a subscriber with one message on its way, beside clients that have subscribed and get nothing.`,
    "mqtt-packet: 'data', parser, Map of sockets, writeToStream, or generate once and a write for each socket; what a " +
      'socket gets in a turn is corked.',
    "net: 'data', frames by hand, Map of sockets by topic string, and the frame's bytes written to each socket at once, " +
      'without a copy. gathered: topics found by their bytes, copies into a Buffer per socket, one write per turn. Both ' +
      'check nothing that they read.',
    'forward: Forwarder. data: its option readInPlace is false. js: without WebAssembly.',
  ],
  reference: REFERENCE,
  control: OURS,
  rivals: [GENERATE, NET, GATHERED],
  cases: [
    bursts('16 B', 1, 12),
    bursts('16 B', 10, 4),
    bursts('256 B', 1, 24),
    bursts('256 B', 10, 8),
    single,
    ...idle,
  ],
  comparisons,
  targets: [
    target(BURSTS, [REFERENCE], 30),
    target(SINGLE, [NET, GATHERED], 1),
    target(IDLE, [NET, GATHERED], 1),
  ],
};
