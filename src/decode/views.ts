interface BufferConstructorHere {
  readonly [Symbol.species]: new (memory: ArrayBufferLike, offset: number, length: number) => Uint8Array;
  allocUnsafe(size: number): Uint8Array;
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

/** Two pieces of bytes in new memory; a `Buffer` where the platform has one. */
export function joinBytes(first: Uint8Array, second: Uint8Array): Uint8Array {
  const length = first.length + second.length;
  const bytes = BufferHere === undefined ? new Uint8Array(length) : BufferHere.allocUnsafe(length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}
