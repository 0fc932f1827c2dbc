import { compose, composedExpiry, composedLength } from './compose';
import {
  ALIASES, ALIASES_SHIFT, ALIAS_COUNT_SHIFT, ALIAS_LIMIT, COUNT_DELIVERED, COUNT_DROPPED, COUNT_OFFLINE, COUNT_TOO_LARGE,
  DELIVERED, NOT_DELIVERED, NOW, NO_PAGES, RECEIVERS, RECEIVER_CONNECTED, RECEIVER_DEFERRED, RECEIVER_DIRTY, RECEIVER_DROPPED,
  RECEIVER_FLAGS, RECEIVER_HAS_EXPIRY, RECEIVER_MAXIMUM_PACKET_SIZE, RECEIVER_MESSAGE_ROOM, RECEIVER_PAGE_END,
  RECEIVER_POSITION, RECEIVER_ROOM, RECEIVER_SHIFT, RECEIVER_SINCE, RECEIVER_TAKES_ALIASES, RECEIVER_TOO_LARGE,
  RECEIVER_TOPIC_EPOCH, RECEIVER_VERSION_5, TOPIC_EPOCH,
} from './layout';
import { makeRoom } from './outbox';
import { expiryAt, readProperties, readRow, topicId, topicLength } from './row';

/** A topic alias takes three bytes, so that shorter names are not worth one. */
const SHORT_TOPIC: u32 = 3;

/**
 * Appends the PUBLISH of a row to the outbox of one receiver, with this first byte and packet identifier.
 * `identifiers`: address of subscription identifiers as a route has them, or 0. Returns DELIVERED; NOT_DELIVERED when it is
 * not connected, too slow, or accepts no packet that large; or NO_PAGES, and then nothing has changed.
 */
export function deliver(row: usize, slot: u32, first: u32, identifier: u32, identifiers: usize): i32 {
  const record: usize = <usize>RECEIVERS + (<usize>slot << RECEIVER_SHIFT);
  if (!(load<u32>(record, RECEIVER_FLAGS) & RECEIVER_CONNECTED)) {
    count(COUNT_OFFLINE);
    return NOT_DELIVERED;
  }
  readProperties(row);
  readRow(row);
  return appendComposed(record, first, identifier, identifiers);
}

/** The same for the row that was read last. */
export function appendComposed(record: usize, first: u32, identifier: u32, identifiers: usize): i32 {
  const flags = load<u32>(record, RECEIVER_FLAGS);
  const version5 = (flags & RECEIVER_VERSION_5) != 0;
  let named = true;
  let alias: u32 = 0;
  let aliasSlot: usize = 0;
  // not what may be taken out of the outbox again: the packets behind it could rely on its alias
  if (flags & RECEIVER_TAKES_ALIASES && expiryAt == 0 && topicLength > SHORT_TOPIC && topicId >= 0) {
    const aliases: usize = <usize>ALIASES + ((record - RECEIVERS) >> RECEIVER_SHIFT << ALIASES_SHIFT);
    const epoch = load<u32>(TOPIC_EPOCH);
    if (load<u32>(record, RECEIVER_TOPIC_EPOCH) != epoch) {
      memory.fill(aliases, 0, ALIAS_LIMIT * 4);
      store<u32>(record, epoch, RECEIVER_TOPIC_EPOCH);
    }
    const index: u32 = <u32>topicId % (flags >> ALIAS_COUNT_SHIFT);
    alias = index + 1;
    aliasSlot = aliases + (index << 2);
    named = load<i32>(aliasSlot) != topicId + 1;
  }
  const maximum = load<u32>(record, RECEIVER_MAXIMUM_PACKET_SIZE);
  let length = composedLength(first, named, alias, version5, identifiers);
  if (length > maximum && alias != 0 && named) {
    // it may fit without an alias of its own
    alias = 0;
    aliasSlot = 0;
    length = composedLength(first, true, 0, version5, identifiers);
  }
  const position = takePlace(record, first, length);
  if (position <= <usize>NO_PAGES) return <i32>position;
  compose(position, first, identifier, named, alias, version5, identifiers);
  if (aliasSlot) store<i32>(aliasSlot, topicId + 1);
  if (composedExpiry) noteExpiry(record, composedExpiry);
  return DELIVERED;
}

/**
 * Takes the place of a packet with this first byte and length at the end of an outbox. Returns where it goes; or NOT_DELIVERED,
 * and then only counters have changed, or NO_PAGES, and then nothing has.
 */
export function takePlace(record: usize, first: u32, length: u32): usize {
  if (length > load<u32>(record, RECEIVER_MAXIMUM_PACKET_SIZE)) {
    refuse(record, RECEIVER_TOO_LARGE, COUNT_TOO_LARGE); // MQTT-3.1.2-24
    return NOT_DELIVERED;
  }
  const room = load<i32>(record, RECEIVER_ROOM) - <i32>length;
  const messageRoom = load<i32>(record, RECEIVER_MESSAGE_ROOM) - 1;
  // what has a packet identifier is bounded by the receive maximum, and is not lost
  if ((room | messageRoom) < 0 && !(first & 6)) {
    if (canBeSent(record)) return NO_PAGES;
    refuse(record, RECEIVER_DROPPED, COUNT_DROPPED);
    return NOT_DELIVERED;
  }
  let position: usize = load<u32>(record, RECEIVER_POSITION);
  if (position + length > <usize>load<u32>(record, RECEIVER_PAGE_END)) {
    position = makeRoom(record, length);
    if (position == 0) return NO_PAGES;
  }
  store<u32>(record, <u32>(position + length), RECEIVER_POSITION);
  store<i32>(record, room, RECEIVER_ROOM);
  store<i32>(record, messageRoom, RECEIVER_MESSAGE_ROOM);
  count(COUNT_DELIVERED);
  return position;
}

/** A message expiry interval was written to an outbox: while that waits, it counts from when it began to. */
function noteExpiry(record: usize, at: usize): void {
  const flags = load<u32>(record, RECEIVER_FLAGS);
  store<u32>(record, flags | RECEIVER_HAS_EXPIRY, RECEIVER_FLAGS);
  if (!(flags & RECEIVER_DEFERRED)) return;
  const waiting: u32 = load<u32>(NOW) - load<u32>(record, RECEIVER_SINCE);
  // rounded down, so that the interval never comes out longer than it was
  const interval = <u64>bswap<u32>(load<u32>(at)) + <u64>(waiting / 1000);
  store<u32>(at, bswap<u32>(<u32>min<u64>(interval, 0xffffffff)));
}

/** Whether a receiver that has no room would have some if what is in its outbox were sent. */
function canBeSent(record: usize): bool {
  return (load<u32>(record, RECEIVER_FLAGS) & (RECEIVER_DEFERRED | RECEIVER_DIRTY)) == RECEIVER_DIRTY;
}

/** Counts a message that a receiver does not get. */
function refuse(record: usize, own: usize, all: usize): void {
  store<u32>(record + own, load<u32>(record + own) + 1);
  count(all);
}

// @ts-ignore: decorator
@inline
export function count(word: usize): void {
  store<u32>(word, load<u32>(word) + 1);
}
