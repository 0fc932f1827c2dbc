import {
  CHUNK, PROPERTY_BOOLEAN, PROPERTY_KINDS, PROPERTY_PAIR, PROPERTY_UINT16, PROPERTY_UINT32, PROPERTY_VARIABLE, ROW_END,
  ROW_PAYLOAD_START, ROW_PROPERTIES, ROW_PROPERTIES_START, ROW_START, ROW_TOPIC, TOPIC_TEXTS,
} from '../layout';
import { uint16, variableByteIntegerSize } from '../varint';

// The PUBLISH that is passed on: where its parts are.

export let topicId: i32 = 0;
export let topicStart: usize = 0;
export let topicLength: u32 = 0;
/** The property block without its length. */
export let propertiesStart: usize = 0;
export let propertiesLength: u32 = 0;
/** Where in it the topic alias and the value of the message expiry interval are; 0 without. */
export let aliasAt: usize = 0;
export let expiryAt: usize = 0;
/** Whether there are subscription identifiers, which are those of who sent it. */
export let hasIdentifiers: bool = false;
export let payloadStart: usize = 0;
export let payloadLength: u32 = 0;

/** Length of a topic alias with its identifier. */
export const TOPIC_ALIAS_SIZE: u32 = 3;

/** Looks for what has to be changed in the properties of a row, which a scan has checked. */
export function readProperties(row: usize): void {
  aliasAt = 0;
  expiryAt = 0;
  hasIdentifiers = false;
  if (load<i32>(row, ROW_PROPERTIES) == 0) {
    propertiesLength = 0;
    return;
  }
  let p: usize = CHUNK + load<i32>(row, ROW_PROPERTIES_START);
  const end: usize = CHUNK + load<i32>(row, ROW_PAYLOAD_START);
  propertiesStart = p;
  propertiesLength = <u32>(end - p);
  while (p < end) {
    const kind: u32 = load<u8>(PROPERTY_KINDS + load<u8>(p++));
    switch (kind) {
      case PROPERTY_BOOLEAN: {
        p += 1;
        break;
      }
      case PROPERTY_UINT16: {
        aliasAt = p - 1;
        p += 2;
        break;
      }
      case PROPERTY_UINT32: {
        expiryAt = p;
        p += 4;
        break;
      }
      case PROPERTY_VARIABLE: {
        p += variableByteIntegerSize(load<u32>(p));
        hasIdentifiers = true;
        break;
      }
      default: {
        p += 2 + uint16(p);
        if (kind == PROPERTY_PAIR) p += 2 + uint16(p);
      }
    }
  }
}

/** Finds the other parts. */
export function readRow(row: usize): void {
  const start: usize = CHUNK + load<i32>(row, ROW_START);
  let p = start + 1;
  while (load<u8>(p++) & 0x80) {}
  topicId = load<i32>(row, ROW_TOPIC);
  topicStart = p + 2;
  topicLength = uint16(p);
  if (topicLength == 0) {
    // an alias stood for it
    topicStart = load<u32>(TOPIC_TEXTS + (topicId << 3));
    topicLength = load<u32>(TOPIC_TEXTS + (topicId << 3), 4);
  }
  payloadStart = CHUNK + load<i32>(row, ROW_PAYLOAD_START);
  payloadLength = <u32>(load<i32>(row, ROW_END) - load<i32>(row, ROW_PAYLOAD_START));
}
