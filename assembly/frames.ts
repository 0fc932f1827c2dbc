import {
  ACKS, ACKS_END, ACK_ROW_SHIFT, ACK_TYPE_SHIFT, CHUNK, FIRST_BYTE_KINDS, HEADER_ACK_COUNT, HEADER_NEXT,
  HEADER_PROPERTIES_GENERATION, HEADER_STATUS, HEADER_TOPIC_GENERATION, IDENTIFIED_TYPES, INTERN_FULL, INTERN_NOT_KEPT, KIND_ACK,
  KIND_CONTROL, KIND_PING, KIND_PUBLISH, KIND_PUBREL, OPTION_CHECK_PAYLOAD,
  OPTION_NO_SUBSCRIPTION_IDENTIFIER, OPTION_REFUSED_TYPES_SHIFT, OPTION_VERSION_5,
  PROPERTIES_HAVE_SUBSCRIPTION_IDENTIFIER, PROPERTIES_HAVE_TOPIC_ALIAS, PROPERTIES_ID_SHIFT, PROPERTIES_PROMISE_UTF8, ROWS, ROWS_END,
  ROW_END, ROW_FIRST_BYTE, ROW_PACKET_IDENTIFIER, ROW_PAYLOAD_START, ROW_PROPERTIES, ROW_PROPERTIES_START, ROW_SIZE,
  ROW_START, ROW_TOPIC, SCAN_HOST, SCAN_LIST_FULL, SCAN_NEED_MORE, SCAN_PROPERTIES_FULL, SCAN_TOPICS_FULL,
} from './layout';
import { internTopic } from './names';
import { NOT_KEPT, internProperties } from './properties';
import { uint16, variableByteInteger, variableByteIntegerSize } from './varint';

/**
 * Frames the chunk bytes from `start` to `end`, both counted from the chunk's start; `start` is negative when a
 * carried packet begins before it. Packets may reach up to `limit`: beyond `end` lies payload that was not copied
 * in. A packet longer than `maximum` bytes is the host's.
 *
 * The kernel never says that a packet is wrong. It vouches for what every strictness accepts; whatever else it meets
 * ends the scan with SCAN_HOST, and TypeScript decodes that packet or names the fault.
 *
 * Returns the number of rows. Two lists, because with one for all packets the branch on the packet type is
 * mispredicted here and again by the reader, which costs as much as all the rest on mixed traffic.
 */
export function scan(start: i32, end: i32, limit: i32, options: i32, maximum: u32): i32 {
  const chunkEnd: usize = CHUNK + end;
  const limitEnd: usize = CHUNK + limit;
  const version5 = (options & OPTION_VERSION_5) != 0;
  let refusedFlags: i32 = 0;
  if (options & OPTION_NO_SUBSCRIPTION_IDENTIFIER) refusedFlags = PROPERTIES_HAVE_SUBSCRIPTION_IDENTIFIER;
  if (options & OPTION_CHECK_PAYLOAD) refusedFlags |= PROPERTIES_PROMISE_UTF8;
  const refusedTypes: u32 = <u32>options >> OPTION_REFUSED_TYPES_SHIFT;
  const topicGeneration = load<u32>(HEADER_TOPIC_GENERATION);
  const propertiesGeneration = load<u32>(HEADER_PROPERTIES_GENERATION);
  let p: usize = CHUNK + start;
  let row: usize = ROWS;
  let ack: usize = ACKS;
  let status: i32 = SCAN_NEED_MORE;

  while (p + 1 < chunkEnd) {
    const first: u32 = load<u8>(p);
    let length: u32 = load<u8>(p, 1);
    let body: usize = p + 2;
    if (length & 0x80) {
      const w = load<u32>(p, 1);
      const size = variableByteIntegerSize(w);
      body = p + 1 + size;
      if (size > 4) {
        if (p + 5 <= chunkEnd) status = SCAN_HOST;
        break;
      }
      if (body > chunkEnd) break;
      length = variableByteInteger(w, size);
      if (load<u8>(body - 1) == 0) {
        // not the shortest form
        if (body + length <= limitEnd) status = SCAN_HOST;
        break;
      }
    }
    const packetEnd = body + length;
    if (packetEnd > limitEnd) break;
    if (<u32>(packetEnd - p) > maximum) {
      status = SCAN_HOST;
      break;
    }

    const kind: u32 = load<u8>(FIRST_BYTE_KINDS + first);
    if (kind == KIND_PUBLISH) {
      if (row == ROWS_END) {
        status = SCAN_LIST_FULL;
        break;
      }
      const topicLength = uint16(body);
      let q: usize = body + 2 + topicLength;
      const identified: u32 = first & 6 ? 1 : 0;
      // without a branch: reading past the end is harmless, the bounds are checked below
      const identifier = uint16(q) & (0 - identified);
      q += identified << 1;
      let properties: i32 = 0;
      let propertiesStart: usize = q;
      if (q > packetEnd || identifier < identified) {
        status = SCAN_HOST;
        break;
      }
      if (q > chunkEnd) break;

      if (version5) {
        let propertiesLength: u32 = load<u8>(q);
        q += 1;
        if (propertiesLength & 0x80) {
          const w = load<u32>(q - 1);
          const size = variableByteIntegerSize(w);
          q += size - 1;
          if (size > 4 || load<u8>(q - 1) == 0) {
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
        let flags: i32 = 0;
        if (propertiesLength) {
          const interned = internProperties(propertiesStart, propertiesLength, propertiesGeneration);
          if (interned < 0) {
            status = interned == INTERN_FULL ? SCAN_PROPERTIES_FULL : SCAN_HOST;
            break;
          }
          flags = interned;
          properties = interned < NOT_KEPT ? (interned >> PROPERTIES_ID_SHIFT) + 1 : -1;
        }
        if (flags & refusedFlags || (topicLength == 0 && !(flags & PROPERTIES_HAVE_TOPIC_ALIAS))) {
          status = SCAN_HOST;
          break;
        }
      } else if (topicLength == 0) {
        status = SCAN_HOST;
        break;
      }

      const topic = internTopic(body + 2, topicLength, topicGeneration);
      if (topic < INTERN_NOT_KEPT) {
        status = topic == INTERN_FULL ? SCAN_TOPICS_FULL : SCAN_HOST;
        break;
      }
      store<u32>(row, first, ROW_FIRST_BYTE);
      store<i32>(row, <i32>(p - CHUNK), ROW_START);
      store<i32>(row, <i32>(packetEnd - CHUNK), ROW_END);
      store<u32>(row, identifier, ROW_PACKET_IDENTIFIER);
      store<i32>(row, topic, ROW_TOPIC);
      store<i32>(row, properties, ROW_PROPERTIES);
      store<i32>(row, <i32>(q - CHUNK), ROW_PAYLOAD_START);
      store<i32>(row, <i32>(propertiesStart - CHUNK), ROW_PROPERTIES_START);
      row += ROW_SIZE;
    } else if (kind == KIND_ACK || kind == KIND_PING) {
      const identified: u32 = kind == KIND_ACK ? 1 : 0;
      const identifier = uint16(body) & (0 - identified);
      if (length != identified << 1 || identifier < identified || (refusedTypes >> (first >> 4)) & 1) {
        status = SCAN_HOST;
        break;
      }
      if (packetEnd > chunkEnd) break;
      if (ack == ACKS_END) {
        status = SCAN_LIST_FULL;
        break;
      }
      store<u32>(ack, identifier | ((first >> 4) << ACK_TYPE_SHIFT) | (<u32>((row - ROWS) / ROW_SIZE) << ACK_ROW_SHIFT));
      ack += 4;
    } else {
      const identified: u32 = length >= 2 ? (IDENTIFIED_TYPES >> (first >> 4)) & 1 : 0;
      const identifier = uint16(body) & (0 - identified);
      const fits = kind == KIND_CONTROL || (kind == KIND_PUBREL && length == 2 && identifier != 0);
      if (!fits || (refusedTypes >> (first >> 4)) & 1) {
        status = SCAN_HOST;
        break;
      }
      if (packetEnd > chunkEnd) break;
      if (row == ROWS_END) {
        status = SCAN_LIST_FULL;
        break;
      }
      store<u32>(row, first, ROW_FIRST_BYTE);
      store<i32>(row, <i32>(p - CHUNK), ROW_START);
      store<i32>(row, <i32>(packetEnd - CHUNK), ROW_END);
      store<u32>(row, identifier, ROW_PACKET_IDENTIFIER);
      store<i32>(row, INTERN_NOT_KEPT, ROW_TOPIC);
      store<i32>(row, kind == KIND_PUBREL ? 0 : -1, ROW_PROPERTIES);
      store<i32>(row, <i32>(packetEnd - CHUNK), ROW_PAYLOAD_START);
      row += ROW_SIZE;
    }
    p = packetEnd;
  }

  store<i32>(HEADER_STATUS, status);
  store<i32>(HEADER_NEXT, <i32>(p - CHUNK));
  store<i32>(HEADER_ACK_COUNT, <i32>((ack - ACKS) >> 2));
  return <i32>((row - ROWS) / ROW_SIZE);
}
