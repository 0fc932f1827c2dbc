import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CHUNK, CHUNK_LIMIT } from '../../assembly/layout.ts';
import { Decoder } from '../../src/decode/decoder.ts';
import type { DecoderOptions } from '../../src/decode/options.ts';
import { encode } from '../../src/encode/index.ts';
import { ForwardingDecoder } from '../../src/forward/forwarding-decoder.ts';
import { createForwardKernel } from '../../src/kernel/forward/choice.ts';
import type { Packet } from '../../src/protocol/packets.ts';
import { anyInput, validPackets } from '../fuzz/inputs.ts';
import { byteByByte, cut, type Events } from '../fuzz/stream.ts';
import { describeError, plain, runs } from '../fuzz/support.ts';
import { KERNELS as NAMES } from './server.ts';

// A decoder whose chunks are read straight into the kernel's memory gives what one gives that is handed the chunks.

const KERNELS = NAMES.map((name) => createForwardKernel(name));

interface Reader {
  push(chunk: Uint8Array): void;
  readonly decoder: Decoder;
}

function inPlace(options: DecoderOptions, kernel = KERNELS[0]): Reader {
  const passNothingOn = (_: ForwardingDecoder, row: number): number => row;
  const decoder = new ForwardingDecoder({ ...options, copyPayload: true }, kernel, passNothingOn);
  return {
    decoder,
    push(chunk) {
      kernel.memory.bytes.set(chunk, CHUNK);
      decoder.pushInPlace(chunk.length);
    },
  };
}

function handedOver(options: DecoderOptions): Reader {
  const decoder = new Decoder({ ...options, copyPayload: true });
  return { decoder, push: (chunk) => decoder.push(Buffer.from(chunk)) };
}

function events(reader: Reader, chunks: readonly Uint8Array[]): Events {
  const packets: Packet[] = [];
  let error: string | undefined;
  for (const chunk of chunks) {
    if (chunk.length === 0) continue;
    reader.push(chunk);
    try {
      while (reader.decoder.next()) packets.push(reader.decoder.read());
    } catch (thrown) {
      error ??= describeError(thrown);
    }
  }
  return { packets: packets.map(plain), error };
}

describe.each(KERNELS)('kernel $name', (kernel) => {
  test('any input, in any chunks', () => {
    const property = fc.property(
      anyInput,
      fc.constantFrom(undefined, 'client' as const, 'server' as const),
      fc.array(fc.nat(), { maxLength: 8 }),
      ({ bytes, version }, sender, positions) => {
        const options = { protocolVersion: version, sender };
        const chunks = cut(bytes, positions);
        expect(events(inPlace(options, kernel), chunks)).toEqual(events(handedOver(options), chunks));
      },
    );
    fc.assert(property, { numRuns: runs(400) });
  });

  test('byte by byte', () => {
    const property = fc.property(validPackets, ({ bytes, version }) => {
      const options = { protocolVersion: version };
      const chunks = byteByByte(bytes);
      expect(events(inPlace(options, kernel), chunks)).toEqual(events(handedOver(options), chunks));
    });
    fc.assert(property, { numRuns: runs(60) });
  });

  test('large packets, cut anywhere', () => {
    const sizes = [0, 100, 2000, 2100, 16_300, 16_400, 40_000, 65_530, 70_000, 200_000];
    const property = fc.property(
      fc.array(fc.constantFrom(...sizes), { minLength: 1, maxLength: 5 }),
      fc.array(fc.nat(), { maxLength: 6 }),
      (lengths, positions) => {
        const bytes = Buffer.concat(
          lengths.map((length, i) =>
            encode({ cmd: 'publish', topic: `topic/${i}`, payload: Buffer.alloc(length, i + 1) }),
          ),
        );
        const chunks = cut(bytes, positions).flatMap((chunk) =>
          Array.from({ length: Math.ceil(chunk.length / CHUNK_LIMIT) }, (_, i) =>
            chunk.subarray(i * CHUNK_LIMIT, (i + 1) * CHUNK_LIMIT),
          ),
        );
        const { packets } = events(inPlace({}, kernel), chunks);
        expect(packets.length).toBe(lengths.length);
        expect(packets).toEqual(events(handedOver({}), chunks).packets);
      },
    );
    fc.assert(property, { numRuns: runs(60) });
  });

  test('many connections in turn', () => {
    const streams = Array.from({ length: 20 }, (_, i) =>
      Buffer.concat(
        Array.from({ length: 30 }, (_, j) =>
          encode({ cmd: 'publish', topic: `a/${i}/${j}`, payload: 'x'.repeat(i * j) }),
        ),
      ),
    );
    const readers = streams.map(() => inPlace({}, kernel));
    const found: string[][] = streams.map(() => []);
    const longest = Math.max(...streams.map(({ length }) => length));
    for (let at = 0; at < longest; at += 777) {
      for (const [i, stream] of streams.entries()) {
        const piece = stream.subarray(at, at + 777);
        found[i].push(...events(readers[i], [piece]).packets);
      }
    }
    for (const [i, stream] of streams.entries())
      expect(found[i]).toEqual(events(handedOver({}), [stream]).packets);
  });
});
