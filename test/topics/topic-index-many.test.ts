import { describe, expect, test } from 'vitest';
import type { TopicIndex } from '../../src/topics/index.ts';
import { KERNELS, makeIndex } from './indexes.ts';

const utf8 = (text: string) => new TextEncoder().encode(text);

describe.each(KERNELS)('matchMany (%s)', (kernel) => {
  const run = (index: TopicIndex<string>, topics: readonly string[], gap: number) => {
    const parts: Uint8Array[] = [];
    const positions = new Int32Array(topics.length * 2);
    let at = 0;
    topics.forEach((topic, i) => {
      const text = utf8(topic);
      parts.push(new Uint8Array(gap).fill(0x2f), text);
      positions[i * 2] = at + gap;
      at = positions[i * 2 + 1] = at + gap + text.length;
    });
    const results: string[][] = topics.map(() => []);
    const visited = index.matchMany(
      new Uint8Array(Buffer.concat(parts)),
      positions,
      topics.length,
      (i, subscriber) => {
        results[i].push(subscriber);
      },
    );
    expect(visited).toBe(results.flat().length);
    return results.map((list) => list.sort());
  };

  test.each([0, 1, 511, 5_000])('names with %i bytes in between', (gap) => {
    const index = makeIndex(kernel);
    index.subscribe('a/+', 'plus');
    index.subscribe('#', 'all');
    const topics = Array.from({ length: 5_000 }, (_, i) => (i % 3 === 0 ? `a/${i}` : `b/${i}/é`));
    for (let i = 0; i < 5_000; i += 7) index.subscribe(topics[i], topics[i]);
    expect(run(index, topics, gap)).toEqual(
      topics.map((topic, i) =>
        ['all', ...(i % 3 === 0 ? ['plus'] : []), ...(i % 7 === 0 ? [topic] : [])].sort(),
      ),
    );
  });

  test('names of all lengths, more than fit at once', () => {
    const index = makeIndex(kernel);
    index.subscribe('+/#', 'all');
    const topics = Array.from({ length: 40 }, (_, i) => `${i}/`.padEnd(1 + i * 1_680, 'x'));
    for (const topic of topics) index.subscribe(topic, topic.slice(0, 3));
    expect(run(index, topics, 3)).toEqual(topics.map((topic) => [topic.slice(0, 3), 'all'].sort()));
  });

  test('positions in any order, the same twice, and such as are none', () => {
    const index = makeIndex(kernel);
    index.subscribe('ab', 'ab');
    index.subscribe('b', 'b');
    index.subscribe('#', 'all');
    const bytes = utf8('ab');
    const positions = Int32Array.of(1, 2, 0, 2, 0, 2, -1, 2, 2, 1, 0, 3, 2, 2, 0, 2);
    const results: string[][] = Array.from({ length: 9 }, () => []);
    index.matchMany(bytes, positions, 9, (i, subscriber) => results[i].push(subscriber));
    const both = ['ab', 'all'];
    expect(results.map((list) => list.sort())).toEqual([
      ['all', 'b'],
      both,
      both,
      [],
      [],
      [],
      ['all'],
      both,
      [],
    ]);
  });

  test('a change counts from the next name on', () => {
    const index = makeIndex(kernel);
    index.subscribe('+', 'x');
    const seen: string[] = [];
    const names = utf8('a'.repeat(100));
    const positions = Int32Array.from({ length: 200 }, (_, i) => (i + 1) >> 1);
    index.matchMany(names, positions, 100, (at, subscriber) => {
      seen.push(`${at} ${subscriber}`);
      if (at === 10 && subscriber === 'x') index.subscribe('+', 'y');
      if (at === 20 && subscriber === 'x') index.unsubscribe('+', 'x');
      if (at === 30) index.clear();
    });
    const expected: string[] = [];
    for (let at = 0; at <= 30; at++) {
      if (at <= 20) expected.push(`${at} x`);
      if (at > 10) expected.push(`${at} y`);
    }
    expect(seen.sort()).toEqual(expected.sort());
  });
});
