/** The PUBLISH packets of a scenario, encoded beforehand but for the packet identifier and the number of the message. */

import type { Socket } from 'node:net';
import { frameOf } from '../broker/messages.ts';
import type { LoadQoS } from '../broker/plan.ts';

/** Bytes of a payload that are part of the head. */
const HEAD_PAYLOAD = 64;
/** A longer rest of a payload is not copied. */
const MOST_COPIED = 8192;
const SLAB = 1 << 18;

/** The bytes before the payload, and its beginning: 4 bytes are the number of the publisher and 4 that of the message. */
export interface Head {
  /** Packet identifier and number of the message are 0. */
  readonly bytes: Buffer;
  readonly sequenceOffset: number;
  /** 0 with QoS 0. */
  readonly messageIdOffset: number;
  /** With the rest of the payload. */
  readonly frameLength: number;
}

export interface FrameOptions {
  readonly qos: LoadQoS;
  readonly protocolVersion: 4 | 5;
  readonly payload: number;
}

export class Frames {
  /** What follows the head, of all messages. */
  readonly tail: Buffer;
  readonly #options: FrameOptions;
  readonly #payload: Buffer;

  constructor(options: FrameOptions) {
    this.#options = options;
    this.#payload = Buffer.alloc(options.payload, 'payload ');
    this.tail = this.#payload.subarray(HEAD_PAYLOAD);
  }

  head(topic: string, publisher: number): Head {
    const payload = this.#payload;
    payload.writeUInt32BE(publisher);
    payload.writeUInt32BE(0, 4);
    const { qos, protocolVersion } = this.#options;
    const frame = frameOf({ topic, qos, protocolVersion, messageId: 1, payload });
    const start = frame.length - payload.length;
    // 5.0 has properties, of which there are none, between them
    const messageIdOffset = qos === 0 ? 0 : start - (protocolVersion === 5 ? 3 : 2);
    const bytes = Buffer.from(frame.subarray(0, frame.length - this.tail.length));
    if (qos > 0) bytes.writeUInt16BE(0, messageIdOffset);
    return { bytes, sequenceOffset: start + 4, messageIdOffset, frameLength: frame.length };
  }
}

/** Messages that are sent with one write, of one socket after the other. */
export class Outbox {
  readonly #tail: Buffer;
  #slab = Buffer.allocUnsafeSlow(SLAB);
  #start = 0;
  #end = 0;

  constructor(tail: Buffer) {
    this.#tail = tail;
  }

  add(socket: Socket, { bytes, sequenceOffset, messageIdOffset }: Head, sequence: number, id: number): void {
    const tail = this.#tail;
    const isCopied = tail.length <= MOST_COPIED;
    if (this.#end + bytes.length + (isCopied ? tail.length : 0) > this.#slab.length)
      this.#renew(socket, bytes);
    const slab = this.#slab;
    const start = this.#end;
    slab.set(bytes, start);
    let at = start + sequenceOffset;
    slab[at] = sequence >>> 24;
    slab[at + 1] = sequence >>> 16;
    slab[at + 2] = sequence >>> 8;
    slab[at + 3] = sequence;
    if (messageIdOffset > 0) {
      at = start + messageIdOffset;
      slab[at] = id >> 8;
      slab[at + 1] = id;
    }
    this.#end = start + bytes.length;
    if (tail.length === 0) return;
    if (isCopied) {
      slab.set(tail, this.#end);
      this.#end += tail.length;
    } else {
      this.flush(socket);
      socket.write(tail);
    }
  }

  flush(socket: Socket): void {
    if (this.#end === this.#start) return;
    socket.write(this.#slab.subarray(this.#start, this.#end));
    this.#start = this.#end;
  }

  /** What was written may still have to be sent, so a new slab is taken. A head may be long because its topic is. */
  #renew(socket: Socket, { length }: Buffer): void {
    this.flush(socket);
    this.#slab = Buffer.allocUnsafeSlow(Math.max(SLAB, length + MOST_COPIED));
    this.#start = this.#end = 0;
  }
}
