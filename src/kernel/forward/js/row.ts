import {
  CHUNK,
  PROPERTY_BOOLEAN,
  PROPERTY_KINDS,
  PROPERTY_PAIR,
  PROPERTY_UINT16,
  PROPERTY_UINT32,
  PROPERTY_VARIABLE,
  ROW_END,
  ROW_PAYLOAD_START,
  ROW_PROPERTIES,
  ROW_PROPERTIES_START,
  ROW_START,
  ROW_TOPIC,
  TOPIC_TEXTS,
} from '../../../../assembly/layout.ts';
import { variableByteIntegerSize } from '../../js/varint.ts';
import type { KernelMemory } from '../../memory.ts';

/** The PUBLISH that is passed on: where its parts are; as in `assembly/forward/row.ts`. */
export interface Row {
  topicId: number;
  topicStart: number;
  topicLength: number;
  /** The property block without its length. */
  propertiesStart: number;
  propertiesLength: number;
  /** Where in it the topic alias and the value of the message expiry interval are; 0 without. */
  aliasAt: number;
  expiryAt: number;
  /** Whether there are subscription identifiers, which are those of who sent it. */
  hasIdentifiers: boolean;
  payloadStart: number;
  payloadLength: number;
  /** Looks for what has to be changed in the properties of the row at an address, which a scan has checked. */
  readProperties(address: number): void;
  /** Finds the other parts. */
  readRow(address: number): void;
}

/** Length of a topic alias with its identifier. */
export const TOPIC_ALIAS_SIZE = 3;

export function createRow(memory: KernelMemory): Row {
  const { bytes, view, words } = memory;

  const row: Row = {
    topicId: 0,
    topicStart: 0,
    topicLength: 0,
    propertiesStart: 0,
    propertiesLength: 0,
    aliasAt: 0,
    expiryAt: 0,
    hasIdentifiers: false,
    payloadStart: 0,
    payloadLength: 0,

    readProperties(address) {
      row.aliasAt = 0;
      row.expiryAt = 0;
      row.hasIdentifiers = false;
      if (words[(address + ROW_PROPERTIES) >> 2] === 0) {
        row.propertiesLength = 0;
        return;
      }
      let p = CHUNK + words[(address + ROW_PROPERTIES_START) >> 2];
      const end = CHUNK + words[(address + ROW_PAYLOAD_START) >> 2];
      row.propertiesStart = p;
      row.propertiesLength = end - p;
      while (p < end) {
        const kind = bytes[PROPERTY_KINDS + bytes[p++]];
        switch (kind) {
          case PROPERTY_BOOLEAN:
            p += 1;
            break;
          case PROPERTY_UINT16:
            row.aliasAt = p - 1;
            p += 2;
            break;
          case PROPERTY_UINT32:
            row.expiryAt = p;
            p += 4;
            break;
          case PROPERTY_VARIABLE:
            p += variableByteIntegerSize(view.getInt32(p, true));
            row.hasIdentifiers = true;
            break;
          default:
            p += 2 + view.getUint16(p);
            if (kind === PROPERTY_PAIR) p += 2 + view.getUint16(p);
        }
      }
    },

    readRow(address) {
      let p = CHUNK + words[(address + ROW_START) >> 2] + 1;
      while ((bytes[p++] & 0x80) !== 0) {}
      const topicId = words[(address + ROW_TOPIC) >> 2];
      row.topicId = topicId;
      row.topicStart = p + 2;
      row.topicLength = view.getUint16(p);
      if (row.topicLength === 0) {
        // an alias stood for it
        const text = (TOPIC_TEXTS >> 2) + topicId * 2;
        row.topicStart = words[text];
        row.topicLength = words[text + 1];
      }
      const payloadStart = words[(address + ROW_PAYLOAD_START) >> 2];
      row.payloadStart = CHUNK + payloadStart;
      row.payloadLength = words[(address + ROW_END) >> 2] - payloadStart;
    },
  };
  return row;
}
