import { CHUNK, ROW_END, ROW_PROPERTIES, ROW_START } from '../layout';
import { compose, composedLength } from './compose';
import { copyFrame } from './copy';
import { appendComposed, count, takePlace } from './deliver';
import {
  COUNT_DELIVERED, COUNT_OFFLINE, ENTRY_NO_LOCAL, ENTRY_QOS_SHIFT, ENTRY_RETAIN_AS_PUBLISHED, ENTRY_SIZE, ENTRY_SLOT_MASK,
  EXCEPTIONS, EXCEPTION_COUNT, EXCEPTION_LIMIT, FORMS, FORM_SIZE, FORM_TABLE, FORWARD_APPROVED, FORWARD_DONE,
  FORWARD_EXCEPTIONS, FORWARD_PAGES, FORWARD_VERSION_5, NOT_DELIVERED, NO_PAGES, RECEIVERS, RECEIVER_CONNECTED, RECEIVER_FLAGS,
  RECEIVER_MAXIMUM_PACKET_SIZE, RECEIVER_MESSAGE_ROOM, RECEIVER_PAGE_END, RECEIVER_POSITION, RECEIVER_ROOM, RECEIVER_SHIFT,
  RECEIVER_TAKES_ALIASES, RECEIVER_VERSION_5,
} from './layout';
import { aliasAt, expiryAt, hasIdentifiers, readProperties, readRow } from './row';

// The receivers of a route, each of which gets the packet in the form of its protocol version. FORM_TABLE holds address
// and length of the two forms, or 0 while there is none. A form is the packet as it came if nothing changes.

const PUBLISH: u32 = 0x30;
/** The QoS of an entry. */
export const ENTRY_QOS: u32 = 3 << ENTRY_QOS_SHIFT;

let isRead: bool = false;

/** Fills FORM_TABLE for a row. Returns false when the row is for TypeScript, because of its properties. */
// @ts-ignore: decorator
@inline
export function prepareForms(row: usize, first: u32, options: u32): bool {
  isRead = false;
  const start = load<i32>(row, ROW_START);
  const asItCame = first & 6 ? 0 : <u64>(CHUNK + start) | (<u64>(load<i32>(row, ROW_END) - start) << 32);
  if (!(options & FORWARD_VERSION_5)) {
    store<u64>(FORM_TABLE, asItCame);
    store<u64>(FORM_TABLE, 0, 8);
    return true;
  }
  store<u64>(FORM_TABLE, 0);
  store<u64>(FORM_TABLE, asItCame, 8);
  if (load<i32>(row, ROW_PROPERTIES) == 0) return true;
  read(row);
  if ((aliasAt != 0 || hasIdentifiers) && !(options & FORWARD_APPROVED)) return false;
  if (aliasAt || expiryAt) store<u64>(FORM_TABLE, 0, 8);
  return true;
}

/**
 * Appends the form that each receiver needs, from the entry at address `entry` to `end`. Stops at an entry with one of the bits
 * `special`, and at a receiver for which there is more to do: with that inside, the loop does not fit the registers, and
 * takes a quarter longer. Returns the entry at which it stopped.
 */
export function appendForms(entry: usize, end: usize, special: u32): usize {
  const from = entry;
  for (; entry < end; entry += ENTRY_SIZE) {
    const word = load<u32>(entry);
    const record: usize = <usize>RECEIVERS + (<usize>(word & ENTRY_SLOT_MASK) << RECEIVER_SHIFT);
    const flags = load<u32>(record, RECEIVER_FLAGS);
    const state = (flags & (RECEIVER_CONNECTED | RECEIVER_TAKES_ALIASES)) ^ RECEIVER_CONNECTED;
    if ((word & special) | load<u32>(entry, 4) | state) break;
    const form = load<u64>(FORM_TABLE + ((flags & RECEIVER_VERSION_5) << 2));
    const length = <i32>(form >> 32);
    if (length == 0) break;
    const room = load<i32>(record, RECEIVER_ROOM) - length;
    const messageRoom = load<i32>(record, RECEIVER_MESSAGE_ROOM) - 1;
    const position = load<i32>(record, RECEIVER_POSITION);
    const next = position + length;
    const pageRoom = load<i32>(record, RECEIVER_PAGE_END) - next;
    if ((room | messageRoom | pageRoom | (load<i32>(record, RECEIVER_MAXIMUM_PACKET_SIZE) - length)) < 0) break;
    store<i32>(record, next, RECEIVER_POSITION);
    store<i32>(record, room, RECEIVER_ROOM);
    store<i32>(record, messageRoom, RECEIVER_MESSAGE_ROOM);
    copyFrame(position, <usize><u32>form, length);
    store<u8>(position, PUBLISH); // without RETAIN (MQTT-3.3.1-12)
  }
  store<u32>(COUNT_DELIVERED, load<u32>(COUNT_DELIVERED) + <u32>(entry - from) / ENTRY_SIZE);
  return entry;
}

/**
 * Sees to the entry at address `at`, number `k` of its route, whatever it needs; `special` as above. Returns FORWARD_DONE, or
 * what hinders it.
 */
export function appendOther(row: usize, first: u32, at: usize, k: u32, publisher: i32, special: u32): u32 {
  const entry = load<u32>(at);
  const slot = entry & ENTRY_SLOT_MASK;
  const record: usize = <usize>RECEIVERS + (<usize>slot << RECEIVER_SHIFT);
  const flags = load<u32>(record, RECEIVER_FLAGS);
  if (slot == <u32>publisher && entry & ENTRY_NO_LOCAL) return FORWARD_DONE; // MQTT-3.8.3-3
  if (entry & special & ENTRY_QOS) {
    const exceptions = load<u32>(EXCEPTION_COUNT);
    if (exceptions == EXCEPTION_LIMIT) return FORWARD_EXCEPTIONS;
    store<u32>(EXCEPTIONS + (exceptions << 2), k);
    store<u32>(EXCEPTION_COUNT, exceptions + 1);
    return FORWARD_DONE;
  }
  if (!(flags & RECEIVER_CONNECTED)) {
    count(COUNT_OFFLINE);
    return FORWARD_DONE;
  }
  // MQTT-3.3.1-12 and -13
  const byte = PUBLISH | (entry & ENTRY_RETAIN_AS_PUBLISHED ? first & 1 : 0);
  const identifiers: usize = load<u32>(at, 4);
  const version5 = (flags & RECEIVER_VERSION_5) != 0;
  const form: usize = FORM_TABLE + (version5 ? 8 : 0);
  if (load<u32>(form) == 0 || identifiers != 0 || flags & RECEIVER_TAKES_ALIASES) {
    read(row);
    if (flags & RECEIVER_TAKES_ALIASES || (version5 && (identifiers != 0 || expiryAt))) {
      return appendComposed(record, byte, 0, identifiers) == NO_PAGES ? FORWARD_PAGES : FORWARD_DONE;
    }
    if (load<u32>(form) == 0) makeForm(form, version5);
  }
  return appendForm(record, byte, load<u32>(form), load<u32>(form, 4));
}

function makeForm(form: usize, version5: bool): void {
  const to: usize = version5 ? FORMS + FORM_SIZE : FORMS;
  store<u32>(form, <u32>to);
  store<u32>(form, composedLength(PUBLISH, true, 0, version5, 0), 4);
  compose(to, PUBLISH, 0, true, 0, version5, 0);
}

function appendForm(record: usize, byte: u32, form: usize, length: u32): u32 {
  const position = takePlace(record, byte, length);
  if (position == <usize>NO_PAGES) return FORWARD_PAGES;
  if (position == <usize>NOT_DELIVERED) return FORWARD_DONE;
  copyFrame(position, form, length);
  store<u8>(position, byte);
  return FORWARD_DONE;
}

/** Finds the parts of the row, once. */
function read(row: usize): void {
  if (isRead) return;
  readProperties(row);
  readRow(row);
  isRead = true;
}
