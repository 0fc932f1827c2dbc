import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Decoder } from '../../src/decode/decoder.ts';
import type { DecoderOptions } from '../../src/decode/options.ts';
import { oracleDecode } from '../oracle/index.ts';
import { hex } from '../vectors/hex.ts';
import { anyInput, GREETINGS, type Input, validPackets } from './inputs.ts';
import { byteByByte, cut, type Events, pushedAhead, streamed } from './stream.ts';
import { describeError, KERNELS, plain, runs, VERSIONS } from './support.ts';

const settings = fc.record({
  sender: fc.constantFrom(undefined, 'client' as const, 'server' as const),
  strictness: fc.constantFrom('spec' as const, 'spec' as const, 'compat' as const),
  kernel: fc.constantFrom(...KERNELS),
  copyPayload: fc.boolean(),
});
type Settings = typeof settings extends fc.Arbitrary<infer Value> ? Value : never;

const optionsOf = ({ version }: Input, chosen: Settings): DecoderOptions => ({
  protocolVersion: version,
  ...chosen,
});

/** The events of the whole input in one chunk, after they were compared with the oracle. */
function judged(input: Input, chosen: Settings): Events {
  const { sender, strictness } = chosen;
  const whole = streamed([input.bytes], optionsOf(input, chosen));
  const expected = oracleDecode(input.bytes, { version: input.version, sender, strictness });
  expect(whole.packets).toEqual(expected.packets.map(plain));
  expect(whole.error !== undefined, `${whole.error} but oracle: ${expected.reason}`).toBe(expected.error);
  return whole;
}

describe('Decoder gives the packets of the oracle, and the same events', () => {
  it.each(Object.entries(GREETINGS))('for %s, whole and byte by byte', (_, text) => {
    for (const version of VERSIONS) {
      for (const kernel of KERNELS) {
        const input = { version, bytes: hex(text) };
        const chosen: Settings = { sender: 'client', strictness: 'spec', kernel, copyPayload: false };
        const whole = judged(input, chosen);
        expect(streamed(byteByByte(input.bytes), optionsOf(input, chosen))).toEqual(whole);
      }
    }
  });

  it('in one chunk and in random chunks', () => {
    const property = fc.property(
      anyInput,
      settings,
      fc.array(fc.nat(), { maxLength: 12 }),
      (input, chosen, positions) => {
        const whole = judged(input, chosen);
        const chunks = cut(input.bytes, positions);
        expect(streamed(chunks, optionsOf(input, chosen))).toEqual(whole);
        expect(pushedAhead(chunks, optionsOf(input, chosen))).toEqual(whole);
      },
    );
    fc.assert(property, { numRuns: runs(1500) });
  });

  it('byte by byte', () => {
    const property = fc.property(anyInput, settings, (input, chosen) => {
      expect(streamed(byteByByte(input.bytes), optionsOf(input, chosen))).toEqual(judged(input, chosen));
    });
    fc.assert(property, { numRuns: runs(400) });
  });

  it('split at every position', () => {
    const property = fc.property(anyInput, settings, (input, chosen) => {
      const short = { ...input, bytes: input.bytes.subarray(0, 60) };
      const whole = judged(short, chosen);
      for (let position = 0; position <= short.bytes.length; position++) {
        expect(streamed(cut(short.bytes, [position]), optionsOf(short, chosen)), `at ${position}`).toEqual(
          whole,
        );
      }
    });
    fc.assert(property, { numRuns: runs(300) });
  });

  it('in turns with other decoders, from within a handler', () => {
    const inputs = fc.array(anyInput, { minLength: 2, maxLength: 3 });
    const property = fc.property(
      inputs,
      settings,
      fc.array(fc.nat(), { maxLength: 6 }),
      (all, chosen, positions) => {
        const alone = all.map((input) => streamed([input.bytes], optionsOf(input, chosen)));
        expect(nested(all, chosen, positions)).toEqual(alone);
      },
    );
    fc.assert(property, { numRuns: runs(400) });
  });
});

/** Every packet of the first stream makes the next stream read on by one packet, and so on. */
function nested(inputs: Input[], chosen: Settings, positions: number[]): Events[] {
  const streams = inputs.map((input) => {
    const decoder = new Decoder(optionsOf(input, chosen));
    for (const chunk of cut(input.bytes, positions)) decoder.push(chunk);
    return { decoder, events: { packets: [], error: undefined } as Events };
  });
  const step = (index: number): boolean => {
    const stream = streams[index];
    if (stream === undefined) return false;
    try {
      if (!stream.decoder.next()) return false;
      step(index + 1);
      stream.events.packets.push(plain(stream.decoder.read()));
    } catch (thrown) {
      stream.events.error ??= describeError(thrown);
      return false;
    }
    return true;
  };
  for (let index = 0; index < streams.length; index++) while (step(index));
  return streams.map(({ events }) => events);
}

describe('Decoder', () => {
  it('hands long payloads over in pieces that are the payload, in the order of the packets', () => {
    const threshold = fc.integer({ min: 0, max: 60 });
    const property = fc.property(
      anyInput,
      settings,
      threshold,
      fc.array(fc.nat(), { maxLength: 12 }),
      (input, chosen, payloadChunkThreshold, positions) => {
        const { sender, strictness } = chosen;
        const expected = oracleDecode(input.bytes, { version: input.version, sender, strictness });
        const packets: string[] = [];
        let pieces: Uint8Array[] = [];
        let error: string | undefined;
        const decoder = new Decoder({
          ...optionsOf(input, chosen),
          payloadChunkThreshold,
          onPayloadChunk: ({ payloadLength, ...header }, piece, remaining) => {
            pieces.push(piece.slice());
            if (remaining > 0) return;
            const payload = Buffer.concat(pieces);
            expect(payload.length).toBe(payloadLength);
            packets.push(plain({ ...header, payload }));
            pieces = [];
          },
        });
        try {
          for (const chunk of cut(input.bytes, positions)) {
            decoder.push(chunk);
            for (const packet of decoder) packets.push(plain(packet));
          }
        } catch (thrown) {
          error = describeError(thrown);
        }
        expect(packets).toEqual(expected.packets.map(plain));
        // The header of a PUBLISH is judged before its payload is complete.
        if (expected.error) expect(error, expected.reason).toBeDefined();
        else if (expected.rest === 0) expect(error).toBeUndefined();
      },
    );
    fc.assert(property, { numRuns: runs(1000) });
  });

  it('has the fields of the current packet, without making an object of it', () => {
    const property = fc.property(
      anyInput,
      settings,
      fc.array(fc.nat(), { maxLength: 4 }),
      (input, chosen, positions) => {
        const { sender, strictness } = chosen;
        const { packets } = oracleDecode(input.bytes, { version: input.version, sender, strictness });
        const decoder = new Decoder(optionsOf(input, chosen));
        for (const chunk of cut(input.bytes, positions)) decoder.push(chunk);
        for (const packet of packets) {
          expect(decoder.next()).toBe(true);
          expect(decoder.command).toBe(packet.cmd);
          expect(decoder.remainingLength).toBe(packet.length);
          expect(decoder.messageId).toBe(('messageId' in packet && packet.messageId) || 0);
          if (packet.cmd !== 'publish') continue;
          const { dup, qos, retain, topic, payload, properties, payloadLength } = decoder;
          expect(payloadLength).toBe(packet.payload.length);
          const fields = properties === undefined ? {} : { properties };
          expect(plain({ ...packet, dup, qos, retain, topic, payload, ...fields })).toBe(plain(packet));
          expect(properties === undefined).toBe(packet.properties === undefined);
        }
      },
    );
    fc.assert(property, { numRuns: runs(1000) });
  });

  it('gives nothing after an error until reset, and then starts anew', () => {
    const property = fc.property(anyInput, validPackets, settings, (input, next, chosen) => {
      const options = { ...optionsOf(input, chosen), protocolVersion: next.version };
      const decoder = new Decoder(options);
      decoder.push(input.bytes);
      try {
        while (decoder.next()) decoder.read();
      } catch (thrown) {
        expect(decoder.error).toBe(thrown);
        decoder.push(next.bytes);
        expect(decoder.next()).toBe(false);
      }
      decoder.reset();
      expect(decoder.error).toBeUndefined();
      const events: Events = { packets: [], error: undefined };
      decoder.push(next.bytes);
      try {
        while (decoder.next()) events.packets.push(plain(decoder.read()));
      } catch (thrown) {
        events.error = describeError(thrown);
      }
      expect(events).toEqual(streamed([next.bytes], options));
    });
    fc.assert(property, { numRuns: runs(400) });
  });
});
