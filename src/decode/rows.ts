import {
  ACK_ROW,
  ACK_ROW_SHIFT,
  ACK_TYPE_SHIFT,
  ACKS,
  HEADER_ACK_COUNT,
  HOST_ROW,
  ROW_END,
  ROW_FIRST_BYTE,
  ROW_PACKET_IDENTIFIER,
  ROW_PAYLOAD_START,
  ROW_PROPERTIES,
  ROW_PROPERTIES_START,
  ROW_SIZE,
  ROW_START,
  ROW_TOPIC,
  ROWS,
} from '../../assembly/layout.ts';
import type { Kernel, RowHolder } from '../kernel/kernel.ts';

/** Words of a row; see `assembly/layout.ts`. */
export const FIRST_BYTE = ROW_FIRST_BYTE >> 2;
export const START = ROW_START >> 2;
export const END = ROW_END >> 2;
export const PACKET_IDENTIFIER = ROW_PACKET_IDENTIFIER >> 2;
export const TOPIC = ROW_TOPIC >> 2;
export const PROPERTIES = ROW_PROPERTIES >> 2;
export const PAYLOAD_START = ROW_PAYLOAD_START >> 2;
export const PROPERTIES_START = ROW_PROPERTIES_START >> 2;
export const ROW_WORDS = ROW_SIZE >> 2;

const ROWS_WORD = ROWS >> 2;
const ACKS_WORD = ACKS >> 2;
const HOST_WORD = HOST_ROW >> 2;
const ACK_WORD = ACK_ROW >> 2;

/**
 * Walks the two lists that a scan has filled, in wire order. The lists belong to the kernel: when another decoder needs
 * them while rows are unread, those are moved to memory of their own.
 */
export class RowReader implements RowHolder {
  protected readonly kernel: Kernel;
  /** The lists: the kernel's, or a copy. */
  protected rows: Int32Array;
  /** First word of the row of the current packet. */
  protected row = 0;
  protected nextRow = 0;
  /** Where the next acknowledgement has its place among the rows, or the end of the rows. */
  protected rowStop = 0;
  private rowEnd = 0;
  private firstRow = 0;
  private nextAck = 0;
  private ackEnd = 0;

  constructor(kernel: Kernel) {
    this.kernel = kernel;
    this.rows = kernel.memory.words;
  }

  /** Makes the next packet of the lists the current one, if there is one. */
  protected nextListed(): boolean {
    const row = this.nextRow;
    if (row < this.rowStop) {
      this.row = row;
      this.nextRow = row + ROW_WORDS;
      return true;
    }
    if (this.nextAck === this.ackEnd) return false;
    this.takeAcknowledgement();
    return true;
  }

  /** Starts to read the lists of a scan that has found `count` rows. */
  protected startLists(count: number): void {
    this.firstRow = this.nextRow = ROWS_WORD;
    this.rowEnd = ROWS_WORD + count * ROW_WORDS;
    this.nextAck = ACKS_WORD;
    this.ackEnd = ACKS_WORD + this.rows[HEADER_ACK_COUNT >> 2];
    this.rowStop = this.nextStop();
  }

  /** Forgets the lists. */
  protected dropLists(): void {
    this.rows = this.kernel.memory.words;
    this.row = this.nextRow = this.rowStop = this.rowEnd = 0;
    this.nextAck = this.ackEnd = 0;
  }

  protected get ownsLists(): boolean {
    return this.rows === this.kernel.memory.words;
  }

  /** Makes a row for a packet that is in no list, and that packet the current one. */
  protected startHostRow(firstByte: number, start: number, end: number): void {
    const { rows } = this;
    const row = this.ownsLists ? HOST_WORD : 0;
    rows[row + FIRST_BYTE] = firstByte;
    rows[row + START] = start;
    rows[row + END] = end;
    rows[row + PACKET_IDENTIFIER] = 0;
    rows[row + TOPIC] = -1;
    rows[row + PROPERTIES] = -1;
    rows[row + PAYLOAD_START] = end;
    this.row = row;
  }

  /**
   * The kernel that gives out the topic ids.
   * @internal
   */
  get topicKernel(): Kernel {
    return this.kernel;
  }

  /**
   * Writes the topic id of the current packet, then those of up to `limit` rows that follow it in the list, as far as
   * they have one. Returns their number. All are of the current topic generation.
   * @internal
   */
  collectTopics(into: Int32Array, limit: number): number {
    const { rows } = this;
    into[0] = rows[this.row + TOPIC];
    let count = 1;
    const end = Math.min(this.rowEnd, this.nextRow + limit * ROW_WORDS);
    for (let row = this.nextRow; row < end; row += ROW_WORDS) {
      const topic = rows[row + TOPIC];
      if (topic >= 0) into[count++] = topic;
    }
    return count;
  }

  /** @internal */
  releaseRows(): void {
    if (!this.ownsLists) return;
    const shared = this.rows;
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

  /** Makes a row of the next word of the acknowledgement list. */
  private takeAcknowledgement(): void {
    const { rows } = this;
    const word = rows[this.nextAck++];
    const type = (word >> ACK_TYPE_SHIFT) & 0x0f;
    let row = ACK_WORD;
    if (!this.ownsLists) {
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
}
