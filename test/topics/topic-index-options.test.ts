import { describe, expect, test } from 'vitest';
import { TopicIndex, type TopicIndexOptions } from '../../src/topics/index.ts';
import { errorOf, KERNELS, makeIndex } from './indexes.ts';

describe('options', () => {
  test.each([
    ['expectedFilters', { expectedFilters: -1 }],
    ['expectedFilters', { expectedFilters: 1e9 }],
    ['maxLevels', { maxLevels: 0 }],
    ['maxLevels', { maxLevels: 1025 }],
    ['maxLevels', { maxLevels: 1.5 }],
    ['maxSingleLevelWildcards', { maxSingleLevelWildcards: Number.NaN }],
    ['maxVisitedNodes', { maxVisitedNodes: 131_073 }],
    ['maxVisitedNodes', { maxVisitedNodes: '5' }],
    ['sharedStrategy', { sharedStrategy: 'least-loaded' }],
    ['isAvailable', { isAvailable: true }],
    ['hideDollarTopics', { hideDollarTopics: 1 }],
  ])('%s: %j', (name, options) => {
    const error = errorOf(() => new TopicIndex(options as TopicIndexOptions<unknown>));
    expect(error.code).toBe('FIELD_INVALID');
    expect(error.message).toContain(name);
  });

  test('a kernel that is none', () => {
    expect(() => new TopicIndex({ kernel: 'asm' as 'js' })).toThrow('kernel');
  });

  test.each(KERNELS)('expectedFilters reserves memory, and none is added for so many (%s)', (kernel) => {
    const index = makeIndex(kernel, { expectedFilters: 20_000 });
    const { reserved } = index.memoryUsage();
    for (let i = 0; i < 20_000; i++)
      index.subscribe(i % 3 ? `site-${i % 97}/line/dev-${i}/temperature` : `site/+/dev-${i}/#`, 'x');
    expect(index.memoryUsage().reserved).toBe(reserved);
    expect(reserved).toBeGreaterThan(makeIndex(kernel).memoryUsage().reserved);
  });
});

describe.each(KERNELS)('memoryUsage (%s)', (kernel) => {
  test('says what there is, and falls again', () => {
    const index = makeIndex(kernel);
    const empty = index.memoryUsage();
    for (let i = 0; i < 10_000; i++)
      index.subscribe(i % 2 ? `a/${i}/long-enough-text` : `a/+/${i}/#`, `s${i % 500}`);
    index.subscribe('$share/g/b', 's1');
    const full = index.memoryUsage();
    expect(full).toMatchObject({
      filters: 10_001,
      subscriptions: 10_001,
      subscribers: 500,
      sharedGroups: 1,
      visitedNodes: 4,
    });
    expect(full.used).toBeGreaterThan(empty.used + 10_000 * 20);
    expect(full.highWater).toBeLessThanOrEqual(full.reserved);
    expect(full.javascript.subscribers).toBeGreaterThan(empty.javascript.subscribers);
    expect(full.javascript.sharedGroups).toBeGreaterThan(empty.javascript.sharedGroups);
    for (let i = 0; i < 10_000; i++)
      index.unsubscribe(i % 2 ? `a/${i}/long-enough-text` : `a/+/${i}/#`, `s${i % 500}`);
    index.unsubscribe('$share/g/b', 's1');
    expect(index.memoryUsage()).toMatchObject({
      filters: 0,
      subscriptions: 0,
      subscribers: 0,
      sharedGroups: 0,
      visitedNodes: 1,
    });
    // the hash tables keep their size
    expect(index.memoryUsage().used).toBeLessThan(full.used);
    index.clear();
    expect(index.memoryUsage().used).toBe(empty.used);
  });

  test('the memory of caches is bounded', () => {
    const index = makeIndex(kernel);
    for (let i = 0; i < 20; i++) index.subscribe('#', `s${i}`);
    for (let i = 0; i < 8; i++) index.subscribe(`+/${i}/#`, 'x');
    let most = 0;
    for (let round = 0; round < 2; round++) {
      for (let i = 0; i < 60_000; i++) {
        const topic = `a/${i % 8}/${i}`;
        // seen twice, so that it is worth remembering
        index.match(topic, () => undefined);
        index.match(topic, () => undefined);
      }
      most = Math.max(most, index.memoryUsage().javascript.caches);
    }
    expect(most).toBeLessThan(8 * 2 ** 20);
  });
});
