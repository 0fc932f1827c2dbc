import type { KernelChoice } from '../kernel/choice.ts';
import { MAX_PACKET_SIZE } from '../protocol/limits.ts';
import type { ProtocolVersion, Sender } from '../protocol/packet-types.ts';
import type { PublishHeader } from '../protocol/packets.ts';
import type { Strictness } from '../protocol/rules.ts';

export type { KernelChoice } from '../kernel/choice.ts';

/** Options of `Decoder` and `decode`. All are optional; a size that is none throws a RangeError. */
export interface DecoderOptions {
  /** Protocol version until a CONNECT says otherwise. Default 4 (MQTT 3.1.1). */
  protocolVersion?: ProtocolVersion | undefined;
  /** How much of the specification is enforced. Default `spec`. */
  strictness?: Strictness | undefined;
  /** Who sends the bytes: turns on the rules that hold for one direction only. Default: either. */
  sender?: Sender | undefined;
  /**
   * Largest packet accepted, in bytes, fixed header included. A larger one is refused as soon as its header is
   * there, before anything is buffered. Default 268,435,460, the protocol's own limit.
   */
  maxPacketSize?: number | undefined;
  /** The same until a CONNECT was decoded, for servers. Default: `maxPacketSize`. */
  maxPacketSizeBeforeConnect?: number | undefined;
  /** Payloads, passwords and binary properties are copies, not views of the caller's chunk. Default false. */
  copyPayload?: boolean | undefined;
  /** Default `auto`; the environment variable `WASMQTT_KERNEL` overrides `auto`. */
  kernel?: KernelChoice | undefined;
  /** With `onPayloadChunk`: PUBLISH packets of more bytes than this are handed over in pieces. Default 65,536. */
  payloadChunkThreshold?: number | undefined;
  /**
   * Called for each piece of a long PUBLISH payload as it arrives, in order. `remaining` is the number of payload
   * bytes still to come: 0 with the last piece. The packet itself is then not returned by the decoder.
   */
  onPayloadChunk?: ((packet: PublishHeader, chunk: Uint8Array, remaining: number) => void) | undefined;
}

/** What decoding one complete packet depends on. */
export interface PacketSettings {
  readonly protocolVersion: ProtocolVersion;
  readonly strictness: Strictness;
  readonly sender: Sender | undefined;
  readonly copyPayload: boolean;
}

/** Fills in the defaults for decoding one packet. */
export function packetSettings(options: DecoderOptions): PacketSettings {
  return {
    protocolVersion: options.protocolVersion ?? 4,
    strictness: options.strictness ?? 'spec',
    sender: options.sender,
    copyPayload: options.copyPayload ?? false,
  };
}

/**
 * A number of bytes from the options, as a whole number that the protocol can express. Throws a RangeError for what
 * is not one of at least `smallest`: the kernels would each make something else of it.
 */
export function byteCount(
  name: 'maxPacketSize' | 'maxPacketSizeBeforeConnect' | 'payloadChunkThreshold',
  value: number,
  smallest: number,
): number {
  if (typeof value === 'number' && value >= smallest) return Math.floor(Math.min(value, MAX_PACKET_SIZE));
  throw new RangeError(`${name} must be a number of bytes, ${smallest} or more, not ${String(value)}`);
}
