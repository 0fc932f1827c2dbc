import { describe, expect, it } from 'vitest';
import {
  DELIVERED,
  FORWARD_DONE,
  FORWARD_PAGES,
  NO_PAGES,
  NOT_DELIVERED,
  RECEIVER_DROPPED,
  RECEIVER_MAXIMUM_PACKET_SIZE,
  RECEIVER_MESSAGE_ROOM,
  RECEIVER_ROOM,
  RECEIVER_TOO_LARGE,
} from '../../../assembly/forward/layout.ts';
import { hex } from '../../vectors/hex.ts';
import { KERNELS } from '../scan.ts';
import { join, packet, publish, publish5 } from '../wire.ts';
import { expectBytes, Plane, type ReceiverState, type RouteEntry } from './plane.ts';

describe.each(KERNELS)('a receiver of the %s kernel', (name) => {
  /** One receiver of the topics t/1 to t/3. */
  const withReceiver = (state: Partial<ReceiverState> = {}, entry: Partial<RouteEntry> = {}) => {
    const plane = new Plane(name);
    plane.receiver({ slot: 7, ...state });
    for (const topic of ['t/1', 't/2', 't/3', 'abc', 'long/1', 'long/2', 'long/3'])
      plane.route(topic, [{ slot: 7, ...entry }]);
    return plane;
  };
  const sent = (plane: Plane) => Buffer.from(plane.outbox(7)).toString('hex');

  describe('gets the packet in its version', () => {
    const properties = hex('26 0001 6b 0001 76  01 00  26 0001 61 0001 62  26 0001 6b 0001 77');
    const CASES: [what: string, from5: boolean, to5: boolean, bytes: Uint8Array, expected: Uint8Array][] = [
      ['3.1.1 to 3.1.1', false, false, publish('t/1', hex('61')), publish('t/1', hex('61'))],
      ['3.1.1 to 5.0', false, true, publish('t/1', hex('61')), hex('30 07 0003 742f31 00 61')],
      ['5.0 to 3.1.1', true, false, publish5('t/1', properties, hex('61')), publish('t/1', hex('61'))],
      [
        '5.0 to 5.0, properties in their order',
        true,
        true,
        publish5('t/1', properties, hex('61')),
        publish5('t/1', properties, hex('61')),
      ],
      ['5.0 without properties to 3.1.1', true, false, hex('30 06 0003 742f31 00'), publish('t/1')],
    ];

    it.each(CASES)('%s', (_, version5, to5, bytes, expected) => {
      const plane = withReceiver({ version5: to5 });
      plane.passOn(join(bytes, bytes), { version5 });
      expectBytes(plane.outbox(7), join(expected, expected));
    });

    it('where the remaining length takes a byte more or less', () => {
      for (const [from5, to5] of [
        [false, true],
        [true, false],
      ]) {
        for (let length = 115; length < 135; length++) {
          const payload = new Uint8Array(length).fill(length);
          const none = new Uint8Array(0);
          const plane = withReceiver({ version5: to5 });
          plane.passOn(from5 ? publish5('t/1', none, payload) : publish('t/1', payload), { version5: from5 });
          expectBytes(plane.outbox(7), to5 ? publish5('t/1', none, payload) : publish('t/1', payload));
        }
      }
    });
  });

  it('gets RETAIN only with retain as published (MQTT-3.3.1-12, MQTT-3.3.1-13)', () => {
    for (const version5 of [false, true]) {
      for (const retainAsPublished of [false, true]) {
        for (const first of [0x30, 0x31]) {
          const plane = withReceiver({ version5: true }, { retainAsPublished });
          plane.passOn(packet(first, hex(version5 ? '0003 742f31 00 61' : '0003 742f31 61')), { version5 });
          expectBytes(plane.outbox(7), packet(retainAsPublished ? first : 0x30, hex('0003 742f31 00 61')));
        }
      }
    }
  });

  it('does not get its own messages with no local (MQTT-3.8.3-3), others do', () => {
    const plane = new Plane(name);
    for (const slot of [0, 1, 2]) plane.receiver({ slot });
    plane.route('t/1', [{ slot: 0, noLocal: true }, { slot: 1, noLocal: true }, { slot: 2 }]);
    plane.passOn(publish('t/1'), { publisher: 1 });
    plane.passOn(publish('t/1'), { publisher: 2 });
    plane.passOn(publish('t/1'));
    expect([0, 1, 2].map((slot) => plane.outbox(slot).length / 7)).toEqual([3, 2, 3]);
    expect(plane.counters()).toEqual({ forwarded: 3, delivered: 8, dropped: 0, tooLarge: 0, offline: 0 });
  });

  it('gets nothing while it is not connected, which is counted', () => {
    const plane = withReceiver({ connected: false });
    plane.passOn(join(publish('t/1'), publish('t/2')));
    expect(plane.kernel.deliver(plane.rowAddress(0), 7, 0x32, 1, 0)).toBe(NOT_DELIVERED);
    expect([sent(plane), plane.dirty()]).toEqual(['', []]);
    expect(plane.counters()).toEqual({ forwarded: 2, delivered: 0, dropped: 0, tooLarge: 0, offline: 3 });
  });

  describe('with limits', () => {
    const bytes = publish('t/1', hex('6162')); // 9 bytes

    it('gets a packet of its maximum size, and none of a byte more (MQTT-3.1.2-24)', () => {
      for (const [maximum, fits] of [
        [9, true],
        [8, false],
      ] as const) {
        for (const aliases of [0, 1]) {
          const plane = withReceiver({
            maximum: maximum + (aliases > 0 ? 1 : 0),
            version5: aliases > 0,
            aliases,
          });
          plane.passOn(bytes);
          expect(plane.outbox(7).length > 0).toBe(fits);
          expect(plane.field(7, RECEIVER_TOO_LARGE)).toBe(fits ? 0 : 1);
          expect(plane.counters()).toMatchObject({ delivered: fits ? 1 : 0, tooLarge: fits ? 0 : 1 });
        }
      }
    });

    it('has no maximum below 4 GiB if the word says so', () => {
      const plane = withReceiver({ maximum: 0xffff_ffff });
      plane.passOn(join(bytes, bytes));
      expect(plane.field(7, RECEIVER_MAXIMUM_PACKET_SIZE)).toBe(-1);
      expect(plane.kernel.deliver(plane.rowAddress(0), 7, 0x30, 0, 0)).toBe(DELIVERED);
      expectBytes(plane.outbox(7), join(bytes, bytes, bytes));
    });

    it('gets as many bytes as it has room for, exactly', () => {
      for (const [room, count] of [
        [36, 4],
        [35, 3],
      ]) {
        const plane = withReceiver({ room, since: 0 });
        plane.passOn(join(bytes, bytes, bytes, bytes));
        expect(plane.outbox(7)).toHaveLength(9 * count);
        expect([plane.field(7, RECEIVER_ROOM), plane.field(7, RECEIVER_DROPPED)]).toEqual([
          room - 9 * count,
          4 - count,
        ]);
        expect(plane.counters()).toMatchObject({ forwarded: 4, delivered: count, dropped: 4 - count });
      }
    });

    it('gets as many messages as it has room for, exactly, and smaller ones after one too large', () => {
      const plane = withReceiver({ messageRoom: 2, room: 20, since: 0 });
      plane.passOn(join(bytes, publish('t/1', hex('616263 646566')), publish('t/2'), publish('t/3')));
      expectBytes(plane.outbox(7), join(bytes, publish('t/2')));
      expect([plane.field(7, RECEIVER_MESSAGE_ROOM), plane.field(7, RECEIVER_DROPPED)]).toEqual([0, 2]);
    });

    it('whose socket may take more is not dropped for: what waits is sent first', () => {
      const plane = withReceiver({ room: 20 });
      plane.load(join(bytes, bytes, bytes, publish('t/1', new Uint8Array(14))));
      expect(plane.forward()).toEqual({ status: FORWARD_PAGES, row: 2 });
      expect(plane.kernel.deliver(plane.rowAddress(2), 7, 0x30, 0, 0)).toBe(NO_PAGES);
      plane.take();
      plane.setField(7, RECEIVER_ROOM, 20);
      // nothing waits that could be sent when the last one comes, which has no room at all
      expect(plane.forward({}, 2, 3)).toEqual({ status: FORWARD_DONE, row: 3 });
      plane.take();
      plane.setField(7, RECEIVER_ROOM, 20);
      expect(plane.forward({}, 3)).toEqual({ status: FORWARD_DONE, row: 4 });
      expect(plane.counters()).toMatchObject({ delivered: 3, dropped: 1 });
    });
  });

  describe('that subscribed with identifiers', () => {
    it('gets them after the properties that came, in MQTT 5.0', () => {
      const plane = withReceiver({ version5: true }, { identifiers: [1, 200, 268_435_455] });
      plane.passOn(publish5('t/1', hex('26 0001 6b 0001 76'), hex('61')), { version5: true });
      plane.passOn(publish('t/1', hex('61')));
      const added = hex('0b 01  0b c801  0b ffffff7f');
      expectBytes(
        plane.outbox(7),
        join(
          publish5('t/1', join(hex('26 0001 6b 0001 76'), added), hex('61')),
          publish5('t/1', added, hex('61')),
        ),
      );
    });

    it('gets none in MQTT 3.1.1', () => {
      const plane = withReceiver({}, { identifiers: [1] });
      plane.passOn(publish('t/1', hex('61')));
      expectBytes(plane.outbox(7), publish('t/1', hex('61')));
    });
  });

  describe('of `deliver`', () => {
    it('gets the first byte and packet identifier that it says, and the identifiers', () => {
      const plane = withReceiver({ version5: true });
      plane.load(packet(0x35, hex('0003 742f31 0042 61')));
      const identifiers = plane.identifiers([5, 300]);
      const deliver = (first: number, messageId: number, address: number) =>
        plane.kernel.deliver(plane.rowAddress(0), 7, first, messageId, address);
      expect(deliver(0x3b, 0x1234, identifiers)).toBe(DELIVERED);
      expect(deliver(0x34, 0xffff, 0)).toBe(DELIVERED);
      expect(deliver(0x31, 0, 0)).toBe(DELIVERED);
      expectBytes(
        plane.outbox(7),
        join(
          packet(0x3b, hex('0003 742f31 1234 05 0b05 0bac02 61')),
          packet(0x34, hex('0003 742f31 ffff 00 61')),
          packet(0x31, hex('0003 742f31 00 61')),
        ),
      );
      expect(plane.counters()).toMatchObject({ forwarded: 0, delivered: 3 });
    });
  });
});
