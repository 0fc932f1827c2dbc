import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matches } from '../../src/topics/matches.ts';
import { matchesNaively } from './naive.ts';

// filter, topic, whether they match
const TABLE: [filter: string, topic: string, expected: boolean][] = [
  // no wildcard
  ['a', 'a', true],
  ['a/b', 'a/b', true],
  ['a/b', 'a', false],
  ['a', 'a/b', false],
  ['a', 'ab', false],
  ['ab', 'a', false],
  ['$SYS/x', '$SYS/x', true],
  // 4.7.1.2: the multi-level wildcard, parent level included
  ['sport/tennis/player1/#', 'sport/tennis/player1', true],
  ['sport/tennis/player1/#', 'sport/tennis/player1/ranking', true],
  ['sport/tennis/player1/#', 'sport/tennis/player1/score/wimbledon', true],
  ['sport/tennis/player1/#', 'sport/tennis/player10', false],
  ['sport/#', 'sport', true],
  ['sport/#', 'sport/', true],
  ['sport/#', 'sports', false],
  ['sport/#', 'spor', false],
  ['#', 'a', true],
  ['#', 'a/b/c', true],
  ['#', '/', true],
  ['/#', '/', true],
  ['/#', '/a', true],
  ['/#', 'a', false],
  // 4.7.1.3: the single-level wildcard
  ['sport/tennis/+', 'sport/tennis/player1', true],
  ['sport/tennis/+', 'sport/tennis/player1/ranking', false],
  ['sport/+', 'sport', false],
  ['sport/+', 'sport/', true],
  ['+', 'a', true],
  ['+', 'a/b', false],
  ['+/b', 'a/b', true],
  ['a/+/c', 'a/b/c', true],
  ['a/+/c', 'a/b/d', false],
  ['a/+/c', 'a/c', false],
  ['a/+/c', 'a/b/b/c', false],
  ['+/+', 'a/b', true],
  ['+/+', 'a', false],
  ['+/#', 'a', true],
  ['+/#', 'a/b/c', true],
  ['a/+/#', 'a', false],
  ['a/+/#', 'a/b', true],
  ['a/+/#', 'a/', true],
  // empty levels
  ['+/+', '/finance', true],
  ['/+', '/finance', true],
  ['+', '/finance', false],
  ['a//b', 'a//b', true],
  ['a//b', 'a/b', false],
  ['a/+/b', 'a//b', true],
  ['+/+', '/', true],
  ['+/+/+', '//', true],
  ['a', 'a/', false],
  ['a/', 'a', false],
  // MQTT-4.7.2-1: $ topics are hidden from leading wildcards only
  ['#', '$SYS/x', false],
  ['+/x', '$SYS/x', false],
  ['+/monitor/Clients', '$SYS/monitor/Clients', false],
  ['$SYS/#', '$SYS/x', true],
  ['$SYS/#', '$SYS', true],
  ['$SYS/monitor/+', '$SYS/monitor/Clients', true],
  ['a/#', 'a/$SYS', true],
  ['a/+', 'a/$SYS', true],
  // MQTT-4.7.3-4: compared character by character
  ['A', 'a', false],
  ['\u00c5', 'A\u030a', false],
  ['caf\u00e9/+', 'caf\u00e9/1', true],
  ['\u{1f600}/+', '\u{1f600}/\u{1f601}', true],
];

describe('matches (MQTT 4.7)', () => {
  test.each(TABLE)('%j and %j: %s', (filter, topic, expected) => {
    expect(matches(filter, topic)).toBe(expected);
    expect(matchesNaively(filter, topic)).toBe(expected);
  });

  test('agrees with a level-by-level matcher', () => {
    const level = fc.constantFrom('', 'a', 'b', 'aa', '$', '$SYS', 'é', '\u{1f600}');
    const notEmpty = (text: string) => text !== '';
    const topic = fc
      .array(level, { minLength: 1, maxLength: 6 })
      .map((levels) => levels.join('/'))
      .filter(notEmpty);
    const filter = fc
      .tuple(fc.array(fc.oneof(level, fc.constant('+')), { minLength: 1, maxLength: 6 }), fc.boolean())
      .map(([levels, all]) => (all ? [...levels, '#'] : levels).join('/'))
      .filter(notEmpty);
    fc.assert(
      fc.property(filter, topic, (f, t) => {
        expect(matches(f, t)).toBe(matchesNaively(f, t));
      }),
      { numRuns: 5_000 },
    );
  });

  test('agrees with it on filters that were made from the topic', () => {
    const level = fc.constantFrom('', 'a', 'b', '$SYS', 'long level text');
    const pair = fc.array(level, { minLength: 2, maxLength: 8 }).chain((levels) =>
      fc
        .tuple(
          fc.array(fc.boolean(), { minLength: levels.length, maxLength: levels.length }),
          fc.option(fc.nat(levels.length), { nil: undefined }),
        )
        .map(([plus, cut]) => {
          const filterLevels = levels.map((text, i) => (plus[i] ? '+' : text));
          return {
            topic: levels.join('/'),
            filter: (cut === undefined ? filterLevels : [...filterLevels.slice(0, cut), '#']).join('/'),
          };
        }),
    );
    fc.assert(
      fc.property(pair, ({ filter, topic }) => {
        expect(matches(filter, topic)).toBe(matchesNaively(filter, topic));
      }),
      { numRuns: 5_000 },
    );
  });

  test('65,535 bytes with 32,768 levels', () => {
    const topic = Array.from({ length: 32_768 }, () => 'a').join('/');
    const everyLevel = Array.from({ length: 32_768 }, () => '+').join('/');
    expect(topic).toHaveLength(65_535);
    expect(matches(topic, topic)).toBe(true);
    expect(matches(everyLevel, topic)).toBe(true);
    expect(matches(`${everyLevel.slice(0, -1)}b`, topic)).toBe(false);
    expect(matches(`${everyLevel.slice(0, -1)}#`, topic)).toBe(true);
    expect(matches('#', '/'.repeat(65_535))).toBe(true);
    expect(matches('+'.padEnd(65_535, '/+'), '/'.repeat(32_767))).toBe(true);
  });
});
