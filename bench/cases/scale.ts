import { brokerNotes } from '../broker/broker-notes.ts';
import { brokersFor, OURS } from '../broker/broker-process.ts';
import { brokerComparisons } from '../broker/comparisons.ts';
import { churning, idling } from '../broker/connections.ts';
import { contend } from '../broker/contend.ts';
import type { ChurnPlan, DensePlan } from '../broker/plan.ts';
import { freeSockets, socketsOf } from '../free-sockets.ts';
import type { TrafficPlan } from '../scenarios/plan.ts';
import { trafficSubjects } from '../scenarios/subjects.ts';
import type { ExternalBroker, LoadSettings } from '../settings.ts';
import type { FiguresCase, Subject, Suite } from '../suite.ts';

const MOST_CONNECTIONS = 50_000;
const QUICK_CONNECTIONS = 200;

const CHURN: ChurnPlan = { load: 'churn', payload: 16, atOnce: 50 };
/** What brokers in Node keep for later has stopped to grow after the first half. */
const CYCLES = { warmUpCycles: 10_000, cycles: 10_000 };
const QUICK_CYCLES = { warmUpCycles: 50, cycles: 200 };

const SUBSCRIPTIONS = [0, 10_000, 100_000] as const;
const QUICK_SUBSCRIPTIONS = 500;
const BESIDE = 'dense, QoS 0, beside other subscriptions';

/** Subscribers of one publisher, and what it has under way at most. */
const FAN_OUTS = [
  { fanOut: 1, batch: 200, batches: 4 },
  { fanOut: 10, batch: 100, batches: 4 },
  { fanOut: 100, batch: 50, batches: 2 },
  { fanOut: 1000, batch: 10, batches: 2 },
] as const;
const FAN_OUT = 'fan-out, QoS 0';

/** Bytes of a payload, and messages of one publisher under way: half a MiB at most. */
const PAYLOADS = [
  { payload: '16 B', bytes: 16, inflight: 400 },
  { payload: '256 B', bytes: 256, inflight: 400 },
  { payload: '1 KiB', bytes: 1024, inflight: 400 },
  { payload: '4 KiB', bytes: 4096, inflight: 128 },
  { payload: '16 KiB', bytes: 16_384, inflight: 32 },
  { payload: '64 KiB', bytes: 65_536, inflight: 8 },
] as const;
const PAYLOAD = 'payload, QoS 0';
const PAIRS = 4;

const SECONDS = 0.2;
const QUICK_SECONDS = 0.05;

const COMMON = { protocolVersion: 4, qos: 0, payload: 16 } as const;

const inEnglish = (value: number): string => value.toLocaleString('en');

/** Source ports of one address, less some for others: a broker that is not on the loopback interface is reached from one. */
const MOST_OF_ONE_ADDRESS = 25_000;

/** Whether that broker may have so many connections, and its process says what they take. */
function canBeIdle({ host, pid }: ExternalBroker, connections: number): boolean {
  if (pid === undefined || connections > socketsOf(pid)) return false;
  return host.startsWith('127.') || connections <= MOST_OF_ONE_ADDRESS;
}

/** Those that this machine has sockets enough for, and as many as it has, in thousands. */
function connectionCounts(): number[] {
  const most = Math.min(MOST_CONNECTIONS, freeSockets());
  const whole = most > 1000 ? Math.floor(most / 1000) * 1000 : most;
  return [...new Set([1000, 10_000, whole].filter((count) => count <= most))];
}

function idleCase(connections: number, isQuick: boolean, settings: LoadSettings): FiguresCase {
  const group = `idle connections, ${inEnglish(connections)}`;
  return {
    measure: 'figures',
    group,
    column: '',
    cells: {
      perConnection: { group, column: 'RSS per connection', unit: 'bytes' },
      resident: { group, column: 'RSS', unit: 'MiB' },
      connect: { group, column: 'CPU to connect and subscribe', unit: 'µs' },
    },
    rounds: 2,
    warmUps: 0,
    fullRunOnly: !isQuick,
    prepare: (quick, peerCpu) => {
      const plan = { load: 'idle', connections: quick ? QUICK_CONNECTIONS : connections } as const;
      const { broker } = settings;
      const isLeftOut = broker !== undefined && !canBeIdle(broker, plan.connections);
      return idling(brokersFor(isLeftOut ? {} : settings, 4).names, plan, { settings, peerCpu });
    },
  };
}

function churnCase(settings: LoadSettings): FiguresCase {
  const group = 'clients that come and go';
  const cell = (column: string, unit: string) => ({ group, column, unit });
  return {
    measure: 'figures',
    group,
    column: '',
    cells: {
      perCycle: cell('CPU per cycle', 'µs'),
      perSecond: cell('per second', 'cycles'),
      p99: cell('CONNECT to CONNACK p99', 'µs'),
      growth: cell('RSS growth', 'MiB more'),
      broker: cell('broker busy', '%'),
      load: cell('clients busy', '%'),
    },
    rounds: 2,
    warmUps: 0,
    prepare: (quick, peerCpu) =>
      churning(brokersFor(settings, 4).names, CHURN, {
        settings,
        peerCpu,
        ...(quick ? QUICK_CYCLES : CYCLES),
      }),
  };
}

/** How every broker of a case is loaded. */
interface Common {
  readonly seconds: number;
  readonly settings: LoadSettings;
  readonly peerCpu: number | undefined;
}

/** A column of a table of rates. */
function rateCase(
  [group, column]: readonly [string, string],
  isQuick: boolean,
  settings: LoadSettings,
  subjectsOf: (names: readonly string[], common: Common, quick: boolean) => Subject[],
): FiguresCase {
  return {
    measure: 'figures',
    group,
    column,
    cells: { perCpuSecond: { group, column, unit: '1,000 messages' } },
    rounds: 4,
    warmUps: 1,
    isThereAndBack: true,
    fullRunOnly: !isQuick,
    prepare: (quick, peerCpu) => {
      const common = { seconds: quick ? QUICK_SECONDS : SECONDS, settings, peerCpu };
      return subjectsOf(brokersFor(settings, 4).names, common, quick);
    },
  };
}

function besideCase(subscriptions: number, settings: LoadSettings): FiguresCase {
  const planOf = (quick: boolean): DensePlan => ({
    load: 'dense',
    ...COMMON,
    publishers: 4,
    fanOut: 1,
    batch: 200,
    batches: 4,
    otherSubscriptions: quick ? Math.min(subscriptions, QUICK_SUBSCRIPTIONS) : subscriptions,
  });
  const place = [BESIDE, inEnglish(subscriptions)] as const;
  return rateCase(place, subscriptions <= 10_000, settings, (names, common, quick) =>
    contend(names, { plan: planOf(quick), ...common }),
  );
}

function fanOutCase(size: (typeof FAN_OUTS)[number], settings: LoadSettings): FiguresCase {
  const plan: DensePlan = { load: 'dense', ...COMMON, publishers: 1, ...size };
  const { fanOut } = size;
  const place = [FAN_OUT, `1 to ${inEnglish(fanOut)}`] as const;
  return rateCase(place, fanOut === 10 || fanOut === 100, settings, (names, common) =>
    contend(names, { plan, ...common }),
  );
}

function payloadCase(
  { payload, bytes, inflight }: (typeof PAYLOADS)[number],
  settings: LoadSettings,
): FiguresCase {
  const plan: TrafficPlan = {
    kind: 'p2p',
    publishers: PAIRS,
    subscribers: PAIRS,
    qos: 0,
    protocolVersion: 4,
    payload: bytes,
    topic: 'bench/payload/%i',
    inflight,
    patience: 5,
  };
  return rateCase([PAYLOAD, payload], bytes === 256 || bytes === 65_536, settings, (names, common) =>
    trafficSubjects(names, { plan, ...common }),
  );
}

export function scaleSuite(settings: LoadSettings): Suite {
  const brokers = brokersFor(settings, 4);
  const { reference, rivals } = brokers;
  const { atOnce } = CHURN;
  return {
    name: 'scale',
    notes: [
      'How whole brokers grow: with connections, with those that come and go, with subscriptions and with receivers. Clients ' +
        'run on another processor, are not measured, and check that every message arrives once, in order and with the same ' +
        `bytes. MQTT 3.1.1, clean sessions, TCP on the loopback interface. x: times better than ${reference}.`,
      `idle connections: clients with one subscription each (in quick runs ${QUICK_CONNECTIONS}), as many as one process may ` +
        `have sockets, up to ${inEnglish(MOST_CONNECTIONS)}; growth of the broker's resident memory, garbage collected. A broker that runs already takes part if its process is ` +
        'known and may have so many.',
      `clients that come and go: each connects, subscribes, publishes a message of 16 B to itself and disconnects, as ever ` +
        `another one and to another topic, ${atOnce} at a time. ${inEnglish(CYCLES.cycles)} such cycles count (in quick runs ` +
        `${QUICK_CYCLES.cycles}), after ${inEnglish(CYCLES.warmUpCycles)} that do not. RSS growth: what the broker has more of ` +
        'after these, garbage collected; a few MiB are noise, and what is forgotten of everybody who has left would be more. CONNACK is ' +
        `waited for ${atOnce} at a time, so that its p99 is what it is under this load.`,
      `${BESIDE}: messages of 16 B of 4 publishers to a subscriber each, per CPU second of the broker, while others have so ` +
        `many subscriptions with wildcards that do not match (in quick runs ${QUICK_SUBSCRIPTIONS} at most).`,
      `${FAN_OUT}: messages of 16 B that arrive, per CPU second of the broker, of one publisher to that many subscribers.`,
      `${PAYLOAD}: messages per CPU second of the broker, of ${PAIRS} publishers to a subscriber each; half a MiB of each publisher is ` +
        'under way at most, and 400 messages.',
      ...brokerNotes(settings),
    ],
    reference,
    control: OURS,
    rivals,
    cases: [
      ...connectionCounts().map((count, i) => idleCase(count, i === 0, settings)),
      churnCase(settings),
      ...SUBSCRIPTIONS.map((count) => besideCase(count, settings)),
      ...FAN_OUTS.map((size) => fanOutCase(size, settings)),
      ...PAYLOADS.map((size) => payloadCase(size, settings)),
    ],
    comparisons: brokerComparisons(brokers),
    targets: [],
  };
}
