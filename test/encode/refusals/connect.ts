import { type RefusalGroup, refused, STRICT, V4, V5 } from './types.ts';

const connect = { cmd: 'connect', clientId: 'c' };
const connect5 = { ...connect, protocolVersion: 5 };
const withUser = { ...connect, username: 'u' };
const connack = { cmd: 'connack' };
const notUtf8 = Uint8Array.of(0x80);

export const CONNECT_REFUSALS: readonly RefusalGroup[] = [
  refused(connect, V4, [
    ["protocol name 'mqtt'", { protocolId: 'mqtt' }, 'PROTOCOL_NAME', 'MQTT-3.1.2-1'],
    ['protocol name in bytes', { protocolId: Buffer.from('MQTT') }, 'PROTOCOL_NAME'],
    ['protocol version 6', { protocolVersion: 6 }, 'PROTOCOL_VERSION', 'MQTT-3.1.2-2'],
    ['protocol version with the bridge bit', { protocolVersion: 132 }, 'PROTOCOL_VERSION'],
    ['protocol version null', { protocolVersion: null }, 'PROTOCOL_VERSION'],
    ['MQIsdp with version 4', { protocolId: 'MQIsdp' }, 'PROTOCOL_NAME_VERSION_MISMATCH', 'MQTT-3.1.2-1'],
    ['MQTT with version 3', { protocolId: 'MQTT', protocolVersion: 3 }, 'PROTOCOL_NAME_VERSION_MISMATCH'],
    ['keepalive 65,536', { keepalive: 65_536 }, 'FIELD_INVALID'],
    ["keepalive '60'", { keepalive: '60' }, 'FIELD_INVALID'],
    ['keepalive null', { keepalive: null }, 'FIELD_INVALID'],
    ['clean 2', { clean: 2 }, 'FIELD_INVALID'],
    ["bridgeMode 'on'", { bridgeMode: 'on' }, 'FIELD_INVALID'],
    ['client identifier 7', { clientId: 7 }, 'FIELD_INVALID'],
    ['client identifier null', { clientId: null }, 'FIELD_INVALID'],
    ['lone surrogate', { clientId: '\ud800' }, 'STRING_NOT_UTF8', 'MQTT-3.1.3-4'],
    ['session not clean', { clientId: '', clean: false }, 'CLIENT_IDENTIFIER_EMPTY', 'MQTT-3.1.3-8'],
    ['MQTT 3.1', { clientId: '', protocolVersion: 3 }, 'CLIENT_IDENTIFIER_EMPTY', 'MQTT31 section 3.1'],
    ['user name 1', { username: 1 }, 'FIELD_INVALID'],
    ['user name with U+0000', { username: '\0' }, 'STRING_HAS_NULL', 'MQTT-1.5.3-2'],
    ['password without user name', { password: 'p' }, 'PASSWORD_WITHOUT_USERNAME', 'MQTT-3.1.2-22'],
    ['will a string', { will: 'gone' }, 'FIELD_INVALID'],
    ['will without a topic', { will: { payload: '' } }, 'FIELD_INVALID'],
    ['will payload 1', { will: { topic: 't', payload: 1 } }, 'FIELD_INVALID'],
    ["will qos '1'", { will: { topic: 't', payload: '', qos: '1' } }, 'FIELD_INVALID'],
    ['will QoS 3', { will: { topic: 't', payload: '', qos: 3 } }, 'WILL_QOS', 'MQTT-3.1.2-14'],
    ['empty will topic', { will: { topic: '', payload: '' } }, 'TOPIC_NAME_EMPTY', 'MQTT-4.7.3-1'],
    ['will topic #', { will: { topic: '#', payload: '' } }, 'TOPIC_NAME_WILDCARD', 'MQTT-4.7.1-1'],
    ['will topic with U+0000', { will: { topic: '\0', payload: '' } }, 'STRING_HAS_NULL', 'MQTT-4.7.3-2'],
    [
      'will payload of 65,536 bytes',
      { will: { topic: 't', payload: new Uint8Array(65_536) } },
      'STRING_TOO_LONG',
    ],
  ]),
  refused(withUser, V4, [
    ['password true', { password: true }, 'FIELD_INVALID'],
    ['password of 65,536 bytes', { password: 'x'.repeat(65_536) }, 'STRING_TOO_LONG'],
    ['password with a lone surrogate', { password: '\udfff' }, 'STRING_NOT_UTF8', 'MQTT-1.5.3-1'],
  ]),
  refused(connect5, V5, [
    ['user name with a lone surrogate', { username: '\ud800' }, 'STRING_NOT_UTF8', 'MQTT-3.1.3-12'],
    ['will topic +', { will: { topic: '+', payload: '' } }, 'TOPIC_NAME_WILDCARD', 'MQTT-4.7.0-1'],
    [
      'authentication data alone',
      { properties: { authenticationData: notUtf8 } },
      'AUTHENTICATION_DATA_WITHOUT_METHOD',
      'MQTT5 section 3.1.2.11.9',
    ],
  ]),
  refused(connect5, { ...V5, ...STRICT }, [
    ['non-character', { clientId: '\ufffe' }, 'STRING_HAS_CONTROL_CHARACTER', 'MQTT5 section 1.5.4'],
    [
      'will payload that is no UTF-8',
      { will: { topic: 't', payload: notUtf8, properties: { payloadFormatIndicator: true } } },
      'PAYLOAD_NOT_UTF8',
      'MQTT5 section 3.1.3.2.3',
    ],
  ]),
  refused(connack, V4, [
    ['return code 6', { returnCode: 6 }, 'CONNACK_RETURN_CODE', 'MQTT311 section 3.2.2.3'],
    ['return code 256', { returnCode: 256 }, 'FIELD_INVALID'],
    ['refusal of 5.0', { reasonCode: 0x87 }, 'FIELD_INVALID'],
    ['refused', { sessionPresent: true, returnCode: 5 }, 'SESSION_PRESENT_WITH_ERROR', 'MQTT-3.2.2-4'],
    ["sessionPresent 'no'", { sessionPresent: 'no' }, 'FIELD_INVALID'],
  ]),
  refused(connack, V5, [
    ['reason code of DISCONNECT', { reasonCode: 0x8b }, 'REASON_CODE', 'MQTT-3.2.2-8'],
    ['refusal of 3.1.1', { returnCode: 5 }, 'FIELD_INVALID'],
    ['refused', { sessionPresent: true, reasonCode: 0x87 }, 'SESSION_PRESENT_WITH_ERROR', 'MQTT-3.2.2-6'],
  ]),
];
