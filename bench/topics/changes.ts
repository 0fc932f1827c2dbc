import { seeded } from '../codec/workloads.ts';
import { compile, type Subject } from '../suite.ts';
import { filledIndex, type IndexKernel } from './index-contestants.ts';
import { type Matcher, StringCache } from './map-trie.ts';
import { filledMatcher, qlobber } from './rivals.ts';
import { mixedSubscriptions, type Subscriptions, shuffle } from './subscriptions.ts';

/** Subscribes, and unsubscribes in another order; both return how many that were. */
interface Changes {
  subscribe(): number;
  unsubscribe(): number;
}

/** Subscriptions that come and go beside `size` others: CPU nanoseconds of each. */
export function changing(size: number, quick: boolean): Subject[] {
  const there = mixedSubscriptions(quick ? 500 : size, 1);
  const passing = mixedSubscriptions(quick ? 200 : 10_000, 0, 5);
  return [
    ofMatcher('qlobber', filledMatcher(qlobber(), there), passing),
    ofMatcher('string cache', filledMatcher(new StringCache(), there), passing),
    ofIndex('index wasm', 'wasm', there, passing),
    ofIndex('index js', 'js', there, passing),
    ofIndex('control', 'wasm', there, passing),
  ];
}

function ofMatcher(name: string, matcher: Matcher, passing: Subscriptions): Subject {
  const add = 'matcher.add(filters[i], subscribers[i])';
  const remove = 'matcher.remove(filters[i], subscribers[i])';
  return subjectOf(name, { matcher }, add, remove, passing);
}

function ofIndex(name: string, kernel: IndexKernel, there: Subscriptions, passing: Subscriptions): Subject {
  const { index } = filledIndex(name, there, { kernel });
  const add = "if (!index.subscribe(filters[i], subscribers[i])) throw new Error('subscribed already')";
  const remove = "if (!index.unsubscribe(filters[i], subscribers[i])) throw new Error('not subscribed')";
  return subjectOf(name, { index }, add, remove, passing);
}

function subjectOf(
  name: string,
  bindings: Readonly<Record<string, unknown>>,
  add: string,
  remove: string,
  { filters, subscribers }: Subscriptions,
): Subject {
  const order = Uint32Array.from(filters.keys());
  shuffle(order, seeded(6));
  const { subscribe, unsubscribe } = compile<Changes>(
    { ...bindings, filters, subscribers, order },
    `function subscribe() {
      let done = 0;
      for (let i = 0; i < filters.length; i++, done++) ${add};
      return done;
    }
    function unsubscribe() {
      let done = 0;
      for (; done < order.length; done++) { const i = order[done]; ${remove}; }
      return done;
    }
    return { subscribe, unsubscribe };`,
  );
  const timed = (change: () => number): number => {
    globalThis.gc?.({ type: 'minor' });
    const before = process.cpuUsage();
    const changes = change();
    const { user, system } = process.cpuUsage(before);
    return ((user + system) * 1000) / changes;
  };
  const run: Subject['run'] = async () => ({
    figures: { subscribe: timed(subscribe), unsubscribe: timed(unsubscribe) },
    sums: { changes: filters.length },
  });
  return { name, run };
}
