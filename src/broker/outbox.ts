import type { Socket } from 'node:net';
import { encodedLength, encodeInto } from '../encode/index.ts';
import type { ProtocolVersion } from '../protocol/packet-types.ts';
import type { EncodablePacket } from '../protocol/packets.ts';

/** First size of a turn's buffer, in bytes: holds a handful of small packets. */
const BUFFER_SIZE = 1_024;
/** A buffer that reaches this many bytes is written before the turn ends, so that it need not grow further. */
const FLUSH_SIZE = 65_536;
/** From this many bytes on, handing over the encoded packet costs less than copying it behind others. */
const DIRECT_SIZE = 16_384;

const EMPTY = new Uint8Array(0);

/** Flushes all outboxes that were appended to in this turn of the event loop, at its end. */
export class FlushQueue {
  #waiting: Outbox[] = [];

  add(outbox: Outbox): void {
    if (this.#waiting.push(outbox) === 1) setImmediate(() => this.#flushAll());
  }

  #flushAll(): void {
    const outboxes = this.#waiting;
    this.#waiting = [];
    for (const outbox of outboxes) outbox.endTurn();
  }
}

/** Packets on their way to one socket: joined in one buffer and written once per turn. */
export class Outbox {
  readonly #socket: Socket;
  readonly #queue: FlushQueue;
  #buffer = EMPTY;
  #used = 0;
  #queued = false;

  constructor(socket: Socket, queue: FlushQueue) {
    this.#socket = socket;
    this.#queue = queue;
  }

  /** Bytes that the operating system has not taken yet. */
  get backlog(): number {
    return this.#used + this.#socket.writableLength;
  }

  /** Encodes a packet behind the others; false, and nothing sent, if it is longer than `maxLength` bytes. */
  append(packet: EncodablePacket, protocolVersion: ProtocolVersion, maxLength: number): boolean {
    const options = { protocolVersion };
    const length = encodedLength(packet, options);
    if (length > maxLength) return false;
    this.#reserve(length);
    this.#used = encodeInto(packet, this.#buffer, this.#used, options);
    return true;
  }

  /** Appends an encoded packet, which must not change any more. */
  appendEncoded(bytes: Uint8Array): void {
    if (bytes.length >= DIRECT_SIZE) {
      this.flush();
      this.#socket.write(bytes);
      return;
    }
    this.#reserve(bytes.length);
    this.#buffer.set(bytes, this.#used);
    this.#used += bytes.length;
  }

  /** For the flush queue, which no longer knows this outbox. */
  endTurn(): void {
    this.#queued = false;
    this.flush();
  }

  /** Writes now what was appended. */
  flush(): void {
    if (this.#used === 0) return;
    // The socket may still read from this buffer after write() returns: the next turn takes a new one.
    this.#socket.write(this.#buffer.subarray(0, this.#used));
    this.#buffer = EMPTY;
    this.#used = 0;
  }

  #reserve(length: number): void {
    if (this.#used > 0 && this.#used + length > FLUSH_SIZE) this.flush();
    const needed = this.#used + length;
    if (needed > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(BUFFER_SIZE, this.#buffer.length * 2, needed));
      larger.set(this.#buffer.subarray(0, this.#used));
      this.#buffer = larger;
    }
    if (!this.#queued) {
      this.#queued = true;
      this.#queue.add(this);
    }
  }
}
