import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { MatchOptions, SharedStrategy, TopicIndex } from '../../src/topics/index.ts';
import { SharedGroup } from '../../src/topics/shared-group.ts';
import { Subscribers } from '../../src/topics/subscribers.ts';
import { decoderOf, errorOf, found, KERNELS, makeIndex } from './indexes.ts';

/** Who gets a message, of a single share group. */
function one(index: TopicIndex<string>, topic = 'a', options?: MatchOptions): string {
  const members: string[] = [];
  index.match(topic, (subscriber) => members.push(subscriber), options);
  expect(members).toHaveLength(1);
  return members[0];
}

function counts(list: readonly string[]): Map<string, number> {
  const count = new Map<string, number>();
  for (const item of list) count.set(item, (count.get(item) ?? 0) + 1);
  return count;
}

const MEMBERS = ['m1', 'm2', 'm3', 'm4', 'm5'];

function makeGroup(
  kernel: 'wasm' | 'js',
  sharedStrategy?: SharedStrategy,
  isAvailable?: (member: string) => boolean,
) {
  const index = makeIndex(kernel, { sharedStrategy, isAvailable });
  for (const member of MEMBERS) index.subscribe('$share/g/+', member, { qos: 1 });
  return index;
}

describe.each(KERNELS)('shared subscriptions (MQTT5 4.8.2, %s)', (kernel) => {
  test('one member of each group gets a message, with its own options', () => {
    const index = makeIndex(kernel);
    index.subscribe('$share/g/a/+', 'x', { qos: 1, subscriptionIdentifier: 5 });
    index.subscribe('$share/g/a/+', 'y', { qos: 2, retainAsPublished: true });
    index.subscribe('$share/h/a/+', 'x');
    index.subscribe('a/+', 'z');
    const list = [index.list('a/b'), index.list('a/b')].map((results) =>
      results.map(({ subscriber, shareName, ...options }) => [shareName, subscriber, options] as const),
    );
    const none = { noLocal: false, retainAsPublished: false, subscriptionIdentifier: undefined };
    for (const results of list) {
      expect(results).toHaveLength(3);
      expect(results).toContainEqual([undefined, 'z', { qos: 0, ...none }]);
      expect(results).toContainEqual(['h', 'x', { qos: 0, ...none }]);
    }
    expect(list[0]).toContainEqual(['g', 'x', { ...none, qos: 1, subscriptionIdentifier: 5 }]);
    expect(list[1]).toContainEqual(['g', 'y', { ...none, qos: 2, retainAsPublished: true }]);
  });

  test('the same share name with another filter is another group', () => {
    const index = makeIndex(kernel);
    index.subscribe('$share/g/a', 'x');
    index.subscribe('$share/g/+', 'y');
    index.subscribe('$share/G/+', 'z');
    expect(found(index, 'a')).toEqual(['x', 'y', 'z']);
    expect(index.memoryUsage()).toMatchObject({ filters: 2, sharedGroups: 3 });
  });

  test('subscribing again replaces options', () => {
    const index = makeIndex(kernel);
    expect(index.subscribe('$share/g/a', 'x', { qos: 2 })).toBe(true);
    expect(index.subscribe('$share/g/a', 'x', { qos: 1 })).toBe(false);
    expect(index.size).toBe(1);
    expect(index.subscription('$share/g/a', 'x')).toMatchObject({ qos: 1 });
    expect(index.subscription('$share/h/a', 'x')).toBeUndefined();
    expect(index.subscription('a', 'x')).toBeUndefined();
    expect(index.list('a')).toMatchObject([{ subscriber: 'x', qos: 1, shareName: 'g' }]);
  });

  test('$ topics are hidden from a group whose filter begins with a wildcard', () => {
    const index = makeIndex(kernel);
    index.subscribe('$share/g/#', 'x');
    index.subscribe('$share/g/$SYS/#', 'y');
    expect(found(index, '$SYS/x')).toEqual(['y']);
    expect(found(index, '$share/g/a')).toEqual([]);
  });

  test('a group is gone with its last member, and its filter with it', () => {
    const index = makeGroup(kernel);
    for (const member of MEMBERS) expect(index.unsubscribe('$share/g/+', member)).toBe(true);
    expect(found(index, 'a')).toEqual([]);
    expect(index.memoryUsage()).toMatchObject({
      filters: 0,
      sharedGroups: 0,
      subscribers: 0,
      visitedNodes: 1,
    });
    index.subscribe('$share/g/+', 'again');
    expect(one(index)).toBe('again');
  });

  test('round-robin is fair, and stays so when members leave and join', () => {
    const index = makeGroup(kernel);
    const first = Array.from({ length: 12 }, () => one(index));
    expect([...counts(first.slice(0, 10)).values()]).toEqual([2, 2, 2, 2, 2]);
    // two had their turn in this round; one of them leaves, and the others still get theirs
    const [gone, served] = first.slice(10);
    index.unsubscribe('$share/g/+', gone);
    index.subscribe('$share/g/+', 'new');
    const rest = Array.from({ length: 3 }, () => one(index));
    expect(rest.sort()).toEqual(MEMBERS.filter((member) => member !== gone && member !== served).sort());
    expect([one(index), one(index)]).toEqual([served, 'new']);
    const round = Array.from({ length: 5 }, () => one(index));
    expect(new Set(round).size).toBe(5);
  });

  test('random reaches everybody', () => {
    const index = makeGroup(kernel, 'random');
    const count = counts(Array.from({ length: 1_000 }, () => one(index)));
    expect([...count.keys()].sort()).toEqual(MEMBERS);
    for (const times of count.values()) expect(times).toBeGreaterThan(100);
  });

  test('sticky stays until the member leaves or cannot take messages', () => {
    const away = new Set<string>();
    const index = makeGroup(kernel, 'sticky', (member) => !away.has(member));
    const first = one(index);
    for (let i = 0; i < 20; i++) expect(one(index, `t${i}`)).toBe(first);
    index.unsubscribe('$share/g/+', first);
    const second = one(index);
    expect(second).not.toBe(first);
    index.subscribe('$share/g/+', first);
    for (const other of MEMBERS)
      if (other !== first && other !== second) index.unsubscribe('$share/g/+', other);
    for (let i = 0; i < 20; i++) expect(one(index)).toBe(second);
    away.add(second);
    expect(one(index)).toBe(first);
    away.clear();
    expect(one(index)).toBe(first);
  });

  test.each<[SharedStrategy, (i: number) => [topic: string, options?: MatchOptions]]>([
    ['hash-client', (i) => ['a', { publisher: `client-${i}` }]],
    ['hash-topic', (i) => [`topic-é-${i}`]],
  ])('%s is stable and spreads, and few change over when the members do', (strategy, keyOf) => {
    const index = makeGroup(kernel, strategy);
    const choose = () => Array.from({ length: 1_000 }, (_, i) => one(index, ...keyOf(i)));
    const before = choose();
    expect(choose()).toEqual(before);
    const count = counts(before);
    for (const member of MEMBERS) expect(count.get(member)).toBeGreaterThan(120);
    index.subscribe('$share/g/+', 'new');
    const after = choose();
    const moved = after.filter((member, i) => member !== before[i]);
    expect(moved.every((member) => member === 'new')).toBe(true);
    expect(moved.length).toBeGreaterThan(80);
    expect(moved.length).toBeLessThan(260);
    index.unsubscribe('$share/g/+', 'new');
    expect(choose()).toEqual(before);
    index.unsubscribe('$share/g/+', 'm2');
    const without = choose();
    expect(without.filter((member, i) => member !== before[i]).length).toBeLessThan(550);
  });

  test('hash-topic is the same for a topic in any form', () => {
    const index = makeGroup(kernel, 'hash-topic');
    index.subscribe('+', 'everybody');
    const topics = Array.from({ length: 50 }, (_, i) => `${i} é \u{1f600}`.padEnd(20 + i, 'x'));
    const expected = topics.map((topic) => found(index, topic));
    expect(topics.map((topic) => found(index, new TextEncoder().encode(topic)))).toEqual(expected);
    const decoder = decoderOf(kernel, topics);
    for (const members of expected) {
      decoder.next();
      expect(found(index, decoder)).toEqual(members);
    }
    const many: string[][] = topics.map(() => []);
    const bytes = topics.map((topic) => Buffer.from(topic));
    const positions = new Int32Array(topics.length * 2);
    bytes.forEach((text, i) => {
      positions[i * 2] = i === 0 ? 0 : positions[i * 2 - 1];
      positions[i * 2 + 1] = positions[i * 2] + text.length;
    });
    index.matchMany(new Uint8Array(Buffer.concat(bytes)), positions, topics.length, (at, member) =>
      many[at].push(member),
    );
    expect(many.map((members) => members.sort())).toEqual(expected);
  });

  test('hash-client without a publisher takes turns', () => {
    const index = makeGroup(kernel, 'hash-client');
    expect(new Set(Array.from({ length: 5 }, () => one(index))).size).toBe(5);
  });

  test.each<SharedStrategy>(['round-robin', 'random', 'sticky', 'hash-client', 'hash-topic'])(
    '%s passes over who is not available, and gives to somebody if nobody is',
    (strategy) => {
      let available = new Set<string>(['m2', 'm4']);
      const asked: string[] = [];
      const index = makeGroup(kernel, strategy, (member) => {
        asked.push(member);
        return available.has(member);
      });
      const choose = (i: number) => {
        asked.length = 0;
        const member = one(index, `t${i}`, { publisher: `p${i}` });
        expect(new Set(asked).size).toBe(asked.length);
        return member;
      };
      for (let i = 0; i < 40; i++) expect(['m2', 'm4']).toContain(choose(i));
      available = new Set();
      for (let i = 0; i < 40; i++) expect(MEMBERS).toContain(choose(i));
      available = new Set(['m5']);
      for (let i = 0; i < 40; i++) expect(choose(i)).toBe('m5');
    },
  );

  test('a strategy for each group, asked once', () => {
    const asked: string[] = [];
    const index = makeIndex(kernel, {
      sharedStrategy: (shareName, filter) => {
        asked.push(`${shareName} ${filter}`);
        return shareName === 'fixed' ? 'sticky' : 'round-robin';
      },
    });
    for (const member of MEMBERS) {
      index.subscribe('$share/fixed/a/#', member);
      index.subscribe('$share/turns/b', member);
    }
    expect(asked).toEqual(['fixed a/#', 'turns b']);
    expect(new Set(Array.from({ length: 5 }, () => one(index, 'a'))).size).toBe(1);
    expect(new Set(Array.from({ length: 5 }, () => one(index, 'b'))).size).toBe(5);
  });

  test('a strategy that is none, or throws, changes nothing', () => {
    let answer: () => SharedStrategy = () => 'first' as SharedStrategy;
    const index = makeIndex(kernel, { sharedStrategy: () => answer() });
    expect(errorOf(() => index.subscribe('$share/g/a', 'x')).code).toBe('FIELD_INVALID');
    answer = () => {
      throw new RangeError('mine');
    };
    expect(() => index.subscribe('$share/g/a', 'x')).toThrow('mine');
    expect(index.memoryUsage()).toMatchObject({
      subscriptions: 0,
      subscribers: 0,
      sharedGroups: 0,
      filters: 0,
    });
    answer = () => {
      answer = () => 'sticky';
      index.subscribe('$share/g/a', 'first');
      return 'round-robin';
    };
    index.subscribe('$share/g/a', 'second');
    expect(index.size).toBe(2);
    expect(index.memoryUsage()).toMatchObject({ sharedGroups: 1, filters: 1 });
    expect(new Set([one(index), one(index), one(index)]).size).toBe(1);
  });

  test('100,000 members join and leave in any order', () => {
    const index = makeIndex<number>(kernel);
    const count = 100_000;
    const isEven = (i: number) => i % 2 === 0;
    let removed = 0;
    for (let i = 0; i < count; i++) {
      index.subscribe('$share/g/a', i, { subscriptionIdentifier: i + 1 });
      index.subscribe('a', i, { subscriptionIdentifier: i + 1 });
    }
    expect(index.match('a', () => undefined)).toBe(count + 1);
    // all odd ones, in an order of their own
    for (let i = 0; i < count; i++) {
      const member = (i * 77_777 + 5) % count;
      if (isEven(member)) continue;
      if (index.unsubscribe('$share/g/a', member)) removed++;
      if (index.unsubscribe('a', member)) removed++;
    }
    expect(index.size).toBe(count);
    const seen = new Set<number>();
    let fromGroup = 0;
    index.match('a', (member, { shareName, subscriptionIdentifier }) => {
      if (subscriptionIdentifier !== member + 1) throw new Error(`options of ${member}`);
      if (shareName === undefined) seen.add(member);
      else fromGroup++;
    });
    expect(fromGroup).toBe(1);
    expect(seen.size).toBe(count / 2);
    expect([...seen].every(isEven)).toBe(true);
    for (let i = count - 1; i >= 0; i--) {
      if (!isEven(i)) continue;
      if (index.unsubscribe('a', i)) removed++;
      if (index.unsubscribe('$share/g/a', i)) removed++;
    }
    expect(removed).toBe(2 * count);
    expect(index.memoryUsage()).toMatchObject({ filters: 0, subscribers: 0, sharedGroups: 0 });
  });
});

describe('a share group', () => {
  test('round-robin is a queue: who had a turn, or joins, is last; nobody else changes place', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(4), fc.nat(50)), { maxLength: 150 }), (steps) => {
        const group = new SharedGroup('$share/g/a', 'g', 0, 'round-robin');
        const queue: number[] = [];
        for (const [kind, number] of steps) {
          const word = number + 1;
          if (kind < 2) {
            expect(group.join(word, number)).toBe(!queue.includes(word));
            if (!queue.includes(word)) queue.push(word);
          } else if (kind === 2) {
            const leaver = queue.length > 0 && number % 2 ? queue[number % queue.length] : word;
            expect(group.leave(leaver)).toBe(queue.includes(leaver));
            if (queue.includes(leaver)) queue.splice(queue.indexOf(leaver), 1);
          } else {
            const index = group.choose(0, { objects: [], isAvailable: undefined });
            expect(group.members[index]).toBe(queue[0]);
            if (queue.length > 0) {
              expect(group.options[index]).toBe(queue[0] - 1);
              queue.push(queue.shift() as number);
            }
          }
          expect([...group.members].sort((a, b) => a - b)).toEqual([...queue].sort((a, b) => a - b));
        }
      }),
      { numRuns: 500 },
    );
  });

  test('members that leave while they are asked whether they are available', () => {
    const subscribers = new Subscribers<string>();
    for (const strategy of ['round-robin', 'random', 'sticky'] as const) {
      const group = new SharedGroup('$share/g/a', 'g', 0, strategy);
      const words = MEMBERS.map((member) => subscribers.take(member));
      for (const word of words) group.join(word, 0);
      const isAvailable = () => {
        group.leave(group.members[0]);
        return false;
      };
      for (let i = 0; i < 5; i++) {
        const index = group.choose(0, { objects: subscribers.objects, isAvailable });
        expect(index).toBeLessThan(group.members.length);
      }
      expect(group.members).toEqual([]);
      expect(group.choose(0, { objects: subscribers.objects, isAvailable })).toBe(-1);
    }
  });
});
