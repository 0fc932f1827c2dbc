import { utf8Length } from '../kernel/text.ts';

/** What the encoder takes from its platform. */
interface Platform {
  /** New bytes, of any content; a `Buffer` where there is one. */
  allocate(size: number): Uint8Array;
  /** A view of the memory of what `allocate` made. */
  view(memory: ArrayBufferLike, start: number, end: number): Uint8Array;
  /** Length of well-formed text in UTF-8 bytes. */
  utf8Length(text: string): number;
  /** Writes well-formed text as UTF-8, which must fit behind `position`; returns the position after it. */
  writeUtf8(bytes: Uint8Array, position: number, text: string): number;
}

type BufferView = new (memory: ArrayBufferLike, start: number, length: number) => Uint8Array;

interface NodeBuffer {
  readonly [Symbol.species]: BufferView;
  allocUnsafeSlow(size: number): Uint8Array;
  byteLength(text: string): number;
  prototype: { utf8Write?(this: Uint8Array, text: string, offset: number, length: number): number };
}

function nodePlatform(
  buffer: NodeBuffer,
  utf8Write: NonNullable<NodeBuffer['prototype']['utf8Write']>,
): Platform {
  // A third of the time of `subarray`, which looks at its arguments and for its memory first.
  const View = buffer[Symbol.species];
  return {
    view: (memory, start, end) => new View(memory, start, end - start),
    allocate: (size) => buffer.allocUnsafeSlow(size),
    utf8Length: (text) => buffer.byteLength(text),
    writeUtf8: (bytes, position, text) =>
      position + utf8Write.call(bytes, text, position, bytes.length - position),
  };
}

function webPlatform(): Platform {
  const encoder = new TextEncoder();
  return {
    allocate: (size) => new Uint8Array(size),
    view: (memory, start, end) => new Uint8Array(memory, start, end - start),
    utf8Length,
    writeUtf8: (bytes, position, text) =>
      position + encoder.encodeInto(text, bytes.subarray(position)).written,
  };
}

const nodeBuffer = (globalThis as unknown as { Buffer?: NodeBuffer }).Buffer;
const utf8Write = nodeBuffer?.prototype?.utf8Write;

export const platform: Platform =
  nodeBuffer && utf8Write ? nodePlatform(nodeBuffer, utf8Write) : webPlatform();

/** What is written into no bytes is only measured. */
export const NO_BYTES = platform.allocate(0);
