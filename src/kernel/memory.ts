import {
  ACK_ROW,
  FIRST_BYTE_KINDS,
  HASH_KEYS,
  HASH_KEYS_SIZE,
  HASH_MULTIPLIER,
  HEADER_PROPERTIES_ARENA_NEXT,
  HEADER_PROPERTIES_COUNT,
  HEADER_PROPERTIES_GENERATION,
  HEADER_TOPIC_ARENA_NEXT,
  HEADER_TOPIC_COUNT,
  HEADER_TOPIC_GENERATION,
  KIND_ACK,
  KIND_CONTROL,
  KIND_HOST,
  KIND_PING,
  KIND_PUBLISH,
  KIND_PUBREL,
  PROPERTIES_ARENA,
  PROPERTY_BINARY,
  PROPERTY_BOOLEAN,
  PROPERTY_KINDS,
  PROPERTY_NOT_ALLOWED,
  PROPERTY_PAIR,
  PROPERTY_STRING,
  PROPERTY_TOPIC_NAME,
  PROPERTY_UINT16,
  PROPERTY_UINT32,
  PROPERTY_VARIABLE,
  ROW_TOPIC,
  TEXT_MASKS,
  TOPIC_ARENA,
} from '../../assembly/layout.ts';
import { COMMAND_BY_TYPE, PACKET_TYPES, PUBLISH_DUP } from '../protocol/packet-types.ts';
import { type NamedProperty, PROPERTY_BY_ID, type PropertyType } from '../protocol/properties.ts';

/** The kernel's memory under the three views that its users need. No view of it ever reaches a caller. */
export interface KernelMemory {
  readonly bytes: Uint8Array;
  readonly words: Int32Array;
  /** For words that are not aligned. */
  readonly view: DataView;
}

export function memoryViews(buffer: ArrayBuffer): KernelMemory {
  return { bytes: new Uint8Array(buffer), words: new Int32Array(buffer), view: new DataView(buffer) };
}

/** Number of 32-bit words that key the hash. */
export const HASH_KEY_WORDS = HASH_KEYS_SIZE >> 2;

/** Writes the tables of the protocol and the hash keys into fresh memory. `keys` are for tests; else random. */
export function prepareMemory(memory: KernelMemory, keys?: Uint32Array): void {
  const { bytes, words } = memory;
  for (let first = 0; first < 256; first++) bytes[FIRST_BYTE_KINDS + first] = firstByteKind(first);
  for (const property of PROPERTY_BY_ID) {
    if (property !== undefined) bytes[PROPERTY_KINDS + property.id] = propertyKind(property);
  }
  prepareHashing(bytes, words, keys);
  words[(ACK_ROW + ROW_TOPIC) >> 2] = -1;
  clearTopicHeader(words);
  clearPropertiesHeader(words);
  words[HEADER_TOPIC_GENERATION >> 2] = 1;
  words[HEADER_PROPERTIES_GENERATION >> 2] = 1;
}

/** Writes the masks and keys of `assembly/hash.ts`. `keys` are for tests; else random. */
export function prepareHashing(bytes: Uint8Array, words: Int32Array, keys: Uint32Array = randomKeys()): void {
  bytes.fill(0xff, TEXT_MASKS, TEXT_MASKS + 48);
  words.set(keys, HASH_KEYS >> 2);
  // the multiplier has to be odd to lose nothing
  words[HASH_MULTIPLIER >> 2] |= 1;
}

export function clearTopicHeader(words: Int32Array): void {
  words[HEADER_TOPIC_COUNT >> 2] = 0;
  words[HEADER_TOPIC_ARENA_NEXT >> 2] = TOPIC_ARENA;
}

export function clearPropertiesHeader(words: Int32Array): void {
  words[HEADER_PROPERTIES_COUNT >> 2] = 0;
  words[HEADER_PROPERTIES_ARENA_NEXT >> 2] = PROPERTIES_ARENA;
}

/** Kind by the whole first byte, so that one look-up checks the reserved flags and QoS 3 as well. */
function firstByteKind(first: number): number {
  const command = COMMAND_BY_TYPE[first >> 4];
  if (command === undefined) return KIND_HOST;
  if (command === 'publish') {
    const qos = (first >> 1) & 3;
    return qos === 3 || (qos === 0 && (first & PUBLISH_DUP) !== 0) ? KIND_HOST : KIND_PUBLISH;
  }
  if ((first & 0x0f) !== PACKET_TYPES[command].flags) return KIND_HOST;
  switch (command) {
    case 'puback':
    case 'pubrec':
    case 'pubcomp':
      return KIND_ACK;
    case 'pubrel':
      return KIND_PUBREL;
    case 'pingreq':
    case 'pingresp':
      return KIND_PING;
    // what follows a CONNECT depends on it, and AUTH does not exist in every version
    case 'connect':
    case 'auth':
      return KIND_HOST;
    default:
      return KIND_CONTROL;
  }
}

const KIND_OF_TYPE: { readonly [Type in PropertyType]: number } = {
  boolean: PROPERTY_BOOLEAN,
  byte: PROPERTY_NOT_ALLOWED,
  uint16: PROPERTY_UINT16,
  uint32: PROPERTY_UINT32,
  varint: PROPERTY_VARIABLE,
  string: PROPERTY_STRING,
  binary: PROPERTY_BINARY,
  pair: PROPERTY_PAIR,
};

function propertyKind(property: NamedProperty): number {
  if (!property.owners.includes('publish')) return PROPERTY_NOT_ALLOWED;
  return property.topicName ? PROPERTY_TOPIC_NAME : KIND_OF_TYPE[property.type];
}

interface RandomSource {
  getRandomValues(array: Uint32Array): unknown;
}

function randomKeys(): Uint32Array {
  const keys = new Uint32Array(HASH_KEY_WORDS);
  const source = (globalThis as { crypto?: RandomSource }).crypto;
  if (source !== undefined) source.getRandomValues(keys);
  else for (let i = 0; i < keys.length; i++) keys[i] = Math.random() * 0x1_0000_0000;
  return keys;
}
