import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { remainingLengthAt } from '../../src/decode/fixed-header.ts';
import { decodePacket } from '../../src/decode/packet.ts';
import { MqttError } from '../../src/protocol/errors.ts';
import type { ProtocolVersion, Sender } from '../../src/protocol/packet-types.ts';
import type { Packet } from '../../src/protocol/packets.ts';
import type { Strictness } from '../../src/protocol/rules.ts';
import { hex } from '../vectors/hex.ts';
import { PACKETS, type PacketVector } from '../vectors/packets.ts';
import { settings, settingsOf } from './settings.ts';

/** The packet with that first byte and body, and the remaining length that fits. */
function packetOf(firstByte: number, body: Uint8Array): Uint8Array {
  const length: number[] = [];
  let rest = body.length;
  do {
    length.push(rest < 128 ? rest : (rest & 0x7f) | 0x80);
    rest >>= 7;
  } while (rest > 0);
  return Uint8Array.of(firstByte, ...length, ...body);
}

function bodyOf(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(bytes.length - remainingLengthAt(bytes, 0));
}

/** Body lengths at which a shortened packet is one too: what may be left out, or repeated, or is the payload. */
function completeAt({ packet, bytes, version }: PacketVector): number[] {
  const body = bodyOf(hex(bytes));
  switch (packet.cmd) {
    case 'publish': {
      const payloadStart = body.length - packet.payload.length;
      return Array.from(packet.payload, (_, i) => payloadStart + i);
    }
    case 'puback':
    case 'pubrec':
    case 'pubrel':
    case 'pubcomp':
      return version === 5 ? [2, 3] : [];
    case 'disconnect':
      return version === 5 ? [0, 1] : [];
    case 'auth':
      return [0];
    case 'suback':
      return packet.granted.map((_, i) => body.length - 1 - i).slice(0, -1);
    case 'unsuback':
      return (packet.granted ?? []).map((_, i) => body.length - 1 - i).slice(0, -1);
    case 'subscribe': {
      const options = 1;
      let end = body.length;
      return packet.subscriptions
        .slice(1)
        .reverse()
        .map(({ topic }) => (end -= 2 + Buffer.byteLength(topic) + options));
    }
    case 'unsubscribe': {
      let end = body.length;
      return packet.unsubscriptions
        .slice(1)
        .reverse()
        .map((topic) => (end -= 2 + Buffer.byteLength(topic)));
    }
    default:
      return [];
  }
}

describe('a packet cut short, its remaining length telling so, is refused [MQTT-3.1.4-1]', () => {
  test.each(
    PACKETS.filter((vector) => vector.strictness !== 'compat').map(
      (vector) => [vector.name, vector] as const,
    ),
  )('%s', (_name, vector) => {
    const bytes = hex(vector.bytes);
    const body = bodyOf(bytes);
    const complete = new Set(completeAt(vector));
    for (let length = 0; length < body.length; length++) {
      const short = packetOf(bytes[0], body.subarray(0, length));
      // a short form means another reason code or payload, which may not be the sender's or not UTF-8
      const options = settings({ protocolVersion: vector.version });
      const decode = () => decodePacket(short, 0, short.length, options);
      if (!complete.has(length)) expect(decode, `${length} of ${body.length} bytes`).toThrow(MqttError);
      else expect(decode, `${length} of ${body.length} bytes`).not.toThrow();
    }
  });
});

test('bytes that end inside the packet are incomplete', () => {
  for (const vector of PACKETS) {
    const bytes = hex(vector.bytes);
    for (let end = 0; end < bytes.length; end++) {
      expect(() => decodePacket(bytes, 0, end, settingsOf(vector)), vector.name).toThrow(
        expect.objectContaining({ code: 'PACKET_INCOMPLETE', offset: end }),
      );
    }
  }
});

test('no bytes behind the packet are read, whatever they are', () => {
  for (const vector of PACKETS) {
    const bytes = hex(vector.bytes);
    for (const filler of [0x00, 0x01, 0x26, 0xff]) {
      const chunk = new Uint8Array(bytes.length + 300).fill(filler);
      chunk.set(bytes);
      const view = chunk.subarray(0, bytes.length);
      expect(decodePacket(view, 0, view.length, settingsOf(vector)), vector.name).toEqual(vector.packet);
      for (let length = 0; length < bodyOf(bytes).length; length++) {
        const short = packetOf(bytes[0], bodyOf(bytes).subarray(0, length));
        chunk.fill(filler).set(short);
        const outcomes = [short, chunk].map((source) => outcome(source, short.length, vector));
        expect(outcomes[1], `${vector.name}, ${length} bytes`).toEqual(outcomes[0]);
      }
    }
  }
});

function outcome(bytes: Uint8Array, end: number, vector: PacketVector): Packet | string {
  try {
    return decodePacket(bytes, 0, end, settingsOf(vector));
  } catch (error) {
    return (error as MqttError).message;
  }
}

describe('whatever the bytes are', () => {
  const versions = fc.constantFrom<ProtocolVersion>(3, 4, 5);
  const strictness = fc.constantFrom<Strictness>('compat', 'spec', 'strict');
  const sender = fc.constantFrom<Sender | undefined>('client', 'server', undefined);
  const mutation = fc.record({
    vector: fc.constantFrom(...PACKETS),
    changes: fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 4 }),
    cut: fc.nat({ max: 8 }),
  });

  function decodesOrRefuses(bytes: Uint8Array, options: Parameters<typeof settings>[0]) {
    let packet: Packet;
    try {
      packet = decodePacket(bytes, 0, bytes.length, settings(options));
    } catch (error) {
      expect(error).toBeInstanceOf(MqttError);
      const { offset } = error as MqttError;
      expect(offset).toBeGreaterThanOrEqual(0);
      expect(offset).toBeLessThanOrEqual(bytes.length);
      return;
    }
    expect(packet.length).toBe(remainingLengthAt(bytes, 0));
    expect(Object.keys(packet).slice(0, 7)).toEqual([
      'cmd',
      'retain',
      'qos',
      'dup',
      'length',
      'topic',
      'payload',
    ]);
  }

  test('any body gives a packet or an MqttError inside it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 255 }),
        fc.uint8Array({ maxLength: 60 }),
        versions,
        strictness,
        sender,
        (firstByte, body, protocolVersion, level, from) => {
          decodesOrRefuses(packetOf(firstByte, body), { protocolVersion, strictness: level, sender: from });
        },
      ),
      { numRuns: 3000 },
    );
  });

  test('a good packet with some bytes changed gives a packet or an MqttError inside it', () => {
    fc.assert(
      fc.property(mutation, versions, strictness, sender, (mutated, protocolVersion, level, from) => {
        const bytes = hex(mutated.vector.bytes);
        const body = bodyOf(bytes).slice(0, Math.max(0, bodyOf(bytes).length - mutated.cut));
        for (const [at, value] of mutated.changes) if (body.length > 0) body[at % body.length] = value;
        decodesOrRefuses(packetOf(bytes[0], body), { protocolVersion, strictness: level, sender: from });
      }),
      { numRuns: 5000 },
    );
  });

  test('what a stricter level accepts, a milder one decodes to the same packet', () => {
    fc.assert(
      fc.property(mutation, versions, sender, (mutated, protocolVersion, from) => {
        const bytes = hex(mutated.vector.bytes);
        for (const [at, value] of mutated.changes) bytes[2 + (at % Math.max(1, bytes.length - 2))] = value;
        let expected: Packet | undefined;
        for (const level of ['strict', 'spec', 'compat'] as Strictness[]) {
          const options = settings({ protocolVersion, strictness: level, sender: from });
          let packet: Packet | undefined;
          try {
            packet = decodePacket(bytes, 0, bytes.length, options);
          } catch {
            packet = undefined;
          }
          if (expected !== undefined) expect(packet).toEqual(expected);
          expected ??= packet;
        }
      }),
      { numRuns: 3000 },
    );
  });
});
