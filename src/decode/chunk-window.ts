import { CARRY_LIMIT, CHUNK, CHUNK_LIMIT } from '../../assembly/layout.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { Carry } from './carry.ts';
import { copyBytes, copyInto, joinBytes, Viewer } from './views.ts';

const NOTHING = new Uint8Array(0);

/**
 * When a window starts with a packet of this many bytes or more, only its header is copied into the kernel: copying
 * 2 KiB costs 45 to 90 ns, more than all the rest of a PUBLISH (`npm run bench -- decode`).
 */
const LARGE_PACKET = 2048;
const HEADER_SIZE = 512;

/**
 * The part of a chunk that the kernel sees at a time. Positions in rows count from where it starts, and are negative
 * in a packet that began in earlier chunks.
 */
export class ChunkWindow {
  /** The chunk being read, and where in it the window starts. */
  source: Uint8Array = NOTHING;
  start = 0;
  /** Bytes that were copied into the kernel; packets may reach beyond. */
  size = 0;
  /** Whether it is as large as can be, not only as large as the header of a large packet. */
  isFull = true;
  /** Bytes of the first packet that came with earlier chunks. */
  carried = 0;
  /** A chunk that was read straight into the kernel's memory. */
  inPlace: Uint8Array | undefined = undefined;
  /** The packet that straddles chunks. */
  readonly carry = new Carry();
  private readonly viewer = new Viewer();

  /** Copies the bytes into the kernel: all that fit if `full`. */
  load(kernel: Kernel, full: boolean): void {
    const { source, start, carried } = this;
    let size = Math.min(source.length - start, CHUNK_LIMIT);
    if (source === this.inPlace) {
      // all of it is there, so that it is one window
      this.isFull = true;
      this.size = size;
      if (carried > 0) copyInto(kernel.memory.bytes, CHUNK - carried, this.carry.bytes, 0, carried);
      return;
    }
    // a remaining length of 2,048 or more has a second byte of at least 16, top bit aside from the first
    const isLarge = size >= LARGE_PACKET && source[start + 1] >= 0x80 && source[start + 2] >= 0x10;
    this.isFull = full || carried > 0 || !isLarge;
    if (!this.isFull) size = HEADER_SIZE;
    // without a view of the rest where the whole chunk may be copied: what precedes the window does no harm there
    if (start + size === source.length && start <= CARRY_LIMIT) kernel.write(source, -start);
    else kernel.write(source.subarray(start, start + size), 0);
    if (carried > 0) copyInto(kernel.memory.bytes, CHUNK - carried, this.carry.bytes, 0, carried);
    this.size = size;
  }

  /** The bytes from `start` to `end` as a view of the chunk, or as a copy if they straddle chunks or one is wanted. */
  slice(start: number, end: number, copy: boolean): Uint8Array {
    if (start < 0) return this.joined(start, end);
    if (copy) return copyBytes(this.source, this.start + start, this.start + end);
    return this.viewer.view(this.source, this.start + start, this.start + end);
  }

  /** Bytes that hold those from `start` to `end` in one piece; `offsetOf(start)` is where they begin in there. */
  contiguous(start: number, end: number): Uint8Array {
    return start < 0 ? this.joined(start, end) : this.source;
  }

  offsetOf(start: number): number {
    return start < 0 ? 0 : this.start + start;
  }

  /** The chunk from `start` on, which other chunks may come before. */
  rest(start: number): Uint8Array {
    const { source } = this;
    return source === this.inPlace ? copyBytes(source, start, source.length) : source.subarray(start);
  }

  /** Lets go of the chunk. */
  clear(): void {
    this.source = NOTHING;
    this.inPlace = undefined;
    this.viewer.clear();
  }

  private joined(start: number, end: number): Uint8Array {
    const { carried, source } = this;
    const early = this.carry.bytes.subarray(carried + start, carried + Math.min(end, 0));
    return joinBytes(early, source.subarray(this.start, this.start + Math.max(end, 0)));
  }
}
