import { isWellFormed } from '../kernel/text.ts';
import type { Field } from '../protocol/fields.ts';
import { MAX_STRING_LENGTH } from '../protocol/limits.ts';
import type { RuleCode } from '../protocol/rules.ts';
import { isBytes, writeBytes, writeUint16 } from './bytes.ts';
import { describe, fail } from './fail.ts';
import type { PacketContext } from './options.ts';
import { platform } from './platform.ts';

/** A field of a packet, by its name in the packet object, and what the specification says about it. */
export type NamedField = Field & { readonly name: string };

/**
 * Text up to this many characters is first tried as printable ASCII, checked and written in one loop.
 * Longer text is written by the platform and checked by the string functions of the engine.
 */
const LOOP_LENGTH = 16;

/** No UTF-16 unit takes more UTF-8 bytes than this. */
const BYTES_PER_UNIT = 3;

const CONTROL_OR_NON_CHARACTER = /[\p{Cc}\p{Noncharacter_Code_Point}]/u;

/** Writes short text of printable ASCII, in which there are no faults; false if it is something else. */
function writePrintable(bytes: Uint8Array, start: number, text: string): boolean {
  const length = text.length;
  if (length > LOOP_LENGTH) return false;
  for (let i = 0; i < length; i++) {
    const c = text.charCodeAt(i);
    if (c < 0x20 || c > 0x7e) return false;
    bytes[start + i] = c;
  }
  return true;
}

function stringFault(text: string, context: PacketContext): RuleCode | undefined {
  if (!isWellFormed(text)) return 'STRING_NOT_UTF8';
  if (text.includes('\0')) return 'STRING_HAS_NULL';
  const hasControl = context.strictness === 'strict' && CONTROL_OR_NON_CHARACTER.test(text);
  return hasControl ? 'STRING_HAS_CONTROL_CHARACTER' : undefined;
}

/** Throws what `textFaults` or the engine found in a field. */
export function failText(code: RuleCode, field: NamedField, context: PacketContext): never {
  const clause =
    code === 'STRING_NOT_UTF8' ? field.notUtf8 : code === 'STRING_HAS_NULL' ? field.hasNull : undefined;
  fail(code, context, field.name, clause);
}

/**
 * Writes an MQTT UTF-8 encoded string with its two-byte length. Throws STRING_NOT_UTF8 for a lone surrogate
 * (MQTT-1.5.4-1), STRING_HAS_NULL (MQTT-1.5.4-2), STRING_TOO_LONG, FIELD_INVALID if it is not a string, and
 * STRING_HAS_CONTROL_CHARACTER at `strict`.
 */
export function writeString(
  bytes: Uint8Array,
  position: number,
  text: unknown,
  field: NamedField,
  context: PacketContext,
): number {
  if (typeof text !== 'string') fail('FIELD_INVALID', context, `${field.name} is ${describe(text)}`);
  if (writePrintable(bytes, position + 2, text))
    return writeUint16(bytes, position, text.length) + text.length;
  const fault = stringFault(text, context);
  if (fault !== undefined) failText(fault, field, context);
  return writePrefixed(bytes, position, text, field, context);
}

/** Writes binary data with its two-byte length; text becomes UTF-8. Throws as `writeString` does, U+0000 is legal. */
export function writeBinary(
  bytes: Uint8Array,
  position: number,
  data: unknown,
  field: NamedField,
  context: PacketContext,
): number {
  if (typeof data === 'string') {
    checkWellFormed(data, field, context);
    return writePrefixed(bytes, position, data, field, context);
  }
  if (!isBytes(data)) fail('FIELD_INVALID', context, `${field.name} is ${describe(data)}`);
  if (data.length > MAX_STRING_LENGTH) failTooLong(data.length, field, context);
  return writeBytes(bytes, writeUint16(bytes, position, data.length), data);
}

/** Writes text as UTF-8 without a length, as it stands in a payload. Throws STRING_NOT_UTF8 for a lone surrogate. */
export function writeText(
  bytes: Uint8Array,
  position: number,
  text: string,
  field: NamedField,
  context: PacketContext,
): number {
  if (writePrintable(bytes, position, text)) return position + text.length;
  checkWellFormed(text, field, context);
  if (position + text.length * BYTES_PER_UNIT <= bytes.length) {
    return platform.writeUtf8(bytes, position, text);
  }
  const end = position + platform.utf8Length(text);
  if (end <= bytes.length) platform.writeUtf8(bytes, position, text);
  return end;
}

function checkWellFormed(text: string, field: NamedField, context: PacketContext): void {
  if (!isWellFormed(text)) failText('STRING_NOT_UTF8', field, context);
}

function writePrefixed(
  bytes: Uint8Array,
  position: number,
  text: string,
  field: NamedField,
  context: PacketContext,
): number {
  const start = position + 2;
  const most = text.length * BYTES_PER_UNIT;
  let end: number;
  if (most <= MAX_STRING_LENGTH && start + most <= bytes.length) {
    end = platform.writeUtf8(bytes, start, text);
  } else {
    end = start + platform.utf8Length(text);
    if (end - start > MAX_STRING_LENGTH) failTooLong(end - start, field, context);
    if (end <= bytes.length) platform.writeUtf8(bytes, start, text);
  }
  writeUint16(bytes, position, end - start);
  return end;
}

export function failTooLong(length: number, field: NamedField, context: PacketContext): never {
  fail('STRING_TOO_LONG', context, `${field.name} takes ${length} bytes`);
}
