import { fixedHeaderLengthAt } from '../decode/fixed-header.ts';
import { encodeWith } from '../encode/encode.ts';
import { type EncodeSettings, settingsFor } from '../encode/options.ts';
import { platform } from '../encode/platform.ts';
import { MqttError } from '../protocol/errors.ts';
import { MAX_PACKET_SIZE } from '../protocol/limits.ts';
import type { EncodablePacket } from '../protocol/packets.ts';
import { PROPERTIES } from '../protocol/properties.ts';
import { lenientCopy } from './leniency.ts';
import { refusalOf } from './refusals.ts';
import type { GenerateOptions, Packet, PlatformBuffer } from './types.ts';

const VERSION_4 = /* @__PURE__ */ settingsFor(4, 'compat', 'mqtt-packet');
const VERSION_5 = /* @__PURE__ */ settingsFor(5, 'compat', 'mqtt-packet');

/** Packets that `maximumPacketSize` makes shorter: those with a reason string, but for CONNACK. */
const SHORTENED = /* @__PURE__ */ PROPERTIES.reasonString.owners.filter(
  (owner) => owner !== 'connack',
) as string[];

/** The properties that are left out to make a packet shorter, in this order (MQTT-3.4.2-2, MQTT-3.4.2-3). */
const LEFT_OUT = ['reasonString', 'userProperties'];

/**
 * Encodes a packet as `mqtt-packet` does. Returns a `Buffer`. Throws `MqttError` for what cannot be encoded; its
 * `message` is mqtt-packet's where that refuses the packet too. The packet is not changed.
 */
export function generate(packet: Packet, options?: GenerateOptions | object): PlatformBuffer {
  return encodePacket(packet, options) as PlatformBuffer;
}

/** Encodes a packet for `generate` and `writeToStream`. */
export function encodePacket(packet: Packet, options: GenerateOptions | undefined | null): Uint8Array {
  const isVersion5 = options ? options.protocolVersion === 5 : false;
  const cmd = packet?.cmd;
  let settings = isVersion5 && cmd !== 'connect' ? VERSION_5 : VERSION_4;
  if (options?.strictness !== undefined) {
    settings = settingsFor(settings.none.protocolVersion, options.strictness, 'mqtt-packet');
  }
  const maximum = isVersion5 && SHORTENED.includes(cmd) ? options?.properties?.maximumPacketSize : undefined;
  try {
    // the encoder knows defaults for fields of these that mqtt-packet demands
    if (cmd === 'connect' || cmd === 'connack') checkRefusal(packet, isVersion5);
    return encodeWithin(maximum, packet as EncodablePacket, settings);
  } catch (error) {
    if (!(error instanceof MqttError)) throw error;
    const message = refusalOf(packet, isVersion5) ?? messageOfSize(error, packet, settings);
    if (message !== undefined) error.message = message;
    if (message !== undefined || error.code === 'PACKET_TOO_LARGE') throw error;
    // Tried after a failure, so that packets with fields of the right types do not pay for it.
    return encodeWithin(maximum, lenientCopy(packet) as EncodablePacket, settings);
  }
}

function checkRefusal(packet: Packet, isVersion5: boolean): void {
  if (refusalOf(packet, isVersion5) === undefined) return;
  throw new MqttError('FIELD_INVALID', { packetType: packet.cmd });
}

/** Encodes into `maximum` bytes at most, without the reason string and the user properties if need be. */
function encodeWithin(
  maximum: number | undefined,
  packet: EncodablePacket,
  settings: EncodeSettings,
): Uint8Array {
  if (!maximum) return encodeWith(packet, settings, MAX_PACKET_SIZE);
  const limit = Math.min(maximum, MAX_PACKET_SIZE);
  let candidate = packet;
  let { properties } = packet as { properties?: object };
  for (const name of LEFT_OUT) {
    try {
      return encodeWith(candidate, settings, limit);
    } catch (error) {
      if (!(error instanceof MqttError) || error.code !== 'PACKET_TOO_LARGE') throw error;
    }
    properties = { ...properties, [name]: undefined };
    candidate = { ...packet, properties } as EncodablePacket;
  }
  return encodeWith(candidate, settings, limit);
}

/** What mqtt-packet says of a PUBLISH that is too large. It names the remaining length, known without the payload. */
function messageOfSize(error: MqttError, packet: Packet, settings: EncodeSettings): string | undefined {
  if (error.code !== 'PACKET_TOO_LARGE' || packet.cmd !== 'publish') return undefined;
  const { payload } = packet;
  const bytes = encodeWith({ ...packet, payload: '' } as EncodablePacket, settings, MAX_PACKET_SIZE);
  const headerLength = fixedHeaderLengthAt(bytes, 0);
  const payloadLength = typeof payload === 'string' ? platform.utf8Length(payload) : payload.length;
  return `Invalid variable byte integer: ${bytes.length - headerLength + payloadLength}`;
}
