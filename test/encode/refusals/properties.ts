import { type RefusalGroup, refused, V5 } from './types.ts';

const publish = { cmd: 'publish', topic: 't', payload: '' };
const connect = { cmd: 'connect', protocolVersion: 5 };
const subscribe = { cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'a', qos: 0 }] };

function having(properties: object) {
  return { properties };
}

export const PROPERTY_REFUSALS: readonly RefusalGroup[] = [
  refused(publish, V5, [
    ['a string', { properties: 'none' }, 'FIELD_INVALID'],
    ['a list', { properties: ['topicAlias'] }, 'PROPERTY_UNKNOWN', 'MQTT5 section 2.2.2.2'],
    ['one nobody defined', having({ nope: 5 }), 'PROPERTY_UNKNOWN'],
    ['constructor', having({ constructor: 5 }), 'PROPERTY_UNKNOWN'],
    ['receive maximum', having({ receiveMaximum: 5 }), 'PROPERTY_NOT_ALLOWED', 'MQTT5 section 2.2.2.2'],
    ['will delay', having({ willDelayInterval: 5 }), 'WILL_PROPERTY_IN_PUBLISH', 'MQTT5 section 2.2.2.2'],
    ['topic alias 0', having({ topicAlias: 0 }), 'TOPIC_ALIAS_ZERO', 'MQTT-3.3.2-8'],
    ['topic alias 65,536', having({ topicAlias: 65_536 }), 'PROPERTY_VALUE', 'MQTT-3.3.2-8'],
    ['expiry 1.5', having({ messageExpiryInterval: 1.5 }), 'PROPERTY_VALUE', 'MQTT5 section 3.3.2.3.3'],
    ['expiry -1', having({ messageExpiryInterval: -1 }), 'PROPERTY_VALUE', 'MQTT5 section 3.3.2.3.3'],
    ['expiry 2^32', having({ messageExpiryInterval: 2 ** 32 }), 'PROPERTY_VALUE', 'MQTT5 section 3.3.2.3.3'],
    ["expiry '5'", having({ messageExpiryInterval: '5' }), 'FIELD_INVALID', 'MQTT5 section 3.3.2.3.3'],
    ['payload format 2', having({ payloadFormatIndicator: 2 }), 'PROPERTY_VALUE', 'MQTT5 section 3.3.2.3.2'],
    [
      "payload format 'true'",
      having({ payloadFormatIndicator: 'true' }),
      'FIELD_INVALID',
      'MQTT5 section 3.3.2.3.2',
    ],
    ['content type null', having({ contentType: null }), 'FIELD_INVALID'],
    ['content type a list', having({ contentType: ['a'] }), 'FIELD_INVALID', 'MQTT-3.3.2-19'],
    ['lone surrogate', having({ contentType: '\ud800' }), 'STRING_NOT_UTF8', 'MQTT-3.3.2-19'],
    ['correlation data 5', having({ correlationData: 5 }), 'FIELD_INVALID'],
    [
      '65,536 bytes',
      having({ correlationData: new Uint8Array(65_536) }),
      'STRING_TOO_LONG',
      'MQTT5 section 1.5.4',
    ],
    ['response topic a/+', having({ responseTopic: 'a/+' }), 'TOPIC_NAME_WILDCARD', 'MQTT-3.3.2-14'],
    ['empty response topic', having({ responseTopic: '' }), 'TOPIC_NAME_EMPTY', 'MQTT-4.7.3-1'],
    ['user properties a list', having({ userProperties: [['a', 'b']] }), 'FIELD_INVALID', 'MQTT-1.5.7-1'],
    ['user properties null', having({ userProperties: null }), 'FIELD_INVALID', 'MQTT-1.5.7-1'],
    ['user property 5', having({ userProperties: { a: 5 } }), 'FIELD_INVALID'],
    ['user property null', having({ userProperties: { a: ['b', null] } }), 'FIELD_INVALID'],
    [
      'user property of 70,000 bytes',
      having({ userProperties: { a: 'x'.repeat(70_000) } }),
      'STRING_TOO_LONG',
    ],
    [
      'user property named \\ud800',
      having({ userProperties: { '\ud800': '' } }),
      'STRING_NOT_UTF8',
      'MQTT-1.5.7-1',
    ],
    ['user property with U+0000', having({ userProperties: { a: '\0' } }), 'STRING_HAS_NULL', 'MQTT-1.5.7-1'],
  ]),
  refused(subscribe, V5, [
    [
      'two identifiers',
      having({ subscriptionIdentifier: [1, 2] }),
      'PROPERTY_DUPLICATE',
      'MQTT5 section 2.2.2.2',
    ],
    ['identifier 0', having({ subscriptionIdentifier: 0 }), 'PROPERTY_VALUE', 'MQTT5 section 3.8.2.1.2'],
    [
      'identifier 2^28',
      having({ subscriptionIdentifier: 2 ** 28 }),
      'PROPERTY_VALUE',
      'MQTT5 section 3.8.2.1.2',
    ],
  ]),
  refused(connect, V5, [
    ['will delay', having({ willDelayInterval: 5 }), 'PROPERTY_NOT_ALLOWED'],
    ['receive maximum 0', having({ receiveMaximum: 0 }), 'PROPERTY_VALUE', 'MQTT5 section 3.1.2.11.3'],
    ['maximum packet size 0', having({ maximumPacketSize: 0 }), 'PROPERTY_VALUE', 'MQTT5 section 3.1.2.11.4'],
  ]),
  refused({ cmd: 'connack' }, V5, [
    ['maximum QoS 2', having({ maximumQoS: 2 }), 'MAXIMUM_QOS_VALUE', 'MQTT5 section 3.2.2.3.4'],
    ['maximum QoS 256', having({ maximumQoS: 256 }), 'PROPERTY_VALUE', 'MQTT5 section 3.2.2.3.4'],
  ]),
];
