import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { KernelName } from '../../src/kernel/kernel.ts';
import type { TopicIndex, TopicSource } from '../../src/topics/index.ts';
import { decoderOf, KERNELS, makeIndex } from './indexes.ts';
import { NaiveIndex } from './model.ts';

// few words, so that filters overlap, and topics have prefixes in common; some longer than a slot of the kernels holds
const LEVELS = ['', 'a', 'b', 'c', '$s', 'é', 'a level of text that is long'];
const level = fc.constantFrom(...LEVELS);
const text = (levels: fc.Arbitrary<string>) =>
  fc
    .array(levels, { minLength: 1, maxLength: 5 })
    .map((parts) => parts.join('/'))
    .filter((joined) => joined !== '');
const topic = text(level);
const bareFilter = fc
  .tuple(text(fc.oneof(level, level, fc.constant('+'))), fc.nat(3))
  .map(([filter, end]) => (end === 0 ? `${filter}/#` : end === 1 ? filter.replace(/[^/]*$/, '#') : filter));
const filter = fc
  .tuple(bareFilter, fc.constantFrom('', '', '', '$share/g/', '$share/h/'))
  .map(([bare, share]) => share + bare);
const subscriber = fc.constantFrom('s1', 's2', 's3', 's4');

type Step =
  | { kind: 'subscribe'; filter: string; subscriber: string; identifier: number }
  | { kind: 'unsubscribe'; filter: string; subscriber: string }
  | { kind: 'unsubscribe one'; which: number }
  | { kind: 'match'; topics: string[] }
  | { kind: 'clear' };

const steps = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant('subscribe' as const),
        filter,
        subscriber,
        identifier: fc.integer({ min: 1, max: 9 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('unsubscribe' as const), filter, subscriber }) },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('unsubscribe one' as const), which: fc.nat() }) },
    {
      weight: 10,
      arbitrary: fc.record({
        kind: fc.constant('match' as const),
        topics: fc.array(fc.nat(11), { minLength: 1, maxLength: 8 }),
      }),
    },
    { weight: 1, arbitrary: fc.constant({ kind: 'clear' as const }) },
  ),
  { maxLength: 60 },
);

/** Compares what an index visits with the model: one member of each share group, and everybody else. */
function expectMatch(
  index: TopicIndex<string>,
  model: NaiveIndex,
  at: string | Uint8Array | TopicSource,
  name: string,
) {
  const alone: string[] = [];
  const shared: [shareName: string, member: string][] = [];
  const visited = index.match(at, (visitedSubscriber, { subscriptionIdentifier, shareName }) => {
    const found = `${visitedSubscriber} ${subscriptionIdentifier}`;
    if (shareName === undefined) alone.push(found);
    else shared.push([shareName, found]);
  });
  expect(alone.sort()).toEqual(model.match(name));
  const groups = [...model.groups(name)];
  expect(shared).toHaveLength(groups.length);
  expect(visited).toBe(alone.length + shared.length);
  for (const [filterOfGroup, members] of groups) {
    const candidate = shared.findIndex(
      ([shareName, member]) => filterOfGroup.startsWith(`$share/${shareName}/`) && members.includes(member),
    );
    expect(candidate).not.toBe(-1);
    shared.splice(candidate, 1);
  }
}

function apply(index: TopicIndex<string>, model: NaiveIndex, step: Step): void {
  if (step.kind === 'subscribe') {
    const { filter: f, subscriber: s, identifier } = step;
    expect(index.subscribe(f, s, { subscriptionIdentifier: identifier })).toBe(
      model.subscribe(f, s, identifier),
    );
  } else if (step.kind === 'unsubscribe') {
    expect(index.unsubscribe(step.filter, step.subscriber)).toBe(
      model.unsubscribe(step.filter, step.subscriber),
    );
  } else if (step.kind === 'unsubscribe one' && model.size > 0) {
    const all = [...model.filters].flatMap(([f, subscribers]) => [...subscribers.keys()].map((s) => [f, s]));
    const [f, s] = all[step.which % all.length];
    expect(index.unsubscribe(f, s)).toBe(true);
    model.unsubscribe(f, s);
  } else if (step.kind === 'clear') {
    index.clear();
    model.filters.clear();
  }
  expect(index.size).toBe(model.size);
  expect(index.filterCount).toBe(model.filterCount);
  expect(index.subscriberCount).toBe(model.subscriberCount);
}

describe.each(KERNELS)(
  'a topic index answers as a naive one whatever has changed in between (%s)',
  (kernel) => {
    const check = (
      program: typeof steps,
      ways: (index: TopicIndex<string>, model: NaiveIndex, names: string[]) => void,
      numRuns: number,
    ) => {
      fc.assert(
        fc.property(fc.array(topic, { minLength: 12, maxLength: 12 }), program, (topics, list) => {
          const index = makeIndex(kernel);
          const model = new NaiveIndex();
          for (const step of list) {
            if (step.kind === 'match')
              ways(
                index,
                model,
                step.topics.map((i) => topics[i]),
              );
            else apply(index, model, step);
          }
        }),
        { numRuns },
      );
    };

    test('by string', () => {
      check(
        steps,
        (index, model, names) => {
          for (const name of names) expectMatch(index, model, name, name);
        },
        400,
      );
    });

    test('by bytes', () => {
      check(
        steps,
        (index, model, names) => {
          for (const name of names) expectMatch(index, model, new TextEncoder().encode(name), name);
        },
        200,
      );
    });

    test.each(KERNELS)('by topic id of a decoder (%s)', (decoderKernel: KernelName) => {
      check(
        steps,
        (index, model, names) => {
          const decoder = decoderOf(decoderKernel, names);
          for (const name of names) {
            expect(decoder.next()).toBe(true);
            expectMatch(index, model, decoder, name);
          }
        },
        400,
      );
    });

    test('by topic id, with changes between the packets of a chunk', () => {
      fc.assert(
        fc.property(fc.array(topic, { minLength: 6, maxLength: 6 }), steps, (topics, list) => {
          const index = makeIndex(kernel);
          const model = new NaiveIndex();
          const names = list.map((_, i) => topics[(i * 5) % 6]);
          const decoder = decoderOf(kernel, names);
          list.forEach((step, i) => {
            apply(index, model, step as Step);
            decoder.next();
            expectMatch(index, model, decoder, names[i]);
          });
        }),
        { numRuns: 300 },
      );
    });

    test('many at once', () => {
      check(
        steps,
        (index, model, names) => {
          const bytes = new TextEncoder().encode(names.join(' '));
          const positions = new Int32Array(names.length * 2);
          let start = 0;
          names.forEach((name, i) => {
            positions[i * 2] = start;
            positions[i * 2 + 1] = start + new TextEncoder().encode(name).length;
            start = positions[i * 2 + 1] + 1;
          });
          const alone: string[][] = names.map(() => []);
          const shared: number[] = names.map(() => 0);
          index.matchMany(
            bytes,
            positions,
            names.length,
            (at, name, { shareName, subscriptionIdentifier }) => {
              if (shareName === undefined) alone[at].push(`${name} ${subscriptionIdentifier}`);
              else shared[at]++;
            },
          );
          expect(alone.map((found) => found.sort())).toEqual(names.map((name) => model.match(name)));
          expect(shared).toEqual(names.map((name) => model.groups(name).size));
        },
        200,
      );
    });
  },
);
