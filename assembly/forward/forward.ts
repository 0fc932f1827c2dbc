import { ROW_END, ROW_FIRST_BYTE, ROW_SIZE, ROW_START, ROW_TOPIC } from '../layout';
import { ENTRY_QOS, appendForms, appendOther, prepareForms } from './entries';
import {
  COUNT_FORWARDED, ENTRY_NO_LOCAL, ENTRY_RETAIN_AS_PUBLISHED, ENTRY_SIZE, FORWARD_APPROVED, FORWARD_AT_MOST_ONCE, FORWARD_DONE,
  FORWARD_EXCEPTIONS, FORWARD_HOST, FORWARD_HOST_BITS_SHIFT, FORWARD_PAGES, FORWARD_RESUME, FORWARD_ROUTE, FORWARD_STATUS,
  FRAME_LIMIT, ROUTES, ROUTE_COUNT, ROUTE_ENTRIES, ROUTE_EPOCH, ROUTE_EPOCH_OF, ROUTE_FOR_HOST, ROUTE_SHIFT,
} from './layout';

const PUBLISH: u32 = 0x30;

/**
 * Appends the PUBLISH of each row from address `row` to `end` to the outboxes of its receivers, with QoS 0. Only the first
 * `copied` bytes of the chunk are in memory. `publisher`: slot of who sent them, or -1. `options`: FORWARD_ bits.
 *
 * Returns the row at which it stopped, and why in FORWARD_STATUS. It stops at what is not a PUBLISH, at one with QoS 1 or 2 or
 * with a topic alias or subscription identifiers, at one without topic id or larger than FRAME_LIMIT, and where the host bits
 * say so.
 */
export function forward(row: usize, end: usize, copied: i32, publisher: i32, options: u32): usize {
  const approved = (options & FORWARD_APPROVED) != 0;
  const hostBits = (options >> FORWARD_HOST_BITS_SHIFT) | 6;
  const epoch = load<u32>(ROUTE_EPOCH);
  let resume: u32 = load<u32>(FORWARD_RESUME);
  let status: u32 = FORWARD_DONE;
  let forwarded: u32 = 0;

  for (; row < end; row += ROW_SIZE) {
    const first = load<u32>(row, ROW_FIRST_BYTE);
    const topic = load<i32>(row, ROW_TOPIC);
    if (!approved) {
      const rowEnd = load<i32>(row, ROW_END);
      if ((first & 0xf0) != PUBLISH || first & hostBits || topic < 0 || rowEnd > copied ||
          rowEnd - load<i32>(row, ROW_START) > FRAME_LIMIT) {
        status = FORWARD_HOST;
        break;
      }
    }
    // even if nobody gets the message: TypeScript has to know the topic alias
    if (!prepareForms(row, first, options)) {
      status = FORWARD_HOST;
      break;
    }
    const route: usize = <usize>ROUTES + (<usize>topic << ROUTE_SHIFT);
    if (load<u32>(route, ROUTE_EPOCH_OF) != epoch) {
      status = FORWARD_ROUTE;
      break;
    }
    const count = load<i32>(route, ROUTE_COUNT);
    if (count == ROUTE_FOR_HOST) {
      status = FORWARD_HOST;
      break;
    }
    let special: u32 = ENTRY_NO_LOCAL;
    if (first & 6 && !(options & FORWARD_AT_MOST_ONCE)) special |= ENTRY_QOS;
    if (first & 1) special |= ENTRY_RETAIN_AS_PUBLISHED;
    const entries: usize = load<u32>(route, ROUTE_ENTRIES);
    const entriesEnd = entries + <usize>count * ENTRY_SIZE;
    let entry = appendForms(entries + <usize>resume * ENTRY_SIZE, entriesEnd, special);
    while (entry < entriesEnd) {
      status = appendOther(row, first, entry, <u32>(entry - entries) / ENTRY_SIZE, publisher, special);
      if (status != FORWARD_DONE) break;
      entry = appendForms(entry + ENTRY_SIZE, entriesEnd, special);
    }
    if (status != FORWARD_DONE) {
      resume = <u32>(entry - entries) / ENTRY_SIZE;
      break;
    }
    resume = 0;
    forwarded++;
  }
  store<u32>(FORWARD_STATUS, status);
  store<u32>(FORWARD_RESUME, status == FORWARD_PAGES || status == FORWARD_EXCEPTIONS ? resume : 0);
  store<u32>(COUNT_FORWARDED, load<u32>(COUNT_FORWARDED) + forwarded);
  return row;
}
