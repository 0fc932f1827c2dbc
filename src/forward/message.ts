import { platformView, sliceText } from '../decode/strings.ts';
import { viewBytes } from '../decode/views.ts';
import { encode } from '../encode/encode.ts';
import { platform } from '../encode/platform.ts';
import { MqttError } from '../protocol/errors.ts';
import { PUBLISH_DUP, PUBLISH_QOS_SHIFT, PUBLISH_RETAIN } from '../protocol/packet-types.ts';
import type { EncodablePublish, QoS } from '../protocol/packets.ts';
import { Frame } from './frame.ts';
import { Header } from './header.ts';
import type { Publication } from './publication.ts';

const frame = new Frame();

/**
 * A message that is kept: retained, queued for who is not there, or sent and not acknowledged yet. It holds the packet as it
 * came, as MQTT 5.0, so that its properties keep their order (MQTT-3.3.2-18); it never changes.
 */
export class Message {
  readonly topic: string;
  /** As it was published. */
  readonly qos: QoS;
  readonly retain: boolean;
  /** Seconds, or `undefined`: never expires. */
  readonly messageExpiryInterval: number | undefined;
  /** Milliseconds since 1970 when it came. */
  readonly time: number;
  /**
   * A PUBLISH of MQTT 5.0 without topic alias and subscription identifiers.
   * @internal
   */
  readonly bytes: Uint8Array;
  private readonly payloadStart: number;

  /** @internal `Message.from` and `connection.message` make them. */
  constructor(topic: string | undefined, bytes: Uint8Array, time: number) {
    frame.read(bytes, 0, bytes.length, true);
    const { topicLength, topicStart } = frame;
    this.topic = topic ?? sliceText(platformView(bytes), topicStart, topicStart + topicLength);
    this.qos = ((bytes[0] >> PUBLISH_QOS_SHIFT) & 3) as QoS;
    this.retain = (bytes[0] & PUBLISH_RETAIN) !== 0;
    this.messageExpiryInterval = frame.expiryInterval;
    this.payloadStart = frame.payloadStart;
    this.time = time;
    this.bytes = bytes;
    frame.clear();
  }

  /** Makes one of a packet object, with its properties of MQTT 5.0. Throws as `encode` does, and for a topic alias. */
  static from(packet: EncodablePublish): Message {
    if (packet.properties?.topicAlias !== undefined) {
      throw new MqttError('TOPIC_ALIAS_UNKNOWN', { packetType: 'publish', protocolVersion: 5 });
    }
    const whole = packet.qos ? { ...packet, messageId: 1, dup: false } : packet;
    const bytes = encode(whole, { protocolVersion: 5 });
    return new Message(typeof packet.topic === 'string' ? packet.topic : undefined, bytes, Date.now());
  }

  /** The payload; must not be changed. */
  get payload(): Uint8Array {
    return viewBytes(this.bytes, this.payloadStart, this.bytes.length);
  }

  /** Bytes that it takes. */
  get size(): number {
    return this.bytes.length;
  }

  /** Seconds that have passed since it came. */
  age(now = Date.now()): number {
    return Math.max(0, Math.floor((now - this.time) / 1000));
  }

  /** Whether its message expiry interval has passed (MQTT-3.3.2-5). */
  isExpired(now = Date.now()): boolean {
    return this.messageExpiryInterval !== undefined && this.age(now) >= this.messageExpiryInterval;
  }
}

/** Copies the PUBLISH of a publication. */
export function copyMessage(publication: Publication): Message {
  const { frame: source } = publication;
  // DUP says something about the way it came only (MQTT-3.3.1-3)
  const header = new Header(publication, source.first & ~PUBLISH_DUP, 1, true);
  const bytes = platform.allocate(header.length + source.payloadLength);
  bytes.set(source.bytes.subarray(source.payloadStart, source.end), header.write(bytes, 0));
  return new Message(publication.topic, bytes, Date.now());
}
