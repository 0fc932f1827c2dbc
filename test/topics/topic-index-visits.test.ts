import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decoderOf, found, KERNELS, makeIndex } from './indexes.ts';

describe.each(KERNELS)('what a visitor may do (%s)', (kernel) => {
  test('subscribe: who comes during a visit is visited from the next one on', () => {
    const index = makeIndex(kernel);
    for (const subscriber of ['x', 'y', 'z']) index.subscribe('a', subscriber);
    const seen: string[] = [];
    index.match('a', (subscriber) => {
      seen.push(subscriber);
      // enough to move everything
      for (let i = 0; i < 3_000; i++)
        index.subscribe(`${subscriber}/${i}/+/a long filter for ${i}`, `${subscriber}${i}`);
      index.subscribe('a', `${subscriber} again`);
    });
    expect(seen.sort()).toEqual(['x', 'y', 'z']);
    expect(found(index, 'a')).toHaveLength(6);
  });

  test('unsubscribe: who has no subscription any more is skipped, and nobody takes the place', () => {
    const index = makeIndex(kernel);
    const all = Array.from({ length: 50 }, (_, i) => `s${i}`);
    for (const subscriber of all) index.subscribe('a', subscriber);
    index.subscribe('other', 's49');
    const seen: string[] = [];
    const visited = index.match('a', (subscriber) => {
      seen.push(subscriber);
      if (seen.length > 1) return;
      for (const other of all) if (other !== subscriber) index.unsubscribe('a', other);
      for (let i = 0; i < 50; i++) index.subscribe('a', `new ${i}`);
    });
    // s49 has another subscription, so that it gets what matched when the visit began
    expect(new Set(seen)).toEqual(new Set([seen[0], 's49']));
    expect(visited).toBe(seen.length);
    expect(found(index, 'a')).toHaveLength(51);
  });

  test('clear', () => {
    const index = makeIndex(kernel);
    for (let i = 0; i < 10; i++) index.subscribe(i % 2 ? 'a' : '+', `s${i}`);
    index.subscribe('$share/g/a', 'm');
    let visits = 0;
    index.match('a', () => {
      visits++;
      index.clear();
      index.subscribe('$share/h/a', 'm2');
      index.subscribe('a', 's2');
    });
    expect(visits).toBe(1);
    expect(found(index, 'a')).toEqual(['m2', 's2']);
  });

  test('match within match, each with an object of its own', () => {
    const index = makeIndex(kernel);
    for (let i = 0; i < 5; i++) index.subscribe('a', `a${i}`, { subscriptionIdentifier: i + 1 });
    for (let i = 0; i < 7; i++) index.subscribe('b/#', `b${i}`, { subscriptionIdentifier: 10 + i });
    index.subscribe('c', 'c', { subscriptionIdentifier: 99 });
    const decoder = decoderOf(kernel, ['b/1', 'c', 'b/2']);
    decoder.next();
    const seen: string[] = [];
    index.match('a', (outer, outerSubscription) => {
      index.match('b', (inner, innerSubscription) => {
        expect(index.match('c', () => undefined)).toBe(1);
        expect(index.match(new TextEncoder().encode('c'), () => undefined)).toBe(1);
        expect(index.match(decoder, () => undefined)).toBe(7);
        index.match('c', (_, third) => {
          expect(third.subscriptionIdentifier).toBe(99);
          seen.push(`${outer} ${inner}`);
          expect(outer).toBe(`a${outerSubscription.subscriptionIdentifier! - 1}`);
          expect(inner).toBe(`b${innerSubscription.subscriptionIdentifier! - 10}`);
        });
      });
    });
    expect(new Set(seen).size).toBe(35);
    expect(seen).toHaveLength(35);
  });

  test('matchMany within matchMany', () => {
    const index = makeIndex(kernel);
    for (const name of 'abcde') index.subscribe(name, name);
    index.subscribe('+', 'x');
    const outerNames = new TextEncoder().encode('azbz');
    const innerNames = new TextEncoder().encode('cdez');
    const positions = Int32Array.of(0, 1, 1, 2, 2, 3, 3, 4);
    index.matchMany(outerNames, positions, 4, () => undefined);
    const seen: string[] = [];
    index.matchMany(outerNames, positions, 4, (outer, first) => {
      index.matchMany(innerNames, positions, 4, (inner, second) =>
        seen.push(`${outer}${first} ${inner}${second}`),
      );
    });
    const outerVisits = ['0a', '0x', '1x', '2b', '2x', '3x'];
    const innerVisits = ['0c', '0x', '1d', '1x', '2e', '2x', '3x'];
    expect(seen.sort()).toEqual(
      outerVisits.flatMap((outer) => innerVisits.map((inner) => `${outer} ${inner}`)).sort(),
    );
  });

  test('throw: the error comes out, and the index goes on', () => {
    const index = makeIndex(kernel);
    for (let i = 0; i < 5; i++) index.subscribe('a', `s${i}`);
    index.subscribe('b', 'alone');
    for (let round = 0; round < 3; round++) {
      for (const topic of ['a', 'b']) {
        expect(() =>
          index.match(topic, () => {
            index.match('a', () => {
              throw new RangeError('mine');
            });
          }),
        ).toThrow('mine');
      }
    }
    expect(found(index, 'a')).toHaveLength(5);
    // slots that became free are used again: no visit is under way any more
    const { subscribers } = index.memoryUsage().javascript;
    for (let i = 0; i < 1_000; i++) {
      index.subscribe('c', `t${i}`);
      index.unsubscribe('c', `t${i}`);
    }
    expect(index.memoryUsage().javascript.subscribers).toBeLessThan(subscribers + 100);
  });

  test('next: matching the packets of another decoder in a visit', () => {
    const index = makeIndex(kernel);
    index.subscribe('a/+', 'x');
    index.subscribe('a/#', 'y');
    const topics = Array.from({ length: 20 }, (_, i) => `a/${i}`);
    const outer = decoderOf(kernel, topics);
    let inner = 0;
    let visits = 0;
    while (outer.next()) {
      index.match(outer, () => {
        visits++;
        const decoder = decoderOf(kernel, ['a/5', 'b', 'a/new']);
        while (decoder.next()) inner += index.match(decoder, () => undefined);
      });
    }
    expect([visits, inner]).toEqual([40, 160]);
  });

  test('availability may be asked by somebody who uses the index', () => {
    const index = makeIndex(kernel, {
      isAvailable: (subscriber: string) => {
        index.subscribe(`asked/${subscriber}`, 'log');
        index.match('a', () => undefined);
        return subscriber !== 'm1';
      },
    });
    index.subscribe('b', 'alone');
    index.subscribe('$share/g/b', 'm1');
    index.subscribe('$share/g/b', 'm2');
    expect(found(index, 'b')).toEqual(['alone', 'm2']);
    expect(found(index, 'asked/m2')).toEqual(['log']);
  });

  test('whatever visitors do, nobody is visited who did not match', () => {
    const action = fc.record({
      kind: fc.constantFrom('subscribe', 'unsubscribe', 'match', 'many', 'clear', 'throw'),
      filter: fc.constantFrom('a', '+', 'a/b', '#', '$share/g/+', '$share/g/a'),
      subscriber: fc.nat(5),
    });
    fc.assert(
      fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
        const index = makeIndex<{ name: number; alive: boolean }>(kernel);
        const names = Array.from({ length: 6 }, (_, name) => ({ name, alive: true }));
        const held = new Map<string, number>();
        // every subscriber that is let go is replaced by a new object, whose slot is likely the old one's
        const change = ({ kind, filter, subscriber }: (typeof actions)[number]) => {
          const who = names[subscriber];
          if (kind === 'subscribe') {
            if (index.subscribe(filter, who)) held.set(`${subscriber}`, (held.get(`${subscriber}`) ?? 0) + 1);
          } else if (kind === 'clear') {
            index.clear();
            held.clear();
            names.forEach((old, i) => {
              old.alive = false;
              names[i] = { name: i, alive: true };
            });
          } else if (index.unsubscribe(filter, who)) {
            held.set(`${subscriber}`, held.get(`${subscriber}`)! - 1);
            if (held.get(`${subscriber}`) === 0) {
              who.alive = false;
              names[subscriber] = { name: subscriber, alive: true };
            }
          }
        };
        let at = 0;
        const visit = (who: { alive: boolean }, depth: number, born: number) => {
          expect(who.alive).toBe(true);
          expect(born).toBeGreaterThanOrEqual(0);
          if (depth < 3) act(depth + 1);
        };
        const act = (depth: number) => {
          if (at >= actions.length) return;
          const next = actions[at++];
          if (next.kind === 'throw') throw new RangeError('mine');
          if (next.kind === 'match') index.match('a', (who) => visit(who, depth, at));
          else if (next.kind === 'many') {
            index.matchMany(new TextEncoder().encode('aa/b'), Int32Array.of(0, 1, 1, 4), 2, (_, who) =>
              visit(who, depth, at),
            );
          } else change(next);
        };
        while (at < actions.length) {
          try {
            act(0);
          } catch (error) {
            expect(error).toBeInstanceOf(RangeError);
          }
        }
        expect(index.size).toBe([...held.values()].reduce((sum, count) => sum + count, 0));
      }),
      { numRuns: 500 },
    );
  });
});

describe.each(KERNELS)('subscribers that come and go (%s)', (kernel) => {
  test('10,000 in one slot are never confused, by any kind of match', () => {
    const index = makeIndex<object>(kernel);
    index.subscribe('#', { log: true });
    let before: object = {};
    let confused = 0;
    for (let i = 0; i < 10_000; i++) {
      const subscriber = { i };
      index.subscribe(i % 2 ? 'a' : '+', subscriber);
      if (index.unsubscribe('a', before)) confused++;
      const seen: object[] = [];
      index.match('a', (found) => seen.push(found));
      if (seen.length !== 2 || !seen.includes(subscriber)) confused++;
      index.unsubscribe(i % 2 ? 'a' : '+', subscriber);
      before = subscriber;
    }
    expect(confused).toBe(0);
    // one slot for each 512
    expect(index.memoryUsage().javascript.subscribers).toBeLessThan(2_000);
  });

  test('in a visit a freed slot goes to nobody', () => {
    const index = makeIndex<object>(kernel);
    const first = Array.from({ length: 20 }, (_, i) => ({ first: i }));
    for (const subscriber of first) index.subscribe('a', subscriber);
    const seen: object[] = [];
    index.match('a', (subscriber) => {
      seen.push(subscriber);
      for (const other of first) index.unsubscribe('a', other);
      for (let i = 0; i < 2_000; i++) {
        const visitor = { i };
        index.subscribe('a', visitor);
        if (i % 2) index.unsubscribe('a', visitor);
      }
    });
    expect(seen).toHaveLength(1);
    expect(first).toContain(seen[0]);
  });
});
