import { MqttError } from '../protocol/errors.ts';
import { PACKET_TYPES, type PacketCommand } from '../protocol/packet-types.ts';
import type { Packet } from '../protocol/packets.ts';
import { readPuback, readPubcomp, readPubrec, readPubrel } from './acknowledgement.ts';
import { readAuth } from './auth.ts';
import { readConnack } from './connack.ts';
import { readConnect } from './connect.ts';
import { readDisconnect } from './disconnect.ts';
import { checkFixedHeader, remainingLengthAt } from './fixed-header.ts';
import type { PacketSettings } from './options.ts';
import { readPingreq, readPingresp } from './ping.ts';
import { readPublish } from './publish.ts';
import { PacketReader } from './reader.ts';
import { readSuback, readUnsuback } from './suback.ts';
import { readSubscribe } from './subscribe.ts';
import { readUnsubscribe } from './unsubscribe.ts';

type ReadPacket = (reader: PacketReader) => Packet;

const READERS: { readonly [Command in PacketCommand]: ReadPacket } = {
  connect: readConnect,
  connack: readConnack,
  publish: readPublish,
  puback: readPuback,
  pubrec: readPubrec,
  pubrel: readPubrel,
  pubcomp: readPubcomp,
  subscribe: readSubscribe,
  suback: readSuback,
  unsubscribe: readUnsubscribe,
  unsuback: readUnsuback,
  pingreq: readPingreq,
  pingresp: readPingresp,
  disconnect: readDisconnect,
  auth: readAuth,
};

const READER_BY_TYPE: ReadPacket[] = new Array(16);
for (const command of Object.keys(READERS) as PacketCommand[]) {
  READER_BY_TYPE[PACKET_TYPES[command].type] = READERS[command];
}

/**
 * Decodes the one complete packet, fixed header included, that fills `bytes` from `start` to `end`. A CONNECT is
 * decoded by the protocol version that it names, every other packet by that of the settings. Payloads and binary data
 * are views of `bytes` unless `settings.copyPayload` is set.
 *
 * Throws `MqttError` with the rule that the packet breaks, and the offset of the field at fault from `start`.
 */
export function decodePacket(
  bytes: Uint8Array,
  start: number,
  end: number,
  settings: PacketSettings,
): Packet {
  const headerLength = checkFixedHeader(bytes, start, end, settings);
  if (headerLength === 0) return incomplete(bytes, start, end, settings);
  const bodyStart = start + headerLength;
  const packetEnd = bodyStart + remainingLengthAt(bytes, start);
  if (packetEnd > end) return incomplete(bytes, start, end, settings);
  const reader = new PacketReader(bytes, start, bodyStart, packetEnd, settings);
  const packet = READER_BY_TYPE[bytes[start] >> 4](reader);
  reader.checkNull();
  return packet;
}

function incomplete(bytes: Uint8Array, start: number, end: number, settings: PacketSettings): never {
  throw new MqttError('PACKET_INCOMPLETE', {
    firstByte: start < end ? bytes[start] : undefined,
    offset: end - start,
    protocolVersion: settings.protocolVersion,
  });
}
