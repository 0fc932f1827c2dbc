import { type Random, seeded } from '../codec/workloads.ts';
import { DIMENSIONS, LEVELS, levelsOf, UNIVERSE } from './universe.ts';

/** Who subscribes. Contestants add up the values of the subscribers that they find. */
export interface Subscriber {
  readonly value: number;
}

export interface Subscriptions {
  readonly filters: readonly string[];
  /** The subscriber of each filter; nobody has the same filter twice. */
  readonly subscribers: readonly Subscriber[];
  /** The topics of the filters without a wildcard. */
  readonly exact: readonly number[];
}

const EXACT_SHARE = 0.7;
const SINGLE_LEVEL_SHARE = 0.2;
const MULTI_LEVEL_SHARE = 0.08;

/** How often `+` stands at each level: mostly for a device or a metric. */
const SINGLE_LEVEL_PLACES = [0.01, 0.04, 0.15, 0.5, 0.3];

/** Filters with both wildcards: x stays as it is. `share` is the part of all topics that they match. */
const BOTH_WILDCARDS = [
  { shape: '+x+x#', share: 1e-6 },
  { shape: 'x++x#', share: 1e-6 },
  { shape: '++xx#', share: 1e-6 },
  { shape: 'x+x+x#', share: 1 / 4000 },
  { shape: '+xx+#', share: 1 / 20_000 },
];

/**
 * Depths of `#` that are used to come closer to the matches wanted: `of` is the part of what is still missing that
 * they may add, `most` the part of all `#` that they may be. All others stand behind the device.
 */
const MULTI_LEVEL_DEPTHS = [
  { depth: 3, of: 0.5, most: 0.5 },
  { depth: 2, of: 0.5, most: 0.25 },
  { depth: 1, of: 1, most: 0.15 },
  { depth: 0, of: 1, most: 1 },
];

/** The part of all topics below the first `depth` levels of one. */
function shareBelow(depth: number): number {
  return DIMENSIONS.slice(0, depth).reduce((share, dimension) => share / dimension, 1);
}

/** 70 % exact filters, 20 % with one `+`, 8 % with `#`, 2 % with both; a topic matches about `matches` of them. */
function drawFilters(count: number, matches: number, random: Random): { filters: string[]; exact: number[] } {
  const any = (): number => Math.floor(random() * UNIVERSE);
  const exact = Array.from({ length: Math.floor(count * EXACT_SHARE) }, any);
  const filters = exact.map((number) => levelsOf(number).join('/'));
  let missing = matches - exact.length / UNIVERSE;
  for (let i = Math.floor(count * SINGLE_LEVEL_SHARE); i > 0; i--) {
    const levels = levelsOf(any());
    const place = pick(SINGLE_LEVEL_PLACES, random());
    levels[place] = '+';
    missing -= DIMENSIONS[place]! / UNIVERSE;
    filters.push(levels.join('/'));
  }
  const multiLevel = Math.floor(count * MULTI_LEVEL_SHARE);
  for (let i = count - filters.length - multiLevel; i > 0; i--) {
    const { shape, share } = BOTH_WILDCARDS[i % BOTH_WILDCARDS.length]!;
    const levels = levelsOf(any());
    missing -= share;
    filters.push([...shape].map((symbol, at) => (symbol === 'x' ? levels[at] : symbol)).join('/'));
  }
  const drawBelow = (depth: number): void => {
    filters.push([...levelsOf(any()).slice(0, depth), '#'].join('/'));
  };
  for (const { depth, of, most } of MULTI_LEVEL_DEPTHS) {
    const share = shareBelow(depth);
    const wanted = Math.round(Math.max(0, missing * of) / share);
    const drawn = Math.min(wanted, Math.floor(multiLevel * most), count - filters.length);
    missing -= drawn * share;
    for (let i = 0; i < drawn; i++) drawBelow(depth);
  }
  while (filters.length < count) drawBelow(LEVELS - 1);
  shuffle(filters, random);
  return { filters, exact };
}

function pick(weights: readonly number[], x: number): number {
  let at = 0;
  while (at < weights.length - 1 && x >= weights[at]!) x -= weights[at++]!;
  return at;
}

export function shuffle(list: unknown[] | Uint32Array, random: Random): void {
  for (let i = list.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [list[i], list[j]] = [list[j] as number, list[i] as number];
  }
}

function makeSubscribers(count: number, random: Random): Subscriber[] {
  return Array.from({ length: Math.max(1, count) }, () => ({ value: 1 + Math.floor(random() * 1e6) }));
}

/** A subscriber for every ten filters, the next one for a filter that came before. */
function spreadOver(filters: readonly string[], random: Random): Subscriber[] {
  const subscribers = makeSubscribers(Math.ceil(filters.length / 10), random);
  const next = new Map<string, number>();
  return filters.map((filter, i) => {
    const at = next.get(filter) ?? i;
    next.set(filter, at + 1);
    return subscribers[at % subscribers.length]!;
  });
}

/** `count` subscriptions; a topic drawn from all matches about `matches` of them, and the exact filter it may hit. */
export function mixedSubscriptions(count: number, matches: number, seed = 1): Subscriptions {
  const random = seeded(seed);
  const { filters, exact } = drawFilters(count, matches, random);
  return { filters, exact, subscribers: spreadOver(filters, random) };
}

/** The same with no filter twice. */
export function distinctSubscriptions(count: number): Subscriptions {
  const { filters, exact } = mixedSubscriptions(Math.ceil(count * 1.2), 1);
  const distinct = [...new Set(filters)].slice(0, count);
  if (distinct.length < count) throw new Error('too many filters were drawn twice');
  const everybody = makeSubscribers(count / 10, seeded(2));
  const subscribers = distinct.map((_, i) => everybody[i % everybody.length]!);
  return { filters: distinct, exact, subscribers };
}

/**
 * Every topic in `topics` matches one filter, which has `fanOut` subscribers: a third of the filters are exact, a
 * third has `+`, a third `#`. There are ten times as many subscribers.
 */
export function fanOutSubscriptions(topics: number, fanOut: number): Subscriptions {
  const random = seeded(3);
  const everybody = makeSubscribers(10 * fanOut, random);
  const exact = Array.from({ length: topics }, (_, i) => Math.floor(((i + random()) * UNIVERSE) / topics));
  const filters: string[] = [];
  const subscribers: Subscriber[] = [];
  exact.forEach((number, at) => {
    const levels = levelsOf(number);
    if (at % 3 === 1) levels[4] = '+';
    if (at % 3 === 2) levels.splice(4, 1, '#');
    const first = Math.floor(random() * everybody.length);
    for (let i = 0; i < fanOut; i++) {
      filters.push(levels.join('/'));
      subscribers.push(everybody[(first + i) % everybody.length]!);
    }
  });
  return { filters, exact, subscribers };
}
