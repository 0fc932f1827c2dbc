import { describe, expect, test } from 'vitest';
import { HEADER_VISITED } from '../../assembly/filters/layout.ts';
import type { FilterTable } from '../../src/kernel/filters/filter-table.ts';
import type { TopicIndex } from '../../src/topics/index.ts';
import { errorOf, found, KERNELS, makeIndex } from './indexes.ts';

/** The filter of `levels` levels that has a `+` where `bits` has a 1. */
function combination(levels: number, bits: number): string {
  return Array.from({ length: levels }, (_, i) => ((bits >> i) & 1 ? '+' : 'a')).join('/');
}

function visitedNodes(index: TopicIndex<string>): number {
  const { table } = index as unknown as { table: FilterTable };
  return table.memory.words[HEADER_VISITED >> 2];
}

const topicOf = (levels: number, last = 'a') =>
  [...Array.from({ length: levels - 1 }, () => 'a'), last].join('/');

describe.each(KERNELS)('the limits of an index (%s)', (kernel) => {
  test.each([
    // case, filter, options, code, what the message says
    ['one level too many', '+/'.repeat(128) + 'a', {}, 'FILTER_LEVELS', '129 of at most 128'],
    ['# behind them', 'a/'.repeat(128) + '#', {}, 'FILTER_LEVELS', '129 of at most 128'],
    ['a lower limit', 'a/+/b/#', { maxLevels: 3 }, 'FILTER_LEVELS', '4 of at most 3'],
    [
      'more than the kernel takes',
      '+/'.repeat(1023) + '+/#',
      { maxLevels: 1024, maxSingleLevelWildcards: 1024 },
      'FILTER_LEVELS',
      '1025 of at most 1024',
    ],
    [
      'very many levels',
      '/'.repeat(65_000) + '#',
      { maxLevels: 1024 },
      'FILTER_LEVELS',
      '65001 of at most 1024',
    ],
    ['too many +', '+/'.repeat(33) + 'a', {}, 'FILTER_WILDCARDS', '33 of at most 32'],
    ['any +', 'a/+', { maxSingleLevelWildcards: 0 }, 'FILTER_WILDCARDS', '1 of at most 0'],
    ['too many nodes', 'a/b/c/#', { maxVisitedNodes: 3 }, 'FILTER_VISITS', '4 of at most 3'],
  ])('%s', (_, filter, options, code, detail) => {
    const index = makeIndex(kernel, options);
    index.subscribe('b', 'before');
    const usage = index.memoryUsage();
    for (const share of ['', '$share/g/']) {
      const error = errorOf(() => index.subscribe(share + filter, 'x'));
      expect(error).toMatchObject({
        code,
        reasonCode: 0x97,
        packetType: 'subscribe',
        clause: 'MQTT5 section 3.9.3',
      });
      expect(error.message).toContain(detail);
      expect(index.unsubscribe(share + filter, 'x')).toBe(false);
      expect(index.subscription(share + filter, 'x')).toBeUndefined();
    }
    expect(index.memoryUsage()).toEqual(usage);
    expect(found(index, 'b')).toEqual(['before']);
  });

  test('filters without a wildcard have no limit but the length of a topic', () => {
    const index = makeIndex(kernel, { maxLevels: 1, maxSingleLevelWildcards: 0, maxVisitedNodes: 1 });
    const levels = Array.from({ length: 32_768 }, () => 'a').join('/');
    expect(index.subscribe(levels, 'x')).toBe(true);
    expect(index.subscribe('#', 'all')).toBe(true);
    expect(found(index, levels)).toEqual(['all', 'x']);
    expect(errorOf(() => index.subscribe('a/#', 'y')).message).toContain('2 of at most 1');
  });

  test('filters at the limit', () => {
    const index = makeIndex(kernel, { maxLevels: 1024, maxSingleLevelWildcards: 1024 });
    const plus = Array.from({ length: 1024 }, () => '+').join('/');
    index.subscribe(plus, 'plus');
    index.subscribe(`${plus.slice(0, -1)}#`, 'open');
    expect(found(index, topicOf(1024))).toEqual(['open', 'plus']);
    expect(found(index, topicOf(1023))).toEqual(['open']);
    expect(found(index, topicOf(1025))).toEqual(['open']);
    expect(found(index, topicOf(30_000))).toEqual(['open']);
    expect(index.unsubscribe(plus, 'plus')).toBe(true);
    expect(found(index, topicOf(1024))).toEqual(['open']);
  });

  test.each([
    [8, 510],
    [12, 8190],
  ])(
    'all ways to put + into %i levels: nothing is lost, and a match visits no more nodes than the bound',
    (levels, nodes) => {
      const index = makeIndex(kernel);
      for (let bits = 0; bits < 2 ** levels; bits++) index.subscribe(combination(levels, bits), `${bits}`);
      // the filter without a + is in no trie
      const bound = nodes - 1;
      expect(index.memoryUsage().visitedNodes).toBeLessThanOrEqual(nodes + 1);
      expect(index.memoryUsage().visitedNodes).toBeGreaterThanOrEqual(bound);
      expect(found(index, topicOf(levels))).toHaveLength(2 ** levels);
      expect(visitedNodes(index)).toBeLessThanOrEqual(index.memoryUsage().visitedNodes);
      expect(found(index, topicOf(levels, 'b'))).toHaveLength(2 ** (levels - 1));
      expect(visitedNodes(index)).toBeLessThanOrEqual(index.memoryUsage().visitedNodes);
      expect(found(index, 'b/'.repeat(levels - 1) + 'b')).toEqual([`${2 ** levels - 1}`]);
    },
  );

  test('all ways to put + into 16 levels, with the largest bound', () => {
    const index = makeIndex(kernel, { maxVisitedNodes: 131_072 });
    for (let bits = 0; bits < 65_536; bits++) index.subscribe(combination(16, bits), 'x');
    expect(index.match(topicOf(16), () => undefined)).toBe(65_536);
    expect(index.match(topicOf(16, 'b'), () => undefined)).toBe(32_768);
    expect(visitedNodes(index)).toBeLessThanOrEqual(index.memoryUsage().visitedNodes);
    expect(visitedNodes(index)).toBeGreaterThan(60_000);
  });

  test('16 levels with the default bound: what is refused is not there, all else is, and what becomes free is used again', () => {
    const index = makeIndex(kernel);
    const taken: number[] = [];
    const refused: number[] = [];
    // in an order in which early filters have little in common
    for (let i = 0; i < 40_000; i++) {
      const bits = (i * 40_503) & 0xffff;
      try {
        index.subscribe(combination(16, bits), `${bits}`);
        taken.push(bits);
      } catch {
        refused.push(bits);
      }
    }
    const { visitedNodes: bound, filters } = index.memoryUsage();
    expect(bound).toBe(16_384);
    expect(filters).toBe(taken.length);
    expect(refused.length).toBeGreaterThan(5_000);
    expect(found(index, topicOf(16))).toEqual(taken.map(String).sort());
    expect(visitedNodes(index)).toBeLessThanOrEqual(bound);

    // a refused filter that needs no more than one node takes it when there is one, and not before
    const needs = (bits: number) =>
      /16385 of/.test(errorOf(() => index.subscribe(combination(16, bits), 'again')).message);
    const waiting = refused.find(needs);
    expect(waiting).toBeDefined();
    // remove others until a node has become free
    while (index.memoryUsage().visitedNodes === 16_384) {
      const bits = taken.pop() as number;
      index.unsubscribe(combination(16, bits), `${bits}`);
    }
    const fits = refused.filter((bits) => {
      try {
        return index.subscribe(combination(16, bits), 'again');
      } catch {
        return false;
      }
    });
    expect(fits.length).toBeGreaterThan(0);
    expect(index.memoryUsage().visitedNodes).toBe(16_384);
    expect(found(index, topicOf(16))).toEqual([...taken.map(String), ...fits.map(() => 'again')].sort());

    for (const bits of taken) index.unsubscribe(combination(16, bits), `${bits}`);
    for (const bits of fits) index.unsubscribe(combination(16, bits), 'again');
    expect(index.memoryUsage()).toMatchObject({ visitedNodes: 1, filters: 0 });
  });

  test('one `+` at each of 127 levels', () => {
    const index = makeIndex(kernel);
    for (let i = 0; i < 127; i++) {
      index.subscribe(Array.from({ length: 127 }, (_, j) => (i === j ? '+' : 'a')).join('/'), `${i}`);
    }
    expect(found(index, topicOf(127))).toHaveLength(127);
    expect(visitedNodes(index)).toBeLessThanOrEqual(index.memoryUsage().visitedNodes);
    expect(visitedNodes(index)).toBeGreaterThan(8_000);
  });
});

describe.each(KERNELS)('what is refused (%s)', (kernel) => {
  test.each<[filter: unknown, code: string, clause: string]>([
    ['', 'TOPIC_FILTER_EMPTY', 'MQTT-4.7.3-1'],
    ['a/#/b', 'TOPIC_FILTER_MULTI_LEVEL_WILDCARD', 'MQTT-4.7.1-1'],
    ['a#', 'TOPIC_FILTER_MULTI_LEVEL_WILDCARD', 'MQTT-4.7.1-1'],
    ['a+/b', 'TOPIC_FILTER_SINGLE_LEVEL_WILDCARD', 'MQTT-4.7.1-2'],
    ['$share//a', 'SHARE_NAME_EMPTY', 'MQTT-4.8.2-1'],
    ['$share/g', 'SHARE_NAME_INVALID', 'MQTT-4.8.2-2'],
    ['$share/g/', 'SHARE_NAME_INVALID', 'MQTT-4.8.2-2'],
    ['$share/+/a', 'SHARE_NAME_INVALID', 'MQTT-4.8.2-2'],
    ['$share/g/a/#/b', 'TOPIC_FILTER_MULTI_LEVEL_WILDCARD', 'MQTT-4.7.1-1'],
    ['a\0', 'STRING_HAS_NULL', 'MQTT-4.7.3-2'],
    ['$share/g\0/a', 'STRING_HAS_NULL', 'MQTT-4.7.3-2'],
    ['a/\ud800', 'STRING_NOT_UTF8', 'MQTT-1.5.4-1'],
    ['$share/\udc00/a', 'STRING_NOT_UTF8', 'MQTT-1.5.4-1'],
    ['a'.repeat(65_536), 'STRING_TOO_LONG', 'MQTT-4.7.3-3'],
    ['é'.repeat(32_768), 'STRING_TOO_LONG', 'MQTT-4.7.3-3'],
    [`$share/g/${'a'.repeat(65_530)}`, 'STRING_TOO_LONG', 'MQTT-4.7.3-3'],
    [5, 'FIELD_INVALID', 'MQTT5 section 1.5'],
    [undefined, 'FIELD_INVALID', 'MQTT5 section 1.5'],
    [['a'], 'FIELD_INVALID', 'MQTT5 section 1.5'],
  ])('filter %#', (filter, code, clause) => {
    const index = makeIndex(kernel);
    index.subscribe('a', 'x');
    // as the table would hold the text with a lone surrogate
    index.subscribe('a/\ufffd', 'x');
    const usage = index.memoryUsage();
    for (const call of ['subscribe', 'unsubscribe', 'subscription'] as const) {
      for (const subscriber of ['x', 'y']) {
        const error = errorOf(() => index[call](filter as string, subscriber));
        expect(error).toMatchObject({ code, clause });
        expect(error.packetType).toBe(call === 'unsubscribe' ? 'unsubscribe' : 'subscribe');
      }
    }
    expect(index.memoryUsage()).toEqual(usage);
  });

  test.each([
    ['qos 3', { qos: 3 }, 'SUBSCRIPTION_QOS'],
    ['qos -1', { qos: -1 }, 'FIELD_INVALID'],
    ["qos '1'", { qos: '1' }, 'FIELD_INVALID'],
    ['noLocal', { noLocal: 1 }, 'FIELD_INVALID'],
    ['retainAsPublished', { retainAsPublished: null }, 'FIELD_INVALID'],
    ['identifier 0', { subscriptionIdentifier: 0 }, 'PROPERTY_VALUE'],
    ['identifier 268435456', { subscriptionIdentifier: 268_435_456 }, 'PROPERTY_VALUE'],
    ['identifier 1.5', { subscriptionIdentifier: 1.5 }, 'PROPERTY_VALUE'],
    ["identifier '1'", { subscriptionIdentifier: '1' }, 'FIELD_INVALID'],
    ['null', null, 'FIELD_INVALID'],
    ['a number', 1, 'FIELD_INVALID'],
  ])('options: %s', (_, options, code) => {
    const index = makeIndex(kernel);
    index.subscribe('a', 'x', { qos: 1 });
    expect(errorOf(() => index.subscribe('a', 'x', options as object)).code).toBe(code);
    expect(errorOf(() => index.subscribe('b', 'y', options as object)).code).toBe(code);
    expect(index.subscription('a', 'x')).toMatchObject({ qos: 1 });
    expect([index.size, index.subscriberCount]).toEqual([1, 1]);
  });

  test('no local on a shared subscription (MQTT-3.8.3-4)', () => {
    const index = makeIndex(kernel);
    const error = errorOf(() => index.subscribe('$share/g/a', 'x', { noLocal: true }));
    expect(error).toMatchObject({ code: 'SHARED_SUBSCRIPTION_NO_LOCAL', clause: 'MQTT-3.8.3-4' });
    expect(index.size).toBe(0);
    expect(index.subscribe('$share/g/a', 'x', { noLocal: false })).toBe(true);
  });
});
