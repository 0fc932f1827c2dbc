import { type BrokerName, contend, idling, mosquittoVersion } from '../broker/brokers.ts';
import type { DensePlan, LoadQoS, SparsePlan } from '../broker/plan.ts';
import { freeSockets } from '../free-sockets.ts';
import type { LoadSettings } from '../settings.ts';
import type { FiguresCase, Suite, Target } from '../suite.ts';

const MOSQUITTO = mosquittoVersion();
const OURS = 'wasmqtt';
const RELAY = 'relay';
/** Who is compared with. */
const RIVALS: readonly BrokerName[] = MOSQUITTO === undefined ? ['aedes'] : ['mosquitto', 'aedes'];

const QOS: readonly LoadQoS[] = [0, 1, 2];
const CPU_TIME = 'per CPU second';

interface Shape {
  readonly protocolVersion: 4 | 5;
  readonly payload: number;
  readonly fanOut: number;
}

const SHAPES: readonly Shape[] = [
  { protocolVersion: 4, payload: 16, fanOut: 1 },
  { protocolVersion: 4, payload: 16, fanOut: 10 },
  { protocolVersion: 4, payload: 256, fanOut: 1 },
  { protocolVersion: 5, payload: 16, fanOut: 1 },
];

function denseGroup(qos: LoadQoS, { protocolVersion, payload, fanOut }: Shape): string {
  return `dense, QoS ${qos}, ${payload} B, 1 to ${fanOut}, ${protocolVersion === 5 ? '5.0' : '3.1.1'}`;
}

const sparseGroup = (qos: LoadQoS): string => `sparse, QoS ${qos}, 16 B`;

/** A table of its own for each, with all that was found out about a broker in a row. */
function messagesCase(
  group: string,
  plan: DensePlan | SparsePlan,
  protocolVersion: 4 | 5,
  isQuick: boolean,
): FiguresCase {
  const cell = (column: string, unit: string) => ({ group, column, unit });
  // aedes does not know 5.0
  const rivals = protocolVersion === 5 ? RIVALS.filter((name) => name !== 'aedes') : RIVALS;
  return {
    measure: 'figures',
    group,
    column: '',
    cells: {
      perCpuSecond: cell(CPU_TIME, '1,000 messages'),
      perSecond: cell('per second', '1,000 messages'),
      p50: cell('p50', 'µs'),
      p99: cell('p99', 'µs'),
      resident: cell('RSS', 'MiB'),
      broker: cell('broker busy', '%'),
      load: cell('clients busy', '%'),
    },
    processes: 2,
    rounds: 6,
    warmUps: 2,
    isThereAndBack: true,
    fullRunOnly: !isQuick,
    prepare: (quick, peerCpu) =>
      contend([...rivals, RELAY, OURS, 'control'], plan, quick ? 0.05 : 0.25, peerCpu),
  };
}

const dense = QOS.flatMap((qos) =>
  SHAPES.map((shape, i) => {
    const { fanOut } = shape;
    const size =
      fanOut === 1 ? { publishers: 4, batch: 200, batches: 4 } : { publishers: 2, batch: 100, batches: 4 };
    const plan: DensePlan = { load: 'dense', qos, ...shape, ...size };
    return messagesCase(denseGroup(qos, shape), plan, shape.protocolVersion, i === 0 && qos > 0);
  }),
);

const sparse = QOS.map((qos) => {
  const plan: SparsePlan = {
    load: 'sparse',
    qos,
    protocolVersion: 4,
    payload: 16,
    clients: 400,
    inFlight: 200,
  };
  return messagesCase(sparseGroup(qos), plan, 4, qos === 1);
});

const IDLE = 'idle connections';
const MOST_IDLE = Math.min(50_000, freeSockets());

const idle: FiguresCase = {
  measure: 'figures',
  group: IDLE,
  column: '',
  cells: {
    perConnection: { group: IDLE, column: 'RSS per connection', unit: 'bytes' },
    resident: { group: IDLE, column: 'RSS', unit: 'MiB' },
    connect: { group: IDLE, column: 'CPU to connect and subscribe', unit: 'µs' },
  },
  rounds: 2,
  warmUps: 0,
  prepare: (quick, peerCpu) =>
    idling([...RIVALS, OURS, 'control'], { load: 'idle', connections: quick ? 200 : MOST_IDLE }, peerCpu),
};

function target(label: string, groups: readonly string[], against: BrokerName, atLeast: number): Target {
  return {
    label: `${label}: ${OURS} over ${against}`,
    group: groups,
    column: CPU_TIME,
    contestant: OURS,
    against: [against],
    atLeast,
  };
}

const WANTED = [
  { qos: 0, mosquitto: 6, aedes: 8 },
  { qos: 1, mosquitto: 4, aedes: 5 },
  { qos: 2, mosquitto: 3, aedes: 3 },
] as const;

const suite: Suite = {
  name: 'broker',
  notes: [
    'Messages that whole brokers pass on, per CPU second of their process (user and system) and per second, in thousands: ' +
      'those that arrive count, with a fan-out of 10 ten for each that was sent. x: how many times as many as ' +
      `${RIVALS[0]} (median of the rounds, in brackets the second lowest and the second highest).`,
    'Their clients run on another processor and are not measured. They check that every message arrives once, in order and ' +
      'with the same bytes, and that every acknowledgement is due; p50 and p99 are the time from the write of a message to ' +
      'its arrival, clean sessions, TCP on the loopback interface.',
    'dense: 4 publishers (2 with a fan-out of 10) with 10 topics each, which send batches of 200 (100) messages, of which at ' +
      'most 4 are not yet done; as many messages are under way as may be, so that p50 says how fast that is, not how long ' +
      'one message takes.',
    'sparse: 400 clients, each of which publishes to the next; 200 messages are under way at once, of each client at most ' +
      'one, so that a read of the broker has about one packet.',
    `${IDLE}: ${MOST_IDLE.toLocaleString('en')} clients (in quick runs 200) with one subscription each; growth of the broker's resident memory, garbage collected.`,
    MOSQUITTO === undefined
      ? 'mosquitto is not installed and therefore missing.'
      : `mosquitto ${MOSQUITTO}: max_inflight_messages 0, max_queued_messages 0, set_tcp_nodelay true, persistence false.`,
    'aedes 1.2: concurrency 100 and queueLimit 42, its defaults (1,000 and 10,000 are slower here), sockets without delay; it ' +
      'does not know MQTT 5.0. wasmqtt: defaults. No $SYS topics where that can be chosen.',
    `${RELAY}: no broker; passes bytes on and acknowledges them without any state, to see how fast the clients are.`,
  ],
  reference: RIVALS[0]!,
  control: OURS,
  rivals: ['aedes', RELAY],
  cases: [...dense, ...sparse, idle],
  comparisons: MOSQUITTO === undefined ? [] : [{ label: `${OURS} : aedes`, of: OURS, against: ['aedes'] }],
  targets: RIVALS.flatMap((rival) => [
    ...WANTED.map(({ qos, ...wanted }) =>
      target(
        `dense, QoS ${qos}`,
        SHAPES.map((shape) => denseGroup(qos, shape)),
        rival,
        wanted[rival as 'mosquitto' | 'aedes'],
      ),
    ),
    ...(rival === 'mosquitto' ? [target('sparse', QOS.map(sparseGroup), rival, 1.5)] : []),
  ]),
};

export function brokerSuite(_settings: LoadSettings): Suite {
  return suite;
}
