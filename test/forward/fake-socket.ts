import { Duplex } from 'node:stream';

/**
 * A stream that looks like a socket. It takes what is written to it at once, as an operating system with enough room
 * does; or, while it is held, keeps references only and copies the bytes when it is released: memory that was used again
 * too early shows up as other bytes.
 */
export class FakeSocket extends Duplex {
  /** Writes to the operating system. */
  writes = 0;
  /** Called whenever bytes were taken, before `write` returns if the socket is not held. */
  onTaken: (() => void) | undefined = undefined;
  private readonly pieces: Buffer[] = [];
  private held: { chunks: Uint8Array[]; callback: (error?: Error) => void } | undefined = undefined;
  private isHeld = false;
  private readonly unread: Buffer[] = [];
  private isPausedByReader = false;

  /** All that was taken so far. */
  get taken(): Buffer {
    return Buffer.concat(this.pieces);
  }

  get takenLength(): number {
    return this.pieces.reduce((sum, piece) => sum + piece.length, 0);
  }

  /** From now on nothing is taken. */
  hold(): void {
    this.isHeld = true;
  }

  /** Takes what was held back, and all that comes. */
  release(): void {
    this.isHeld = false;
    this.takeHeld();
  }

  /** Takes what is being written, but nothing after that. */
  takeOnce(): void {
    this.takeHeld();
  }

  /** The operating system fails to write what was held back. */
  breakDown(error: Error): void {
    const { held } = this;
    this.held = undefined;
    if (held === undefined) this.destroy(error);
    else held.callback(error);
  }

  /** Bytes arrive; listeners of `data` have seen them when this returns. Waits while reading is paused. */
  arrive(bytes: Uint8Array): void {
    // memory of its own, as each chunk of a socket has
    const chunk = Buffer.from(bytes);
    if (this.isPausedByReader) this.unread.push(chunk);
    else if (!this.destroyed) this.emit('data', chunk);
  }

  /** The peer ends the stream. */
  arriveEnd(): void {
    if (!this.destroyed) this.emit('end');
  }

  override pause(): this {
    this.isPausedByReader = true;
    return this;
  }

  override resume(): this {
    this.isPausedByReader = false;
    while (!this.isPausedByReader && this.unread.length > 0) this.emit('data', this.unread.shift());
    return this;
  }

  override isPaused(): boolean {
    return this.isPausedByReader;
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  override _read(): void {}

  override _write(chunk: Uint8Array, _encoding: BufferEncoding, callback: (error?: Error) => void): void {
    this.begin([chunk], callback);
  }

  override _writev(chunks: { chunk: Uint8Array }[], callback: (error?: Error) => void): void {
    this.begin(
      chunks.map(({ chunk }) => chunk),
      callback,
    );
  }

  /** The stream was ended, and all has been taken: the peer ends it too, so that it closes. */
  override _final(callback: () => void): void {
    callback();
    process.nextTick(() => this.destroy());
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.held = undefined;
    callback(error);
  }

  private begin(chunks: Uint8Array[], callback: (error?: Error) => void): void {
    this.writes++;
    // nothing is there to be taken of an empty write
    const isEmpty = chunks.every((chunk) => chunk.length === 0);
    if (this.isHeld && !isEmpty) this.held = { chunks, callback };
    else this.copy(chunks, callback);
  }

  private takeHeld(): void {
    const { held } = this;
    this.held = undefined;
    if (held !== undefined) this.copy(held.chunks, held.callback);
  }

  private copy(chunks: Uint8Array[], callback: (error?: Error) => void): void {
    for (const chunk of chunks) this.pieces.push(Buffer.from(chunk));
    callback();
    this.onTaken?.();
  }
}
