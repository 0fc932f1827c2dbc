import fc, { type Arbitrary } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { generate, type Packet, writeToStream } from '../../src/mqtt-packet/index.ts';
import { MqttError } from '../../src/protocol/errors.ts';
import type { PacketCommand, ProtocolVersion } from '../../src/protocol/packet-types.ts';
import { commandsOf, packetArbitrary, packetOfType } from '../arbitraries.ts';
import { runs, VERSIONS } from '../fuzz/support.ts';
import { reference } from './outcome.ts';

type AnyPacket = { [field: string]: any };

/** mqtt-packet's `generate` takes bytes as `Buffer` only. */
function withBuffers(value: unknown): any {
  if (value instanceof Uint8Array) return Buffer.from(value);
  if (Array.isArray(value)) return value.map(withBuffers);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, withBuffers(field)]));
}

/** The bytes as hex, or the error. */
function attempt(run: () => Buffer): string | Error {
  try {
    return run().toString('hex');
  } catch (error) {
    return error as Error;
  }
}

const LEGAL_IN_VERSION_5 = [
  'Username is required to use password',
  'clientId must be given if cleanSession set to 0',
];

/** Why both do differently what is right with the one of them. */
function classOf(theirs: string | Error, packet: AnyPacket): string | undefined {
  // `if (!propLength) return false`
  if (theirs === '') return 'mqtt-packet writes nothing for a packet with empty user properties';
  if (packet['cmd'] !== 'connect') return undefined;
  if (theirs instanceof Error && packet['protocolVersion'] === 5) {
    return LEGAL_IN_VERSION_5.includes(theirs.message) ? 'legal in MQTT 5.0' : undefined;
  }
  if (packet['protocolVersion'] === 3 && packet['protocolId'] === undefined) {
    return 'the default name of MQTT 3.1 is MQIsdp';
  }
  return undefined;
}

describe('generate writes what mqtt-packet writes', () => {
  test.each(VERSIONS)('for good packets of version %d', (protocolVersion) => {
    const property = fc.property(packetArbitrary(protocolVersion).map(withBuffers), (packet: Packet) => {
      const theirs = attempt(() => reference.generate(packet as never, { protocolVersion }));
      const ours = attempt(() => generate(packet, { protocolVersion }));
      if (theirs instanceof Error && ours instanceof Error) {
        expect(ours.message).toBe(theirs.message);
        return;
      }
      if (classOf(theirs, packet) === undefined) expect(ours).toEqual(theirs);
      else expect(ours).toBeTypeOf('string');
      const written: Buffer[] = [];
      writeToStream(packet, { write: (chunk: Buffer) => written.push(chunk) > 0 }, { protocolVersion });
      expect(Buffer.concat(written).toString('hex')).toBe(ours);
    });
    fc.assert(property, { numRuns: runs(700) });
  });
});

const oddValue: Arbitrary<unknown> = fc.constantFrom(
  ...[undefined, null, true, false, 0, 1, 2, 3, -1, 1.5, Number.NaN, 300, 65_535, 65_536],
  ...['', 'a', '1', '#', '\ud800', 'a\0b', [], ['x'], {}, { a: 1 }, { a: ['x', 2] }],
  ...[Buffer.from('b'), Buffer.alloc(0)],
);

const FIELDS: { readonly [Command in PacketCommand]?: readonly string[] } = {
  connect: [
    ...['protocolId', 'protocolVersion', 'clean', 'keepalive', 'clientId', 'username', 'password'],
    ...['will', 'will.topic', 'will.payload', 'will.qos', 'will.retain', 'bridgeMode'],
  ],
  connack: ['sessionPresent', 'returnCode', 'reasonCode'],
  publish: ['topic', 'payload', 'qos', 'dup', 'retain', 'messageId'],
  puback: ['messageId', 'reasonCode'],
  pubrel: ['messageId', 'reasonCode'],
  subscribe: ['messageId', 'subscriptions', 'topic', 'qos', 'nl', 'rap', 'rh'],
  suback: ['messageId', 'granted'],
  unsubscribe: ['messageId', 'unsubscriptions'],
  unsuback: ['messageId', 'granted'],
  disconnect: ['reasonCode'],
  auth: ['reasonCode'],
};

const PROPERTY_NAMES = [
  ...['payloadFormatIndicator', 'topicAlias', 'messageExpiryInterval', 'subscriptionIdentifier'],
  ...['userProperties', 'reasonString', 'contentType', 'correlationData', 'maximumQoS', 'nope'],
];

function withOddField(packet: AnyPacket, field: string, value: unknown): AnyPacket {
  if (PROPERTY_NAMES.includes(field)) {
    return { ...packet, properties: { ...packet['properties'], [field]: value } };
  }
  if (field.startsWith('will.')) {
    const will = { topic: 't', payload: 'p', qos: 1, retain: false, [field.slice(5)]: value };
    return { ...packet, will };
  }
  if (packet['cmd'] === 'subscribe' && !field.endsWith('s') && field !== 'messageId') {
    return { ...packet, subscriptions: [{ topic: 't', qos: 1, [field]: value }] };
  }
  return { ...packet, [field]: value };
}

const oddPacket = (version: ProtocolVersion): Arbitrary<AnyPacket> =>
  fc.constantFrom(...commandsOf(version).filter((command) => FIELDS[command])).chain((command) => {
    const field = fc.constantFrom(...FIELDS[command]!, ...(version === 5 ? PROPERTY_NAMES : []));
    return fc
      .tuple(packetOfType(command, version).map(withBuffers), field, oddValue)
      .map(([packet, name, value]) => withOddField(packet, name, value));
  });

/** What mqtt-packet refuses and is fine: 0 and 1 as flags, and what MQTT 5.0 allows. */
const ACCEPTED = [
  ...LEGAL_IN_VERSION_5,
  'Invalid subscriptions - invalid',
  'Invalid payloadFormatIndicator: ',
];

/**
 * What mqtt-packet writes of these is no CONNECT: a name of no characters or of a later version, no properties in
 * MQTT 5.0, or, where `clean` is NaN, a length without the empty client identifier.
 */
function isBroken({ bridgeMode, clean, clientId, cmd, protocolId, protocolVersion }: AnyPacket): boolean {
  if (cmd !== 'connect') return false;
  return (
    protocolId?.length === 0 ||
    (!protocolId && protocolVersion === 3) ||
    (bridgeMode && protocolVersion === 5) ||
    (Number.isNaN(clean) && !clientId)
  );
}

/** Rules that a property breaks before its value is looked at. */
const OTHER_FAULTS = ['PROPERTY_NOT_ALLOWED', 'PROPERTY_DUPLICATE', 'STRING_NOT_UTF8', 'STRING_HAS_NULL'];

describe('a packet with one odd field', () => {
  test.each([4, 5] as const)('in version %d', (protocolVersion) => {
    const property = fc.property(oddPacket(protocolVersion), (packet) => {
      const theirs = attempt(() => reference.generate(packet as never, { protocolVersion }));
      const ours = attempt(() => generate(packet as Packet, { protocolVersion }));
      if (ours instanceof Error) {
        // never a crash, and never half a packet
        expect(ours).toBeInstanceOf(MqttError);
        // a plain Error is one that mqtt-packet means; it is said the same way
        const isMeant = theirs instanceof Error && theirs.constructor === Error;
        const isLegal = isMeant && LEGAL_IN_VERSION_5.includes(theirs.message);
        if (!isMeant || isLegal || OTHER_FAULTS.includes((ours as MqttError).code)) return;
        if (Array.isArray(packet['subscriptions']) || packet['cmd'] !== 'subscribe') {
          expect(ours.message).toBe(theirs.message);
        }
      } else if (theirs instanceof Error) {
        const isMeant = theirs.constructor === Error;
        if (isMeant) expect(ACCEPTED.some((message) => theirs.message.startsWith(message))).toBe(true);
      } else if (theirs !== '' && !isBroken(packet)) {
        const isDup = packet['cmd'] === 'publish' && packet['dup'] && !packet['qos'];
        expect(ours).toBe(
          isDup
            ? `${theirs[0]}${(Number.parseInt(theirs[1], 16) & 7).toString(16)}${theirs.slice(2)}`
            : theirs,
        );
      }
    });
    fc.assert(property, { numRuns: runs(3000) });
  });
});
