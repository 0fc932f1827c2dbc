import type { Connection } from '../../forward/connection.ts';
import { MqttError } from '../../protocol/errors.ts';
import type { EncodablePacket } from '../../protocol/packets.ts';
import type { Details } from '../types.ts';

/** Packets that carry reason strings and user properties in any case (MQTT-3.1.2-29). */
const ALWAYS_WITH_DETAILS = ['connack', 'disconnect'];

/**
 * Sends a packet. User properties and then the reason string are left out where the packet would be larger than the client
 * accepts (MQTT-3.2.2-19, -20 and the like); if it still is, it is not sent (MQTT-3.1.2-24). Returns whether it was.
 */
export function writeAnswer(
  connection: Connection,
  packet: EncodablePacket,
  { reasonString, userProperties }: Details = {},
  maxPacketSize: number | undefined,
  givesDetails: boolean,
): boolean {
  if (connection.protocolVersion === 5 && (givesDetails || ALWAYS_WITH_DETAILS.includes(packet.cmd))) {
    const string = reasonString !== undefined && { reasonString };
    if (userProperties !== undefined && writeWith({ ...string, userProperties })) return true;
    if (string && writeWith(string)) return true;
  }
  return writeWith({});

  function writeWith(details: Details): boolean {
    const properties = { ...('properties' in packet ? packet.properties : undefined), ...details };
    const hasProperties = Object.keys(properties).length > 0;
    try {
      const whole = (hasProperties ? { ...packet, properties } : packet) as EncodablePacket;
      return connection.write(whole, maxPacketSize === undefined ? undefined : { maxPacketSize });
    } catch (error) {
      // text that is none cannot be told either
      const isDetail = hasProperties && error instanceof MqttError;
      if (isDetail || (error instanceof MqttError && error.code === 'PACKET_TOO_LARGE')) return false;
      throw error;
    }
  }
}
