import { describe, expect, it } from 'vitest';
import { Decoder, type DecoderOptions, MqttError } from '../../src/index.ts';
import { KERNELS } from '../fuzz/support.ts';
import { hex } from '../vectors/hex.ts';

/** PUBLISH with a remaining length of 268,435,455 bytes, and its topic name. */
const ANNOUNCED = hex('30 FFFFFF7F 0001 74');
const KIB = 1024;
const MIB = 1024 * KIB;

/** Bytes of all ArrayBuffers, after what is garbage was collected if the process allows it. */
function arrayBuffers(): number {
  globalThis.gc?.();
  return process.memoryUsage().arrayBuffers;
}

/** Pushes `total` zeros in chunks of `size`; the decoder must not find a packet in them. */
function trickle(decoder: Decoder, total: number, size: number): void {
  const chunk = new Uint8Array(size);
  for (let sent = 0; sent < total; sent += size) {
    decoder.push(chunk);
    // not `expect`, which takes longer than all the rest
    if (decoder.next()) throw new Error('a packet in the middle of a payload');
  }
}

function errorOf(act: () => unknown): MqttError {
  try {
    act();
  } catch (error) {
    if (error instanceof MqttError) return error;
    throw error;
  }
  return expect.fail('nothing was thrown');
}

describe.each(KERNELS)('memory of a decoder on the %s kernel', (kernel) => {
  it('is not reserved for what a packet announces', () => {
    const decoder = new Decoder({ kernel });
    const before = arrayBuffers();
    decoder.push(ANNOUNCED);
    expect(decoder.next()).toBe(false);
    expect(arrayBuffers() - before).toBeLessThan(MIB);
  });

  it('is of the order of what has arrived, byte by byte', () => {
    const decoder = new Decoder({ kernel });
    decoder.push(ANNOUNCED);
    expect(decoder.next()).toBe(false);
    const before = arrayBuffers();
    const arrived = 512 * KIB;
    trickle(decoder, arrived, 1);
    // twice for growing, and as much again for what the collector has not seen yet
    expect(arrayBuffers() - before).toBeLessThan(8 * arrived);
  });

  it('is of the order of what has arrived, in chunks of 1,460 bytes', () => {
    const decoder = new Decoder({ kernel });
    decoder.push(ANNOUNCED);
    const before = arrayBuffers();
    const arrived = 16 * MIB;
    trickle(decoder, arrived, 1460);
    expect(arrayBuffers() - before).toBeLessThan(4 * arrived);
  });

  it('is given back by reset', () => {
    const decoder = new Decoder({ kernel });
    decoder.push(ANNOUNCED);
    trickle(decoder, 4 * MIB, 64 * KIB);
    expect(decoder.pendingBytes).toBe(ANNOUNCED.length + 4 * MIB);
    decoder.reset();
    expect(decoder.pendingBytes).toBe(0);
  });

  it('holds no part of a payload that is handed over in pieces', () => {
    let received = 0;
    const onPayloadChunk: DecoderOptions['onPayloadChunk'] = (_, chunk) => {
      received += chunk.length;
    };
    const decoder = new Decoder({ kernel, onPayloadChunk });
    decoder.push(ANNOUNCED);
    const before = arrayBuffers();
    trickle(decoder, 16 * MIB, 1460);
    expect(arrayBuffers() - before).toBeLessThan(4 * MIB);
    expect(received).toBeGreaterThanOrEqual(16 * MIB);
  });
});

describe.each(KERNELS)('maxPacketSize on the %s kernel', (kernel) => {
  it.each([
    ['whole', [ANNOUNCED]],
    ['byte by byte', Array.from(ANNOUNCED, (byte) => Uint8Array.of(byte))],
    ['up to the end of the fixed header', [ANNOUNCED.subarray(0, 5)]],
  ])('refuses a packet by its fixed header: %s', (_, chunks) => {
    const decoder = new Decoder({ kernel, maxPacketSize: 1024 });
    const error = errorOf(() => {
      for (const chunk of chunks) {
        decoder.push(chunk);
        while (decoder.next());
      }
    });
    expect(error).toMatchObject({ code: 'PACKET_TOO_LARGE', reasonCode: 0x95, packetType: 'publish' });
    expect(decoder.pendingBytes).toBe(0);
  });

  it('accepts a packet of exactly that size, fixed header included, and refuses one more byte', () => {
    const decoder = new Decoder({ kernel, maxPacketSize: 7 });
    decoder.push(hex('30 05 0001 74 0102'));
    expect(decoder.next()).toBe(true);
    decoder.push(hex('30 06 0001 74 0102 03'));
    expect(errorOf(() => decoder.next()).code).toBe('PACKET_TOO_LARGE');
  });

  it('has its own value before a CONNECT', () => {
    const connect = hex('10 0D 0004 4D515454 04 02 003C 0001 63');
    const decoder = new Decoder({ kernel, maxPacketSize: 1000, maxPacketSizeBeforeConnect: 15 });
    decoder.push(connect);
    decoder.push(hex('30 10 0001 74 00000000 00000000 00000000 00'));
    expect([...decoder].map(({ cmd }) => cmd)).toEqual(['connect', 'publish']);
    decoder.reset();
    decoder.push(hex('30 10'));
    expect(errorOf(() => decoder.next()).code).toBe('PACKET_TOO_LARGE');
  });
});
