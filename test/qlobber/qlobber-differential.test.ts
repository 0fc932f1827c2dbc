import { createRequire } from 'node:module';
import fc, { type Arbitrary } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Qlobber, QlobberDedup, type QlobberOptions, QlobberTrue } from '../../src/qlobber/index.ts';
import type { ClientSubscription } from '../../src/qlobber/qlobber-sub.ts';
import { QlobberSub } from '../../src/qlobber/qlobber-sub.ts';
import { KERNELS } from '../fuzz/support.ts';

/** What npm qlobber's classes have in common, which has no types of its own. */
interface Original<Value, Matched> {
  add(filter: string, value?: Value): this;
  remove(filter: string, value?: Value): this;
  match(topic: string, context?: string): Matched;
  match_iter(topic: string, context?: string): Iterable<unknown>;
  test(topic: string, value?: Value): boolean;
  clear(): this;
  subscriptionsCount?: number;
}
type OriginalClass<Value, Matched> = new (options?: QlobberOptions) => Original<Value, Matched>;

const require = createRequire(import.meta.url);
const original = require('qlobber') as {
  Qlobber: OriginalClass<unknown, unknown[]>;
  QlobberDedup: OriginalClass<unknown, Set<unknown>>;
  QlobberTrue: OriginalClass<unknown, boolean>;
};
const OriginalSub = require('qlobber/aedes/qlobber-sub') as OriginalClass<ClientSubscription, object[]>;

interface Writing {
  separator: string;
  one: string;
  some: string;
}
const MQTT: Writing = { separator: '/', one: '+', some: '#' };
const LANGUAGES: [name: string, writing: Writing, options: QlobberOptions][] = [
  ['the default characters', { separator: '.', one: '*', some: '#' }, {}],
  [
    "MQTT's characters",
    MQTT,
    { separator: '/', wildcard_one: '+', wildcard_some: '#', match_empty_levels: true },
  ],
  ["MQTT's without empty words", MQTT, { separator: '/', wildcard_one: '+', wildcard_some: '#' }],
  [
    'exchanged characters',
    { separator: '+', one: '#', some: '/' },
    { separator: '+', wildcard_one: '#', wildcard_some: '/', match_empty_levels: true },
  ],
  [
    'strings',
    { separator: '::', one: 'any', some: '...' },
    { separator: '::', wildcard_one: 'any', wildcard_some: '...' },
  ],
];

/** Words with the characters of all languages in them; those that fill the index come beside them. */
const WORDS = [
  '',
  'a',
  'b',
  '$share',
  '$share$',
  '$x',
  'a+',
  '#b',
  '+',
  '.',
  '*',
  '/',
  '\ufffd',
  '\ud800',
  'é',
];

function wordsOf({ separator, one, some }: Writing, wildcards: boolean): Arbitrary<string> {
  const plain = WORDS.filter((word) => !word.includes(separator));
  const word = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...plain.slice(0, 3)) },
    { weight: 2, arbitrary: fc.constantFrom(...plain) },
    { weight: wildcards ? 3 : 0, arbitrary: fc.constant(one) },
    { weight: wildcards ? 2 : 0, arbitrary: fc.constant(some) },
  );
  return fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join(separator));
}

const VALUES = [0, 1, 'a', undefined, null, true, WORDS, Math.max];
const CLIENTS: ClientSubscription[] = ['', 'a', 'b'].flatMap((clientId) => [
  { clientId, topic: 'a', qos: 1 },
  { clientId, topic: 'b', qos: 2, rh: 0, rap: true, nl: false },
]);

type Step =
  | { kind: 'add' | 'remove' | 'test'; text: string; value: unknown }
  | { kind: 'match'; text: string; context: string | undefined }
  | { kind: 'clear' };

function steps(writing: Writing, values: unknown[]): Arbitrary<Step[]> {
  const filter = wordsOf(writing, true);
  const topic = fc.oneof({ weight: 4, arbitrary: wordsOf(writing, false) }, { weight: 1, arbitrary: filter });
  const value = fc.constantFrom(...values);
  const kind = <K extends Step['kind']>(name: K) => fc.constant(name);
  const context = fc.constantFrom(undefined, 'a');
  const step = fc.oneof<fc.WeightedArbitrary<Step>[]>(
    { weight: 24, arbitrary: fc.record({ kind: kind('add'), text: filter, value }) },
    { weight: 8, arbitrary: fc.record({ kind: kind('remove'), text: filter, value }) },
    { weight: 16, arbitrary: fc.record({ kind: kind('match'), text: topic, context }) },
    { weight: 6, arbitrary: fc.record({ kind: kind('test'), text: topic, value }) },
    { weight: 1, arbitrary: fc.record({ kind: kind('clear') }) },
  );
  return fc.array(step, { maxLength: 60 });
}

/** What a call returns or throws, made comparable: the order of values is nobody's promise. */
function outcome(call: () => unknown, values: unknown[]): unknown {
  let result: unknown;
  try {
    result = call();
  } catch (error) {
    return (error as Error).message;
  }
  if (typeof result === 'boolean') return result;
  const list = [...(result as Iterable<unknown>)];
  const named = list.map((value) =>
    values === CLIENTS
      ? Object.entries(value as object)
          .sort()
          .join()
      : values.indexOf(value),
  );
  return { isSet: result instanceof Set, values: named.sort() };
}

interface Subject extends Original<never, unknown> {}

function compare(ours: Subject, theirs: Subject, taken: Step[], values: unknown[]): void {
  for (const step of taken) {
    const both = (call: (subject: Subject) => unknown) =>
      expect(outcome(() => call(ours), values)).toEqual(outcome(() => call(theirs), values));
    switch (step.kind) {
      case 'add':
      case 'remove':
        both((subject) => subject[step.kind](step.text, step.value as never) === subject);
        expect(ours.subscriptionsCount).toBe(theirs.subscriptionsCount);
        break;
      case 'match':
        both((subject) => subject.match(step.text, step.context));
        both((subject) => subject.match_iter(step.text, step.context));
        break;
      case 'test':
        both((subject) => subject.test(step.text, step.value as never));
        break;
      case 'clear':
        both((subject) => subject.clear() === subject);
    }
  }
}

const CLASSES = [
  ['Qlobber', Qlobber, original.Qlobber, VALUES],
  ['QlobberDedup', QlobberDedup, original.QlobberDedup, VALUES],
  ['QlobberTrue', QlobberTrue, original.QlobberTrue, VALUES],
  ['QlobberSub', QlobberSub, OriginalSub, CLIENTS],
] as unknown as [
  string,
  new (options: QlobberOptions) => Subject,
  new (options: QlobberOptions) => Subject,
  unknown[],
][];

describe.each(KERNELS)('on the kernel %s', (kernel) => {
  describe.each(LANGUAGES)('with %s', (_language, writing, options) => {
    test.each(CLASSES)('%s is the same as in npm qlobber', (_name, Ours, Theirs, values) => {
      const ours = new Ours({ ...options, kernel });
      const theirs = new Theirs(options);
      fc.assert(
        // few filters are compared one by one, more make an index
        fc.property(fc.constantFrom(0, 30), steps(writing, values), (more, taken) => {
          ours.clear();
          theirs.clear();
          for (let i = 0; i < more; i++) {
            const filter = ['more', i, i % 2 ? writing.one : i % 3 ? writing.some : 'x'].join(
              writing.separator,
            );
            for (const subject of [ours, theirs]) subject.add(filter, values[i % values.length] as never);
          }
          compare(ours, theirs, taken, values);
        }),
        { numRuns: 150 },
      );
    });
  });
});

describe.each(KERNELS)('on the kernel %s', (kernel) => {
  test.each([0, 30])('values come in the order of npm qlobber, with %i more filters', (more) => {
    const options = { separator: '/', wildcard_one: '+', wildcard_some: '#', match_empty_levels: true };
    const ours = new Qlobber({ ...options, kernel });
    const theirs = new original.Qlobber(options);
    const filter = fc
      .tuple(
        fc.constantFrom(0, 1, 14, 16, 31),
        fc.array(fc.constantFrom('a', '+'), { maxLength: 4 }),
        fc.boolean(),
      )
      .map(([same, words, some]) => [...Array(same).fill('a'), ...words, ...(some ? ['#'] : [])].join('/'));
    fc.assert(
      fc.property(fc.array(filter, { maxLength: 40, size: 'max' }), (filters) => {
        for (const subject of [ours, theirs]) {
          subject.clear();
          for (let i = 0; i < more; i++) subject.add(`more/${i}`, i);
          filters.forEach((text, i) => {
            subject.add(text, i);
          });
        }
        for (let levels = 1; levels <= 36; levels++) {
          const topic = Array(levels).fill('a').join('/');
          expect(ours.match(topic)).toEqual(theirs.match(topic));
        }
      }),
      { numRuns: 100 },
    );
  });
});
