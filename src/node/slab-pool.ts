import { platform } from '../encode/platform.ts';

/** Bytes of a slab that holds what most connections are sent in one turn. */
export const SMALL_SLAB = 1_024;
/** Bytes of a slab for those that are sent more. */
export const LARGE_SLAB = 65_536;

/** Memory that packets are written to on their way to a socket. */
export interface Slab {
  readonly bytes: Uint8Array;
  /** The same as `bytes.buffer`, which takes longer to get than to make a view of. */
  readonly memory: ArrayBufferLike;
  /** The slab may be used again when the stream has taken so many bytes of all it was handed. */
  mark: number;
}

const DEFAULT_LIMIT = 4_194_304;

export function slabOf(bytes: Uint8Array): Slab {
  return { bytes, memory: bytes.buffer, mark: 0 };
}

/**
 * Slabs that wait to be used again, by the `PacketWriter`s of one thread. The slab that came back last is the next to
 * go, because the processor still has it in its cache.
 */
export class SlabPool {
  /** Most bytes that wait here; what comes back beyond is left to the garbage collector. */
  readonly limit: number;
  readonly #small: Slab[] = [];
  readonly #large: Slab[] = [];

  /** `limit` in bytes, default 4,194,304. Slabs that a slow socket still holds do not count. */
  constructor(limit = DEFAULT_LIMIT) {
    this.limit = limit;
  }

  /** Bytes that wait to be used again, `limit` at most. */
  get idleBytes(): number {
    return this.#small.length * SMALL_SLAB + this.#large.length * LARGE_SLAB;
  }

  take(size: typeof SMALL_SLAB | typeof LARGE_SLAB): Slab {
    const slab = (size === SMALL_SLAB ? this.#small : this.#large).pop();
    if (slab !== undefined) return slab;
    return slabOf(platform.allocate(size));
  }

  /** For a slab whose bytes nobody reads any more. */
  give(slab: Slab): void {
    const size = slab.bytes.length;
    if (this.idleBytes + size <= this.limit) (size === SMALL_SLAB ? this.#small : this.#large).push(slab);
  }
}

/** The pool of all writers that are given no other. */
export const sharedPool: SlabPool = /* @__PURE__ */ new SlabPool();
