import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FilterShapes } from '../../src/topics/filter-shapes.ts';

/** The distinct beginnings of filters in which every level of text is the same. */
function naiveSize(filters: readonly string[]): number {
  const beginnings = new Set<string>(['']);
  for (const filter of filters) {
    let beginning = '';
    for (const level of filter.split('/')) {
      if (level === '#') break;
      beginning += level === '+' ? '+' : 'a';
      beginnings.add(beginning);
    }
  }
  return beginnings.size;
}

test('the size is exact whatever is added and removed', () => {
  const filter = fc
    .tuple(fc.array(fc.constantFrom('+', '+', '', 'a', 'text'), { minLength: 1, maxLength: 7 }), fc.boolean())
    .map(([levels, open]) => (open ? [...levels, '#'] : levels).join('/'));
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), filter, fc.nat()), { maxLength: 80 }), (steps) => {
      const shapes = new FilterShapes();
      const filters: string[] = [];
      for (const [remove, added, which] of steps) {
        if (remove && filters.length > 0) {
          const [removed] = filters.splice(which % filters.length, 1);
          shapes.read(removed);
          shapes.remove();
        } else {
          expect(shapes.read(added)).toBe(added.split('/').length);
          expect(shapes.plusCount).toBe(added.split('/').filter((level) => level === '+').length);
          expect(shapes.size + shapes.missing()).toBe(naiveSize([...filters, added]));
          shapes.add();
          filters.push(added);
        }
        expect(shapes.size).toBe(naiveSize(filters));
      }
      while (filters.length > 0) {
        shapes.read(filters.pop() as string);
        shapes.remove();
      }
      expect(shapes.size).toBe(1);
    }),
    { numRuns: 1_000 },
  );
});

describe('memory', () => {
  test('is used again', () => {
    const shapes = new FilterShapes();
    for (let round = 0; round < 200; round++) {
      const filters = Array.from({ length: 20 }, (_, i) =>
        Array.from({ length: 10 }, (_, bit) => (((i * 31 + round) >> bit) & 1 ? '+' : 'a')).join('/'),
      );
      for (const filter of filters) {
        shapes.read(filter);
        shapes.add();
      }
      for (const filter of filters) {
        shapes.read(filter);
        shapes.remove();
      }
    }
    expect(shapes.size).toBe(1);
    expect(shapes.bytes).toBeLessThan(8_192);
  });
});
