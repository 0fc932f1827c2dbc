import { describe, expect, test } from 'vitest';
import type { Packet } from '../../src/protocol/packets.ts';
import type { PropertyOwner } from '../../src/protocol/properties.ts';
import { hex, utf8 } from '../vectors/hex.ts';
import { decodeBytes } from './settings.ts';

// Table 2-4 of MQTT 5.0, "Properties", stated anew: name, bytes of one property, its value, where it may stand.
const WHERE = [
  'connect',
  'connack',
  'publish',
  'will',
  'acks',
  'subscribe',
  'subacks',
  'unsubscribe',
  'disconnect',
  'auth',
];
const TABLE: [name: string, bytes: string, value: unknown, where: string][] = [
  ['payloadFormatIndicator', '01 01', true, 'publish will'],
  ['messageExpiryInterval', '02 80000001', 2_147_483_649, 'publish will'],
  ['contentType', '03 0001 61', 'a', 'publish will'],
  ['responseTopic', '08 0001 61', 'a', 'publish will'],
  ['correlationData', '09 0001 ff', hex('ff'), 'publish will'],
  ['subscriptionIdentifier', '0b 8001', 128, 'publish subscribe'],
  ['sessionExpiryInterval', '11 ffffffff', 4_294_967_295, 'connect connack disconnect'],
  ['assignedClientIdentifier', '12 0001 61', 'a', 'connack'],
  ['serverKeepAlive', '13 8000', 32_768, 'connack'],
  ['authenticationMethod', '15 0001 61', 'a', 'connect connack auth'],
  ['authenticationData', '16 0002 0000', hex('0000'), 'connect connack auth'],
  ['requestProblemInformation', '17 00', false, 'connect'],
  ['willDelayInterval', '18 00000000', 0, 'will'],
  ['requestResponseInformation', '19 01', true, 'connect'],
  ['responseInformation', '1a 0000', '', 'connack'],
  ['serverReference', '1c 0001 61', 'a', 'connack disconnect'],
  ['reasonString', '1f 0001 61', 'a', 'connack acks subacks disconnect auth'],
  ['receiveMaximum', '21 ffff', 65_535, 'connect connack'],
  ['topicAliasMaximum', '22 0000', 0, 'connect connack'],
  ['topicAlias', '23 0001', 1, 'publish'],
  ['maximumQoS', '24 01', 1, 'connack'],
  ['retainAvailable', '25 00', false, 'connack'],
  ['userProperties', '26 0001 61 0001 62', { a: 'b' }, WHERE.join(' ')],
  ['maximumPacketSize', '27 00000001', 1, 'connect connack'],
  ['wildcardSubscriptionAvailable', '28 00', false, 'connack'],
  ['subscriptionIdentifiersAvailable', '29 01', true, 'connack'],
  ['sharedSubscriptionAvailable', '2a 01', true, 'connack'],
];

const CONNECT_HEAD = hex('0004 4d515454 05');
const OWNERS: PropertyOwner[] = [
  'connect',
  'connack',
  'publish',
  'will',
  'puback',
  'pubrec',
  'pubrel',
  'pubcomp',
  'subscribe',
  'suback',
  'unsubscribe',
  'unsuback',
  'disconnect',
  'auth',
];

function column(owner: PropertyOwner): string {
  if (owner === 'puback' || owner === 'pubrec' || owner === 'pubrel' || owner === 'pubcomp') return 'acks';
  return owner === 'suback' || owner === 'unsuback' ? 'subacks' : owner;
}

/** A packet whose properties at `owner` are the given bytes, which are shorter than 128. */
function packetWith(owner: PropertyOwner, properties: Uint8Array): Buffer {
  const block = [Uint8Array.of(properties.length), properties];
  const [firstByte, ...body]: [number, ...Uint8Array[]] = (() => {
    switch (owner) {
      case 'connect':
        return [0x10, CONNECT_HEAD, hex('02 003c'), ...block, hex('0001 63')];
      case 'will':
        return [0x10, CONNECT_HEAD, hex('06 003c 00 0001 63'), ...block, hex('0001 77 0001 78')];
      case 'connack':
        return [0x20, hex('00 00'), ...block];
      case 'publish':
        return [0x30, hex('0001 74'), ...block, utf8('payload')];
      case 'puback':
        return [0x40, hex('0001 00'), ...block];
      case 'pubrec':
        return [0x50, hex('0001 00'), ...block];
      case 'pubrel':
        return [0x62, hex('0001 00'), ...block];
      case 'pubcomp':
        return [0x70, hex('0001 00'), ...block];
      case 'subscribe':
        return [0x82, hex('0001'), ...block, hex('0001 74 00')];
      case 'suback':
        return [0x90, hex('0001'), ...block, hex('00')];
      case 'unsubscribe':
        return [0xa2, hex('0001'), ...block, hex('0001 74')];
      case 'unsuback':
        return [0xb0, hex('0001'), ...block, hex('00')];
      case 'disconnect':
        return [0xe0, hex('00'), ...block];
      default:
        return [0xf0, hex('18'), ...block];
    }
  })();
  const bytes = Buffer.concat(body);
  return Buffer.concat([Uint8Array.of(firstByte, bytes.length), bytes]);
}

function propertiesOf(
  owner: PropertyOwner,
  properties: Uint8Array,
  strictness: 'compat' | 'spec' = 'compat',
): object {
  const packet = decodeBytes(packetWith(owner, properties), { protocolVersion: 5, strictness }) as Packet & {
    properties?: object;
    will?: { properties?: object };
  };
  return (owner === 'will' ? packet.will?.properties : packet.properties) ?? {};
}

describe.each(TABLE)('%s', (name, bytes, value, where) => {
  const property = hex(bytes);
  const allowed = OWNERS.filter((owner) => where.split(' ').includes(column(owner)));

  test.each(allowed)('is read in %s', (owner) => {
    expect(propertiesOf(owner, property)).toEqual({ [name]: value });
  });

  test.each(OWNERS.filter((owner) => !allowed.includes(owner)))(
    'is refused in %s [MQTT5 section 2.2.2.2]',
    (owner) => {
      const tolerated = name === 'willDelayInterval' && owner === 'publish';
      const code = tolerated ? 'WILL_PROPERTY_IN_PUBLISH' : 'PROPERTY_NOT_ALLOWED';
      expect(() => propertiesOf(owner, property, 'spec')).toThrow(
        expect.objectContaining({ code, reasonCode: 0x81 }),
      );
      if (tolerated) expect(propertiesOf(owner, property)).toEqual({ [name]: value });
      else expect(() => propertiesOf(owner, property)).toThrow(expect.objectContaining({ code }));
    },
  );

  test.each(allowed)('may be repeated in %s, or not [MQTT5 section 2.2.2.2]', (owner) => {
    const twice = Buffer.concat([property, property]);
    if (name === 'userProperties') {
      expect(propertiesOf(owner, twice)).toEqual({ userProperties: { a: ['b', 'b'] } });
    } else if (name === 'subscriptionIdentifier' && owner === 'publish') {
      expect(propertiesOf(owner, twice)).toEqual({ subscriptionIdentifier: [128, 128] });
    } else {
      const duplicate = { code: 'PROPERTY_DUPLICATE', reasonCode: 0x82 };
      expect(() => propertiesOf(owner, twice)).toThrow(expect.objectContaining(duplicate));
    }
  });

  test('is refused when its value runs past the properties, whatever follows', () => {
    for (const owner of allowed) {
      for (let length = 1; length < property.length; length++) {
        const short = { code: 'PROPERTY_TRUNCATED' };
        expect(() => propertiesOf(owner, property.subarray(0, length))).toThrow(
          expect.objectContaining(short),
        );
      }
    }
  });
});

test('identifiers that are not in the table are refused', () => {
  const defined = new Set(TABLE.map(([, bytes]) => hex(bytes)[0]));
  for (let identifier = 0; identifier < 128; identifier++) {
    if (defined.has(identifier)) continue;
    for (const owner of OWNERS) {
      expect(() => propertiesOf(owner, Uint8Array.of(identifier, 0, 0, 0, 0))).toThrow(
        expect.objectContaining({ code: 'PROPERTY_UNKNOWN', reasonCode: 0x81 }),
      );
    }
  }
});

test('user properties have no prototype to pollute, and keep names such as __proto__', () => {
  const pair = hex('26 0009 5f5f70726f746f5f5f 0001 78');
  const { userProperties } = propertiesOf('publish', pair) as { userProperties: Record<string, string> };
  expect(Object.getPrototypeOf(userProperties)).toBeNull();
  expect(Object.entries(userProperties)).toEqual([['__proto__', 'x']]);
  expect(({} as { x?: unknown }).x).toBeUndefined();
});

test('an empty property block leaves no key behind', () => {
  for (const owner of OWNERS) {
    const packet = decodeBytes(packetWith(owner, new Uint8Array()), {
      protocolVersion: 5,
      strictness: 'compat',
    });
    expect(packet).not.toHaveProperty('properties');
    if (packet.cmd === 'connect' && packet.will) expect(packet.will).not.toHaveProperty('properties');
  }
});
