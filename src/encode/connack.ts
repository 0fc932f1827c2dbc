import { PACKET_TYPES } from '../protocol/packet-types.ts';
import type { EncodableOf } from '../protocol/packets.ts';
import { CONNACK_RETURN_CODES } from '../protocol/reason-codes.ts';
import { writeLengthBefore, writeUint8 } from './bytes.ts';
import { describe, fail, failIfEnforced } from './fail.ts';
import { flagBit, reasonCodeByte, unsigned } from './fields.ts';
import type { PacketContext } from './options.ts';
import { propertiesOf, writeProperties } from './properties.ts';

const CONNACK_PROPERTIES = propertiesOf('connack');

/** Writes a CONNACK (MQTT5 section 3.2) with the `returnCode` of 3.1 and 3.1.1 or the `reasonCode` of 5.0. */
export function writeConnack(
  bytes: Uint8Array,
  offset: number,
  packet: EncodableOf<'connack'>,
  context: PacketContext,
): number {
  const sessionPresent = flagBit(packet.sessionPresent, 'sessionPresent', context);
  const code = context.protocolVersion === 5 ? reasonCode(packet, context) : returnCode(packet, context);
  if (sessionPresent && code !== 0) failIfEnforced('SESSION_PRESENT_WITH_ERROR', context);

  let position = writeUint8(bytes, offset, PACKET_TYPES.connack.type << 4) + 1;
  position = writeUint8(bytes, position, sessionPresent);
  position = writeUint8(bytes, position, code);
  if (context.protocolVersion === 5) {
    position = writeProperties(bytes, position, packet.properties, CONNACK_PROPERTIES, context);
  }
  return writeLengthBefore(bytes, offset + 1, 1, position);
}

function returnCode({ returnCode, reasonCode }: EncodableOf<'connack'>, context: PacketContext): number {
  if (returnCode === undefined) refuseOther(reasonCode, 'reasonCode', context);
  const code = unsigned(returnCode ?? 0, 0xff, 'returnCode', context);
  if (code >= CONNACK_RETURN_CODES.length)
    failIfEnforced('CONNACK_RETURN_CODE', context, `returnCode is ${code}`);
  return code;
}

function reasonCode({ returnCode, reasonCode }: EncodableOf<'connack'>, context: PacketContext): number {
  if (reasonCode === undefined) refuseOther(returnCode, 'returnCode', context);
  return reasonCodeByte(reasonCode, 'reasonCode', context);
}

/** A refusal in the field of another version must not become the default, which accepts the connection. */
function refuseOther(code: unknown, field: string, context: PacketContext): void {
  if (code !== undefined && code !== 0) {
    fail(
      'FIELD_INVALID',
      context,
      `${field} is ${describe(code)}, but version ${context.protocolVersion} has none`,
    );
  }
}
