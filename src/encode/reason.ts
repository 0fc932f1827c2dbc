import { writeUint8 } from './bytes.ts';
import { reasonCodeByte } from './fields.ts';
import type { PacketContext } from './options.ts';
import { measureProperties, type OwnedProperties, writeProperties } from './properties.ts';

/**
 * Writes the reason code and the properties that end an acknowledgement, a DISCONNECT or an AUTH, as short as they can
 * be: nothing for reason code 0 without properties, no property length for another one (MQTT5 sections 3.4.2.1,
 * 3.4.2.2.1 and 3.14.2.2.1). In the layout of mqtt-packet only an acknowledgement whose reason code is given as 0 is
 * short; one without any has both.
 */
export function writeReason(
  bytes: Uint8Array,
  position: number,
  { reasonCode, properties }: { reasonCode?: number | undefined; properties?: object | undefined },
  owned: OwnedProperties,
  context: PacketContext,
): number {
  const code = reasonCodeByte(reasonCode, 'reasonCode', context);
  if (context.layout === 'mqtt-packet') {
    const isAcknowledgement = context.packetType !== 'disconnect' && context.packetType !== 'auth';
    if (isAcknowledgement && reasonCode === 0 && typeof properties !== 'object') return position;
    return writeProperties(bytes, writeUint8(bytes, position, code), properties, owned, context);
  }
  const isShort = properties === undefined || measureProperties(properties, owned, context) === 1;
  if (isShort && code === 0) return position;
  position = writeUint8(bytes, position, code);
  // an AUTH may leave out both or nothing (MQTT5 section 3.15.2.1)
  if (isShort && context.packetType !== 'auth') return position;
  return writeProperties(bytes, position, properties, owned, context);
}
