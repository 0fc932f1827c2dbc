import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodePacket } from '../../src/decode/packet.ts';
import { encode, encodedLength } from '../../src/encode/index.ts';
import { MqttError } from '../../src/protocol/errors.ts';
import type { ProtocolVersion } from '../../src/protocol/packet-types.ts';
import { packetArbitrary } from '../arbitraries.ts';
import { errorOf, untyped } from './errors.ts';

const VERSIONS: readonly ProtocolVersion[] = [3, 4, 5];

/** Values that come close to being right, and any others. */
const anyValue = fc.oneof(
  fc.anything({ withBigInt: true, withTypedArray: true, withNullPrototype: true, withSparseArray: true }),
  fc.constantFrom<unknown>(
    0,
    1,
    2,
    3,
    4,
    128,
    255,
    256,
    65_535,
    65_536,
    2 ** 28,
    2 ** 32,
    -1,
    0.5,
    Number.NaN,
  ),
  fc.constantFrom<unknown>(
    '',
    'a',
    '#',
    'a/+',
    '\0',
    '\ud800',
    '$share/g',
    'MQTT',
    null,
    undefined,
    true,
    Symbol('s'),
  ),
  fc.constantFrom<unknown>(
    [],
    [0],
    ['a'],
    [undefined],
    {},
    { topic: 't' },
    new Uint8Array(3),
    new ArrayBuffer(3),
  ),
);

/** The same packet with one of its fields, at any depth, replaced, added or taken away. */
function damaged(packet: unknown, path: readonly number[], name: string, value: unknown): unknown {
  if (typeof packet !== 'object' || packet === null || ArrayBuffer.isView(packet)) return value;
  const copy: Record<string, unknown> = Array.isArray(packet) ? ([...packet] as never) : { ...packet };
  const names = [...Object.keys(copy), name];
  const chosen = names[path[0] % names.length];
  copy[chosen] = path.length > 1 ? damaged(copy[chosen], path.slice(1), name, value) : value;
  return copy;
}

const names = fc.constantFrom(
  'cmd',
  'topic',
  'payload',
  'qos',
  'messageId',
  'properties',
  'will',
  'clientId',
  'granted',
  'subscriptions',
  'unsubscriptions',
  'reasonCode',
  'returnCode',
  'topicAlias',
  'userProperties',
  'rh',
  'password',
  'bridgeMode',
);

describe('any input', () => {
  it.each(VERSIONS)('is encoded to what version %i allows, or refused with an MqttError', (version) => {
    const options = { protocolVersion: version } as const;
    fc.assert(
      fc.property(
        packetArbitrary(version),
        fc.array(fc.nat(50), { minLength: 1, maxLength: 3 }),
        names,
        anyValue,
        (packet, path, name, value) => {
          const input = untyped(damaged(packet, path, name, value));
          let bytes: Uint8Array;
          try {
            bytes = encode(input, options);
          } catch (error) {
            expect(error).toBeInstanceOf(MqttError);
            expect(errorOf(() => encodedLength(input, options))).toEqual(error);
            return;
          }
          const decoded = decodePacket(bytes, 0, bytes.length, {
            protocolVersion: version,
            strictness: 'spec',
            sender: undefined,
            copyPayload: false,
          });
          expect(decoded.cmd).toBe(input.cmd);
        },
      ),
      { numRuns: 100000 },
    );
  });
});
