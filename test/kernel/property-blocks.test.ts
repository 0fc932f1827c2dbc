import { describe, expect, it } from 'vitest';
import {
  CHUNK_LIMIT,
  OPTION_CHECK_PAYLOAD,
  OPTION_NO_SUBSCRIPTION_IDENTIFIER,
  OPTION_VERSION_5,
  PROPERTIES_LIMIT,
  SCAN_PROPERTIES_FULL,
} from '../../assembly/layout.ts';
import { hex } from '../vectors/hex.ts';
import { createKernel, KERNELS, runScan, toHex } from './scan.ts';
import { expectBlocks, expectLists, scanBlocks, userProperty } from './texts.ts';
import { join, publish5 } from './wire.ts';

describe.each(KERNELS)('the %s kernel', (name) => {
  const kernel = createKernel(name);

  describe('property blocks', () => {
    it('have equal ids when they are equal, different ones else', () => {
      const blocks = Array.from({ length: 100 }, (_, length) => [
        userProperty('a'.repeat(length)),
        userProperty(`${'a'.repeat(length)}b`),
        userProperty(`b${'a'.repeat(length)}`),
      ]).flat();
      const stream = [...blocks, ...[...blocks].reverse()];
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
    const VERSION_5 = OPTION_VERSION_5;
    const FROM_CLIENT = OPTION_VERSION_5 | OPTION_NO_SUBSCRIPTION_IDENTIFIER;
    const CHECK_PAYLOAD = OPTION_VERSION_5 | OPTION_CHECK_PAYLOAD;
    /** What makes blocks that are kept, and such that are not. */
    const beside: [string, Uint8Array][] = [
      ['alone', hex('')],
      ['beside another property', userProperty('x')],
      ['in a block that is too long to keep', userProperty('x'.repeat(520))],
      ['beside binary data', hex('09 0000')],
    ];

    it.each(beside)('a topic alias, without which a topic name may not be empty: %s', (_, filler) => {
      expect(twice('', join(hex('23 0001'), filler), VERSION_5)).toEqual(['row', 'row']);
      expect(twice('', join(filler, hex('23 FFFF')), VERSION_5)).toEqual(['row', 'row']);
      expect(twice('', join(hex('01 00 0B 01'), filler), VERSION_5)).toEqual(['host', 'host']);
      expect(twice('t', join(hex('23 0001'), filler), VERSION_5)).toEqual(['row', 'row']);
    });

    it.each(beside)('a subscription identifier, which a client may not send: %s', (_, filler) => {
      const block = join(hex('0B 01'), filler);
      expect(twice('t', block, FROM_CLIENT)).toEqual(['host', 'host']);
      expect(twice('t', block, VERSION_5)).toEqual(['row', 'row']);
      expect(twice('t', join(hex('01 01 23 0001'), filler), FROM_CLIENT)).toEqual(['row', 'row']);
    });

    it.each(beside)(
      'a payload that is promised to be UTF-8, which a strict decoder looks at: %s',
      (_, filler) => {
        expect(twice('t', join(hex('01 01'), filler), CHECK_PAYLOAD)).toEqual(['host', 'host']);
        expect(twice('t', join(hex('01 01'), filler), VERSION_5)).toEqual(['row', 'row']);
        expect(twice('t', join(hex('01 00 23 0001 0B 01'), filler), CHECK_PAYLOAD)).toEqual(['row', 'row']);
      },
    );
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
      'subscription identifier of five bytes': '0B 8180808001',
      'subscription identifier 0 of five bytes': '0B 8080808000',
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
        scanBlocks(kernel, [block, join(userProperty('x'), block), join(block, userProperty('x'))]),
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
});
