import { createRequire } from 'node:module';
import { loadCodec } from '../codec/load.ts';
import { seeded } from '../codec/workloads.ts';
import { type Contestant, compile } from '../suite.ts';
import { type Expected, slicedContestant } from './pass.ts';
import { linearScan } from './rivals.ts';
import { mixedSubscriptions, type Subscriptions } from './subscriptions.ts';
import { type Traffic, trafficOf } from './traffic.ts';
import { topicOf, UNIVERSE } from './universe.ts';

type Matches = (filter: string, topic: string) => boolean;

const require = createRequire(import.meta.url);

/** Functions that tell whether one filter matches one topic. */
export function functions(): Readonly<Record<string, Matches>> {
  return {
    'mqtt-pattern': (require('mqtt-pattern') as { matches: Matches }).matches,
    'mqtt-match': require('mqtt-match') as Matches,
    matches: loadCodec('matches').matches,
  };
}

/** One filter and one topic at a time, every other of which matches. */
export function singlePairs(quick: boolean): Contestant[] {
  const { filters } = mixedSubscriptions(quick ? 200 : 4000, 0, 8);
  const random = seeded(9);
  const topics = filters.map((filter, i) =>
    i % 2 === 0
      ? topicOf(Math.floor(random() * UNIVERSE))
      : filter.replaceAll('+', 'any').replace('#', 'status'),
  );
  const traffic = trafficOf([topics]);
  const expected: Expected = new Map();
  const all = { ...functions(), control: loadCodec('control').matches };
  return Object.entries(all).map(([name, matches]) => {
    const body = `return function sumOfSlice() {
      let sum = 0;
      for (let i = 0; i < filters.length; i++) if (matches(filters[i], topics[i])) sum = (sum + i) | 0;
      return sum;
    };`;
    return slicedContestant(name, traffic, expected, compile({ matches, filters, topics }, body));
  });
}

/** Topics against all filters in turn. */
export function scans(subscriptions: Subscriptions, traffic: Traffic, expected: Expected): Contestant[] {
  return Object.entries(functions()).map(([name, matches]) =>
    linearScan(`${name}, every filter`, matches, subscriptions, traffic, expected),
  );
}
