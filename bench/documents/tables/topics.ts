/** Tables of the topic index. */
import { TWIN } from '../figure.ts';
import type { Line, Table } from '../table.ts';

const SIZES: readonly Line[] = ['1,000', '10,000', '100,000', '1,000,000'].map((column) => ({
  label: column,
  column,
}));

const PACKETS = 'index wasm, packets';
const BYTES = 'index wasm, bytes';
const STRINGS = 'index wasm, strings reused';
const BUILDING = 'building 1,000,000 filters';

const named = (of: string, label = of): Line => ({ label, of });

export const TOPIC_TABLES: Readonly<Record<string, Table>> = {
  match: {
    corner: 'times faster than qlobber, filters',
    all: { suite: 'match', against: 'qlobber' },
    columns: SIZES,
    rows: [
      { label: 'hot, packets', group: 'hot', of: PACKETS },
      {
        label: 'hot, packets, over mqtt-packet and qlobber',
        group: 'hot',
        of: PACKETS,
        against: 'mqtt-packet + qlobber',
      },
      { label: 'hot, packets, over the twin', group: 'hot', of: PACKETS, against: TWIN },
      { label: 'hot, packets, about 10 matches', group: 'hot, 10 matches', of: PACKETS },
      { label: 'cold, bytes', group: 'cold', of: BYTES },
      { label: 'cold, bytes, over the twin', group: 'cold', of: BYTES, against: TWIN },
      { label: 'cold, bytes, about 10 matches', group: 'cold, 10 matches', of: BYTES },
      { label: 'cold, packets', group: 'cold', of: PACKETS },
      {
        label: 'cold, packets, over the same without a cache',
        group: 'cold',
        of: PACKETS,
        against: 'index wasm, packets, no cache',
      },
      { label: 'strings reused', group: 'hot', of: STRINGS, against: 'qlobber, strings reused' },
      {
        label: 'strings reused, over a string cache',
        group: 'hot',
        of: STRINGS,
        against: 'string cache, strings reused',
      },
      { label: 'subscribe', group: 'subscribe', of: 'index wasm' },
      { label: 'unsubscribe', group: 'unsubscribe', of: 'index wasm' },
    ],
  },

  'match thousands': {
    corner: 'times faster than',
    all: { suite: 'match' },
    columns: [
      { label: 'qlobber', against: 'qlobber' },
      { label: 'string cache', against: 'string cache' },
    ],
    rows: [
      { label: 'topics with 1,000 subscribers, packets', of: PACKETS },
      { label: 'topics with 1,000 subscribers, bytes', of: BYTES },
    ].map((row) => ({ ...row, group: '1,000 matches', column: '100,000' })),
  },

  'match pairs': {
    corner: 'one filter, one topic, times faster than',
    all: { suite: 'match', group: 'one filter, one topic', column: 'strings', of: 'matches' },
    columns: ['mqtt-pattern', 'mqtt-match'].map((against) => ({ label: against, against })),
    rows: [{ label: '`matches`' }],
  },

  churn: {
    corner: 'hot topics, 100,000 filters',
    all: { suite: 'match', group: 'churn at 100,000 filters', column: 'hot' },
    columns: [
      { label: 'CPU time of a match' },
      { label: 'times faster than qlobber without changes', against: 'qlobber' },
    ],
    rows: [
      named(PACKETS),
      ...['1,000', '100', '10'].map((rate) => named(`${PACKETS}, a change per ${rate}`)),
      named('string cache'),
      named('string cache, a change per 1,000'),
    ],
    oneRun: 'table',
  },

  'match memory': {
    corner: 'building 1,000,000 filters',
    all: { suite: 'match', group: BUILDING },
    columns: [named('index wasm'), named('index js'), named('string cache'), named('qlobber')],
    rows: ['time', 'longest pause', 'full collections', 'heap per filter', 'heap and tables', 'reserved'].map(
      (column) => ({ label: column, column }),
    ),
    oneRun: 'table',
  },
};
