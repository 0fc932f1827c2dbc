import { describe, expect, test } from 'vitest';
import type { TopicSource } from '../../src/topics/index.ts';
import { matches } from '../../src/topics/matches.ts';
import { decoderOf, found, KERNELS, makeIndex } from './indexes.ts';

const utf8 = (text: string) => new TextEncoder().encode(text);

describe.each(KERNELS)('TopicIndex (%s)', (kernel) => {
  test('says whether a subscription is new, and counts', () => {
    const index = makeIndex(kernel);
    expect(index.subscribe('a/b', 'x')).toBe(true);
    expect(index.subscribe('a/+', 'x')).toBe(true);
    expect(index.subscribe('a/+', 'y')).toBe(true);
    expect(index.subscribe('$share/g/a/+', 'x')).toBe(true);
    expect(index.subscribe('a/+', 'y', { qos: 1 })).toBe(false);
    expect([index.size, index.filterCount, index.subscriberCount]).toEqual([4, 2, 2]);
    expect(index.unsubscribe('a/+', 'y')).toBe(true);
    expect(index.unsubscribe('a/+', 'y')).toBe(false);
    expect(index.unsubscribe('a/+', 'z')).toBe(false);
    expect(index.unsubscribe('$share/g/a/+', 'x')).toBe(true);
    expect(index.unsubscribe('$share/g/a/+', 'x')).toBe(false);
    expect(index.unsubscribe('$share/other/a/+', 'x')).toBe(false);
    expect([index.size, index.filterCount, index.subscriberCount]).toEqual([2, 2, 1]);
    index.clear();
    expect([index.size, index.filterCount, index.subscriberCount]).toEqual([0, 0, 0]);
    expect(found(index, 'a/b')).toEqual([]);
    index.subscribe('a/b', 'x');
    expect(found(index, 'a/b')).toEqual(['x']);
  });

  test('hands out the options of each subscription', () => {
    const index = makeIndex<object>(kernel);
    const client = { name: 'client' };
    index.subscribe('a', client, {
      qos: 2,
      noLocal: true,
      retainAsPublished: true,
      subscriptionIdentifier: 268_435_455,
    });
    index.subscribe('+', client, { qos: 1 });
    const list = index.list('a');
    expect(list).toHaveLength(2);
    expect(list).toContainEqual({
      subscriber: client,
      qos: 2,
      noLocal: true,
      retainAsPublished: true,
      subscriptionIdentifier: 268_435_455,
      shareName: undefined,
    });
    expect(list).toContainEqual({
      subscriber: client,
      qos: 1,
      noLocal: false,
      retainAsPublished: false,
      subscriptionIdentifier: undefined,
      shareName: undefined,
    });
    expect(list.every(({ subscriber }) => subscriber === client)).toBe(true);
  });

  test('replaces options, also those that a cached result stands for (MQTT-3.8.4-3)', () => {
    const index = makeIndex(kernel);
    for (let round = 0; round < 3; round++) {
      for (const qos of [0, 1, 2] as const) {
        index.subscribe('a/+', 'x', { qos, subscriptionIdentifier: qos + 1 });
        expect(index.subscription('a/+', 'x')).toEqual({
          qos,
          noLocal: false,
          retainAsPublished: false,
          subscriptionIdentifier: qos + 1,
        });
        for (let i = 0; i < 20; i++) expect(index.list('a/b')).toMatchObject([{ subscriber: 'x', qos }]);
      }
    }
    expect(index.subscription('a/+', 'y')).toBeUndefined();
    expect(index.subscription('a/b', 'x')).toBeUndefined();
  });

  test('the object handed to a visitor is read during the call', () => {
    const index = makeIndex(kernel);
    index.subscribe('a', 'x', { qos: 1 });
    index.subscribe('+', 'y', { qos: 2, subscriptionIdentifier: 7 });
    const seen: unknown[] = [];
    index.match('a', (subscriber, { qos, subscriptionIdentifier, noLocal, retainAsPublished, shareName }) => {
      seen.push([subscriber, qos, subscriptionIdentifier, noLocal, retainAsPublished, shareName]);
    });
    expect(seen).toHaveLength(2);
    expect(seen).toContainEqual(['x', 1, undefined, false, false, undefined]);
    expect(seen).toContainEqual(['y', 2, 7, false, false, undefined]);
  });

  test('any value is a subscriber', () => {
    const index = makeIndex<unknown>(kernel);
    const values = [{}, [], () => 1, 'text', 0, '', null, undefined, Number.NaN, Symbol('s'), false, 10n];
    for (const value of values) expect(index.subscribe('a', value)).toBe(true);
    const seen = new Set<unknown>();
    expect(index.match('a', (subscriber) => seen.add(subscriber))).toBe(values.length);
    expect(seen).toEqual(new Set(values));
    for (const value of values) expect(index.unsubscribe('a', value)).toBe(true);
    expect([index.size, index.subscriberCount]).toEqual([0, 0]);
  });

  test.each<[string, string[], string, string[]]>([
    ['the parent level', ['a/#', 'a/+/#', '#', 'a'], 'a', ['a/#', '#', 'a']],
    ['empty levels', ['/', '+/+', '/+', '+/', '+', '//'], '/', ['/', '+/+', '/+', '+/']],
    ['$ topics', ['#', '+/x', '$SYS/#', '$SYS/x', '$SYS/+'], '$SYS/x', ['$SYS/#', '$SYS/x', '$SYS/+']],
    ['case and normal forms', ['a', 'A', '\u00c5', 'A\u030a'], 'A\u030a', ['A\u030a']],
    ['a name with a wildcard as text', ['a/+', 'a/b', 'a/#', '#', 'a'], 'a/+', ['a/+', 'a/#', '#']],
    ['a name with # as text', ['a/#', 'a/+', 'a', '#'], 'a/#', ['a/#', 'a/+', '#']],
    ['nothing as text', ['#', '+', '+/#', 'a', '/'], '', ['#', '+', '+/#']],
    ['a lone surrogate, which matches nothing by its text', ['a', '+', '\ufffdb'], '\ud800a', ['+']],
  ])('%s', (_, filters, topic, expected) => {
    const index = makeIndex(kernel);
    for (const filter of filters) index.subscribe(filter, filter);
    for (let i = 0; i < 12; i++) expect(found(index, topic)).toEqual([...expected].sort());
    expect(found(index, utf8(topic))).toEqual([...expected].sort());
  });

  test('$ topics like others when that is wanted', () => {
    const index = makeIndex(kernel, { hideDollarTopics: false });
    index.subscribe('#', 'all');
    index.subscribe('+/x', 'x');
    expect(found(index, '$SYS/x')).toEqual(['all', 'x']);
    expect(found(index, utf8('$SYS/x'))).toEqual(['all', 'x']);
    const decoder = decoderOf(kernel, ['$SYS/x']);
    decoder.next();
    expect(found(index, decoder)).toEqual(['all', 'x']);
  });

  test('topics of up to 65,535 bytes', () => {
    const index = makeIndex(kernel);
    const longest = 'é'.repeat(32_767) + 'a';
    expect(utf8(longest)).toHaveLength(65_535);
    const levels = Array.from({ length: 32_768 }, () => 'a').join('/');
    index.subscribe(longest, 'longest');
    index.subscribe(levels, 'levels');
    index.subscribe('#', 'all');
    index.subscribe('a/+/a/#', 'some');
    for (const [topic, expected] of [
      [longest, ['all', 'longest']],
      [levels, ['all', 'levels', 'some']],
      ['/'.repeat(65_535), ['all']],
      // longer ones are no topic names (MQTT-4.7.3-3)
      [`${longest}a`, []],
      ['a'.repeat(65_536), []],
      ['\u20ac'.repeat(65_535), []],
    ] as const) {
      expect(found(index, topic)).toEqual(expected);
      expect(found(index, utf8(topic))).toEqual(expected);
    }
    const decoder = decoderOf(kernel, [longest, levels]);
    decoder.next();
    expect(decoder.topicId).toBe(-1);
    expect(found(index, decoder)).toEqual(['all', 'longest']);
    decoder.next();
    expect(found(index, decoder)).toEqual(['all', 'levels', 'some']);
  });

  test('a decoder that stands at no topic name', () => {
    const index = makeIndex(kernel);
    index.subscribe('#', 'all');
    const decoder = decoderOf(kernel, ['a']);
    decoder.push(Uint8Array.of(0xc0, 0, 0x40, 2, 0, 1));
    const counts: number[] = [];
    while (decoder.next()) counts.push(index.match(decoder, () => undefined));
    expect(counts).toEqual([1, 0, 0]);
  });

  test('decoders of both kernels in turn', () => {
    const index = makeIndex(kernel);
    index.subscribe('a/+', 'x');
    index.subscribe('b', 'y');
    for (let i = 0; i < 3; i++) {
      for (const other of KERNELS) {
        const decoder = decoderOf(other, i % 2 === 0 ? ['b', 'a/c'] : ['a/c', 'b']);
        const topics: [string, string[]][] = [];
        while (decoder.next()) topics.push([decoder.topic, found(index, decoder)]);
        expect(topics.sort()).toEqual([
          ['a/c', ['x']],
          ['b', ['y']],
        ]);
      }
    }
  });

  test('the subscribers alone, by string, bytes and decoder, share groups included', () => {
    const index = makeIndex(kernel);
    for (const subscriber of ['a', 'b', 'c']) index.subscribe('x/+', subscriber);
    index.subscribe('x/y', 'a');
    for (let i = 0; i < 200; i++) index.subscribe('many', `s${i}`);
    const decoder = decoderOf(kernel, ['x/y', 'many', 'nobody']);
    for (const topic of ['x/y', 'many', 'nobody']) {
      expect(decoder.next()).toBe(true);
      const expected = found(index, topic);
      for (const way of [topic, new TextEncoder().encode(topic), decoder]) {
        expect(index.subscribers(way).sort()).toEqual(expected);
      }
    }
    expect(found(index, 'x/y')).toEqual(['a', 'a', 'b', 'c']);
    index.subscribe('$share/group/x/+', 'd');
    expect(index.subscribers('x/y').sort()).toEqual(['a', 'a', 'b', 'c', 'd']);
    index.subscribers('x/y').length = 0;
    expect(index.subscribers('x/y')).toHaveLength(5);
  });

  test.each(['a/b', 'a/+'])(
    'options that are replaced count for results that are remembered: %s',
    (filter) => {
      const index = makeIndex(kernel);
      const qosOf = (topic: Parameters<typeof index.list>[0]) => index.list(topic).map(({ qos }) => qos);
      index.subscribe(filter, 'x');
      for (let i = 0; i < 20; i++) expect(qosOf('a/b')).toEqual([0]);
      const decoder = decoderOf(kernel, ['a/b', 'a/b', 'a/b']);
      for (const qos of [0, 1, 2] as const) {
        index.subscribe(filter, 'x', { qos });
        expect(decoder.next()).toBe(true);
        expect(qosOf(decoder)).toEqual([qos]);
        expect(qosOf('a/b')).toEqual([qos]);
      }
    },
  );

  test('more topics than there are topic ids', () => {
    const index = makeIndex(kernel);
    const topics = Array.from(
      { length: 20_000 },
      (_, i) => `topic/${i % 2 === 0 ? i : (i * 7919) % 19_000}/${i % 3}`,
    );
    for (let i = 0; i < 20_000; i += 5) index.subscribe(topics[i], `exact ${topics[i]}`);
    index.subscribe('topic/+/2', 'two');
    const decoder = decoderOf(kernel, topics);
    let at = 0;
    while (decoder.next()) {
      const topic = topics[at++];
      const expected = index.subscription(topic, `exact ${topic}`) === undefined ? [] : [`exact ${topic}`];
      if (topic.endsWith('/2')) expected.push('two');
      expect(found(index, decoder)).toEqual(expected);
    }
    expect(at).toBe(20_000);
  });

  test('results that are remembered hold while tables grow, move and shrink around them', () => {
    const index = makeIndex(kernel);
    const topics = ['a', 'a/b', 'b'];
    index.subscribe('a', 'x');
    index.subscribe('a/b', 'y');
    index.subscribe('+/b', 'z');
    index.subscribe('b', 'v');
    index.subscribe('b', 'w');
    const expectAll = () => {
      const decoder = decoderOf(kernel, topics);
      for (const [topic, expected] of [
        ['a', ['x']],
        ['a/b', ['y', 'z']],
        ['b', ['v', 'w']],
      ] as const) {
        decoder.next();
        expect(found(index, decoder)).toEqual(expected);
        expect(found(index, topic)).toEqual(expected);
      }
    };
    for (let i = 0; i < 50; i++) expectAll();
    // with filters that concern these topics by no bucket, as good as always
    for (let i = 0; i < 20_000; i++) {
      index.subscribe(i % 4 ? `other/${i}` : `other/${i}/+`, `s${i}`);
      if (i % 50 === 0) expectAll();
    }
    for (let i = 0; i < 20_000; i++) {
      index.unsubscribe(i % 4 ? `other/${i}` : `other/${i}/+`, `s${i}`);
      if (i % 50 === 0) expectAll();
    }
  });

  test.each(
    [
      'a/b/c/d/e',
      '+',
      '#',
      'a/#',
      'a/+/c/d/e',
      'a/b/#',
      'a/b/+/d/e',
      'a/b/c/#',
      'a/b/c/+/e',
      'a/b/c/d/#',
      'a/b/c/d/e/#',
    ].map((filter) => [filter]),
  )(
    'a remembered result is renewed when %s is added, gets another subscriber, loses one, and goes',
    (filter) => {
      const index = makeIndex(kernel);
      index.subscribe('x/+/y', 'other');
      index.subscribe('a/b/c/d/e', 'always');
      const topics = ['a', 'a/b', 'a/b/c', 'a/b/c/d', 'a/b/c/d/e', 'a/b/c/d/e/f', 'z'];
      const expectAll = (...subscribers: string[]) => {
        for (let i = 0; i < 20; i++) {
          const decoder = decoderOf(kernel, topics);
          for (const topic of topics) {
            const expected = matches(filter, topic) ? subscribers : [];
            const all = topic === 'a/b/c/d/e' ? ['always', ...expected] : expected;
            decoder.next();
            expect(found(index, decoder)).toEqual(all);
            expect(found(index, topic)).toEqual(all);
          }
        }
      };
      for (let round = 0; round < 3; round++) {
        expectAll();
        index.subscribe(filter, 'one');
        expectAll('one');
        index.subscribe(filter, 'two');
        expectAll('one', 'two');
        index.unsubscribe(filter, 'one');
        expectAll('two');
        index.unsubscribe(filter, 'two');
      }
    },
  );

  test('more results than are remembered', () => {
    const index = makeIndex(kernel);
    for (let bits = 0; bits < 256; bits++) {
      const levels = Array.from({ length: 8 }, (_, i) => ((bits >> i) & 1 ? '+' : 'a'));
      index.subscribe([...levels, '#'].join('/'), 'all');
    }
    const topics = Array.from({ length: 1_000 }, (_, i) => `a/a/a/a/a/a/a/a/${i}`);
    for (const topic of topics) index.subscribe(topic, topic);
    let wrong = 0;
    const look = (at: string | TopicSource, topic: string) => {
      let own = 0;
      const visited = index.match(at, (subscriber) => {
        if (subscriber === topic) own++;
        else if (subscriber !== 'all') wrong++;
      });
      if (visited !== 257 || own !== 1) wrong++;
    };
    for (let round = 0; round < 3; round++) {
      const decoder = decoderOf(kernel, topics);
      while (decoder.next()) look(decoder, decoder.topic);
      for (const topic of topics) for (let i = 0; i < 3; i++) look(topic, topic);
      topics.reverse();
    }
    expect(wrong).toBe(0);
  });

  test('a lone surrogate among names that are remembered', () => {
    const index = makeIndex(kernel);
    const names = Array.from({ length: 30 }, (_, i) => `name ${i}`);
    for (const name of names) index.subscribe(name, name);
    index.subscribe('\ufffd', 'replaced');
    for (let round = 0; round < 30; round++) {
      for (const name of names) {
        expect(found(index, '\ud800')).toEqual(['replaced']);
        expect(found(index, name)).toEqual([name]);
        expect(found(index, '\ufffd')).toEqual(['replaced']);
      }
    }
  });

  test('a source that has nothing but a topic id and a topic', () => {
    const index = makeIndex(kernel);
    index.subscribe('a', 'x');
    const source = { topicId: 3, topicGeneration: 1, topic: 'a' } as TopicSource;
    expect(found(index, source)).toEqual(['x']);
  });

  test('results of many filters, and of many topics in one chunk', () => {
    const index = makeIndex(kernel);
    const filters = ['#'];
    for (let i = 0; i < 4096; i++) {
      filters.push(Array.from({ length: 12 }, (_, bit) => ((i >> bit) & 1 ? '+' : 'a')).join('/'));
    }
    for (const filter of filters) index.subscribe(filter, filter);
    const all = Array.from({ length: 12 }, () => 'a').join('/');
    const topics = [all, 'x', all, `${all}/b`, `b${all.slice(1)}`];
    const expected = [4097, 1, 4097, 1, 2049];
    for (const topic of topics) {
      const count = expected[topics.indexOf(topic)];
      expect(index.match(topic, () => undefined)).toBe(count);
      expect(index.match(utf8(topic), () => undefined)).toBe(count);
    }
    const many = Array.from({ length: 500 }, (_, i) =>
      i % 5 === 1 ? `x${i}` : topics[i % 5] + (i % 5 === 3 ? i : ''),
    );
    const decoder = decoderOf(kernel, many);
    const counts: number[] = [];
    while (decoder.next()) counts.push(index.match(decoder, () => undefined));
    expect(counts).toEqual(many.map((_, i) => expected[i % 5]));
  });

  test('100 overlapping levels', () => {
    const index = makeIndex(kernel);
    const levels = Array.from({ length: 100 }, (_, i) => `level${i}`);
    for (let i = 0; i < 100; i++) {
      index.subscribe([...levels.slice(0, i), '#'].join('/'), `# behind ${i}`);
      index.subscribe(levels.map((level, j) => (j === i ? '+' : level)).join('/'), `+ for ${i}`);
    }
    expect(found(index, levels.join('/'))).toHaveLength(200);
    expect(found(index, levels.slice(0, 50).join('/'))).toHaveLength(51);
  });
});

describe.each(KERNELS)('listDistinct (%s)', (kernel) => {
  test('merges overlapping subscriptions (MQTT-3.3.4-2, MQTT-3.3.4-3)', () => {
    const index = makeIndex(kernel);
    index.subscribe('a', 'x', { qos: 1, noLocal: true, subscriptionIdentifier: 1 });
    index.subscribe('+', 'x', { qos: 2, noLocal: true, retainAsPublished: true });
    index.subscribe('#', 'x', { qos: 0, subscriptionIdentifier: 3 });
    index.subscribe('#', 'y', { noLocal: true });
    index.subscribe('a/#', 'y', { noLocal: true, qos: 1 });
    const list = index.listDistinct('a').sort((a, b) => (a.subscriber < b.subscriber ? -1 : 1));
    expect(list).toEqual([
      {
        subscriber: 'x',
        qos: 2,
        noLocal: false,
        retainAsPublished: true,
        subscriptionIdentifiers: expect.arrayContaining([1, 3]),
        shareName: undefined,
      },
      {
        subscriber: 'y',
        qos: 1,
        noLocal: true,
        retainAsPublished: false,
        subscriptionIdentifiers: [],
        shareName: undefined,
      },
    ]);
    expect(list[0].subscriptionIdentifiers).toHaveLength(2);
  });

  test('keeps shared subscriptions apart', () => {
    const index = makeIndex(kernel);
    index.subscribe('a', 'x', { qos: 1 });
    index.subscribe('$share/g/a', 'x', { qos: 2 });
    index.subscribe('$share/h/a', 'x');
    const list = index
      .listDistinct('a')
      .map(({ subscriber, qos, shareName }) => [subscriber, qos, shareName]);
    expect(list.sort()).toEqual(
      [
        ['x', 0, 'h'],
        ['x', 1, undefined],
        ['x', 2, 'g'],
      ].sort(),
    );
  });
});
