import { describe, expect, it } from 'vitest';
import { encode, encodedLength, encodeInto } from '../../src/encode/index.ts';
import { hex } from '../vectors/hex.ts';
import { PACKETS } from '../vectors/packets.ts';

const CANONICAL = PACKETS.filter(({ canonical }) => canonical !== false);

describe('the packets of the specification, in their shortest form', () => {
  it.each(CANONICAL.map((vector) => [`${vector.name} [${vector.clauses.join(', ')}]`, vector] as const))(
    '%s',
    (_, { packet, bytes, version, strictness }) => {
      const options = { protocolVersion: version, strictness };
      const expected = hex(bytes);
      expect(Buffer.from(encode(packet, options)).toString('hex')).toBe(expected.toString('hex'));
      expect(encodedLength(packet, options)).toBe(expected.length);
      const target = Buffer.alloc(expected.length);
      expect(encodeInto(packet, target, 0, options)).toBe(expected.length);
      expect(target.toString('hex')).toBe(expected.toString('hex'));
    },
  );

  it('has vectors of all fifteen packet types', () => {
    expect(new Set(CANONICAL.map(({ packet }) => packet.cmd)).size).toBe(15);
  });
});
