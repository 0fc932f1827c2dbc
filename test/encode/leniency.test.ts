import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { type EncodeOptions, encode } from '../../src/encode/index.ts';
import { hex } from '../vectors/hex.ts';
import { untyped } from './errors.ts';

const V5 = { protocolVersion: 5 } as const;
const COMPAT = { strictness: 'compat' } as const;

/** Packets that are no decoded ones: fields left out, other JavaScript types that mean the same, and `compat`. */
const ACCEPTED: readonly [what: string, packet: object, options: EncodeOptions, bytes: string][] = [
  // defaults
  ['CONNECT with nothing given', { cmd: 'connect' }, {}, '10 0c 00044d515454 04 02 0000 0000'],
  [
    'CONNECT of 3.1',
    { cmd: 'connect', protocolVersion: 3, clientId: 'c' },
    {},
    '10 0f 00064d5149736470 03 02 0000 0001 63',
  ],
  ['CONNECT by the version of the options', { cmd: 'connect' }, V5, '10 0d 00044d515454 05 02 0000 00 0000'],
  [
    'CONNECT whose own version wins',
    { cmd: 'connect', protocolVersion: 4 },
    V5,
    '10 0c 00044d515454 04 02 0000 0000',
  ],
  ['CONNECT of a bridge', { cmd: 'connect', bridgeMode: true }, {}, '10 0c 00044d515454 84 02 0000 0000'],
  [
    'CONNECT of a bridge of 3.1',
    { cmd: 'connect', protocolVersion: 3, clientId: 'c', bridgeMode: true },
    {},
    '10 0f 00064d5149736470 83 02 0000 0001 63',
  ],
  [
    'CONNECT of a bridge of 5.0',
    { cmd: 'connect', protocolVersion: 5, bridgeMode: true },
    {},
    '10 0d 00044d515454 85 02 0000 00 0000',
  ],
  [
    'CONNECT with a will and its defaults',
    { cmd: 'connect', will: { topic: 't' } },
    {},
    '10 11 00044d515454 04 06 0000 0000 0001 74 0000',
  ],
  [
    'CONNECT with nulls for what is not there',
    { cmd: 'connect', will: null, username: null, password: null, properties: null },
    V5,
    '10 0d 00044d515454 05 02 0000 00 0000',
  ],
  [
    'CONNECT with an empty user name and password',
    { cmd: 'connect', username: '', password: '' },
    {},
    '10 10 00044d515454 04 c2 0000 0000 0000 0000',
  ],
  [
    'CONNECT of 5.0 with a password alone',
    { cmd: 'connect', password: 'p' },
    V5,
    '10 10 00044d515454 05 42 0000 00 0000 0001 70',
  ],
  ['CONNACK with nothing given', { cmd: 'connack' }, {}, '20 02 00 00'],
  ['CONNACK of 5.0 with nothing given', { cmd: 'connack' }, V5, '20 03 00 00 00'],
  ['CONNACK of 5.0 with an accepting return code', { cmd: 'connack', returnCode: 0 }, V5, '20 03 00 00 00'],
  ['PUBLISH with a topic alone', { cmd: 'publish', topic: 't' }, {}, '30 03 0001 74'],
  ['AUTH with nothing given', { cmd: 'auth' }, V5, 'f0 00'],
  ['DISCONNECT with nothing given', { cmd: 'disconnect' }, V5, 'e0 00'],
  ['DISCONNECT without properties', { cmd: 'disconnect', reasonCode: 4, properties: {} }, V5, 'e0 01 04'],
  [
    'PUBACK with an empty list of user properties',
    { cmd: 'puback', messageId: 1, properties: { userProperties: {} } },
    V5,
    '40 02 0001',
  ],
  ['no options at all', { cmd: 'publish', topic: 't' }, null as unknown as EncodeOptions, '30 03 0001 74'],
  // other JavaScript types
  [
    'flags as numbers',
    { cmd: 'publish', topic: 't', retain: 1, dup: 1, qos: 1, messageId: 1 },
    {},
    '3b 05 0001 74 0001',
  ],
  ['text as payload', { cmd: 'publish', topic: 't', payload: 'é\0' }, {}, '30 06 0001 74 c3a9 00'],
  [
    'long text as payload',
    { cmd: 'publish', topic: 't', payload: 'x'.repeat(20) },
    {},
    `30 17 0001 74 ${'78'.repeat(20)}`,
  ],
  [
    'bytes that are no Buffer',
    { cmd: 'publish', topic: 't', payload: Uint8Array.of(1, 2) },
    {},
    '30 05 0001 74 0102',
  ],
  [
    'bytes of another realm',
    { cmd: 'publish', topic: 't', payload: runInNewContext('Uint8Array.of(1, 2)') },
    {},
    '30 05 0001 74 0102',
  ],
  ['topic bytes', { cmd: 'publish', topic: Uint8Array.of(0xc3, 0xa9) }, {}, '30 04 0002 c3a9'],
  ['a byte order mark, which stays', { cmd: 'publish', topic: '\ufeffa' }, {}, '30 06 0004 efbbbf61'],
  [
    'text as will payload and password',
    { cmd: 'connect', will: { topic: 't', payload: 'w' }, username: 'u', password: 'é' },
    {},
    '10 19 00044d515454 04 c6 0000 0000 0001 74 0001 77 0001 75 0002 c3a9',
  ],
  [
    'property flags as numbers',
    { cmd: 'publish', topic: 't', properties: { payloadFormatIndicator: 1 } },
    V5,
    '30 06 0001 74 02 01 01',
  ],
  [
    'binary property as text',
    { cmd: 'publish', topic: 't', properties: { correlationData: 'é' } },
    V5,
    '30 09 0001 74 05 09 0002 c3a9',
  ],
  [
    'properties that are undefined',
    {
      cmd: 'publish',
      topic: 't',
      properties: { contentType: undefined, topicAlias: 1, userProperties: { a: undefined } },
    },
    V5,
    '30 07 0001 74 03 23 0001',
  ],
  [
    'user properties with several values',
    { cmd: 'publish', topic: 't', properties: { userProperties: { a: ['b', 'c'], d: 'e' } } },
    V5,
    '30 19 0001 74 15 26 0001 61 0001 62 26 0001 61 0001 63 26 0001 64 0001 65',
  ],
  [
    'a user property named __proto__',
    { cmd: 'publish', topic: 't', properties: { userProperties: JSON.parse('{"__proto__":"x"}') } },
    V5,
    '30 13 0001 74 0f 26 0009 5f5f70726f746f5f5f 0001 78',
  ],
  [
    'several subscription identifiers',
    { cmd: 'publish', topic: 't', properties: { subscriptionIdentifier: [1, 128] } },
    V5,
    '30 09 0001 74 05 0b 01 0b 8001',
  ],
  [
    'an empty topic with an alias',
    { cmd: 'publish', topic: '', properties: { topicAlias: 9 } },
    V5,
    '30 06 0000 03 23 0009',
  ],
  ['properties that are null', { cmd: 'publish', topic: 't', properties: null }, V5, '30 04 0001 74 00'],
  // what a version does not have is left out
  ['properties before 5.0', { cmd: 'publish', topic: 't', properties: { nonsense: 1 } }, {}, '30 03 0001 74'],
  [
    'a reason code before 5.0',
    { cmd: 'puback', messageId: 1, reasonCode: 0x10, properties: { reasonString: 'r' } },
    {},
    '40 02 0001',
  ],
  [
    'subscription options before 5.0',
    { cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'a', qos: 1, nl: true, rap: true, rh: 2 }] },
    {},
    '82 06 0001 0001 61 01',
  ],
  [
    'a share name before 5.0',
    { cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: '$share//', qos: 0 }] },
    {},
    '82 0d 0001 0008 2473686172652f2f 00',
  ],
  ['UNSUBACK codes before 5.0', { cmd: 'unsuback', messageId: 1, granted: [0x11] }, {}, 'b0 02 0001'],
  [
    'DISCONNECT before 5.0',
    { cmd: 'disconnect', reasonCode: 0x8e, properties: { reasonString: 'r' } },
    {},
    'e0 00',
  ],
  [
    'will properties before 5.0',
    { cmd: 'connect', will: { topic: 't', payload: '', properties: { willDelayInterval: 1 } } },
    {},
    '10 11 00044d515454 04 06 0000 0000 0001 74 0000',
  ],
  ['a packet identifier with QoS 0', { cmd: 'publish', topic: 't', messageId: 7 }, {}, '30 03 0001 74'],
  [
    'DUP of packets that have none',
    { cmd: 'subscribe', messageId: 1, dup: true, subscriptions: [{ topic: 'a', qos: 0 }] },
    {},
    '82 06 0001 0001 61 00',
  ],
  [
    'QoS of packets that have none',
    { cmd: 'pubrel', messageId: 1, qos: 2, dup: true, retain: true },
    {},
    '62 02 0001',
  ],
  // compat
  ['packet identifier 0', { cmd: 'publish', topic: 't', qos: 1, messageId: 0 }, COMPAT, '32 05 0001 74 0000'],
  ['wildcard in a topic', { cmd: 'publish', topic: 'a/#' }, COMPAT, '30 05 0003 612f23'],
  ['wildcard in topic bytes', { cmd: 'publish', topic: Buffer.from('a/#') }, COMPAT, '30 05 0003 612f23'],
  [
    'filters in any form',
    { cmd: 'unsubscribe', messageId: 1, unsubscriptions: ['a#', ''] },
    COMPAT,
    'a2 08 0001 0002 6123 0000',
  ],
  [
    'protocol name of another version',
    { cmd: 'connect', protocolId: 'MQIsdp', protocolVersion: 5 },
    COMPAT,
    '10 0f 00064d5149736470 05 02 0000 00 0000',
  ],
  [
    'password without user name',
    { cmd: 'connect', password: 'p' },
    COMPAT,
    '10 0f 00044d515454 04 42 0000 0000 0001 70',
  ],
  ['reserved return code', { cmd: 'connack', returnCode: 0x84 }, COMPAT, '20 02 00 84'],
  [
    'session present with a refusal',
    { cmd: 'connack', sessionPresent: true, returnCode: 5 },
    COMPAT,
    '20 02 01 05',
  ],
  [
    'will delay in PUBLISH',
    { cmd: 'publish', topic: 't', properties: { willDelayInterval: 1 } },
    { ...COMPAT, ...V5 },
    '30 09 0001 74 05 18 00000001',
  ],
  [
    'maximum QoS 2',
    { cmd: 'connack', properties: { maximumQoS: 2 } },
    { ...COMPAT, ...V5 },
    '20 05 00 00 02 24 02',
  ],
  ['AUTH without a method', { cmd: 'auth', reasonCode: 0x18 }, { ...COMPAT, ...V5 }, 'f0 02 18 00'],
  // between spec and strict
  ['control characters', { cmd: 'publish', topic: 'a\u0001\ufffe' }, {}, '30 07 0005 6101 efbfbe'],
  [
    'bytes that the payload format denies',
    {
      cmd: 'publish',
      topic: 't',
      payload: Uint8Array.of(0xff),
      properties: { payloadFormatIndicator: true },
    },
    V5,
    '30 07 0001 74 02 01 01 ff',
  ],
];

describe('what is accepted besides decoded packets', () => {
  it.each(ACCEPTED)('%s', (_, packet, options, bytes) => {
    expect(Buffer.from(encode(untyped(packet), options)).toString('hex')).toBe(hex(bytes).toString('hex'));
  });
});
