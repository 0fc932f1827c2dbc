import {
  ALIAS_COUNT_SHIFT,
  ALIAS_LIMIT,
  ALIASES,
  ALIASES_SHIFT,
  COUNT_DELIVERED,
  COUNT_DROPPED,
  COUNT_OFFLINE,
  COUNT_TOO_LARGE,
  DELIVERED,
  NO_PAGES,
  NOT_DELIVERED,
  NOW,
  RECEIVER_CONNECTED,
  RECEIVER_DEFERRED,
  RECEIVER_DIRTY,
  RECEIVER_DROPPED,
  RECEIVER_HAS_EXPIRY,
  RECEIVER_MAXIMUM_PACKET_SIZE,
  RECEIVER_MESSAGE_ROOM,
  RECEIVER_ROOM,
  RECEIVER_SINCE,
  RECEIVER_TAKES_ALIASES,
  RECEIVER_TOO_LARGE,
  RECEIVER_TOPIC_EPOCH,
  RECEIVER_VERSION_5,
  TOPIC_EPOCH,
} from '../../../../assembly/forward/layout.ts';
import type { KernelMemory } from '../../memory.ts';
import type { ForwardFunctions } from '../forward-kernel.ts';
import type { Composer } from './compose.ts';
import { FIRST_RECORD, FLAGS, type Outbox, PAGE_END, POSITION, RECORD_SHIFT } from './outbox.ts';
import type { Row } from './row.ts';

// More words of a record.
export const ROOM = RECEIVER_ROOM >> 2;
export const MESSAGE_ROOM = RECEIVER_MESSAGE_ROOM >> 2;
export const MAXIMUM_PACKET_SIZE = RECEIVER_MAXIMUM_PACKET_SIZE >> 2;
const DROPPED = RECEIVER_DROPPED >> 2;
const TOO_LARGE = RECEIVER_TOO_LARGE >> 2;
const ALIAS_EPOCH = RECEIVER_TOPIC_EPOCH >> 2;
const SINCE = RECEIVER_SINCE >> 2;
const ALIAS_WORDS_SHIFT = ALIASES_SHIFT - 2;

/** A topic alias takes three bytes, so that shorter names are not worth one. */
const SHORT_TOPIC = 3;

/** What goes to one outbox; as in `assembly/forward/deliver.ts`. */
export interface Deliverer {
  readonly deliver: ForwardFunctions['deliver'];
  /** The same for the row that was read last, by the first word of the receiver's record. */
  appendComposed(record: number, first: number, identifier: number, identifiers: number): number;
  /** Takes the place of a packet in an outbox; returns where it goes, or NOT_DELIVERED or NO_PAGES. */
  takePlace(record: number, first: number, length: number): number;
}

export function createDeliverer(
  memory: KernelMemory,
  row: Row,
  composer: Composer,
  outbox: Outbox,
): Deliverer {
  const { view, words } = memory;
  const { compose, composedLength } = composer;
  const { makeRoom } = outbox;

  function appendComposed(record: number, first: number, identifier: number, identifiers: number): number {
    const flags = words[record + FLAGS];
    const version5 = (flags & RECEIVER_VERSION_5) !== 0;
    const { topicId } = row;
    let named = true;
    let alias = 0;
    // word of the alias; 0 without
    let aliasWord = 0;
    // not what may be taken out of the outbox again: the packets behind it could rely on its alias
    if (
      (flags & RECEIVER_TAKES_ALIASES) !== 0 &&
      row.expiryAt === 0 &&
      row.topicLength > SHORT_TOPIC &&
      topicId >= 0
    ) {
      const index = topicId % (flags >>> ALIAS_COUNT_SHIFT);
      alias = index + 1;
      aliasWord = aliasesOf(record) + index;
      named = words[aliasWord] !== topicId + 1;
    }
    const maximum = words[record + MAXIMUM_PACKET_SIZE] >>> 0;
    let length = composedLength(first, named, alias, version5, identifiers);
    if (length > maximum && alias !== 0 && named) {
      // it may fit without an alias of its own
      alias = 0;
      aliasWord = 0;
      length = composedLength(first, true, 0, version5, identifiers);
    }
    const position = takePlace(record, first, length);
    if (position <= NO_PAGES) return position;
    const expiry = compose(position, first, identifier, named, alias, version5, identifiers);
    if (aliasWord !== 0) words[aliasWord] = topicId + 1;
    if (expiry !== 0) noteExpiry(record, expiry);
    return DELIVERED;
  }

  function takePlace(record: number, first: number, length: number): number {
    if (length > words[record + MAXIMUM_PACKET_SIZE] >>> 0) {
      refuse(record, TOO_LARGE, COUNT_TOO_LARGE >> 2); // MQTT-3.1.2-24
      return NOT_DELIVERED;
    }
    const room = words[record + ROOM] - length;
    const messageRoom = words[record + MESSAGE_ROOM] - 1;
    // what has a packet identifier is bounded by the receive maximum, and is not lost
    if ((room | messageRoom) < 0 && (first & 6) === 0) {
      if (canBeSent(record)) return NO_PAGES;
      refuse(record, DROPPED, COUNT_DROPPED >> 2);
      return NOT_DELIVERED;
    }
    let position = words[record + POSITION];
    if (position + length > words[record + PAGE_END]) {
      position = makeRoom(record, length);
      if (position === 0) return NO_PAGES;
    }
    words[record + POSITION] = position + length;
    words[record + ROOM] = room;
    words[record + MESSAGE_ROOM] = messageRoom;
    words[COUNT_DELIVERED >> 2]++;
    return position;
  }

  /** First word of the aliases of a receiver; none of them when they are of another epoch. */
  function aliasesOf(record: number): number {
    const aliases = (ALIASES >> 2) + (((record - FIRST_RECORD) >> RECORD_SHIFT) << ALIAS_WORDS_SHIFT);
    const epoch = words[TOPIC_EPOCH >> 2];
    if (words[record + ALIAS_EPOCH] !== epoch) {
      words.fill(0, aliases, aliases + ALIAS_LIMIT);
      words[record + ALIAS_EPOCH] = epoch;
    }
    return aliases;
  }

  /** A message expiry interval was written to an outbox: while that waits, it counts from when it began to. */
  function noteExpiry(record: number, at: number): void {
    const flags = words[record + FLAGS];
    words[record + FLAGS] = flags | RECEIVER_HAS_EXPIRY;
    if ((flags & RECEIVER_DEFERRED) === 0) return;
    const waiting = (words[NOW >> 2] - words[record + SINCE]) >>> 0;
    // rounded down, so that the interval never comes out longer than it was
    const interval = view.getUint32(at) + Math.floor(waiting / 1000);
    view.setUint32(at, Math.min(interval, 0xffff_ffff));
  }

  /** Whether a receiver that has no room would have some if what is in its outbox were sent. */
  function canBeSent(record: number): boolean {
    return (words[record + FLAGS] & (RECEIVER_DEFERRED | RECEIVER_DIRTY)) === RECEIVER_DIRTY;
  }

  /** Counts a message that a receiver does not get. */
  function refuse(record: number, own: number, all: number): void {
    words[record + own]++;
    words[all]++;
  }

  return {
    appendComposed,
    takePlace,
    deliver(address, slot, first, identifier, identifiers) {
      const record = FIRST_RECORD + (slot << RECORD_SHIFT);
      if ((words[record + FLAGS] & RECEIVER_CONNECTED) === 0) {
        words[COUNT_OFFLINE >> 2]++;
        return NOT_DELIVERED;
      }
      row.readProperties(address);
      row.readRow(address);
      return appendComposed(record, first, identifier, identifiers);
    },
  };
}
