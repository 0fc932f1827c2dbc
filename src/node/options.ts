import type { SlabPool } from './slab-pool.ts';

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
