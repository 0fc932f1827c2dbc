import { describe, expect, it } from 'vitest';
import {
  CHUNK_LIMIT,
  PROPERTIES_SLOT_COUNT,
  PROPERTIES_SLOTS,
  SCAN_TOPICS_FULL,
  SLOT_SHIFT,
  TOPIC_ARENA,
  TOPIC_ARENA_END,
  TOPIC_LIMIT,
  TOPIC_SLOT_COUNT,
  TOPIC_SLOTS,
} from '../../assembly/layout.ts';
import type { Kernel } from '../../src/kernel/kernel.ts';
import { HASH_KEY_WORDS } from '../../src/kernel/memory.ts';
import { hex } from '../vectors/hex.ts';
import { createKernel, KERNELS, runScan } from './scan.ts';
import { expectBlocks, expectTopics, permutations, scanBlocks, scanTopics, userProperty } from './texts.ts';
import { join, publish, publish5, utf8 } from './wire.ts';

/** Index of the key that the length is multiplied with, behind those of the text. */
const LENGTH_KEY = 128;
/** The hashes in the slots that are in use, from a slot on. */
function hashesFrom(kernel: Kernel, slots: number, count: number, first: number): number[] {
  const { words } = kernel.memory;
  const hashes: number[] = [];
  for (let i = first; words[((slots + (i << SLOT_SHIFT)) >> 2) + 1] !== 0; i = (i + 1) % count) {
    hashes.push(words[(slots + (i << SLOT_SHIFT)) >> 2]);
  }
  return hashes;
}

/** How many texts in a table have the same hash. */
function mostAlike(kernel: Kernel, slots: number, count: number): number {
  const { words } = kernel.memory;
  const counts = new Map<number, number>();
  for (let i = 0; i < count; i++) {
    const slot = (slots + (i << SLOT_SHIFT)) >> 2;
    if (words[slot + 1] !== 0) counts.set(words[slot], (counts.get(words[slot]) ?? 0) + 1);
  }
  return Math.max(...counts.values());
}

const LENGTHS = [...Array.from({ length: 71 }, (_, length) => length), 100, 255, 256, 257, 511, 512];

/** A text of `length` and others that differ from it at one place. */
function neighbours(length: number): string[] {
  const text = Array.from({ length }, (_, i) => 'abcdefghijklmnopqrstuvwxy'[i % 25]).join('');
  const places = Array.from({ length: Math.min(length, 71) }, (_, i) => i);
  for (const place of [length >> 1, length - 16, length - 2, length - 1]) if (place >= 71) places.push(place);
  return [text, ...places.map((i) => `${text.slice(0, i)}Z${text.slice(i + 1)}`)];
}

describe.each(KERNELS)('the %s kernel', (name) => {
  const kernel = createKernel(name);

  describe('topic names', () => {
    it.each(LENGTHS.slice(1))(
      'of %i bytes: equal ones have equal ids, different ones different ids',
      (length) => {
        const topics = neighbours(length);
        const stream = [...topics, ...[...topics].reverse(), ...topics];
        expectTopics(scanTopics(kernel, stream), stream);
      },
    );

    it('that begin alike have different ids', () => {
      const topics = Array.from({ length: 512 }, (_, i) => 'a'.repeat(i + 1));
      const stream = [...topics, ...[...topics].reverse()];
      expectTopics(scanTopics(kernel, stream), stream);
    });

    it('that are empty beside a topic alias have an id too', () => {
      const alias = hex('23 0001');
      const bytes = join(publish5('', alias), publish5('a', alias), publish5('', alias));
      const { packets } = runScan(kernel, bytes, { version: 5 });
      expect(packets.map(({ topicId, topic }) => [topicId, topic])).toEqual([
        [0, ''],
        [1, '61'],
        [0, ''],
      ]);
    });

    it('are known again in a later scan, until they are flushed', () => {
      scanTopics(kernel, ['a', 'b']);
      const generation = kernel.topicGeneration;
      const later = scanTopics(kernel, ['b', 'c', 'a'], { keepTexts: true });
      expect(later.map(({ topicId }) => topicId)).toEqual([1, 2, 0]);
      kernel.flushTopics();
      expect(kernel.topicGeneration).toBeGreaterThan(generation);
      expectTopics(scanTopics(kernel, ['c', 'a'], { keepTexts: true }), ['c', 'a']);
    });

    it.each([513, 514, 1000, 16_384, 65_530])('of %i bytes are checked, but have no id', (length) => {
      const topic = utf8('a'.repeat(length));
      const run = (bytes: Uint8Array) => runScan(kernel, publish(bytes)).packets;
      expect(run(topic)).toMatchObject([{ list: 'row', topicId: -1, payloadStart: publish(topic).length }]);
      for (const place of [0, 511, 512, length - 1]) {
        const changed = topic.slice();
        changed[place] = 0x2b;
        expect(run(changed)).toMatchObject([{ list: 'host', start: 0 }]);
      }
    });

    it('of 65,535 bytes fit when the packet begins before the chunk', () => {
      const topic = utf8('a'.repeat(65_535));
      const bytes = publish(topic);
      expect(runScan(kernel, bytes, { carried: 100 }).packets).toMatchObject([
        { list: 'row', start: 0, end: bytes.length, topicId: -1, payloadStart: bytes.length },
      ]);
      topic[65_534] = 0xff;
      expect(runScan(kernel, publish(topic), { carried: 100 }).packets).toMatchObject([{ list: 'host' }]);
    });

    it('fill the table, which then is flushed', () => {
      const topics = Array.from({ length: TOPIC_LIMIT }, (_, i) => `t/${i}`);
      const before = kernel.topicGeneration;
      // those it knows are found in a full table, and what is refused does not need room
      const full = runScan(
        kernel,
        join(...[...topics, 't/0', 't/4095', 'a+'].map((topic) => publish(topic))),
      );
      expect(full.scans.map(({ status }) => status)).not.toContain(SCAN_TOPICS_FULL);
      expect(full.packets.slice(TOPIC_LIMIT)).toMatchObject([
        { topicId: 0 },
        { topicId: 4095 },
        { list: 'host' },
      ]);
      expectTopics(full.packets.slice(0, TOPIC_LIMIT), topics);
      expect(kernel.topicGeneration).toBe(before + 1);

      const over = runScan(kernel, join(publish('new'), publish('t/7'), publish('new')), { keepTexts: true });
      expect(over.scans[0]).toMatchObject({ status: SCAN_TOPICS_FULL, next: 0, rows: [] });
      expectTopics(over.packets, ['new', 't/7', 'new']);
      expect(kernel.topicGeneration).toBe(before + 2);
    });

    it('fill the arena, which then is flushed', () => {
      const room = (TOPIC_ARENA_END - TOPIC_ARENA) / 512;
      const topics = Array.from({ length: room }, (_, i) => String(i).padEnd(512, '/'));
      const full = runScan(kernel, join(...[...topics, 'short'].map((topic) => publish(topic))));
      expect(full.scans.map(({ status }) => status)).not.toContain(SCAN_TOPICS_FULL);
      expectTopics(full.packets, [...topics, 'short']);

      const stream = ['x'.repeat(49), topics[3], 'x'.repeat(49)];
      const bytes = join(...stream.map((topic) => publish(topic)));
      const over = runScan(kernel, bytes, { keepTexts: true });
      expect(over.scans[0]).toMatchObject({ status: SCAN_TOPICS_FULL, next: 0, rows: [] });
      expectTopics(over.packets, stream);
    });

    it('of the same generation number, 255 flushes ago, are forgotten', () => {
      for (const length of [3, 48, 49, 500]) {
        const [a, b, c] = ['a', 'b', 'c'].map((letter) => letter.repeat(length));
        scanTopics(kernel, [a, b, c]);
        for (let i = 0; i < 255; i++) kernel.flushTopics();
        expectTopics(scanTopics(kernel, [c, a, b], { keepTexts: true }), [c, a, b]);
      }
    });

    it('get ids anew after each of 600 flushes', () => {
      const topics = ['a', 'b/c', 'd'.repeat(30), 'e'.repeat(60)];
      for (let flush = 0; flush < 600; flush++) {
        const turn = flush % topics.length;
        const stream = [...topics.slice(turn), ...topics.slice(0, turn), `once/${flush}`];
        expectTopics(scanTopics(kernel, stream), stream);
      }
    });

    it.each([0x00, 0x2b, 0x61, 0x80, 0xff])('at the very end of the chunk, before bytes %i', (garbage) => {
      for (const length of LENGTHS.slice(1)) {
        const last = publish('b'.repeat(length));
        const fill = publish('f', new Uint8Array(CHUNK_LIMIT - 2 * last.length - 7));
        const bytes = join(last, fill, last);
        expect(bytes).toHaveLength(CHUNK_LIMIT);
        const topics = ['b'.repeat(length), 'f', 'b'.repeat(length)];
        expectTopics(runScan(kernel, bytes, { garbage }).packets, topics);
        // and when it is first seen there
        runScan(kernel, bytes.subarray(last.length), { garbage });
        const [{ topicId }] = scanTopics(kernel, topics.slice(0, 1), { keepTexts: true });
        expect(topicId).toBe(1);
      }
    });
  });

  describe('texts with the same hash', () => {
    // without keys the shares of the words of a text are summed up whatever their order
    const keys = new Uint32Array(HASH_KEY_WORDS);

    const words = ['abcd', 'efgh', 'ijkl', 'mnop'];

    it.each([
      ['short topic names', '', words, 'qrs'],
      ['topic names that differ in bytes 16 to 31', 'x'.repeat(16), words, 'x'.repeat(16)],
      ['topic names that differ in bytes 32 to 47', 'x'.repeat(32), words, ''],
      ['long topic names', '', [...words.slice(1), 'r'.repeat(40)], 's'.repeat(17)],
      ['long topic names that differ at their end', 'x'.repeat(496), words, ''],
    ])('%s', (_, before, middle, after) => {
      const collided = createKernel(name, keys);
      const topics = permutations(middle).map((text) => before + text + after);
      const stream = [...topics, ...[...topics].reverse(), 'other', ...topics];
      expectTopics(scanTopics(collided, stream), stream);
      expect(mostAlike(collided, TOPIC_SLOTS, TOPIC_SLOT_COUNT)).toBeGreaterThanOrEqual(topics.length);
      collided.flushTopics();
      stream.reverse();
      expectTopics(scanTopics(collided, stream), stream);
    });

    it('property blocks', () => {
      const collided = createKernel(name, keys);
      // two characters bring the words to a multiple of four bytes
      const blocks = permutations(words).map((text) => userProperty(`12${text}`));
      const stream = [...blocks, ...[...blocks].reverse(), hex('01 01'), hex('23 0001')];
      expectBlocks(scanBlocks(collided, stream), stream);
      const alike = mostAlike(collided, PROPERTIES_SLOTS, PROPERTIES_SLOT_COUNT);
      expect(alike).toBeGreaterThanOrEqual(blocks.length);
    });

    it('of different lengths', () => {
      const collided = createKernel(name, keys);
      const lengths = [1, 2, 15, 16, 17, 47, 48, 49, 50, 512];
      const stream = [...lengths, ...[...lengths].reverse()].map((length) => 'a'.repeat(length));
      expectTopics(scanTopics(collided, stream), stream);
    });

    it('get ids anew after each of 600 flushes', () => {
      const collided = createKernel(name, keys);
      const topics = ['a', 'b', 'c', 'd'];
      const blocks = permutations(['abcd', 'efgh']).map((text) => userProperty(`12${text}`));
      for (let flush = 0; flush < 600; flush++) {
        const turn = flush % topics.length;
        const stream = [...topics.slice(turn), ...topics.slice(0, turn), ...topics];
        expectTopics(scanTopics(collided, stream), stream);
        if (flush % 2 === 1) blocks.reverse();
        expectBlocks(scanBlocks(collided, [...blocks, ...blocks]), [...blocks, ...blocks]);
      }
    });

    it('in the last slot of the table: the next is the first', () => {
      const lastSlot = keys.slice();
      lastSlot[LENGTH_KEY] = TOPIC_SLOT_COUNT - 1;
      const collided = createKernel(name, lastSlot);
      const topics = Array.from({ length: 26 }, (_, i) => String.fromCharCode(97 + i));
      const stream = [...topics, ...[...topics].reverse()];
      expectTopics(scanTopics(collided, stream), stream);
      const hashes = hashesFrom(collided, TOPIC_SLOTS, TOPIC_SLOT_COUNT, TOPIC_SLOT_COUNT - 1);
      expect(hashes).toEqual(topics.map(() => TOPIC_SLOT_COUNT - 1));
    });
  });
});
