/** Tables of what decoding and encoding cost. */
import { REFERENCE, TWIN } from '../figure.ts';
import type { Line, Table } from '../table.ts';

const WORKLOADS = ['pub16', 'pub256', 'v5q1', 'puback', 'mixed', 'unique'];
const TIMES_FASTER: readonly Line[] = [
  { label: 'objects', of: 'objects wasm', against: REFERENCE },
  { label: 'cursor', of: 'cursor wasm', against: REFERENCE },
  { label: 'objects over the twin', of: 'objects wasm', against: TWIN },
  { label: 'cursor over the twin', of: 'cursor wasm', against: TWIN },
];

const byGroup = (group: string): Line => ({ label: group, group });
const byColumn = (column: string): Line => ({ label: column, column });

const decoding = (column: string, chunks: string, groups: readonly string[]): Table => ({
  corner: `${chunks}, times faster than mqtt-packet`,
  all: { suite: 'decode', column },
  columns: groups.map(byGroup),
  rows: TIMES_FASTER,
});

export const CODEC_TABLES: Readonly<Record<string, Table>> = {
  'decode chunks': decoding('64 KiB', 'chunks of 64 KiB', WORKLOADS),
  'decode small chunks': decoding('1460 B', 'chunks of 1,460 bytes', WORKLOADS),
  'decode single packets': decoding('single packet', 'one packet per chunk', WORKLOADS.slice(0, -1)),

  'decode times': {
    corner: 'CPU time per packet, chunks of 64 KiB',
    all: { suite: 'decode', column: '64 KiB' },
    columns: WORKLOADS.map(byGroup),
    rows: ['cursor wasm', 'cursor js', 'objects wasm', 'objects js', 'mqtt-packet'].map((of) => ({
      label: of,
      of,
    })),
    oneRun: 'table',
  },

  'decode memory': {
    corner: 'heap bytes per packet, garbage included',
    all: { suite: 'memory', group: '64 KiB' },
    columns: WORKLOADS.slice(0, -1).map(byColumn),
    rows: ['cursor wasm', 'objects wasm', 'mqtt-packet'].map((of) => ({ label: of, of })),
    oneRun: 'table',
  },

  encode: {
    corner: 'times faster than `generate` of mqtt-packet',
    all: { suite: 'encode', group: 'encode', against: REFERENCE },
    columns: ['pub16', 'pub256', 'v5q1', 'puback', 'connect', 'subscribe'].map(byColumn),
    rows: ['encode', 'encodeInto'].map((of) => ({ label: `\`${of}\``, of })),
  },

  'drop-in packets': {
    heading: 'The same programs with this package in the place of mqtt-packet:',
    corner: 'times faster',
    all: { suite: 'drop-in', of: 'wasmqtt', against: REFERENCE },
    columns: ['pub16', 'v5q1', 'puback', 'mixed'].map(byColumn),
    rows: [
      { label: '`parser()`, chunks of 64 KiB', group: 'parser, 64 KiB' },
      { label: '`parser()`, chunks of 1,460 bytes', group: 'parser, 1460 B' },
      { label: '`parser()`, one packet per chunk', group: 'parser, single packet' },
      { label: '`generate`', group: 'generate' },
      { label: '`writeToStream`', group: 'writeToStream' },
      { label: '`PacketWriter` instead of `writeToStream`', group: 'writeToStream', of: 'PacketWriter' },
    ],
  },

  'drop-in programs': {
    corner: 'CPU time of the whole process',
    all: { suite: 'drop-in', of: 'wasmqtt' },
    columns: [{ label: 'times less than with mqtt-packet', against: REFERENCE }],
    rows: [
      { label: 'aedes, QoS 0 / 1', group: 'aedes', parts: [{ column: 'QoS 0' }, { column: 'QoS 1' }] },
      {
        label: 'MQTT.js, receiving / sending',
        group: 'MQTT.js',
        parts: [{ column: 'receiving' }, { column: 'sending' }],
      },
      { label: '`generate` with new topics', group: 'generate', column: 'pub16, fresh topics' },
      {
        label: 'first packet of a process, `generate` / `parser`',
        group: 'first use',
        parts: [{ column: 'generate' }, { column: 'parser' }],
      },
    ],
  },
};
