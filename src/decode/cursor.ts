import {
  CARRY_LIMIT,
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
import type { Kernel } from '../kernel/kernel.ts';
import type { MqttError } from '../protocol/errors.ts';
import { MAX_PACKET_SIZE } from '../protocol/limits.ts';
import { PACKET_TYPES, type ProtocolVersion } from '../protocol/packet-types.ts';
import type { Packet } from '../protocol/packets.ts';
import { ChunkQueue } from './chunk-queue.ts';
import { ChunkWindow } from './chunk-window.ts';
import { connectVersion } from './connect-version.ts';
import { ConnectionState } from './connection-state.ts';
import { checkFixedHeader, remainingLengthAt } from './fixed-header.ts';
import type { DecoderOptions } from './options.ts';
import { decodePacket } from './packet.ts';
import { PayloadStream } from './payload-stream.ts';
import { END, PACKET_IDENTIFIER, PAYLOAD_START, RowReader, START } from './rows.ts';

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
  protected readonly window = new ChunkWindow();
  private readonly stream: PayloadStream | undefined;
  private state = IDLE;
  /** Where the next scan starts, counted from the window's start. */
  private scanFrom = 0;

  /** @param kernel For the data plane: the kernel to use, whatever the options say. Internal. */
  constructor(options: DecoderOptions = {}, kernel: Kernel = sharedKernel(options.kernel)) {
    super(kernel);
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
    return this.window.carry.length;
  }

  /** What is known of the incomplete packet, if there is one. */
  get pendingPacket(): PendingPacket | undefined {
    const { bytes, headerLength, length, total } = this.window.carry;
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

  /** Decodes the current packet where the kernel's rows do not hold it all; an error ends the stream. */
  protected decodeCurrent(): Packet {
    const start = this.rows[this.row + START];
    const end = this.rows[this.row + END];
    const offset = this.window.offsetOf(start);
    try {
      const bytes = this.window.contiguous(start, end);
      return decodePacket(bytes, offset, offset + end - start, this.connection.settings);
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
    this.window.carry.clear();
    this.stream?.reset();
    this.packet = undefined;
    this.window.carried = 0;
    this.state = IDLE;
  }

  /** Thousands of idle connections must not hold on to their last chunks. */
  private letGo(): void {
    this.kernel.release(this);
    this.window.clear();
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
    this.window.source = chunk;
    const start = this.window.carry.length === 0 && !this.stream?.active ? 0 : this.join();
    if (start < this.window.source.length || this.window.carried > 0) this.openWindow(start);
    return true;
  }

  /**
   * Gives the chunk first to the packet that was left incomplete. Returns where in `source` reading goes on: at its
   * end when the chunk is used up.
   */
  private join(): number {
    const { stream, window } = this;
    const { carry, source } = window;
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
      // what completed the header is in the chunk as well
      window.carried = carry.length - start;
      return 0;
    }
    // too large for the kernel's memory: read from memory of its own, and the rest of the chunk after it
    carry.append(source, start, end);
    if (end < source.length) this.queue.unshift(window.rest(end));
    window.source = carry.take();
    return 0;
  }

  private beginStream(bytes: Uint8Array, start: number): number {
    const stream = this.stream as PayloadStream;
    try {
      return stream.begin(this.window.carry, bytes, start, this.connection.settings);
    } catch (error) {
      return this.fail(error);
    }
  }

  /** Copies the next part of the chunk into the kernel and scans it. */
  private openWindow(start: number, full = false): void {
    this.window.start = start;
    this.scanFrom = -this.window.carried;
    this.loadWindow(full);
    this.scan();
  }

  private loadWindow(full: boolean): void {
    this.kernel.acquire(this);
    this.rows = this.kernel.memory.words;
    this.window.load(this.kernel, full);
  }

  private scan(): void {
    if (!this.ownsLists) this.loadWindow(true);
    const { connection, stream, window } = this;
    // the kernel counts in 32 bits, and no packet is larger
    const available = Math.min(window.source.length - window.start, 2 * MAX_PACKET_SIZE);
    const maximum =
      stream === undefined ? connection.maximum : Math.min(connection.maximum, stream.threshold);
    const count = this.kernel.scan(this.scanFrom, window.size, available, connection.scanOptions, maximum);
    this.state = this.rows[HEADER_STATUS >> 2];
    this.scanFrom = this.rows[HEADER_NEXT >> 2];
    this.startLists(count);
  }

  /** All packets of the window are read: goes on behind it, or keeps the incomplete one that is left. */
  private leaveWindow(): void {
    const { carry, source, start } = this.window;
    const position = start + this.scanFrom;
    const progressed = position > start;
    this.window.carried = 0;
    carry.clear();
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
      if (!progressed && this.window.isFull) {
        // complete, but larger than the kernel's memory for chunks
        this.state = SCAN_HOST;
        return;
      }
    }
    this.openWindow(position, !progressed);
  }

  private keepRest(position: number, total: number): void {
    const { stream } = this;
    const { carry, source } = this.window;
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
    const { stream, window } = this;
    const start = this.scanFrom;
    const bytes = start < 0 ? window.carry.bytes : window.source;
    const from = window.offsetOf(start);
    const headerLength = this.headerLength(bytes, from);
    const total = headerLength + remainingLengthAt(bytes, from);
    const first = bytes[from];
    this.checkSize(first, total);
    this.state = SCAN_LIST_FULL;
    this.scanFrom = start + total;
    if (stream?.wants(first, total)) {
      const { carry } = window;
      // what is left in there belongs to the window's first packet, which was read
      carry.clear();
      carry.total = total;
      carry.append(bytes, from, from + headerLength);
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
    const start = this.rows[this.row + START];
    const end = this.rows[this.row + END];
    const offset = this.window.offsetOf(start);
    const bytes = this.window.contiguous(start, end);
    this.connection.follow(connectVersion(bytes, offset + headerLength, offset + end - start));
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
