import type { EncodablePublish, QoS } from '../protocol/packets.ts';
import { isBytes, varintLength, writeBytes, writeVarint } from './bytes.ts';
import { allocate, encode } from './encode.ts';
import { describe, fail } from './fail.ts';
import { qosBits, writePacketIdentifier } from './fields.ts';
import { type EncodeOptions, encodeSettings, type PacketContext, packetSizeLimit } from './options.ts';
import { checkPayloadFormat } from './payload.ts';
import { NO_BYTES, platform } from './platform.ts';
import { type PublishDelivery, publishFirstByte } from './publish.ts';
import { checkTarget, failTooLarge, failTooSmall } from './room.ts';

/** From this many bytes on a payload stays where it is: handing it to a socket costs less than copying it. */
export const LARGE_PAYLOAD = 16_384;

const IDENTIFIER_LENGTH = 2;
/** No first byte of a PUBLISH with QoS 0 is larger. */
const LARGEST_QOS_0 = 0x31;
const AT_MOST_ONCE: PublishDelivery = {};

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
  readonly #topicAt: number;
  /** Where the topic name ends; the packet identifier would follow. */
  readonly #topicEnd: number;
  readonly #length: number;
  /** The packet for QoS 1 and 2, made when the first of them is sent. */
  #identifiedImage = NO_BYTES;
  #identifierAt = 0;
  readonly #identifiedLength: number;

  /**
   * Encodes topic, properties and payload. Throws `MqttError` as `encode` does: NOT_A_PACKET if it is no PUBLISH,
   * PACKET_TOO_LARGE if it exceeds `maxPacketSize` even with QoS 0.
   */
  constructor(packet: EncodablePublish, options?: EncodeOptions) {
    const settings = encodeSettings(options);
    if (typeof packet !== 'object' || packet === null) fail('NOT_A_PACKET', settings.none, describe(packet));
    const { cmd, topic, payload, properties } = packet;
    if (cmd !== 'publish') fail('NOT_A_PACKET', settings.none, `cmd is ${describe(cmd)}`);
    this.#context = settings.publish;
    this.#limit = packetSizeLimit(options);

    const isApart = isBytes(payload) && payload.length >= LARGE_PAYLOAD;
    const encoded = encode({ cmd, topic, payload: isApart ? NO_BYTES : payload, properties }, options);
    if (isApart) checkPayloadFormat(payload, properties, settings.publish);
    this.#payloadLength = typeof payload === 'string' ? platform.utf8Length(payload) : (payload?.length ?? 0);

    const start = variableHeaderAt(encoded);
    const remaining = encoded.length - start + (isApart ? payload.length : 0);
    if (isApart) {
      this.#image = assemble(remaining, encoded.subarray(start), 0, NO_BYTES);
      this.#largePayload = payload;
    } else if (this.#payloadLength >= LARGE_PAYLOAD) {
      const payloadAt = encoded.length - this.#payloadLength;
      this.#image = encoded.subarray(0, payloadAt);
      this.#largePayload = encoded.subarray(payloadAt);
    } else {
      this.#image = encoded;
    }
    this.#topicAt = 1 + varintLength(remaining);
    this.#topicEnd = this.#topicAt + 2 + encoded[start] * 256 + encoded[start + 1];
    this.#length = this.#topicAt + remaining;
    const identifiedRemaining = remaining + IDENTIFIER_LENGTH;
    this.#identifiedLength = 1 + varintLength(identifiedRemaining) + identifiedRemaining;
    if (this.#length > this.#limit) failTooLarge(this.#length, this.#limit, this.#context);
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
    const isIdentified = qosBits(qos, 'qos', this.#context, 'QOS_RESERVED') !== 0;
    return isIdentified ? this.#identifiedLength : this.#length;
  }

  /**
   * Writes the packet for one receiver into `bytes` from `offset` on and returns the offset after it. Throws as
   * `encodeInto` does; the bytes from `offset` on are then of no meaning.
   */
  writeInto(bytes: Uint8Array, offset: number, delivery: PublishDelivery = AT_MOST_ONCE): number {
    return this.#write(bytes, offset, delivery, true);
  }

  /** The packet for one receiver, a `Buffer` where there is one. Throws as `encode` does. */
  bytes(delivery: PublishDelivery = AT_MOST_ONCE): Uint8Array {
    const bytes = allocate(this.length(delivery.qos));
    this.#write(bytes, 0, delivery, true);
    return bytes;
  }

  /**
   * Writes all of the packet but its payload into `bytes` from `offset` on and returns the offset after it, for those
   * who hand the payload over as it is. Throws as `encodeInto` does.
   */
  writeHeaderInto(bytes: Uint8Array, offset: number, delivery: PublishDelivery = AT_MOST_ONCE): number {
    return this.#write(bytes, offset, delivery, false);
  }

  /**
   * All of the packet but its payload, for one receiver. Throws as `encode` does.
   *
   * ```ts
   * socket.write(template.header({ qos: 1, messageId: 7 }));
   * socket.write(template.payload);
   * ```
   */
  header(delivery: PublishDelivery = AT_MOST_ONCE): Uint8Array {
    const bytes = allocate(this.length(delivery.qos) - this.#payloadLength);
    this.#write(bytes, 0, delivery, false);
    return bytes;
  }

  #write(bytes: Uint8Array, offset: number, delivery: PublishDelivery, hasPayload: boolean): number {
    const context = this.#context;
    checkTarget(bytes, offset, context);
    const firstByte = publishFirstByte(delivery, context);
    const isIdentified = firstByte > LARGEST_QOS_0;
    const length = isIdentified ? this.#identifiedLength : this.#length;
    if (length > this.#limit) failTooLarge(length, this.#limit, context);
    const end = offset + length - (hasPayload ? 0 : this.#payloadLength);
    if (end > bytes.length) failTooSmall(bytes, offset, end, context);

    const image = isIdentified ? this.#identified() : this.#image;
    bytes.set(image.length > end - offset ? image.subarray(0, end - offset) : image, offset);
    bytes[offset] = firstByte;
    if (isIdentified) writePacketIdentifier(bytes, offset + this.#identifierAt, delivery.messageId, context);
    if (hasPayload && this.#largePayload !== undefined) bytes.set(this.#largePayload, offset + image.length);
    return end;
  }

  #identified(): Uint8Array {
    if (this.#identifierAt === 0) {
      const topic = this.#image.subarray(this.#topicAt, this.#topicEnd);
      const rest = this.#image.subarray(this.#topicEnd);
      const remaining = this.#length - this.#topicAt + IDENTIFIER_LENGTH;
      this.#identifiedImage = assemble(remaining, topic, IDENTIFIER_LENGTH, rest);
      this.#identifierAt = 1 + varintLength(remaining) + topic.length;
    }
    return this.#identifiedImage;
  }
}

/** Where the variable header of an encoded packet begins, behind the remaining length. */
function variableHeaderAt(packet: Uint8Array): number {
  let position = 2;
  while (packet[position - 1] > 0x7f) position++;
  return position;
}

/** A packet of a remaining length: `topic`, a gap and `rest`. */
function assemble(remaining: number, topic: Uint8Array, gap: number, rest: Uint8Array): Uint8Array {
  const bytes = allocate(1 + varintLength(remaining) + topic.length + gap + rest.length);
  writeBytes(bytes, writeBytes(bytes, writeVarint(bytes, 1, remaining), topic) + gap, rest);
  return bytes;
}
