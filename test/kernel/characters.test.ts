import { describe, expect, it } from 'vitest';
import { hex } from '../vectors/hex.ts';
import { createKernel, KERNELS, runScan, toHex } from './scan.ts';
import { expectLists, scanBlocks } from './texts.ts';
import { field, join, publish, utf8 } from './wire.ts';

describe.each(KERNELS)('the %s kernel', (name) => {
  const kernel = createKernel(name);

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
      'overlong U+F000': 'F08F8080',
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
