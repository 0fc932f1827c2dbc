import { describe, expect, it } from 'vitest';
import {
  DELIVERED,
  NOW,
  RECEIVER_FLAGS,
  RECEIVER_HAS_EXPIRY,
  RECEIVER_ROOM,
  RECEIVER_SINCE,
  TOPIC_EPOCH,
} from '../../../assembly/forward/layout.ts';
import { hex } from '../../vectors/hex.ts';
import { KERNELS } from '../scan.ts';
import { join, publish, publish5 } from '../wire.ts';
import { expectBytes, Plane, type ReceiverState } from './plane.ts';

describe.each(KERNELS)('a receiver of the %s kernel', (name) => {
  /** One receiver of the topics t/1 to t/3. */
  const withReceiver = (state: Partial<ReceiverState> = {}) => {
    const plane = new Plane(name);
    plane.receiver({ slot: 7, ...state });
    for (const topic of ['t/1', 't/2', 't/3', 'abc', 'long/1', 'long/2', 'long/3'])
      plane.route(topic, [{ slot: 7 }]);
    return plane;
  };
  const sent = (plane: Plane) => Buffer.from(plane.outbox(7)).toString('hex');
  const asHex = (text: string) => Buffer.from(hex(text)).toString('hex');

  describe('that takes topic aliases', () => {
    const known = (first: string, second: string) => asHex(`30 0c 0006 ${first}  03 23 ${second}`);
    const alone = (alias: string) => asHex(`30 06 0000 03 23 ${alias}`);
    const send = (plane: Plane, ...topics: string[]) => {
      plane.take();
      plane.passOn(join(...topics.map((topic) => publish(topic))));
      return sent(plane);
    };
    const [ONE, TWO, THREE] = ['6c6f6e672f31', '6c6f6e672f32', '6c6f6e672f33'];

    it('gets a name once, then its alias; with all aliases taken, one is given another name', () => {
      const plane = new Plane(name);
      plane.receiver({ slot: 7, version5: true, aliases: 2 });
      for (const topic of ['long/1', 'long/2', 'long/3']) plane.route(topic, [{ slot: 7 }]);
      expect(send(plane, 'long/1', 'long/1')).toBe(known(ONE, '0001') + alone('0001'));
      expect(send(plane, 'long/2', 'long/1', 'long/2')).toBe(
        known(TWO, '0002') + alone('0001') + alone('0002'),
      );
      expect(send(plane, 'long/3', 'long/3', 'long/1')).toBe(
        known(THREE, '0001') + alone('0001') + known(ONE, '0001'),
      );
    });

    it('gets all names anew once topic ids stand for others', () => {
      const plane = withReceiver({ version5: true, aliases: 16 });
      const first = send(plane, 'long/1');
      expect(send(plane, 'long/1')).not.toBe(first);
      plane.setWord(TOPIC_EPOCH, plane.word(TOPIC_EPOCH) + 1);
      expect(send(plane, 'long/1')).toBe(first);
    });

    it('gets short names as they are, and a name that may expire before it is sent', () => {
      const plane = withReceiver({ version5: true, aliases: 16 });
      expect(send(plane, 'abc', 'abc')).toBe(asHex('30 06 0003 616263 00').repeat(2));
      plane.take();
      const expiring = publish5('long/1', hex('02 00000e10'));
      plane.passOn(join(expiring, expiring), { version5: true });
      expectBytes(plane.outbox(7), join(expiring, expiring));
    });

    it('gets the alias of its own, not that of who sent the message', () => {
      const plane = new Plane(name);
      plane.receiver({ slot: 7, version5: true, aliases: 1 });
      plane.route('long/1', [{ slot: 7 }]);
      plane.load(publish5('long/1', hex('26 0001 6b 0001 76 23 0009 01 00')), true);
      const deliver = () => plane.kernel.deliver(plane.rowAddress(0), 7, 0x30, 0, 0);
      expect([deliver(), deliver()]).toEqual([DELIVERED, DELIVERED]);
      const kept = '26 0001 6b 0001 76 01 00';
      expectBytes(
        plane.outbox(7),
        join(publish5('long/1', hex(`${kept} 23 0001`)), publish5('', hex(`${kept} 23 0001`))),
      );
    });

    it('gets none that would make the packet too large for it', () => {
      const plain = hex('30 09 0006 6c6f6e672f31 00');
      for (const [maximum, expected] of [
        [14, publish5('long/1', hex('23 0001'))],
        [13, plain],
        [11, plain],
        [10, new Uint8Array(0)],
      ] as const) {
        const plane = new Plane(name);
        plane.receiver({ slot: 7, version5: true, aliases: 1, maximum });
        plane.route('long/1', [{ slot: 7 }]);
        plane.passOn(publish('long/1'));
        expectBytes(plane.outbox(7), expected);
      }
    });

    it('is not told one that was not sent', () => {
      const plane = new Plane(name);
      plane.receiver({ slot: 7, version5: true, aliases: 1, room: 5, since: 0 });
      plane.route('long/1', [{ slot: 7 }]);
      plane.passOn(publish('long/1'));
      plane.setField(7, RECEIVER_ROOM, 1000);
      plane.passOn(publish('long/1'));
      expectBytes(plane.outbox(7), publish5('long/1', hex('23 0001')));
    });
  });

  describe('of a message with an expiry interval', () => {
    const expiring = (interval: string) => publish5('t/1', hex(`26 0001 6b 0001 76 02 ${interval} 01 00`));
    const intervalOf = (bytes: Uint8Array) => Buffer.from(bytes).readUInt32BE(16);

    it('gets it as it came when it is sent at once, and TypeScript sees that there is one', () => {
      const plane = withReceiver({ version5: true });
      plane.passOn(publish5('t/1', hex('01 00')), { version5: true });
      expect(plane.field(7, RECEIVER_FLAGS) & RECEIVER_HAS_EXPIRY).toBe(0);
      plane.take();
      plane.setWord(NOW, 5000);
      plane.passOn(expiring('0000000a'), { version5: true });
      expectBytes(plane.outbox(7), expiring('0000000a'));
      expect(plane.field(7, RECEIVER_FLAGS) & RECEIVER_HAS_EXPIRY).toBe(RECEIVER_HAS_EXPIRY);
    });

    it('gets it counted from when it began to wait, in whole seconds, so that it never gets longer', () => {
      const CASES: [interval: string, since: number, now: number, expected: number][] = [
        ['0000000a', 1000, 1000, 10],
        ['0000000a', 1000, 1999, 10],
        ['0000000a', 1000, 2000, 11],
        ['0000000a', 1000, 2001, 11],
        ['0000000a', 0xffff_ff00, 0x300, 11],
        ['00000000', 0, 3_600_000, 3600],
        ['fffffffe', 0, 1000, 0xffff_ffff],
        ['fffffffe', 0, 9000, 0xffff_ffff],
        ['00000005', 0, 0x7fff_ffff, 2_147_488],
        ['00000005', 0, 0xffff_ffff, 4_294_972],
      ];
      for (const [interval, since, now, expected] of CASES) {
        const plane = withReceiver({ version5: true, since });
        plane.setWord(NOW, now);
        plane.passOn(expiring(interval), { version5: true });
        expect(intervalOf(plane.outbox(7)), `${interval} from ${since} to ${now}`).toBe(expected);
        expect(plane.field(7, RECEIVER_SINCE) >>> 0).toBe(since);
      }
    });

    it('of version 3.1.1 gets nothing of it', () => {
      const plane = withReceiver({ since: 0 });
      plane.setWord(NOW, 5000);
      plane.passOn(expiring('0000000a'), { version5: true });
      expectBytes(plane.outbox(7), publish('t/1'));
      expect(plane.field(7, RECEIVER_FLAGS) & RECEIVER_HAS_EXPIRY).toBe(0);
    });

    it('finds it beside an alias that is taken out', () => {
      for (const block of ['23 0009 02 0000000a', '02 0000000a 23 0009']) {
        const plane = withReceiver({ version5: true, since: 0 });
        plane.setWord(NOW, 5000);
        plane.load(publish5('t/1', hex(block)), true);
        plane.kernel.deliver(plane.rowAddress(0), 7, 0x30, 0, 0);
        expectBytes(plane.outbox(7), publish5('t/1', hex('02 0000000f')));
      }
    });
  });
});
