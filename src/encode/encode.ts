import { PACKET_TYPES } from '../protocol/packet-types.ts';
import type { EncodablePacket } from '../protocol/packets.ts';
import { writeAcknowledgement } from './acknowledgement.ts';
import { writeAuth } from './auth.ts';
import { writeUint8 } from './bytes.ts';
import { writeConnack } from './connack.ts';
import { writeConnect } from './connect.ts';
import { writeDisconnect } from './disconnect.ts';
import { describe, fail } from './fail.ts';
import {
  type EncodeOptions,
  type EncodeSettings,
  encodeSettings,
  type PacketContext,
  packetSizeLimit,
} from './options.ts';
import { NO_BYTES, platform } from './platform.ts';
import { writePublish } from './publish.ts';
import { checkTarget, failTooLarge, failTooSmall } from './room.ts';
import { writeSuback } from './suback.ts';
import { writeSubscribe } from './subscribe.ts';
import { writeUnsubscribe } from './unsubscribe.ts';

/** Packets are encoded one after the other into slabs of this many bytes. */
const SLAB_SIZE = 16_384;
/** A packet of more bytes than this that does not fit into the rest of the slab gets memory of its own. */
const LARGEST_IN_NEW_SLAB = 4096;

interface Slab {
  readonly bytes: Uint8Array;
  /** The same as `bytes.buffer`, which takes longer to get than to make a view of. */
  readonly memory: ArrayBufferLike;
  /** Where the next packet goes. */
  used: number;
}

function newSlab(size: number): Slab {
  const bytes = platform.allocate(size);
  return { bytes, memory: bytes.buffer, used: 0 };
}

const NO_SLAB: Slab = { bytes: NO_BYTES, memory: NO_BYTES.buffer, used: 0 };
let slab = NO_SLAB;

/**
 * Encodes a control packet in its shortest legal form. Returns its bytes, a `Buffer` where there is one.
 *
 * The result may be a view of a slab of 16,384 bytes that other packets share; it never changes, and it keeps at most
 * that slab in memory. The packet object is not changed.
 *
 * Throws `MqttError` for what the protocol cannot express or the `strictness` forbids: NOT_A_PACKET, FIELD_INVALID for
 * a field of the wrong JavaScript type, PACKET_TOO_LARGE, STRING_TOO_LONG, and the rule that is broken otherwise.
 */
export function encode(packet: EncodablePacket, options?: EncodeOptions): Uint8Array {
  return encodeWith(packet, encodeSettings(options), packetSizeLimit(options));
}

/** The same with settings that were looked up before. */
export function encodeWith(packet: EncodablePacket, settings: EncodeSettings, limit: number): Uint8Array {
  // The slab is out of reach meanwhile: a getter of the packet may encode another one.
  const taken = slab;
  slab = NO_SLAB;
  const start = taken.used;
  let end: number;
  try {
    end = writePacket(taken.bytes, start, packet, settings);
    checkSize(end - start, limit, packet, settings);
  } finally {
    slab = taken;
  }
  if (end > taken.bytes.length) return encodeApart(end - start, packet, settings);
  taken.used = end;
  return platform.view(taken.memory, start, end);
}

/** Encodes into a new slab, or into memory of its own if the packet is large. */
function encodeApart(length: number, packet: EncodablePacket, settings: EncodeSettings): Uint8Array {
  const isLarge = length > LARGEST_IN_NEW_SLAB;
  const apart = newSlab(isLarge ? length : SLAB_SIZE);
  const end = writePacket(apart.bytes, 0, packet, settings);
  if (end > apart.bytes.length) {
    fail('FIELD_INVALID', contextOf(packet, settings), 'the packet changed while it was encoded');
  }
  apart.used = end;
  if (!isLarge) slab = apart;
  return platform.view(apart.memory, 0, end);
}

/**
 * The number of bytes that `encode` makes of the packet, fixed header included. Allocates no packet.
 * Throws as `encode` does.
 */
export function encodedLength(packet: EncodablePacket, options?: EncodeOptions): number {
  return encodeAt(packet, NO_BYTES, 0, options);
}

/**
 * Encodes a packet into `bytes` from `offset` on and returns the offset after it, which lies past the end of `bytes`
 * if the packet does not fit: the bytes from `offset` on are then of no meaning. Throws as `encode` does.
 */
export function encodeAt(
  packet: EncodablePacket,
  bytes: Uint8Array,
  offset: number,
  options: EncodeOptions | undefined,
): number {
  const settings = encodeSettings(options);
  const limit = packetSizeLimit(options);
  const end = writePacket(bytes, offset, packet, settings);
  checkSize(end - offset, limit, packet, settings);
  return end;
}

/** New bytes of any content, cut from the slab that encoded packets share unless they are many. */
export function allocate(length: number): Uint8Array {
  if (slab.used + length > slab.bytes.length) {
    if (length > LARGEST_IN_NEW_SLAB) return platform.allocate(length);
    slab = newSlab(SLAB_SIZE);
  }
  const start = slab.used;
  slab.used += length;
  return platform.view(slab.memory, start, slab.used);
}

/**
 * Encodes a packet into `bytes` from `offset` on and returns the offset after it. Bytes before `offset` and after the
 * packet are not touched. Throws BUFFER_TOO_SMALL if it does not fit, else as `encode` does; the bytes from `offset`
 * on are then of no meaning. The payload must not lie in the bytes written to.
 */
export function encodeInto(
  packet: EncodablePacket,
  bytes: Uint8Array,
  offset: number,
  options?: EncodeOptions,
): number {
  const settings = encodeSettings(options);
  const limit = packetSizeLimit(options);
  checkTarget(bytes, offset, settings.none);
  const end = writePacket(bytes, offset, packet, settings);
  checkSize(end - offset, limit, packet, settings);
  if (end > bytes.length) failTooSmall(bytes, offset, end, contextOf(packet, settings));
  return end;
}

function checkSize(size: number, limit: number, packet: EncodablePacket, settings: EncodeSettings): void {
  if (size > limit) failTooLarge(size, limit, contextOf(packet, settings));
}

function contextOf(packet: EncodablePacket, settings: EncodeSettings): PacketContext {
  return settings[packet.cmd] ?? settings.none;
}

/**
 * Writes a packet at `offset` and returns the position after it, which lies past the end of `bytes` if the packet does
 * not fit.
 */
function writePacket(
  bytes: Uint8Array,
  offset: number,
  packet: EncodablePacket,
  settings: EncodeSettings,
): number {
  if (typeof packet !== 'object' || packet === null) fail('NOT_A_PACKET', settings.none, describe(packet));
  switch (packet.cmd) {
    case 'publish':
      return writePublish(bytes, offset, packet, settings.publish);
    case 'puback':
    case 'pubrec':
    case 'pubrel':
    case 'pubcomp':
      return writeAcknowledgement(bytes, offset, packet, settings[packet.cmd]);
    case 'pingreq':
    case 'pingresp':
      return writeUint8(bytes, writeUint8(bytes, offset, PACKET_TYPES[packet.cmd].type << 4), 0);
    case 'subscribe':
      return writeSubscribe(bytes, offset, packet, settings.subscribe);
    case 'suback':
    case 'unsuback':
      return writeSuback(bytes, offset, packet, settings[packet.cmd]);
    case 'unsubscribe':
      return writeUnsubscribe(bytes, offset, packet, settings.unsubscribe);
    case 'connect':
      return writeConnect(bytes, offset, packet, settings);
    case 'connack':
      return writeConnack(bytes, offset, packet, settings.connack);
    case 'disconnect':
      return writeDisconnect(bytes, offset, packet, settings.disconnect);
    case 'auth':
      return writeAuth(bytes, offset, packet, settings.auth);
    default:
      return fail('NOT_A_PACKET', settings.none, `cmd is ${describe((packet as { cmd?: unknown }).cmd)}`);
  }
}
