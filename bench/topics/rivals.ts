import { createRequire } from 'node:module';
import { parser } from 'mqtt-packet';
import type { Contestant } from '../suite.ts';
import type { Matcher } from './map-trie.ts';
import { compileSlices, type Expected, slicedContestant } from './pass.ts';
import type { Subscriptions } from './subscriptions.ts';
import type { Traffic } from './traffic.ts';

/** npm qlobber, which comes without types. */
const { Qlobber } = createRequire(import.meta.url)('qlobber') as {
  Qlobber: new (options: object) => Matcher;
};

/**
 * Set up for MQTT as mqemitter does, with no limit that worst cases would run into. Its other options stay at their
 * defaults, which are the fastest but for what `splitsCached` is there for.
 */
export function qlobber(options: object = {}): Matcher {
  const mqtt = { separator: '/', wildcard_one: '+', wildcard_some: '#', match_empty_levels: true };
  return new Qlobber({ ...mqtt, max_words: 100_000, ...options });
}

/** The levels of topics that come again are remembered: faster with few filters, slower with many. */
export const splitsCached = { cache_splits: 16_384 };

export function filledMatcher<M extends Matcher>(matcher: M, { filters, subscribers }: Subscriptions): M {
  for (let i = 0; i < filters.length; i++) matcher.add(filters[i]!, subscribers[i]!);
  return matcher;
}

const ADD_UP = `
  for (let j = 0; j < found.length; j++) sum = (sum + found[j].value) | 0;`;

/** Topics as bytes, of which it needs strings: `latin1Slice`, the fastest way there is, which is right for ASCII only. */
export function onBytes(name: string, matcher: Matcher, traffic: Traffic, expected: Expected): Contestant {
  const slices = traffic.bytes();
  const sumOfSlice = compileSlices(
    { matcher },
    slices,
    '',
    `const { bytes, positions, count } = item;
    for (let k = 0; k < count; k++) {
      const found = matcher.match(bytes.latin1Slice(positions[2 * k], positions[2 * k + 1]));
      ${ADD_UP}
    }`,
  );
  return slicedContestant(name, traffic, expected, sumOfSlice);
}

/** Topics as string objects that come again. */
export function onStrings(name: string, matcher: Matcher, traffic: Traffic, expected: Expected): Contestant {
  const slices = traffic.strings();
  const body = `const found = matcher.match(item); ${ADD_UP}`;
  return slicedContestant(name, traffic, expected, compileSlices({ matcher }, slices, '', body));
}

/** PUBLISH packets, which mqtt-packet makes objects of. */
export function onPackets(name: string, matcher: Matcher, traffic: Traffic, expected: Expected): Contestant {
  const slices = traffic.packets();
  const stream = parser({ protocolVersion: 4 });
  const sumOfSlice = compileSlices(
    { matcher, stream },
    slices,
    `stream.on('packet', (packet) => {
      const found = matcher.match(packet.topic);
      ${ADD_UP}
    });`,
    'stream.parse(item);',
  );
  return slicedContestant(name, traffic, expected, sumOfSlice);
}

/** All filters in turn, by a function that says whether one matches. */
export function linearScan(
  name: string,
  matches: (filter: string, topic: string) => boolean,
  { filters, subscribers }: Subscriptions,
  traffic: Traffic,
  expected: Expected,
): Contestant {
  const slices = traffic.strings();
  const sumOfSlice = compileSlices(
    { matches, filters, subscribers },
    slices,
    '',
    `for (let k = 0; k < filters.length; k++) {
      if (matches(filters[k], item)) sum = (sum + subscribers[k].value) | 0;
    }`,
  );
  return slicedContestant(name, traffic, expected, sumOfSlice);
}
