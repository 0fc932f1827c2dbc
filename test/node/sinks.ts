import { Writable } from 'node:stream';
import { type PublishDelivery, PublishTemplate } from '../../src/encode/index.ts';
import { LARGE_SLAB, SlabPool } from '../../src/node/slab-pool.ts';
import type { EncodablePublish } from '../../src/protocol/packets.ts';

/** A stream that copies what it is written at once, as an operating system with enough room does, and counts. */
export class QuickSink extends Writable {
  writes = 0;
  readonly copies: Buffer[] = [];

  override _write(chunk: Buffer, _: unknown, callback: () => void): void {
    this.take([chunk], callback);
  }

  override _writev(chunks: { chunk: Buffer }[], callback: () => void): void {
    this.take(
      chunks.map(({ chunk }) => chunk),
      callback,
    );
  }

  /** One write to the operating system. */
  protected take(chunks: Buffer[], callback: () => void): void {
    this.writes++;
    this.copy(chunks);
    callback();
  }

  protected copy(chunks: Buffer[]): void {
    for (const chunk of chunks) this.copies.push(Buffer.from(chunk));
  }

  get received(): Buffer {
    return Buffer.concat(this.copies);
  }
}

/** A stream that reads the bytes later, just before it calls them written: whoever used them again is found out. */
export class SlowSink extends QuickSink {
  /** Writes that are not finished; each call finishes one. */
  readonly unfinished: (() => void)[] = [];

  protected override take(chunks: Buffer[], callback: () => void): void {
    this.writes++;
    this.unfinished.push(() => {
      this.copy(chunks);
      callback();
    });
  }

  finish(): void {
    this.unfinished.shift()?.();
  }
}

/** Counts the slabs there are, and spoils those that come back: whoever still reads from them is found out. */
export class CountingPool extends SlabPool {
  readonly seen = new Set<Uint8Array>();
  taken = 0;
  mostIdleBytes = 0;

  override take(size: Parameters<SlabPool['take']>[0]): ReturnType<SlabPool['take']> {
    const slab = super.take(size);
    this.seen.add(slab.bytes);
    this.taken++;
    return slab;
  }

  override give(slab: Parameters<SlabPool['give']>[0]): void {
    slab.bytes.fill(0xdd);
    super.give(slab);
    this.mostIdleBytes = Math.max(this.mostIdleBytes, this.idleBytes);
  }

  /** Slabs that are in nobody's hands. */
  get idle(): number {
    const large = Math.floor(this.idleBytes / LARGE_SLAB);
    return large + (this.idleBytes - large * LARGE_SLAB) / 1024;
  }
}

export function publish(payload: string | Uint8Array, topic = 't'): EncodablePublish {
  return { cmd: 'publish', topic, payload };
}

export function template(payload: string | Uint8Array): PublishTemplate {
  return new PublishTemplate(publish(payload));
}

export const AT_LEAST_ONCE: PublishDelivery = { qos: 1, messageId: 7 };

/** Resolves in a later turn of the event loop. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
