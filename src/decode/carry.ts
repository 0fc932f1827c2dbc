import { checkFixedHeader, fixedHeaderLengthAt, remainingLengthAt } from './fixed-header.ts';
import type { PacketSettings } from './options.ts';
import { copyInto } from './views.ts';

const SMALLEST_CAPACITY = 256;

/**
 * The bytes of the one packet that straddles chunks. Only those are ever copied, each of them once: the memory at
 * least doubles when it grows, and never beyond what has arrived or twice that, whatever length the packet announces.
 */
export class Carry {
  bytes = new Uint8Array(0);
  length = 0;
  /** Length of the whole packet in bytes, or 0 while its fixed header is incomplete. */
  total = 0;

  /** Length of the fixed header in bytes, or 0 while it is incomplete. */
  get headerLength(): number {
    return this.total === 0 ? 0 : fixedHeaderLengthAt(this.bytes, 0);
  }

  /** Takes what chunk has from `start` to `end`. */
  append(chunk: Uint8Array, start: number, end: number): void {
    const length = this.length + end - start;
    if (length > this.bytes.length) this.grow(length);
    copyInto(this.bytes, this.length, chunk, start, end);
    this.length = length;
  }

  /**
   * Takes bytes from `start` on until the fixed header is complete, and checks it; throws MqttError. Returns how far
   * it got.
   */
  appendHeader(chunk: Uint8Array, start: number, settings: PacketSettings): number {
    while (this.total === 0) {
      const headerLength = checkFixedHeader(this.bytes, 0, this.length, settings);
      if (headerLength > 0) this.total = headerLength + remainingLengthAt(this.bytes, 0);
      else if (start === chunk.length) break;
      else this.append(chunk, start, ++start);
    }
    return start;
  }

  /** Hands over the memory, for packets of which views are given away. */
  take(): Uint8Array {
    const bytes = this.bytes.subarray(0, this.length);
    this.bytes = new Uint8Array(0);
    this.clear();
    return bytes;
  }

  clear(): void {
    this.length = 0;
    this.total = 0;
    // a large packet has passed: do not hold on to its memory
    if (this.bytes.length > 65_536) this.bytes = new Uint8Array(0);
  }

  private grow(length: number): void {
    const wanted = Math.max(2 * length, SMALLEST_CAPACITY);
    const capacity = this.total === 0 ? wanted : Math.max(length, Math.min(wanted, this.total));
    const bytes = new Uint8Array(capacity);
    bytes.set(this.bytes.subarray(0, this.length));
    this.bytes = bytes;
  }
}
