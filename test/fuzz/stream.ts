import { Decoder } from '../../src/decode/decoder.ts';
import type { DecoderOptions } from '../../src/decode/options.ts';
import type { Packet } from '../../src/protocol/packets.ts';
import { describeError, plain } from './support.ts';

/** What a decoder made of a stream: packets, then how it ended. */
export interface Events {
  packets: string[];
  /** Code, place and message of the error, or `undefined`. */
  error: string | undefined;
}

/** Pushes the chunks one by one and reads every packet as soon as it is there. */
export function streamed(chunks: readonly Uint8Array[], options: DecoderOptions): Events {
  const decoder = new Decoder(options);
  const packets: Packet[] = [];
  let error: string | undefined;
  for (const chunk of chunks) {
    // A copy, as a socket would give it: what a packet views must be its own chunk, or memory of its own.
    decoder.push(chunk.slice());
    try {
      while (decoder.next()) packets.push(decoder.read());
    } catch (thrown) {
      error ??= describeError(thrown);
    }
  }
  // Written down at the end, so that a packet whose bytes were used again is found.
  return { packets: packets.map(plain), error };
}

/** The same with all chunks pushed before anything is read. */
export function pushedAhead(chunks: readonly Uint8Array[], options: DecoderOptions): Events {
  const decoder = new Decoder(options);
  for (const chunk of chunks) decoder.push(chunk);
  const packets: Packet[] = [];
  try {
    for (const packet of decoder) packets.push(packet);
  } catch (thrown) {
    return { packets: packets.map(plain), error: describeError(thrown) };
  }
  return { packets: packets.map(plain), error: undefined };
}

/** The bytes in chunks that end at the given positions, in any order; the last chunk ends with the bytes. */
export function cut(bytes: Uint8Array, positions: readonly number[]): Uint8Array[] {
  const ends = [...new Set(positions.map((position) => position % (bytes.length + 1)))].sort((a, b) => a - b);
  const chunks = ends.map((end, i) => bytes.subarray(ends[i - 1] ?? 0, end));
  return [...chunks, bytes.subarray(ends[ends.length - 1] ?? 0)];
}

export function byteByByte(bytes: Uint8Array): Uint8Array[] {
  return Array.from(bytes, (_, i) => bytes.subarray(i, i + 1));
}
