import { describe, expect, it } from 'vitest';
import { encode } from '../../src/encode/index.ts';
import type { MqttError } from '../../src/protocol/errors.ts';
import { PACKET_TYPES, type PacketCommand } from '../../src/protocol/packet-types.ts';
import {
  PROPERTIES,
  type PropertyName,
  type PropertyOwner,
  type PropertyType,
} from '../../src/protocol/properties.ts';
import { errorOf, untyped } from './errors.ts';

const VALUES: { readonly [Type in PropertyType]: { value: unknown; bytes: number[] } } = {
  boolean: { value: true, bytes: [1] },
  byte: { value: 1, bytes: [1] },
  uint16: { value: 0x0102, bytes: [1, 2] },
  uint32: { value: 0xf102_0304, bytes: [0xf1, 2, 3, 4] },
  varint: { value: 0x80, bytes: [0x80, 1] },
  string: { value: 'é', bytes: [0, 2, 0xc3, 0xa9] },
  binary: { value: Uint8Array.of(0xff, 0), bytes: [0, 2, 0xff, 0] },
  pair: { value: { n: 'v' }, bytes: [0, 1, 0x6e, 0, 1, 0x76] },
};

const BODIES: { readonly [Command in PacketCommand]: object } = {
  connect: {},
  connack: {},
  publish: { topic: 't' },
  puback: { messageId: 1 },
  pubrec: { messageId: 1 },
  pubrel: { messageId: 1 },
  pubcomp: { messageId: 1 },
  subscribe: { messageId: 1, subscriptions: [{ topic: 't', qos: 0 }] },
  suback: { messageId: 1, granted: [0] },
  unsubscribe: { messageId: 1, unsubscriptions: ['t'] },
  unsuback: { messageId: 1, granted: [0] },
  pingreq: {},
  pingresp: {},
  disconnect: {},
  auth: {},
};

function packetWith(owner: PropertyOwner, properties: object): object {
  if (owner === 'will') return { cmd: 'connect', will: { topic: 't', payload: '', properties } };
  return { cmd: owner, ...BODIES[owner], properties };
}

const OWNERS = [...(Object.keys(PACKET_TYPES) as PacketCommand[]), 'will' as const].filter(
  (owner) => owner !== 'pingreq' && owner !== 'pingresp',
);

describe.each(OWNERS)('properties of %s', (owner) => {
  it.each(Object.keys(PROPERTIES) as PropertyName[])('%s', (name) => {
    const { id, type, owners } = PROPERTIES[name];
    const { value, bytes } = VALUES[type];
    const company = name === 'authenticationData' && owner === 'connect' ? { authenticationMethod: 'm' } : {};
    const packet = packetWith(owner, { [name]: value, ...company });
    // AUTH always needs a method, which is another property's row
    const options = { protocolVersion: 5, strictness: owner === 'auth' ? 'compat' : 'spec' } as const;
    if ((owners as readonly PropertyOwner[]).includes(owner)) {
      expect([...encode(untyped(packet), options)].join()).toContain([id, ...bytes].join());
    } else {
      const isForWill = owner === 'publish' && (owners as readonly PropertyOwner[]).includes('will');
      const error = errorOf(() => encode(untyped(packet), options)) as MqttError;
      expect(error.code).toBe(isForWill ? 'WILL_PROPERTY_IN_PUBLISH' : 'PROPERTY_NOT_ALLOWED');
    }
  });
});
