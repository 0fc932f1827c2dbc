import {
  COUNT_DELIVERED,
  COUNT_OFFLINE,
  ENTRY_NO_LOCAL,
  ENTRY_QOS_SHIFT,
  ENTRY_RETAIN_AS_PUBLISHED,
  ENTRY_SIZE,
  ENTRY_SLOT_MASK,
  EXCEPTION_COUNT,
  EXCEPTION_LIMIT,
  EXCEPTIONS,
  FORM_SIZE,
  FORM_TABLE,
  FORMS,
  FORWARD_APPROVED,
  FORWARD_DONE,
  FORWARD_EXCEPTIONS,
  FORWARD_PAGES,
  FORWARD_VERSION_5,
  NO_PAGES,
  NOT_DELIVERED,
  RECEIVER_CONNECTED,
  RECEIVER_TAKES_ALIASES,
  RECEIVER_VERSION_5,
} from '../../../../assembly/forward/layout.ts';
import { CHUNK, ROW_END, ROW_PROPERTIES, ROW_START } from '../../../../assembly/layout.ts';
import type { KernelMemory } from '../../memory.ts';
import type { Composer } from './compose.ts';
import type { Copy } from './copy.ts';
import { type Deliverer, MAXIMUM_PACKET_SIZE, MESSAGE_ROOM, ROOM } from './deliver.ts';
import { FIRST_RECORD, FLAGS, PAGE_END, POSITION, RECORD_SHIFT } from './outbox.ts';
import type { Row } from './row.ts';

const PUBLISH = 0x30;
/** The QoS of an entry. */
export const ENTRY_QOS = 3 << ENTRY_QOS_SHIFT;
export const ENTRY_WORDS = ENTRY_SIZE >> 2;

const FORM_4 = FORM_TABLE >> 2;
const FORM_5 = FORM_4 + 2;
const STATE = RECEIVER_CONNECTED | RECEIVER_TAKES_ALIASES;

/** The receivers of a route; as in `assembly/forward/entries.ts`. Entries are addressed by the number of their first word. */
export interface Entries {
  /** Fills FORM_TABLE for the row at an address. Returns false when it is for TypeScript, because of its properties. */
  prepareForms(address: number, first: number, options: number): boolean;
  /** Appends the form that each receiver needs; returns the entry at which there is more to do than that, or `end`. */
  appendForms(entry: number, end: number, special: number): number;
  /** Sees to entry number `k` of a route, whatever it needs. Returns FORWARD_DONE, or what hinders it. */
  appendOther(
    address: number,
    first: number,
    at: number,
    k: number,
    publisher: number,
    special: number,
  ): number;
}

export function createEntries(
  memory: KernelMemory,
  row: Row,
  composer: Composer,
  deliverer: Deliverer,
  copy: Copy,
): Entries {
  const { bytes, words } = memory;
  const { appendComposed, takePlace } = deliverer;
  const { compose, composedLength } = composer;
  let isRead = false;

  /** Finds the parts of the row, once. */
  function read(address: number): void {
    if (isRead) return;
    row.readProperties(address);
    row.readRow(address);
    isRead = true;
  }

  function makeForm(form: number, version5: boolean): void {
    const to = version5 ? FORMS + FORM_SIZE : FORMS;
    words[form] = to;
    words[form + 1] = composedLength(PUBLISH, true, 0, version5, 0);
    compose(to, PUBLISH, 0, true, 0, version5, 0);
  }

  function appendForm(record: number, byte: number, form: number, length: number): number {
    const position = takePlace(record, byte, length);
    if (position === NO_PAGES) return FORWARD_PAGES;
    if (position === NOT_DELIVERED) return FORWARD_DONE;
    copy(position, form, length);
    bytes[position] = byte;
    return FORWARD_DONE;
  }

  return {
    prepareForms(address, first, options) {
      isRead = false;
      const start = words[(address + ROW_START) >> 2];
      const changes = (first & 6) !== 0;
      const form = changes ? 0 : CHUNK + start;
      const length = changes ? 0 : words[(address + ROW_END) >> 2] - start;
      const version5 = (options & FORWARD_VERSION_5) !== 0;
      words[FORM_4] = version5 ? 0 : form;
      words[FORM_4 + 1] = version5 ? 0 : length;
      words[FORM_5] = version5 ? form : 0;
      words[FORM_5 + 1] = version5 ? length : 0;
      if (!version5 || words[(address + ROW_PROPERTIES) >> 2] === 0) return true;
      read(address);
      if ((row.aliasAt !== 0 || row.hasIdentifiers) && (options & FORWARD_APPROVED) === 0) return false;
      if (row.aliasAt !== 0 || row.expiryAt !== 0) {
        words[FORM_5] = 0;
        words[FORM_5 + 1] = 0;
      }
      return true;
    },

    appendForms(entry, end, special) {
      const from = entry;
      for (; entry < end; entry += ENTRY_WORDS) {
        const word = words[entry];
        const record = FIRST_RECORD + ((word & ENTRY_SLOT_MASK) << RECORD_SHIFT);
        const flags = words[record + FLAGS];
        if (((word & special) | words[entry + 1] | ((flags & STATE) ^ RECEIVER_CONNECTED)) !== 0) break;
        const form = FORM_4 + (flags & RECEIVER_VERSION_5);
        const length = words[form + 1];
        if (length === 0) break;
        const room = words[record + ROOM] - length;
        const messageRoom = words[record + MESSAGE_ROOM] - 1;
        const position = words[record + POSITION];
        const next = position + length;
        const pageRoom = words[record + PAGE_END] - next;
        if ((room | messageRoom | pageRoom | (words[record + MAXIMUM_PACKET_SIZE] - length)) < 0) break;
        words[record + POSITION] = next;
        words[record + ROOM] = room;
        words[record + MESSAGE_ROOM] = messageRoom;
        copy(position, words[form], length);
        bytes[position] = PUBLISH; // without RETAIN (MQTT-3.3.1-12)
      }
      words[COUNT_DELIVERED >> 2] += (entry - from) / ENTRY_WORDS;
      return entry;
    },

    appendOther(address, first, at, k, publisher, special) {
      const entry = words[at];
      const slot = entry & ENTRY_SLOT_MASK;
      const record = FIRST_RECORD + (slot << RECORD_SHIFT);
      const flags = words[record + FLAGS];
      if (slot === publisher && (entry & ENTRY_NO_LOCAL) !== 0) return FORWARD_DONE; // MQTT-3.8.3-3
      if ((entry & special & ENTRY_QOS) !== 0) {
        const exceptions = words[EXCEPTION_COUNT >> 2];
        if (exceptions === EXCEPTION_LIMIT) return FORWARD_EXCEPTIONS;
        words[(EXCEPTIONS >> 2) + exceptions] = k;
        words[EXCEPTION_COUNT >> 2] = exceptions + 1;
        return FORWARD_DONE;
      }
      if ((flags & RECEIVER_CONNECTED) === 0) {
        words[COUNT_OFFLINE >> 2]++;
        return FORWARD_DONE;
      }
      // MQTT-3.3.1-12 and -13
      const byte = PUBLISH | ((entry & ENTRY_RETAIN_AS_PUBLISHED) !== 0 ? first & 1 : 0);
      const identifiers = words[at + 1];
      const version5 = (flags & RECEIVER_VERSION_5) !== 0;
      const takesAliases = (flags & RECEIVER_TAKES_ALIASES) !== 0;
      const form = version5 ? FORM_5 : FORM_4;
      if (words[form] === 0 || identifiers !== 0 || takesAliases) {
        read(address);
        if (takesAliases || (version5 && (identifiers !== 0 || row.expiryAt !== 0))) {
          return appendComposed(record, byte, 0, identifiers) === NO_PAGES ? FORWARD_PAGES : FORWARD_DONE;
        }
        if (words[form] === 0) makeForm(form, version5);
      }
      return appendForm(record, byte, words[form], words[form + 1]);
    },
  };
}
