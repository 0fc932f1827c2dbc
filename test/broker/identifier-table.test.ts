import fc from 'fast-check';
import { expect, test } from 'vitest';
import { IdentifierTable } from '../../src/broker/session/identifier-table.ts';

const identifier = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 65_535 }));
const change = fc.record({ identifier, value: fc.integer(), isSet: fc.boolean() });

test('says what a Map says', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 300 }), (changes) => {
      const table = new IdentifierTable<number>();
      const map = new Map<number, number>();
      for (const { identifier: at, isSet, value } of changes) {
        if (isSet) {
          table.set(at, value);
          map.set(at, value);
        } else expect(table.delete(at)).toBe(map.delete(at));
        expect(table.size).toBe(map.size);
        expect(table.has(at)).toBe(map.has(at));
        expect(table.get(at)).toBe(map.get(at));
      }
      const byIdentifier = (list: [number, number][]) => list.sort(([one], [other]) => one - other);
      expect(byIdentifier(table.entries())).toEqual(byIdentifier([...map]));
    }),
  );
});

test('holds all identifiers there are', () => {
  const table = new IdentifierTable<number>();
  for (let i = 65_535; i > 0; i--) table.set(i, -i);
  expect(table.size).toBe(65_535);
  for (let i = 1; i <= 65_535; i++) expect(table.get(i)).toBe(-i);
  expect(table.welcomes(1)).toBe(true);
});

test('with one that never comes back, others are chosen that need no more memory', () => {
  const table = new IdentifierTable<number>();
  table.set(1, 0);
  let skipped = 0;
  for (let i = 2; i <= 65_535; i++) {
    if (!table.welcomes(i)) {
      skipped++;
      continue;
    }
    table.set(i, 0);
    table.delete(i);
  }
  expect(table.has(1)).toBe(true);
  // every eighth shares its place with 1
  expect(skipped).toBe(8191);
});
