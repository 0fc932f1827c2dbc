import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TopicTree } from '../../src/topics/topic-tree.ts';

/** MQTT 4.7 level by level, as the specification tells it. */
function naive(filter: string, topic: string, hideDollarTopics: boolean): boolean {
  const filterLevels = filter.split('/');
  const topicLevels = topic.split('/');
  if (hideDollarTopics && topic.startsWith('$') && /^[+#]/.test(filter)) return false;
  for (const [i, level] of filterLevels.entries()) {
    if (level === '#') return true;
    if (i >= topicLevels.length || (level !== '+' && level !== topicLevels[i])) return false;
  }
  return filterLevels.length === topicLevels.length;
}

const levels = fc.constantFrom('', 'a', 'b', 'c', '$x');
const topicName = fc.array(levels, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('/') || '/');
const topicFilter = fc
  .tuple(
    fc.array(fc.oneof({ weight: 2, arbitrary: levels }, { weight: 1, arbitrary: fc.constant('+') }), {
      maxLength: 5,
    }),
    fc.boolean(),
  )
  .map(([parts, multiLevel]) => (multiLevel ? [...parts, '#'] : parts).join('/') || '+');

type Step =
  | { kind: 'set' | 'delete'; topic: string }
  | { kind: 'read'; filter: string; visits: number }
  | { kind: 'page'; which: number }
  | { kind: 'match'; filter: string }
  | { kind: 'clear' };

const step = fc.oneof<fc.WeightedArbitrary<Step>[]>(
  { weight: 60, arbitrary: fc.record({ kind: fc.constant('set' as const), topic: topicName }) },
  { weight: 40, arbitrary: fc.record({ kind: fc.constant('delete' as const), topic: topicName }) },
  {
    weight: 20,
    arbitrary: fc.record({
      kind: fc.constant('read' as const),
      filter: topicFilter,
      visits: fc.integer({ min: 1, max: 8 }),
    }),
  },
  { weight: 60, arbitrary: fc.record({ kind: fc.constant('page' as const), which: fc.nat(5) }) },
  { weight: 10, arbitrary: fc.record({ kind: fc.constant('match' as const), filter: topicFilter }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('clear' as const) }) },
);

/** A tree beside a Map, and walks of which is known what they have still to report. */
class Model {
  readonly #hideDollarTopics: boolean;
  readonly #tree: TopicTree<number>;
  readonly #topics = new Map<string, number>();
  readonly #walks: { pages: Iterator<[topic: string, value: number][]>; left: Set<string> }[] = [];

  constructor(hideDollarTopics: boolean) {
    this.#hideDollarTopics = hideDollarTopics;
    this.#tree = new TopicTree({ hideDollarTopics });
  }

  take(step: Step, value: number): void {
    const tree = this.#tree;
    switch (step.kind) {
      case 'set':
        tree.set(step.topic, value);
        this.#topics.set(step.topic, value);
        break;
      case 'delete':
        expect(tree.delete(step.topic)).toBe(this.#topics.delete(step.topic));
        for (const { left } of this.#walks) left.delete(step.topic);
        break;
      case 'read':
        this.#walks.push({
          pages: tree.pages(step.filter, { visits: step.visits }),
          left: new Set(this.#matching(step.filter)),
        });
        break;
      case 'page':
        this.#page(step.which);
        break;
      case 'match':
        expect([...tree.match(step.filter)].map(([topic]) => topic).sort()).toEqual(
          this.#matching(step.filter).sort(),
        );
        break;
      case 'clear':
        tree.clear();
        this.#topics.clear();
        for (const { left } of this.#walks) left.clear();
    }
    expect(tree.size).toBe(this.#topics.size);
  }

  finish(): void {
    while (this.#walks.length > 0) this.#page(0);
    expect(new Map(this.#tree)).toEqual(this.#topics);
    for (const [topic, value] of this.#topics) expect(this.#tree.get(topic)).toBe(value);
    for (const topic of this.#topics.keys()) expect(this.#tree.delete(topic)).toBe(true);
    expect([...this.#tree]).toEqual([]);
  }

  #page(which: number): void {
    const walk = this.#walks[which];
    if (walk === undefined) return;
    const { done, value } = walk.pages.next();
    if (done) {
      expect(walk.left).toEqual(new Set());
      this.#walks.splice(which, 1);
      return;
    }
    for (const [topic, found] of value) {
      expect(found).toBe(this.#topics.get(topic));
      expect(walk.left.delete(topic)).toBe(true);
    }
  }

  #matching(filter: string): string[] {
    return [...this.#topics.keys()].filter((topic) => naive(filter, topic, this.#hideDollarTopics));
  }
}

test('set, delete, clear, and any number of walks interleaved, against a Map and a naive matcher', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 150 }), fc.boolean(), (steps, hideDollarTopics) => {
      const model = new Model(hideDollarTopics);
      for (const [index, step] of steps.entries()) model.take(step, index);
      model.finish();
    }),
    { numRuns: 1000 },
  );
});
