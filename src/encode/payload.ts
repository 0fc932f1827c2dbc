import { TEXT_NOT_UTF8, textFaults } from '../kernel/text.ts';
import type { Clause } from '../protocol/fields.ts';
import type { Bytes } from '../protocol/packets.ts';
import { isBytes, writeBytes } from './bytes.ts';
import { describe, fail } from './fail.ts';
import type { PacketContext } from './options.ts';
import { type NamedField, writeText } from './text.ts';

const PAYLOAD: NamedField = { name: 'payload' };

/** The payload, empty for `undefined`. Throws FIELD_INVALID unless it is text or bytes. */
export function payloadOf(value: unknown, field: string, context: PacketContext): Bytes {
  if (value === undefined) return '';
  if (typeof value !== 'string' && !isBytes(value)) {
    fail('FIELD_INVALID', context, `${field} is ${describe(value)}`);
  }
  return value;
}

/** Writes a payload that runs to the end of its packet. Throws STRING_NOT_UTF8 for text with a lone surrogate. */
export function writePayload(
  bytes: Uint8Array,
  position: number,
  payload: Bytes,
  context: PacketContext,
): number {
  return typeof payload === 'string'
    ? writeText(bytes, position, payload, PAYLOAD, context)
    : writeBytes(bytes, position, payload);
}

/** PAYLOAD_NOT_UTF8 at `strict`: the payload format indicator is 1, the payload is no UTF-8 (MQTT5 section 3.3.2.3.2). */
export function checkPayloadFormat(
  payload: Bytes,
  properties: { payloadFormatIndicator?: boolean } | null | undefined,
  context: PacketContext,
  clause?: Clause,
): void {
  if (context.strictness !== 'strict' || context.protocolVersion !== 5 || typeof payload === 'string') return;
  if (properties?.payloadFormatIndicator && textFaults(payload, 0, payload.length) & TEXT_NOT_UTF8) {
    fail('PAYLOAD_NOT_UTF8', context, undefined, clause);
  }
}
