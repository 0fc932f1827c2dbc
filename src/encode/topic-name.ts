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
/** So many names are remembered, in 3 MiB at most, then all are forgotten. */
const REMEMBERED_COUNT = 4096;
/** A name that is not there costs more to look up than one that is there saves: after so many more of them ... */
const MISSES = 64;
/** ... so many names are written without a look. */
const PAUSE = 1024;

/** Topic names without any fault as they are written, the two-byte length included. */
const remembered = new Map<string, Uint8Array>();
let missesLeft = MISSES;
let pause = 0;

// A byte order mark is part of the name (MQTT-1.5.4-3).
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

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
  if (topic.length === 0) return writeUint16(bytes, position, 0);
  const isLookedUp = topic.length <= REMEMBERED_LENGTH && !isPausing();
  if (isLookedUp) {
    const known = remembered.get(topic);
    countLook(known !== undefined);
    if (known !== undefined) return writeBytes(bytes, position, known);
  }
  const end = writeTopicName(bytes, position, topic, TOPIC, context);
  if (isLookedUp && end <= bytes.length) remember(bytes.subarray(position, end));
  return end;
}

function isPausing(): boolean {
  if (pause === 0) return false;
  pause--;
  return true;
}

function countLook(isHit: boolean): void {
  if (isHit) {
    if (missesLeft < MISSES) missesLeft++;
  } else if (--missesLeft === 0) {
    missesLeft = MISSES;
    pause = PAUSE;
  }
}

function remember(written: Uint8Array): void {
  // what other settings refuse must not be found by them
  if (textFaults(written, 2, written.length) !== 0) return;
  if (remembered.size >= REMEMBERED_COUNT) remembered.clear();
  // Not the caller's string: that may be a slice, which keeps the whole text it was cut from in memory.
  remembered.set(decoder.decode(written.subarray(2)), new Uint8Array(written));
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
  const clause = fault === 'TOPIC_NAME_WILDCARD' ? field.hasWildcard : undefined;
  if (fault !== undefined) failIfEnforced(fault, context, field.name, clause);
  return end;
}
