import { describe, expect, test } from 'vitest';
import QlobberSub from '../../src/qlobber/aedes.ts';
import { Qlobber, QlobberDedup, type QlobberOptions, QlobberTrue } from '../../src/qlobber/index.ts';
import { KERNELS } from '../fuzz/support.ts';

const MQTT: QlobberOptions = {
  separator: '/',
  wildcard_one: '+',
  wildcard_some: '#',
  match_empty_levels: true,
};

/** So many filters that they are in a topic index. */
function withMany(matcher: Qlobber<unknown>, separator = '/'): Qlobber<unknown> {
  for (let i = 0; i < 100; i++) matcher.add(['many', i].join(separator), i);
  return matcher;
}

describe.each(KERNELS)('on the kernel %s', (kernel) => {
  test('filters that no topic index takes are found all the same', () => {
    const filters = [
      '',
      '#/a',
      'a/#/b',
      'a+/b',
      'a/#b',
      '$share',
      '$share/g/a',
      '$share//a',
      '\ufffd',
      '\ud800/a',
      '\0',
    ];
    const matcher = withMany(new Qlobber({ ...MQTT, kernel }));
    for (const filter of filters) matcher.add(filter, filter);
    for (const [topic, expected] of [
      ['', ['']],
      ['b/a', ['#/a']],
      ['a/b', ['a/#/b']],
      ['a/x/y/b', ['a/#/b']],
      ['a+/b', ['a+/b']],
      ['a/#b', ['a/#b']],
      ['$share', ['$share']],
      ['$share/g/a', ['#/a', '$share/g/a']],
      ['$share//a', ['#/a', '$share//a']],
      ['\ufffd', ['\ufffd']],
      ['\ud800', []],
      ['\ud800/a', ['#/a', '\ud800/a']],
      ['\ud801/a', ['#/a']],
      ['\0', ['\0']],
    ] as const) {
      expect([topic, matcher.match(topic).sort()]).toEqual([topic, [...expected].sort()]);
    }
    for (const filter of filters) matcher.remove(filter, filter);
    for (const filter of filters) expect(matcher.match(filter)).toEqual([]);
    expect(matcher.match('many/7')).toEqual([7]);
  });

  test('filters beyond the bounds of a topic index are found all the same', () => {
    const matcher = withMany(new Qlobber({ ...MQTT, kernel, max_words: 5000 }));
    const long = 'a/'.repeat(3000);
    const text = 'ä'.repeat(70_000);
    matcher.add(`${long}+`, 'long').add(`${text}/+`, 'text').add('#', 'all');
    expect(matcher.match(`${long}b`)).toEqual(['all', 'long']);
    expect(matcher.match(`${text}/b`)).toEqual(['all', 'text']);
    // each of these has a shape of its own: together they would let a match visit 2^18 nodes
    for (let shape = 0; shape < 1 << 10; shape++) {
      const words = [...(shape | (1 << 10)).toString(2).slice(1)].map((bit) => (bit === '1' ? '+' : 'a'));
      const twice = [...words, ...words, ...words].join('/');
      matcher.add(twice, twice);
    }
    expect(matcher.match(Array(30).fill('a').join('/'))).toHaveLength((1 << 10) + 1);
    expect(matcher.match(Array(30).fill('b').join('/'))).toHaveLength(2);
  });

  test('topics of any number of words are matched', () => {
    const matcher = withMany(new Qlobber({ ...MQTT, kernel }))
      .add('a/#', 1)
      .add('#', 2)
      .add('b/#', 3);
    expect(matcher.match(`a${'/b'.repeat(32_767)}`)).toEqual([2, 1]);
    expect(matcher.match(`a${'/b'.repeat(100_000)}`)).toEqual([2, 1]);
    expect(matcher.test('a/'.repeat(200), 1)).toBe(true);
    expect(matcher.remove('a/'.repeat(200), 1)).toBe(matcher);
  });

  test('a filter that was removed and added again has its new values', () => {
    const matcher = withMany(new Qlobber({ ...MQTT, kernel }));
    for (let round = 0; round < 1000; round++) {
      expect(matcher.add('a/+', round).match('a/b')).toEqual([round]);
      matcher.remove('a/+', round);
      expect(matcher.match('a/b')).toEqual([]);
    }
  });

  test('values may be added and removed while they are walked', () => {
    const matcher = withMany(new Qlobber<unknown>({ ...MQTT, kernel }))
      .add('a', 1)
      .add('#', 2);
    const found = matcher.match('a');
    matcher.add('a', 3).remove('#');
    expect(found).toEqual([2, 1]);
    found.push(4);
    expect(matcher.match('a')).toEqual([1, 3]);
  });
});

test('the kernel is that of the options', () => {
  const matcher = new Qlobber({ ...MQTT, kernel: 'none' as 'js' });
  expect(() => withMany(matcher)).toThrow('kernel');
});

describe('limits of filters, as in qlobber', () => {
  test('max_words', () => {
    expect(() => new Qlobber().add('a.'.repeat(100), 1)).toThrow('too many words');
    expect(new Qlobber().add('a.'.repeat(99), 1).match('a.'.repeat(99))).toEqual([1]);
    expect(() => new Qlobber({ max_words: 2 }).add('a.b.c', 1)).toThrow('too many words');
  });

  test('max_wildcard_somes', () => {
    expect(() => new Qlobber().add('#.#.#.#', 1)).toThrow('too many wildcard somes');
    expect(new Qlobber().add('#.a.#.a.#', 1).match('a.b.a')).toEqual([1]);
    expect(() => new Qlobber({ max_wildcard_somes: 1 }).add('#.#', 1)).toThrow('too many wildcard somes');
  });

  test('a filter that is refused is not there', () => {
    const added = new Map();
    const matcher = new Qlobber({ max_words: 2, cache_adds: added });
    expect(() => matcher.add('a.b.#', 1)).toThrow();
    expect([matcher.match('a.b'), added.size]).toEqual([[], 0]);
  });
});

describe('cache_adds', () => {
  test('a Map holds the filters that there are, with their values', () => {
    const added = new Map<string, unknown>();
    const matcher = new QlobberDedup<number>({ cache_adds: added });
    matcher.add('a.b', 1).add('a.*', 1).add('a.b', 2);
    expect(added).toEqual(
      new Map([
        ['a.b', new Set([1, 2])],
        ['a.*', new Set([1])],
      ]),
    );
    matcher.remove('a.*', 1).remove('a.b', 1);
    expect(added).toEqual(new Map([['a.b', new Set([2])]]));
    matcher.clear();
    expect(added.size).toBe(0);
  });

  test.each([true, false])('%s makes no difference', (cache_adds) => {
    expect(new Qlobber({ cache_adds }).add('a', 1).add('a', 1).match('a')).toEqual([1, 1]);
  });
});

test('test_values can be overridden', () => {
  class ById extends Qlobber<{ id: number }> {
    override test_values(values: { id: number }[], value: { id: number }): boolean {
      return values.some(({ id }) => id === value.id);
    }
  }
  const matcher = new ById().add('a.#', { id: 1 });
  expect([matcher.test('a.b', { id: 1 }), matcher.test('a.b', { id: 2 })]).toEqual([true, false]);
});

test('QlobberTrue asks for no values', () => {
  const matcher = new QlobberTrue(MQTT).add('a/#');
  expect([matcher.test('a/b'), matcher.match('a'), matcher.match('b')]).toEqual([true, true, false]);
  expect(matcher.remove('a/#').test('a')).toBe(false);
});

test('QlobberSub counts subscriptions, whatever is removed', () => {
  const matcher = new QlobberSub(MQTT);
  for (const clientId of ['a', 'b', 'c']) matcher.add('x/+', { clientId, topic: 'x/+', qos: 1 });
  matcher.add('x/+', { clientId: 'a', topic: 'x/+', qos: 2 });
  expect(matcher.subscriptionsCount).toBe(3);
  expect(matcher.match('x/y')).toContainEqual({ clientId: 'a', topic: 'x/+', qos: 2 });
  expect(matcher.match('x/y', 'x/+')).toContainEqual({ clientId: 'b', qos: 1 });
  expect(matcher.match('x/y', 'x/#')).toEqual([]);
  matcher.remove('x/+');
  expect([matcher.subscriptionsCount, matcher.match('x/y')]).toEqual([0, []]);
});
