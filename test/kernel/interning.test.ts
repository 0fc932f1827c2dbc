import { describe, expect, it } from 'vitest';
import {
  CHUNK_LIMIT,
  PROPERTIES_LIMIT,
  PROPERTIES_SLOT_COUNT,
  PROPERTIES_SLOTS,
  SCAN_PROPERTIES_FULL,
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
import { createKernel, KERNELS, runScan, type ScannedPacket, type ScanSettings, toHex } from './scan.ts';
import { field, join, publish, publish5, utf8 } from './wire.ts';

/** Index of the key that the length is multiplied with, behind those of the text. */
const LENGTH_KEY = 128;

/** Ids in the order in which the texts are first seen. */
function idsInOrder(texts: readonly string[]): number[] {
  const ids = new Map<string, number>();
  return texts.map((text) => {
    if (!ids.has(text)) ids.set(text, ids.size);
    return ids.get(text)!;
  });
}

function scanTopics(kernel: Kernel, topics: readonly string[], settings?: ScanSettings): ScannedPacket[] {
  return runScan(kernel, join(...topics.map((topic) => publish(topic))), settings).packets;
}

function scanBlocks(
  kernel: Kernel,
  blocks: readonly Uint8Array[],
  settings: ScanSettings = {},
): ScannedPacket[] {
  return runScan(kernel, join(...blocks.map((block) => publish5('t', block))), { ...settings, version: 5 })
    .packets;
}

/** The texts have their own ids and come back as they were. */
function expectTopics(packets: readonly ScannedPacket[], topics: readonly string[]): void {
  expect(packets.map(({ topicId }) => topicId)).toEqual(idsInOrder(topics));
  expect(packets.map(({ topic }) => topic)).toEqual(topics.map((topic) => toHex(utf8(topic))));
}

function expectBlocks(packets: readonly ScannedPacket[], blocks: readonly Uint8Array[]): void {
  const texts = blocks.map(toHex);
  expect(packets.map(({ properties }) => properties - 1)).toEqual(idsInOrder(texts));
  expect(packets.map(({ block }) => block)).toEqual(texts);
}

function expectLists(packets: readonly ScannedPacket[], list: 'row' | 'host', count: number): void {
  expect(packets.filter((packet) => packet.list !== list)).toEqual([]);
  expect(packets).toHaveLength(count);
}

/** A user property named n. */
const userProperty = (value: string) => join(hex('26 0001 6E'), field(utf8(value)));

/** Orders of some words, all different. */
function permutations(words: readonly string[]): string[] {
  if (words.length < 2) return [words.join('')];
  return words.flatMap((word, i) => permutations(words.toSpliced(i, 1)).map((rest) => word + rest));
}

/** The hashes in the slots that are in use, from a slot on. */
function hashesFrom(kernel: Kernel, slots: number, count: number, first: number): number[] {
  const { words } = kernel.memory;
  const hashes: number[] = [];
  for (let i = first; words[((slots + (i << SLOT_SHIFT)) >> 2) + 1] !== 0; i = (i + 1) % count) {
    hashes.push(words[(slots + (i << SLOT_SHIFT)) >> 2]);
  }
  return hashes;
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
        const stream = [...topics, ...topics.toReversed(), ...topics];
        expectTopics(scanTopics(kernel, stream), stream);
      },
    );

    it('that begin alike have different ids', () => {
      const topics = Array.from({ length: 512 }, (_, i) => 'a'.repeat(i + 1));
      const stream = [...topics, ...topics.toReversed()];
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
        runScan(kernel, bytes.subarray(last.length), { garbage, carried: 0 });
        const [{ topicId }] = scanTopics(kernel, topics.slice(0, 1), { keepTexts: true });
        expect(topicId).toBe(length === 1 ? 1 : 1);
      }
    });
  });

  describe('texts with the same hash', () => {
    // without keys the shares of the words of a text are summed up whatever their order
    const keys = new Uint32Array(HASH_KEY_WORDS);

    it.each([
      ['short', ['abcd', 'efgh', 'ijkl', 'mnop', 'qrs']],
      ['long', ['abcd', 'efgh', 'ijkl', 'm'.repeat(40), 'q'.repeat(20)]],
    ])('%s topic names', (_, words) => {
      const collided = createKernel(name, keys);
      // the last word, of which a part may be filled up, stays in its place
      const topics = permutations(words.slice(0, 4)).map((text) => text + words[4]);
      const stream = [...topics, ...topics.toReversed(), 'other', ...topics];
      expectTopics(scanTopics(collided, stream), stream);
      const hashes = allHashes(collided, TOPIC_SLOTS, TOPIC_SLOT_COUNT);
      expect(hashes.filter((hash) => hash === hashes[0]).length).toBeGreaterThanOrEqual(topics.length);
      collided.flushTopics();
      expectTopics(scanTopics(collided, stream.toReversed()), stream.toReversed());
    });

    it('property blocks', () => {
      const collided = createKernel(name, keys);
      const blocks = permutations(['abcd', 'efgh', 'ijkl', 'mnop']).map((text) => userProperty(`123${text}`));
      const stream = [...blocks, ...blocks.toReversed(), hex('01 01'), hex('23 0001')];
      expectBlocks(scanBlocks(collided, stream), stream);
      const hashes = allHashes(collided, PROPERTIES_SLOTS, PROPERTIES_SLOT_COUNT);
      expect(hashes.filter((hash) => hash === hashes[0]).length).toBeGreaterThanOrEqual(blocks.length);
    });

    it('of different lengths', () => {
      const collided = createKernel(name, keys);
      const lengths = [1, 2, 15, 16, 17, 47, 48, 49, 50, 512];
      const stream = [...lengths, ...lengths.toReversed()].map((length) => 'a'.repeat(length));
      expectTopics(scanTopics(collided, stream), stream);
    });

    it('in the last slot of the table: the next is the first', () => {
      const lastSlot = keys.slice();
      lastSlot[LENGTH_KEY] = TOPIC_SLOT_COUNT - 1;
      const collided = createKernel(name, lastSlot);
      const topics = Array.from({ length: 26 }, (_, i) => String.fromCharCode(97 + i));
      const stream = [...topics, ...topics.toReversed()];
      expectTopics(scanTopics(collided, stream), stream);
      const hashes = hashesFrom(collided, TOPIC_SLOTS, TOPIC_SLOT_COUNT, TOPIC_SLOT_COUNT - 1);
      expect(hashes).toEqual(topics.map(() => TOPIC_SLOT_COUNT - 1));
    });
  });

  describe('property blocks', () => {
    it('have equal ids when they are equal, different ones else', () => {
      const blocks = Array.from({ length: 100 }, (_, length) => [
        userProperty('a'.repeat(length)),
        userProperty(`${'a'.repeat(length)}b`),
        userProperty(`b${'a'.repeat(length)}`),
      ]).flat();
      const stream = [...blocks, ...blocks.toReversed()];
      expectBlocks(scanBlocks(kernel, stream), stream);
    });

    it('are not the topic names with the same bytes', () => {
      const block = hex('26 0000 0000');
      expect(runScan(kernel, publish5('t', block), { version: 5 }).packets).toMatchObject([
        { topicId: 0, properties: 1 },
      ]);
    });

    it('are none when they are empty', () => {
      const { packets } = runScan(kernel, publish5('t', hex('')), { version: 5 });
      expect(packets).toMatchObject([{ list: 'row', properties: 0, block: undefined }]);
    });

    it.each([505, 506, 507, 508])('are kept up to 512 bytes: %i and 6 more', (length) => {
      const block = userProperty('a'.repeat(length));
      expect(block).toHaveLength(length + 6);
      const packets = scanBlocks(kernel, [block, block]);
      expectLists(packets, 'row', 2);
      expect(packets.map(({ properties }) => properties)).toEqual(length <= 506 ? [1, 1] : [-1, -1]);
      // longer ones are checked all the same
      expectLists(scanBlocks(kernel, [join(block, hex('0B 00')), join(hex('01 02'), block)]), 'host', 2);
    });

    it('with binary data are checked and not kept', () => {
      const correlation = hex('09 0002 FFFE');
      const packets = scanBlocks(kernel, [correlation, join(correlation, hex('01 01')), hex('01 01')]);
      expectLists(packets, 'row', 3);
      expect(packets.map(({ properties }) => properties)).toEqual([-1, -1, 1]);
      expectLists(scanBlocks(kernel, [join(correlation, correlation), hex('09 0002 FF')]), 'host', 2);
    });

    it('fill the table, which then is flushed', () => {
      const blocks = Array.from({ length: PROPERTIES_LIMIT }, (_, i) => userProperty(String(i)));
      const known = join(...[...blocks, blocks[0], hex('01 02')].map((block) => publish5('t', block)));
      const full = runScan(kernel, known, { version: 5 });
      expect(full.scans.map(({ status }) => status)).not.toContain(SCAN_PROPERTIES_FULL);
      expectBlocks(full.packets.slice(0, -1), [...blocks, blocks[0]]);
      expect(full.packets.at(-1)).toMatchObject({ list: 'host' });

      const stream = [hex('01 01'), blocks[7], hex('01 01')];
      const bytes = join(...stream.map((block) => publish5('t', block)));
      const generation = kernel.topicGeneration;
      const over = runScan(kernel, bytes, { version: 5, keepTexts: true });
      expect(over.scans[0]).toMatchObject({ status: SCAN_PROPERTIES_FULL, next: 0, rows: [] });
      expectBlocks(over.packets, stream);
      expect(kernel.topicGeneration).toBe(generation);
    });

    it('fill the arena, which then is flushed', () => {
      const blocks = Array.from({ length: 512 }, (_, i) => userProperty(String(i).padEnd(506, '/')));
      const stream = [...blocks, userProperty('x'.repeat(43))];
      const run = runScan(kernel, join(...stream.map((block) => publish5('t', block))), { version: 5 });
      expect(run.scans.filter(({ status }) => status === SCAN_PROPERTIES_FULL)).toHaveLength(1);
      expectBlocks(run.packets.slice(0, -1), blocks);
      expect(run.packets.at(-1)).toMatchObject({ properties: 1, block: toHex(stream[512]) });
    });

    it('of the same generation number, 255 flushes ago, are forgotten', () => {
      for (const length of [1, 42, 43, 500]) {
        const [a, b, c] = ['a', 'b', 'c'].map((letter) => userProperty(letter.repeat(length)));
        scanBlocks(kernel, [a, b, c]);
        for (let i = 0; i < 255; i++) kernel.flushProperties();
        expectBlocks(scanBlocks(kernel, [c, a, b], { keepTexts: true }), [c, a, b]);
      }
    });

    it('at the very end of the chunk', () => {
      for (const garbage of [0, 0x26, 0xff]) {
        for (let length = 0; length <= 506; length += length < 70 ? 1 : 109) {
          const last = publish5('t', userProperty('b'.repeat(length)));
          const fill = publish5('t', userProperty('f'), new Uint8Array(CHUNK_LIMIT - 2 * last.length - 15));
          const bytes = join(last, fill, last);
          expect(bytes).toHaveLength(CHUNK_LIMIT);
          const run = runScan(kernel, bytes, { version: 5, garbage });
          const blocks = ['b'.repeat(length), 'f', 'b'.repeat(length)].map(userProperty);
          expectBlocks(run.packets, blocks);
        }
      }
    });
  });

  describe('what a block says is remembered with it', () => {
    /** Which list a PUBLISH comes to when it is first seen, and when its block is known. */
    const twice = (topic: string, block: Uint8Array, options: number) => {
      const bytes = join(publish5(topic, block), publish5(topic, block));
      return runScan(kernel, bytes, { options }).packets.map(({ list }) => list);
    };
    const VERSION_5 = 1;
    const NO_SUBSCRIPTION_IDENTIFIER = 3;
    const CHECK_PAYLOAD = 5;
    /** The same blocks, such that are kept and such that are not. */
    const fillers = [hex(''), userProperty('x'), userProperty('x'.repeat(520)), hex('09 0000')];

    it.each(fillers)('a topic alias, without which a topic name may not be empty', (filler) => {
      expect(twice('', join(hex('23 0001'), filler), VERSION_5)).toEqual(['row', 'row']);
      expect(twice('', join(filler, hex('23 FFFF')), VERSION_5)).toEqual(['row', 'row']);
      expect(twice('', join(hex('01 00 0B 01'), filler), VERSION_5)).toEqual(['host', 'host']);
      expect(twice('t', join(hex('23 0001'), filler), VERSION_5)).toEqual(['row', 'row']);
    });

    it.each(fillers)('a subscription identifier, which a client may not send', (filler) => {
      const block = join(hex('0B 01'), filler);
      expect(twice('t', block, NO_SUBSCRIPTION_IDENTIFIER)).toEqual(['host', 'host']);
      expect(twice('t', block, VERSION_5)).toEqual(['row', 'row']);
      expect(twice('t', join(hex('01 01 23 0001'), filler), NO_SUBSCRIPTION_IDENTIFIER)).toEqual([
        'row',
        'row',
      ]);
    });

    it.each(fillers)('a payload that is promised to be UTF-8, which a strict decoder looks at', (filler) => {
      expect(twice('t', join(hex('01 01'), filler), CHECK_PAYLOAD)).toEqual(['host', 'host']);
      expect(twice('t', join(hex('01 01'), filler), VERSION_5)).toEqual(['row', 'row']);
      expect(twice('t', join(hex('01 00 23 0001 0B 01'), filler), CHECK_PAYLOAD)).toEqual(['row', 'row']);
    });
  });

  describe('properties', () => {
    /** Every property of a PUBLISH, alone. */
    const ACCEPTED: Record<string, string> = {
      'payload format indicator 0': '01 00',
      'payload format indicator 1': '01 01',
      'message expiry interval': '02 00000000',
      'largest message expiry interval': '02 FFFFFFFF',
      'content type': '03 0002 612F',
      'content type with wildcards': '03 0002 2B23',
      'empty content type': '03 0000',
      'response topic': '08 0003 612F62',
      'correlation data': '09 0003 00FF2B',
      'empty correlation data': '09 0000',
      'subscription identifier': '0B 01',
      'subscription identifier of two bytes': '0B 8001',
      'subscription identifier of four bytes': '0B FFFFFF7F',
      'topic alias': '23 0001',
      'user property': '26 0001 61 0002 2B23',
      'empty user property': '26 0000 0000',
    };

    const REFUSED: Record<string, string> = {
      'payload format indicator 2': '01 02',
      'response topic with a wildcard': '08 0002 612B',
      'empty response topic': '08 0000',
      'response topic with a control character': '08 0002 6107',
      'content type with U+0000': '03 0002 6100',
      'content type that is ill-formed': '03 0002 61C3',
      'user property with an ill-formed name': '26 0001 FF 0001 61',
      'user property with an ill-formed value': '26 0001 61 0001 FF',
      'user property with U+0000 in its value': '26 0001 61 0001 00',
      'subscription identifier 0': '0B 00',
      'subscription identifier 0 in two bytes': '0B 8000',
      'subscription identifier that is not minimal': '0B 8100',
      'subscription identifier of five bytes': '0B 8080808001',
      'topic alias 0': '23 0000',
      'identifier 0': '00 00',
      'identifier that is not minimal': '81 00 01',
      'identifier 127': '7F 00',
      'receive maximum': '21 0001',
      'reason string': '1F 0001 61',
      'will delay interval': '18 00000001',
    };

    it.each(Object.entries(ACCEPTED))('%s', (_, text) => {
      const block = hex(text);
      expectLists(
        scanBlocks(kernel, [block, join(userProperty('x'), block), join(block, block.subarray(0, 0))]),
        'row',
        3,
      );
      // cut short at any byte, whatever follows it
      for (let length = 1; length < block.length; length++) {
        const cut = block.subarray(0, length);
        const rest = block.subarray(length);
        for (const payload of [rest, hex(''), hex('0000000000000000'), hex('FFFFFFFFFFFFFFFF')]) {
          const run = runScan(kernel, publish5('t', cut, payload), { version: 5, garbage: 1 });
          expectLists(run.packets, 'host', 1);
        }
      }
    });

    it.each(Object.entries(REFUSED))('%s is left to the host', (_, text) => {
      const block = hex(text);
      const blocks = [block, join(userProperty('x'), block), join(block, userProperty('x'))];
      expectLists(scanBlocks(kernel, [...blocks, ...blocks]), 'host', 6);
    });

    it('twice, only where that is allowed', () => {
      for (const text of Object.values(ACCEPTED)) {
        const block = hex(text);
        const isRepeatable = text.startsWith('0B') || text.startsWith('26');
        const twice = [join(block, block), join(block, userProperty('x'), block)];
        expectLists(scanBlocks(kernel, twice), isRepeatable ? 'row' : 'host', 2);
      }
    });

    it('of every identifier: only those of a PUBLISH', () => {
      const values = ['', '01', '0001', '00000001', '0001 61', '0001 61 0001 61'];
      const accepted = new Set<number>();
      for (let identifier = 0; identifier < 256; identifier++) {
        for (const value of values) {
          const block = join(Uint8Array.of(identifier), hex(value));
          if (scanBlocks(kernel, [block])[0].list === 'row') accepted.add(identifier);
        }
      }
      expect([...accepted]).toEqual([0x01, 0x02, 0x03, 0x08, 0x09, 0x0b, 0x23, 0x26]);
    });

    it('in a block whose length is not minimal, of five bytes, or beyond the packet are left to the host', () => {
      // PUBLISH, topic t, property length as given, payload format indicator 1
      for (const text of [
        '8200 0101',
        '828000 0101',
        '82808000 0101',
        '8280808000 0101',
        '8280808001 0101',
      ]) {
        const body = hex(`0001 74 ${text}`);
        const bytes = join(Uint8Array.of(0x30, body.length), body);
        expectLists(runScan(kernel, bytes, { version: 5 }).packets, 'host', 1);
      }
      for (const text of ['03 0101', '01', '7F 0101', 'FF7F 0101', 'FFFFFF7F 0101', '80', '']) {
        const body = hex(`0001 74 ${text}`);
        const bytes = join(Uint8Array.of(0x30, body.length), body, hex('C000'));
        const [first] = runScan(kernel, bytes, { version: 5 }).packets;
        expect(first).toMatchObject({ list: 'host', end: 2 + body.length });
      }
    });
  });

  describe('characters', () => {
    /** What no topic name may hold at every strictness (MQTT5 section 1.5.4). */
    const UNCLEAN: Record<string, string> = {
      'U+0000': '00',
      'U+0001': '01',
      'U+001F': '1F',
      'U+007F': '7F',
      'U+0080': 'C280',
      'U+009F': 'C29F',
      'U+FDD0': 'EFB790',
      'U+FDEF': 'EFB7AF',
      'U+FFFE': 'EFBFBE',
      'U+FFFF': 'EFBFBF',
      'U+1FFFE': 'F09FBFBE',
      'U+1FFFF': 'F09FBFBF',
      'U+8FFFF': 'F28FBFBF',
      'U+10FFFE': 'F48FBFBE',
      'U+10FFFF': 'F48FBFBF',
      'overlong / of two bytes': 'C0AF',
      'overlong U+007F': 'C1BF',
      'overlong U+0000': 'C080',
      'overlong / of three bytes': 'E080AF',
      'overlong U+07FF': 'E09FBF',
      'overlong / of four bytes': 'F08080AF',
      'overlong U+FFFF': 'F08FBFBF',
      'surrogate U+D800': 'EDA080',
      'surrogate U+DFFF': 'EDBFBF',
      'a pair of surrogates': 'EDA0BDEDB880',
      'U+110000': 'F4908080',
      'U+13FFFF': 'F4BFBFBF',
      'lead byte F5': 'F5808080',
      'five bytes': 'F888808080',
      'lead byte FF': 'FF',
      'lone continuation 80': '80',
      'lone continuation BF': 'BF',
      'two bytes with one': 'C3',
      'three bytes with one': 'E2',
      'three bytes with two': 'E282',
      'four bytes with one': 'F0',
      'four bytes with two': 'F09F',
      'four bytes with three': 'F09F98',
      'a second byte that is none': 'C341',
      'a third byte that is none': 'E28241',
      'a fourth byte that is none': 'F09F9841',
      'a second byte of C0': 'C3C0',
    };
    const WILDCARDS: Record<string, string> = { '+': '2B', '#': '23' };
    const CLEAN: Record<string, string> = {
      space: '20',
      '!"$*,': '2122242A2C',
      '~': '7E',
      'U+00A0': 'C2A0',
      'U+00FF': 'C3BF',
      'U+07FF': 'DFBF',
      'U+0800': 'E0A080',
      'U+FEFF': 'EFBBBF',
      'U+D7FF': 'ED9FBF',
      'U+E000': 'EE8080',
      'U+FDCF': 'EFB78F',
      'U+FDF0': 'EFB7B0',
      'U+FFFD': 'EFBFBD',
      'U+10000': 'F0908080',
      'U+1FFFD': 'F09FBFBD',
      'U+20000': 'F0A08080',
      'U+FBFFF': 'F3BBBFBF',
      'U+10FFFD': 'F48FBFBD',
    };

    /** The sequence at each of the places 0 to 50, with nothing, a little and a lot of text behind it. */
    function placed(sequence: string): Uint8Array[] {
      return [0, 1, 20].flatMap((after) =>
        Array.from({ length: 51 }, (_, before) =>
          join(utf8('a'.repeat(before)), hex(sequence), utf8('b'.repeat(after))),
        ),
      );
    }

    // what follows the text would complete a sequence that is cut
    const payload = hex('BFBFBFBF');
    const topics = (sequence: string) =>
      runScan(kernel, join(...placed(sequence).map((text) => publish(text, payload)))).packets;
    const contentTypes = (sequence: string) =>
      scanBlocks(
        kernel,
        placed(sequence).map((text) => join(hex('03'), field(text), hex('02 BFBFBFBF'))),
      );
    const values = (sequence: string) =>
      scanBlocks(
        kernel,
        placed(sequence).map((text) => join(hex('26 0001 61'), field(text), hex('02 BFBFBFBF'))),
      );
    const names = (sequence: string) =>
      scanBlocks(
        kernel,
        placed(sequence).map((text) => join(hex('26'), field(text), hex('0002 C3BF'))),
      );
    const responseTopics = (sequence: string) =>
      scanBlocks(
        kernel,
        placed(sequence).map((text) => join(hex('08'), field(text), hex('02 BFBFBFBF'))),
      );

    it.each(Object.entries(UNCLEAN))(
      '%s is refused in a topic name and in any other string',
      (_, sequence) => {
        for (const scan of [topics, contentTypes, names, values, responseTopics])
          expectLists(scan(sequence), 'host', 153);
        const long = join(utf8('a'.repeat(600)), hex(sequence));
        expectLists(runScan(kernel, publish(long, payload)).packets, 'host', 1);
      },
    );

    it.each(Object.entries(WILDCARDS))('%s is refused in topic names only', (_, sequence) => {
      for (const scan of [topics, responseTopics]) expectLists(scan(sequence), 'host', 153);
      for (const scan of [contentTypes, names, values]) expectLists(scan(sequence), 'row', 153);
    });

    it.each(Object.entries(CLEAN))('%s is accepted', (_, sequence) => {
      expect(topics(sequence).map(({ topic }) => topic)).toEqual(placed(sequence).map(toHex));
      for (const scan of [contentTypes, names, values, responseTopics])
        expectLists(scan(sequence), 'row', 153);
    });

    it('U+FEFF before a fault does not hide it', () => {
      expectLists(runScan(kernel, publish(hex('EFBBBF 00'))).packets, 'host', 1);
    });
  });
});

/** The hashes in all slots that are in use. */
function allHashes(kernel: Kernel, slots: number, count: number): number[] {
  const { words } = kernel.memory;
  return Array.from({ length: count }, (_, i) => (slots + (i << SLOT_SHIFT)) >> 2)
    .filter((slot) => words[slot + 1] !== 0)
    .map((slot) => words[slot]);
}
