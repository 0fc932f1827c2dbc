import {
  CARRY_LIMIT,
  CHUNK,
  CHUNK_LIMIT,
  HEADER_NEXT,
  HEADER_STATUS,
  SCAN_HOST,
  SCAN_LIST_FULL,
  SCAN_NEED_MORE,
  SCAN_PROPERTIES_FULL,
  SCAN_TOPICS_FULL,
} from '../../assembly/layout.ts';
import { sharedKernel } from '../kernel/choice.ts';
import type { MqttError } from '../protocol/errors.ts';
import { MAX_PACKET_SIZE } from '../protocol/limits.ts';
import { PACKET_TYPES, type ProtocolVersion } from '../protocol/packet-types.ts';
import type { Packet } from '../protocol/packets.ts';
import { Carry } from './carry.ts';
import { ChunkQueue } from './chunk-queue.ts';
import { connectVersion } from './connect-version.ts';
import { ConnectionState } from './connection-state.ts';
import { checkFixedHeader, remainingLengthAt } from './fixed-header.ts';
import type { DecoderOptions } from './options.ts';
import { decodePacket } from './packet.ts';
import { PayloadStream } from './payload-stream.ts';
import { END, PACKET_IDENTIFIER, PAYLOAD_START, RowReader, START } from './rows.ts';
import { copyBytes, copyInto, joinBytes, Viewer } from './views.ts';

const NOTHING = new Uint8Array(0);

/** A packet of which bytes are missing. */
export interface PendingPacket {
  readonly firstByte: number;
  /** Length of the fixed header in bytes, or 0 while it is incomplete. */
  readonly headerLength: number;
  /** Remaining length in bytes, or -1 while the fixed header is incomplete. */
  readonly remainingLength: number;
}

/** No chunk is being read. The other states are what the last scan said. */
const IDLE = -1;

/**
 * When a window of the chunk starts with a packet of this many bytes or more, only its header is copied into the
 * kernel: copying 2 KiB costs 45 to 90 ns, more than all the rest of a PUBLISH (`npm run bench -- decode`).
 */
const LARGE_PACKET = 2048;
const HEADER_WINDOW = 512;

const CONNECT = PACKET_TYPES.connect.type;
const AUTH = PACKET_TYPES.auth.type;

/**
 * Moves through the packets of a byte stream without making anything: chunk by chunk, and window by window of a chunk,
 * which the kernel scans.
 */
export class PacketCursor extends RowReader {
  /** The error that ended the stream; nothing is returned after it until `reset`. */
  error: MqttError | undefined = undefined;

  protected readonly connection: ConnectionState;
  /** The current packet as an object, when the kernel left it to `decodePacket` and it had to be looked at. */
  protected packet: Packet | undefined = undefined;
  private readonly queue = new ChunkQueue();
  private readonly carry = new Carry();
  private readonly viewer = new Viewer();
  private readonly stream: PayloadStream | undefined;
  /** The chunk being read, and where in it the kernel's window starts: positions of rows count from there. */
  private source: Uint8Array = NOTHING;
  private windowStart = 0;
  private windowSize = 0;
  /** The window is to be of full size, because its first packet has a long header. */
  private fullWindow = false;
  /** Bytes of the window's first packet that came with earlier chunks, and are in `carry`. */
  private carried = 0;
  private state = IDLE;
  /** Where the next scan starts, counted from the window's start. */
  private scanFrom = 0;

  constructor(options: DecoderOptions = {}) {
    super(sharedKernel(options.kernel));
    this.connection = new ConnectionState(options);
    this.stream = options.onPayloadChunk === undefined ? undefined : new PayloadStream(options);
  }

  /** The protocol version by which packets are decoded: the option's, then that of the CONNECT. */
  get protocolVersion(): ProtocolVersion {
    return this.connection.settings.protocolVersion;
  }

  /** Set it between chunks, when every complete packet has been read. */
  set protocolVersion(version: ProtocolVersion) {
    this.connection.useVersion(version);
  }

  /** Bytes of an incomplete packet that wait for the rest of it. */
  get pendingBytes(): number {
    return this.carry.length;
  }

  /** What is known of the incomplete packet, if there is one. */
  get pendingPacket(): PendingPacket | undefined {
    const { bytes, headerLength, length, total } = this.carry;
    if (length === 0) return undefined;
    const remainingLength = total === 0 ? -1 : total - headerLength;
    return { firstByte: bytes[0], headerLength, remainingLength };
  }

  /**
   * Takes the next bytes of the stream. They are not copied: they must stay as they are until `next` has returned
   * false, and longer while views of payloads are in use. May be called while earlier packets are still unread, also
   * from within a handler. Ignored after an error.
   */
  push(chunk: Uint8Array): void {
    if (this.error === undefined && chunk.length > 0) this.queue.push(chunk);
  }

  /**
   * Moves to the next complete packet. Returns false when there is none yet. Throws MqttError when the stream breaks
   * the protocol; it returns false from then on.
   *
   * It checks everything of a PUBLISH, an acknowledgement and a ping. Of other packets it checks the fixed header:
   * their bodies are checked when they are read as an object.
   */
  next(): boolean {
    return this.nextListed() || this.advance();
  }

  /** Forgets the stream: unread and incomplete packets, the error, and what a CONNECT has set. */
  reset(): void {
    this.stop();
    this.error = undefined;
    this.connection.reset();
  }

  /** The bytes from `start` to `end`, counted from the window's start, as a view of the chunk if they are in one. */
  protected slice(start: number, end: number): Uint8Array {
    if (start < 0) return this.joined(start, end);
    const { source, windowStart } = this;
    if (this.connection.settings.copyPayload)
      return copyBytes(source, windowStart + start, windowStart + end);
    return this.viewer.view(source, windowStart + start, windowStart + end);
  }

  /** The bytes of the current packet, which start at `currentStart` of what is returned; joined if they straddle. */
  protected currentBytes(): Uint8Array {
    const start = this.rows[this.row + START];
    return start >= 0 ? this.source : this.joined(start, this.rows[this.row + END]);
  }

  protected currentStart(): number {
    const start = this.rows[this.row + START];
    return start >= 0 ? this.windowStart + start : 0;
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
      return decodePacket(bytes, start, start + length, this.connection.settings);
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
    this.dropLists();
    this.letGo();
    this.queue.clear();
    this.carry.clear();
    this.stream?.reset();
    this.packet = undefined;
    this.carried = 0;
    this.state = IDLE;
  }

  /** Thousands of idle connections must not hold on to their last chunks. */
  private letGo(): void {
    this.kernel.release(this);
    this.source = NOTHING;
    this.viewer.clear();
  }

  private advance(): boolean {
    this.packet = undefined;
    for (;;) {
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
      // a piece of payload precedes whatever is listed after it
      if (this.stream !== undefined) this.stream.deliver();
      if (this.nextListed()) return true;
    }
  }

  /** Begins with the next chunk. Returns false when there is none. */
  private open(): boolean {
    const chunk = this.queue.shift();
    if (chunk === undefined) {
      this.letGo();
      return false;
    }
    this.source = chunk;
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
      start = carry.appendHeader(source, 0, this.connection.settings);
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
    if (end < source.length) this.queue.unshift(source.subarray(end));
    this.source = carry.take();
    return 0;
  }

  private beginStream(bytes: Uint8Array, start: number): number {
    const stream = this.stream as PayloadStream;
    try {
      return stream.begin(this.carry, bytes, start, this.connection.settings);
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
    if (size >= LARGE_PACKET && carried === 0 && !this.fullWindow) {
      // a remaining length of 2,048 or more has a second byte of at least 16, top bit aside from the first
      const large = source[windowStart + 1] >= 0x80 && source[windowStart + 2] >= 0x10;
      if (large) size = HEADER_WINDOW;
    }
    this.kernel.acquire(this);
    this.rows = this.kernel.memory.words;
    // without a view of the rest where the whole chunk may be copied: what precedes the window does no harm there
    if (windowStart + size === source.length && windowStart <= CARRY_LIMIT)
      this.kernel.write(source, -windowStart);
    else this.kernel.write(source.subarray(windowStart, windowStart + size), 0);
    if (carried > 0) copyInto(this.kernel.memory.bytes, CHUNK - carried, this.carry.bytes, 0, carried);
    this.windowSize = size;
  }

  private scan(): void {
    if (!this.ownsLists) this.loadWindow();
    const { connection, kernel, stream } = this;
    // the kernel counts in 32 bits, and no packet is larger
    const available = Math.min(this.source.length - this.windowStart, 2 * MAX_PACKET_SIZE);
    const maximum =
      stream === undefined ? connection.maximum : Math.min(connection.maximum, stream.threshold);
    const count = kernel.scan(this.scanFrom, this.windowSize, available, connection.scanOptions, maximum);
    this.state = this.rows[HEADER_STATUS >> 2];
    this.scanFrom = this.rows[HEADER_NEXT >> 2];
    this.startLists(count);
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
      if (!progressed && (this.windowSize !== HEADER_WINDOW || this.fullWindow)) {
        // complete, but larger than the kernel's memory for chunks
        this.state = SCAN_HOST;
        return;
      }
    }
    this.fullWindow = !progressed;
    this.openWindow(position);
    this.fullWindow = false;
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
      return checkFixedHeader(bytes, position, bytes.length, this.connection.settings);
    } catch (error) {
      return this.fail(error);
    }
  }

  /** The packet at the end of what was scanned is not one for the kernel. Returns whether it is now the current one. */
  private takeHostPacket(): boolean {
    const start = this.scanFrom;
    const bytes = start < 0 ? this.carry.bytes : this.source;
    const from = start < 0 ? 0 : this.windowStart + start;
    const headerLength = this.headerLength(bytes, from);
    const total = headerLength + remainingLengthAt(bytes, from);
    const first = bytes[from];
    this.checkSize(first, total);
    this.state = SCAN_LIST_FULL;
    this.scanFrom = start + total;
    if (this.stream?.wants(first, total)) {
      // what is left in there belongs to the window's first packet, which was read
      this.carry.clear();
      this.carry.total = total;
      this.carry.append(bytes, from, from + headerLength);
      this.beginStream(bytes, from + headerLength);
      return false;
    }
    this.startHostRow(first, start, start + total);
    const type = first >> 4;
    if (type === CONNECT) this.followConnect(headerLength);
    else if (type !== AUTH) this.decodeHostPacket();
    return true;
  }

  /** What follows a CONNECT depends on it, whether anybody reads it or not. */
  private followConnect(headerLength: number): void {
    const start = this.currentStart();
    const length = this.rows[this.row + END] - this.rows[this.row + START];
    this.connection.follow(connectVersion(this.currentBytes(), start + headerLength, start + length));
  }

  /** The kernel would not vouch for the packet: it is wrong, or only unusual. */
  private decodeHostPacket(): void {
    const { row, rows } = this;
    const packet = this.decodeCurrent();
    this.packet = packet;
    if (packet.cmd === 'publish') rows[row + PAYLOAD_START] -= packet.payload.length;
    if ('messageId' in packet) rows[row + PACKET_IDENTIFIER] = packet.messageId ?? 0;
  }

  private checkSize(firstByte: number, total: number): void {
    const error = this.connection.sizeError(firstByte, total);
    if (error !== undefined) this.fail(error);
  }
}
