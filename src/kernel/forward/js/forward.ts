import {
  COUNT_FORWARDED,
  ENTRY_NO_LOCAL,
  ENTRY_RETAIN_AS_PUBLISHED,
  FORWARD_APPROVED,
  FORWARD_AT_MOST_ONCE,
  FORWARD_DONE,
  FORWARD_EXCEPTIONS,
  FORWARD_HOST,
  FORWARD_HOST_BITS_SHIFT,
  FORWARD_PAGES,
  FORWARD_RESUME,
  FORWARD_ROUTE,
  FORWARD_STATUS,
  FRAME_LIMIT,
  ROUTE_COUNT,
  ROUTE_ENTRIES,
  ROUTE_EPOCH,
  ROUTE_EPOCH_OF,
  ROUTE_FOR_HOST,
  ROUTE_SHIFT,
  ROUTES,
} from '../../../../assembly/forward/layout.ts';
import {
  HEADER_TOPIC_GENERATION,
  ROW_END,
  ROW_FIRST_BYTE,
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
import { createDeliverer } from './deliver.ts';
import { createEntries, ENTRY_QOS, ENTRY_WORDS } from './entries.ts';
import { createOutbox } from './outbox.ts';
import { createPages } from './pages.ts';
import { createRow } from './row.ts';

const PUBLISH = 0x30;
const ROUTE_WORDS_SHIFT = ROUTE_SHIFT - 2;

/** Makes the functions of `assembly/forward/` over a memory, statement by statement the same. */
export function createForward(memory: KernelMemory): Omit<ForwardFunctions, 'scan'> {
  const { words } = memory;
  const copy = createCopy(memory);
  const row = createRow(memory);
  const composer = createComposer(memory, row, copy);
  const outbox = createOutbox(memory, createPages(memory));
  const deliverer = createDeliverer(memory, row, composer, outbox);
  const { appendForms, appendOther, prepareForms } = createEntries(memory, row, composer, deliverer, copy);
  const internTopic = createInternTopic(memory, createSlots(memory));

  function forward(address: number, end: number, copied: number, publisher: number, options: number): number {
    const approved = (options & FORWARD_APPROVED) !== 0;
    const hostBits = (options >>> FORWARD_HOST_BITS_SHIFT) | 6;
    const epoch = words[ROUTE_EPOCH >> 2];
    let resume = words[FORWARD_RESUME >> 2];
    let status = FORWARD_DONE;
    let forwarded = 0;

    for (; address < end; address += ROW_SIZE) {
      const first = words[(address + ROW_FIRST_BYTE) >> 2];
      const topic = words[(address + ROW_TOPIC) >> 2];
      if (!approved) {
        const rowEnd = words[(address + ROW_END) >> 2];
        if (
          (first & 0xf0) !== PUBLISH ||
          (first & hostBits) !== 0 ||
          topic < 0 ||
          rowEnd > copied ||
          rowEnd - words[(address + ROW_START) >> 2] > FRAME_LIMIT
        ) {
          status = FORWARD_HOST;
          break;
        }
      }
      // even if nobody gets the message: TypeScript has to know the topic alias
      if (!prepareForms(address, first, options)) {
        status = FORWARD_HOST;
        break;
      }
      const route = (ROUTES >> 2) + (topic << ROUTE_WORDS_SHIFT);
      if (words[route + (ROUTE_EPOCH_OF >> 2)] !== epoch) {
        status = FORWARD_ROUTE;
        break;
      }
      const count = words[route + (ROUTE_COUNT >> 2)];
      if (count === ROUTE_FOR_HOST) {
        status = FORWARD_HOST;
        break;
      }
      let special = ENTRY_NO_LOCAL;
      if ((first & 6) !== 0 && (options & FORWARD_AT_MOST_ONCE) === 0) special |= ENTRY_QOS;
      if ((first & 1) !== 0) special |= ENTRY_RETAIN_AS_PUBLISHED;
      const entries = words[route + (ROUTE_ENTRIES >> 2)] >> 2;
      const entriesEnd = entries + count * ENTRY_WORDS;
      let entry = appendForms(entries + resume * ENTRY_WORDS, entriesEnd, special);
      while (entry < entriesEnd) {
        const k = (entry - entries) / ENTRY_WORDS;
        status = appendOther(address, first, entry, k, publisher, special);
        if (status !== FORWARD_DONE) break;
        entry = appendForms(entry + ENTRY_WORDS, entriesEnd, special);
      }
      if (status !== FORWARD_DONE) {
        resume = (entry - entries) / ENTRY_WORDS;
        break;
      }
      resume = 0;
      forwarded++;
    }
    words[FORWARD_STATUS >> 2] = status;
    words[FORWARD_RESUME >> 2] = status === FORWARD_PAGES || status === FORWARD_EXCEPTIONS ? resume : 0;
    words[COUNT_FORWARDED >> 2] += forwarded;
    return address;
  }

  return {
    forward,
    deliver: deliverer.deliver,
    reserve: outbox.reserve,
    intern: (p, length) => internTopic(p, length, words[HEADER_TOPIC_GENERATION >> 2]),
  };
}
