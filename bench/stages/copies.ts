/** Counts bytes that JavaScript copies. It slows down what it counts, so nothing is timed meanwhile. */
import type { Socket } from 'node:net';
import { Carry } from '../../src/decode/carry.ts';
import { ChunkWindow } from '../../src/decode/chunk-window.ts';

let copied = 0;
let joined = 0;
let depth = 0;

export function copiedBytes(): number {
  return copied;
}

/** Does what is none of the business of whoever is counted. */
export function uncounted<Result>(task: () => Result): Result {
  depth++;
  try {
    return task();
  } finally {
    depth--;
  }
}

/** Of what was read, the bytes that Node has copied to hand out several chunks as one; they are not in `copiedBytes`. */
export function joinedBytes(): number {
  return joined;
}

type Method = (this: any, ...values: any[]) => unknown;
/** How many bytes a call has copied. */
type Measure = (self: any, values: any[], result: any) => number;

/** What copies by way of another of these counts once. */
function count(target: object, name: string, measure: Measure): void {
  const method = (target as Record<string, Method>)[name];
  if (method === undefined) throw new Error(`there is no ${name} to count`);
  const counting: Method = function (...values) {
    depth++;
    try {
      const result = method.apply(this, values);
      if (depth === 1) copied += measure(this, values, result);
      return result;
    } finally {
      depth--;
    }
  };
  Object.defineProperty(target, name, { value: counting, writable: true, configurable: true });
}

const lengthOfResult: Measure = (_, __, result) => result.length;
const result: Measure = (_, __, value) => value;

/**
 * Everything by which bytes get from one place to another, into strings or out of them. What Node does inside of itself is not
 * seen here: see `watchSocket`. Not `copyWithin`, by which one of the two kernels moves bytes: what they append is counted where
 * it arrives.
 */
export function countCopies(): void {
  const TypedArray = Object.getPrototypeOf(Uint8Array.prototype) as object;
  count(TypedArray, 'set', (self, [source]) => (self instanceof Uint8Array ? source.length : 0));
  // that of Buffer makes a view
  count(Uint8Array.prototype, 'slice', lengthOfResult);
  count(Buffer.prototype, 'copy', result);
  count(Buffer.prototype, 'write', result);
  count(
    Buffer.prototype,
    'toString',
    (self, [, start = 0, end = self.length]) => Math.min(end, self.length) - start,
  );
  count(Buffer, 'concat', lengthOfResult);
  count(Buffer, 'from', (_, [source], buffer) => (source instanceof ArrayBuffer ? 0 : buffer.length));
  count(TextEncoder.prototype, 'encode', lengthOfResult);
  count(TextEncoder.prototype, 'encodeInto', (_, __, { written }) => written);
  count(TextDecoder.prototype, 'decode', (_, [bytes]) => bytes.length);
  // short ones are copied by loops there
  count(Carry.prototype, 'append', (_, [, start, end]) => end - start);
  count(ChunkWindow.prototype, 'load', (window: ChunkWindow) => {
    return window.carried + (window.source === window.inPlace ? 0 : window.size);
  });
}

/** What Node copies: chunks that were read and are handed out as one, and strings that are written. */
export function watchSocket(socket: Socket): void {
  const { push, read, write } = socket as unknown as Record<'push' | 'read' | 'write', Method>;
  let last: unknown;
  Object.assign(socket, {
    push(...values: unknown[]) {
      last = values[0];
      return push.apply(socket, values);
    },
    read(...values: unknown[]) {
      const bytes = read.apply(socket, values) as Uint8Array | null;
      if (bytes !== null && bytes !== last) joined += bytes.length;
      return bytes;
    },
    write(...values: unknown[]) {
      if (typeof values[0] === 'string') copied += Buffer.byteLength(values[0]);
      return write.apply(socket, values);
    },
  });
}
