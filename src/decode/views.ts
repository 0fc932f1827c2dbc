interface BufferConstructorHere {
  readonly [Symbol.species]: new (memory: ArrayBufferLike, offset: number, length: number) => Uint8Array;
  allocUnsafeSlow(size: number): Uint8Array;
}

const BufferHere = (globalThis as unknown as { Buffer?: BufferConstructorHere }).Buffer;

/**
 * Makes views of memory: the class that `Buffer`'s own methods make, called directly, because `subarray` takes half
 * as long again.
 */
const View = BufferHere?.[Symbol.species] ?? Uint8Array;

/** The bytes from `start` to `end` as a view; a `Buffer` where the platform has one. */
export function viewBytes(bytes: Uint8Array, start: number, end: number): Uint8Array {
  return new View(bytes.buffer, bytes.byteOffset + start, end - start);
}

const NOTHING = new ArrayBuffer(0);

/** Makes many views of the same bytes: asking a typed array for its `buffer` takes half as long as making the view. */
export class Viewer {
  private bytes: Uint8Array | undefined = undefined;
  private memory: ArrayBufferLike = NOTHING;
  private offset = 0;

  view(bytes: Uint8Array, start: number, end: number): Uint8Array {
    if (bytes !== this.bytes) {
      this.bytes = bytes;
      this.memory = bytes.buffer;
      this.offset = bytes.byteOffset;
    }
    return new View(this.memory, this.offset + start, end - start);
  }

  /** Lets go of the bytes. */
  clear(): void {
    this.bytes = undefined;
    this.memory = NOTHING;
  }
}

/** Two pieces of bytes in new memory; a `Buffer` where the platform has one. */
export function joinBytes(first: Uint8Array, second: Uint8Array): Uint8Array {
  const bytes = allocate(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}

/** Copies of more bytes than this use `set`; a loop is faster up to here, because `set` needs a view of the source. */
const LOOP_LIMIT = 32;

/** Copies the bytes of `source` from `start` to `end` into `target` at `offset`. */
export function copyInto(
  target: Uint8Array,
  offset: number,
  source: Uint8Array,
  start: number,
  end: number,
): void {
  if (end - start <= LOOP_LIMIT) for (let i = start; i < end; i++) target[offset++] = source[i];
  else if (start === 0 && end === source.length) target.set(source, offset);
  else target.set(source.subarray(start, end), offset);
}

/** The bytes from `start` to `end` in memory of their own; a `Buffer` where the platform has one. */
export function copyBytes(bytes: Uint8Array, start: number, end: number): Uint8Array {
  const copy = allocate(end - start);
  copyInto(copy, 0, bytes, start, end);
  return copy;
}

/** Not from `Buffer`'s pool, which other data shares. */
function allocate(length: number): Uint8Array {
  return BufferHere === undefined ? new Uint8Array(length) : BufferHere.allocUnsafeSlow(length);
}
