import type { Contestant, Subject } from '../suite.ts';
import { filledIndex, INDEX_KERNELS, type IndexKernel, indexOnBytes } from './index-contestants.ts';
import { filledMatcher, onBytes, qlobber } from './rivals.ts';
import type { Subscriptions } from './subscriptions.ts';
import { trafficOf } from './traffic.ts';

/** Filters that make a match expensive, and topics that do. */
interface WorstCase {
  readonly description: string;
  readonly filters: readonly string[];
  readonly topics: readonly string[];
}

const numbered = (count: number, name: string): string[] => Array.from({ length: count }, (_, i) => name + i);

/** `+` or a name at each of `depth` levels, in all combinations. */
function combinations(depth: number): WorstCase {
  const names = numbered(depth, 'n');
  const filters = Array.from({ length: 2 ** depth }, (_, bits) =>
    names.map((name, i) => ((bits >> i) & 1 ? '+' : name)).join('/'),
  );
  const description = `all combinations of + and a name at ${depth} levels, and a topic that they match`;
  return { description, filters, topics: [names.join('/')] };
}

/** The same where it turns out at the end that none matches. */
function uselessCombinations(depth: number): WorstCase {
  const { filters, topics } = combinations(depth);
  const longer = topics.map((topic) => `${topic}/more`);
  return {
    description: `such filters of ${depth} levels, and a topic that has one more`,
    filters,
    topics: longer,
  };
}

/** Filters of 100 levels with one `+` each, and `#` behind every level. */
function overlaps(depth: number): WorstCase {
  const names = numbered(depth, 'level');
  const filters = names.flatMap((_, i) => [
    names.map((name, at) => (at === i ? '+' : name)).join('/'),
    [...names.slice(0, i), '#'].join('/'),
  ]);
  const description = `${depth} levels, + at each of them and # behind each`;
  return { description, filters, topics: [names.join('/')] };
}

/** The longest topic there is, and filters that follow it for 100 levels. */
function longest(): WorstCase {
  const filters = numbered(100, '').flatMap((_, i) => {
    const start = 'a/'.repeat(i + 1);
    return [`${start}#`, `${start}+/b`, `${'+/'.repeat(1 + (i % 30))}${start}c`];
  });
  const topics = [`${'a/'.repeat(32_767)}a`];
  return { description: 'a topic of 65,535 bytes and 32,768 levels', filters, topics };
}

/** Topics of 24 characters that all have one hash, whatever it starts with, if it is h * 31 + c as often. */
function colliding(): WorstCase {
  const topics = Array.from({ length: 4096 }, (_, bits) =>
    Array.from({ length: 12 }, (_, i) => ((bits >> i) & 1 ? 'Aa' : 'BB')).join(''),
  );
  const filters = topics.flatMap((topic) => [topic, `${topic}/+/x`]);
  return { description: '4,096 topics made to collide', filters, topics };
}

export const WORST_CASES: Readonly<Record<string, () => WorstCase>> = {
  '2^8': () => combinations(8),
  '2^8, no match': () => uselessCombinations(8),
  '2^12, no match': () => uselessCombinations(12),
  '2^16, no match': () => uselessCombinations(16),
  '100 levels': () => overlaps(100),
  '32,768 levels': longest,
  colliding,
};

const OPTIONS = { maxVisitedNodes: 131_072 };

function subscriptionsOf({ filters }: WorstCase): Subscriptions {
  return { filters, subscribers: filters.map((_, i) => ({ value: i + 1 })), exact: [] };
}

/** Topics as bytes, for which nothing is cached. */
export function worstCase(name: string, quick: boolean): Contestant[] {
  const made = WORST_CASES[name]!();
  const subscriptions = subscriptionsOf(made);
  const traffic = trafficOf([made.topics.slice(0, quick ? 1 : made.topics.length)]);
  const entry = { subscriptions, traffic, expected: new Map<number, number>(), options: OPTIONS };
  return [
    onBytes('qlobber', filledMatcher(qlobber(), subscriptions), traffic, entry.expected),
    ...INDEX_KERNELS.map((kernel) => indexOnBytes({ ...entry, kernel })),
    indexOnBytes({ ...entry, kernel: 'wasm', name: 'control' }),
  ];
}

/** How many nodes of the index a match may visit in each case, as the index itself says. */
export function worstCaseNodes(): Subject[] {
  const nodesOf = (kernel: IndexKernel, make: () => WorstCase): number =>
    filledIndex(`nodes ${kernel}`, subscriptionsOf(make()), { ...OPTIONS, kernel }).index.memoryUsage()
      .visitedNodes;
  return INDEX_KERNELS.map((kernel) => ({
    name: `index ${kernel}`,
    run: async () => ({
      figures: Object.fromEntries(
        Object.entries(WORST_CASES).map(([name, make]) => [name, nodesOf(kernel, make)]),
      ),
      sums: {},
    }),
  }));
}
