import { afterEach, describe, expect, test, vi } from 'vitest';
import type { PublishPacket } from '../../src/protocol/packets.ts';
import { hex } from '../vectors/hex.ts';
import { PACKETS } from '../vectors/packets.ts';
import { decodeBytes, decodeHex, settingsOf } from './settings.ts';

const PUBLISH = '30 07 0001 74 01020304'; // topic t, payload 01 02 03 04

describe('a payload', () => {
  test('is a view of the chunk', () => {
    const chunk = hex(PUBLISH);
    const { payload } = decodeBytes(chunk) as PublishPacket;
    expect(payload.buffer).toBe(chunk.buffer);
    chunk[5] = 0xff;
    expect(payload[0]).toBe(0xff);
  });

  test('is a Buffer although the chunk is a Uint8Array', () => {
    const chunk = Uint8Array.from(hex(PUBLISH));
    const { payload } = decodeBytes(chunk) as PublishPacket;
    expect(Buffer.isBuffer(payload)).toBe(true);
    expect(payload.buffer).toBe(chunk.buffer);
  });

  test('is a copy that shares memory with nothing else, if that is asked for', () => {
    for (const chunk of [hex(PUBLISH), Uint8Array.from(hex(PUBLISH))]) {
      const { payload } = decodeBytes(chunk, { copyPayload: true }) as PublishPacket;
      chunk.fill(0);
      expect(payload).toEqual(hex('01020304'));
      expect(payload.buffer.byteLength).toBe(4);
    }
  });
});

test('passwords, will payloads and binary properties follow the same option', () => {
  const vector = PACKETS.find(({ name }) => name === 'CONNECT with every field')!;
  const chunk = hex(vector.bytes);
  const packet = decodeBytes(chunk, { copyPayload: true });
  chunk.fill(0);
  expect(packet).toEqual(vector.packet);
});

test('U+FEFF is kept [MQTT-1.5.4-3]', () => {
  expect(decodeHex('30 06 0004 efbbbf61').topic).toBe('\ufeffa');
});

describe('on a platform without Buffer', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.resetModules();
  });

  test('all packets decode to the same, with Uint8Arrays', async () => {
    const vectors = PACKETS.map((vector) => ({ vector, bytes: Uint8Array.from(hex(vector.bytes)) }));
    const RealBuffer = Buffer;
    vi.resetModules();
    vi.stubGlobal('Buffer', undefined);
    const { decodePacket } = await import('../../src/decode/packet.ts');
    const packets = vectors.map(({ vector, bytes }) =>
      decodePacket(bytes, 0, bytes.length, settingsOf(vector)),
    );
    vi.stubGlobal('Buffer', RealBuffer);
    packets.forEach((packet, i) => {
      const { vector } = vectors[i];
      if (packet.cmd === 'publish') {
        expect(Buffer.isBuffer(packet.payload)).toBe(false);
        expect(packet.payload).toBeInstanceOf(Uint8Array);
      }
      expect(asBuffers(packet), vector.name).toEqual(vector.packet);
    });
  });
});

/** The same with every Uint8Array as a Buffer. */
function asBuffers(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value);
  if (Array.isArray(value)) return value.map(asBuffers);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, asBuffers(inner)]));
}
