import { describe, expect, test } from 'vitest';
import { MqttError, parser } from '../../src/index.ts';
import { hex } from '../vectors/hex.ts';

const MQTT = '0004 4d515454';
const PACKETS: readonly [cmd: string, firstByte: string, flags: number][] = [
  ['connect', '1f', 0],
  ['connack', '21', 0],
  ['puback', '41', 0],
  ['pubrec', '51', 0],
  ['pubrel', '60', 2],
  ['pubcomp', '71', 0],
  ['subscribe', '80', 2],
  ['suback', '91', 0],
  ['unsubscribe', 'a0', 2],
  ['unsuback', 'b1', 0],
  ['pingreq', 'c1', 0],
  ['pingresp', 'd1', 0],
  ['disconnect', 'e1', 0],
];

const FLAGS = PACKETS.map(
  ([cmd, first, flags]) =>
    [`Invalid header flag bits, must be 0x${flags} for ${cmd} packet`, 4, `${first} 00`] as const,
);

/** What mqtt-packet says, the version of the settings, and bytes about which it says that. */
const MESSAGES: readonly (readonly [message: string, version: number | undefined, bytes: string])[] = [
  ...FLAGS,
  ['Not supported', 4, '00 00'],
  ['Not supported auth packet for this version MQTT', 4, 'f0 00'],
  ['Packet must not have both QoS bits set to 1', 4, '36 00'],
  ['Invalid variable byte integer', 4, '30 ff ff ff ff'],
  // CONNECT
  ['Cannot parse protocolId', 4, '10 04 0006 4d51'],
  ['Invalid protocolId', 4, '10 0c 0004 58585858 04 02 003c 0000'],
  ['Packet too short', 4, `10 06 ${MQTT}`],
  ['Invalid protocol version', 4, `10 0c ${MQTT} 06 02 003c 0000`],
  ['Packet too short', 4, `10 07 ${MQTT} 04`],
  ['Connect flag bit 0 must be 0, but got 1', 4, `10 0c ${MQTT} 04 03 003c 0000`],
  ['Will Retain Flag must be set to zero when Will Flag is set to 0', 4, `10 0c ${MQTT} 04 22 003c 0000`],
  ['Will QoS must be set to zero when Will Flag is set to 0', 4, `10 0c ${MQTT} 04 0a 003c 0000`],
  ['Packet too short', 4, `10 09 ${MQTT} 04 02 00`],
  ['Packet too short', 4, `10 0a ${MQTT} 04 02 003c`],
  ['Cannot parse will topic', 4, `10 0c ${MQTT} 04 06 003c 0000`],
  ['Cannot parse will payload', 4, `10 0f ${MQTT} 04 06 003c 0000 0001 61`],
  ['Cannot parse username', 4, `10 0c ${MQTT} 04 82 003c 0000`],
  ['Cannot parse password', 4, `10 0f ${MQTT} 04 c2 003c 0000 0001 61`],
  // CONNACK
  ['Invalid connack flags, bits 7-1 must be set to 0', 4, '20 02 02 00'],
  // PUBLISH
  ['Cannot parse topic', 4, '30 03 0005 61'],
  ['Unknown property', 5, '30 06 0001 61 02 7f 00'],
  ['Cannot parse property code type', 5, '30 05 0001 61 01 00'],
  // acknowledgements
  ['Invalid puback reason code', 5, '40 04 0001 01 00'],
  ['Invalid pubrec reason code', 5, '50 04 0001 01 00'],
  ['Invalid pubrel reason code', 5, '62 04 0001 10 00'],
  ['Invalid pubcomp reason code', 5, '70 04 0001 10 00'],
  // SUBSCRIBE and SUBACK
  ['Malformed subscribe, no payload specified', 4, '82 00'],
  ['Cannot parse topic', 4, '82 05 0001 0005 61'],
  ['Malformed Subscribe Payload', 4, '82 05 0001 0001 61'],
  ['Invalid subscribe topic flag bits, bits 7-2 must be 0', 4, '82 06 0001 0001 61 04'],
  ['Invalid subscribe topic flag bits, bits 7-6 must be 0', 5, '82 07 0001 00 0001 61 40'],
  ['Invalid subscribe QoS, must be <= 2', 4, '82 06 0001 0001 61 03'],
  ['Invalid retain handling, must be <= 2', 5, '82 07 0001 00 0001 61 30'],
  ['Malformed suback, no payload specified', 4, '90 00'],
  ['Invalid suback QoS, must be 0, 1, 2 or 128', 4, '90 03 0001 03'],
  ['Invalid suback code', 5, '90 04 0001 00 03'],
  // UNSUBSCRIBE and UNSUBACK
  ['Malformed unsubscribe, no payload specified', 4, 'a2 00'],
  ['Cannot parse topic', 4, 'a2 05 0001 0005 61'],
  ['Malformed unsuback, payload length must be 2', 4, 'b0 03 0001 00'],
  ['Malformed unsuback, payload length must be 2', 3, 'b0 01 00'],
  ['Malformed unsuback, no payload specified', 5, 'b0 00'],
  ['Malformed unsuback, no payload specified', undefined, 'b0 00'],
  ['Invalid unsuback code', 5, 'b0 04 0001 00 01'],
  // DISCONNECT and AUTH
  ['Invalid disconnect reason code', 5, 'e0 02 01 00'],
  ['Cannot parse property code type', 5, 'e0 02 00 20'],
  ['Invalid auth reason code', 5, 'f0 02 01 00'],
];

/** The same for what mqtt-packet 9.0.2 accepts, says otherwise or dies of. */
const MORE: typeof MESSAGES = [
  ['Cannot parse return code', 4, '20 01 00'],
  ['Cannot parse messageId', 4, '40 01 00'],
  ['Cannot parse messageId', 4, '32 04 0001 61 00'],
  ['Malformed subscribe, no payload specified', 4, '82 02 0001'],
  ['Malformed unsubscribe, no payload specified', 4, 'a2 02 0001'],
  ['Malformed suback, no payload specified', 4, '90 02 0001'],
];

function errorOf(protocolVersion: number | undefined, text: string): MqttError | undefined {
  let found: MqttError | undefined;
  const p = parser({ protocolVersion });
  p.on('error', (error) => {
    found = error;
  });
  p.parse(Buffer.from(hex(text)));
  return found;
}

describe('the error messages are those of mqtt-packet', () => {
  test.each(MESSAGES)('%s (version %s, %s)', async (message, version, text) => {
    const { referenceParser } = await import('./outcome.ts');
    const theirs: Error[] = [];
    const reference = referenceParser({ protocolVersion: version });
    reference.on('error', (error) => theirs.push(error));
    reference.parse(Buffer.from(hex(text)));
    expect(theirs[0].message).toBe(message);
    const error = errorOf(version, text);
    expect(error).toBeInstanceOf(MqttError);
    expect(error?.message).toBe(message);
    expect(error?.code).toMatch(/^[A-Z_]+$/);
    expect(error?.offset).toBeGreaterThanOrEqual(0);
  });

  test.each(MORE)('%s (version %s, %s), which it accepts', (message, version, text) => {
    expect(errorOf(version, text)?.message).toBe(message);
  });

  test('or, where it has none, say what is wrong and where', () => {
    expect(errorOf(5, '30 0e 0001 61 0a 02 00000000 02 00000000')?.message).toBe(
      'PUBLISH: property occurs more than once (messageExpiryInterval) at byte 11 [MQTT5 section 2.2.2.2]',
    );
  });
});
