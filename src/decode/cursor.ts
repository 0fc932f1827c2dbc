import {
  ACK_ROW,
  ACK_ROW_SHIFT,
  ACK_TYPE_SHIFT,
  ACKS,
  CARRY_LIMIT,
  CHUNK,
  CHUNK_LIMIT,
  HEADER_ACK_COUNT,
  HEADER_NEXT,
  HEADER_STATUS,
  HOST_ROW,
  OPTION_CHECK_PAYLOAD,
  OPTION_NO_SUBSCRIPTION_IDENTIFIER,
  OPTION_REFUSED_TYPES_SHIFT,
  OPTION_VERSION_5,
  ROW_SIZE,
  ROWS,
  SCAN_HOST,
  SCAN_LIST_FULL,
  SCAN_NEED_MORE,
  SCAN_PROPERTIES_FULL,
  SCAN_TOPICS_FULL,
} from '../../assembly/layout.ts';
import { sharedKernel } from '../kernel/choice.ts';
import type { Kernel, RowHolder } from '../kernel/kernel.ts';
import { MqttError } from '../protocol/errors.ts';
import { PACKET_TYPES, type ProtocolVersion } from '../protocol/packet-types.ts';
import type { Packet } from '../protocol/packets.ts';
import { Carry } from './carry.ts';
import { connectVersion } from './connect-version.ts';
import { checkFixedHeader, refusedTypes, remainingLengthAt } from './fixed-header.ts';
import { type DecoderOptions, type PacketSettings, packetSettings, sizeLimit } from './options.ts';
import { decodePacket } from './packet.ts';
import { PayloadStream } from './payload-stream.ts';
import { copyBytes, copyInto, joinBytes, viewBytes } from './views.ts';

export const ROW_WORDS = ROW_SIZE >> 2;
/** Words of a row; see `assembly/layout.ts`. */
export const FIRST_BYTE = 0;
export const START = 1;
export const END = 2;
export const PACKET_IDENTIFIER = 3;
export const TOPIC = 4;
export const PROPERTIES = 5;
export const PAYLOAD_START = 6;
export const PROPERTIES_START = 7;

const NOTHING = new Uint8Array(0);
const ROWS_WORD = ROWS >> 2;
const ACKS_WORD = ACKS >> 2;
const HOST_WORD = HOST_ROW >> 2;
const ACK_ROW_WORD = ACK_ROW >> 2;

/** No chunk is being read. The other states are what the last scan said. */
const IDLE = -1;

/**
 * When a window of the chunk starts with a packet of this many bytes or more, only its header is copied into the
 * kernel: copying 2 KiB costs 45 to 90 ns, more than all the rest of a PUBLISH (`npm run bench -- decode`).
 */
const LARGE_PACKET = 2048;
const HEADER_WINDOW = 512;

const CONNECT = PACKET_TYPES.connect.type;
const PUBLISH = PACKET_TYPES.publish.type;
const PUBCOMP = PACKET_TYPES.pubcomp.type;
const UNSUBACK = PACKET_TYPES.unsuback.type;
const PINGREQ = PACKET_TYPES.pingreq.type;
const PINGRESP = PACKET_TYPES.pingresp.type;

/**
 * Moves through the packets of a byte stream, without making anything: the kernel lists what a window of the chunk
 * holds, in two lists, and `next` walks them in wire order.
 */
export class PacketCursor implements RowHolder {
  /** The error that ended the stream; nothing is returned after it until `reset`. */
  error: MqttError | undefined = undefined;

  protected readonly kernel: Kernel;
  protected settings: PacketSettings;
  /** The lists: the kernel's, or a copy when another decoder needed those. */
  protected rows: Int32Array;
  /** First word of the row of the current packet. */
  protected row = 0;
  /** The current packet as an object, when the kernel left it to `decodePacket` and it had to be looked at. */
  protected packet: Packet | undefined = undefined;
  /** The chunk being read, and where in it the kernel's window starts: positions of rows count from there. */
  protected source: Uint8Array = NOTHING;
  protected windowStart = 0;
  /** Bytes of the window's first packet that came with earlier chunks. */
  protected carried = 0;
  protected readonly carry = new Carry();

  private nextRow = 0;
  /** Where the next acknowledgement has its place among the rows, or the end of the rows. */
  private rowStop = 0;
  private rowEnd = 0;
  private firstRow = 0;
  private nextAck = 0;
  private ackEnd = 0;
  private state = IDLE;
  /** Where the next scan starts, counted from the window's start. */
  private scanFrom = 0;
  private windowEnd = 0;
  private wholeWindow = false;
  /** The chunk to be read next, and those after it. */
  private chunk: Uint8Array | undefined = undefined;
  private readonly waiting: Uint8Array[] = [];
  private connected = false;
  private scanOptions = 0;
  private maximum = 0;
  private readonly options: DecoderOptions;
  private readonly stream: PayloadStream | undefined;

  constructor(options: DecoderOptions = {}) {
    this.options = { ...options };
    this.kernel = sharedKernel(options.kernel);
    this.rows = this.kernel.memory.words;
    this.stream = options.onPayloadChunk === undefined ? undefined : new PayloadStream(options);
    this.settings = packetSettings(options);
    this.applySettings();
  }

  /** The protocol version by which packets are decoded: the option's, then that of the CONNECT. */
  get protocolVersion(): ProtocolVersion {
    return this.settings.protocolVersion;
  }

  /** Bytes of an incomplete packet that wait for the rest of it. */
  get pendingBytes(): number {
    return this.carry.length;
  }

  /**
   * Takes the next bytes of the stream. They are not copied: they must stay as they are until `next` has returned
   * false, and longer while views of payloads are in use. May be called while earlier packets are still unread, also
   * from within a handler. Ignored after an error.
   */
  push(chunk: Uint8Array): void {
    if (this.error !== undefined || chunk.length === 0) return;
    if (this.chunk === undefined) this.chunk = chunk;
    else this.waiting.push(chunk);
  }

  /**
   * Moves to the next complete packet. Returns false when there is none yet. Throws MqttError when the stream breaks
   * the protocol; it returns false from then on.
   *
   * It checks everything of a PUBLISH, an acknowledgement and a ping. Of other packets it checks the fixed header:
   * their bodies are checked when they are read as an object.
   */
  next(): boolean {
    const row = this.nextRow;
    if (row < this.rowStop) {
      this.row = row;
      this.nextRow = row + ROW_WORDS;
      return true;
    }
    if (this.nextAck < this.ackEnd) {
      this.takeAcknowledgement();
      return true;
    }
    return this.advance();
  }

  /** Forgets the stream: unread and incomplete packets, the error, and what a CONNECT has set. */
  reset(): void {
    this.stop();
    this.error = undefined;
    this.connected = false;
    this.settings = packetSettings(this.options);
    this.applySettings();
  }

  /** @internal */
  releaseRows(): void {
    const shared = this.kernel.memory.words;
    if (this.rows !== shared) return;
    const rowCount = this.rowEnd - this.nextRow;
    const ackCount = this.ackEnd - this.nextAck;
    const own = new Int32Array(ROW_WORDS + rowCount + ackCount);
    own.set(shared.subarray(this.row, this.row + ROW_WORDS), 0);
    own.set(shared.subarray(this.nextRow, this.rowEnd), ROW_WORDS);
    own.set(shared.subarray(this.nextAck, this.ackEnd), ROW_WORDS + rowCount);
    // ids may be given to other topics before these rows are read: their topics are read from the chunk
    for (let row = 0; row < ROW_WORDS + rowCount; row += ROW_WORDS) {
      own[row + TOPIC] = -1;
      if (own[row + PROPERTIES] > 0) own[row + PROPERTIES] = -1;
    }
    const moved = ROW_WORDS - this.nextRow;
    this.rows = own;
    this.row = 0;
    this.firstRow += moved;
    this.rowStop += moved;
    this.nextRow = ROW_WORDS;
    this.rowEnd = ROW_WORDS + rowCount;
    this.nextAck = this.rowEnd;
    this.ackEnd = this.nextAck + ackCount;
  }

  /** The bytes of the current packet, which start at `currentStart` of what is returned: contiguous, if they straddle. */
  protected currentBytes(): Uint8Array {
    const start = this.rows[this.row + START];
    return start >= 0 ? this.source : this.joined(start, this.rows[this.row + END]);
  }

  protected currentStart(): number {
    const start = this.rows[this.row + START];
    return start >= 0 ? this.windowStart + start : 0;
  }

  /** The bytes from `start` to `end`, counted from the window's start, as a view of the chunk if they are in one. */
  protected slice(start: number, end: number): Uint8Array {
    if (start < 0) return this.joined(start, end);
    const from = this.windowStart + start;
    const to = this.windowStart + end;
    return this.settings.copyPayload ? copyBytes(this.source, from, to) : viewBytes(this.source, from, to);
  }

  private joined(start: number, end: number): Uint8Array {
    const { carried, source, windowStart } = this;
    const early = this.carry.bytes.subarray(carried + start, carried + Math.min(end, 0));
    return joinBytes(early, source.subarray(windowStart, windowStart + Math.max(end, 0)));
  }

  /** Decodes the current packet where the kernel's rows do not hold it all; an error ends the stream. */
  protected decodeCurrent(): Packet {
    const bytes = this.currentBytes();
    const start = this.currentStart();
    const length = this.rows[this.row + END] - this.rows[this.row + START];
    try {
      return decodePacket(bytes, start, start + length, this.settings);
    } catch (error) {
      return this.fail(error);
    }
  }

  private fail(error: unknown): never {
    this.stop();
    this.error = error as MqttError;
    throw error;
  }

  private stop(): void {
    this.kernel.release(this);
    this.rows = this.kernel.memory.words;
    this.row = this.nextRow = this.rowStop = this.rowEnd = 0;
    this.nextAck = this.ackEnd = 0;
    this.state = IDLE;
    this.source = NOTHING;
    this.carried = 0;
    this.packet = undefined;
    this.chunk = undefined;
    this.waiting.length = 0;
    this.carry.clear();
    this.stream?.reset();
  }

  private applySettings(): void {
    const { protocolVersion, sender, strictness } = this.settings;
    this.scanOptions =
      (protocolVersion === 5 ? OPTION_VERSION_5 : 0) |
      (sender === 'client' ? OPTION_NO_SUBSCRIPTION_IDENTIFIER : 0) |
      (strictness === 'strict' ? OPTION_CHECK_PAYLOAD : 0) |
      (refusedTypes(this.settings) << OPTION_REFUSED_TYPES_SHIFT);
    const { maxPacketSize, maxPacketSizeBeforeConnect = maxPacketSize } = this.options;
    this.maximum = sizeLimit(this.connected ? maxPacketSize : maxPacketSizeBeforeConnect);
  }

  private advance(): boolean {
    this.packet = undefined;
    for (;;) {
      if (this.stream !== undefined) this.stream.deliver();
      if (this.nextRow < this.rowStop) {
        this.row = this.nextRow;
        this.nextRow += ROW_WORDS;
        return true;
      }
      if (this.nextAck < this.ackEnd) {
        this.takeAcknowledgement();
        return true;
      }
      switch (this.state) {
        case IDLE:
          if (!this.open()) return false;
          break;
        case SCAN_NEED_MORE:
          this.leaveWindow();
          break;
        case SCAN_HOST:
          if (this.takeHostPacket()) return true;
          break;
        case SCAN_TOPICS_FULL:
          this.kernel.flushTopics();
          this.scan();
          break;
        case SCAN_PROPERTIES_FULL:
          this.kernel.flushProperties();
          this.scan();
          break;
        default:
          this.scan();
      }
    }
  }

  /** Makes a row of the next word of the acknowledgement list. */
  private takeAcknowledgement(): void {
    const { rows } = this;
    const word = rows[this.nextAck++];
    const type = (word >> ACK_TYPE_SHIFT) & 0x0f;
    let row = ACK_ROW_WORD;
    if (rows !== this.kernel.memory.words) {
      row = 0;
      rows[row + START] = 0;
      rows[row + TOPIC] = -1;
      rows[row + PROPERTIES] = 0;
    }
    // two bytes of fixed header, and two of packet identifier unless it is a ping; no branch, it would be mispredicted
    const length = 4 - ((type & 8) >> 2);
    rows[row + FIRST_BYTE] = type << 4;
    rows[row + PACKET_IDENTIFIER] = word & 0xffff;
    rows[row + END] = length;
    rows[row + PAYLOAD_START] = length;
    this.row = row;
    this.rowStop = this.nextStop();
  }

  private nextStop(): number {
    if (this.nextAck === this.ackEnd) return this.rowEnd;
    return this.firstRow + (this.rows[this.nextAck] >>> ACK_ROW_SHIFT) * ROW_WORDS;
  }

  /** Begins with the next chunk. Returns false when there is none. */
  private open(): boolean {
    const chunk = this.chunk;
    if (chunk === undefined) {
      this.kernel.release(this);
      return false;
    }
    this.chunk = this.waiting.length === 0 ? undefined : this.waiting.shift();
    this.source = chunk;
    this.carried = 0;
    const start = this.carry.length === 0 && !this.stream?.active ? 0 : this.join();
    if (start < this.source.length || this.carried > 0) this.openWindow(start);
    return true;
  }

  /**
   * Gives the chunk first to the packet that was left incomplete. Returns where in `source` reading goes on: at its
   * end when the chunk is used up.
   */
  private join(): number {
    const { carry, source, stream } = this;
    if (stream?.active) return stream.feed(source, 0);
    let start = 0;
    try {
      start = carry.appendHeader(source, 0, this.settings);
    } catch (error) {
      return this.fail(error);
    }
    if (carry.total === 0) return source.length;
    this.checkSize(carry.bytes[0], carry.total);
    if (stream?.wants(carry.bytes[0], carry.total)) return this.beginStream(source, start);
    const end = start + carry.total - carry.length;
    if (end > source.length) {
      carry.append(source, start, source.length);
      return source.length;
    }
    if (carry.total <= CARRY_LIMIT) {
      this.carried = carry.length;
      return start;
    }
    // too large for the kernel's memory: read from memory of its own, and the rest of the chunk after it
    carry.append(source, start, end);
    if (end < source.length) this.unshift(source.subarray(end));
    this.source = carry.take();
    return 0;
  }

  /** Puts a chunk before those that wait. */
  private unshift(chunk: Uint8Array): void {
    if (this.chunk !== undefined) this.waiting.unshift(this.chunk);
    this.chunk = chunk;
  }

  private beginStream(bytes: Uint8Array, start: number): number {
    const stream = this.stream as PayloadStream;
    try {
      return stream.begin(this.carry, bytes, start, this.settings);
    } catch (error) {
      return this.fail(error);
    }
  }

  /** Copies the next part of the chunk into the kernel and scans it. */
  private openWindow(start: number): void {
    this.windowStart = start;
    this.scanFrom = -this.carried;
    this.loadWindow();
    this.scan();
  }

  private loadWindow(): void {
    const { source, windowStart, carried } = this;
    const available = source.length - windowStart;
    let size = Math.min(available, CHUNK_LIMIT);
    if (size >= LARGE_PACKET && carried === 0 && !this.wholeWindow) {
      // a remaining length of 2,048 or more has a second byte of at least 16, top bit aside from the first
      const large = source[windowStart + 1] >= 0x80 && source[windowStart + 2] >= 0x10;
      if (large) size = HEADER_WINDOW;
    }
    this.kernel.acquire(this);
    this.rows = this.kernel.memory.words;
    this.kernel.write(size === source.length ? source : source.subarray(windowStart, windowStart + size), 0);
    if (carried > 0) copyInto(this.kernel.memory.bytes, CHUNK - carried, this.carry.bytes, 0, carried);
    this.windowEnd = size;
  }

  private scan(): void {
    const { kernel } = this;
    if (this.rows !== kernel.memory.words) this.loadWindow();
    const { words } = kernel.memory;
    const available = this.source.length - this.windowStart;
    const maximum = this.stream === undefined ? this.maximum : Math.min(this.maximum, this.stream.threshold);
    const count = kernel.scan(this.scanFrom, this.windowEnd, available, this.scanOptions, maximum);
    this.state = words[HEADER_STATUS >> 2];
    this.scanFrom = words[HEADER_NEXT >> 2];
    this.firstRow = this.nextRow = ROWS_WORD;
    this.rowEnd = ROWS_WORD + count * ROW_WORDS;
    this.nextAck = ACKS_WORD;
    this.ackEnd = ACKS_WORD + words[HEADER_ACK_COUNT >> 2];
    this.rowStop = this.nextStop();
  }

  /** All packets of the window are read: goes on behind it, or keeps the incomplete one that is left. */
  private leaveWindow(): void {
    const { source } = this;
    const position = this.windowStart + this.scanFrom;
    const progressed = position > this.windowStart;
    this.carried = 0;
    this.carry.clear();
    if (position === source.length) {
      this.state = IDLE;
      return;
    }
    if (!progressed || position + CHUNK_LIMIT > source.length) {
      const headerLength = this.headerLength(source, position);
      const total = headerLength === 0 ? 0 : headerLength + remainingLengthAt(source, position);
      if (total > 0) this.checkSize(source[position], total);
      if (total === 0 || position + total > source.length) {
        this.keepRest(position, total);
        return;
      }
      if (!progressed && (this.windowEnd !== HEADER_WINDOW || this.wholeWindow)) {
        // complete, but larger than the kernel's memory for chunks
        this.state = SCAN_HOST;
        return;
      }
    }
    this.wholeWindow = !progressed;
    this.openWindow(position);
    this.wholeWindow = false;
  }

  private keepRest(position: number, total: number): void {
    const { carry, source, stream } = this;
    this.state = IDLE;
    carry.total = total;
    if (total > 0 && stream?.wants(source[position], total)) {
      // the fixed header, at most five bytes, is always there
      const bodyStart = position + this.headerLength(source, position);
      carry.append(source, position, bodyStart);
      this.beginStream(source, bodyStart);
    } else carry.append(source, position, source.length);
  }

  /** Length of the fixed header at `position`, or 0 when it is incomplete. */
  private headerLength(bytes: Uint8Array, position: number): number {
    try {
      return checkFixedHeader(bytes, position, bytes.length, this.settings);
    } catch (error) {
      return this.fail(error);
    }
  }

  /** The packet at the end of what was scanned is not one for the kernel. Returns whether it is now the current one. */
  private takeHostPacket(): boolean {
    const { rows, stream } = this;
    const start = this.scanFrom;
    const row = rows === this.kernel.memory.words ? HOST_WORD : 0;
    const bytes = start < 0 ? this.carry.bytes : this.source;
    const from = start < 0 ? 0 : this.windowStart + start;
    const headerLength = this.headerLength(bytes, from);
    const total = headerLength + remainingLengthAt(bytes, from);
    const first = bytes[from];
    this.checkSize(first, total);
    this.state = SCAN_LIST_FULL;
    this.scanFrom = start + total;
    if (stream?.wants(first, total)) {
      // what is left in there belongs to the window's first packet, which was read
      this.carry.clear();
      this.carry.total = total;
      this.carry.append(bytes, from, from + headerLength);
      this.beginStream(bytes, from + headerLength);
      return false;
    }
    rows[row + FIRST_BYTE] = first;
    rows[row + START] = start;
    rows[row + END] = start + total;
    rows[row + PACKET_IDENTIFIER] = 0;
    rows[row + TOPIC] = -1;
    rows[row + PROPERTIES] = -1;
    rows[row + PAYLOAD_START] = start + total;
    this.row = row;
    this.lookAt(first >> 4, row, headerLength);
    return true;
  }

  /** Reads what the cursor itself needs of a packet that is not in the lists. */
  private lookAt(type: number, row: number, headerLength: number): void {
    const { rows } = this;
    if ((type >= PUBLISH && type <= PUBCOMP) || type === PINGREQ || type === PINGRESP) {
      const packet = this.decodeCurrent();
      this.packet = packet;
      if (packet.cmd === 'publish') rows[row + PAYLOAD_START] -= packet.payload.length;
      if ('messageId' in packet) rows[row + PACKET_IDENTIFIER] = packet.messageId ?? 0;
      return;
    }
    const bytes = this.currentBytes();
    const start = this.currentStart();
    const body = start + headerLength;
    const end = start + rows[row + END] - rows[row + START];
    if (type === CONNECT) this.follow(connectVersion(bytes, body, end));
    else if (type > PUBCOMP && type <= UNSUBACK && body + 2 <= end) {
      rows[row + PACKET_IDENTIFIER] = (bytes[body] << 8) | bytes[body + 1];
    }
  }

  /** What comes after a CONNECT is decoded by the version that it names, and may be larger. */
  private follow(version: ProtocolVersion | 0): void {
    const changed = version !== 0 && version !== this.settings.protocolVersion;
    if (changed) this.settings = { ...this.settings, protocolVersion: version };
    if (!changed && this.connected) return;
    this.connected = true;
    this.applySettings();
  }

  private checkSize(firstByte: number, total: number): void {
    if (total <= this.maximum) return;
    this.fail(
      new MqttError('PACKET_TOO_LARGE', {
        firstByte,
        offset: 1,
        protocolVersion: this.settings.protocolVersion,
        detail: `${total} bytes, the limit is ${this.maximum}`,
      }),
    );
  }
}
