import type { Contestant } from '../suite.ts';
import { filledIndex, type IndexKernel } from './index-contestants.ts';
import { type Matcher, StringCache } from './map-trie.ts';
import { compileSlices, type Expected, type SumOfSlice, slicedContestant } from './pass.ts';
import { filledMatcher, qlobber } from './rivals.ts';
import { mixedSubscriptions, type Subscriptions } from './subscriptions.ts';
import { type Traffic, zipfTraffic } from './traffic.ts';

/** Matches for each subscribe or unsubscribe; 0: there are none. */
export const RATES = [0, 1000, 100, 10] as const;

/** Those at which others are measured too. */
export const RIVAL_RATES: readonly number[] = [0, 1000];

export function atRate(name: string, rate: number): string {
  return rate === 0 ? name : `${name}, a change per ${rate.toLocaleString('en')}`;
}

/** Hot topics while subscriptions change: every other change takes back the one before. */
export function churning(size: number, quick: boolean): Contestant[] {
  const subscriptions = mixedSubscriptions(quick ? 500 : size, 1);
  const traffic = zipfTraffic(subscriptions, quick);
  const expected: Expected = new Map();
  // Their subscriber is worth nothing, so that the sums stay the same.
  const { filters } = mixedSubscriptions(4000, 0, 7);
  const contestants = RATES.flatMap((rate) => {
    const plan = { rate, filters, subscriber: { value: 0 } };
    const index = (kernel: IndexKernel): Sum => ({
      name: `index ${kernel}, packets`,
      sum: ofIndex(atRate(`churn ${kernel}`, rate), kernel, subscriptions, traffic, plan),
    });
    const matcher = (name: string, empty: Matcher): Sum => ({
      name,
      sum: ofMatcher(filledMatcher(empty, subscriptions), traffic, plan),
    });
    const others = RIVAL_RATES.includes(rate)
      ? [matcher('qlobber', qlobber()), matcher('string cache', new StringCache()), index('js')]
      : [];
    return [...others, index('wasm')].map(({ name, sum }) =>
      slicedContestant(atRate(name, rate), traffic, expected, sum),
    );
  });
  const plan = { rate: 0, filters, subscriber: { value: 0 } };
  const again = ofIndex('control', 'wasm', subscriptions, traffic, plan);
  return [...contestants, slicedContestant('control', traffic, expected, again)];
}

interface Sum {
  readonly name: string;
  readonly sum: SumOfSlice;
}

interface Plan {
  readonly rate: number;
  readonly filters: readonly string[];
  readonly subscriber: object;
}

/** Declares `afterMatch`, which makes the next change when it is time. */
function changesOf(add: string, remove: string, rate: number): string {
  if (rate === 0) return 'const afterMatch = () => {};';
  return `
    let wait = rate, next = 0, isThere = false;
    function afterMatch() {
      if (--wait > 0) return;
      wait = rate;
      if (isThere) {
        ${remove}(filters[next], subscriber);
        next = next + 1 === filters.length ? 0 : next + 1;
      } else {
        ${add}(filters[next], subscriber);
      }
      isThere = !isThere;
    }`;
}

function ofMatcher(matcher: Matcher, traffic: Traffic, plan: Plan): SumOfSlice {
  return compileSlices(
    { matcher, ...plan },
    traffic.bytes(),
    changesOf('matcher.add', 'matcher.remove', plan.rate),
    `const { bytes, positions, count } = item;
    for (let k = 0; k < count; k++) {
      const found = matcher.match(bytes.latin1Slice(positions[2 * k], positions[2 * k + 1]));
      for (let j = 0; j < found.length; j++) sum = (sum + found[j].value) | 0;
      afterMatch();
    }`,
  );
}

function ofIndex(
  label: string,
  kernel: IndexKernel,
  subscriptions: Subscriptions,
  traffic: Traffic,
  plan: Plan,
): SumOfSlice {
  const { codec, index } = filledIndex(label, subscriptions, { kernel });
  const decoder = new codec.Decoder({ protocolVersion: 4, kernel });
  return compileSlices(
    { index, decoder, ...plan },
    traffic.packets(),
    `const visit = (subscriber) => { sum = (sum + subscriber.value) | 0; };
    ${changesOf('index.subscribe', 'index.unsubscribe', plan.rate)}`,
    'decoder.push(item); while (decoder.next()) { index.match(decoder, visit); afterMatch(); }',
  );
}
