import { MqttError } from '../protocol/errors.ts';
import { HEADER_FLAGS_CLAUSES } from '../protocol/fields.ts';
import {
  COMMAND_BY_TYPE,
  PACKET_TYPES,
  type ProtocolVersion,
  PUBLISH_DUP,
  PUBLISH_QOS_SHIFT,
} from '../protocol/packet-types.ts';
import { enforces, type RuleCode } from '../protocol/rules.ts';
import type { PacketSettings } from './options.ts';

const MAX_LENGTH_BYTES = 4;
const CONNECT = PACKET_TYPES.connect.type;
const PUBLISH = PACKET_TYPES.publish.type;
const DISCONNECT = PACKET_TYPES.disconnect.type;

/** Flags of the packets that are acknowledged themselves: the bits of QoS 1. */
const ACKNOWLEDGED = PACKET_TYPES.subscribe.flags;

/** Legal low nibble by packet type; -1 for PUBLISH and for the reserved type 0. */
const FLAGS = new Int8Array(16).fill(-1);
/** First protocol version by packet type. */
const SINCE = new Uint8Array(16).fill(255);
for (const { type, flags, since } of Object.values(PACKET_TYPES)) {
  FLAGS[type] = flags ?? -1;
  SINCE[type] = since;
}

/**
 * Checks the fixed header at `start` as far as it is there: packet type, direction, flags, then the remaining length.
 * Returns its length, 2 to 5 bytes, or 0 while bytes are missing. It needs nothing of the packet behind it, so that an
 * error is the same however the packet is cut into chunks.
 */
export function checkFixedHeader(
  bytes: Uint8Array,
  start: number,
  end: number,
  settings: PacketSettings,
): number {
  if (start >= end) return 0;
  const firstByte = bytes[start];
  checkFirstByte(firstByte, settings);
  const available = Math.min(end - start - 1, MAX_LENGTH_BYTES);
  for (let i = 1; i <= available; i++) {
    const byte = bytes[start + i];
    if (byte >= 0x80) continue;
    if (byte === 0 && i > 1) checkNotMinimal(firstByte, settings);
    return i + 1;
  }
  if (available === MAX_LENGTH_BYTES)
    fail('REMAINING_LENGTH_MALFORMED', firstByte, settings.protocolVersion, 1);
  return 0;
}

/** Length in bytes, 2 to 5, of a fixed header that `checkFixedHeader` found complete, or that was encoded. */
export function fixedHeaderLengthAt(bytes: Uint8Array, start: number): number {
  let length = 2;
  while (bytes[start + length - 1] >= 0x80) length++;
  return length;
}

/** The remaining length in bytes of a fixed header that `checkFixedHeader` found complete. */
export function remainingLengthAt(bytes: Uint8Array, start: number): number {
  let byte = bytes[start + 1];
  let length = byte & 0x7f;
  for (let i = 2; byte >= 0x80; i++) {
    byte = bytes[start + i];
    length |= (byte & 0x7f) << (7 * (i - 1));
  }
  return length;
}

/** Checks the packet type, its direction and its flags. */
export function checkFirstByte(firstByte: number, settings: PacketSettings): void {
  const type = firstByte >> 4;
  const version = settings.protocolVersion;
  if (SINCE[type] > version) fail('PACKET_TYPE_RESERVED', firstByte, version, 0);
  if (settings.sender !== undefined) checkSender(firstByte, settings);
  const flags = firstByte & 0x0f;
  if (type === PUBLISH) {
    const qos = (flags >> PUBLISH_QOS_SHIFT) & 3;
    if (qos === 3) fail('QOS_RESERVED', firstByte, version, 0);
    if (qos === 0 && (flags & PUBLISH_DUP) !== 0 && enforces(settings.strictness, 'DUP_WITHOUT_QOS')) {
      fail('DUP_WITHOUT_QOS', firstByte, version, 0);
    }
  } else if (flags !== FLAGS[type]) {
    // In MQTT 3.1 these packets carry DUP when they are sent again (section 2.1).
    if (version === 3 && FLAGS[type] === ACKNOWLEDGED && flags === (ACKNOWLEDGED | PUBLISH_DUP)) return;
    fail('HEADER_FLAGS_RESERVED', firstByte, version, 0, HEADER_FLAGS_CLAUSES[COMMAND_BY_TYPE[type]!]);
  }
}

function checkSender(firstByte: number, settings: PacketSettings): void {
  if (!maySend(firstByte >> 4, settings)) fail('PACKET_SENDER', firstByte, settings.protocolVersion, 0);
}

/** Whether the sender that the settings name may send packets of this type. */
function maySend(type: number, { protocolVersion, sender }: PacketSettings): boolean {
  if (sender === undefined) return true;
  if (type === DISCONNECT && protocolVersion < 5) return sender === 'client';
  const command = COMMAND_BY_TYPE[type];
  if (command === undefined) return false;
  const expected = PACKET_TYPES[command].sender;
  return expected === 'both' || expected === sender;
}

/** The packet types, as bits, that may not come from the sender that the settings name. */
export function refusedTypes(settings: PacketSettings): number {
  let types = 0;
  for (let type = 1; type < 16; type++) if (!maySend(type, settings)) types |= 1 << type;
  return types;
}

/**
 * MQTT 5.0 demands the shortest form of the remaining length; before, it is only customary. The version of a CONNECT
 * is known only when its body is read, and it is looked at again then.
 */
function checkNotMinimal(firstByte: number, settings: PacketSettings): void {
  const version = settings.protocolVersion;
  const required = version === 5 && firstByte >> 4 !== CONNECT;
  if (
    required
      ? enforces(settings.strictness, 'REMAINING_LENGTH_NOT_MINIMAL')
      : settings.strictness === 'strict'
  ) {
    fail('REMAINING_LENGTH_NOT_MINIMAL', firstByte, version, 1);
  }
}

/** Whether the remaining length of a complete fixed header of `length` bytes has the shortest form. */
export function isMinimal(bytes: Uint8Array, start: number, length: number): boolean {
  return length === 2 || bytes[start + length - 1] !== 0;
}

function fail(
  code: RuleCode,
  firstByte: number,
  protocolVersion: ProtocolVersion,
  offset: number,
  clause?: string,
): never {
  throw new MqttError(code, { firstByte, protocolVersion, offset, clause });
}
