import { CHUNK, CHUNK_LIMIT } from '../../assembly/layout.ts';
import { Decoder } from '../decode/decoder.ts';
import type { DecoderOptions } from '../decode/options.ts';
import { END, ROW_WORDS, START } from '../decode/rows.ts';
import { viewBytes } from '../decode/views.ts';
import type { ForwardKernel } from '../kernel/forward/forward-kernel.ts';
import type { Frame } from './frame.ts';

/** Passes on the rows from address `row` to `end`, as far as nobody else has to look at them; returns where it stopped. */
export type PassOn = (source: ForwardingDecoder, row: number, end: number) => number;

/** A decoder that hands out only the packets that the data plane does not pass on by itself. */
export class ForwardingDecoder extends Decoder {
  /** Whether there is anything to pass on without being asked. */
  forwards = true;
  private readonly passOn: PassOn;
  /** The row that was left to the reader. */
  private stoppedAt = -1;

  constructor(options: DecoderOptions, kernel: ForwardKernel, passOn: PassOn) {
    super(options, kernel);
    this.passOn = passOn;
  }

  /** Takes `length` bytes that are where the kernel reads chunks. They must all be read before anybody else uses it. */
  pushInPlace(length: number): void {
    const chunk = viewBytes(this.kernel.memory.bytes, CHUNK, CHUNK + Math.min(length, CHUNK_LIMIT));
    this.window.inPlace = chunk;
    this.push(chunk);
  }

  /** Bytes of the chunk that are in the kernel's memory. */
  get copied(): number {
    return this.window.size;
  }

  /** Address of the row of the current packet. */
  get rowAddress(): number {
    return this.row << 2;
  }

  /** Moves to the row at an address, so that its topic can be asked for. */
  standAt(row: number): void {
    this.row = row >> 2;
    this.nextRow = this.row + ROW_WORDS;
  }

  /** Whether all of the current packet is in the kernel's memory. */
  get isCopied(): boolean {
    return this.rows[this.row + END] <= this.window.size;
  }

  /** Whether the bytes of the chunk are gone after the call. */
  get isInPlace(): boolean {
    return this.window.source === this.window.inPlace;
  }

  /** Finds the parts of the current packet, a PUBLISH. */
  readFrame(frame: Frame): void {
    const start = this.rows[this.row + START];
    const end = this.rows[this.row + END];
    const offset = this.window.offsetOf(start);
    frame.read(this.window.contiguous(start, end), offset, offset + end - start, this.protocolVersion === 5);
  }

  protected override startLists(count: number): void {
    super.startLists(count);
    this.stoppedAt = -1;
  }

  protected override nextListed(): boolean {
    // as far as the next acknowledgement, so that the order is that of the wire however the stream is cut into chunks
    const { nextRow, rowStop } = this;
    if (nextRow < rowStop && nextRow !== this.stoppedAt && this.forwards) {
      this.nextRow = this.stoppedAt = this.passOn(this, nextRow << 2, rowStop << 2) >> 2;
    }
    return super.nextListed();
  }
}
