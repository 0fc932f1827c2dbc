/** Tables of the README: a few cells of each suite. */
import { REFERENCE, TWIN } from '../figure.ts';
import type { Line, Table } from '../table.ts';

const FIELDS_AND_OBJECTS = [{ of: 'cursor wasm' }, { of: 'objects wasm' }];
const ENCODERS = [{ of: 'encodeInto' }, { of: 'encode' }];
const QOS = [0, 1, 2];

const decoding = (label: string, group: string, column = '64 KiB'): Line => ({
  label: `decode ${label}`,
  suite: 'decode',
  group,
  column,
  parts: FIELDS_AND_OBJECTS,
});

const OVER_MOSQUITTO_AND_AEDES: readonly Line[] = ['mosquitto', 'aedes'].map((against) => ({
  label: `over ${against}`,
  against,
}));

export const README_TABLES: Readonly<Record<string, Table>> = {
  codec: {
    corner: 'codec',
    columns: [
      { label: 'over mqtt-packet', against: REFERENCE },
      { label: 'over plain JavaScript', against: TWIN },
    ],
    rows: [
      decoding('64 KiB of small QoS 0 PUBLISH, fields only / objects', 'pub16'),
      decoding('MQTT 5.0 QoS 1 PUBLISH with 3 properties, fields only / objects', 'v5q1'),
      decoding('mixed traffic, fields only / objects', 'mixed'),
      decoding('one small packet per chunk, fields only / objects', 'pub16', 'single packet'),
      decoding('topics never seen before, fields only / objects', 'unique'),
      {
        label: '`encodeInto` / `encode` a small PUBLISH, topic strings used again',
        suite: 'encode',
        group: 'encode',
        column: 'pub16',
        parts: ENCODERS,
      },
      {
        label: '`generate` with topic strings never seen before',
        suite: 'drop-in',
        group: 'generate',
        column: 'pub16, fresh topics',
        of: 'wasmqtt',
      },
      {
        label: '`writeToStream` / `PacketWriter` to a socket, bursts',
        suite: 'drop-in',
        group: 'writeToStream',
        column: 'pub16',
        parts: [{ of: 'wasmqtt' }, { of: 'PacketWriter' }],
      },
      {
        label: 'aedes with the override, messages per CPU second, QoS 0 / 1',
        suite: 'drop-in',
        group: 'aedes',
        of: 'wasmqtt',
        parts: [{ column: 'QoS 0' }, { column: 'QoS 1' }],
      },
    ],
  },

  forwarding: {
    corner: '`Forwarder`, TCP on loopback, QoS 0',
    all: { suite: 'sockets', of: 'forward' },
    columns: [
      { label: 'over mqtt-packet', against: 'mqtt-packet' },
      { label: 'over a loop by hand on `net`', against: ['net', 'net, gathered'] },
      { label: 'over plain JavaScript', against: TWIN },
    ],
    rows: [
      {
        label: 'bursts, 16 bytes of payload, 1 receiver each / 10 receivers each',
        group: 'dense bursts',
        parts: [{ column: '16 B, fan-out 1' }, { column: '16 B, fan-out 10' }],
      },
      {
        label: 'bursts, 256 bytes of payload, 1 receiver each',
        group: 'dense bursts',
        column: '256 B, fan-out 1',
      },
      {
        label: 'one packet per read, 400 connections',
        group: 'one packet per read',
        column: '400 connections',
      },
    ],
  },

  brokers: {
    corner: 'whole broker, 16 bytes of payload',
    all: { suite: 'broker', column: 'per CPU second', of: 'wasmqtt' },
    columns: OVER_MOSQUITTO_AND_AEDES,
    rows: [
      {
        label: 'messages per CPU second, many packets per read, QoS 0 / 1 / 2',
        parts: QOS.map((qos) => ({ group: `dense, QoS ${qos}, 16 B, 1 to 1, 3.1.1` })),
      },
      {
        label: 'the same to 10 receivers each, QoS 0 / 1 / 2',
        parts: QOS.map((qos) => ({ group: `dense, QoS ${qos}, 16 B, 1 to 10, 3.1.1` })),
      },
      {
        label: 'messages per CPU second, one packet per read, QoS 0 / 1 / 2',
        parts: QOS.map((qos) => ({ group: `sparse, QoS ${qos}, 16 B` })),
      },
      {
        label: 'resident memory of an idle connection, times as little',
        suite: ['scale', 'broker'],
        group: ['idle connections, 10,000', 'idle connections'],
        column: 'RSS per connection',
      },
    ],
  },

  topics: {
    corner: 'topic index with so many filters',
    all: { suite: 'match' },
    columns: [
      {
        label: 'over qlobber, topics that come again',
        group: 'hot',
        of: 'index wasm, packets',
        against: 'qlobber',
      },
      {
        label: 'over qlobber, topics never seen before',
        group: 'cold',
        of: 'index wasm, bytes',
        against: 'qlobber',
      },
      {
        label: 'both over plain JavaScript',
        against: TWIN,
        parts: [
          { group: 'hot', of: 'index wasm, packets' },
          { group: 'cold', of: 'index wasm, bytes' },
        ],
      },
    ],
    rows: ['1,000', '10,000', '100,000', '1,000,000'].map((column) => ({ label: column, column })),
  },
};
