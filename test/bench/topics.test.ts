import { describe, expect, it } from 'vitest';
import { MapTrie, StringCache } from '../../bench/topics/map-trie.ts';
import {
  distinctSubscriptions,
  fanOutSubscriptions,
  mixedSubscriptions,
} from '../../bench/topics/subscriptions.ts';
import { exactTraffic, uniqueTraffic, zipfTraffic } from '../../bench/topics/traffic.ts';
import { levelsOf, topicOf, UNIVERSE } from '../../bench/topics/universe.ts';
import { Decoder, matches } from '../../src/index.ts';

const subscriptions = mixedSubscriptions(1000, 1);

/** Mean number of filters that match a topic drawn from all. */
function meanMatches(filters: readonly string[]): number {
  const topics = Array.from({ length: 200 }, (_, i) => topicOf(Math.floor(((i + 0.5) * UNIVERSE) / 200)));
  const found = topics.map((topic) => filters.filter((filter) => matches(filter, topic)).length);
  return found.reduce((sum, count) => sum + count, 0) / topics.length;
}

describe('topics of the benchmark', () => {
  it('have five levels, and are all different', () => {
    expect(levelsOf(0)).toHaveLength(5);
    const some = Array.from({ length: 20_000 }, (_, i) => topicOf(i * 499));
    expect(new Set(some).size).toBe(some.length);
  });
});

describe('subscriptions of the benchmark', () => {
  it('are 70 % exact, 20 % with +, 8 % with #, 2 % with both', () => {
    const count = (plus: boolean, hash: boolean): number =>
      subscriptions.filters.filter((one) => one.includes('+') === plus && one.endsWith('#') === hash).length;
    expect([count(false, false), count(true, false), count(false, true), count(true, true)]).toEqual([
      700, 200, 80, 20,
    ]);
  });

  it('match about as many topics as wanted', () => {
    expect(meanMatches(subscriptions.filters)).toBeGreaterThan(0.4);
    expect(meanMatches(subscriptions.filters)).toBeLessThan(2);
    const { filters } = mixedSubscriptions(1000, 10);
    expect(meanMatches(filters)).toBeGreaterThan(7);
    expect(meanMatches(filters)).toBeLessThan(13);
  });

  it('are never the same twice', () => {
    for (const { filters, subscribers } of [mixedSubscriptions(2000, 10), fanOutSubscriptions(5, 100)]) {
      const ids = new Map([...new Set(subscribers)].map((subscriber, id) => [subscriber, id]));
      const pairs = filters.map((filter, i) => `${filter} ${ids.get(subscribers[i]!)}`);
      expect(new Set(pairs).size).toBe(pairs.length);
    }
    expect(new Set(distinctSubscriptions(2000).filters).size).toBe(2000);
  });

  it('match each topic of the fan-out with one filter', () => {
    const fanOut = fanOutSubscriptions(9, 10);
    const [topic] = exactTraffic(fanOut, true).strings()[0]!;
    expect(fanOut.filters.filter((filter) => matches(filter, topic!))).toHaveLength(10);
  });
});

describe('traffic of the benchmark', () => {
  const traffic = zipfTraffic(subscriptions, true);

  it('is the same as strings, as bytes and as packets', () => {
    traffic.strings().forEach((topics, slice) => {
      const fromBytes = traffic
        .bytes()
        [slice]!.flatMap(({ bytes, positions, count }) =>
          Array.from({ length: count }, (_, i) =>
            bytes.toString('utf8', positions[2 * i], positions[2 * i + 1]),
          ),
        );
      const decoder = new Decoder();
      const fromPackets: string[] = [];
      for (const chunk of traffic.packets()[slice]!) {
        decoder.push(chunk);
        while (decoder.next()) fromPackets.push(decoder.topic);
        expect(decoder.pendingBytes).toBe(0);
      }
      expect(fromBytes).toEqual(topics);
      expect(fromPackets).toEqual(topics);
    });
  });

  it('has topics that come again, or none', () => {
    const hot = traffic.strings().flat();
    const unique = uniqueTraffic(subscriptions, true).strings().flat();
    expect(new Set(hot).size).toBeLessThan(hot.length / 2);
    expect(new Set(unique).size).toBe(unique.length);
  });
});

describe.each([
  ['map trie', () => new MapTrie()],
  ['string cache', () => new StringCache()],
])('%s', (_, make) => {
  it('follows MQTT 4.7, also when filters have gone', () => {
    const filters = ['a/b', 'a/+', '+/b', '#', 'a/#', 'a//b', '/+', '+/+', '$SYS/#', '+/x', 'a/+/#', '/'];
    const topics = ['a', 'a/b', 'a/', '/', '/b', 'a//b', '$SYS', '$SYS/x', 'b', 'A/b', 'a/b/c'];
    const matcher = make();
    const subscribers = filters.map((__, value) => ({ value }));
    for (const [i, filter] of filters.entries()) matcher.add(filter, subscribers[i]!);
    const check = (there: readonly string[]): void => {
      for (const topic of topics) {
        const found = matcher.match(topic).map(({ value }) => filters[value]!);
        expect(found.sort()).toEqual(there.filter((filter) => matches(filter, topic)).sort());
      }
    };
    check(filters);
    for (let i = 0; i < filters.length; i += 2) matcher.remove(filters[i]!, subscribers[i]!);
    check(filters.filter((__, i) => i % 2 === 1));
  });
});
