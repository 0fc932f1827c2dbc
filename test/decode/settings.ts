import type { PacketSettings } from '../../src/decode/options.ts';
import { decodePacket } from '../../src/decode/packet.ts';
import type { Packet } from '../../src/protocol/packets.ts';
import { hex } from '../vectors/hex.ts';
import type { FaultVector, PacketVector } from '../vectors/types.ts';

export function settings(partial: Partial<PacketSettings> = {}): PacketSettings {
  return { protocolVersion: 4, strictness: 'spec', sender: undefined, copyPayload: false, ...partial };
}

export function settingsOf(vector: PacketVector | FaultVector): PacketSettings {
  return settings({
    protocolVersion: vector.version,
    strictness: vector.strictness ?? 'spec',
    sender: vector.sender,
  });
}

export function decodeBytes(bytes: Uint8Array, partial: Partial<PacketSettings> = {}): Packet {
  return decodePacket(bytes, 0, bytes.length, settings(partial));
}

export function decodeHex(text: string, partial: Partial<PacketSettings> = {}): Packet {
  return decodeBytes(hex(text), partial);
}
