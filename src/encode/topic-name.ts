import {
  TEXT_CONTROL_CHARACTER,
  TEXT_NOT_UTF8,
  TEXT_NULL,
  TEXT_WILDCARD,
  textFaults,
} from '../kernel/text.ts';
import { TOPIC_NAME } from '../protocol/fields.ts';
import { MAX_STRING_LENGTH } from '../protocol/limits.ts';
import type { Bytes } from '../protocol/packets.ts';
import { topicNameFault } from '../topics/names.ts';
import { writeBytes, writeUint16 } from './bytes.ts';
import { failIfEnforced } from './fail.ts';
import type { PacketContext } from './options.ts';
import { failText, failTooLong, type NamedField, writeString } from './text.ts';

const TOPIC: NamedField = { name: 'topic', ...TOPIC_NAME };

/** Topic names up to this many characters are remembered with their bytes. */
const REMEMBERED_LENGTH = 128;
/** So many names are remembered, in 2.5 MiB at most, then all are forgotten. */
const REMEMBERED_COUNT = 4096;
/** Looking a new name up costs as much as remembering saves: after so many more misses than hits ... */
const TRIES = 64;
/** ... so many names are written without a look. */
const PAUSE = 1024;

/** Bytes of topic names without any fault. */
const remembered = new Map<string, Uint8Array>();
let triesLeft = TRIES;
let pause = 0;

/**
 * Writes the topic name of a PUBLISH; it may be empty there (MQTT5 section 3.3.2.1), which the caller judges.
 * The bytes of names seen before are remembered: copying them takes half the time of encoding and checking them.
 */
export function writePublishTopic(
  bytes: Uint8Array,
  position: number,
  topic: Bytes,
  context: PacketContext,
): number {
  if (typeof topic !== 'string') return writeTopicBytes(bytes, position, topic, context);
  const isNew = topic.length <= REMEMBERED_LENGTH && (pause === 0 || pause-- === 0);
  if (isNew) {
    const known = remembered.get(topic);
    if (known !== undefined) {
      if (triesLeft < TRIES) triesLeft++;
      return writeBytes(bytes, writeUint16(bytes, position, known.length), known);
    }
    if (--triesLeft === 0) {
      triesLeft = TRIES;
      pause = PAUSE;
    }
  }
  const end = writeString(bytes, position, topic, TOPIC, context);
  if (topic.length === 0) return end;
  const fault = topicNameFault(topic);
  if (fault !== undefined) failIfEnforced(fault, context, TOPIC.name);
  else if (isNew && end <= bytes.length) remember(topic, bytes, position + 2, end);
  return end;
}

function remember(topic: string, bytes: Uint8Array, start: number, end: number): void {
  // what other settings refuse must not be found by them
  if (textFaults(bytes, start, end) !== 0) return;
  if (remembered.size >= REMEMBERED_COUNT) remembered.clear();
  remembered.set(topic, new Uint8Array(bytes.subarray(start, end)));
}

function writeTopicBytes(
  bytes: Uint8Array,
  position: number,
  topic: Uint8Array,
  context: PacketContext,
): number {
  if (topic.length > MAX_STRING_LENGTH) failTooLong(topic.length, TOPIC, context);
  const faults = textFaults(topic, 0, topic.length);
  if (faults !== 0) {
    if (faults & TEXT_NOT_UTF8) failText('STRING_NOT_UTF8', TOPIC, context);
    if (faults & TEXT_NULL) failText('STRING_HAS_NULL', TOPIC, context);
    if (faults & TEXT_CONTROL_CHARACTER) failIfEnforced('STRING_HAS_CONTROL_CHARACTER', context, TOPIC.name);
    if (faults & TEXT_WILDCARD) failIfEnforced('TOPIC_NAME_WILDCARD', context, TOPIC.name);
  }
  return writeBytes(bytes, writeUint16(bytes, position, topic.length), topic);
}

/**
 * Writes a topic name that may not be empty: of a will, or the response topic. Throws TOPIC_NAME_EMPTY,
 * TOPIC_NAME_WILDCARD from `spec` on, and what `writeString` throws.
 */
export function writeTopicName(
  bytes: Uint8Array,
  position: number,
  topic: unknown,
  field: NamedField,
  context: PacketContext,
): number {
  const end = writeString(bytes, position, topic, field, context);
  const fault = topicNameFault(topic as string);
  if (fault !== undefined) {
    failIfEnforced(
      fault,
      context,
      field.name,
      fault === 'TOPIC_NAME_WILDCARD' ? field.hasWildcard : undefined,
    );
  }
  return end;
}
