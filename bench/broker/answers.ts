import type { Socket } from 'node:net';

const SLAB = 1 << 18;

/** First bytes of acknowledgements. */
export const PUBLISH = 0x30;
export const PUBACK = 0x40;
export const PUBREC = 0x50;
export const PUBREL = 0x62;
export const PUBCOMP = 0x70;

/** Acknowledgements that are sent with one write, of one socket after the other. */
class Answers {
  #slab = Buffer.allocUnsafeSlow(SLAB);
  #start = 0;
  #end = 0;

  add(firstByte: number, messageId: number): void {
    if (this.#end + 4 > SLAB) this.#renew();
    const slab = this.#slab;
    const end = this.#end;
    slab[end] = firstByte;
    slab[end + 1] = 2;
    slab[end + 2] = messageId >> 8;
    slab[end + 3] = messageId & 255;
    this.#end = end + 4;
  }

  flush(socket: Socket): void {
    if (this.#end === this.#start) return;
    socket.write(this.#slab.subarray(this.#start, this.#end));
    this.#start = this.#end;
  }

  /** What was written may still have to be sent, so a new slab is taken. */
  #renew(): void {
    const slab = Buffer.allocUnsafeSlow(SLAB);
    this.#end = this.#slab.copy(slab, 0, this.#start, this.#end);
    this.#start = 0;
    this.#slab = slab;
  }
}

export const answers = new Answers();
