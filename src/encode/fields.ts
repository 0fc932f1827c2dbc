import type { Clause } from '../protocol/fields.ts';
import { MAX_PACKET_IDENTIFIER } from '../protocol/limits.ts';
import type { QoS } from '../protocol/packets.ts';
import { isReasonCode, REASON_CODE_CLAUSES } from '../protocol/reason-codes.ts';
import type { RuleCode } from '../protocol/rules.ts';
import { writeUint16 } from './bytes.ts';
import { describe, fail, failIfEnforced } from './fail.ts';
import type { PacketContext } from './options.ts';

/** 1 for true, 0 for false, `byDefault` for `undefined`. Throws FIELD_INVALID for all but these and 0 and 1. */
export function flagBit(value: unknown, field: string, context: PacketContext, byDefault: 0 | 1 = 0): 0 | 1 {
  if (value === false || value === 0) return 0;
  if (value === true || value === 1) return 1;
  if (value === undefined) return byDefault;
  return fail('FIELD_INVALID', context, `${field} is ${describe(value)}`);
}

/** A QoS. Throws `reserved` for 3 and FIELD_INVALID for anything else. */
export function qosBits(value: unknown, field: string, context: PacketContext, reserved: RuleCode): QoS {
  if (value === 0 || value === 1 || value === 2) return value;
  if (value === 3) fail(reserved, context, field);
  return fail('FIELD_INVALID', context, `${field} is ${describe(value)}`);
}

/** An integer from 0 to `maximum`. Throws FIELD_INVALID for anything else. */
export function unsigned(value: unknown, maximum: number, field: string, context: PacketContext): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= maximum) return value;
  return fail('FIELD_INVALID', context, `${field} is ${describe(value)}`);
}

/**
 * Writes a packet identifier. Throws FIELD_INVALID unless it is an integer from 1 to 65,535, and
 * PACKET_IDENTIFIER_ZERO for 0 (MQTT-2.2.1-3), which `compat` lets through.
 */
export function writePacketIdentifier(
  bytes: Uint8Array,
  position: number,
  value: unknown,
  context: PacketContext,
): number {
  const identifier = unsigned(value, MAX_PACKET_IDENTIFIER, 'messageId', context);
  if (identifier === 0) failIfEnforced('PACKET_IDENTIFIER_ZERO', context);
  return writeUint16(bytes, position, identifier);
}

/**
 * A reason code that MQTT 5.0 defines for the packet; 0 for `undefined`, which every packet with reason codes defines.
 * Throws REASON_CODE, and FIELD_INVALID if it is not an integer.
 */
export function reasonCodeByte(value: unknown, field: string, context: PacketContext): number {
  if (value === undefined || value === 0) return 0;
  if (typeof value !== 'number' || !Number.isInteger(value)) {
    fail('FIELD_INVALID', context, `${field} is ${describe(value)}`);
  }
  const { packetType } = context;
  if (packetType === undefined || !isReasonCode(packetType, value)) {
    fail('REASON_CODE', context, `${field} is ${value}`, packetType && REASON_CODE_CLAUSES[packetType]);
  }
  return value;
}

/** The elements of a field that must be a list. Throws FIELD_INVALID if it is none, `empty` if there is nothing in it. */
export function listOf(
  value: unknown,
  field: string,
  empty: RuleCode,
  context: PacketContext,
  clause?: Clause,
): readonly unknown[] {
  if (!Array.isArray(value)) fail('FIELD_INVALID', context, `${field} is ${describe(value)}`);
  if (value.length === 0) fail(empty, context, undefined, clause);
  return value;
}
