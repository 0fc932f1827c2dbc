import { describe, expect, it } from 'vitest';
import { Decoder, decode } from '../../src/index.ts';
import { hex } from '../vectors/hex.ts';

const PUBLISH = hex('30 03 00 01 74');

describe('size options', () => {
  it.each(['maxPacketSize', 'maxPacketSizeBeforeConnect'] as const)(
    '%s must be a number of bytes',
    (name) => {
      for (const value of [0, -1, Number.NaN, '5' as unknown as number, null as unknown as number]) {
        expect(() => new Decoder({ [name]: value })).toThrow(RangeError);
        expect(() => new Decoder({ [name]: value })).toThrow(name);
      }
    },
  );

  it('payloadChunkThreshold may be 0, but not less', () => {
    const onPayloadChunk = () => {};
    expect(() => new Decoder({ onPayloadChunk, payloadChunkThreshold: -1 })).toThrow(RangeError);
    expect(() => new Decoder({ onPayloadChunk, payloadChunkThreshold: 0 })).not.toThrow();
  });

  it.each(['wasm', 'js'] as const)('fractions and infinity mean the same to the %s kernel', (kernel) => {
    if (kernel === 'wasm' && typeof WebAssembly === 'undefined') return;
    expect(decode(PUBLISH, { kernel, maxPacketSize: Number.POSITIVE_INFINITY })).toHaveLength(1);
    expect(decode(PUBLISH, { kernel, maxPacketSize: 5.5 })).toHaveLength(1);
    expect(() => decode(PUBLISH, { kernel, maxPacketSize: 4.5 })).toThrow(
      expect.objectContaining({ code: 'PACKET_TOO_LARGE', reasonCode: 0x95 }),
    );
  });
});
