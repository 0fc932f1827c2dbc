import { EventEmitter } from 'node:events';

/**
 * The stream of a receiver that takes everything at once and adds up how much that was. To `writeToStream` it is one
 * without `cork`, which is faster: nothing would be gained by gathering what is thrown away.
 */
export class Sink extends EventEmitter {
  bytes = 0;
  /** All bytes in order, summed up while `isChecking`. */
  content = 0;
  isChecking = false;
  readonly writableLength = 0;

  write(chunk: Buffer | string): boolean {
    // topics come as strings, in ASCII
    this.bytes += chunk.length;
    if (this.isChecking) this.#check(chunk);
    return true;
  }

  destroy(error?: Error): void {
    throw error ?? new Error('a sink was destroyed');
  }

  #check(chunk: Buffer | string): void {
    let content = this.content;
    for (const byte of Buffer.from(chunk as Buffer)) content = (Math.imul(content, 31) + byte) | 0;
    this.content = content;
  }
}

/** The same with what else a stream has, as a connection needs it. It is set up like a socket, so memory is reused. */
export class DuplexSink extends Sink {
  readonly destroyed = false;
  readonly readable = true;
  readonly writable = true;
  readonly writableNeedDrain = false;

  cork(): void {}
  uncork(): void {}
  pause(): this {
    return this;
  }
  resume(): this {
    return this;
  }
  setNoDelay(): this {
    return this;
  }
  end(): this {
    return this;
  }
}
