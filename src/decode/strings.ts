// `Buffer` is used where the platform has it, and `utf8Slice` because it takes half the time of `TextDecoder`
// for a topic of 20 bytes (57 against 109 ns, Node 20) and needs no view of the bytes.
interface PlatformBuffer extends Uint8Array {
  utf8Slice(start: number, end: number): string;
}

interface PlatformBufferConstructor {
  new (): PlatformBuffer;
  from(memory: ArrayBufferLike, offset: number, length: number): PlatformBuffer;
  readonly prototype: PlatformBuffer;
}

const BufferHere = (globalThis as unknown as { Buffer?: PlatformBufferConstructor }).Buffer;
const hasUtf8Slice = typeof BufferHere?.prototype.utf8Slice === 'function';

// The BOM is part of the string (MQTT-1.5.4-3).
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** `bytes` as a `Buffer` where the platform has one; the same memory, not a copy. */
export function platformView(bytes: Uint8Array): Uint8Array {
  if (BufferHere === undefined || bytes instanceof BufferHere) return bytes;
  return BufferHere.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The text of well-formed UTF-8 in `view`, which `platformView` made. */
export function sliceText(view: Uint8Array, start: number, end: number): string {
  if (start === end) return '';
  if (hasUtf8Slice) return (view as PlatformBuffer).utf8Slice(start, end);
  return decoder.decode(view.subarray(start, end));
}
