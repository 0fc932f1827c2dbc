import { MEDIAN } from '../measuring/statistics.ts';
import type { Case, Comparison, Contestant, FiguresCase, LoopCase, Suite, Target } from '../suite.ts';
import { building } from '../topics/building.ts';
import { changing } from '../topics/changes.ts';
import { atRate, churning, RIVAL_RATES } from '../topics/churn.ts';
import {
  INDEX_KERNELS,
  indexOnBytes,
  indexOnPackets,
  indexOnPacketsWithoutCache,
  indexOnStrings,
} from '../topics/index-contestants.ts';
import { MapTrie, StringCache } from '../topics/map-trie.ts';
import { scans, singlePairs } from '../topics/pairs.ts';
import type { Expected } from '../topics/pass.ts';
import { filledMatcher, onBytes, onPackets, onStrings, qlobber, splitsCached } from '../topics/rivals.ts';
import { fanOutSubscriptions, mixedSubscriptions } from '../topics/subscriptions.ts';
import { exactTraffic, trafficOf, uniqueTraffic, zipfTraffic } from '../topics/traffic.ts';
import { WORST_CASES, worstCase, worstCaseNodes } from '../topics/worst-cases.ts';

const SIZES = [1000, 10_000, 100_000, 1_000_000];
const QLOBBER = 'qlobber';
const SPLITS_CACHED = 'qlobber, splits cached';
const QLOBBER_STRINGS = 'qlobber, strings reused';
const PARSED = 'mqtt-packet + qlobber';
const CACHE = 'string cache';
const CACHE_STRINGS = 'string cache, strings reused';
const TRIE = 'map trie';
const WASM_BYTES = 'index wasm, bytes';
const WASM_PACKETS = 'index wasm, packets';
const WASM_STRINGS = 'index wasm, strings reused';
const NO_CACHE = ', no cache';

const columnOf = (size: number): string => size.toLocaleString('en');
/** In a smoke run all sizes are one. */
const inQuick = (size: number, quick: boolean): number => (quick ? Math.min(size, 500) : size);

/** Topics that come once. */
function cold(size: number, quick: boolean): Contestant[] {
  const subscriptions = mixedSubscriptions(inQuick(size, quick), 1);
  const traffic = uniqueTraffic(subscriptions, quick);
  const expected: Expected = new Map();
  const entry = { subscriptions, traffic, expected };
  return [
    onBytes(QLOBBER, filledMatcher(qlobber(), subscriptions), traffic, expected),
    onBytes(TRIE, filledMatcher(new MapTrie(), subscriptions), traffic, expected),
    onBytes(CACHE, filledMatcher(new StringCache(), subscriptions), traffic, expected),
    ...INDEX_KERNELS.flatMap((kernel) => [
      indexOnBytes({ ...entry, kernel }),
      indexOnPackets({ ...entry, kernel }),
    ]),
    indexOnPacketsWithoutCache({ ...entry, kernel: 'wasm' }),
    indexOnPackets({ ...entry, kernel: 'wasm', name: 'control' }),
  ];
}

/** Topics that come again and again, the popular ones most. */
function hot(size: number, quick: boolean): Contestant[] {
  const subscriptions = mixedSubscriptions(inQuick(size, quick), 1);
  const traffic = zipfTraffic(subscriptions, quick);
  const expected: Expected = new Map();
  const entry = { subscriptions, traffic, expected };
  const filled = filledMatcher(qlobber(), subscriptions);
  const cache = filledMatcher(new StringCache(), subscriptions);
  const splits = size <= 10_000 ? [filledMatcher(qlobber(splitsCached), subscriptions)] : [];
  return [
    onBytes(QLOBBER, filled, traffic, expected),
    ...splits.map((matcher) => onBytes(SPLITS_CACHED, matcher, traffic, expected)),
    onStrings(QLOBBER_STRINGS, filled, traffic, expected),
    onPackets(PARSED, filled, traffic, expected),
    onBytes(CACHE, cache, traffic, expected),
    onStrings(CACHE_STRINGS, cache, traffic, expected),
    ...INDEX_KERNELS.flatMap((kernel) => [
      indexOnPackets({ ...entry, kernel }),
      indexOnBytes({ ...entry, kernel }),
      indexOnStrings({ ...entry, kernel }),
    ]),
    indexOnPackets({ ...entry, kernel: 'wasm', name: 'control' }),
  ];
}

function tenMatches(topics: 'cold' | 'hot', size: number, quick: boolean): Contestant[] {
  const subscriptions = mixedSubscriptions(inQuick(size, quick), 10);
  const traffic = (topics === 'cold' ? uniqueTraffic : zipfTraffic)(subscriptions, quick);
  const expected: Expected = new Map();
  const entry = { subscriptions, traffic, expected };
  const matchIndex = topics === 'cold' ? indexOnBytes : indexOnPackets;
  return [
    onBytes(QLOBBER, filledMatcher(qlobber(), subscriptions), traffic, expected),
    onBytes(CACHE, filledMatcher(new StringCache(), subscriptions), traffic, expected),
    ...INDEX_KERNELS.map((kernel) => matchIndex({ ...entry, kernel })),
    matchIndex({ ...entry, kernel: 'wasm', name: 'control' }),
  ];
}

function thousandMatches(quick: boolean): Contestant[] {
  const subscriptions = fanOutSubscriptions(100, quick ? 10 : 1000);
  const traffic = exactTraffic(subscriptions, quick);
  const expected: Expected = new Map();
  const entry = { subscriptions, traffic, expected };
  return [
    onBytes(QLOBBER, filledMatcher(qlobber(), subscriptions), traffic, expected),
    onBytes(CACHE, filledMatcher(new StringCache(), subscriptions), traffic, expected),
    ...INDEX_KERNELS.flatMap((kernel) => [
      indexOnPackets({ ...entry, kernel }),
      indexOnBytes({ ...entry, kernel }),
    ]),
    indexOnPackets({ ...entry, kernel: 'wasm', name: 'control' }),
  ];
}

function linearScans(quick: boolean): Contestant[] {
  const subscriptions = mixedSubscriptions(quick ? 100 : 1000, 1);
  const slices = zipfTraffic(subscriptions, quick).strings();
  const traffic = trafficOf(slices.map((topics) => topics.slice(0, 50)));
  const expected: Expected = new Map();
  return [
    onStrings(QLOBBER, filledMatcher(qlobber(), subscriptions), traffic, expected),
    ...scans(subscriptions, traffic, expected),
    indexOnStrings({ kernel: 'wasm', subscriptions, traffic, expected }),
    indexOnStrings({ kernel: 'wasm', subscriptions, traffic, expected, name: 'control' }),
  ];
}

const ONCE = { processes: 1, rounds: 5 };
const TWICE = { processes: 2, rounds: 6 };

const bySize = (
  group: string,
  prepare: (size: number, quick: boolean) => Contestant[],
  often: { processes: number; rounds: number },
): LoopCase[] =>
  SIZES.map((size) => ({
    measure: 'time',
    group,
    column: columnOf(size),
    // to fill everybody with a million filters takes longer than to measure them
    ...(size === 1_000_000 ? ONCE : often),
    fullRunOnly: size > 1000,
    prepare: (quick) => prepare(size, quick),
  }));

const changes: FiguresCase[] = SIZES.map((size) => ({
  measure: 'figures',
  group: 'subscribe, unsubscribe',
  column: columnOf(size),
  cells: {
    subscribe: { group: 'subscribe', column: columnOf(size), unit: 'ns' },
    unsubscribe: { group: 'unsubscribe', column: columnOf(size), unit: 'ns' },
  },
  rounds: 6,
  warmUps: 2,
  fullRunOnly: size > 1000,
  prepare: (quick) => changing(size, quick),
}));

const CHURN = 'churn at 100,000 filters';
const WORST = 'worst cases';

const nodesCell = (column: string) => ({ group: `${WORST}: nodes a match may visit`, column, unit: 'nodes' });

const worstNodes: FiguresCase = {
  measure: 'figures',
  group: WORST,
  column: 'nodes',
  cells: Object.fromEntries(Object.keys(WORST_CASES).map((name) => [name, nodesCell(name)])),
  rounds: 1,
  warmUps: 0,
  fullRunOnly: true,
  prepare: () => worstCaseNodes(),
};

const cases: Case[] = [
  ...bySize('cold', cold, TWICE),
  ...bySize('hot', hot, TWICE),
  ...(['cold', 'hot'] as const).flatMap((topics) =>
    bySize(`${topics}, 10 matches`, (size, quick) => tenMatches(topics, size, quick), ONCE),
  ),
  { measure: 'time', group: '1,000 matches', column: '100,000', processes: 1, prepare: thousandMatches },
  { measure: 'time', group: 'linear scan', column: '1,000', processes: 1, prepare: linearScans },
  { measure: 'time', group: 'one filter, one topic', column: 'strings', processes: 1, prepare: singlePairs },
  ...changes,
  {
    measure: 'time',
    group: CHURN,
    column: 'hot',
    processes: 1,
    prepare: (quick) => churning(100_000, quick),
  },
  building,
  ...Object.keys(WORST_CASES).map(
    (column): Case => ({
      measure: 'time',
      group: WORST,
      column,
      ...ONCE,
      fullRunOnly: column !== '2^8',
      prepare: (quick) => worstCase(column, quick),
    }),
  ),
  worstNodes,
];

const comparisons: Comparison[] = [
  ...['bytes', 'packets', 'strings reused'].map((input) => ({
    label: `wasm : js, ${input}`,
    of: `index wasm, ${input}`,
    against: [`index js, ${input}`],
  })),
  { label: 'wasm : js', of: 'index wasm', against: ['index js'] },
  { label: `packets: wasm : ${PARSED}`, of: WASM_PACKETS, against: [PARSED] },
  { label: `packets: wasm : ${CACHE}`, of: WASM_PACKETS, against: [CACHE] },
  { label: 'strings reused: wasm : qlobber', of: WASM_STRINGS, against: [QLOBBER_STRINGS] },
  { label: 'strings reused: wasm : string cache', of: WASM_STRINGS, against: [CACHE_STRINGS] },
  { label: 'matches : mqtt-pattern', of: 'matches', against: ['mqtt-pattern'] },
  { label: 'matches : mqtt-match', of: 'matches', against: ['mqtt-match'] },
];

const over = (
  group: string,
  column: string | undefined,
  contestant: string,
  against: string[],
  atLeast: number,
): Target => ({
  label: `${group}${column === undefined ? '' : ` ${column}`}: ${contestant} over ${against[0]}`,
  group,
  ...(column === undefined ? {} : { column }),
  contestant,
  against,
  atLeast,
});

const HOT_TARGETS: Readonly<Record<number, number>> = { 1000: 10, 10000: 15, 100000: 30, 1000000: 60 };

const targets: Target[] = [
  ...['cold', 'cold, 10 matches'].map((group) => over(group, undefined, WASM_BYTES, [QLOBBER], 6)),
  ...['hot', 'hot, 10 matches'].flatMap((group) =>
    SIZES.map((size) => over(group, columnOf(size), WASM_PACKETS, [QLOBBER], HOT_TARGETS[size]!)),
  ),
  over('cold', undefined, WASM_BYTES, ['index js, bytes'], 1.8),
  over('hot', undefined, WASM_PACKETS, ['index js, packets'], 1.8),
  ...[1000, 10_000].map((size) => over('cold', columnOf(size), WASM_BYTES, ['index js, bytes'], 2.5)),
  over('hot', undefined, WASM_PACKETS, [PARSED], 30),
  {
    label: `cold: ${WASM_PACKETS}, slower than without cache`,
    group: 'cold',
    contestant: WASM_PACKETS,
    against: [WASM_PACKETS + NO_CACHE],
    atMost: 1.2,
  },
  {
    label: `churn: ${WASM_PACKETS}, slower with a change per 1,000`,
    group: CHURN,
    contestant: atRate(WASM_PACKETS, 1000),
    against: [WASM_PACKETS],
    atMost: 1.2,
  },
  over('subscribe', undefined, 'index wasm', [QLOBBER], 4),
  over('unsubscribe', undefined, 'index wasm', [QLOBBER], 4),
  {
    label: 'bytes per filter, heap and tables',
    group: building.group,
    column: building.cells['total']!.column,
    contestant: 'index wasm',
    atMost: 150,
  },
];

export const suite: Suite = {
  name: 'match',
  notes: [
    'CPU nanoseconds per topic, and how many times faster than qlobber 8.0.1 that is (' + `${MEDIAN}).`,
    'Columns are numbers of filters: 70 % exact, 20 % with one +, 8 % with #, 2 % with both, of topics of about 45 ' +
      'bytes and five levels. A topic matches about one of them, or 10 where it says so. Everybody adds up a number ' +
      'that each matching subscriber holds.',
    'cold: 1,000,000 topics, each of which comes once. hot: 10,000 topics by Zipf. Topics are bytes in chunks of 64 ' +
      'KiB, and their positions; qlobber and the others that need strings make them with latin1Slice.',
    'packets: PUBLISH packets in chunks of 64 KiB, parsed by Decoder, matched by topic id. strings reused: the same ' +
      'string objects again and again. no cache: packets parsed as well, their topics then matched as bytes.',
    'qlobber, splits cached: with its option cache_splits, which helps with few filters only.',
    'string cache: a trie of Maps with a Map of results by string. map trie: the same without the results.',
    '1,000 matches: 100 filters with 1,000 subscribers each.',
    'subscribe, unsubscribe: 10,000 filters that come and go beside those that are there.',
    'churn: every other change takes back the one before.',
    'building: longest pause is the wall time of one subscribe; heap is what JavaScript keeps, heap and tables adds ' +
      'what is in use of the tables outside of it, at most the most that was, reserved all that was allocated.',
    ...Object.entries(WORST_CASES).map(([name, make]) => `worst case ${name}: ${make().description}.`),
  ],
  reference: QLOBBER,
  control: [WASM_PACKETS, WASM_BYTES, WASM_STRINGS, 'index wasm', 'matches'],
  rivals: [
    SPLITS_CACHED,
    QLOBBER_STRINGS,
    PARSED,
    CACHE,
    CACHE_STRINGS,
    TRIE,
    ...RIVAL_RATES.flatMap((rate) => [atRate(QLOBBER, rate), atRate(CACHE, rate)]),
    'mqtt-pattern',
    'mqtt-match',
    'mqtt-pattern, every filter',
    'mqtt-match, every filter',
  ],
  cases,
  comparisons,
  targets,
};
