import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ADDED_FILTER,
  ADDED_SUBSCRIPTION,
  HEADER_EXACT_COUNT,
  HEADER_USED,
  HEADER_WILDCARD_COUNT,
  MOVED,
  REMOVED_FILTER,
  REMOVED_SUBSCRIPTION,
} from '../../assembly/filters/layout.ts';
import { HASH_KEY_WORDS } from '../../src/kernel/memory.ts';
import { ResultCache, TextTable, usedWhenEmpty, WAYS, type Way } from './filter-table.ts';
import { NaiveTable } from './naive.ts';

/** Few texts, so that filters overlap; of all lengths that are stored differently, and of 1 to 4 bytes a character. */
const LEVELS = [
  '',
  'a',
  'b',
  'ab',
  '$a',
  '$',
  'é',
  '€',
  '😀',
  'fifteen bytes..',
  'sixteen bytes ..',
  'sixteen bytes .!',
  'seventeen bytes .',
  'seventeen bytes !',
  'x'.repeat(40),
  'x'.repeat(39) + 'y',
  'z'.repeat(300),
];

const literal = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('a', 'b', '') },
  { weight: 2, arbitrary: fc.constantFrom(...LEVELS) },
);

const levels = (level: fc.Arbitrary<string>) =>
  fc.oneof(
    { weight: 8, arbitrary: fc.array(level, { minLength: 1, maxLength: 4 }) },
    { weight: 1, arbitrary: fc.array(level, { minLength: 1, maxLength: 40 }) },
  );
const topicText = levels(literal).map((parts) => parts.join('/') || 'a');
const filterText = fc
  .tuple(
    levels(fc.oneof({ weight: 3, arbitrary: literal }, { weight: 1, arbitrary: fc.constant('+') })),
    fc.constantFrom('', '', '/#'),
  )
  .map(([parts, end]) => (parts.join('/') || '/') + end);

const filter = fc.oneof({ weight: 12, arbitrary: filterText }, { weight: 1, arbitrary: fc.constant('#') });
/** Bit 31 marks share groups; the words are read back as signed. */
const subscriber = fc.constantFrom(1, 2, 3, 4, 5, -2147483647);

type Step =
  | { step: 'add'; filter: string; subscriber: number; options: number }
  | { step: 'remove' | 'find'; filter: string; subscriber: number }
  | { step: 'remove one'; index: number }
  | { step: 'match'; topic: string; hideDollar: boolean; offset: number; garbage: number }
  | { step: 'match many'; topics: string[]; hideDollar: boolean }
  | { step: 'clear' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 60,
    arbitrary: fc.record({ step: fc.constant('add'), filter, subscriber, options: fc.nat({ max: 15 }) }),
  },
  { weight: 15, arbitrary: fc.record({ step: fc.constantFrom('remove', 'find'), filter, subscriber }) },
  { weight: 30, arbitrary: fc.record({ step: fc.constant('remove one'), index: fc.nat() }) },
  {
    weight: 20,
    arbitrary: fc.record({
      step: fc.constant('match'),
      topic: topicText,
      hideDollar: fc.boolean(),
      offset: fc.nat({ max: 16 }),
      garbage: fc.constantFrom(0, 0x2f, 0x61, 0x24, 0xff),
    }),
  },
  {
    weight: 10,
    arbitrary: fc.record({
      step: fc.constant('match many'),
      topics: fc.array(topicText, { maxLength: 40 }),
      hideDollar: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ step: 'clear' }) },
) as fc.Arbitrary<Step>;

/** One run: every answer is compared with the naive table's, and after each step what a cache would say. */
function run(kernel: Way, steps: Step[], watched: string[], keys: Uint32Array): void {
  const table = new TextTable(kernel, { keys, resultLimit: 512 });
  const naive = new NaiveTable();
  const cache = new ResultCache(table);
  const unused = usedWhenEmpty(table);

  const remove = (filter: string, subscriber: number) => {
    const answer = table.remove(filter, subscriber);
    const { removed, removedFilter } = naive.remove(filter, subscriber);
    expect(answer & ~MOVED).toBe((removed ? REMOVED_SUBSCRIPTION : 0) | (removedFilter ? REMOVED_FILTER : 0));
    if (removed) cache.changed(answer);
  };

  for (const step of steps) {
    switch (step.step) {
      case 'add': {
        const answer = table.add(step.filter, step.subscriber, step.options);
        const { newSubscription, newFilter } = naive.add(step.filter, step.subscriber, step.options);
        expect(answer & ~MOVED).toBe(
          (newSubscription ? ADDED_SUBSCRIPTION : 0) | (newFilter ? ADDED_FILTER : 0),
        );
        cache.changed(answer);
        break;
      }
      case 'remove':
        remove(step.filter, step.subscriber);
        break;
      case 'remove one': {
        const filters = [...naive.filters];
        if (filters.length === 0) break;
        const [text, subscriptions] = filters[step.index % filters.length];
        remove(text, [...subscriptions.keys()][step.index % subscriptions.size]);
        break;
      }
      case 'find':
        expect(table.find(step.filter, step.subscriber)).toBe(naive.find(step.filter, step.subscriber));
        break;
      case 'match':
        expect(table.subscriptionsOf(table.match(step.topic, step))).toEqual(
          naive.match(step.topic, step.hideDollar),
        );
        break;
      case 'match many':
        expect(
          table.matchAll(step.topics, step.hideDollar).map((found) => table.subscriptionsOf(found)),
        ).toEqual(step.topics.map((topic) => naive.match(topic, step.hideDollar)));
        break;
      case 'clear':
        table.clear();
        naive.filters.clear();
        cache.forget();
        break;
    }
    for (const topic of watched) expect(cache.match(topic)).toEqual(naive.match(topic));
    expect(table.word(HEADER_EXACT_COUNT)).toBe(naive.exactCount);
    expect(table.word(HEADER_WILDCARD_COUNT)).toBe(naive.wildcardCount);
  }

  for (const [text, subscriptions] of [...naive.filters]) {
    for (const [subscriber, options] of [...subscriptions]) {
      expect(table.find(text, subscriber)).toBe(options);
      remove(text, subscriber);
      for (const topic of watched) expect(cache.match(topic)).toEqual(naive.match(topic));
    }
  }
  expect(table.word(HEADER_USED)).toBeLessThanOrEqual(unused);
}

/** Keys that follow from a number, so that a failure can be repeated; those of 0 make all hashes collide. */
function keysOf(seed: number): Uint32Array {
  let state = seed;
  return new Uint32Array(HASH_KEY_WORDS).map(() => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state;
  });
}

const history = [
  fc.array(step, { minLength: 1, maxLength: 80, size: 'max' }),
  fc.array(topicText, { minLength: 1, maxLength: 8 }),
] as const;
// making a counterexample smaller would take minutes
const limits = { interruptAfterTimeLimit: 25_000, markInterruptAsFailure: true };

describe.each(WAYS)('the filter table of the %s kernel', (kernel) => {
  it('answers like a naive one, and its results and buckets keep a cache right', () => {
    fc.assert(
      fc.property(...history, fc.nat(), (steps, watched, seed) => run(kernel, steps, watched, keysOf(seed))),
      { numRuns: 150, ...limits },
    );
  });

  it('does so even if all hashes collide', () => {
    fc.assert(
      fc.property(...history, (steps, watched) => run(kernel, steps, watched, keysOf(0))),
      { numRuns: 75, ...limits },
    );
  });
});
