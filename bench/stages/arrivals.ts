import { PUBLISH } from '../broker/answers.ts';
import { fail } from '../broker/link.ts';
import type { Burst } from './burst.ts';

/** Compares what one receiver gets with what was sent, byte by byte but for the packet identifiers, which it acknowledges. */
export class Arrivals {
  /** Messages that have come. */
  count = 0;
  readonly #burst: Burst;
  readonly #acknowledge: ((messageId: number) => void) | undefined;

  /** `acknowledge` is called with the packet identifiers of messages with QoS 1. */
  constructor(burst: Burst, acknowledge: ((messageId: number) => void) | undefined) {
    this.#burst = burst;
    this.#acknowledge = acknowledge;
  }

  /** Takes whole messages from `start` on; overwrites their packet identifiers. Returns where the first one begins that is not whole. */
  take(bytes: Buffer, start: number, end: number): number {
    const { frames, frameLength } = this.#burst;
    let p = start;
    while (end - p >= frameLength) {
      const from = (this.count * frameLength) % frames.length;
      const length = Math.min(end - p - ((end - p) % frameLength), frames.length - from);
      if (this.#acknowledge !== undefined) this.#identify(bytes, p, p + length, from);
      if (frames.compare(bytes, p, p + length, from, from + length) !== 0) {
        fail(`not message ${this.count} and those after it`, bytes, p, end);
      }
      this.count += length / frameLength;
      p += length;
    }
    return p;
  }

  #identify(bytes: Buffer, start: number, end: number, from: number): void {
    const { frames, frameLength, messageIdOffset } = this.#burst;
    let sent = from + messageIdOffset;
    for (let p = start; p < end; p += frameLength, sent += frameLength) {
      const at = p + messageIdOffset;
      const messageId = (bytes[at]! << 8) | bytes[at + 1]!;
      if (bytes[p] !== (PUBLISH | 2) || messageId === 0) fail('not a message with QoS 1', bytes, p, end);
      this.#acknowledge!(messageId);
      bytes[at] = frames[sent]!;
      bytes[at + 1] = frames[sent + 1]!;
    }
  }
}
