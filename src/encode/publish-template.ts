import { PACKET_TYPES, PUBLISH_RETAIN } from '../protocol/packet-types.ts';
import type { EncodablePublish, QoS } from '../protocol/packets.ts';
import { isBytes } from './bytes.ts';
import { allocate, encode } from './encode.ts';
import { describe, fail } from './fail.ts';
import { qosBits, writePacketIdentifier } from './fields.ts';
import { assemble, headerBefore, packetLength, variableHeaderAt } from './headers.ts';
import { type EncodeOptions, encodeSettings, type PacketContext, packetSizeLimit } from './options.ts';
import { checkPayloadFormat } from './payload.ts';
import { NO_BYTES, platform } from './platform.ts';
import { type PublishDelivery, publishFirstByte } from './publish.ts';
import { checkTarget, failTooLarge, failTooSmall } from './room.ts';

/** From this many bytes on a payload stays where it is: handing it to a socket costs less than copying it. */
export const LARGE_PAYLOAD = 16_384;

const IDENTIFIER_LENGTH = 2;
/** First byte of a PUBLISH with QoS 0, without and with RETAIN. */
const QOS_0 = PACKET_TYPES.publish.type << 4;
const LARGEST_QOS_0 = QOS_0 | PUBLISH_RETAIN;

/** A packet for QoS 1 and 2, whatever its packet identifier. */
interface IdentifiedImage {
  /** Without a large payload. */
  readonly bytes: Uint8Array;
  /** Of the whole packet. */
  readonly length: number;
  readonly identifierAt: number;
}

/**
 * A PUBLISH that is encoded once and sent to many receivers: each gets its own QoS, DUP, RETAIN and packet identifier,
 * and the topic, the properties and the payload are copied as bytes.
 *
 * ```ts
 * const template = new PublishTemplate({ cmd: 'publish', topic: 'a/b', payload: 'hello' }, { protocolVersion: 5 });
 * socket.write(template.bytes());
 * other.write(template.bytes({ qos: 1, messageId: 7, retain: true }));
 * ```
 *
 * What the packet itself says of QoS, DUP, RETAIN and its packet identifier is not used: they belong to one delivery
 * on one connection (MQTT-3.3.1-3), as a topic alias among the properties does.
 *
 * A payload of 16,384 bytes or more is not copied, so its bytes must not change while the template is in use.
 */
export class PublishTemplate {
  readonly #context: PacketContext;
  readonly #limit: number;
  readonly #payloadLength: number;
  /** A payload that is not part of the images. */
  readonly #largePayload: Uint8Array | undefined;
  /** The packet for QoS 0, without a large payload. Its first byte is that of the receiver. */
  readonly #image: Uint8Array;
  readonly #length: number;
  #identified: IdentifiedImage | undefined = undefined;

  /**
   * Encodes topic, properties and payload. Throws `MqttError` as `encode` does: NOT_A_PACKET if it is no PUBLISH,
   * PACKET_TOO_LARGE if it exceeds `maxPacketSize` even with QoS 0.
   */
  constructor(packet: EncodablePublish, options?: EncodeOptions) {
    const settings = encodeSettings(options);
    if (typeof packet !== 'object' || packet === null) fail('NOT_A_PACKET', settings.none, describe(packet));
    const { cmd, topic, payload, properties } = packet;
    if (cmd !== 'publish') fail('NOT_A_PACKET', settings.none, `cmd is ${describe(cmd)}`);
    const context = settings.publish;
    this.#context = context;
    this.#limit = packetSizeLimit(options);
    if (isBytes(payload) && payload.length >= LARGE_PAYLOAD) {
      const withoutPayload = encode({ cmd, topic, payload: NO_BYTES, properties }, options);
      checkPayloadFormat(payload, properties, context);
      this.#image = headerBefore(payload.length, withoutPayload);
      this.#largePayload = payload;
      this.#payloadLength = payload.length;
      this.#length = this.#image.length + payload.length;
      if (this.#length > this.#limit) failTooLarge(this.#length, this.#limit, context);
      return;
    }
    const encoded = encode({ cmd, topic, payload, properties }, options);
    const length = typeof payload === 'string' ? platform.utf8Length(payload) : (payload?.length ?? 0);
    const isLarge = length >= LARGE_PAYLOAD;
    const payloadAt = encoded.length - length;
    this.#image = isLarge ? encoded.subarray(0, payloadAt) : encoded;
    this.#largePayload = isLarge ? encoded.subarray(payloadAt) : undefined;
    this.#payloadLength = length;
    this.#length = encoded.length;
  }

  /** The payload as bytes, which all packets made of the template may share: do not change it. */
  get payload(): Uint8Array {
    return this.#largePayload ?? this.#image.subarray(this.#image.length - this.#payloadLength);
  }

  /** Length of the payload in bytes. */
  get payloadLength(): number {
    return this.#payloadLength;
  }

  /** Length of the packet in bytes, fixed header and payload included. Throws FIELD_INVALID and QOS_RESERVED. */
  length(qos: QoS = 0): number {
    if (qosBits(qos, 'qos', this.#context, 'QOS_RESERVED') === 0) return this.#length;
    return (this.#identified ?? this.#identify()).length;
  }

  /**
   * Writes the packet for one receiver into `bytes` from `offset` on and returns the offset after it. Throws as
   * `encodeInto` does; the bytes from `offset` on are then of no meaning.
   */
  writeInto(bytes: Uint8Array, offset: number, delivery?: PublishDelivery): number {
    checkTarget(bytes, offset, this.#context);
    const end = this.#write(bytes, offset, delivery, true);
    if (end > bytes.length) failTooSmall(bytes, offset, end, this.#context);
    return end;
  }

  /** The packet for one receiver, a `Buffer` where there is one. Throws as `encode` does. */
  bytes(delivery?: PublishDelivery): Uint8Array {
    const bytes = allocate(this.length(delivery?.qos));
    this.#write(bytes, 0, delivery, true);
    return bytes;
  }

  /**
   * Writes all of the packet but its payload into `bytes` from `offset` on and returns the offset after it, for those
   * who hand the payload over as it is. Throws as `encodeInto` does.
   */
  writeHeaderInto(bytes: Uint8Array, offset: number, delivery?: PublishDelivery): number {
    checkTarget(bytes, offset, this.#context);
    const end = this.#write(bytes, offset, delivery, false);
    if (end > bytes.length) failTooSmall(bytes, offset, end, this.#context);
    return end;
  }

  /**
   * All of the packet but its payload, for one receiver. Throws as `encode` does.
   *
   * ```ts
   * socket.write(template.header({ qos: 1, messageId: 7 }));
   * socket.write(template.payload);
   * ```
   */
  header(delivery?: PublishDelivery): Uint8Array {
    const bytes = allocate(this.length(delivery?.qos) - this.#payloadLength);
    this.#write(bytes, 0, delivery, false);
    return bytes;
  }

  /**
   * For writers that hand over the payload themselves if it is of LARGE_PAYLOAD bytes or more: writes the packet without
   * such a payload, and returns the offset after it. If that lies past the end of `bytes` nothing was written.
   * Throws as `encode` does.
   * @internal
   */
  writeWithoutLargePayload(bytes: Uint8Array, offset: number, delivery: PublishDelivery | undefined): number {
    return this.#write(bytes, offset, delivery, this.#largePayload === undefined);
  }

  /** Returns the offset after the packet. If that lies past the end of `bytes` nothing was written. */
  #write(
    bytes: Uint8Array,
    offset: number,
    delivery: PublishDelivery | undefined,
    hasPayload: boolean,
  ): number {
    const context = this.#context;
    const firstByte = delivery === undefined ? QOS_0 : publishFirstByte(delivery, context);
    const identified = firstByte > LARGEST_QOS_0 ? (this.#identified ?? this.#identify()) : undefined;
    const image = identified === undefined ? this.#image : identified.bytes;
    const length = identified === undefined ? this.#length : identified.length;
    if (length > this.#limit) failTooLarge(length, this.#limit, context);
    const end = offset + length - (hasPayload ? 0 : this.#payloadLength);
    if (end > bytes.length) return end;

    bytes.set(image.length > end - offset ? image.subarray(0, end - offset) : image, offset);
    bytes[offset] = firstByte;
    if (identified !== undefined) {
      writePacketIdentifier(bytes, offset + identified.identifierAt, delivery?.messageId, context);
    }
    if (hasPayload && this.#largePayload !== undefined) bytes.set(this.#largePayload, offset + image.length);
    return end;
  }

  #identify(): IdentifiedImage {
    const image = this.#image;
    const topicAt = variableHeaderAt(image);
    const topicEnd = topicAt + 2 + image[topicAt] * 256 + image[topicAt + 1];
    const remaining = this.#length - topicAt + IDENTIFIER_LENGTH;
    const length = packetLength(remaining);
    const bytes = assemble(
      remaining,
      image.subarray(topicAt, topicEnd),
      IDENTIFIER_LENGTH,
      image.subarray(topicEnd),
    );
    this.#identified = { bytes, length, identifierAt: topicEnd - topicAt + length - remaining };
    return this.#identified;
  }
}
