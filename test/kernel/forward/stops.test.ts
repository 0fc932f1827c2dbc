import { describe, expect, it } from 'vitest';
import {
  COUNT_FORWARDED,
  EXCEPTION_LIMIT,
  FORWARD_APPROVED,
  FORWARD_AT_MOST_ONCE,
  FORWARD_DONE,
  FORWARD_EXCEPTIONS,
  FORWARD_HOST,
  FORWARD_HOST_BITS_SHIFT,
  FORWARD_PAGES,
  FORWARD_RESUME,
  FORWARD_ROUTE,
  FRAME_LIMIT,
  RECEIVER_LIMIT,
} from '../../../assembly/forward/layout.ts';
import { INTERN_NOT_KEPT, ROW_TOPIC } from '../../../assembly/layout.ts';
import { hex } from '../../vectors/hex.ts';
import { KERNELS } from '../scan.ts';
import { join, packet, publish, publish5 } from '../wire.ts';
import { expectBytes, Plane } from './plane.ts';

const small = publish('t/1', hex('0102'));

/** A PUBLISH of so many bytes in all. */
function publishOf(size: number): Uint8Array {
  const header = size > 16_386 ? 4 : size > 129 ? 3 : 2;
  const bytes = publish('t/1', new Uint8Array(size - header - 5).fill(0x61));
  expect(bytes).toHaveLength(size);
  return bytes;
}

describe.each(KERNELS)('the %s kernel', (name) => {
  const fresh = () => {
    const plane = new Plane(name);
    plane.receiver({ slot: 7 });
    plane.route('t/1', [{ slot: 7 }]);
    return plane;
  };

  describe('stops for TypeScript at', () => {
    /** The row in the middle of three. */
    const STOPS: [what: string, bytes: Uint8Array, version5: boolean][] = [
      ['QoS 1', packet(0x32, hex('0003 742f31 0001 61')), false],
      ['QoS 2', packet(0x34, hex('0003 742f31 0001 61')), false],
      ['a topic alias with a name', publish5('t/1', hex('23 0001')), true],
      ['a topic alias instead of a name', publish5('', hex('23 0001')), true],
      ['a subscription identifier, which is its sender’s', publish5('t/1', hex('0b 01')), true],
      ['a PUBREL', hex('62 02 0001'), false],
      ['a SUBSCRIBE', hex('82 08 0001 0003 742f31 00'), false],
      ['a topic without id', publish('x'.repeat(600)), false],
      ['one byte beyond the largest packet', publishOf(FRAME_LIMIT + 1), false],
    ];

    it.each(STOPS)('%s', (_, bytes, version5) => {
      const plane = fresh();
      const around = version5 ? publish5('t/1', new Uint8Array(0), hex('0102')) : small;
      expect(plane.load(join(around, bytes, around), version5)).toBe(3);
      expect(plane.forward({ version5 })).toEqual({ status: FORWARD_HOST, row: 1 });
      expectBytes(plane.outbox(7), small);
      expect(plane.forward({ version5 }, 2)).toEqual({ status: FORWARD_DONE, row: 3 });
      expectBytes(plane.outbox(7), join(small, small));
      expect(plane.word(COUNT_FORWARDED)).toBe(2);
    });

    it('a topic alias also where nobody gets the message', () => {
      const plane = fresh();
      plane.route('t/1', []);
      plane.load(publish5('t/1', hex('23 0001')), true);
      expect(plane.forward({ version5: true })).toEqual({ status: FORWARD_HOST, row: 0 });
    });

    it('a topic that has no name of its own before it asks for a route', () => {
      const plane = new Plane(name);
      plane.load(publish5('', hex('23 0001')), true);
      expect(plane.forward({ version5: true })).toEqual({ status: FORWARD_HOST, row: 0 });
    });

    it('a route that is for TypeScript', () => {
      const plane = fresh();
      plane.route('t/1', 'host');
      plane.load(join(small, small));
      expect(plane.forward()).toEqual({ status: FORWARD_HOST, row: 0 });
    });

    it('RETAIN if the host bits say so', () => {
      const plane = fresh();
      const retained = packet(0x31, hex('0003 742f31 61'));
      plane.load(join(small, retained));
      expect(plane.forward({ options: 1 << FORWARD_HOST_BITS_SHIFT })).toEqual({
        status: FORWARD_HOST,
        row: 1,
      });
      expect(plane.forward({}, 1)).toEqual({ status: FORWARD_DONE, row: 2 });
      expectBytes(plane.outbox(7), join(small, packet(0x30, hex('0003 742f31 61'))));
    });

    it('a packet that is in the memory but for its last byte', () => {
      const plane = fresh();
      const bytes = join(small, publishOf(400));
      expect(plane.load(bytes, false, bytes.length - 1)).toBe(2);
      expect(plane.forward()).toEqual({ status: FORWARD_HOST, row: 1 });
      expect(plane.load(bytes)).toBe(2);
      expect(plane.forward()).toEqual({ status: FORWARD_DONE, row: 2 });
    });
  });

  it('passes on the largest packet, and what has been approved although it stopped there', () => {
    const plane = fresh();
    plane.passOn(publishOf(FRAME_LIMIT));
    expectBytes(plane.take().get(7) as Uint8Array, publishOf(FRAME_LIMIT));
    plane.load(join(publish5('t/1', hex('23 0001')), publish5('', hex('23 0001'), hex('62'))), true);
    plane.setWord(plane.rowAddress(1) + ROW_TOPIC, plane.topicId('t/1'));
    const options = FORWARD_APPROVED;
    for (const row of [0, 1]) {
      const stop = plane.forward({ version5: true, options, copied: 0 }, row, row + 1);
      expect(stop).toEqual({ status: FORWARD_DONE, row: row + 1 });
    }
    expectBytes(plane.outbox(7), join(publish('t/1'), publish('t/1', hex('62'))));
  });

  it('stops at a topic without a route, and where routes have been dropped', () => {
    const plane = fresh();
    plane.load(join(small, publish('t/2'), small));
    expect(plane.forward()).toEqual({ status: FORWARD_ROUTE, row: 1 });
    plane.route('t/2', []);
    expect(plane.forward({}, 1)).toEqual({ status: FORWARD_DONE, row: 3 });
    plane.kernel.dropRoutes();
    expect(plane.forward()).toEqual({ status: FORWARD_ROUTE, row: 0 });
    plane.route('t/1', [{ slot: 7 }]);
    expect(plane.forward()).toEqual({ status: FORWARD_ROUTE, row: 1 });
    expect(plane.word(COUNT_FORWARDED)).toBe(4);
    expectBytes(plane.outbox(7), join(small, small, small));
  });

  it('has no route for a topic that was named anew', () => {
    const plane = fresh();
    plane.kernel.flushTopics();
    plane.load(publish('t/other'));
    expect(plane.topicId('t/other')).toBe(0);
    expect(plane.forward()).toEqual({ status: FORWARD_ROUTE, row: 0 });
  });

  it('interns the names that a scan interns', () => {
    const plane = fresh();
    plane.load(join(publish('some/name'), publish('x'.repeat(600))));
    expect([plane.topicOf(0), plane.topicOf(1)]).toEqual([plane.topicId('some/name'), INTERN_NOT_KEPT]);
    expect(plane.topicId('x'.repeat(600))).toBe(INTERN_NOT_KEPT);
  });

  describe('an approved PUBLISH with QoS 1', () => {
    const bytes = packet(0x33, hex('0003 742f31 1234 61'));
    const asQos0 = packet(0x30, hex('0003 742f31 61'));
    const approved = { options: FORWARD_APPROVED };

    it('is left to TypeScript for who subscribed with more than QoS 0, connected or not', () => {
      const plane = fresh();
      for (const slot of [1, 3, 4]) plane.receiver({ slot });
      plane.receiver({ slot: 2, connected: false });
      const entries = [{ slot: 3, qos: 1 }, { slot: 1 }, { slot: 2, qos: 2 }, { slot: 4 }];
      plane.route('t/1', entries);
      plane.load(bytes);
      expect(plane.forward(approved)).toEqual({ status: FORWARD_DONE, row: 1 });
      expect(plane.exceptions()).toEqual([0, 2]);
      expect([1, 2, 3, 4].map((slot) => plane.outbox(slot).length)).toEqual([8, 0, 0, 8]);
      expectBytes(plane.outbox(1), asQos0);
      expect(plane.counters()).toMatchObject({ forwarded: 1, delivered: 2, offline: 0 });
    });

    it('goes to everybody with QoS 0 if that is wanted', () => {
      const plane = fresh();
      plane.route('t/1', [{ slot: 7, qos: 2 }]);
      plane.load(bytes);
      plane.forward({ options: FORWARD_APPROVED | FORWARD_AT_MOST_ONCE });
      expect(plane.exceptions()).toEqual([]);
      expectBytes(plane.outbox(7), asQos0);
    });

    it('goes on where the EXCEPTIONS list was full, with nobody twice and nobody left out', () => {
      const plane = new Plane(name);
      // every third with QoS 0, to see that these get it once
      const entries = Array.from({ length: 3 * EXCEPTION_LIMIT }, (_, slot) => ({
        slot,
        qos: slot % 3 === 0 ? 0 : 1,
      }));
      for (const { slot } of entries) plane.receiver({ slot });
      plane.route('t/1', entries);
      plane.load(bytes);
      const exceptions: number[] = [];
      const stops: number[] = [];
      for (let status = FORWARD_EXCEPTIONS; status !== FORWARD_DONE; ) {
        status = plane.forward(approved).status;
        stops.push(status);
        expect(plane.exceptions()).toHaveLength(EXCEPTION_LIMIT);
        exceptions.push(...plane.exceptions());
        plane.clearExceptions();
      }
      expect(stops).toEqual([FORWARD_EXCEPTIONS, FORWARD_DONE]);
      expect(exceptions).toEqual(entries.flatMap(({ qos, slot }) => (qos > 0 ? [slot] : [])));
      for (const { qos, slot } of entries) {
        if (qos === 0) expectBytes(plane.outbox(slot), asQos0);
      }
      expect(plane.counters()).toMatchObject({ forwarded: 1, delivered: EXCEPTION_LIMIT });
      expect(plane.word(FORWARD_RESUME)).toBe(0);
    });
  });

  it('goes on in the middle of a route when there was no page, with nobody twice and nobody left out', () => {
    const plane = new Plane(name);
    const slots = Array.from({ length: 100 }, (_, i) => (i * 7919) % RECEIVER_LIMIT);
    for (const slot of slots) plane.receiver({ slot });
    plane.route(
      't/1',
      slots.map((slot) => ({ slot })),
    );
    plane.route(
      't/2',
      [...slots].reverse().map((slot) => ({ slot })),
    );
    plane.leavePages(30, 1);
    plane.load(join(publish('t/1', hex('01')), publish('t/2', hex('02')), publish('t/1', hex('03'))));
    const received = new Map<number, Uint8Array>(slots.map((slot) => [slot, new Uint8Array(0)]));
    const rows: number[] = [];
    for (let row = 0, status = FORWARD_PAGES; status !== FORWARD_DONE; ) {
      ({ row, status } = plane.forward({}, row));
      rows.push(row);
      for (const [slot, bytes] of plane.take()) received.set(slot, join(received.get(slot)!, bytes));
    }
    // 31 receivers each time
    expect(rows).toEqual([0, 0, 0, 1, 1, 1, 2, 2, 2, 3]);
    const all = join(publish('t/1', hex('01')), publish('t/2', hex('02')), publish('t/1', hex('03')));
    for (const slot of slots) expect(received.get(slot)).toEqual(all);
    expect(plane.counters()).toMatchObject({ forwarded: 3, delivered: 300 });
    expect(plane.word(FORWARD_RESUME)).toBe(0);
  });
});
