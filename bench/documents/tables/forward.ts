/** Tables of the data plane. */
import { REFERENCE, TWIN } from '../figure.ts';
import type { Line, Table } from '../table.ts';

const RIVALS: readonly Line[] = [
  { label: 'mqtt-packet, `writeToStream`', against: REFERENCE },
  { label: 'mqtt-packet, encoded once', against: 'mqtt-packet, generate' },
];

const OVER_TCP: ReadonlyArray<readonly [label: string, group: string, column: string]> = [
  ['dense bursts, 16 B, fan-out 1', 'dense bursts', '16 B, fan-out 1'],
  ['dense bursts, 16 B, fan-out 10', 'dense bursts', '16 B, fan-out 10'],
  ['dense bursts, 256 B, fan-out 1', 'dense bursts', '256 B, fan-out 1'],
  ['dense bursts, 256 B, fan-out 10', 'dense bursts', '256 B, fan-out 10'],
  ['one packet per read, 400 connections', 'one packet per read', '400 connections'],
  ['one busy pair, nobody idle', 'one busy pair', '0 idle'],
  ['one busy pair, 10,000 idle', 'one busy pair', '10,000 idle'],
];

const overTcp = OVER_TCP.map(([label, group, column]) => ({ label, group, column }));

const inOneProcess = ['1', '10', '512'].flatMap((fanOut) =>
  ['16 B', '256 B', '16 B, chunk per turn', '16 B, 1460 B chunks', 'v5 to v5', 'v5 to v3.1.1'].map(
    (column) => ({
      label: `fan-out ${fanOut}, ${column}`,
      group: `fan-out ${fanOut}`,
      column,
    }),
  ),
);

export const FORWARD_TABLES: Readonly<Record<string, Table>> = {
  sockets: {
    corner: 'over TCP, times faster than',
    all: { suite: 'sockets', of: 'forward' },
    columns: [
      ...RIVALS,
      { label: 'leaner one of *net*', against: ['net', 'net, gathered'] },
      { label: 'twin', against: TWIN },
      { label: '*data* instead of reading in place', against: 'forward, data' },
    ],
    rows: overTcp,
  },

  'socket times': {
    corner: 'CPU time of the broker per received message',
    all: { suite: 'sockets' },
    columns: ['forward', 'net, gathered', 'net', 'mqtt-packet, generate', 'mqtt-packet'].map((of) => ({
      label: of,
      of,
    })),
    rows: overTcp,
    oneRun: 'row',
  },

  forward: {
    corner: 'in one process, times faster than',
    all: { suite: 'forward', of: 'forward wasm' },
    columns: [...RIVALS, { label: '*plain JS*', against: 'plain JS' }, { label: 'twin', against: TWIN }],
    rows: inOneProcess,
  },
};
