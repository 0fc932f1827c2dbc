import { parser } from 'mqtt-packet';
import { describe, expect, test } from 'vitest';
import { decodePacket } from '../../src/decode/packet.ts';
import { hex } from '../vectors/hex.ts';
import { PACKETS } from '../vectors/packets.ts';
import { settingsOf } from './settings.ts';

/** Packets that npm mqtt-packet 9.0.2 refuses or gets wrong. */
const DIFFERENT = new Map([
  ['AUTH: success, everything left out', 'demands a reason code'],
  ['PUBREL of MQTT 3.1 that is sent again', 'refuses DUP'],
  ['SUBSCRIBE of MQTT 3.1 that is sent again', 'refuses DUP'],
  ['UNSUBSCRIBE of MQTT 3.1 that is sent again', 'refuses DUP'],
  ['UNSUBACK with a surplus byte before MQTT 5.0', 'refuses the byte'],
]);

function parse(bytes: Buffer, protocolVersion: number): { packets: object[]; errors: Error[] } {
  const packets: object[] = [];
  const errors: Error[] = [];
  parser({ protocolVersion } as object)
    .on('packet', (packet: object) => packets.push(packet))
    .on('error', (error: Error) => errors.push(error))
    .parse(bytes);
  return { packets, errors };
}

describe('npm mqtt-packet gives the same object with its keys in the same order', () => {
  test.each(
    PACKETS.filter(({ name }) => !DIFFERENT.has(name)).map((vector) => [vector.name, vector] as const),
  )('%s', (_name, vector) => {
    const bytes = hex(vector.bytes);
    const { packets, errors } = parse(bytes, vector.version);
    expect(errors).toEqual([]);
    const packet = decodePacket(bytes, 0, bytes.length, settingsOf(vector));
    expect(packets).toEqual([packet]);
    expect(JSON.stringify(packet)).toBe(JSON.stringify(packets[0]));
  });

  test.each([...DIFFERENT])('except: %s (%s)', (name) => {
    const vector = PACKETS.find((v) => v.name === name)!;
    const { packets } = parse(hex(vector.bytes), vector.version);
    expect(JSON.stringify(packets[0])).not.toBe(JSON.stringify(vector.packet));
  });
});
