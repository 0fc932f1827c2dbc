import { readFileSync } from 'node:fs';
import { instantiateSync } from '@assemblyscript/loader';
import { describe, expect, it } from 'vitest';
import * as layout from '../../assembly/layout.ts';
import { CHUNK, MEMORY_PAGES, SCAN_HOST, SCAN_NEED_MORE } from '../../assembly/layout.ts';
import { createJsKernel } from '../../src/kernel/js/index.ts';
import { Kernel, type Scan } from '../../src/kernel/kernel.ts';
import { HASH_KEY_WORDS, memoryViews } from '../../src/kernel/memory.ts';
import { hasWebAssembly } from '../../src/kernel/wasm.ts';
import { WASM_BASE64 } from '../../src/kernel/wasm-bytes.ts';
import { hex } from '../vectors/hex.ts';
import { PACKETS } from '../vectors/packets.ts';
import { createKernel, KERNELS, readReport, runScan } from './scan.ts';
import { join, variableByteInteger } from './wire.ts';

const PAGE = 65_536;
const MODULE = new Uint8Array(readFileSync(new URL('../../build/codec.wasm', import.meta.url)));

describe('the memory map', () => {
  const L = layout;
  const slotSize = 1 << L.SLOT_SHIFT;
  /** Every region: name, first byte, and the byte behind it, with what may be read past its end. */
  const REGIONS: [name: string, start: number, end: number][] = [
    ['header', L.HEADER, L.HEADER_PROPERTIES_ARENA_NEXT + 4],
    ['kinds of first bytes', L.FIRST_BYTE_KINDS, L.FIRST_BYTE_KINDS + 256],
    ['kinds of properties', L.PROPERTY_KINDS, L.PROPERTY_KINDS + L.PROPERTY_KINDS_SIZE],
    ['masks', L.TEXT_MASKS, L.TEXT_MASKS + 96],
    ['hash keys', L.HASH_KEYS, L.HASH_KEYS + L.HASH_KEYS_SIZE],
    ['row of a host packet', L.HOST_ROW, L.HOST_ROW + L.ROW_SIZE],
    ['row of an acknowledgement', L.ACK_ROW, L.ACK_ROW + L.ROW_SIZE],
    ['rows', L.ROWS, L.ROWS + L.ROW_LIMIT * L.ROW_SIZE],
    ['acknowledgements', L.ACKS, L.ACKS + L.ACK_LIMIT * 4],
    ['topic slots', L.TOPIC_SLOTS, L.TOPIC_SLOTS + L.TOPIC_SLOT_COUNT * slotSize],
    ['topic texts', L.TOPIC_TEXTS, L.TOPIC_TEXTS + L.TOPIC_LIMIT * 8],
    ['property slots', L.PROPERTIES_SLOTS, L.PROPERTIES_SLOTS + L.PROPERTIES_SLOT_COUNT * slotSize],
    ['property texts', L.PROPERTIES_TEXTS, L.PROPERTIES_TEXTS + L.PROPERTIES_LIMIT * 8],
    ['carried part', L.CHUNK - L.CARRY_LIMIT, L.CHUNK],
    ['chunk', L.CHUNK, L.CHUNK + L.CHUNK_LIMIT + 64],
    ['topic arena', L.TOPIC_ARENA, L.TOPIC_ARENA_END],
    ['property arena', L.PROPERTIES_ARENA, L.PROPERTIES_ARENA_END + 64],
  ];

  it('has regions one behind the other that do not overlap', () => {
    let free = 0;
    for (const [name, start, end] of REGIONS) {
      expect(start, `${name} starts before the end of the region before it`).toBeGreaterThanOrEqual(free);
      expect(end, name).toBeGreaterThan(start);
      free = end;
    }
    expect(L.MEMORY_END).toBe(free);
  });

  it('names the ends of its regions rightly', () => {
    const endOf = (wanted: string) => REGIONS.find(([name]) => name === wanted)?.[2];
    expect(L.ROWS_END).toBe(endOf('rows'));
    expect(L.ACKS_END).toBe(endOf('acknowledgements'));
    expect(L.TOPIC_TEXTS_END).toBe(endOf('topic texts'));
    expect(L.PROPERTIES_TEXTS_END).toBe(endOf('property texts'));
  });

  it('fits its pages, without a page to spare', () => {
    expect(Math.ceil(L.MEMORY_END / PAGE)).toBe(MEMORY_PAGES);
  });

  it('has words at multiples of 4, rows and slots in one cache line, hash keys at a multiple of 16', () => {
    for (const [name, start] of REGIONS) {
      if (name !== 'masks') expect(start % 4, name).toBe(0);
    }
    expect([L.ROWS % L.ROW_SIZE, L.HOST_ROW % L.ROW_SIZE, L.ACK_ROW % L.ROW_SIZE]).toEqual([0, 0, 0]);
    expect([L.TOPIC_SLOTS % slotSize, L.PROPERTIES_SLOTS % slotSize]).toEqual([0, 0]);
    expect([L.HASH_KEYS % 16, L.TOPIC_ARENA % 16, L.PROPERTIES_ARENA % 16]).toEqual([0, 0, 0]);
  });

  it('has room in a word for every count, length and id', () => {
    // rows that precede an acknowledgement, up to all of them
    expect(L.ROW_LIMIT * 2 ** L.ACK_ROW_SHIFT).toBeLessThan(2 ** 32);
    expect(L.INTERN_LENGTH_LIMIT).toBeLessThan(1 << L.TAG_ID_SHIFT);
    expect(L.TOPIC_LIMIT - 1).toBeLessThanOrEqual(L.TAG_ID_MASK);
    expect((L.PROPERTIES_LIMIT << L.PROPERTIES_ID_SHIFT) - 1).toBeLessThanOrEqual(L.TAG_ID_MASK);
    expect(L.TAG_ID_SHIFT + Math.log2(L.TAG_ID_MASK + 1)).toBe(L.TAG_GENERATION_SHIFT);
    expect(L.SLOT_TEXT + L.SLOT_INLINE_LENGTH).toBeLessThanOrEqual(slotSize);
    // one key for every four bytes of text
    expect(L.HASH_LENGTH_KEY - L.HASH_KEYS).toBe(L.INTERN_LENGTH_LIMIT);
    expect(L.HASH_MULTIPLIER + 4).toBeLessThanOrEqual(L.HASH_KEYS + L.HASH_KEYS_SIZE);
    // a mask and a shift find a slot, and a search always ends at an empty one
    for (const [count, limit] of [
      [L.TOPIC_SLOT_COUNT, L.TOPIC_LIMIT],
      [L.PROPERTIES_SLOT_COUNT, L.PROPERTIES_LIMIT],
    ]) {
      expect(Number.isInteger(Math.log2(count))).toBe(true);
      expect(limit).toBeLessThanOrEqual(count / 2);
    }
  });

  it('holds what a PUBLISH of the longest topic name may make a scan read', () => {
    // a header at the chunk's last byte whose topic name would reach beyond it, and the fields behind that
    expect(CHUNK + L.CHUNK_LIMIT + 65_535 + 16).toBeLessThan(L.MEMORY_END);
  });

  it.each(KERNELS)('is laid out by the %s kernel: masks, odd multiplier, generations', (name) => {
    const { memory } = createKernel(name, new Uint32Array(HASH_KEY_WORDS));
    const { bytes, words } = memory;
    expect(bytes).toHaveLength(MEMORY_PAGES * PAGE);
    const masks = (start: number, ones: number) =>
      Array.from({ length: 2 * ones }, (_, i) => bytes[start + i]);
    const expected = (ones: number) => Array.from({ length: 2 * ones }, (_, i) => (i < ones ? 0xff : 0));
    expect(masks(L.TEXT_MASKS, 48)).toEqual(expected(48));
    expect(masks(L.BYTE_MASKS, 16)).toEqual(expected(16));
    expect(words[L.HASH_MULTIPLIER >> 2]).toBe(1);
    expect(words[L.HEADER_TOPIC_GENERATION >> 2]).toBe(1);
    expect(words[L.HEADER_PROPERTIES_GENERATION >> 2]).toBe(1);
  });

  it.each(KERNELS)('is keyed by chance in each %s kernel', (name) => {
    const keysOf = ({ memory }: Kernel) =>
      Array.from(memory.words.subarray(L.HASH_KEYS >> 2, (L.HASH_KEYS + L.HASH_KEYS_SIZE) >> 2));
    expect(keysOf(createKernel(name))).not.toEqual(keysOf(createKernel(name)));
  });

  it.each(KERNELS)('is written by the %s kernel in its lists and tables only', (name) => {
    const kernel = createKernel(name);
    const { bytes } = kernel.memory;
    for (const { version, bytes: text } of PACKETS) runScan(kernel, hex(text), { version, keepTexts: true });
    let free = 0;
    for (const [region, start, end] of [...REGIONS, ['', bytes.length, 0] as const]) {
      expect(
        bytes.subarray(free, start).every((byte) => byte === 0),
        `before ${region}`,
      ).toBe(true);
      free = end;
    }
  });
});

describe('the module', () => {
  it('is small, and the one that is embedded', () => {
    expect(MODULE.length).toBeLessThanOrEqual(16_384);
    expect(Buffer.from(MODULE).toString('base64')).toBe(WASM_BASE64);
  });
});

interface ModuleExports extends Record<string, unknown> {
  memory: WebAssembly.Memory;
  scan: Scan;
}

describe.runIf(hasWebAssembly())('the module in WebAssembly', () => {
  const instantiate = () => {
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(MODULE));
    return exports as unknown as ModuleExports;
  };

  it('exports its memory and scan, and imports nothing', () => {
    const module = new WebAssembly.Module(MODULE);
    expect(WebAssembly.Module.imports(module)).toEqual([]);
    expect(WebAssembly.Module.exports(module).sort((a, b) => a.name.localeCompare(b.name))).toEqual([
      { name: 'memory', kind: 'memory' },
      { name: 'scan', kind: 'function' },
    ]);
  });

  it('has a memory that is at its maximum, so that no view of it is ever detached', () => {
    const { memory } = instantiate();
    const { buffer } = memory;
    expect(buffer.byteLength).toBe(MEMORY_PAGES * PAGE);
    expect(() => memory.grow(1)).toThrow(RangeError);
    expect(memory.buffer).toBe(buffer);
  });

  it('brings no data along that would lie in the memory map', () => {
    const { memory } = instantiate();
    expect(new Uint8Array(memory.buffer).every((byte) => byte === 0)).toBe(true);
  });

  it('runs the same with the AssemblyScript loader as raw, and as its twin', () => {
    const keys = new Uint32Array(HASH_KEY_WORDS).map((_, i) => (i + 1) * 0x9e3779b1);
    const loaded = instantiateSync<ModuleExports>(MODULE).exports;
    const raw = instantiate();
    const kernels = [
      new Kernel('wasm', memoryViews(loaded.memory.buffer), loaded.scan, keys),
      new Kernel('wasm', memoryViews(raw.memory.buffer), raw.scan, keys),
      createJsKernel(keys),
    ];
    expect(loaded.scan).not.toBe(raw.scan);
    for (const version of [4, 5]) {
      const bytes = join(...PACKETS.filter((one) => one.version === version).map((one) => hex(one.bytes)));
      const [first, ...others] = kernels.map((kernel) => runScan(kernel, bytes, { version }));
      expect(first.packets.length).toBeGreaterThan(20);
      for (const other of others) expect(other).toEqual(first);
    }
    // both are the same code: not only the rows, all of the memory is the same
    expect(Buffer.compare(kernels[0].memory.bytes, kernels[1].memory.bytes)).toBe(0);
  });
});

/** Each number of bytes at its ends, and their neighbours. */
const REMAINING_LENGTHS = [
  0, 1, 2, 3, 4, 126, 127, 128, 129, 255, 256, 16_382, 16_383, 16_384, 16_385, 65_535, 65_536, 65_537,
  2_097_150, 2_097_151, 2_097_152, 2_097_153, 268_435_454, 268_435_455,
];

describe.each(KERNELS)('the remaining length in the %s kernel', (name) => {
  const kernel = createKernel(name);
  const scan = (bytes: Uint8Array, limit: number, end = bytes.length) => {
    kernel.memory.bytes.fill(0, CHUNK, CHUNK + layout.CHUNK_LIMIT);
    kernel.write(bytes, 0);
    return readReport(kernel, kernel.scan(0, end, limit, 0, 0xffff_ffff));
  };

  it.each(REMAINING_LENGTHS)('%i', (length) => {
    const header = join(Uint8Array.of(0x30), variableByteInteger(length));
    const total = header.length + length;
    // topic t; what is not there of the payload lies behind the window
    const start = join(header, hex('0001 74').subarray(0, length));
    if (length < 3) {
      expect(scan(start, total)).toMatchObject({ status: SCAN_HOST, next: 0, rows: [] });
    } else {
      const row = [0x30, 0, total, 0, expect.any(Number), 0, start.length, start.length];
      expect(scan(start, total)).toMatchObject({ status: SCAN_NEED_MORE, next: total, rows: [row] });
      const next = scan(start, total + 1000);
      expect(next).toMatchObject({ status: SCAN_NEED_MORE, next: total, rows: [row] });
    }
    expect(scan(start, total - 1)).toMatchObject({ status: SCAN_NEED_MORE, next: 0, rows: [] });
    for (let end = 0; end < header.length; end++) {
      expect(scan(start, total, end), `${end} bytes`).toMatchObject({
        status: SCAN_NEED_MORE,
        next: 0,
        rows: [],
      });
    }
  });

  it.each(REMAINING_LENGTHS.filter((length) => length < 65_530))(
    '%i of a packet of another type',
    (length) => {
      // CONNACK, whose body is not looked at here
      const header = join(Uint8Array.of(0x20), variableByteInteger(length));
      const bytes = join(header, new Uint8Array(length));
      const row = [0x20, 0, bytes.length, 0, -1, -1, bytes.length];
      expect(scan(bytes, bytes.length)).toMatchObject({ next: bytes.length, rows: [row] });
      // it has to be there as a whole
      if (length > 0)
        expect(scan(bytes, bytes.length, bytes.length - 1)).toMatchObject({ next: 0, rows: [] });
    },
  );

  it.each(REMAINING_LENGTHS)('%i in more bytes than it needs is left to the host', (length) => {
    for (let size = variableByteInteger(length).length + 1; size <= 4; size++) {
      const bytes = join(Uint8Array.of(0x30), variableByteInteger(length, size), hex('0001 74'));
      const total = 1 + size + length;
      expect(scan(bytes, total)).toMatchObject({ status: SCAN_HOST, next: 0, rows: [] });
      expect(scan(bytes, total - 1)).toMatchObject({ status: SCAN_NEED_MORE, next: 0, rows: [] });
    }
  });

  it.each(['80808080', 'FFFFFFFF', '83808080', '80808080 00', '83808080 00', 'FFFFFFFF 7F'])(
    'of five bytes is left to the host at the fifth: %s',
    (length) => {
      const bytes = join(hex(`30 ${length}`), hex('0001 74'));
      for (let end = 0; end <= bytes.length; end++) {
        const status = end < 5 ? SCAN_NEED_MORE : SCAN_HOST;
        expect(scan(bytes, end, end)).toMatchObject({ status, next: 0, rows: [] });
      }
    },
  );

  it('does not depend on the bytes behind the end', () => {
    for (const behind of ['00000000', '7F7F7F7F', '80808080', 'FFFFFFFF']) {
      for (const there of ['30', '30 80', '30 8080', '30 808080']) {
        const end = hex(there).length;
        const report = scan(join(hex(there), hex(behind)), 1 << 30, end);
        expect(report, `${there} before ${behind}`).toMatchObject({
          status: SCAN_NEED_MORE,
          next: 0,
          rows: [],
        });
      }
    }
  });
});
