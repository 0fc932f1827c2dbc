import { brokerNotes } from '../broker/broker-notes.ts';
import { AEDES_WITH_OURS, type BrokerSet, brokersFor, OURS } from '../broker/broker-process.ts';
import { brokerComparisons } from '../broker/comparisons.ts';
import type { LoadSettings } from '../settings.ts';
import type { FiguresCase, Suite } from '../suite.ts';
import { CLIENT_NOTES, CLOSED_LOOP_NOTE, LOST_NOTE, OPEN_LOOP_NOTES } from './notes.ts';
import type { ConnectionsPlan, TrafficPlan } from './plan.ts';
import { Routes } from './routes.ts';
import { type ConnectionsScenario, scenarioOf, type TrafficScenario, WINDOW } from './settings.ts';
import { connectionSubjects, trafficSubjects } from './subjects.ts';

export { isScenario } from './name.ts';

const SECONDS = 1;
const WARM_UP_SECONDS = 0.5;
const QUICK_SECONDS = 0.1;
/** Clients of a side, connections, and messages or connections per second, in a quick run. */
const QUICK_CLIENTS = 20;
const QUICK_RATE = 1000;

const COLUMNS: Readonly<Record<string, readonly [column: string, unit: string]>> = {
  perCpuSecond: ['per CPU second', '1,000 messages'],
  perSecond: ['per second', '1,000 messages'],
  p50: ['p50', 'µs'],
  p90: ['p90', 'µs'],
  p99: ['p99', 'µs'],
  p999: ['p99.9', 'µs'],
  max: ['max', 'µs'],
  lost: ['lost', 'messages'],
  late: ['clients late', 'µs late'],
  resident: ['RSS', 'MiB'],
  broker: ['broker busy', '%'],
  load: ['clients busy', '%'],
  ceiling: ["clients' ceiling", '1,000 messages at most'],
};

const CONNECTION_COLUMNS: typeof COLUMNS = {
  perSecond: ['per second', 'connections'],
  perConnection: ['CPU per connection', 'µs'],
  bytes: ['RSS per connection', 'bytes'],
  p50: ['p50', 'µs'],
  p99: ['p99', 'µs'],
  max: ['max', 'µs'],
  late: ['clients late', 'µs late'],
  resident: ['RSS', 'MiB'],
  broker: ['broker busy', '%'],
  load: ['clients busy', '%'],
};

/** The cells of a group; in a closed loop clients cannot be late. */
export function cellsOf(group: string, isOpenLoop: boolean, columns = COLUMNS): FiguresCase['cells'] {
  const wanted = Object.entries(columns).filter(([figure]) => isOpenLoop || figure !== 'late');
  return Object.fromEntries(wanted.map(([figure, [column, unit]]) => [figure, { group, column, unit }]));
}

/** A suite of one case. Throws UsageError if the name or the settings make no sense. */
export function scenarioSuite(name: string, settings: LoadSettings): Suite {
  const scenario = scenarioOf(name, settings);
  const brokers = brokersOf(scenario.plan, settings);
  const { reference, rivals } = brokers;
  const isTraffic = 'rate' in scenario;
  return {
    name,
    notes: [
      ...(isTraffic ? trafficNotes(scenario) : connectionNotes(scenario.plan)),
      `x: how many times as many, or as fast, as ${reference}.`,
      ...brokerNotes(settings),
    ],
    reference,
    control: OURS,
    rivals,
    cases: [
      isTraffic ? trafficCase(scenario, brokers, settings) : connectionsCase(scenario, brokers, settings),
    ],
    comparisons: brokerComparisons(brokers),
    targets: [],
  };
}

/** aedes has no shared subscriptions. */
function brokersOf(plan: TrafficPlan | ConnectionsPlan, settings: LoadSettings): BrokerSet {
  const all = brokersFor(settings, plan.kind === 'sharedsub' ? 5 : plan.protocolVersion);
  if (plan.kind !== 'conn') return all;
  // that it parses packets faster is nothing that connections show
  const without = (names: readonly string[]): string[] => names.filter((name) => name !== AEDES_WITH_OURS);
  return { ...all, rivals: without(all.rivals), names: without(all.names) };
}

function trafficCase(
  { plan, rate }: TrafficScenario,
  brokers: BrokerSet,
  settings: LoadSettings,
): FiguresCase {
  const group = describe(plan, rate);
  return {
    measure: 'figures',
    group,
    column: '',
    cells: cellsOf(group, rate !== undefined),
    processes: 2,
    rounds: 4,
    warmUps: 1,
    isThereAndBack: true,
    prepare: (quick, peerCpu) =>
      trafficSubjects(brokers.names, {
        plan: quick ? smaller(plan) : plan,
        rate: rate !== undefined && quick ? Math.min(rate, QUICK_RATE) : rate,
        seconds: settings.duration ?? (quick ? QUICK_SECONDS : SECONDS),
        warmUp: quick ? 0 : WARM_UP_SECONDS,
        settings,
        peerCpu,
      }),
  };
}

function connectionsCase(
  { plan }: ConnectionsScenario,
  brokers: BrokerSet,
  settings: LoadSettings,
): FiguresCase {
  const { connections, rate } = plan;
  const group = `${connections.toLocaleString('en')} connections${offered(rate)}`;
  return {
    measure: 'figures',
    group,
    column: '',
    cells: cellsOf(group, rate !== undefined, CONNECTION_COLUMNS),
    rounds: 3,
    warmUps: 0,
    prepare: (quick, peerCpu) => {
      const small: ConnectionsPlan = {
        ...plan,
        connections: Math.min(connections, QUICK_CLIENTS),
        ...(rate !== undefined && { rate: Math.max(rate, QUICK_RATE) }),
      };
      return connectionSubjects(brokers.names, { plan: quick ? small : plan, settings, peerCpu });
    },
  };
}

function smaller(plan: TrafficPlan): TrafficPlan {
  const { publishers, subscribers } = plan;
  return {
    ...plan,
    publishers: Math.min(publishers, QUICK_CLIENTS),
    subscribers: Math.min(subscribers, QUICK_CLIENTS),
  };
}

function offered(rate: number | undefined): string {
  return rate === undefined ? '' : `, ${rate.toLocaleString('en')} per second offered`;
}

/** The name of a group: what is offered at its end, as the charts want it. */
function describe(plan: TrafficPlan, rate: number | undefined): string {
  const { kind, publishers, subscribers, qos, payload, protocolVersion } = plan;
  const clients = `${publishers.toLocaleString('en')} to ${subscribers.toLocaleString('en')}`;
  const what = `${kind} ${clients}, QoS ${qos}, ${payload.toLocaleString('en')} B, ${protocolVersion === 5 ? '5.0' : '3.1.1'}`;
  return `${what}${offered(rate)}`;
}

const WHO_GETS_WHAT: Readonly<Record<TrafficPlan['kind'], (topics: number) => string>> = {
  p2p: (topics) =>
    `p2p: every message has one subscriber. There are ${topics.toLocaleString('en')} topics, as many as clients on the larger ` +
    'side; they are dealt out in turn to the publishers, and to the subscribers: topic i belongs to publisher i modulo their ' +
    'number, who sends to its topics in turn, and to subscriber i modulo theirs.',
  fanout: () => 'fanout: every subscriber gets every message, and each of them counts when it arrives.',
  sharedsub: () =>
    'sharedsub: all subscribers are one group ($share/bench/...), of which exactly one gets each message.',
};

function trafficNotes({ plan, rate }: TrafficScenario): string[] {
  const { kind, inflight } = plan;
  const routes = new Routes(plan);
  return [
    WHO_GETS_WHAT[kind](routes.topics.length),
    ...(rate === undefined
      ? [`${CLOSED_LOOP_NOTE} Of each publisher at most ${inflight ?? WINDOW} are under way.`]
      : OPEN_LOOP_NOTES),
    LOST_NOTE,
    ...CLIENT_NOTES,
  ];
}

function connectionNotes({ rate, inflight }: ConnectionsPlan): string[] {
  return [
    'Connections that subscribe to nothing and stay, from TCP to CONNACK; each round has a new broker. RSS per connection: ' +
      "growth of the broker's resident memory, garbage collected.",
    rate === undefined
      ? `Closed loop: ${inflight} connections at once are being made; p50 and so on are from the call of connect to CONNACK.`
      : 'Open loop: connections are due at fixed times, and p50 and so on are from the time when one was due to CONNACK.',
  ];
}
