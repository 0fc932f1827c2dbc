import { PROPERTIES_TEXTS, TOPIC_TEXTS } from '../../assembly/layout.ts';
import {
  COMMAND_BY_TYPE,
  PACKET_TYPES,
  type PacketCommand,
  PUBLISH_DUP,
  PUBLISH_RETAIN,
} from '../protocol/packet-types.ts';
import type { Packet, PublishPacket, QoS } from '../protocol/packets.ts';
import type { PropertiesOf } from '../protocol/properties.ts';
import { PacketCursor } from './cursor.ts';
import { remainingLengthAt } from './fixed-header.ts';
import { PropertiesTemplate, readPropertyBlock } from './properties-template.ts';
import {
  END,
  FIRST_BYTE,
  PACKET_IDENTIFIER,
  PAYLOAD_START,
  PROPERTIES,
  PROPERTIES_START,
  START,
  TOPIC,
} from './rows.ts';
import { platformView, sliceText } from './strings.ts';
import { viewBytes } from './views.ts';

const PUBLISH = PACKET_TYPES.publish.type;
const PUBCOMP = PACKET_TYPES.pubcomp.type;

/**
 * Decodes a stream of MQTT control packets. `push` the chunks as they arrive, then walk the packets with `next`; read
 * single fields of the current packet, which makes no object, or all of it with `read`.
 *
 * ```ts
 * const decoder = new Decoder();
 * socket.on('data', (chunk) => {
 *   decoder.push(chunk);
 *   while (decoder.next()) handle(decoder.read());
 * });
 * ```
 *
 * `next` and `read` throw MqttError when the stream breaks the protocol. The decoder is then at its end until `reset`.
 * The constructor throws an Error when the kernel that the options name does not run here.
 */
export class Decoder extends PacketCursor {
  /** The kernel in use: `wasm` or `js`. */
  get kernelName(): 'wasm' | 'js' {
    return this.kernel.name;
  }

  /** Type number of the current packet, 1 (CONNECT) to 15 (AUTH). */
  get packetType(): number {
    return this.rows[this.row + FIRST_BYTE] >> 4;
  }

  /** Name of the current packet, as in `packet.cmd`. */
  get command(): PacketCommand {
    return COMMAND_BY_TYPE[this.packetType] as PacketCommand;
  }

  /** Remaining length of the current packet in bytes. */
  get remainingLength(): number {
    const { rows, row } = this;
    // only such a packet may have a remaining length of more bytes than it needs
    if (this.isLeftToHost) {
      return remainingLengthAt(
        this.window.contiguous(rows[row + START], rows[row + END]),
        this.window.offsetOf(rows[row + START]),
      );
    }
    const length = rows[row + END] - rows[row + START];
    return length - headerLength(length);
  }

  /** DUP flag of a PUBLISH. */
  get dup(): boolean {
    return (this.rows[this.row + FIRST_BYTE] & PUBLISH_DUP) !== 0;
  }

  /** QoS of a PUBLISH, 0 to 2. */
  get qos(): QoS {
    return ((this.rows[this.row + FIRST_BYTE] >> 1) & 3) as QoS;
  }

  /** RETAIN flag of a PUBLISH. */
  get retain(): boolean {
    return (this.rows[this.row + FIRST_BYTE] & PUBLISH_RETAIN) !== 0;
  }

  /** Packet identifier of the current packet, or 0 when it has none. */
  get messageId(): number {
    return this.rows[this.row + PACKET_IDENTIFIER];
  }

  /**
   * A small number that stands for the topic name of a PUBLISH: equal names have equal ids as long as
   * `topicGeneration` stays the same, so that a table by id replaces a look-up by string. -1 when the name has none,
   * because it is longer than 512 bytes or the packet took the slow path.
   */
  get topicId(): number {
    return this.rows[this.row + TOPIC];
  }

  /** Changes when topic ids are given out anew: forget what was kept by id. */
  get topicGeneration(): number {
    return this.kernel.topicGeneration;
  }

  /** Topic name of a PUBLISH; empty when a topic alias stands for it, and for other packets. */
  get topic(): string {
    const id = this.rows[this.row + TOPIC];
    if (id >= 0) return this.kernel.topics[id] ?? this.makeTopic(id);
    return this.packetType === PUBLISH ? this.decoded().topic : '';
  }

  /** Length of the payload of a PUBLISH in bytes. */
  get payloadLength(): number {
    return this.rows[this.row + END] - this.rows[this.row + PAYLOAD_START];
  }

  /** Payload of a PUBLISH: a view of the chunk it came in, unless the packet straddled chunks or copies are asked for. */
  get payload(): Uint8Array {
    return this.slice(this.rows[this.row + PAYLOAD_START], this.rows[this.row + END]);
  }

  /** Properties of a PUBLISH, or `undefined` when it has none. A new object at each call. */
  get properties(): PropertiesOf<'publish'> | undefined {
    const id = this.rows[this.row + PROPERTIES];
    if (id === 0) return undefined;
    if (id > 0) return this.template(id - 1).make();
    return this.packetType === PUBLISH ? this.decoded().properties : undefined;
  }

  /** The bytes of the current packet as they came, fixed header included: a copy. */
  get bytes(): Uint8Array {
    const { row, rows } = this;
    const start = rows[row + START];
    const end = rows[row + END];
    if (this.packetType === PUBLISH || this.isLeftToHost) return this.window.slice(start, end, true);
    // of acknowledgements and pings only what they say is there
    const messageId = rows[row + PACKET_IDENTIFIER];
    const bytes = [rows[row + FIRST_BYTE], end - start - 2, messageId >> 8, messageId & 0xff];
    return Uint8Array.from(bytes.slice(0, end - start));
  }

  /** The current packet as an object. Throws MqttError when the body of a control packet breaks the protocol. */
  read(): Packet {
    const { rows, row } = this;
    const firstByte = rows[row + FIRST_BYTE];
    if (rows[row + TOPIC] >= 0) return this.readPublish(rows, row, firstByte);
    if (this.packet !== undefined) return this.packet;
    const type = firstByte >> 4;
    if (type === PUBLISH) return this.decoded();
    const length = rows[row + END] - rows[row + START] - 2;
    if (type > PUBLISH && type <= PUBCOMP) return this.readAcknowledgement(type, firstByte, length);
    if (type === PACKET_TYPES.pingreq.type || type === PACKET_TYPES.pingresp.type) {
      const cmd = COMMAND_BY_TYPE[type] as 'pingreq';
      return { cmd, retain: false, qos: 0, dup: false, length, topic: null, payload: null };
    }
    return this.decodeCurrent();
  }

  /** The packets that are complete, as objects. */
  *[Symbol.iterator](): Generator<Packet, void, undefined> {
    while (this.next()) yield this.read();
  }

  /** Whether the kernel knows no more of the current packet than where it is. */
  private get isLeftToHost(): boolean {
    return this.rows[this.row + TOPIC] < 0 && this.rows[this.row + PROPERTIES] < 0;
  }

  private slice(start: number, end: number): Uint8Array {
    return this.window.slice(start, end, this.connection.settings.copyPayload);
  }

  private readPublish(rows: Int32Array, row: number, firstByte: number): Packet {
    const topicId = rows[row + TOPIC];
    const propertiesId = rows[row + PROPERTIES];
    const start = rows[row + START];
    const end = rows[row + END];
    const retain = (firstByte & PUBLISH_RETAIN) !== 0;
    const dup = (firstByte & PUBLISH_DUP) !== 0;
    const qos = ((firstByte >> 1) & 3) as QoS;
    const length = end - start - headerLength(end - start);
    const topic = this.kernel.topics[topicId] ?? this.makeTopic(topicId);
    const payload = this.slice(rows[row + PAYLOAD_START], end);
    // four literals: a key that is added later costs more than all of them
    if (propertiesId === 0) {
      if (qos === 0) return { cmd: 'publish', retain, qos, dup, length, topic, payload };
      const messageId = rows[row + PACKET_IDENTIFIER];
      return { cmd: 'publish', retain, qos, dup, length, topic, payload, messageId };
    }
    const properties =
      propertiesId > 0
        ? this.template(propertiesId - 1).make()
        : readPropertyBlock(
            // not a copy: the reader makes those of the values that need one
            this.window.slice(rows[row + PROPERTIES_START], rows[row + PAYLOAD_START], false),
            this.connection.settings,
          );
    if (qos === 0) return { cmd: 'publish', retain, qos, dup, length, topic, payload, properties };
    const messageId = rows[row + PACKET_IDENTIFIER];
    return { cmd: 'publish', retain, qos, dup, length, topic, payload, messageId, properties };
  }

  private readAcknowledgement(type: number, firstByte: number, length: number): Packet {
    const cmd = COMMAND_BY_TYPE[type] as 'puback';
    const qos = ((firstByte >> 1) & 3) as QoS;
    const messageId = this.rows[this.row + PACKET_IDENTIFIER];
    if (this.connection.settings.protocolVersion === 5) {
      return {
        cmd,
        retain: false,
        qos,
        dup: false,
        length,
        topic: null,
        payload: null,
        messageId,
        reasonCode: 0,
      };
    }
    return { cmd, retain: false, qos, dup: false, length, topic: null, payload: null, messageId };
  }

  /** The current PUBLISH by the slow path. */
  private decoded(): PublishPacket {
    return (this.packet ?? this.decodeCurrent()) as PublishPacket;
  }

  private makeTopic(id: number): string {
    const { words } = this.kernel.memory;
    const start = words[(TOPIC_TEXTS >> 2) + id * 2];
    const topic = sliceText(
      platformView(this.kernel.memory.bytes),
      start,
      start + words[(TOPIC_TEXTS >> 2) + id * 2 + 1],
    );
    this.kernel.topics[id] = topic;
    return topic;
  }

  private template(id: number): PropertiesTemplate {
    return (this.kernel.properties[id] as PropertiesTemplate | undefined) ?? this.makeTemplate(id);
  }

  private makeTemplate(id: number): PropertiesTemplate {
    const { words } = this.kernel.memory;
    const start = words[(PROPERTIES_TEXTS >> 2) + id * 2];
    const end = start + words[(PROPERTIES_TEXTS >> 2) + id * 2 + 1];
    const template = new PropertiesTemplate(
      readPropertyBlock(viewBytes(this.kernel.memory.bytes, start, end), this.connection.settings),
    );
    this.kernel.properties[id] = template;
    return template;
  }
}

/** Length of the fixed header of a packet of `length` bytes whose remaining length has the shortest form. */
function headerLength(length: number): number {
  if (length <= 129) return 2;
  if (length <= 16_386) return 3;
  return length <= 2_097_155 ? 4 : 5;
}
