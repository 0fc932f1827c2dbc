/** Tables of whole brokers. */
import { STAGES } from '../../html/data.ts';
import type { Line, Table } from '../table.ts';

const QOS = [0, 1, 2];
const RIVALS: readonly Line[] = ['mosquitto', 'aedes'].map((against) => ({ label: against, against }));
const BROKERS: readonly Line[] = ['wasmqtt', 'mosquitto', 'aedes', 'aedes with wasmqtt', 'relay'].map(
  (of) => ({
    label: of === 'relay' ? '*relay*' : of,
    of,
  }),
);

/** A row for each load of the suite, with a figure for each QoS. */
const LOADS: readonly Line[] = [
  ...['16 B, 1 to 1, 3.1.1', '16 B, 1 to 10, 3.1.1', '256 B, 1 to 1, 3.1.1', '16 B, 1 to 1, 5.0'].map(
    (shape) => ({
      label: `dense, ${shape}, QoS 0 / 1 / 2`,
      parts: QOS.map((qos) => ({ group: `dense, QoS ${qos}, ${shape}` })),
    }),
  ),
  { label: 'sparse, 16 B, QoS 0 / 1 / 2', parts: QOS.map((qos) => ({ group: `sparse, QoS ${qos}, 16 B` })) },
];

const CONNECTIONS = [
  { label: '1,000', group: 'idle connections, 1,000' },
  { label: '10,000', group: 'idle connections, 10,000' },
  // how many these are depends on how many sockets a process may open
  { label: 'as many as can be', group: /^idle connections(?!, 1,000$|, 10,000$)/ },
];

const MESSAGES = [
  'QoS 0, 16 B, 1 to 1',
  'QoS 1, 16 B, 1 to 1',
  'QoS 0, 256 B, 1 to 1',
  'QoS 0, 16 B, 1 to 10',
];

/** A row for each message and broker. */
function staged(groupsOf: (message: string) => string[]): Line[] {
  return MESSAGES.flatMap((message) =>
    ['wasmqtt', 'wasmqtt, kernel js', 'aedes'].map((of) => ({
      label: `${message}: ${of}`,
      group: groupsOf(`one message, ${message}`),
      of,
    })),
  );
}

export const BROKER_TABLES: Readonly<Record<string, Table>> = {
  'broker ratios': {
    corner: 'messages per CPU second, times as many as',
    all: { suite: 'broker', column: 'per CPU second', of: 'wasmqtt' },
    columns: RIVALS,
    rows: LOADS,
  },

  'broker rates': {
    corner: 'messages per CPU second',
    all: { suite: 'broker', column: 'per CPU second' },
    columns: BROKERS,
    rows: LOADS,
    oneRun: 'row',
  },

  'broker times': {
    corner: 'p99 from write to arrival, closed loop',
    all: { suite: 'broker', column: 'p99' },
    columns: BROKERS,
    rows: LOADS,
    oneRun: 'row',
  },

  'idle connections': {
    corner: 'idle connections with a subscription each',
    all: { suite: ['scale', 'broker'] },
    columns: BROKERS.slice(0, -1),
    rows: CONNECTIONS.flatMap(({ label, group }) => [
      { label: `resident memory of each, ${label}`, group, column: 'RSS per connection' },
      { label: `resident memory of all, ${label}`, group, column: 'RSS' },
      { label: `CPU time to connect and subscribe, ${label}`, group, column: 'CPU to connect and subscribe' },
    ]),
    oneRun: 'row',
  },

  'client churn': {
    heading:
      'Clients that come and go, each of which connects, subscribes, publishes to itself and disconnects:',
    corner: 'clients that come and go',
    all: { suite: 'scale', group: 'clients that come and go' },
    columns: BROKERS.slice(0, -1),
    rows: [
      { label: 'CPU time of a cycle', column: 'CPU per cycle' },
      { label: 'cycles per second', column: 'per second' },
      { label: 'CONNECT to CONNACK, p99', column: 'CONNECT to CONNACK p99' },
      { label: 'growth of resident memory', column: 'RSS growth' },
    ],
    oneRun: 'table',
  },

  subscriptions: {
    heading: 'Messages per CPU second beside subscriptions of others with wildcards that do not match:',
    corner: 'other subscriptions',
    all: { suite: 'scale', group: 'dense, QoS 0, beside other subscriptions' },
    columns: BROKERS.slice(0, -1),
    rows: ['0', '10,000', '100,000'].map((column) => ({ label: column, column })),
    oneRun: 'row',
  },

  'fan-out': {
    heading: 'Messages that arrive per CPU second, of one publisher, QoS 0:',
    corner: 'subscribers',
    all: { suite: 'scale', group: 'fan-out, QoS 0' },
    columns: BROKERS.slice(0, -1),
    rows: ['1', '10', '100', '1,000'].map((to) => ({ label: to, column: `1 to ${to}` })),
    oneRun: 'row',
  },

  'stage times': {
    heading: '### Where a nanosecond goes',
    corner: 'CPU time of one message, by stage',
    all: { suite: 'broker' },
    columns: [...STAGES, 'all stages'].map((column) => ({ label: column, column })),
    rows: staged((message) => [`stages of ${message}`, `whole of ${message}`]),
    oneRun: 'row',
  },

  'stage bytes': {
    heading: '### Where a byte is copied',
    corner: 'bytes copied for one message, by stage',
    all: { suite: 'broker' },
    columns: [...STAGES, 'total'].map((column) => ({ label: column, column })),
    rows: staged((message) => [`copied bytes of ${message}`]),
    oneRun: 'row',
  },

  latency: {
    heading: '### Latency',
    corner: '20,000 messages per second offered, QoS 1',
    all: { suite: 'latency', group: 'open loop, QoS 1, 20,000 per second offered' },
    columns: ['per second', 'p50', 'p90', 'p99', 'p99.9', 'max'].map((column) => ({ label: column, column })),
    rows: BROKERS,
    oneRun: 'table',
  },
};
