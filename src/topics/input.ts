import { INPUT, INPUT_LIMIT } from '../../assembly/filters/layout.ts';
import type { FilterMemory } from '../kernel/filters/filter-table.ts';
import { MAX_STRING_LENGTH } from '../protocol/limits.ts';

type WriteUtf8 = (this: Uint8Array, text: string, offset: number, length: number) => number;

interface NodeBuffer {
  readonly prototype: { readonly utf8Write?: WriteUtf8 };
}

const utf8Write = (globalThis as { Buffer?: NodeBuffer }).Buffer?.prototype?.utf8Write;
const encoder = new TextEncoder();

/** Text of so many characters is first tried as ASCII in a loop, which takes half the time then (Node 20). */
const LOOP_LENGTH = 16;

/** Whether the text is ASCII, and lies at INPUT now. */
function writeAscii(bytes: Uint8Array, text: string): boolean {
  let all = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    bytes[INPUT + i] = c;
    all |= c;
  }
  return all < 0x80;
}

/**
 * Writes text to INPUT as UTF-8. Returns its length in bytes, or -1 if that is more than a topic may have (MQTT-4.7.3-3).
 */
export function writeText(memory: FilterMemory, text: string): number {
  if (text.length > MAX_STRING_LENGTH) return -1;
  const { bytes } = memory;
  if (text.length <= LOOP_LENGTH && writeAscii(bytes, text)) return text.length;
  // `encodeInto` needs a view of the place, which makes it three times slower
  const length =
    utf8Write === undefined
      ? encoder.encodeInto(text, bytes.subarray(INPUT, INPUT + INPUT_LIMIT)).written
      : utf8Write.call(bytes, text, INPUT, INPUT_LIMIT);
  return length > MAX_STRING_LENGTH ? -1 : length;
}

// a byte order mark is part of the text (MQTT-1.5.4-3)
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** The first `length` bytes of INPUT as a string of its own, which keeps no other string in memory. */
export function readText(memory: FilterMemory, length: number): string {
  return decoder.decode(memory.bytes.subarray(INPUT, INPUT + length));
}

/** Copies bytes to INPUT. Returns their length, or -1 if that is more than a topic may have. */
export function writeBytes(memory: FilterMemory, bytes: Uint8Array): number {
  if (bytes.length > MAX_STRING_LENGTH) return -1;
  memory.bytes.set(bytes, INPUT);
  return bytes.length;
}
