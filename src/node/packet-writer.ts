import { encode, encodeAt } from '../encode/encode.ts';
import { describe, fail } from '../encode/fail.ts';
import { type EncodeOptions, encodeSettings } from '../encode/options.ts';
import { isBytes } from '../encode/bytes.ts';
import { NO_BYTES, platform } from '../encode/platform.ts';
import type { PublishDelivery } from '../encode/publish.ts';
import { LARGE_PAYLOAD, PublishTemplate } from '../encode/publish-template.ts';
import type { EncodablePacket } from '../protocol/packets.ts';
import { copiesBytes, isClosed, needsDrain, type PacketSink } from './packet-sink.ts';
import { LARGE_SLAB, SMALL_SLAB, type Slab, type SlabPool, sharedPool } from './slab-pool.ts';

/** Options of `PacketWriter`. All are optional. */
export interface PacketWriterOptions {
  /**
   * Called with a function that flushes the writer, once for all packets until then. Default `process.nextTick`, or
   * `queueMicrotask` where there is none. `setImmediate` also joins what many sockets cause to be sent in one turn.
   */
  schedule?: ((flush: () => void) => void) | undefined;
  /**
   * Whether memory is used again as soon as the stream calls it written. Default: only for sockets of the operating
   * system, known by their `setNoDelay`. Not for a stream that keeps or passes on the chunks it was given.
   */
  reuse?: boolean | undefined;
  /** Where that memory waits meanwhile. Default: one pool for all writers of the thread. */
  pool?: SlabPool | undefined;
}

interface Chunk {
  readonly bytes: Uint8Array;
  readonly slab: Slab | undefined;
}

const NO_SLAB: Slab = { bytes: NO_BYTES, memory: NO_BYTES.buffer, mark: 0 };

/** So many bytes are written before the turn ends: more of them at once cost no less. */
const FLUSH_SIZE = LARGE_SLAB;

const { process: nodeProcess } = globalThis as { process?: { nextTick?: (run: () => void) => void } };
const atEndOfTurn = nodeProcess?.nextTick ?? queueMicrotask;

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

  /** Whether the stream has ended or broken, or `end` or `destroy` was called: what is written is dropped. */
  get closed(): boolean {
    return this.#isEnded || isClosed(this.#sink);
  }

  /**
   * Encodes a packet behind the others. Returns false if the writer is `closed` and the packet was dropped, or if
   * the socket is full: the packet will leave, but the next should wait for the socket's event `drain`.
   * Throws as `encode` does; nothing of the packet is written then.
   */
  write(packet: EncodablePacket, options?: EncodeOptions): boolean {
    if (this.#isUnwritable()) return false;
    if (hasLargePayload(packet)) return this.writeTemplate(new PublishTemplate(packet, options), packet);
    if (this.#slab === NO_SLAB) this.#takeSlab(this.#isBusy ? LARGE_SLAB : SMALL_SLAB);
    let end = this.#encode(packet, options);
    if (end > this.#slab.bytes.length) {
      const length = end - this.#used;
      if (length >= LARGE_PAYLOAD) return this.#append(encode(packet, options));
      this.#makeRoom(length);
      end = this.#encode(packet, options);
      if (end > this.#slab.bytes.length) {
        fail('FIELD_INVALID', encodeSettings(options).none, 'the packet changed while it was encoded');
      }
    }
    this.#used = end;
    return !needsDrain(this.#sink);
  }

  /** Writes the PUBLISH of a template with the QoS, flags and packet identifier given here. Otherwise as `write`. */
  writeTemplate(template: PublishTemplate, delivery: PublishDelivery = {}): boolean {
    if (this.#isUnwritable()) return false;
    const isLarge = template.payloadLength >= LARGE_PAYLOAD;
    const length = template.length(delivery.qos) - (isLarge ? template.payloadLength : 0);
    if (length >= LARGE_PAYLOAD) {
      ...
    }
  }
}
