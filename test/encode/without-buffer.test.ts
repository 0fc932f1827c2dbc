import fc from 'fast-check';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import * as node from '../../src/encode/index.ts';
import { packetArbitrary } from '../arbitraries.ts';

/** The encoder as it loads where there is no Buffer. */
let web: typeof node;

beforeAll(async () => {
  vi.resetModules();
  const { Buffer } = globalThis;
  try {
    (globalThis as { Buffer?: unknown }).Buffer = undefined;
    web = await import('../../src/encode/index.ts');
  } finally {
    globalThis.Buffer = Buffer;
  }
});

describe('without Buffer', () => {
  it('results are plain Uint8Arrays', () => {
    for (const payload of ['', 'x'.repeat(20_000)]) {
      const bytes = web.encode({ cmd: 'publish', topic: 't', payload });
      expect(Object.getPrototypeOf(bytes)).toBe(Uint8Array.prototype);
    }
  });

  it.each([3, 4, 5] as const)('the bytes of version %i are the same', (protocolVersion) => {
    fc.assert(
      fc.property(packetArbitrary(protocolVersion), (packet) => {
        const expected = node.encode(packet, { protocolVersion });
        expect(Buffer.compare(web.encode(packet, { protocolVersion }), expected)).toBe(0);
        expect(web.encodedLength(packet, { protocolVersion })).toBe(expected.length);
        const target = new Uint8Array(expected.length + 3);
        expect(web.encodeInto(packet, target, 3, { protocolVersion })).toBe(target.length);
        expect(Buffer.compare(target.subarray(3), expected)).toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  it('refuses the same', () => {
    for (const topic of ['\ud800', 'é'.repeat(40_000), 'a\0'.repeat(30)]) {
      const errors = [node, web].map(({ encode }) => {
        try {
          return encode({ cmd: 'publish', topic });
        } catch (error) {
          return String(error);
        }
      });
      expect(errors[1]).toBe(errors[0]);
    }
  });
});
