import { describe, expect, test } from 'vitest';
import { generate, type Packet, parser, writeToStream } from '../../src/mqtt-packet/index.ts';
import { hex } from '../vectors/hex.ts';

/** What a parser emits for these bytes. */
function parsed(bytes: Uint8Array, protocolVersion: 4 | 5): Packet[] {
  const packets: Packet[] = [];
  const reader = parser({ protocolVersion });
  reader.on('packet', (packet) => packets.push(packet));
  reader.on('error', (error) => {
    throw error;
  });
  reader.parse(Buffer.from(bytes));
  return packets;
}

// Brokers and clients answer these themselves, with a reason code or a log line of their own. Their tests make such
// packets with `generate`, and a drop-in that refuses them takes that answer away.
describe('left to the consumer to refuse, as with mqtt-packet', () => {
  const base = { qos: 0, retain: false, dup: false } as const;
  test.each<[name: string, version: 4 | 5, wire: string, packet: Packet]>([
    // MQTT-4.7.3-1
    ['an empty topic', 4, '30 03 0000 78', { cmd: 'publish', topic: '', payload: 'x', ...base }],
    // MQTT5 section 3.3.2.1
    [
      'an empty topic without an alias',
      5,
      '30 04 0000 00 78',
      { cmd: 'publish', topic: '', payload: 'x', ...base },
    ],
    [
      // MQTT-3.3.2-8; property 23 is the topic alias
      'topic alias 0',
      5,
      '30 08 0001 61 03 23 0000 78',
      { cmd: 'publish', topic: 'a', payload: 'x', ...base, properties: { topicAlias: 0 } },
    ],
    [
      // MQTT5 section 3.1.2.11.3; property 21 is the receive maximum
      'receive maximum 0',
      5,
      '10 11 0004 4d515454 05 02 0000 03 21 0000 0001 61',
      {
        cmd: 'connect',
        protocolId: 'MQTT',
        protocolVersion: 5,
        clean: true,
        keepalive: 0,
        clientId: 'a',
        properties: { receiveMaximum: 0 },
      },
    ],
    [
      // MQTT5 section 3.8.2.1.2; property 0b is the subscription identifier
      'subscription identifier 0',
      5,
      '82 09 0001 02 0b 00 0001 61 00',
      {
        cmd: 'subscribe',
        messageId: 1,
        subscriptions: [{ topic: 'a', qos: 0, nl: false, rap: false, rh: 0 }],
        properties: { subscriptionIdentifier: 0 },
      },
    ],
  ])('%s', (_name, protocolVersion, wire, packet) => {
    const bytes = hex(wire);
    expect(generate(packet, { protocolVersion })).toEqual(Buffer.from(bytes));
    const expected =
      packet.cmd === 'publish' ? { ...packet, payload: Buffer.from(packet.payload as string) } : packet;
    expect(parsed(bytes, protocolVersion)).toEqual([expect.objectContaining(expected)]);
  });
});

test('a subscription with the QoS by which a SUBACK refuses it asks for QoS 0', () => {
  const packet: Packet = { cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'a', qos: 128 as 0 }] };
  expect(generate(packet)).toEqual(Buffer.from(hex('82 06 0001 0001 61 00')));
  const written: Uint8Array[] = [];
  const stream = { write: (bytes: Uint8Array) => written.push(bytes) > 0 };
  writeToStream(packet, stream as unknown as NodeJS.WritableStream);
  expect(Buffer.concat(written)).toEqual(Buffer.from(hex('82 06 0001 0001 61 00')));
  // MQTT-3-8.3-4
  const three: Packet = { cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'a', qos: 3 as 0 }] };
  expect(() => generate(three)).toThrow('Invalid subscriptions - invalid qos');
});

test('a CONNECT with another protocol name is generated, and refused when it arrives', () => {
  const bytes = generate({
    cmd: 'connect',
    protocolId: 'other' as 'MQTT',
    protocolVersion: 4,
    clean: true,
    keepalive: 0,
    clientId: 'a',
  });
  expect(bytes).toEqual(Buffer.from(hex('10 0e 0005 6f74686572 04 02 0000 0001 61')));
  // MQTT-3.1.2-1
  expect(() => parsed(bytes, 4)).toThrow('Invalid protocolId');
});
