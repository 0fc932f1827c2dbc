import { type PacketCommand, PUBLISH_QOS_SHIFT, PUBLISH_RETAIN } from '../protocol/packet-types.ts';
import type { Packet, QoS } from '../protocol/packets.ts';
import type { PacketReader } from './reader.ts';

/**
 * A packet with the seven keys that every packet starts with, in mqtt-packet's order. What else it has is added in
 * order: that costs 2 ns more than one literal with all keys, and spreading this object into one costs 1,500.
 */
export function blankPacket<Command extends PacketCommand>(
  reader: PacketReader,
  cmd: Command,
): Extract<Packet, { cmd: Command }> {
  return {
    cmd,
    retain: (reader.firstByte & PUBLISH_RETAIN) !== 0,
    qos: ((reader.firstByte >> PUBLISH_QOS_SHIFT) & 3) as QoS,
    dup: reader.dup,
    length: reader.remainingLength,
    topic: null,
    payload: null,
  } as unknown as Extract<Packet, { cmd: Command }>;
}
