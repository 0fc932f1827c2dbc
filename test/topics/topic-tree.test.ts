import { describe, expect, test } from 'vitest';
import { MqttError } from '../../src/protocol/errors.ts';
import { TopicTree } from '../../src/topics/topic-tree.ts';

function treeOf(topics: string[], hideDollarTopics?: boolean): TopicTree<number> {
  const tree = new TopicTree<number>({ hideDollarTopics });
  topics.forEach((topic, index) => {
    tree.set(topic, index);
  });
  return tree;
}

function found(tree: TopicTree<number>, filter: string): string[] {
  return [...tree.match(filter)].map(([topic]) => topic).sort();
}

const TOPICS = [
  'a',
  'a/',
  'a/b',
  'a/b/c',
  'a//b',
  'a/$x',
  'ab',
  'A',
  '/',
  '//',
  '/a',
  '$SYS',
  '$SYS/x',
  '$SYS/x/y',
  '\u00c5',
  'A\u030a',
  '\u{1f600}/\u{1f601}',
  'long/'.repeat(60) + 'end',
];

describe('the topics that a filter matches (MQTT 4.7)', () => {
  test.each<[filter: string, expected: string[]]>([
    ['a', ['a']],
    ['a/b', ['a/b']],
    ['a/b/c/d', []],
    ['b', []],
    // 4.7.1.2: the parent level is included
    ['a/#', ['a', 'a/', 'a/b', 'a/b/c', 'a//b', 'a/$x']],
    ['a/b/#', ['a/b', 'a/b/c']],
    ['a/b/c/#', ['a/b/c']],
    ['ab/#', ['ab']],
    ['#', TOPICS.filter((topic) => !topic.startsWith('$'))],
    ['/#', ['/', '//', '/a']],
    // 4.7.1.3
    ['+', ['a', 'ab', 'A', '\u00c5', 'A\u030a']],
    ['a/+', ['a/', 'a/b', 'a/$x']],
    ['+/+', ['a/', 'a/b', 'a/$x', '/', '/a', '\u{1f600}/\u{1f601}']],
    ['a/+/b', ['a//b']],
    ['+/b/+', ['a/b/c']],
    ['+/+/+', ['//', 'a//b', 'a/b/c']],
    ['a/+/#', ['a/', 'a/b', 'a/b/c', 'a//b', 'a/$x']],
    // empty levels
    ['/', ['/']],
    ['/+', ['/', '/a']],
    ['a/', ['a/']],
    ['a//+', ['a//b']],
    ['//#', ['/', '//']],
    // MQTT-4.7.2-1
    ['+/x', []],
    ['+/#', TOPICS.filter((topic) => !topic.startsWith('$'))],
    ['$SYS/#', ['$SYS', '$SYS/x', '$SYS/x/y']],
    ['$SYS/+', ['$SYS/x']],
    ['$SYS/+/y', ['$SYS/x/y']],
    // MQTT-4.7.3-4: nothing is normalised
    ['\u00c5', ['\u00c5']],
    ['\u{1f600}/+', ['\u{1f600}/\u{1f601}']],
    ['long/+/#', ['long/'.repeat(60) + 'end']],
    [`${'+/'.repeat(60)}end`, ['long/'.repeat(60) + 'end']],
    // a shared subscription's filter begins after its share name
    ['$share/group/a', []],
  ])('%s', (filter, expected) => {
    expect(found(treeOf(TOPICS), filter)).toEqual([...expected].sort());
  });

  test.each<[filter: string, expected: string[]]>([
    ['#', TOPICS],
    ['+/x', ['$SYS/x']],
    ['+/x/#', ['$SYS/x', '$SYS/x/y']],
    ['+/+/y', ['$SYS/x/y']],
    ['+', ['a', 'ab', 'A', '\u00c5', 'A\u030a', '$SYS']],
  ])('%s, where topics that begin with $ are not hidden', (filter, expected) => {
    expect(found(treeOf(TOPICS, false), filter)).toEqual([...expected].sort());
  });
});

describe('as a map', () => {
  test('has one value for each topic', () => {
    const tree = new TopicTree<string | undefined>();
    expect(tree.set('a/b', 'first').set('a/b', 'second').set('a', undefined)).toBe(tree);
    expect(tree.size).toBe(2);
    expect(tree.get('a/b')).toBe('second');
    expect([tree.has('a'), tree.get('a')]).toEqual([true, undefined]);
    expect([tree.has('a/b/c'), tree.has('b'), tree.has('a/'), tree.get('a/b/')]).toEqual([
      false,
      false,
      false,
      undefined,
    ]);
  });

  test('deletes what is there and nothing else', () => {
    const tree = treeOf(TOPICS);
    for (const other of ['b', 'a/b/d', 'a/b/c/d', '/b', '///', '$SYS/', 'long', 'long/long']) {
      expect(tree.delete(other)).toBe(false);
    }
    TOPICS.forEach((topic, index) => {
      expect(tree.delete(topic)).toBe(true);
      expect(tree.delete(topic)).toBe(false);
      expect([...tree].map(([left]) => left).sort()).toEqual(TOPICS.slice(index + 1).sort());
    });
    expect(tree.size).toBe(0);
  });

  test('lists all its topics, those that begin with $ included', () => {
    expect([...treeOf(TOPICS)].sort()).toEqual(
      TOPICS.map((topic, index): [string, number] => [topic, index]).sort(),
    );
  });

  test('is empty after clear, and can be filled again', () => {
    const tree = treeOf(TOPICS);
    tree.clear();
    expect([tree.size, ...tree]).toEqual([0]);
    expect(tree.has('a')).toBe(false);
    tree.set('a/b', 1);
    expect(found(tree, '#')).toEqual(['a/b']);
  });
});

describe('refuses', () => {
  test.each([
    ['', 'TOPIC_NAME_EMPTY'],
    ['a/+', 'TOPIC_NAME_WILDCARD'],
    ['a#', 'TOPIC_NAME_WILDCARD'],
  ])('the topic name "%s"', (topic, code) => {
    const tree = new TopicTree<number>();
    expect(() => tree.set(topic, 1)).toThrow(expect.objectContaining({ code }));
    expect(() => tree.set(topic, 1)).toThrow(MqttError);
    expect([tree.size, tree.has(topic), tree.delete(topic)]).toEqual([0, false, false]);
  });

  test.each([
    ['', 'TOPIC_FILTER_EMPTY'],
    ['a/#/b', 'TOPIC_FILTER_MULTI_LEVEL_WILDCARD'],
    ['a+', 'TOPIC_FILTER_SINGLE_LEVEL_WILDCARD'],
  ])('the filter "%s", before anything is asked of the result', (filter, code) => {
    const tree = treeOf(TOPICS);
    expect(() => tree.pages(filter)).toThrow(expect.objectContaining({ code }));
    expect(() => tree.match(filter)).toThrow(expect.objectContaining({ code }));
  });
});

describe('32,768 levels', () => {
  const deepest = '/'.repeat(32_767);

  test('are found by every kind of filter, and deleted', () => {
    const tree = treeOf([deepest, `${deepest}a`, deepest.slice(1), 'a']);
    expect(found(tree, `${'+/'.repeat(32_767)}+`)).toEqual([deepest, `${deepest}a`]);
    expect(found(tree, `${'+/'.repeat(32_766)}#`)).toEqual([deepest.slice(1), deepest, `${deepest}a`]);
    expect(found(tree, `${deepest}+`)).toEqual([deepest, `${deepest}a`]);
    expect(found(tree, `${deepest}a`)).toEqual([`${deepest}a`]);
    expect(tree.delete(deepest)).toBe(true);
    expect(found(tree, '/#')).toEqual([deepest.slice(1), `${deepest}a`]);
    expect(tree.delete(`${deepest}a`)).toBe(true);
    expect(tree.delete(deepest.slice(1))).toBe(true);
    expect(found(tree, '#')).toEqual(['a']);
  });

  test('are walked a page at a time', () => {
    const tree = treeOf([deepest, `${deepest}a`]);
    const pages = [...tree.pages(`${deepest}#`, { visits: 1000 })];
    expect(pages).toHaveLength(33);
    expect(pages.flat()).toHaveLength(2);
  });
});
