import { describe, expect, test } from 'vitest';
import { remainingLengthAt } from '../../src/decode/fixed-header.ts';
import { decodePacket } from '../../src/decode/packet.ts';
import { COMMAND_BY_TYPE, type ProtocolVersion } from '../../src/protocol/packet-types.ts';
import { hex } from '../vectors/hex.ts';
import { PACKETS } from '../vectors/packets.ts';
import { settingsOf } from './settings.ts';

/** The keys of an object and of everything in it, in order. */
function keys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(keys);
  if (value === null || typeof value !== 'object' || value instanceof Uint8Array) return null;
  return Object.entries(value).map(([key, inner]) => [key, keys(inner)]);
}

describe('the vectors', () => {
  test('have names of their own', () => {
    expect(new Set(PACKETS.map((vector) => vector.name)).size).toBe(PACKETS.length);
  });

  test('are complete packets', () => {
    for (const { name, bytes } of PACKETS) {
      const packet = hex(bytes);
      const header = packet.findIndex((byte, i) => i > 0 && byte < 0x80) + 1;
      expect(header + remainingLengthAt(packet, 0), name).toBe(packet.length);
    }
  });

  test('cover every packet type in every version that has it', () => {
    for (const version of [3, 4, 5] as ProtocolVersion[]) {
      const commands = new Set(PACKETS.filter((v) => v.version === version).map((v) => v.packet.cmd));
      const defined = COMMAND_BY_TYPE.filter((cmd) => cmd !== undefined && (cmd !== 'auth' || version === 5));
      expect([...commands].sort()).toEqual(defined.sort());
    }
  });
});

describe.each(PACKETS.map((vector) => [`${vector.name} [${vector.clauses.join(', ')}]`, vector] as const))(
  '%s',
  (_name, vector) => {
    test('decodes to the packet, its keys in order', () => {
      const bytes = Uint8Array.from(hex(vector.bytes));
      const packet = decodePacket(bytes, 0, bytes.length, settingsOf(vector));
      expect(packet).toEqual(vector.packet);
      expect(keys(packet)).toEqual(keys(vector.packet));
    });

    test('decodes alike from the middle of a Buffer and as copies', () => {
      const bytes = hex(vector.bytes);
      const chunk = Buffer.concat([Buffer.from([0xff, 0x30]), bytes, Buffer.from([0xff, 0xc0])]);
      const copied = decodePacket(chunk, 2, 2 + bytes.length, { ...settingsOf(vector), copyPayload: true });
      expect(decodePacket(chunk, 2, 2 + bytes.length, settingsOf(vector))).toEqual(vector.packet);
      chunk.fill(0);
      expect(copied).toEqual(vector.packet);
    });
  },
);

test('a CONNECT is decoded by its own version, whatever the settings say', () => {
  for (const vector of PACKETS.filter((v) => v.packet.cmd === 'connect')) {
    const bytes = hex(vector.bytes);
    for (const protocolVersion of [3, 4, 5] as ProtocolVersion[]) {
      const packet = decodePacket(bytes, 0, bytes.length, { ...settingsOf(vector), protocolVersion });
      expect(packet, vector.name).toEqual(vector.packet);
    }
  }
});
