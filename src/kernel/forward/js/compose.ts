import type { KernelMemory } from '../../memory.ts';
import type { Copy } from './copy.ts';
import { type Row, TOPIC_ALIAS_SIZE } from './row.ts';

const TOPIC_ALIAS = 0x23;

/** Makes the PUBLISH of a row as another receiver gets it; as in `assembly/forward/compose.ts`. */
export interface Composer {
  /**
   * Length of the packet that `compose` makes. `named`: with its topic name; `alias`: with that topic alias, or 0;
   * `identifiers`: address of encoded subscription identifiers behind their length, or 0.
   */
  composedLength(
    first: number,
    named: boolean,
    alias: number,
    version5: boolean,
    identifiers: number,
  ): number;
  /**
   * Writes the packet of which `composedLength` was just asked for. Returns the address of the value of its message expiry
   * interval, or 0. Up to 15 bytes behind the packet are overwritten.
   */
  compose(
    to: number,
    first: number,
    identifier: number,
    named: boolean,
    alias: number,
    version5: boolean,
    identifiers: number,
  ): number;
}

export function createComposer(memory: KernelMemory, row: Row, copy: Copy): Composer {
  const { bytes, view, words } = memory;
  let bodyLength = 0;
  let blockLength = 0;

  function putInteger(to: number, value: number): number {
    while (value > 0x7f) {
      bytes[to++] = value | 0x80;
      value >>= 7;
    }
    bytes[to] = value;
    return to + 1;
  }

  /** The properties as they came, in their order (MQTT-3.3.2-18), but for the topic alias (MQTT-3.3.2-7). */
  function putProperties(to: number): number {
    const { aliasAt, propertiesLength, propertiesStart } = row;
    if (aliasAt === 0) {
      copy(to, propertiesStart, propertiesLength);
      return to + propertiesLength;
    }
    const before = aliasAt - propertiesStart;
    copy(to, propertiesStart, before);
    const after = propertiesLength - before - TOPIC_ALIAS_SIZE;
    copy(to + before, aliasAt + TOPIC_ALIAS_SIZE, after);
    return to + before + after;
  }

  /** Where the value of the message expiry interval is in the properties that begin at `to`, or 0. */
  function expiryIn(to: number): number {
    const { aliasAt, expiryAt, propertiesStart } = row;
    if (expiryAt === 0) return 0;
    const at = to + (expiryAt - propertiesStart);
    return aliasAt !== 0 && expiryAt > aliasAt ? at - TOPIC_ALIAS_SIZE : at;
  }

  return {
    composedLength(first, named, alias, version5, identifiers) {
      let body = 2 + row.payloadLength;
      if (named) body += row.topicLength;
      if ((first & 6) !== 0) body += 2;
      if (version5) {
        let block = row.propertiesLength;
        if (row.aliasAt !== 0) block -= TOPIC_ALIAS_SIZE;
        if (identifiers !== 0) block += words[identifiers >> 2];
        if (alias !== 0) block += TOPIC_ALIAS_SIZE;
        blockLength = block;
        body += sizeOf(block) + block;
      }
      bodyLength = body;
      return 1 + sizeOf(body) + body;
    },

    compose(to, first, identifier, named, alias, version5, identifiers) {
      bytes[to] = first;
      to = putInteger(to + 1, bodyLength);
      const length = named ? row.topicLength : 0;
      view.setUint16(to, length);
      copy(to + 2, row.topicStart, length);
      to += 2 + length;
      if ((first & 6) !== 0) {
        view.setUint16(to, identifier);
        to += 2;
      }
      let expiry = 0;
      if (version5) {
        to = putInteger(to, blockLength);
        if (row.propertiesLength !== 0) {
          expiry = expiryIn(to);
          to = putProperties(to);
        }
        if (identifiers !== 0) {
          const identifiersLength = words[identifiers >> 2];
          copy(to, identifiers + 4, identifiersLength);
          to += identifiersLength;
        }
        if (alias !== 0) {
          bytes[to] = TOPIC_ALIAS;
          view.setUint16(to + 1, alias);
          to += TOPIC_ALIAS_SIZE;
        }
      }
      copy(to, row.payloadStart, row.payloadLength);
      return expiry;
    },
  };
}

/** Bytes of a variable byte integer. */
function sizeOf(value: number): number {
  return value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x20_0000 ? 3 : 4;
}
