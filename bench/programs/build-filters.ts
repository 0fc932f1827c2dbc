/** Fills a matcher with filters and prints what that took. Arguments: whose, and how many filters. */
import { constants, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import type { Findings } from '../suite.ts';
import { compile } from '../suite.ts';
import { type IndexKernel, loadIndex } from '../topics/index-contestants.ts';
import { type Matcher, StringCache } from '../topics/map-trie.ts';
import { qlobber } from '../topics/rivals.ts';
import { distinctSubscriptions, type Subscriber } from '../topics/subscriptions.ts';

/** What is filled: how to add to it, how to look into it, and the memory of its tables in bytes. */
interface Filled {
  add(filter: string, subscriber: Subscriber): void;
  valuesOf(topic: string): number;
  tables(): Tables;
}

interface Tables {
  readonly used: number;
  readonly highWater: number;
  readonly reserved: number;
  /** Whether JavaScript counts them as its own. */
  readonly areCounted: boolean;
}

const NO_TABLES: Tables = { used: 0, highWater: 0, reserved: 0, areCounted: false };

function matcher(made: Matcher): Filled {
  return {
    add: (filter, subscriber) => made.add(filter, subscriber),
    valuesOf: (topic) => made.match(topic).reduce((sum, { value }) => sum + value, 0),
    tables: () => NO_TABLES,
  };
}

function index(kernel: IndexKernel): Filled {
  const made = loadIndex(`build ${kernel}`, { kernel }).index;
  return {
    add: (filter, subscriber) => made.subscribe(filter, subscriber),
    valuesOf: (topic) => {
      let sum = 0;
      made.match(topic, ({ value }) => (sum += value));
      return sum;
    },
    tables: () => ({ ...made.memoryUsage(), areCounted: kernel === 'js' }),
  };
}

const CONTESTANTS: Readonly<Record<string, () => Filled>> = {
  qlobber: () => matcher(qlobber()),
  'string cache': () => matcher(new StringCache()),
  'index wasm': () => index('wasm'),
  'index js': () => index('js'),
};

/** Bytes of objects and of typed arrays that are not garbage. */
async function memoryInUse(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    globalThis.gc!();
    await delay(5);
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** Returns the longest time in milliseconds that one call took. */
const FILL = `
  return function fill() {
    let longest = 0;
    let before = performance.now();
    for (let i = 0; i < filters.length; i++) {
      add(filters[i], subscribers[i]);
      const now = performance.now();
      if (now - before > longest) longest = now - before;
      before = now;
    }
    return longest;
  };`;

const [name = '', count = ''] = process.argv.slice(2);
const { filters, subscribers } = distinctSubscriptions(Number(count));
const memoryBefore = await memoryInUse();
const { add, valuesOf, tables } = CONTESTANTS[name]!();
let collections = 0;
new PerformanceObserver((list) => {
  collections += list.getEntries().filter(isFullCollection).length;
}).observe({ entryTypes: ['gc'] });
const fill = compile<() => number>({ filters, subscribers, add }, FILL);
await delay(20);
collections = 0;
const start = process.cpuUsage();
const pause = fill();
const { user, system } = process.cpuUsage(start);
await delay(20);
const fullCollections = collections;
const { used, highWater, reserved, areCounted } = tables();
const heap = (await memoryInUse()) - memoryBefore - (areCounted ? reserved : 0);
let values = 0;
const topics = filters.filter((filter) => !/[+#]/.test(filter)).slice(0, 10_000);
for (const topic of topics) values = (values + valuesOf(topic)) % 2 ** 31;
const perFilter = (bytes: number): number => bytes / filters.length;
const findings: Findings = {
  figures: {
    time: (user + system) / 1000,
    pause,
    fullCollections,
    heap: perFilter(heap),
    total: perFilter(heap + used),
    highWater: perFilter(heap + highWater),
    reserved: perFilter(heap + reserved),
  },
  sums: { values },
};
console.log(JSON.stringify(findings));

function isFullCollection(entry: PerformanceEntry): boolean {
  const { kind, flags } = (entry as PerformanceEntry & { detail: { kind: number; flags: number } }).detail;
  return (
    kind === constants.NODE_PERFORMANCE_GC_MAJOR && (flags & constants.NODE_PERFORMANCE_GC_FLAGS_FORCED) === 0
  );
}
