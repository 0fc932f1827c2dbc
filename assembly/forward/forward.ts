import { CHUNK, ROW_END, ROW_FIRST_BYTE, ROW_PROPERTIES, ROW_SIZE, ROW_START, ROW_TOPIC } from '../layout';
import { compose, composedLength } from './compose';
import { copyFrame } from './copy';
import { appendComposed, canBeSent, refuse } from './deliver';
import {
  COUNT_DELIVERED, COUNT_DROPPED, COUNT_FORWARDED, COUNT_OFFLINE, COUNT_TOO_LARGE, ENTRY_NO_LOCAL, ENTRY_QOS_SHIFT,
  ENTRY_RETAIN_AS_PUBLISHED, ENTRY_SIZE, ENTRY_SLOT_MASK, EXCEPTIONS, EXCEPTION_COUNT, EXCEPTION_LIMIT, FORMS, FORM_SIZE,
  FORWARD_APPROVED, FORWARD_AT_MOST_ONCE, FORWARD_DONE, FORWARD_EXCEPTIONS, FORWARD_HOST, FORWARD_HOST_BITS_SHIFT, FORWARD_PAGES, FORWARD_RESUME,
  FORWARD_ROUTE, FORWARD_STATUS, FORWARD_VERSION_5, FRAME_LIMIT, NO_PAGES, RECEIVERS, RECEIVER_CONNECTED, RECEIVER_DROPPED,
  RECEIVER_FLAGS, RECEIVER_MAXIMUM_PACKET_SIZE, RECEIVER_MESSAGE_ROOM, RECEIVER_PAGE_END, RECEIVER_POSITION, RECEIVER_ROOM,
  RECEIVER_SHIFT, RECEIVER_TAKES_ALIASES, RECEIVER_TOO_LARGE, RECEIVER_VERSION_5, ROUTES, ROUTE_COUNT, ROUTE_ENTRIES, ROUTE_EPOCH,
  ROUTE_EPOCH_OF, ROUTE_FOR_HOST, ROUTE_SHIFT,
} from './layout';
import { makeRoom } from './outbox';
import { aliasAt, expiryAt, hasIdentifiers, readProperties, readRow } from './row';

const PUBLISH: u32 = 0x30;

/**
 * Appends the PUBLISH of each row from address `row` to `end` to the outboxes of its receivers, with QoS 0. Only the first
 * `copied` bytes of the chunk are in memory. `publisher`: slot of who sent them, or -1. `options`: FORWARD_ bits.
 *
 * Returns the row at which it stopped, and why in FORWARD_STATUS. It stops at what is not a PUBLISH, at one with QoS 1 or 2 or
 * with a topic alias or subscription identifiers, at one without topic id or larger than FRAME_LIMIT, and where the host bits say so.
 */
export function forward(row: usize, end: usize, copied: i32, publisher: i32, options: u32): usize {
  const approved = (options & FORWARD_APPROVED) != 0;
  const source5 = (options & FORWARD_VERSION_5) != 0;
  const hostBits = (options >> FORWARD_HOST_BITS_SHIFT) | 6;
  const epoch = load<u32>(ROUTE_EPOCH);
  let resume: u32 = load<u32>(FORWARD_RESUME);
  let status: u32 = FORWARD_DONE;
  let forwarded: u32 = 0;
  let delivered: u32 = 0;
  let offline: u32 = 0;

  for (; row < end; row += ROW_SIZE) {
    const first = load<u32>(row, ROW_FIRST_BYTE);
    const topic = load<i32>(row, ROW_TOPIC);
    const rowStart = load<i32>(row, ROW_START);
    const rowEnd = load<i32>(row, ROW_END);
    const size: u32 = rowEnd - rowStart;
    if (!approved) {
      if ((first & 0xf0) != PUBLISH || first & hostBits || topic < 0 || rowEnd > copied || size > <u32>FRAME_LIMIT) {
        status = FORWARD_HOST;
        break;
      }
    }
    const route: usize = <usize>ROUTES + (<usize>topic << ROUTE_SHIFT);
    if (load<u32>(route, ROUTE_EPOCH_OF) != epoch) {
      status = FORWARD_ROUTE;
      break;
    }
    const count = load<i32>(route, ROUTE_COUNT);
    if (count == 0) {
      forwarded++;
      continue;
    }
    if (count == ROUTE_FOR_HOST) {
      status = FORWARD_HOST;
      break;
    }
    const hasProperties = load<i32>(row, ROW_PROPERTIES) != 0;
    let hasExpiry = false;
    if (hasProperties) {
      readProperties(row);
      if (!approved && (aliasAt != 0 || hasIdentifiers)) {
        status = FORWARD_HOST;
        break;
      }
      hasExpiry = expiryAt != 0;
    }
    let isRead = false;
    // the packet as receivers of either version get it, made when the first of them comes; as it came if nothing changes
    let form4: usize = 0;
    let form5: usize = 0;
    let length4: u32 = size;
    let length5: u32 = size;
    if (!(first & 6)) {
      if (!source5) form4 = CHUNK + rowStart;
      else if (!hasProperties || aliasAt == 0) form5 = CHUNK + rowStart;
    }
    const retain = first & 1;
    const qos = options & FORWARD_AT_MOST_ONCE ? 0 : (first >> 1) & 3;
    const entries: usize = load<u32>(route, ROUTE_ENTRIES);
    let k = resume;
    resume = 0;
    for (; k < <u32>count; k++) {
      const entry = load<u32>(entries + k * ENTRY_SIZE);
      const slot = entry & ENTRY_SLOT_MASK;
      const record: usize = <usize>RECEIVERS + (<usize>slot << RECEIVER_SHIFT);
      const flags = load<u32>(record, RECEIVER_FLAGS);
      if (slot == <u32>publisher && entry & ENTRY_NO_LOCAL) continue; // MQTT-3.8.3-3
      if (qos) {
        if ((entry >> ENTRY_QOS_SHIFT) & 3) {
          const exceptions = load<u32>(EXCEPTION_COUNT);
          if (exceptions == EXCEPTION_LIMIT) {
            status = FORWARD_EXCEPTIONS;
            break;
          }
          store<u32>(EXCEPTIONS + (exceptions << 2), k);
          store<u32>(EXCEPTION_COUNT, exceptions + 1);
          continue;
        }
      }
      if (!(flags & RECEIVER_CONNECTED)) {
        offline++;
        continue;
      }
      // MQTT-3.3.1-12 and -13
      const byte = PUBLISH | (entry & ENTRY_RETAIN_AS_PUBLISHED ? retain : 0);
      const identifiers: usize = load<u32>(entries + k * ENTRY_SIZE, 4);
      const version5 = (flags & RECEIVER_VERSION_5) != 0;
      if (flags & RECEIVER_TAKES_ALIASES || (version5 && (hasExpiry || identifiers != 0))) {
        if (!isRead) {
          if (!hasProperties) readProperties(row);
          readRow(row);
          isRead = true;
        }
        if (appendComposed(record, byte, 0, identifiers) == NO_PAGES) {
          status = FORWARD_PAGES;
          break;
        }
        continue;
      }
      let form = form4;
      let length = length4;
      if (version5) {
        form = form5;
        length = length5;
      }
      if (form == 0) {
        if (!isRead) {
          if (!hasProperties) readProperties(row);
          readRow(row);
          isRead = true;
        }
        length = composedLength(PUBLISH, true, 0, version5, 0);
        if (version5) {
          form = FORMS + FORM_SIZE;
          form5 = form;
          length5 = length;
        } else {
          form = FORMS;
          form4 = form;
          length4 = length;
        }
        compose(form, PUBLISH, 0, true, 0, version5, 0);
      }
      if (length > load<u32>(record, RECEIVER_MAXIMUM_PACKET_SIZE)) {
        refuse(record, RECEIVER_TOO_LARGE, COUNT_TOO_LARGE); // MQTT-3.1.2-24
        continue;
      }
      const room = load<i32>(record, RECEIVER_ROOM) - <i32>length;
      const messageRoom = load<i32>(record, RECEIVER_MESSAGE_ROOM) - 1;
      if ((room | messageRoom) < 0) {
        if (canBeSent(record, flags)) {
          status = FORWARD_PAGES;
          break;
        }
        refuse(record, RECEIVER_DROPPED, COUNT_DROPPED);
        continue;
      }
      let position: usize = load<u32>(record, RECEIVER_POSITION);
      if (position + length > <usize>load<u32>(record, RECEIVER_PAGE_END)) {
        position = makeRoom(record, length);
        if (position == 0) {
          status = FORWARD_PAGES;
          break;
        }
      }
      copyFrame(position, form, length);
      store<u8>(position, byte);
      store<u32>(record, <u32>(position + length), RECEIVER_POSITION);
      store<i32>(record, room, RECEIVER_ROOM);
      store<i32>(record, messageRoom, RECEIVER_MESSAGE_ROOM);
      delivered++;
    }
    if (status != FORWARD_DONE) {
      resume = k;
      break;
    }
    forwarded++;
  }
  store<u32>(FORWARD_STATUS, status);
  store<u32>(FORWARD_RESUME, status == FORWARD_PAGES || status == FORWARD_EXCEPTIONS ? resume : 0);
  store<u32>(COUNT_FORWARDED, load<u32>(COUNT_FORWARDED) + forwarded);
  store<u32>(COUNT_DELIVERED, load<u32>(COUNT_DELIVERED) + delivered);
  store<u32>(COUNT_OFFLINE, load<u32>(COUNT_OFFLINE) + offline);
  return row;
}
