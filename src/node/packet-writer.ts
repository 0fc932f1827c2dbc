import { isBytes } from '../encode/bytes.ts';
import { encode, encodeAt } from '../encode/encode.ts';
import { atEndOfTurn } from '../encode/end-of-turn.ts';
import { describe, fail } from '../encode/fail.ts';
import { type EncodeOptions, encodeSettings } from '../encode/options.ts';
import { NO_BYTES, platform } from '../encode/platform.ts';
import type { PublishDelivery } from '../encode/publish.ts';
import { LARGE_PAYLOAD, PublishTemplate } from '../encode/publish-template.ts';
import type { EncodablePacket, EncodablePublish } from '../protocol/packets.ts';
import type { PacketWriterOptions } from './options.ts';
import { copiesBytes, isClosed, needsDrain, type PacketSink } from './packet-sink.ts';
import { LARGE_SLAB, type Slab, type SlabPool, SMALL_SLAB, sharedPool, slabOf } from './slab-pool.ts';

interface Chunk {
  readonly bytes: Uint8Array;
  readonly slab: Slab | undefined;
}

// pure, so that bundlers leave it out where nobody imports PacketWriter
const NO_SLAB: Slab = /* @__PURE__ */ slabOf(NO_BYTES);

/** Once so many bytes are queued they leave before the turn ends: waiting for more would save nothing. */
const FLUSH_SIZE = 32_768;

/**
 * Packs the packets for one socket into shared memory and writes them at once when the turn of the event loop ends:
 * a write of its own costs a small packet many times what its encoding costs.
 *
 * ```ts
 * const writer = new PacketWriter(socket);
 * writer.write({ cmd: 'puback', messageId: 1 });
 * writer.write({ cmd: 'publish', topic: 'a', payload: 'b' }); // both leave in one write
 * ```
 *
 * Packets leave in the order of the calls. Payloads of 16,384 bytes or more are handed to the socket as they are, not
 * copied, so their bytes must not change any more. Nothing else should write to the socket while packets wait here.
 * Errors of the socket are its own: listen to them there.
 */
export class PacketWriter {
  readonly #sink: PacketSink;
  readonly #pool: SlabPool;
  readonly #reuses: boolean;
  readonly #schedule: (flush: () => void) => void;
  readonly #endTurn = (): void => {
    this.#isScheduled = false;
    this.flush();
  };
  readonly #onTaken = (error?: Error | null): void => {
    if (error) this.#abandon();
    else this.#collect();
  };
  /** Where packets go, from `#used` on; from `#start` on they are not in the queue yet. */
  #slab = NO_SLAB;
  #start = 0;
  #used = 0;
  /** The last time more was sent than a small slab holds. */
  #isBusy = false;
  /** Chunks for the stream, and the number of bytes in them. */
  #queue: Chunk[] = [];
  #queuedBytes = 0;
  /** Bytes that the stream was handed in all. */
  #handedOver = 0;
  /** Full slabs that the stream has not taken yet. */
  #inFlight: Slab[] = [];
  #isScheduled = false;
  #isEncoding = false;
  #isSending = false;
  #isEnded = false;

  constructor(sink: PacketSink, options: PacketWriterOptions = {}) {
    this.#sink = sink;
    this.#schedule = options.schedule ?? atEndOfTurn;
    this.#reuses = (options.reuse ?? copiesBytes(sink)) && typeof sink.writableLength === 'number';
    this.#pool = options.pool ?? sharedPool;
  }

  /** Bytes that were written here and that the stream, or the operating system behind it, has not taken yet. */
  get pendingBytes(): number {
    return this.#queuedBytes + this.#used - this.#start + (this.#sink.writableLength ?? 0);
  }

  /** Whether the stream has ended or broken, or `end` or `destroy` was called: what is written now is dropped. */
  get closed(): boolean {
    return this.#isEnded || isClosed(this.#sink);
  }

  /**
   * Encodes a packet behind the others. Returns false if the writer is `closed` and the packet was dropped, or if the
   * socket is full: the packet will leave, but the next ones should wait for the socket's event `drain`.
   * Throws as `encode` does; nothing of the packet is written then.
   */
  write(packet: EncodablePacket, options?: EncodeOptions): boolean {
    if (!this.#begin()) return false;
    if (hasLargePayload(packet)) return this.writeTemplate(new PublishTemplate(packet, options), packet);
    if (this.#slab === NO_SLAB) this.#takeSlab(this.#isBusy ? LARGE_SLAB : SMALL_SLAB);
    let end = this.#encode(packet, options);
    if (end > this.#slab.bytes.length) {
      const length = end - this.#used;
      if (length >= LARGE_PAYLOAD) return this.#append(encode(packet, options));
      this.#makeRoom(length);
      end = this.#encode(packet, options);
      if (end > this.#slab.bytes.length) failHere('the packet changed while it was encoded');
    }
    this.#used = end;
    return !needsDrain(this.#sink);
  }

  /**
   * Writes the PUBLISH of a template with this QoS, DUP, RETAIN and packet identifier. Returns and throws as `write`.
   *
   * ```ts
   * const template = new PublishTemplate({ cmd: 'publish', topic: 'a', payload: 'b' });
   * for (const writer of subscribers) writer.writeTemplate(template, { retain: false });
   * ```
   */
  writeTemplate(template: PublishTemplate, delivery?: PublishDelivery): boolean {
    if (!this.#begin()) return false;
    if (this.#slab === NO_SLAB) this.#takeSlab(this.#isBusy ? LARGE_SLAB : SMALL_SLAB);
    const isApart = template.payloadLength >= LARGE_PAYLOAD;
    let end = template.writeWithoutLargePayload(this.#slab.bytes, this.#used, delivery);
    if (end > this.#slab.bytes.length) {
      const length = end - this.#used;
      if (length < LARGE_PAYLOAD) {
        this.#makeRoom(length);
        end = template.writeWithoutLargePayload(this.#slab.bytes, this.#used, delivery);
      } else {
        this.#append(isApart ? template.header(delivery) : template.bytes(delivery));
        end = this.#used;
      }
    }
    this.#used = end;
    return isApart ? this.#append(template.payload) : !needsDrain(this.#sink);
  }

  /** Writes packets that are encoded already. Returns as `write`; throws FIELD_INVALID for anything but bytes. */
  writeBytes(bytes: Uint8Array): boolean {
    if (!isBytes(bytes)) failHere(`bytes is ${describe(bytes)}`);
    if (!this.#begin()) return false;
    if (bytes.length >= LARGE_PAYLOAD) return this.#append(bytes);
    this.#makeRoom(bytes.length);
    this.#slab.bytes.set(bytes, this.#used);
    this.#used += bytes.length;
    return !needsDrain(this.#sink);
  }

  /** Hands the packets over to the stream now. */
  flush(): void {
    if (this.#isEncoding) return; // asked for by a getter of the packet: the end of the turn will do
    if (isClosed(this.#sink)) {
      this.#abandon();
      return;
    }
    this.#seal();
    if (this.#queue.length > 0) this.#send();
    this.#collect();
  }

  /** Hands the packets over and ends the stream behind them. */
  end(): void {
    if (this.#isEnded) return;
    this.flush();
    this.#isEnded = true;
    if (!this.#isSending) this.#sink.end();
  }

  /** Drops the packets that were not handed over yet, and destroys the stream. */
  destroy(error?: Error): void {
    this.#isEnded = true;
    this.#abandon();
    this.#sink.destroy(error);
  }

  /** What every write begins with; false if it is in vain. */
  #begin(): boolean {
    if (this.#isEncoding) failHere('it writes another packet while it is encoded');
    if (this.#isEnded || isClosed(this.#sink)) return false;
    if (!this.#isScheduled) {
      this.#isScheduled = true;
      this.#schedule(this.#endTurn);
    }
    return true;
  }

  /** Writes a packet behind the others, but does not count it yet; returns where it ends. */
  #encode(packet: EncodablePacket, options: EncodeOptions | undefined): number {
    this.#isEncoding = true;
    try {
      return encodeAt(packet, this.#slab.bytes, this.#used, options);
    } finally {
      this.#isEncoding = false;
    }
  }

  #takeSlab(size: typeof SMALL_SLAB | typeof LARGE_SLAB): void {
    this.#slab = this.#pool.take(size);
    this.#slab.mark = 0;
    this.#start = 0;
    this.#used = 0;
  }

  /** Sees to it that so many bytes fit, fewer than LARGE_PAYLOAD. */
  #makeRoom(length: number): void {
    // a loop, because the stream may write here when it is handed something
    while (this.#used + length > this.#slab.bytes.length) {
      const full = this.#slab;
      const used = this.#used;
      if (full !== NO_SLAB && (full.bytes.length === LARGE_SLAB || this.#start > 0)) {
        this.#retireSlab();
      } else {
        this.#takeSlab(this.#isBusy || used + length > SMALL_SLAB ? LARGE_SLAB : SMALL_SLAB);
        this.#slab.bytes.set(full.bytes.subarray(0, used));
        this.#used = used;
        if (full !== NO_SLAB) this.#pool.give(full);
      }
    }
  }

  #retireSlab(): void {
    this.#seal();
    if (this.#reuses) this.#inFlight.push(this.#slab);
    this.#slab = NO_SLAB;
    this.#start = 0;
    this.#used = 0;
    if (this.#queuedBytes >= FLUSH_SIZE) this.#send();
  }

  /** Appends bytes that are not copied. */
  #append(bytes: Uint8Array): boolean {
    this.#seal();
    this.#queue.push({ bytes, slab: undefined });
    this.#queuedBytes += bytes.length;
    if (this.#queuedBytes >= FLUSH_SIZE) this.#send();
    return !needsDrain(this.#sink);
  }

  /** Queues what was written to the slab. */
  #seal(): void {
    const length = this.#used - this.#start;
    if (length === 0) return;
    const slab = this.#slab;
    slab.mark = Number.POSITIVE_INFINITY;
    this.#queue.push({ bytes: platform.view(slab.memory, this.#start, this.#used), slab });
    this.#queuedBytes += length;
    this.#start = this.#used;
    this.#isBusy = length > SMALL_SLAB;
  }

  /** Hands the queue over. What the stream writes here meanwhile, if it does, comes behind it. */
  #send(): void {
    if (this.#isSending) return;
    this.#isSending = true;
    try {
      while (this.#queue.length > 0) this.#handOver();
    } catch (error) {
      // part of a packet may be gone, so that nothing can follow it
      this.destroy(error as Error);
      throw error;
    } finally {
      this.#isSending = false;
    }
    if (this.#isEnded) this.#sink.end();
    this.#collect();
  }

  #handOver(): void {
    const sink = this.#sink;
    const chunks = this.#queue;
    this.#queue = [];
    const isCorked = chunks.length > 1 && sink.cork !== undefined && sink.uncork !== undefined;
    if (isCorked) sink.cork?.();
    for (const { bytes, slab } of chunks) {
      this.#queuedBytes -= bytes.length;
      this.#handedOver += bytes.length;
      if (slab !== undefined) slab.mark = this.#handedOver;
      if (this.#reuses) sink.write(bytes, this.#onTaken);
      else sink.write(bytes);
    }
    if (isCorked) sink.uncork?.();
  }

  /** Gives back the slabs that the stream has taken, as far as it takes everything in order. */
  #collect(): void {
    if (!this.#reuses || this.#isSending) return;
    const { writableLength = 0 } = this.#sink;
    const taken = this.#handedOver - writableLength;
    let slab = this.#inFlight[0];
    while (slab !== undefined && slab.mark <= taken) {
      this.#pool.give(slab);
      this.#inFlight.shift();
      slab = this.#inFlight[0];
    }
    if (this.#used === this.#start && this.#slab !== NO_SLAB && this.#slab.mark <= taken) {
      this.#pool.give(this.#slab);
      this.#slab = NO_SLAB;
      this.#start = 0;
      this.#used = 0;
    }
  }

  /** Forgets all that waits. Slabs are left to the garbage collector: the system may still read from them. */
  #abandon(): void {
    this.#queue = [];
    this.#queuedBytes = 0;
    this.#inFlight = [];
    this.#slab = NO_SLAB;
    this.#start = 0;
    this.#used = 0;
  }
}

function hasLargePayload(packet: EncodablePacket): packet is EncodablePublish {
  if (packet?.cmd !== 'publish') return false;
  const { payload } = packet;
  return (payload?.length ?? 0) >= LARGE_PAYLOAD && isBytes(payload);
}

function failHere(detail: string): never {
  fail('FIELD_INVALID', encodeSettings(undefined).none, detail);
}
