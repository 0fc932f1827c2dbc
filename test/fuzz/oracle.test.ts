import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decode } from '../../src/decode/index.ts';
import type { DecoderOptions } from '../../src/decode/options.ts';
import { encode } from '../../src/encode/index.ts';
import type { Packet } from '../../src/protocol/packets.ts';
import { oracleDecode } from '../oracle/index.ts';
import { hex } from '../vectors/hex.ts';
import {
  anyInput,
  GREETINGS,
  type Input,
  mutatedPackets,
  randomBytes,
  shapedPackets,
  validPackets,
} from './inputs.ts';
import { MqttError, plain, runs, VERSIONS } from './support.ts';

const options = fc.record({
  sender: fc.constantFrom(undefined, 'client' as const, 'server' as const),
  strictness: fc.constantFrom('spec' as const, 'spec' as const, 'compat' as const),
});
type Options = typeof options extends fc.Arbitrary<infer Value> ? Value : never;

/** The packets, or the code of the error. */
function outcome(bytes: Uint8Array, decoderOptions: DecoderOptions): string[] | MqttError {
  try {
    return decode(bytes, decoderOptions).map(plain);
  } catch (error) {
    if (!(error instanceof MqttError)) throw error;
    return error;
  }
}

/** The one-shot decoder and the oracle say the same about the bytes. */
function agree({ version, bytes }: Input, { sender, strictness }: Options): void {
  const actual = outcome(bytes, { protocolVersion: version, sender, strictness });
  const expected = oracleDecode(bytes, { version, sender, strictness });
  if (!(actual instanceof MqttError)) {
    expect(expected).toMatchObject({ error: false, rest: 0 });
    expect(actual).toEqual(expected.packets.map(plain));
  } else if (expected.error) {
    expect(actual.code, `oracle: ${expected.reason}`).not.toBe('PACKET_INCOMPLETE');
  } else {
    expect(expected.rest, actual.message).toBeGreaterThan(0);
    expect(actual.code).toBe('PACKET_INCOMPLETE');
  }
}

describe('decode agrees with the oracle about', () => {
  it.each(Object.entries(GREETINGS))('%s', (_, text) => {
    for (const version of VERSIONS) {
      const bytes = hex(text);
      for (let length = 0; length <= bytes.length; length++) {
        for (const sender of [undefined, 'client', 'server'] as const) {
          agree({ version, bytes: bytes.subarray(0, length) }, { sender, strictness: 'spec' });
        }
      }
    }
  });

  it('random bytes', () => {
    fc.assert(fc.property(randomBytes, options, agree), { numRuns: runs(2000) });
  });

  it('valid packets', () => {
    fc.assert(fc.property(validPackets, options, agree), { numRuns: runs(300) });
  });

  it('packets with faults', () => {
    fc.assert(fc.property(mutatedPackets, options, agree), { numRuns: runs(1500) });
  });

  it('legal frames around any fields', () => {
    fc.assert(fc.property(shapedPackets, options, agree), { numRuns: runs(4000) });
  });

  it('every truncation of valid packets', () => {
    const truncated = ({ version, bytes }: Input, chosen: Options) => {
      for (let length = 0; length < Math.min(bytes.length, 80); length++) {
        agree({ version, bytes: bytes.subarray(0, length) }, chosen);
      }
    };
    fc.assert(fc.property(validPackets, options, truncated), { numRuns: runs(30) });
  });
});

describe('decode', () => {
  it('accepts no more the stricter it is, and decodes the same', () => {
    const property = fc.property(anyInput, ({ version, bytes }) => {
      const [strict, spec, compat] = (['strict', 'spec', 'compat'] as const).map((strictness) =>
        outcome(bytes, { protocolVersion: version, strictness }),
      );
      if (!(strict instanceof MqttError)) expect(spec).toEqual(strict);
      if (!(spec instanceof MqttError)) expect(compat).toEqual(spec);
    });
    fc.assert(property, { numRuns: runs(1500) });
  });

  it('gives packets that encode accepts, and that come back the same', () => {
    // What comes back has the shortest form, and DUP in a PUBLISH only (3.1 allows it in a SUBSCRIBE, say).
    const comparable = (packets: Packet[]) =>
      packets.map((packet) => plain({ ...packet, length: 0, dup: packet.cmd === 'publish' && packet.dup }));
    const property = fc.property(anyInput, ({ version, bytes }) => {
      let protocolVersion = version;
      for (const packet of oracleDecode(bytes, { version }).packets) {
        if (packet.cmd === 'connect') protocolVersion = packet.protocolVersion;
        // left to the server's CONNACK, but nothing to send
        if (packet.cmd === 'connect' && packet.clientId === '') continue;
        const again = decode(encode(packet, { protocolVersion }), { protocolVersion });
        expect(comparable(again)).toEqual(comparable([packet]));
      }
    });
    fc.assert(property, { numRuns: runs(1500) });
  });
});
