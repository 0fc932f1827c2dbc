import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  DELIVERED,
  FORWARD_APPROVED,
  FORWARD_AT_MOST_ONCE,
  FORWARD_DONE,
  FORWARD_HOST,
  FORWARD_HOST_BITS_SHIFT,
  FORWARD_PAGES,
  FORWARD_ROUTE,
  FRAME_LIMIT,
  IDENTIFIERS,
  NO_PAGES,
  NOW,
  RECEIVER_DROPPED,
  RECEIVER_FLAGS,
  RECEIVER_HAS_EXPIRY,
  RECEIVER_MESSAGE_ROOM,
  RECEIVER_ROOM,
  RECEIVER_TOO_LARGE,
} from '../../../assembly/forward/layout.ts';
import { ROW_TOPIC } from '../../../assembly/layout.ts';
import { decode } from '../../../src/decode/index.ts';
import { parsePublish } from '../../forward/wire.ts';
import { runs } from '../../fuzz/support.ts';
import { KERNELS } from '../scan.ts';
import { join } from '../wire.ts';
import { type Exception, type Incoming, incoming, Oracle } from './oracle.ts';
import { AMPLE, Plane } from './plane.ts';
import { type Chunk, type Scenario, scenario, TOPICS } from './scenarios.ts';

/** Does with a kernel what TypeScript does, and with the oracle the same. */
class Run {
  private readonly plane: Plane;
  private readonly scenario: Scenario;
  private readonly oracle: Oracle;
  private readonly aliases = new Map<number, string>();
  private readonly sent = new Map<number, Uint8Array[]>();
  private drains = 0;
  private messageId = 0;
  private now = 3000;

  constructor(plane: Plane, one: Scenario) {
    this.plane = plane;
    this.scenario = one;
    plane.reset();
    const topicIds = new Map(TOPICS.map((topic) => [topic, plane.topicId(topic)] as const));
    this.oracle = new Oracle(one.receivers, topicIds);
    for (const state of one.receivers) plane.receiver(state);
    for (const [topic, entries] of one.routes) this.oracle.routes.set(topic, entries);
  }

  all(): void {
    for (const chunk of this.scenario.chunks) this.chunk(chunk);
    this.take();
    const { oracle, plane } = this;
    for (const { slot } of this.scenario.receivers) {
      const { sent, dropped, tooLarge, room, messageRoom, hasExpiry, state } = oracle.receiver(slot);
      const bytes = Buffer.concat(this.sent.get(slot) ?? []);
      expect(bytes.toString('hex'), `outbox of ${slot}`).toBe(Buffer.concat(sent).toString('hex'));
      expect(decode(bytes, { protocolVersion: state.version5 ? 5 : 4 })).toHaveLength(sent.length);
      const record = [RECEIVER_DROPPED, RECEIVER_TOO_LARGE, RECEIVER_ROOM, RECEIVER_MESSAGE_ROOM];
      expect(record.map((field) => plane.field(slot, field))).toEqual([dropped, tooLarge, room, messageRoom]);
      expect((plane.field(slot, RECEIVER_FLAGS) & RECEIVER_HAS_EXPIRY) !== 0).toBe(hasExpiry);
    }
    expect(plane.counters()).toEqual(oracle.counters);
    expect(this.drains).toBe(oracle.drains);
  }

  private chunk(chunk: Chunk): void {
    const { oracle, plane } = this;
    const { version5, publisher } = chunk;
    this.now += chunk.passed;
    oracle.now = this.now;
    plane.setWord(NOW, this.now);
    expect(plane.load(join(...chunk.packets), version5)).toBe(chunk.packets.length);
    const options = chunk.retainIsForHost ? 1 << FORWARD_HOST_BITS_SHIFT : 0;
    let done = 0;
    const passOnTo = (row: number) => {
      for (; done < row; done++) {
        const packet = incoming(chunk.packets[done], version5, this.aliases);
        expect(oracle.isForHost(packet, chunk.retainIsForHost), `row ${done} is for the host`).toBe(false);
        expect(oracle.passOn(packet, publisher, false)).toEqual([]);
      }
    };
    for (let row = 0; row < plane.rows; ) {
      const stop = plane.forward({ version5, publisher, options }, row);
      passOnTo(stop.row);
      row = stop.row;
      if (stop.status === FORWARD_PAGES) this.drain();
      else if (stop.status === FORWARD_ROUTE)
        this.install(parsePublish(chunk.packets[row], version5 ? 5 : 4).topic);
      else if (stop.status === FORWARD_HOST) {
        const packet = incoming(chunk.packets[row], version5, this.aliases);
        expect(oracle.isForHost(packet, chunk.retainIsForHost), `row ${row} is for the host`).toBe(true);
        this.approve(packet, chunk, row);
        row++;
        done++;
      } else expect([stop.status, stop.row]).toEqual([FORWARD_DONE, plane.rows]);
    }
  }

  /** What TypeScript does with a row that it has looked at. */
  private approve(packet: Incoming, chunk: Chunk, row: number): void {
    const { oracle, plane } = this;
    const { version5, publisher, atMostOnce } = chunk;
    const id = oracle.topicIds.get(packet.topic) ?? -1;
    if (packet.bytes.length > FRAME_LIMIT || id < 0 || oracle.routes.get(packet.topic) === 'host') return;
    plane.setWord(plane.rowAddress(row) + ROW_TOPIC, id);
    const options = FORWARD_APPROVED | (atMostOnce ? FORWARD_AT_MOST_ONCE : 0);
    for (;;) {
      const { status } = plane.forward({ version5, publisher, options, copied: 0 }, row, row + 1);
      if (status === FORWARD_PAGES) this.drain();
      else if (status === FORWARD_ROUTE) this.install(packet.topic);
      else {
        expect(status).toBe(FORWARD_DONE);
        break;
      }
    }
    const exceptions = oracle.passOn(packet, publisher, atMostOnce);
    expect(plane.exceptions()).toEqual(exceptions.map(({ k }) => k));
    plane.clearExceptions();
    for (const exception of exceptions) this.deliver(packet, row, exception);
  }

  private deliver(packet: Incoming, row: number, { entry }: Exception): void {
    const { oracle, plane } = this;
    this.messageId = (this.messageId % 65_535) + 1;
    const qos = Math.min((packet.message.first >> 1) & 3, entry.qos ?? 0);
    const first = 0x30 | (qos << 1) | (this.messageId % 3 === 0 ? 8 : 0) | (this.messageId & 1);
    const { delivered } = oracle.counters;
    oracle.offer(packet, entry, first, this.messageId);
    const { identifiers = [] } = entry;
    for (;;) {
      const address = plane.identifiersAt(IDENTIFIERS, identifiers);
      const answer = plane.kernel.deliver(plane.rowAddress(row), entry.slot, first, this.messageId, address);
      if (answer !== NO_PAGES) {
        expect(answer === DELIVERED).toBe(oracle.counters.delivered > delivered);
        return;
      }
      this.drain();
    }
  }

  private install(topic: string): void {
    this.plane.route(topic, this.scenario.routes.get(topic) ?? []);
  }

  /** What waits is sent at once; who is not deferred has its room back. */
  private drain(): void {
    this.drains++;
    this.take();
    for (const { since, slot, room = AMPLE, messageRoom = AMPLE } of this.scenario.receivers) {
      if (since !== undefined) continue;
      this.plane.giveRoom(slot, room, messageRoom);
    }
  }

  private take(): void {
    for (const [slot, bytes] of this.plane.take()) {
      const pieces = this.sent.get(slot);
      if (pieces === undefined) this.sent.set(slot, [bytes]);
      else pieces.push(bytes);
    }
  }
}

describe.each(KERNELS)('the %s kernel and the oracle', (name) => {
  const plane = new Plane(name);

  it('agree about every byte for any packets, routes and receivers', () => {
    fc.assert(
      fc.property(scenario, (one) => new Run(plane, one).all()),
      { numRuns: runs(300) },
    );
  });
});
