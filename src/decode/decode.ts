import { MqttError } from '../protocol/errors.ts';
import type { Packet } from '../protocol/packets.ts';
import { Decoder } from './decoder.ts';
import type { DecoderOptions } from './options.ts';

/**
 * Decodes all packets in `bytes`, in order. Throws MqttError when they break the protocol, or with the code
 * `PACKET_INCOMPLETE` when the bytes end inside a packet. For a stream use `Decoder`.
 */
export function decode(bytes: Uint8Array, options?: DecoderOptions): Packet[] {
  const decoder = new Decoder(options);
  decoder.push(bytes);
  const packets = [...decoder];
  const incomplete = decoder.pendingBytes;
  if (incomplete > 0) {
    throw new MqttError('PACKET_INCOMPLETE', {
      firstByte: bytes[bytes.length - incomplete],
      offset: incomplete,
      protocolVersion: decoder.protocolVersion,
    });
  }
  return packets;
}
