import { describe, expect, it } from 'vitest';
import * as L from '../../../assembly/forward/layout.ts';
import * as codec from '../../../assembly/layout.ts';
import { KERNELS } from '../scan.ts';
import { Plane } from './plane.ts';

const PAGE = 65_536;

describe('the memory map of the data plane', () => {
  /** Every region: name, first byte, and the byte behind it. */
  const REGIONS: [name: string, start: number, end: number][] = [
    ['codec', 0, codec.MEMORY_END],
    ['header', L.FORWARD_STATUS, L.FORWARD_HEADER_END],
    ['routes', L.ROUTES, L.ROUTES_END],
    ['receivers', L.RECEIVERS, L.RECEIVERS_END],
    ['aliases', L.ALIASES, L.ALIASES_END],
    ['receivers that were written to', L.DIRTY, L.DIRTY_END],
    ['full pages', L.FULL, L.FULL_END],
    ['exceptions', L.EXCEPTIONS, L.EXCEPTIONS_END],
    ['forms', L.FORMS, L.FORMS_END],
    ['subscription identifiers', L.IDENTIFIERS, L.IDENTIFIERS_END],
    ['route arena', L.ROUTE_ARENA, L.ROUTE_ARENA_END],
    ['small pages', L.SMALL_PAGES, L.SMALL_PAGES_END],
    ['large pages', L.LARGE_PAGES, L.LARGE_PAGES_END],
  ];

  it('has regions one behind the other that do not overlap', () => {
    let free = 0;
    for (const [name, start, end] of REGIONS) {
      expect(start, `${name} starts before the end of the region before it`).toBeGreaterThanOrEqual(free);
      expect(end, name).toBeGreaterThan(start);
      free = end;
    }
    expect(L.FORWARD_STATUS).toBe(codec.MEMORY_PAGES * PAGE);
  });

  it('fills its pages of WebAssembly memory', () => {
    expect(L.LARGE_PAGES_END / PAGE).toBe(L.FORWARD_MEMORY_PAGES);
    // addresses and positions are positive as signed words
    expect(L.LARGE_PAGES_END).toBeLessThan(2 ** 31);
  });

  it('has one word per field, and each in its own place', () => {
    const header = [
      L.FORWARD_STATUS,
      L.FORWARD_RESUME,
      L.DIRTY_COUNT,
      L.FULL_COUNT,
      L.EXCEPTION_COUNT,
      L.ROUTE_EPOCH,
      L.TOPIC_EPOCH,
      L.NOW,
      L.COUNT_FORWARDED,
      L.COUNT_DELIVERED,
      L.COUNT_DROPPED,
      L.COUNT_TOO_LARGE,
      L.COUNT_OFFLINE,
      L.SMALL_FREE,
      L.SMALL_NEXT,
      L.SMALL_FREE_COUNT,
      L.LARGE_FREE,
      L.LARGE_NEXT,
      L.LARGE_FREE_COUNT,
    ];
    const record = [
      L.RECEIVER_FLAGS,
      L.RECEIVER_PAGE,
      L.RECEIVER_POSITION,
      L.RECEIVER_PAGE_END,
      L.RECEIVER_ROOM,
      L.RECEIVER_MESSAGE_ROOM,
      L.RECEIVER_MAXIMUM_PACKET_SIZE,
      L.RECEIVER_DROPPED,
      L.RECEIVER_TOO_LARGE,
      L.RECEIVER_TOPIC_EPOCH,
      L.RECEIVER_SINCE,
    ];
    for (const fields of [header, record]) {
      expect(new Set(fields).size).toBe(fields.length);
      for (const field of fields) expect(field % 4).toBe(0);
    }
    // two double words per protocol version, behind the words above
    expect(L.FORM_TABLE % 8).toBe(0);
    expect(L.FORM_TABLE).toBeGreaterThan(Math.max(...header));
    expect(L.FORM_TABLE + 16).toBeLessThanOrEqual(L.FORWARD_HEADER_END);
    expect(Math.max(...record) + 4).toBeLessThanOrEqual(1 << L.RECEIVER_SHIFT);
  });

  it('has words at multiples of 4, records in one cache line, pages at multiples of their size', () => {
    for (const [name, start] of REGIONS) expect(start % 4, name).toBe(0);
    expect([L.RECEIVERS % 64, L.ALIASES % 64, L.ROUTES % 16]).toEqual([0, 0, 0]);
    expect([L.ENTRY_SIZE, L.ROUTE_ARENA % 8, L.SMALL_PAGES % L.SMALL_PAGE, L.LARGE_PAGES % 1024]).toEqual([
      8, 0, 0, 0,
    ]);
  });

  it('has room for every slot, alias, flag and entry', () => {
    expect(L.ENTRY_SLOT_MASK).toBe(L.RECEIVER_LIMIT - 1);
    expect(L.ENTRY_SLOT_MASK & (3 << L.ENTRY_QOS_SHIFT)).toBe(0);
    const bits = [L.ENTRY_SLOT_MASK, 3 << L.ENTRY_QOS_SHIFT, L.ENTRY_NO_LOCAL, L.ENTRY_RETAIN_AS_PUBLISHED];
    expect(bits.reduce((a, b) => a + b)).toBe(bits.reduce((a, b) => a | b));
    expect(L.ALIAS_LIMIT * 4).toBeLessThanOrEqual(1 << L.ALIASES_SHIFT);
    const flags = [
      L.RECEIVER_CONNECTED,
      L.RECEIVER_VERSION_5,
      L.RECEIVER_TAKES_ALIASES,
      L.RECEIVER_DIRTY,
      L.RECEIVER_DEFERRED,
      L.RECEIVER_HAS_EXPIRY,
    ];
    expect(new Set(flags).size).toBe(flags.length);
    expect(Math.max(...flags)).toBeLessThan(1 << L.ALIAS_COUNT_SHIFT);
    expect(L.DIRTY_END - L.DIRTY).toBe(L.RECEIVER_LIMIT * 4);
    // each full page has left a large one to its receiver
    expect(L.FULL_END - L.FULL).toBe(L.LARGE_PAGE_COUNT * L.FULL_ENTRY_SIZE);
    expect(L.IDENTIFIERS_END - L.IDENTIFIERS).toBeGreaterThanOrEqual(4 + L.IDENTIFIERS_LIMIT + L.PAGE_SLACK);
  });

  it('has room for the longest packet that the kernel makes', () => {
    // the name that an alias stands for, the property length, an alias and the identifiers are added
    const longest =
      L.FRAME_LIMIT + codec.INTERN_LENGTH_LIMIT + 3 + 3 + L.IDENTIFIERS_LIMIT + 2 * L.PAGE_SLACK;
    expect(L.FORM_SIZE).toBeGreaterThanOrEqual(longest);
    expect(L.LARGE_PAGE).toBeGreaterThanOrEqual(longest);
  });

  it.each(KERNELS)('begins with all pages free and epochs that no route has in the %s kernel', (name) => {
    const plane = new Plane(name);
    expect(plane.kernel.name).toBe(name);
    expect(plane.bytes).toHaveLength(L.FORWARD_MEMORY_PAGES * PAGE);
    expect(plane.word(L.SMALL_FREE_COUNT)).toBe(L.SMALL_PAGE_COUNT);
    expect(plane.word(L.LARGE_FREE_COUNT)).toBe(L.LARGE_PAGE_COUNT);
    expect([plane.word(L.ROUTE_EPOCH), plane.word(L.TOPIC_EPOCH)]).toEqual([1, 1]);
  });
});
