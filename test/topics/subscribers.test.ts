import { describe, expect, test } from 'vitest';
import { SLOT_MASK, Subscribers } from '../../src/topics/subscribers.ts';

describe('words of subscribers', () => {
  test('are 31 bits, not 0, and stand for one subscriber', () => {
    const subscribers = new Subscribers<number>();
    const words = Array.from({ length: 1_000 }, (_, i) => subscribers.take(i));
    expect(new Set(words).size).toBe(1_000);
    expect(words.every((word) => word > 0 && word < 2 ** 31)).toBe(true);
    words.forEach((word, i) => {
      expect(subscribers.take(i)).toBe(word);
      expect(subscribers.find(i)).toBe(word);
      expect(subscribers.objects[word & SLOT_MASK]).toBe(i);
      expect(subscribers.isCurrent(word)).toBe(true);
    });
    expect(subscribers.find(1_000)).toBe(0);
  });

  test('a word is not given out again until its slot has gone through 512 generations', () => {
    const subscribers = new Subscribers<number>(100, 1);
    const words: number[] = [];
    for (let i = 0; i < 1_025; i++) {
      const word = subscribers.take(i);
      words.push(word);
      subscribers.use(word);
      subscribers.drop(word);
      expect(subscribers.isCurrent(word)).toBe(false);
      subscribers.recycle();
    }
    expect(new Set(words.slice(0, 512)).size).toBe(512);
    expect(new Set(words.map((word) => word & SLOT_MASK)).size).toBeGreaterThan(1);
    for (const word of new Set(words)) {
      const places = words.flatMap((other, i) => (other === word ? [i] : []));
      for (let i = 1; i < places.length; i++) expect(places[i] - places[i - 1]).toBeGreaterThanOrEqual(512);
    }
  });

  test('slots that are used up wait until there are many of them, or no other is left', () => {
    const reuse = (limit: number, worn: number, rounds: number) => {
      const subscribers = new Subscribers<number>(limit, worn);
      const slots = new Set<number>();
      for (let i = 0; i < rounds; i++) {
        const word = subscribers.take(i);
        if (word === 0) throw new Error('no slot');
        slots.add(word & SLOT_MASK);
        subscribers.use(word);
        subscribers.drop(word);
        subscribers.recycle();
      }
      return slots.size;
    };
    expect(reuse(1_000, 10, 512 * 30)).toBe(11);
    expect(reuse(5, 10, 512 * 30)).toBe(4);
    expect(reuse(1_000, 1_000, 512 * 30)).toBe(30);
  });

  test('freed slots are held back until they are recycled', () => {
    const subscribers = new Subscribers<string>();
    const word = subscribers.take('x');
    subscribers.use(word);
    subscribers.use(word);
    subscribers.drop(word);
    expect(subscribers.find('x')).toBe(word);
    subscribers.drop(word);
    expect(subscribers.find('x')).toBe(0);
    expect(subscribers.take('y') & SLOT_MASK).not.toBe(word & SLOT_MASK);
    subscribers.recycle();
    expect(subscribers.take('z') & SLOT_MASK).toBe(word & SLOT_MASK);
    expect(subscribers.isCurrent(word)).toBe(false);
  });

  test('there is an end to them', () => {
    const subscribers = new Subscribers<number>(10);
    const words = Array.from({ length: 12 }, (_, i) => subscribers.take(i));
    expect(words.filter((word) => word !== 0)).toHaveLength(9);
    expect(subscribers.size).toBe(9);
    for (const word of words) if (word !== 0) subscribers.use(word);
    subscribers.drop(words[3]);
    subscribers.recycle();
    expect(subscribers.take(10)).not.toBe(0);
    expect(subscribers.take(11)).toBe(0);
  });

  test('clear frees all of them', () => {
    const subscribers = new Subscribers<number>(100);
    const words = Array.from({ length: 50 }, (_, i) => subscribers.take(i));
    for (const word of words) subscribers.use(word);
    subscribers.drop(words[7]);
    subscribers.clear();
    expect(subscribers.size).toBe(0);
    expect(words.some((word) => subscribers.isCurrent(word))).toBe(false);
    subscribers.recycle();
    const again = Array.from({ length: 99 }, (_, i) => subscribers.take(i));
    expect(new Set(again.map((word) => word & SLOT_MASK)).size).toBe(99);
    expect(again.some((word) => words.includes(word))).toBe(false);
  });
});
