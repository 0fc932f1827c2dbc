import { type RefusalGroup, refused, V4, V5 } from './types.ts';

const subscribe = { cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'a', qos: 0 }] };
const unsubscribe = { cmd: 'unsubscribe', messageId: 1, unsubscriptions: ['a'] };
const suback = { cmd: 'suback', messageId: 1, granted: [0] };
const unsuback = { cmd: 'unsuback', messageId: 1, granted: [0] };
const authentication = { cmd: 'auth', reasonCode: 0x18, properties: { authenticationMethod: 'm' } };

/** A SUBSCRIBE that differs in its one subscription. */
function to(subscription: object) {
  return { subscriptions: [{ topic: 'a', qos: 0, ...subscription }] };
}

export const OTHER_REFUSALS: readonly RefusalGroup[] = [
  refused({ cmd: 'auth' }, V4, [['AUTH', {}, 'PACKET_TYPE_RESERVED', 'MQTT311 section 2.2.1']]),
  refused({ cmd: 'pubrel', messageId: 1 }, V4, [
    ['identifier 0', { messageId: 0 }, 'PACKET_IDENTIFIER_ZERO'],
    ['identifier 65,536', { messageId: 65_536 }, 'FIELD_INVALID'],
    ['no identifier', { messageId: undefined }, 'FIELD_INVALID'],
  ]),
  refused({ cmd: 'puback', messageId: 1 }, V5, [
    ['reason code 300', { reasonCode: 300 }, 'REASON_CODE', 'MQTT-3.4.2-1'],
    ["reason code '0'", { reasonCode: '0' }, 'FIELD_INVALID'],
    ['reason code null', { reasonCode: null }, 'FIELD_INVALID'],
  ]),
  refused({ cmd: 'pubrec', messageId: 1 }, V5, [
    ['reason code 0x92', { reasonCode: 0x92 }, 'REASON_CODE', 'MQTT-3.5.2-1'],
  ]),
  refused({ cmd: 'pubrel', messageId: 1 }, V5, [
    ['reason code 0x80', { reasonCode: 0x80 }, 'REASON_CODE', 'MQTT-3.6.2-1'],
  ]),
  refused({ cmd: 'pubcomp', messageId: 1 }, V5, [
    ['reason code 0x10', { reasonCode: 0x10 }, 'REASON_CODE', 'MQTT-3.7.2-1'],
  ]),
  refused({ cmd: 'disconnect' }, V5, [
    ['reason code -1', { reasonCode: -1 }, 'REASON_CODE', 'MQTT-3.14.2-1'],
    ['reason code 1.5', { reasonCode: 1.5 }, 'FIELD_INVALID'],
  ]),
  refused(authentication, V5, [
    ['reason code 1', { reasonCode: 1 }, 'REASON_CODE', 'MQTT-3.15.2-1'],
    ['no method', { properties: null }, 'AUTHENTICATION_METHOD_MISSING', 'MQTT5 section 3.15.2.2.2'],
    [
      'success without a method',
      { reasonCode: 0, properties: { reasonString: 'r' } },
      'AUTHENTICATION_METHOD_MISSING',
    ],
    ['data without a method', { properties: { authenticationData: 'd' } }, 'AUTHENTICATION_METHOD_MISSING'],
  ]),
  refused(subscribe, V4, [
    ['subscriptions a string', { subscriptions: 'a' }, 'FIELD_INVALID'],
    ['no subscriptions', { subscriptions: undefined }, 'FIELD_INVALID'],
    ['a subscription that is a string', { subscriptions: ['a'] }, 'FIELD_INVALID'],
    ['a subscription that is null', { subscriptions: [null] }, 'FIELD_INVALID'],
    ['a subscription without QoS', to({ qos: undefined }), 'FIELD_INVALID'],
    ['no filters', { subscriptions: [] }, 'SUBSCRIPTIONS_EMPTY', 'MQTT-3.8.3-3'],
    ['QoS 3', to({ qos: 3 }), 'SUBSCRIPTION_QOS', 'MQTT-3-8.3-4'],
    ['filter 5', to({ topic: 5 }), 'FIELD_INVALID'],
    ['empty filter', to({ topic: '' }), 'TOPIC_FILTER_EMPTY', 'MQTT-4.7.3-1'],
    ['lone surrogate', to({ topic: '\ud800' }), 'STRING_NOT_UTF8', 'MQTT-3.8.3-1'],
    ['filter a#', to({ topic: 'a#' }), 'TOPIC_FILTER_MULTI_LEVEL_WILDCARD', 'MQTT-4.7.1-2'],
    ['filter a/b+', to({ topic: 'a/b+' }), 'TOPIC_FILTER_SINGLE_LEVEL_WILDCARD', 'MQTT-4.7.1-3'],
  ]),
  refused(subscribe, V5, [
    ['retain handling 3', to({ rh: 3 }), 'RETAIN_HANDLING', 'MQTT5 section 3.8.3.1'],
    ['retain handling -1', to({ rh: -1 }), 'FIELD_INVALID'],
    ['no local 2', to({ nl: 2 }), 'FIELD_INVALID'],
    ["retain as published ''", to({ rap: '' }), 'FIELD_INVALID'],
    ['$share/g/t', to({ topic: '$share/g/t', nl: true }), 'SHARED_SUBSCRIPTION_NO_LOCAL', 'MQTT-3.8.3-4'],
    ['filter #/a', to({ topic: '#/a' }), 'TOPIC_FILTER_MULTI_LEVEL_WILDCARD', 'MQTT-4.7.1-1'],
    ['filter $share//t', to({ topic: '$share//t' }), 'SHARE_NAME_EMPTY', 'MQTT-4.8.2-1'],
    ['filter $share/g', to({ topic: '$share/g' }), 'SHARE_NAME_INVALID', 'MQTT-4.8.2-2'],
  ]),
  refused(unsubscribe, V4, [
    ['filter 5', { unsubscriptions: [5] }, 'FIELD_INVALID'],
    ['no list', { unsubscriptions: 'a' }, 'FIELD_INVALID'],
  ]),
  refused(unsubscribe, V5, [
    ['no filters', { unsubscriptions: [] }, 'UNSUBSCRIPTIONS_EMPTY', 'MQTT-3.10.3-2'],
    ['filter +a', { unsubscriptions: ['a', '+a'] }, 'TOPIC_FILTER_SINGLE_LEVEL_WILDCARD', 'MQTT-4.7.1-2'],
    ['U+0000', { unsubscriptions: ['a\0'] }, 'STRING_HAS_NULL', 'MQTT-4.7.3-2'],
    ['lone surrogate', { unsubscriptions: ['\udc00'] }, 'STRING_NOT_UTF8', 'MQTT-3.10.3-1'],
  ]),
  refused(suback, V4, [
    ['no granted', { granted: undefined }, 'FIELD_INVALID'],
    ["granted '0'", { granted: ['0'] }, 'FIELD_INVALID'],
    ['no codes', { granted: [] }, 'GRANTED_EMPTY', 'MQTT311 section 3.9.3'],
    ['code 300', { granted: [300] }, 'SUBACK_RETURN_CODE', 'MQTT-3.9.3-2'],
    ['code 0x87 of 5.0', { granted: [0, 0x87] }, 'SUBACK_RETURN_CODE', 'MQTT-3.9.3-2'],
  ]),
  refused(suback, V5, [
    ['a hole', { granted: new Array(1) }, 'FIELD_INVALID'],
    ['code 0x82', { granted: [0, 0x82] }, 'REASON_CODE', 'MQTT-3.9.3-2'],
  ]),
  refused(unsuback, V5, [
    ['no granted', { granted: undefined }, 'FIELD_INVALID'],
    ['no codes', { granted: [] }, 'GRANTED_EMPTY', 'MQTT5 section 3.11.3'],
    ['code 1', { granted: [1] }, 'REASON_CODE', 'MQTT-3.11.3-2'],
  ]),
];
