import { brokerNotes } from '../broker/broker-notes.ts';
import { AEDES, brokersFor, MOSQUITTO, OURS, RELAY } from '../broker/broker-process.ts';
import { brokerComparisons } from '../broker/comparisons.ts';
import { contend } from '../broker/contend.ts';
import type { DensePlan, LoadQoS, SparsePlan } from '../broker/plan.ts';
import { MEDIAN } from '../measuring/statistics.ts';
import type { LoadSettings } from '../settings.ts';
import type { FiguresCase, Suite, Target } from '../suite.ts';
import { stageCases, stageNotes } from './stages.ts';

const QOS: readonly LoadQoS[] = [0, 1, 2];
const CPU_TIME = 'per CPU second';
const QUICK_SECONDS = 0.05;
const SECONDS = 0.2;

interface Shape {
  readonly protocolVersion: 4 | 5;
  readonly payload: number;
  readonly fanOut: number;
  readonly rounds: number;
}

const SHAPES: readonly Shape[] = [
  { protocolVersion: 4, payload: 16, fanOut: 1, rounds: 6 },
  { protocolVersion: 4, payload: 16, fanOut: 10, rounds: 6 },
  // fewer rounds, so that the whole does not take longer than it must: what these add is how much differs from the first
  { protocolVersion: 4, payload: 256, fanOut: 1, rounds: 4 },
  { protocolVersion: 5, payload: 16, fanOut: 1, rounds: 4 },
];

function denseGroup(qos: LoadQoS, { protocolVersion, payload, fanOut }: Shape): string {
  return `dense, QoS ${qos}, ${payload} B, 1 to ${fanOut}, ${protocolVersion === 5 ? '5.0' : '3.1.1'}`;
}

const sparseGroup = (qos: LoadQoS): string => `sparse, QoS ${qos}, 16 B`;

/** What one table is about. */
interface Load {
  readonly group: string;
  readonly plan: DensePlan | SparsePlan;
  readonly rounds: number;
  readonly isQuick: boolean;
}

const dense = QOS.flatMap((qos) =>
  SHAPES.map((shape, i): Load => {
    const { protocolVersion, payload, fanOut, rounds } = shape;
    const size =
      fanOut === 1 ? { publishers: 4, batch: 200, batches: 4 } : { publishers: 2, batch: 100, batches: 4 };
    return {
      group: denseGroup(qos, shape),
      plan: { load: 'dense', qos, protocolVersion, payload, fanOut, ...size },
      rounds,
      isQuick: i === 0 && qos > 0,
    };
  }),
);

const sparse = QOS.map(
  (qos): Load => ({
    group: sparseGroup(qos),
    plan: { load: 'sparse', qos, protocolVersion: 4, payload: 16, clients: 400, inFlight: 200 },
    rounds: 6,
    isQuick: qos === 1,
  }),
);

/** A table of its own for each, with all that was found out about a broker in a row. */
function messagesCase({ group, plan, rounds, isQuick }: Load, settings: LoadSettings): FiguresCase {
  const cell = (column: string, unit: string) => ({ group, column, unit });
  return {
    measure: 'figures',
    group,
    column: '',
    cells: {
      perCpuSecond: cell(CPU_TIME, '1,000 messages'),
      perSecond: cell('per second', '1,000 messages'),
      ceiling: cell("clients' ceiling", '1,000 messages at most'),
      p50: cell('p50', 'µs'),
      p99: cell('p99', 'µs'),
      resident: cell('RSS', 'MiB'),
      broker: cell('broker busy', '%'),
      load: cell('clients busy', '%'),
    },
    processes: 2,
    rounds,
    warmUps: 2,
    isThereAndBack: true,
    fullRunOnly: !isQuick,
    prepare: (quick, peerCpu) =>
      contend(withRelay(brokersFor(settings, plan.protocolVersion).names), {
        plan,
        seconds: quick ? QUICK_SECONDS : SECONDS,
        settings,
        peerCpu,
      }),
  };
}

/** Before ours, unless it is the reference. */
function withRelay(names: readonly string[]): string[] {
  return names.flatMap((name) => (name === OURS && !names.includes(RELAY) ? [RELAY, name] : [name]));
}

function target(label: string, groups: readonly string[], against: string, atLeast: number): Target {
  return {
    label: `${label}: ${OURS} over ${against}`,
    group: groups,
    column: CPU_TIME,
    contestant: OURS,
    against: [against],
    atLeast,
  };
}

/** How many times as many messages per CPU second as others we want to pass on, with QoS 0, 1 and 2, and of sparse ones. */
const WANTED = [
  { against: MOSQUITTO, dense: [6, 4, 3], sparse: 1.5 },
  { against: AEDES, dense: [8, 5, 3] },
] as const;

const targets = WANTED.flatMap(({ against, ...wanted }): Target[] => [
  ...QOS.map((qos) =>
    target(
      `dense, QoS ${qos}`,
      SHAPES.map((shape) => denseGroup(qos, shape)),
      against,
      wanted.dense[qos],
    ),
  ),
  ...('sparse' in wanted ? [target('sparse', QOS.map(sparseGroup), against, wanted.sparse)] : []),
]);

export function brokerSuite(settings: LoadSettings): Suite {
  const brokers = brokersFor(settings, 4);
  const { reference, rivals } = brokers;
  return {
    name: 'broker',
    notes: [
      'Messages that whole brokers pass on, per CPU second of their process (user and system) and per second, in thousands: ' +
        'those that arrive count, with a fan-out of 10 ten for each that was sent. x: how many times as many as ' +
        `${reference} (${MEDIAN}).`,
      'Their clients run on another processor and are not measured. They check that every message arrives once, in order and ' +
        'with the same bytes, and that every acknowledgement is due; p50 and p99 are the time from the write of a message to ' +
        'its arrival, clean sessions, TCP on the loopback interface.',
      "clients' ceiling: messages per CPU second of the clients, in thousands, and so per second at most. Where that is less " +
        'than what a broker passes on per CPU second the broker waits for them, and per second is their figure. With dense ' +
        'messages the clients can do more than any of these brokers; with sparse ones they make about the same system ' +
        'calls, and are about as fast as the fastest.',
      'dense: 4 publishers (2 with a fan-out of 10) with 10 topics each, which send batches of 200 (100) messages, of which at ' +
        'most 4 are not yet done; as many messages are under way as may be, so that p50 says how fast that is, not how long ' +
        'one message takes.',
      'sparse: 400 clients, each of which publishes to the next; 200 messages are under way at once, of each client at most ' +
        'one, so that a read of the broker has about one packet.',
      ...brokerNotes(settings),
      `${RELAY}: no broker; passes bytes on and acknowledges them without any state, to see how fast the clients are.`,
      ...stageNotes,
    ],
    reference,
    control: OURS,
    rivals: [...new Set([...rivals, RELAY])].filter((name) => name !== reference),
    cases: [...[...dense, ...sparse].map((load) => messagesCase(load, settings)), ...stageCases()],
    comparisons: brokerComparisons(brokers),
    targets: targets.filter(({ against = [] }) => against.every((name) => brokers.names.includes(name))),
  };
}
