import { describe, expect, it } from 'vitest';
import {
  ADDED_FILTER,
  ADDED_SUBSCRIPTION,
  BATCH_LIMIT,
  BUCKET_ALL,
  BUCKET_COUNT,
  BUCKET_HASHED,
  BUCKET_NONE,
  HEADER_DEPTH,
  HEADER_EXACT_COUNT,
  HEADER_WILDCARD_COUNT,
  LEVEL_LIMIT,
  REMOVED_FILTER,
  REMOVED_SUBSCRIPTION,
} from '../../assembly/filters/layout.ts';
import { HASH_KEY_WORDS } from '../../src/kernel/memory.ts';
import { type Found, TextTable, WAYS } from './filter-table.ts';
import { NaiveTable } from './naive.ts';

/** Topics, each with all filters that match it, of those that any of them has, by the rules of MQTT 4.7. */
const RULES: Record<string, string[]> = {
  // the examples of the specification
  'sport/tennis/player1': ['sport/tennis/player1/#', 'sport/tennis/+', 'sport/#', '#', '+/tennis/#', '+/+/+'],
  'sport/tennis/player1/ranking': ['sport/tennis/player1/#', 'sport/#', '#', '+/tennis/#'],
  'sport/tennis/player1/score/wimbledon': ['sport/tennis/player1/#', 'sport/#', '#', '+/tennis/#'],
  'sport/tennis/player10': ['sport/tennis/+', 'sport/#', '#', '+/tennis/#', '+/+/+'],
  sport: ['sport/#', '#', '+', '+/#'],
  'sport/': ['sport/#', '#', 'sport/+', '+/+', '+/#'],
  '/finance': ['+/+', '/+', '#', '/#', '+/#'],
  // $ topics are hidden from wildcards at the first level (MQTT-4.7.2-1)
  '$SYS/monitor/Clients': ['$SYS/#', '$SYS/monitor/+', '$SYS/+/Clients', '$SYS/monitor/Clients'],
  $SYS: ['$SYS', '$SYS/#'],
  'a/$SYS': ['#', '+/+', 'a/+', 'a/$SYS', '+/$SYS', 'a/#', '+/#'],
  // topic names are case-sensitive, and spaces count
  ACCOUNTS: ['#', '+', 'ACCOUNTS', '+/#'],
  Accounts: ['#', '+', 'Accounts', '+/#'],
  'Accounts payable': ['#', '+', 'Accounts payable', '+/#'],
  // empty levels
  '/': ['#', '+/+', '/', '/+', '+/', '/#', '+/#'],
  '//': ['#', '//', '/+/', '+/+/+', '/#', '+/#'],
  'a//b': ['#', 'a//b', 'a/+/b', 'a/#', 'a//+', '+/+/+', 'a//#', '+/#'],
  'a/b': ['#', 'a/+', '+/b', 'a/#', 'a/b', '+/+', 'a/b/#', 'a/+/#', '+/#'],
  a: ['#', '+', 'a', 'a/#', '+/#'],
  'a/': ['#', '+/+', 'a/', 'a/+', 'a/#', 'a//#', 'a/+/#', '+/', '+/#'],
  // bytes are compared, not what they look like
  'é/é': ['#', 'é/é', 'é/+', '+/é', '+/+', '+/#'],
  'e\u0301/é': ['#', '+/é', '+/+', '+/#'],
  '😀': ['#', '+', '😀', '+/#'],
};

describe.each(WAYS)('the filter table of the %s kernel', (kernel) => {
  it('is the one that was asked for', () => {
    expect(new TextTable(kernel).name).toBe(kernel === 'js' ? 'js' : 'wasm');
  });

  it('matches by the rules of MQTT 4.7', () => {
    const table = new TextTable(kernel);
    const naive = new NaiveTable();
    const filters = [...new Set(Object.values(RULES).flat())];
    filters.forEach((filter, i) => {
      table.add(filter, i + 1);
      naive.add(filter, i + 1, 0);
    });
    const filtersOf = (topic: string) =>
      table.match(topic).pairs.flatMap(([address, count]) => {
        expect(count).toBe(1);
        return filters[table.subscriptionsAt(address, count)[0][0] - 1];
      });
    for (const [topic, expected] of Object.entries(RULES)) {
      const found = filtersOf(topic);
      // every filter that the table above names, and no other of those that it names for some topic
      for (const filter of expected) expect(found, topic).toContain(filter);
      expect(table.subscriptionsOf(table.match(topic)), topic).toEqual(naive.match(topic));
    }
  });

  it('shows $ topics to leading wildcards when it is told to', () => {
    const table = new TextTable(kernel);
    for (const [i, filter] of ['#', '+/a', '+/#', '$x/+', '$x/a'].entries()) table.add(filter, i + 1);
    expect(table.match('$x/a').pairs).toHaveLength(2);
    expect(table.match('$x/a', { hideDollar: false }).pairs).toHaveLength(5);
    expect(table.matchAll(['$x/a', 'x/a', '$y']).map(({ pairs }) => pairs.length)).toEqual([2, 3, 0]);
    expect(table.matchAll(['$x/a', 'x/a', '$y'], false).map(({ pairs }) => pairs.length)).toEqual([5, 3, 2]);
  });

  it('takes an empty topic as one empty level', () => {
    const table = new TextTable(kernel);
    for (const [i, filter] of ['#', '+', '+/#', '/#', '+/+'].entries()) table.add(filter, i + 1);
    expect(table.subscriptionsOf(table.match('', { garbage: 0x24 }))).toEqual(['1:0', '2:0', '3:0', '4:0']);
  });

  it('answers what has changed', () => {
    const table = new TextTable(kernel);
    for (const filter of ['a/b', 'a/+', 'a/#', '#']) {
      expect(table.remove(filter, 7)).toBe(0);
      expect(table.find(filter, 7)).toBeUndefined();
      expect(table.add(filter, 7, 3) & ~4).toBe(ADDED_SUBSCRIPTION | ADDED_FILTER);
      expect(table.add(filter, 7, 5)).toBe(0);
      expect(table.find(filter, 7)).toBe(5);
      expect(table.add(filter, 8, 1)).toBe(ADDED_SUBSCRIPTION);
      expect(table.remove(filter, 9)).toBe(0);
      expect(table.remove(filter, 7)).toBe(REMOVED_SUBSCRIPTION);
      expect(table.find(filter, 7)).toBeUndefined();
      expect(table.find(filter, 8)).toBe(1);
      expect(table.remove(filter, 8) & ~4).toBe(REMOVED_SUBSCRIPTION | REMOVED_FILTER);
    }
    expect(table.word(HEADER_EXACT_COUNT)).toBe(0);
    expect(table.word(HEADER_WILDCARD_COUNT)).toBe(0);
  });

  it('does not take a part of a filter for a filter', () => {
    const table = new TextTable(kernel);
    table.add('a/+/c/+/#', 1);
    for (const filter of ['a', 'a/+', 'a/+/c', 'a/+/c/+', 'a/#', 'a/+/c/+/+', 'a/+/c/+/x/#', '+/+/c/+/#']) {
      expect(table.find(filter, 1), filter).toBeUndefined();
      expect(table.remove(filter, 1), filter).toBe(0);
    }
    expect(table.find('a/+/c/+/#', 1)).toBe(0);
  });

  it('takes topics at any address, whatever bytes lie around them', () => {
    const table = new TextTable(kernel);
    const naive = new NaiveTable();
    const texts = Array.from({ length: 70 }, (_, length) =>
      'abc/defgh/ij/klmnopqrstuvwxyz/'.repeat(3).slice(0, length),
    );
    for (const [i, text] of texts.entries()) {
      if (text === '') continue;
      for (const filter of [text, `${text}/#`, `${text}/+`, text.replace('abc', '+')]) {
        table.add(filter, i + 1);
        naive.add(filter, i + 1, 0);
      }
    }
    for (const topic of texts.slice(1)) {
      const expected = naive.match(topic);
      for (let offset = 0; offset < 16; offset++) {
        for (const garbage of [0, 0x2f, 0x61, 0xff]) {
          expect(table.subscriptionsOf(table.match(topic, { offset, garbage }))).toEqual(expected);
        }
      }
    }
  });

  it('matches batches of more topics than fit, and ends them where the room for results does', () => {
    const table = new TextTable(kernel, { resultLimit: 8 });
    const naive = new NaiveTable();
    for (const filter of ['#', '+/#', '+/+', 'a/#', 'a/+', 'a/b', '+/b']) {
      table.add(filter, 1);
      naive.add(filter, 1, 0);
    }
    const topics = Array.from({ length: BATCH_LIMIT * 2 + 3 }, (_, i) => (i % 3 === 0 ? 'a/b' : `t${i}/b`));
    expect(table.matchAll(topics).map((found) => table.subscriptionsOf(found))).toEqual(
      topics.map((topic) => naive.match(topic)),
    );
    const sorted = ({ pairs, buckets }: Found) => ({ pairs: pairs.sort(([a], [b]) => a - b), buckets });
    expect(table.matchAll(topics).map(sorted)).toEqual(topics.map((topic) => sorted(table.match(topic))));
    // room for two such matches at least, but not for all of the batch
    const wide = new TextTable(kernel, { resultLimit: 4000 });
    for (let i = 0; i < 4000; i++) wide.add(`${'+/'.repeat(i % 40)}${i}/#`, 1);
    expect(wide.matchAll(topics.slice(0, 20)).map(({ pairs }) => pairs.length)).toEqual(Array(20).fill(0));
  });

  it('matches topics of 32,768 levels and filters of 1,024', () => {
    const table = new TextTable(kernel);
    const naive = new NaiveTable();
    const levels = Array.from({ length: LEVEL_LIMIT }, (_, i) =>
      i % 3 === 0 ? '+' : i % 3 === 1 ? '' : 'x',
    );
    const filters = [
      levels.join('/'),
      `${levels.join('/')}/#`,
      '/'.repeat(32_767),
      '#',
      `+${'/+'.repeat(LEVEL_LIMIT - 1)}`,
      `+${'/+'.repeat(LEVEL_LIMIT - 1)}/#`,
    ];
    filters.forEach((filter, i) => {
      table.add(filter, i + 1);
      naive.add(filter, i + 1, 0);
    });
    const topics = [
      '/'.repeat(32_767),
      '/'.repeat(32_766),
      '/'.repeat(LEVEL_LIMIT - 1),
      '/'.repeat(LEVEL_LIMIT),
      levels.map((level) => level.replace('+', 'abc')).join('/'),
      `${levels.map((level) => level.replace('+', 'abc')).join('/')}/x`,
      `${levels.map((level) => level.replace('+', 'abc')).join('/')}x`,
      'x'.repeat(65_535),
    ];
    for (const topic of topics) expect(table.subscriptionsOf(table.match(topic))).toEqual(naive.match(topic));
    expect(table.word(HEADER_DEPTH)).toBe(LEVEL_LIMIT);
    expect(table.matchAll(topics).map((found) => table.subscriptionsOf(found))).toEqual(
      topics.map((topic) => naive.match(topic)),
    );
    for (const [i, filter] of filters.entries()) {
      expect(table.find(filter, i + 1)).toBe(0);
      expect(table.remove(filter, i + 1) & REMOVED_FILTER).toBe(REMOVED_FILTER);
    }
    for (const topic of topics) expect(table.match(topic).pairs).toEqual([]);
  });

  it('visits no node that it need not', () => {
    const table = new TextTable(kernel);
    table.match('a/b');
    expect(table.visited).toBe(0);
    for (let shape = 0; shape < 256; shape++) {
      table.add(Array.from({ length: 8 }, (_, i) => ((shape >> i) & 1 ? '+' : `l${i}`)).join('/') + '/#', 1);
    }
    expect(table.match('l0/l1/l2/l3/l4/l5/l6/l7').pairs).toHaveLength(256);
    expect(table.visited).toBe(511);
    // with another last level the literal branches end one level earlier
    expect(table.match('l0/l1/l2/l3/l4/l5/l6/no').pairs).toHaveLength(128);
    expect(table.visited).toBe(383);
    table.match('$x/l1/l2');
    expect(table.visited).toBe(0);
  });

  it('matches 4,096 filters and topics whose hashes are all the same', () => {
    const table = new TextTable(kernel, { keys: new Uint32Array(HASH_KEY_WORDS) });
    const names = Array.from({ length: 4096 }, (_, i) => `t/${i.toString(2).padStart(12, '0')}`);
    for (const [i, name] of names.entries()) {
      table.add(name, i + 1);
      table.add(`${name}/+`, i + 1, 1);
    }
    for (const [i, name] of names.entries()) {
      if (i % 64 !== 0) continue;
      expect(table.subscriptionsOf(table.match(name))).toEqual([`${i + 1}:0`]);
      expect(table.subscriptionsOf(table.match(`${name}/x`))).toEqual([`${i + 1}:1`]);
    }
    expect(table.match('t/nobody').pairs).toEqual([]);
    for (const name of names.slice(0, 100)) expect(table.find(name, 4096)).toBeUndefined();
  });

  describe('buckets', () => {
    const isHashed = (bucket: number) => bucket >= BUCKET_HASHED && bucket < BUCKET_NONE;

    it('of a topic are six, with none in the place of levels that it lacks', () => {
      const table = new TextTable(kernel);
      table.add('x/+', 1);
      const shape = (topic: string) =>
        table.match(topic).buckets.map((bucket) => (isHashed(bucket) ? 'hash' : bucket));
      expect(shape('a')).toEqual(['hash', BUCKET_NONE, BUCKET_NONE, 'hash', BUCKET_NONE, BUCKET_NONE]);
      expect(shape('a/b')).toEqual(['hash', 'hash', BUCKET_NONE, 'hash', 'hash', BUCKET_NONE]);
      expect(shape('a/b/c')).toEqual(Array(6).fill('hash'));
      expect(shape('a/b/c/d/e')).toEqual(Array(6).fill('hash'));
      expect(BUCKET_NONE).toBeLessThan(BUCKET_COUNT);
    });

    it('of prefixes are none while there is no filter with a wildcard; the first concerns every topic', () => {
      const table = new TextTable(kernel);
      table.add('a/b', 1);
      const [, , , whole] = table.match('a/b').buckets;
      expect(table.match('a/b').buckets.slice(0, 3)).toEqual([BUCKET_NONE, BUCKET_NONE, BUCKET_NONE]);
      expect(table.changedBucket).toBe(whole);
      table.add('a/+', 1);
      expect(table.changedBucket).toBe(BUCKET_ALL);
      table.add('a/b/#', 1);
      expect(table.changedBucket).toBe(table.match('a/b').buckets[1]);
      expect(table.match('a/b').buckets[3]).toBe(whole);
      for (const filter of ['a/+', 'a/b/#']) table.remove(filter, 1);
      expect(table.match('a/b').buckets.slice(0, 3)).toEqual([BUCKET_NONE, BUCKET_NONE, BUCKET_NONE]);
      table.add('a/b/#', 1);
      expect(table.changedBucket).toBe(BUCKET_ALL);
    });

    it('of a change are those of the levels before the first wildcard, three at most, else of the second or third', () => {
      const table = new TextTable(kernel);
      table.add('x/+', 1);
      const topic = 'a/b/c/d/e';
      const cases: [filter: string, bucket: number | 'all'][] = [
        ['#', 'all'],
        ['+/#', 'all'],
        ['+/+/+/d/e', 'all'],
        ['+/b/c/d/e', 4],
        ['+/b/#', 4],
        ['+/+/c/#', 5],
        ['+/+/c/+/e', 5],
        ['a/#', 0],
        ['a/+/c/d/e', 0],
        ['a/b/+/d/e', 1],
        ['a/b/c/#', 2],
        ['a/b/c/d/+', 2],
        ['a/b/c/d/e/#', 2],
        ['a/b/c/d/e', 3],
      ];
      for (const [filter, bucket] of cases) {
        const expected = bucket === 'all' ? BUCKET_ALL : table.match(topic).buckets[bucket];
        table.add(filter, 1);
        expect(table.changedBucket, filter).toBe(expected);
        table.add(filter, 2);
        expect(table.changedBucket, filter).toBe(expected);
        table.add('other/+', 1);
        table.add(filter, 2, 1);
        expect(table.changedBucket, filter).toBe(expected);
        table.remove('other/+', 1);
        table.remove(filter, 2);
        expect(table.changedBucket, filter).toBe(expected);
        table.remove('x', 1);
        table.add('other/+', 1);
        table.remove(filter, 1);
        expect(table.changedBucket, filter).toBe(expected);
      }
    });

    it('tell topics apart', () => {
      const table = new TextTable(kernel);
      table.add('x/+', 1);
      const all = Array.from({ length: 1000 }, (_, i) => table.match(`${i}/${i}/${i}/same`).buckets);
      for (let which = 0; which < 6; which++) {
        // 1,000 balls in 4,096 urns hit 887 of them
        expect(new Set(all.map((buckets) => buckets[which])).size).toBeGreaterThan(800);
      }
    });
  });
});
