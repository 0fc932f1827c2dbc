import { FRAME_LIMIT, PUBLICATION, PUBLICATION_ROW } from '../../assembly/forward/layout.ts';
import {
  CHUNK,
  ROW_END,
  ROW_FIRST_BYTE,
  ROW_PACKET_IDENTIFIER,
  ROW_PAYLOAD_START,
  ROW_PROPERTIES,
  ROW_PROPERTIES_START,
  ROW_START,
  ROW_TOPIC,
} from '../../assembly/layout.ts';
import { copyBytes, viewBytes } from '../decode/views.ts';
import { writeUint16 } from '../encode/bytes.ts';
import { platform } from '../encode/platform.ts';
import type { ForwardKernel } from '../kernel/forward/forward-kernel.ts';
import type { ForwardingDecoder } from './forwarding-decoder.ts';
import { Frame } from './frame.ts';
import { Header } from './header.ts';
import type { Message } from './message.ts';
import type { Receiver } from './receiver.ts';
import type { TopicAliases } from './topic-aliases.ts';

/** The kernel's place for a packet of TypeScript, and whose is there. */
export interface Stage {
  owner: Publication | undefined;
}

/**
 * A PUBLISH that TypeScript has a say in, in the form that the kernel needs: as a row, its own one or one that was made for
 * it; or too large for that.
 */
export class Publication {
  readonly frame = new Frame();
  /** Who has published it, if that is a receiver too. */
  publisher: Receiver | undefined = undefined;
  /** Its topic id, or -1. */
  topicId = -1;
  /** Seconds since it came, if it expires. */
  secondsWaited = 0;
  private readonly kernel: ForwardKernel;
  private readonly stage: Stage;
  /** Address of its own row, if that is as the kernel needs it; else 0. */
  private ownRow = 0;
  private source: ForwardingDecoder | undefined = undefined;
  private text: string | undefined = undefined;
  private bodyCopy: Uint8Array | undefined = undefined;

  constructor(kernel: ForwardKernel, stage: Stage) {
    this.kernel = kernel;
    this.stage = stage;
  }

  /** Takes the packet that a decoder is at. Throws MqttError for a topic alias that stands for nothing. */
  take(source: ForwardingDecoder, publisher: Receiver | undefined, aliases: () => TopicAliases): void {
    const { frame } = this;
    this.source = source;
    this.publisher = publisher;
    this.secondsWaited = 0;
    this.text = this.bodyCopy = undefined;
    source.readFrame(frame);
    this.topicId = source.topicId;
    const { alias } = frame;
    if (alias > 0) this.resolve(alias, aliases());
    this.unstage();
    const isScanned = source.topicId >= 0 && source.isCopied && frame.end - frame.start <= FRAME_LIMIT;
    this.ownRow = isScanned && this.topicId >= 0 && !frame.hasIdentifiers ? source.rowAddress : 0;
    if (this.ownRow !== 0) this.kernel.memory.words[(this.ownRow + ROW_TOPIC) >> 2] = this.topicId;
  }

  /** Takes a message that was kept. */
  takeMessage(message: Message, publisher?: Receiver): void {
    this.source = undefined;
    this.publisher = publisher;
    this.bodyCopy = undefined;
    this.text = message.topic;
    this.topicId = -1;
    this.ownRow = 0;
    this.unstage();
    this.frame.read(message.bytes, 0, message.bytes.length, true);
    this.secondsWaited = message.messageExpiryInterval === undefined ? 0 : message.age();
  }

  /** Lets go of the bytes. */
  clear(): void {
    this.unstage();
    this.frame.clear();
    this.source = undefined;
    this.bodyCopy = undefined;
  }

  /** Whether there is a packet. Throws an Error when there is none. */
  check(): void {
    if (this.frame.end === 0) throw new Error('the packet that the handler is called with is no PUBLISH');
  }

  /** The topic name. */
  get topic(): string {
    this.text ??= this.source?.topic ?? '';
    return this.text;
  }

  /** What the topic index is asked with. */
  get matchSource(): ForwardingDecoder | string {
    return this.ownRow !== 0 && this.source !== undefined ? this.source : this.topic;
  }

  /** Address of a row for the kernel, or 0 when the packet is too large. */
  row(): number {
    if (this.ownRow !== 0) return this.ownRow;
    return this.stage.owner === this ? PUBLICATION_ROW : this.write();
  }

  /** The payload, which stays as it is: a view of the chunk, or a copy if that is about to be overwritten. */
  payload(): Uint8Array {
    const { frame } = this;
    if (this.source?.isInPlace !== true) return viewBytes(frame.bytes, frame.payloadStart, frame.end);
    this.bodyCopy ??= copyBytes(frame.bytes, frame.payloadStart, frame.end);
    return this.bodyCopy;
  }

  /** Bytes of the topic name in UTF-8. */
  topicLength(): number {
    return this.frame.topicLength > 0 ? this.frame.topicLength : platform.utf8Length(this.topic);
  }

  /** Writes the topic name with its length; returns where it ends. */
  writeTopic(bytes: Uint8Array, position: number): number {
    const { frame } = this;
    const start = position + 2;
    let end: number;
    if (frame.topicLength > 0) {
      end = start + frame.topicLength;
      bytes.set(frame.bytes.subarray(frame.topicStart, frame.topicStart + frame.topicLength), start);
    } else end = platform.writeUtf8(bytes, start, this.topic);
    writeUint16(bytes, position, end - start);
    return end;
  }

  private unstage(): void {
    if (this.stage.owner === this) this.stage.owner = undefined;
  }

  private resolve(alias: number, aliases: TopicAliases): void {
    if (this.frame.topicLength > 0) {
      aliases.set(alias, this.topicId, () => this.topic);
      return;
    }
    const { id, topic } = aliases.get(alias);
    this.topicId = id;
    this.text = topic;
  }

  /** Writes the packet with its topic name, and without what is not passed on, to the kernel's place for it. */
  private write(): number {
    const { frame, kernel } = this;
    const header = new Header(this, frame.first, 1, frame.version5);
    if (header.remainingLength > FRAME_LIMIT) return 0;
    const { bytes, words } = kernel.memory;
    const p = header.write(bytes, PUBLICATION);
    const row = PUBLICATION_ROW >> 2;
    words[row + (ROW_PROPERTIES_START >> 2)] = p - header.propertiesLength - CHUNK;
    words[row + (ROW_FIRST_BYTE >> 2)] = frame.first;
    words[row + (ROW_START >> 2)] = PUBLICATION - CHUNK;
    words[row + (ROW_PACKET_IDENTIFIER >> 2)] = 0;
    words[row + (ROW_TOPIC >> 2)] = this.topicId;
    words[row + (ROW_PROPERTIES >> 2)] = header.propertiesLength > 0 ? -1 : 0;
    words[row + (ROW_PAYLOAD_START >> 2)] = p - CHUNK;
    bytes.set(frame.bytes.subarray(frame.payloadStart, frame.end), p);
    words[row + (ROW_END >> 2)] = p + frame.payloadLength - CHUNK;
    this.stage.owner = this;
    return PUBLICATION_ROW;
  }
}
