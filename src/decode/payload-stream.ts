import { PACKET_TYPES, type ProtocolVersion } from '../protocol/packet-types.ts';
import type { PublishHeader } from '../protocol/packets.ts';
import type { Carry } from './carry.ts';
import { checkFixedHeader, fixedHeaderLengthAt } from './fixed-header.ts';
import { byteCount, type DecoderOptions, type PacketSettings } from './options.ts';
import { readPublish } from './publish.ts';
import { PacketReader } from './reader.ts';
import { copyBytes } from './views.ts';

const PUBLISH = PACKET_TYPES.publish.type;
const DEFAULT_THRESHOLD = 65_536;

/**
 * Hands the payload of a long PUBLISH over piece by piece as it arrives, so that only its header is ever kept.
 * Pieces are taken first and delivered later, when the decoder's own state is settled: the handler may throw.
 */
export class PayloadStream {
  /** PUBLISH packets of more bytes than this are streamed. */
  readonly threshold: number;
  private readonly handler: NonNullable<DecoderOptions['onPayloadChunk']>;
  private readonly copyPayload: boolean;
  private packet: PublishHeader | undefined;
  private remaining = 0;
  private piece: Uint8Array | undefined;

  constructor(options: DecoderOptions) {
    this.threshold = byteCount(
      'payloadChunkThreshold',
      options.payloadChunkThreshold ?? DEFAULT_THRESHOLD,
      0,
    );
    this.handler = options.onPayloadChunk as NonNullable<DecoderOptions['onPayloadChunk']>;
    this.copyPayload = options.copyPayload ?? false;
  }

  /** Whether more of a payload is to come. */
  get active(): boolean {
    return this.packet !== undefined && this.remaining > 0;
  }

  /** Whether a packet with this first byte and size in bytes is to be streamed. */
  wants(firstByte: number, total: number): boolean {
    return firstByte >> 4 === PUBLISH && total > this.threshold;
  }

  reset(): void {
    this.packet = undefined;
    this.piece = undefined;
    this.remaining = 0;
  }

  /**
   * Collects the header of the PUBLISH in `carry` from `chunk`, and takes the first piece of its payload once the
   * header is complete. Returns how far into the chunk it got. Throws MqttError.
   */
  begin(carry: Carry, chunk: Uint8Array, start: number, settings: PacketSettings): number {
    let position = start;
    for (;;) {
      const needed = Math.min(headerNeeds(carry, settings.protocolVersion), carry.total);
      if (carry.length >= needed) {
        this.readHeader(carry, needed, settings);
        return this.feed(chunk, position);
      }
      if (position === chunk.length) return position;
      const end = Math.min(chunk.length, position + needed - carry.length);
      carry.append(chunk, position, end);
      position = end;
    }
  }

  /** Takes the next piece of the payload. Returns how far into the chunk it got. */
  feed(chunk: Uint8Array, start: number): number {
    const end = Math.min(chunk.length, start + this.remaining);
    if (end > start || this.remaining === 0) {
      this.piece = this.copyPayload ? copyBytes(chunk, start, end) : chunk.subarray(start, end);
      this.remaining -= end - start;
    }
    return end;
  }

  /** Calls the handler with the piece that was taken, if there is one. */
  deliver(): void {
    const { packet, piece, remaining } = this;
    if (packet === undefined || piece === undefined) return;
    this.piece = undefined;
    if (remaining === 0) this.packet = undefined;
    this.handler(packet, piece, remaining);
  }

  private readHeader(carry: Carry, headerEnd: number, settings: PacketSettings): void {
    const { total } = carry;
    const bytes = carry.take();
    const bodyStart = checkFixedHeader(bytes, 0, headerEnd, settings);
    const reader = new PacketReader(bytes, 0, bodyStart, headerEnd, settings);
    const publish = readPublish(reader);
    reader.checkNull();
    this.remaining = total - headerEnd;
    this.packet = { ...publish, length: total - bodyStart, payload: null, payloadLength: this.remaining };
  }
}

/** Bytes that must be there before more is known of the header of a PUBLISH; its length once that many are. */
function headerNeeds(carry: Carry, version: ProtocolVersion): number {
  const { bytes, length } = carry;
  // and the length of the topic name
  let position = fixedHeaderLengthAt(bytes, 0) + 2;
  if (length < position) return position;
  position += (bytes[position - 2] << 8) | bytes[position - 1];
  if ((bytes[0] & 6) !== 0) position += 2;
  if (version < 5) return position;
  let propertiesLength = 0;
  for (let shift = 0; shift < 28; shift += 7) {
    if (length <= position) return position + 1;
    const byte = bytes[position++];
    propertiesLength |= (byte & 0x7f) << shift;
    if (byte < 0x80) break;
  }
  return position + propertiesLength;
}
