import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { TopicTree } from '../../src/topics/topic-tree.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Bytes of the heap that `make` leaves behind, as long as its result lives. */
function heapOf(make: () => unknown): number {
  collect();
  const before = process.memoryUsage().heapUsed;
  const kept = make();
  collect();
  const bytes = process.memoryUsage().heapUsed - before;
  return kept === undefined ? 0 : bytes;
}

/** Nodes that a walk through all topics visits. */
function nodesOf(tree: TopicTree<number>): number {
  return [...tree.pages('#', { visits: 1 })].length - 1;
}

describe('memory of a topic tree', () => {
  test('is at most 250 bytes for a topic beside its text', () => {
    const topics = Array.from(
      { length: 50_000 },
      (_, i) => `region-${i % 7}/site-${i % 50}/device-${i >> 2}/metric-${i % 3}`,
    );
    // makes texts of their own of what the engine has as concatenations
    for (const topic of topics) Buffer.byteLength(topic);
    const bytes = heapOf(() => {
      const tree = new TopicTree<number>();
      for (const topic of topics) tree.set(topic, 1);
      return tree;
    });
    expect(bytes / topics.length).toBeLessThan(250);
  });

  test('does not depend on the number of levels of a topic that shares none', () => {
    const deep = (i: number) => `${i}/${'x/'.repeat(10_000)}end`;
    const tree = new TopicTree<number>();
    for (let i = 0; i < 10; i++) tree.set(deep(i), i);
    expect(nodesOf(tree)).toBe(11);
  });

  test('is free again after deletion: branches go with the topics that they were for', () => {
    const tree = new TopicTree<number>().set('a/b/c/d', 1).set('x/y/z', 2);
    expect(nodesOf(tree)).toBe(3);
    for (const topic of ['a/b/c/e', 'a/b/c', 'a', 'a/f', 'a/b/c/d/g']) tree.set(topic, 3);
    expect(nodesOf(tree)).toBeGreaterThan(8);
    for (const topic of ['a', 'a/b/c/e', 'a/f', 'a/b/c/d/g', 'a/b/c']) tree.delete(topic);
    expect(nodesOf(tree)).toBe(3);
    expect([...tree.match('a/b/+/d')]).toEqual([['a/b/c/d', 1]]);
    tree.delete('x/y/z');
    tree.delete('a/b/c/d');
    expect(nodesOf(tree)).toBe(1);
  });

  test('is free again where a level has one topic left beside its own', () => {
    const tree = new TopicTree<number>();
    const bytes = heapOf(() => {
      for (let i = 0; i < 10_000; i++) tree.set(`${i}`, i).set(`${i}/a`, i).set(`${i}/b`, i);
      for (let i = 0; i < 10_000; i++) tree.delete(`${i}/b`);
      return tree;
    });
    // a Map takes 180 bytes even for one child
    expect(bytes / 10_000).toBeLessThan(380);
  });

  test('does not hold on to a long topic for the sake of a level that others share', () => {
    const tree = new TopicTree<number>();
    const bytes = heapOf(() => {
      for (let i = 0; i < 200; i++) {
        const level = `a level of more than a few characters ${i}`;
        const long = Buffer.alloc(60_000, `${level}/long`).toString();
        tree.set(long, i).set(`${level}/short`, i).set(`${level}/other`, i).delete(long);
      }
      return tree;
    });
    expect(tree.size).toBe(400);
    expect(bytes).toBeLessThan(1_000_000);
  });
});
