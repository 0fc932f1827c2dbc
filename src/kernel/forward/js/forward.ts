import {
  COUNT_DELIVERED,
  COUNT_DROPPED,
  COUNT_FORWARDED,
  COUNT_OFFLINE,
  COUNT_TOO_LARGE,
  ENTRY_NO_LOCAL,
  ENTRY_QOS_SHIFT,
  ENTRY_RETAIN_AS_PUBLISHED,
  ENTRY_SIZE,
  ENTRY_SLOT_MASK,
  EXCEPTION_COUNT,
  EXCEPTION_LIMIT,
  EXCEPTIONS,
  FORM_SIZE,
  FORMS,
  FORWARD_APPROVED,
  FORWARD_DONE,
  FORWARD_EXCEPTIONS,
  FORWARD_HOST,
  FORWARD_HOST_BITS_SHIFT,
  FORWARD_PAGES,
  FORWARD_RESUME,
  FORWARD_ROUTE,
  FORWARD_STATUS,
  FORWARD_VERSION_5,
  FRAME_LIMIT,
  NO_PAGES,
  RECEIVER_CONNECTED,
  RECEIVER_TAKES_ALIASES,
  RECEIVER_VERSION_5,
  ROUTE_COUNT,
  ROUTE_ENTRIES,
  ROUTE_EPOCH,
  ROUTE_EPOCH_OF,
  ROUTE_FOR_HOST,
  ROUTE_SHIFT,
  ROUTES,
} from '../../../../assembly/forward/layout.ts';
import {
  CHUNK,
  HEADER_TOPIC_GENERATION,
  ROW_END,
  ROW_FIRST_BYTE,
  ROW_PROPERTIES,
  ROW_SIZE,
  ROW_START,
  ROW_TOPIC,
} from '../../../../assembly/layout.ts';
import { createInternTopic } from '../../js/names.ts';
import { createSlots } from '../../js/slots.ts';
import type { KernelMemory } from '../../memory.ts';
import type { ForwardFunctions } from '../forward-kernel.ts';
import { createComposer } from './compose.ts';
import { createCopy } from './copy.ts';
import { createDeliverer, DROPPED, MAXIMUM_PACKET_SIZE, MESSAGE_ROOM, ROOM, TOO_LARGE } from './deliver.ts';
import { createOutbox, FIRST_RECORD, FLAGS, PAGE_END, POSITION, RECORD_SHIFT } from './outbox.ts';
import { createPages } from './pages.ts';
import { createRow } from './row.ts';

const PUBLISH = 0x30;
const ROUTE_WORDS_SHIFT = ROUTE_SHIFT - 2;
const ENTRY_WORDS = ENTRY_SIZE >> 2;

/** Makes the functions of `assembly/forward/` over a memory, statement by statement the same. */
export function createForward(memory: KernelMemory): Omit<ForwardFunctions, 'scan'> {
  const { bytes, words } = memory;
  const copy = createCopy(memory);
  const row = createRow(memory);
  const composer = createComposer(memory, row, copy);
  const outbox = createOutbox(memory, createPages(memory));
  const { appendComposed, deliver, refuse } = createDeliverer(memory, row, composer, outbox);
  const { compose, composedLength } = composer;
  const { makeRoom, reserve } = outbox;
  const internTopic = createInternTopic(memory, createSlots(memory));

  function forward(address: number, end: number, copied: number, publisher: number, options: number): number {
    const approved = (options & FORWARD_APPROVED) !== 0;
    const source5 = (options & FORWARD_VERSION_5) !== 0;
    const hostBits = (options >>> FORWARD_HOST_BITS_SHIFT) | 6;
    const epoch = words[ROUTE_EPOCH >> 2];
    let resume = words[FORWARD_RESUME >> 2];
    let status = FORWARD_DONE;
    let forwarded = 0;
    let delivered = 0;
    let offline = 0;

    for (; address < end; address += ROW_SIZE) {
      const word = address >> 2;
      const first = words[word + (ROW_FIRST_BYTE >> 2)];
      const topic = words[word + (ROW_TOPIC >> 2)];
      const rowStart = words[word + (ROW_START >> 2)];
      const rowEnd = words[word + (ROW_END >> 2)];
      const size = rowEnd - rowStart;
      if (
        !approved &&
        ((first & 0xf0) !== PUBLISH ||
          (first & hostBits) !== 0 ||
          topic < 0 ||
          rowEnd > copied ||
          size > FRAME_LIMIT)
      ) {
        status = FORWARD_HOST;
        break;
      }
      const hasProperties = words[word + (ROW_PROPERTIES >> 2)] !== 0;
      let hasExpiry = false;
      if (hasProperties) {
        row.readProperties(address);
        if (row.aliasAt !== 0 && !approved) {
          status = FORWARD_HOST;
          break;
        }
        hasExpiry = row.expiryAt !== 0;
      }
      const route = (ROUTES >> 2) + (topic << ROUTE_WORDS_SHIFT);
      if (words[route + (ROUTE_EPOCH_OF >> 2)] !== epoch) {
        status = FORWARD_ROUTE;
        break;
      }
      const count = words[route + (ROUTE_COUNT >> 2)];
      if (count === 0) {
        forwarded++;
        continue;
      }
      if (count === ROUTE_FOR_HOST) {
        status = FORWARD_HOST;
        break;
      }
      let isRead = false;
      // the packet as receivers of either version get it, made when the first of them comes; as it came if nothing changes
      let form4 = 0;
      let form5 = 0;
      let length4 = size;
      let length5 = size;
      if ((first & 6) === 0) {
        if (!source5) form4 = CHUNK + rowStart;
        else if (!hasProperties || row.aliasAt === 0) form5 = CHUNK + rowStart;
      }
      const retain = first & 1;
      const qos = (first >> 1) & 3;
      const entries = words[route + (ROUTE_ENTRIES >> 2)] >> 2;
      let k = resume;
      resume = 0;
      for (; k < count; k++) {
        const entry = words[entries + k * ENTRY_WORDS];
        const slot = entry & ENTRY_SLOT_MASK;
        const record = FIRST_RECORD + (slot << RECORD_SHIFT);
        const flags = words[record + FLAGS];
        if (slot === publisher && (entry & ENTRY_NO_LOCAL) !== 0) continue; // MQTT-3.8.3-3
        if (qos !== 0 && ((entry >> ENTRY_QOS_SHIFT) & 3) !== 0) {
          const exceptions = words[EXCEPTION_COUNT >> 2];
          if (exceptions === EXCEPTION_LIMIT) {
            status = FORWARD_EXCEPTIONS;
            break;
          }
          words[(EXCEPTIONS >> 2) + exceptions] = k;
          words[EXCEPTION_COUNT >> 2] = exceptions + 1;
          continue;
        }
        if ((flags & RECEIVER_CONNECTED) === 0) {
          offline++;
          continue;
        }
        // MQTT-3.3.1-12 and -13
        const byte = PUBLISH | ((entry & ENTRY_RETAIN_AS_PUBLISHED) !== 0 ? retain : 0);
        const identifiers = words[entries + k * ENTRY_WORDS + 1];
        const version5 = (flags & RECEIVER_VERSION_5) !== 0;
        if ((flags & RECEIVER_TAKES_ALIASES) !== 0 || (version5 && (hasExpiry || identifiers !== 0))) {
          if (!isRead) {
            if (!hasProperties) row.readProperties(address);
            row.readRow(address);
            isRead = true;
          }
          if (appendComposed(record, byte, 0, identifiers) === NO_PAGES) {
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
        if (form === 0) {
          if (!isRead) {
            if (!hasProperties) row.readProperties(address);
            row.readRow(address);
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
        if (length > words[record + MAXIMUM_PACKET_SIZE] >>> 0) {
          refuse(record, TOO_LARGE, COUNT_TOO_LARGE >> 2); // MQTT-3.1.2-24
          continue;
        }
        const room = words[record + ROOM] - length;
        const messageRoom = words[record + MESSAGE_ROOM] - 1;
        if ((room | messageRoom) < 0) {
          refuse(record, DROPPED, COUNT_DROPPED >> 2);
          continue;
        }
        let position = words[record + POSITION];
        if (position + length > words[record + PAGE_END]) {
          position = makeRoom(record, length);
          if (position === 0) {
            status = FORWARD_PAGES;
            break;
          }
        }
        copy(position, form, length);
        bytes[position] = byte;
        words[record + POSITION] = position + length;
        words[record + ROOM] = room;
        words[record + MESSAGE_ROOM] = messageRoom;
        delivered++;
      }
      if (status !== FORWARD_DONE) {
        resume = k;
        break;
      }
      forwarded++;
    }
    words[FORWARD_STATUS >> 2] = status;
    words[FORWARD_RESUME >> 2] = status === FORWARD_PAGES || status === FORWARD_EXCEPTIONS ? resume : 0;
    words[COUNT_FORWARDED >> 2] += forwarded;
    words[COUNT_DELIVERED >> 2] += delivered;
    words[COUNT_OFFLINE >> 2] += offline;
    return address;
  }

  return {
    forward,
    deliver,
    reserve,
    intern: (p, length) => internTopic(p, length, words[HEADER_TOPIC_GENERATION >> 2]),
  };
}
