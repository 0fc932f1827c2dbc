import {
  ACK_ROW_SHIFT,
  ACK_TYPE_SHIFT,
  ACKS,
  ACKS_END,
  CHUNK,
  FIRST_BYTE_KINDS,
  HEADER_ACK_COUNT,
  HEADER_NEXT,
  HEADER_PROPERTIES_GENERATION,
  HEADER_STATUS,
  HEADER_TOPIC_GENERATION,
  IDENTIFIED_TYPES,
  INTERN_FULL,
  INTERN_NOT_KEPT,
  KIND_ACK,
  KIND_CONTROL,
  KIND_PING,
  KIND_PUBLISH,
  KIND_PUBREL,
  OPTION_CHECK_PAYLOAD,
  OPTION_NO_SUBSCRIPTION_IDENTIFIER,
  OPTION_REFUSED_TYPES_SHIFT,
  OPTION_VERSION_5,
  PROPERTIES_HAVE_SUBSCRIPTION_IDENTIFIER,
  PROPERTIES_HAVE_TOPIC_ALIAS,
  PROPERTIES_ID_SHIFT,
  PROPERTIES_PROMISE_UTF8,
  ROW_SIZE,
  ROWS,
  ROWS_END,
  SCAN_HOST,
  SCAN_LIST_FULL,
  SCAN_NEED_MORE,
  SCAN_PROPERTIES_FULL,
  SCAN_TOPICS_FULL,
} from '../../../assembly/layout.ts';
import type { Scan } from '../kernel.ts';
import type { KernelMemory } from '../memory.ts';
import { createInternTopic } from './names.ts';
import { createInternProperties, NOT_KEPT } from './properties.ts';
import { createSlots } from './slots.ts';
import { variableByteInteger, variableByteIntegerSize } from './varint.ts';

const ROW_WORDS = ROW_SIZE >> 2;
const ROWS_FIRST_WORD = ROWS >> 2;
const ROWS_END_WORD = ROWS_END >> 2;
const ACKS_FIRST_WORD = ACKS >> 2;
const ACKS_END_WORD = ACKS_END >> 2;

/** Makes the `scan` of `assembly/frames.ts` over a memory, statement by statement the same. */
export function createScan(memory: KernelMemory): Scan {
  const { bytes, view, words } = memory;
  const slots = createSlots(memory);
  const internTopic = createInternTopic(memory, slots);
  const internProperties = createInternProperties(memory, slots);

  return function scan(start, end, limit, options, maximum) {
    const chunkEnd = CHUNK + end;
    const limitEnd = CHUNK + limit;
    const version5 = (options & OPTION_VERSION_5) !== 0;
    let refusedFlags = 0;
    if ((options & OPTION_NO_SUBSCRIPTION_IDENTIFIER) !== 0)
      refusedFlags = PROPERTIES_HAVE_SUBSCRIPTION_IDENTIFIER;
    if ((options & OPTION_CHECK_PAYLOAD) !== 0) refusedFlags |= PROPERTIES_PROMISE_UTF8;
    const refusedTypes = options >>> OPTION_REFUSED_TYPES_SHIFT;
    const topicGeneration = words[HEADER_TOPIC_GENERATION >> 2];
    const propertiesGeneration = words[HEADER_PROPERTIES_GENERATION >> 2];
    let p = CHUNK + start;
    let row = ROWS_FIRST_WORD;
    let ack = ACKS_FIRST_WORD;
    let status = SCAN_NEED_MORE;

    while (p + 1 < chunkEnd) {
      const first = bytes[p];
      let length = bytes[p + 1];
      let body = p + 2;
      if ((length & 0x80) !== 0) {
        const w = view.getInt32(p + 1, true);
        const size = variableByteIntegerSize(w);
        body = p + 1 + size;
        if (size > 4) {
          if (p + 5 <= chunkEnd) status = SCAN_HOST;
          break;
        }
        if (body > chunkEnd) break;
        length = variableByteInteger(w, size);
        if (bytes[body - 1] === 0) {
          if (body + length <= limitEnd) status = SCAN_HOST;
          break;
        }
      }
      const packetEnd = body + length;
      if (packetEnd > limitEnd) break;
      if (packetEnd - p > maximum) {
        status = SCAN_HOST;
        break;
      }

      const kind = bytes[FIRST_BYTE_KINDS + first];
      if (kind === KIND_PUBLISH) {
        if (row === ROWS_END_WORD) {
          status = SCAN_LIST_FULL;
          break;
        }
        const topicLength = (bytes[body] << 8) | bytes[body + 1];
        let q = body + 2 + topicLength;
        let identifier = 0;
        if ((first & 6) !== 0) {
          identifier = (bytes[q] << 8) | bytes[q + 1];
          q += 2;
          if (identifier === 0) {
            status = SCAN_HOST;
            break;
          }
        }
        if (q > packetEnd) {
          status = SCAN_HOST;
          break;
        }
        let properties = 0;
        let propertiesStart = q;
        if (q > chunkEnd) break;

        if (version5) {
          let propertiesLength = bytes[q];
          q += 1;
          if ((propertiesLength & 0x80) !== 0) {
            const w = view.getInt32(q - 1, true);
            const size = variableByteIntegerSize(w);
            q += size - 1;
            if (size > 4 || bytes[q - 1] === 0) {
              status = SCAN_HOST;
              break;
            }
            propertiesLength = variableByteInteger(w, size);
          }
          propertiesStart = q;
          q += propertiesLength;
          if (q > packetEnd) {
            status = SCAN_HOST;
            break;
          }
          if (q > chunkEnd) break;
          let flags = 0;
          if (propertiesLength !== 0) {
            const interned = internProperties(propertiesStart, propertiesLength, propertiesGeneration);
            if (interned < 0) {
              status = interned === INTERN_FULL ? SCAN_PROPERTIES_FULL : SCAN_HOST;
              break;
            }
            flags = interned;
            properties = interned < NOT_KEPT ? (interned >> PROPERTIES_ID_SHIFT) + 1 : -1;
          }
          if (
            (flags & refusedFlags) !== 0 ||
            (topicLength === 0 && (flags & PROPERTIES_HAVE_TOPIC_ALIAS) === 0)
          ) {
            status = SCAN_HOST;
            break;
          }
        } else if (topicLength === 0) {
          status = SCAN_HOST;
          break;
        }

        const topic = internTopic(body + 2, topicLength, topicGeneration);
        if (topic < INTERN_NOT_KEPT) {
          status = topic === INTERN_FULL ? SCAN_TOPICS_FULL : SCAN_HOST;
          break;
        }
        words[row] = first;
        words[row + 1] = p - CHUNK;
        words[row + 2] = packetEnd - CHUNK;
        words[row + 3] = identifier;
        words[row + 4] = topic;
        words[row + 5] = properties;
        words[row + 6] = q - CHUNK;
        words[row + 7] = propertiesStart - CHUNK;
        row += ROW_WORDS;
      } else if (kind === KIND_ACK || kind === KIND_PING) {
        const identified = kind === KIND_ACK;
        const identifier = identified ? (bytes[body] << 8) | bytes[body + 1] : 0;
        if (
          length !== (identified ? 2 : 0) ||
          (identified && identifier === 0) ||
          ((refusedTypes >> (first >> 4)) & 1) !== 0
        ) {
          status = SCAN_HOST;
          break;
        }
        if (packetEnd > chunkEnd) break;
        if (ack === ACKS_END_WORD) {
          status = SCAN_LIST_FULL;
          break;
        }
        words[ack++] =
          identifier | ((first >> 4) << ACK_TYPE_SHIFT) | (((row - ROWS_FIRST_WORD) >> 3) << ACK_ROW_SHIFT);
      } else {
        const identified = length >= 2 && ((IDENTIFIED_TYPES >> (first >> 4)) & 1) !== 0;
        const identifier = identified ? (bytes[body] << 8) | bytes[body + 1] : 0;
        const fits = kind === KIND_CONTROL || (kind === KIND_PUBREL && length === 2 && identifier !== 0);
        if (!fits || ((refusedTypes >> (first >> 4)) & 1) !== 0) {
          status = SCAN_HOST;
          break;
        }
        if (packetEnd > chunkEnd) break;
        if (row === ROWS_END_WORD) {
          status = SCAN_LIST_FULL;
          break;
        }
        words[row] = first;
        words[row + 1] = p - CHUNK;
        words[row + 2] = packetEnd - CHUNK;
        words[row + 3] = identifier;
        words[row + 4] = INTERN_NOT_KEPT;
        words[row + 5] = kind === KIND_PUBREL ? 0 : -1;
        words[row + 6] = packetEnd - CHUNK;
        row += ROW_WORDS;
      }
      p = packetEnd;
    }

    words[HEADER_STATUS >> 2] = status;
    words[HEADER_NEXT >> 2] = p - CHUNK;
    words[HEADER_ACK_COUNT >> 2] = ack - ACKS_FIRST_WORD;
    return (row - ROWS_FIRST_WORD) / ROW_WORDS;
  };
}
