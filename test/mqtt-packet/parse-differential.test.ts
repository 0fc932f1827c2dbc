import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parser } from '../../src/mqtt-packet/index.ts';
import { MqttError } from '../../src/protocol/errors.ts';
import type { RuleCode } from '../../src/protocol/rules.ts';
import { anyInput, type Input, validPackets } from '../fuzz/inputs.ts';
import { KERNELS, runs } from '../fuzz/support.ts';
import { type Outcome, outcomeOf, type ParserFactory, packetsOf, referenceParser } from './outcome.ts';

const dropIn = parser as unknown as ParserFactory;

/** Why a packet is refused that mqtt-packet accepts, waits for, or refuses for another fault in it. */
const REFUSED: { readonly [Code in RuleCode]?: string } = {
  STRING_NOT_UTF8: 'mqtt-packet substitutes U+FFFD, so that two topics become one',
  STRING_HAS_NULL: 'mqtt-packet accepts U+0000 in strings',
  PACKET_TRUNCATED: 'mqtt-packet takes -1 for a number that is not there, or bytes of what follows',
  PROPERTY_LENGTH: 'mqtt-packet reads properties past the end of the packet',
  PROPERTY_TRUNCATED: 'mqtt-packet reads property values past the end of the properties',
  PROPERTY_NOT_ALLOWED: 'mqtt-packet accepts any property in any packet',
  PROPERTY_DUPLICATE: 'mqtt-packet makes an array of it, or keeps the last',
  VARIABLE_BYTE_INTEGER_MALFORMED: 'mqtt-packet looks for five bytes in the fixed header only',
  WILL_QOS: 'mqtt-packet accepts a will of QoS 3',
  SUBSCRIPTIONS_EMPTY: 'mqtt-packet accepts a SUBSCRIBE without topic filters',
  UNSUBSCRIPTIONS_EMPTY: 'mqtt-packet accepts an UNSUBSCRIBE without topic filters',
  GRANTED_EMPTY: 'mqtt-packet accepts a SUBACK without return codes',
  PACKET_TYPE_RESERVED: 'mqtt-packet waits for the whole packet, and looks at its flags first',
};

/** The classes of differences; undefined for one that has none. */
function classOf(theirs: Outcome, ours: Outcome, { bytes }: Input): string | undefined {
  const same = theirs.packets.findIndex((packet, i) => packet !== ours.packets[i]);
  const shared = same < 0 ? theirs.packets.length : same;
  if (shared < Math.min(theirs.packets.length, ours.packets.length)) {
    const packet = ours.packets[shared];
    // 9.0.2; repaired in the repository (mqttjs/mqtt-packet#161)
    if (packet.includes('[""')) return 'the first of several user properties of a name is empty';
    if (packet.includes('"subscriptionIdentifier":[0')) return 'the first subscription identifier is 0';
    return undefined;
  }
  const frame = packetsOf(bytes)[shared];
  const message = theirs.error?.message ?? '';
  if (/must be 0x2/.test(message) && (frame[0] & 0x0f) === 0x0a) {
    return 'DUP in a PUBREL, SUBSCRIBE or UNSUBSCRIBE, which MQTT 3.1 sends again with it';
  }
  const accepted = ours.packets[shared] ?? '';
  // 9.0.2; repaired in the repository (mqttjs/mqtt-packet#160)
  if (message === 'Invalid auth reason code' && accepted.includes('"length":0')) return 'AUTH without a body';
  if (message === 'Invalid disconnect reason code' && accepted.includes('"reasonCode":140')) {
    return 'DISCONNECT with 0x8c, bad authentication method';
  }
  // mqtt-packet takes an identifier of two bytes for an unknown one of one byte
  const hasLongIdentifier = frame?.some((byte, i) => byte >= 0x80 && frame[i + 1] === 0);
  if (message === 'Unknown property' && hasLongIdentifier) return 'property identifier of two bytes';
  const { error } = ours;
  if (!(error instanceof MqttError)) return undefined;
  if (error.code === 'REASON_CODE' && error.packetType === 'connack') {
    return 'mqtt-packet accepts any reason code in a CONNACK';
  }
  return REFUSED[error.code];
}

function check(input: Input): void {
  const theirs = outcomeOf(referenceParser, input.version, packetsOf(input.bytes));
  const ours = outcomeOf(dropIn, input.version, [input.bytes]);
  const isSame =
    theirs.error?.message === ours.error?.message && theirs.packets.join('\n') === ours.packets.join('\n');
  if (isSame || classOf(theirs, ours, input) !== undefined) return;
  expect(ours).toEqual(theirs);
}

describe('the parser does as mqtt-packet does, or differs as explained, with', () => {
  test('good packets', () => {
    fc.assert(fc.property(validPackets, check), { numRuns: runs(500) });
  });

  test('packets with faults, and other bytes', () => {
    fc.assert(fc.property(anyInput, check), { numRuns: runs(4000) });
  });
});

describe.each(KERNELS)('with the %s kernel', (kernel) => {
  const make: ParserFactory = (options) => dropIn({ ...options, kernel });

  test('the chunks make no difference', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 });
    const property = fc.property(anyInput, sizes, ({ version, bytes }, lengths) => {
      const chunks: Uint8Array[] = [];
      for (let start = 0, i = 0; start < bytes.length; i++) {
        const end = start + lengths[i % lengths.length];
        chunks.push(bytes.subarray(start, end));
        start = end;
      }
      const whole = outcomeOf(make, version, [bytes]);
      expect(outcomeOf(make, version, chunks)).toEqual(whole);
      expect(outcomeOf(make, version, packetsOf(bytes))).toEqual(whole);
    });
    fc.assert(property, { numRuns: runs(600) });
  });

  test('byte by byte', () => {
    const property = fc.property(anyInput, ({ version, bytes }) => {
      const chunks = Array.from(bytes.subarray(0, 300), (byte) => Uint8Array.of(byte));
      expect(outcomeOf(make, version, chunks)).toEqual(outcomeOf(make, version, [bytes.subarray(0, 300)]));
    });
    fc.assert(property, { numRuns: runs(300) });
  });
});

describe('parse() returns what mqtt-packet returns, and shows the same of an incomplete packet', () => {
  test('at every cut of good packets', () => {
    const property = fc.property(validPackets, ({ version, bytes }) => {
      const theirs = referenceParser({ protocolVersion: version }) as any;
      const ours = dropIn({ protocolVersion: version }) as any;
      // mqtt-packet 9.0.2 refuses a few good packets
      let failed = false;
      theirs.on('error', () => {
        failed = true;
      });
      // whole packets only, because its answer to two at once is not always that to one
      for (const packet of packetsOf(bytes.subarray(0, 400))) {
        for (let i = 0; i < packet.length && !failed; i++) {
          const chunk = Buffer.from(packet.subarray(i, i + 1));
          const expected = theirs.parse(chunk);
          const returned = ours.parse(chunk);
          if (failed) break;
          expect(returned).toBe(expected);
          const { cmd, retain, qos, dup, length } = theirs.packet;
          expect(ours.packet).toMatchObject({ cmd, retain, qos, dup, length });
          expect(ours._list.length).toBe(theirs._list.length);
        }
      }
    });
    fc.assert(property, { numRuns: runs(100) });
  });
});
