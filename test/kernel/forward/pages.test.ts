import { describe, expect, it } from 'vitest';
import {
  DIRTY_COUNT,
  FORWARD_DONE,
  FORWARD_PAGES,
  FRAME_LIMIT,
  FULL_COUNT,
  LARGE_FREE_COUNT,
  LARGE_PAGE,
  LARGE_PAGE_COUNT,
  LARGE_PAGES,
  NO_PAGES,
  PAGE_SLACK,
  RECEIVER_DIRTY,
  RECEIVER_MESSAGE_ROOM,
  RECEIVER_PAGE,
  RECEIVER_PAGE_END,
  RECEIVER_POSITION,
  RECEIVER_ROOM,
  SMALL_FREE_COUNT,
  SMALL_PAGE,
  SMALL_PAGE_COUNT,
} from '../../../assembly/forward/layout.ts';
import { hex } from '../../vectors/hex.ts';
import { KERNELS } from '../scan.ts';
import { join, publish, publish5 } from '../wire.ts';
import { expectBytes, Plane } from './plane.ts';

const SMALL_ROOM = SMALL_PAGE - PAGE_SLACK;
const LARGE_ROOM = LARGE_PAGE - PAGE_SLACK;

/** So many bytes that are different from those next to them. */
function noise(length: number, seed = 0): Uint8Array {
  return new Uint8Array(length).map((_, i) => (i * 31 + (i >> 8) * 7 + seed) & 0xff);
}

describe.each(KERNELS)('the pages of the %s kernel', (name) => {
  const fresh = (...slots: number[]) => {
    const plane = new Plane(name);
    for (const slot of slots) plane.receiver({ slot });
    plane.route(
      't',
      slots.map((slot) => ({ slot })),
    );
    return plane;
  };
  const isLarge = ([page]: [number, number]) => page >= LARGE_PAGES;

  it('an outbox begins with a small one, goes on in a large one, and then in more of them', () => {
    const plane = fresh(3);
    const sent: Uint8Array[] = [];
    const send = (length: number) => {
      const bytes = publish('t', noise(length, sent.length));
      plane.passOn(bytes);
      sent.push(bytes);
      expectBytes(plane.outbox(3), join(...sent));
    };
    send(400);
    expect([plane.dirty(), plane.pages(3).map(isLarge)]).toEqual([[3], [false]]);
    send(400);
    expect(plane.pages(3).map(isLarge)).toEqual([false]);
    expect(plane.word(SMALL_FREE_COUNT)).toBe(SMALL_PAGE_COUNT - 1);
    send(400);
    // one piece still, and the small page is free again
    expect(plane.pages(3).map(isLarge)).toEqual([true]);
    expect(plane.word(SMALL_FREE_COUNT)).toBe(SMALL_PAGE_COUNT);
    while (plane.word(FULL_COUNT) < 2) send(400);
    expect(plane.pages(3).map(isLarge)).toEqual([true, true, true]);
    expect(plane.word(LARGE_FREE_COUNT)).toBe(LARGE_PAGE_COUNT - 3);
    expect(plane.dirty()).toEqual([3]);
    plane.take();
    expect(plane.word(LARGE_FREE_COUNT)).toBe(LARGE_PAGE_COUNT);
    expect(plane.field(3, RECEIVER_PAGE)).toBe(0);
  });

  it('are filled to the last byte before their slack', () => {
    for (const length of [SMALL_ROOM, SMALL_ROOM + 1]) {
      const plane = fresh(3);
      expect(plane.append(3, noise(length))).toBe(true);
      expect(plane.pages(3).map(isLarge)).toEqual([length > SMALL_ROOM]);
    }
    const plane = fresh(3);
    plane.append(3, noise(LARGE_ROOM - 7));
    plane.passOn(publish('t', hex('0102')));
    expect(plane.word(FULL_COUNT)).toBe(0);
    plane.append(3, hex('c0'));
    expect(plane.word(FULL_COUNT)).toBe(1);
    expectBytes(plane.outbox(3), join(noise(LARGE_ROOM - 7), publish('t', hex('0102')), hex('c0')));
  });

  it('hold what TypeScript writes as well, in order, up to a whole large page', () => {
    const pieces = [noise(500, 1), noise(LARGE_ROOM, 2), noise(30, 3), noise(LARGE_ROOM, 4), noise(900, 5)];
    const plane = fresh(3);
    for (const piece of pieces) {
      expect(plane.append(3, piece)).toBe(true);
      plane.passOn(publish('t', hex('61')));
    }
    const expected = pieces.flatMap((piece) => [piece, publish('t', hex('61'))]);
    expectBytes(plane.outbox(3), join(...expected));
    for (const [page, end] of plane.pages(3))
      expect(end - page).toBeLessThanOrEqual(page < LARGE_PAGES ? SMALL_ROOM : LARGE_ROOM);
  });

  it('are written to by `reserve` without regard to the room for messages', () => {
    const plane = new Plane(name);
    plane.receiver({ slot: 3, room: 0, messageRoom: 0 });
    expect(plane.append(3, hex('d000'))).toBe(true);
    expect([plane.field(3, RECEIVER_ROOM), plane.field(3, RECEIVER_MESSAGE_ROOM)]).toEqual([0, 0]);
    expectBytes(plane.outbox(3), hex('d000'));
    expect(plane.dirty()).toEqual([3]);
  });

  it('name each receiver that was written to once, and again after it was taken off', () => {
    const plane = fresh(9, 2, 5);
    plane.passOn(join(publish('t'), publish('t')));
    expect(plane.dirty()).toEqual([9, 2, 5]);
    plane.take([2]);
    plane.passOn(publish('t'));
    expect(plane.dirty()).toEqual([9, 5, 2]);
    // one whose page was taken off in the middle of the turn is in the list still
    plane.kernel.givePage(plane.field(9, RECEIVER_PAGE));
    for (const field of [RECEIVER_PAGE, RECEIVER_POSITION, RECEIVER_PAGE_END]) plane.setField(9, field, 0);
    plane.passOn(publish('t'));
    expect(plane.dirty()).toEqual([9, 5, 2]);
    // one that keeps its page when the list is walked is not named again: its page says that something waits
    plane.setWord(DIRTY_COUNT, 0);
    for (const slot of [9, 5, 2]) plane.setFlag(slot, RECEIVER_DIRTY, false);
    plane.passOn(publish('t'));
    expect(plane.dirty()).toEqual([]);
  });

  it('are used again last in, first out, and none twice', () => {
    const plane = fresh(0, 1, 2, 3);
    plane.passOn(publish('t'));
    const used = [0, 1, 2, 3].map((slot) => plane.field(slot, RECEIVER_PAGE));
    expect(new Set(used).size).toBe(4);
    plane.take([1, 3]);
    plane.passOn(publish('t'));
    expect([1, 3].map((slot) => plane.field(slot, RECEIVER_PAGE))).toEqual([used[3], used[1]]);
  });

  it('when small ones are all taken, large ones serve', () => {
    const plane = fresh(0, 1, 2);
    plane.leavePages(1, 2);
    plane.passOn(publish('t', hex('61')));
    expect([0, 1, 2].map((slot) => plane.pages(slot).map(isLarge))).toEqual([[false], [true], [true]]);
    expect([plane.word(SMALL_FREE_COUNT), plane.word(LARGE_FREE_COUNT)]).toEqual([0, 0]);
  });

  it('when there is none, nothing has changed', () => {
    const plane = fresh(0, 1);
    plane.receiver({ slot: 2, version5: true, aliases: 1 });
    plane.leavePages(1, 0);
    plane.load(publish('t', noise(960)));
    expect(plane.forward()).toEqual({ status: FORWARD_PAGES, row: 0 });
    expect([plane.word(SMALL_FREE_COUNT), plane.word(FULL_COUNT), plane.word(DIRTY_COUNT)]).toEqual([
      1, 0, 0,
    ]);
    plane.append(0, noise(900));
    const before = plane.snapshot();
    expect(plane.append(0, noise(61))).toBe(false);
    expect(plane.append(1, noise(1))).toBe(false);
    expect(plane.kernel.deliver(plane.rowAddress(0), 2, 0x30, 0, 0)).toBe(NO_PAGES);
    expect(plane.snapshot()).toEqual(before);
  });

  it.each([
    ['as it came', false, false],
    ['made for 3.1.1', true, false],
    ['made for 5.0', false, true],
    ['as it came, with properties', true, true],
  ])('are not written to beyond a packet of any length, %s', (_, from5, to5) => {
    const plane = new Plane(name);
    // in between others: small pages of 1 and 3, large pages of 4 and 5, next to those that 2 is given and gives back
    const neighbours = [1, 3, 4, 5];
    for (const slot of [2, ...neighbours]) plane.receiver({ slot, version5: to5 });
    for (const slot of [1, 2, 3]) plane.append(slot, noise(SMALL_ROOM, slot));
    plane.take([2]);
    for (const slot of [4, 2, 5]) plane.append(slot, noise(LARGE_ROOM, slot));
    plane.take([2]);
    const pages = neighbours.flatMap((slot) => plane.pages(slot));
    const before = pages.map(([page, end]) => plane.bytes.slice(page, end));
    const filler = noise(LARGE_ROOM, 2);
    plane.route('t', [{ slot: 2 }]);
    const properties = hex('26 0001 6b 0001 76');
    for (let length = 0; ; length++) {
      const payload = noise(length, length);
      const bytes = from5 ? publish5('t', properties, payload) : publish('t', payload);
      if (bytes.length > FRAME_LIMIT) break;
      const kept = from5 ? properties : new Uint8Array(0);
      const expected = to5 ? publish5('t', kept, payload) : publish('t', payload);
      // so that it ends where the page does
      const room = (expected.length + 1 > SMALL_ROOM ? LARGE_ROOM : SMALL_ROOM) - expected.length;
      plane.take([2]);
      plane.append(2, filler.subarray(0, room));
      expect(plane.pages(2)).toHaveLength(1);
      plane.passOn(bytes, { version5: from5 });
      const [[page, end]] = plane.pages(2);
      expectBytes(plane.bytes.subarray(page + room, end), expected);
      const isUntouched = pages.every(
        ([first, last], i) => Buffer.compare(plane.bytes.subarray(first, last), before[i]) === 0,
      );
      if (!isUntouched || plane.pages(2).length !== 1) throw new Error(`beyond ${expected.length} bytes`);
    }
  });

  it('next to each other stay apart, whoever is written to in whatever order', () => {
    const slots = Array.from({ length: 40 }, (_, slot) => slot);
    const plane = fresh(...slots);
    for (const slot of slots) plane.route(`to ${slot}`, [{ slot }]);
    const sent = new Map<number, Uint8Array[]>(slots.map((slot) => [slot, []]));
    for (let i = 0; i < 2500; i++) {
      const slot = (i * 17) % 40;
      const bytes = publish(`to ${slot}`, noise((i * 37) % 700, i));
      plane.load(bytes);
      expect(plane.forward().status).toBe(FORWARD_DONE);
      sent.get(slot)?.push(bytes);
    }
    for (const slot of slots) {
      expectBytes(plane.outbox(slot), join(...sent.get(slot)!), `outbox of ${slot}`);
    }
  });
});
