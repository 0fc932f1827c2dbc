import { describe, expect, test } from 'vitest';
import { TopicTree } from '../../src/topics/topic-tree.ts';

type Page = [topic: string, value: number][];

function grid(first: number, second: number, third: number): TopicTree<number> {
  const tree = new TopicTree<number>();
  for (let a = 0; a < first; a++)
    for (let b = 0; b < second; b++) for (let c = 0; c < third; c++) tree.set(`${a}/${b}/${c}`, tree.size);
  return tree;
}

function topicsOf(pages: Iterable<Page>): string[] {
  return [...pages].flat().map(([topic]) => topic);
}

describe('pages', () => {
  test('together are the same as match, however they are cut', () => {
    const tree = grid(5, 6, 7);
    tree.set('1/2', 0).set('1', 0).set('$SYS/0/0', 0);
    for (const filter of ['#', '+/+/3', '1/#', '+/2/#', '1/2', 'none/#', '+/+/+/x']) {
      const whole = [...tree.match(filter)];
      for (const visits of [1, 2, 3, 7, 100, 10_000, Number.POSITIVE_INFINITY]) {
        expect([...tree.pages(filter, { visits })].flat()).toEqual(whole);
      }
    }
  });

  test('hold no more topics than nodes were visited', () => {
    const tree = grid(10, 10, 10);
    const pages = [...tree.pages('#', { visits: 50 })];
    // 1,000 topics, 100 levels of two, 10 of one, the root
    expect(pages.length).toBe(Math.floor(1111 / 50) + 1);
    for (const page of pages) expect(page.length).toBeLessThanOrEqual(50);
  });

  test('come, though empty, when nothing is found', () => {
    const tree = grid(10, 10, 10);
    const pages = [...tree.pages('+/+/+/x', { visits: 50 })];
    expect(pages.length).toBeGreaterThan(20);
    expect(pages.flat()).toEqual([]);
  });

  test('are few when the filter leads straight to its topics', () => {
    const tree = grid(10, 10, 10);
    expect([...tree.pages('3/4/#', { visits: 20 })]).toHaveLength(1);
    expect([...tree.pages('3/+/5', { visits: 40 })]).toHaveLength(1);
    expect([...new TopicTree().pages('#')]).toEqual([[]]);
  });

  test('are cut by default, and by at least one visit', () => {
    const tree = grid(30, 30, 30);
    const pages = [...tree.pages('#')];
    expect(pages.length).toBeGreaterThan(5);
    expect(pages.length).toBeLessThan(50);
    for (const visits of [0, -1, Number.NaN]) {
      expect(topicsOf(tree.pages('0/0/#', { visits }))).toHaveLength(30);
    }
  });
});

describe('a tree that changes between pages', () => {
  test('does not report a topic that was deleted before its turn', () => {
    const tree = grid(4, 4, 4);
    const walk = tree.pages('#', { visits: 20 });
    const first: Page = walk.next().value;
    const seen = first.map(([topic]) => topic);
    for (const [topic] of [...tree]) if (!seen.includes(topic) && topic.endsWith('3')) tree.delete(topic);
    const rest = topicsOf(walk);
    expect(rest.filter((topic) => topic.endsWith('3'))).toEqual([]);
    expect(new Set([...seen, ...rest])).toEqual(new Set([...seen, ...[...tree].map(([topic]) => topic)]));
  });

  test('does not report a topic that is deleted just before its turn', () => {
    const tree = new TopicTree<number>().set('a', 1).set('a/b', 2).set('c/d', 3).set('c/e', 4).set('c/f', 5);
    for (const [visits, deleted] of [
      // the only child of a branch that was just visited
      [2, ['a/b']],
      [3, ['a/b']],
      // what is left in a branch that had more children when the walk came to it
      [5, ['c/e', 'c/f']],
    ] as const) {
      const walk = tree.pages('#', { visits });
      const seen = topicsOf([walk.next().value]);
      const gone = deleted.filter((topic) => !seen.includes(topic));
      for (const topic of gone) tree.delete(topic);
      seen.push(...topicsOf(walk));
      expect(seen.filter((topic) => gone.includes(topic as never))).toEqual([]);
      for (const topic of gone) tree.set(topic, 6);
    }
  });

  test('reports the value that a topic has at its turn', () => {
    const tree = grid(2, 2, 2);
    const walk = tree.match('#');
    walk.next();
    tree.set('1/1/1', 99);
    expect(new Map(walk).get('1/1/1')).toBe(99);
  });

  test('does not report what was set since, and a topic that was set anew is another', () => {
    const tree = grid(2, 2, 2);
    const walk = tree.pages('#', { visits: 6 });
    const first: Page = walk.next().value;
    expect(first.length).toBeGreaterThan(1);
    const [[reported]] = first;
    tree.delete(reported);
    tree.set(reported, 1);
    tree.delete('1/1/1');
    tree.set('1/1/1', 1);
    tree.set('1/1/new', 1);
    const rest = topicsOf(walk);
    expect(rest).not.toContain(reported);
    expect(rest).not.toContain('1/1/1');
    expect(rest).not.toContain('1/1/new');
    expect([...first, ...rest]).toHaveLength(7);
  });

  test('ends the walk when it is cleared', () => {
    const tree = grid(3, 3, 3);
    const pages = tree.pages('#', { visits: 5 });
    pages.next();
    tree.clear();
    tree.set('0/0/0', 1);
    expect(topicsOf(pages)).toEqual([]);
  });

  test('comes to an end though each page brings more topics than it reports', () => {
    const tree = grid(3, 3, 3);
    let pages = 0;
    const seen: string[] = [];
    for (const page of tree.pages('#', { visits: 3 })) {
      seen.push(...page.map(([topic]) => topic));
      for (let i = 0; i < 10; i++) tree.set(`${pages}/new/${i}`, 0).set(`2/2/${pages}-${i}`, 0);
      pages++;
      expect(pages).toBeLessThan(100);
    }
    expect(seen.sort()).toEqual(topicsOf(grid(3, 3, 3).pages('#')).sort());
  });

  test('finds a topic that moves up to the place of a branch, or down into a new one', () => {
    // alone below "a", the topic lies there; with another it lies in a branch
    for (const visits of [1, 2, 3, 4, 5, 6]) {
      const tree = new TopicTree<number>().set('a/b/c', 1).set('a/b/d', 2).set('b/c', 3).set('c/d', 4);
      const walk = tree.pages('#', { visits });
      const seen = topicsOf([walk.next().value]);
      tree.delete('a/b/d');
      tree.set('b/d', 5).set('c/d/e', 6);
      seen.push(...topicsOf(walk));
      expect(seen.filter((topic) => topic !== 'a/b/d').sort()).toEqual(['a/b/c', 'b/c', 'c/d']);
      expect(new Set(seen).size).toBe(seen.length);
    }
  });
});
