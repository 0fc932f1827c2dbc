/**
 * How much of the specification is enforced.
 * - `compat`: accepts what users of npm mqtt-packet rely on.
 * - `spec`: every MUST that a codec can see.
 * - `strict`: the SHOULDs too.
 */
export type Strictness = 'compat' | 'spec' | 'strict';

interface Rule {
  /** The mildest strictness that enforces it. */
  readonly level: Strictness;
  /** What an MQTT 5.0 peer must be told (table 2-6). */
  readonly reasonCode: number;
  /** Statement of MQTT 3.1.1, or its section where the statement has no number; empty where only 5.0 has it. */
  readonly v311: string;
  /** Statement or section of MQTT 5.0. */
  readonly v5: string;
  /** What is wrong, as a sentence without its subject. */
  readonly message: string;
}

const MALFORMED = 0x81;
const PROTOCOL_ERROR = 0x82;
const UNSUPPORTED_VERSION = 0x84;
const FILTER_INVALID = 0x8f;
const NAME_INVALID = 0x90;
const ALIAS_INVALID = 0x94;
const TOO_LARGE = 0x95;

/** Every rule a decoder or encoder can enforce, by the `code` that its `MqttError` carries. */
export const RULES = {
  // framing
  REMAINING_LENGTH_MALFORMED: { level: 'compat', reasonCode: MALFORMED, v311: 'MQTT311 section 2.2.3', v5: 'MQTT5 section 1.5.5', message: 'remaining length takes more than four bytes' },
  REMAINING_LENGTH_NOT_MINIMAL: { level: 'spec', reasonCode: MALFORMED, v311: 'MQTT311 section 2.2.3', v5: 'MQTT-1.5.5-1', message: 'remaining length takes more bytes than it needs' },
  PACKET_TOO_LARGE: { level: 'compat', reasonCode: TOO_LARGE, v311: 'MQTT311 section 2.2.3', v5: 'MQTT5 section 3.1.2.11.4', message: 'packet is larger than the maximum packet size' },
  PACKET_TYPE_RESERVED: { level: 'compat', reasonCode: MALFORMED, v311: 'MQTT311 section 2.2.1', v5: 'MQTT5 section 2.1.2', message: 'control packet type is reserved in this protocol version' },
  PACKET_SENDER: { level: 'compat', reasonCode: PROTOCOL_ERROR, v311: 'MQTT311 section 2.2.1', v5: 'MQTT5 section 2.1.2', message: 'control packet type may not be sent in this direction' },
  HEADER_FLAGS_RESERVED: { level: 'compat', reasonCode: MALFORMED, v311: 'MQTT-2.2.2-2', v5: 'MQTT-2.1.3-1', message: 'reserved flags of the fixed header have the wrong value' },
  PACKET_TRUNCATED: { level: 'compat', reasonCode: MALFORMED, v311: 'MQTT311 section 2.2.3', v5: 'MQTT5 section 2.1.4', message: 'field runs past the end of the packet' },
  TRAILING_BYTES: { level: 'spec', reasonCode: MALFORMED, v311: 'MQTT311 section 2.2.3', v5: 'MQTT5 section 2.1.4', message: 'bytes are left over after the last field' },
  PACKET_IDENTIFIER_ZERO: { level: 'spec', reasonCode: PROTOCOL_ERROR, v311: 'MQTT-2.3.1-1', v5: 'MQTT-2.2.1-3', message: 'packet identifier is 0' },
  PACKET_INCOMPLETE: { level: 'compat', reasonCode: MALFORMED, v311: 'MQTT311 section 2.2.3', v5: 'MQTT5 section 2.1.4', message: 'input ends inside the packet' },
  // data types
  STRING_NOT_UTF8: { level: 'compat', reasonCode: MALFORMED, v311: 'MQTT-1.5.3-1', v5: 'MQTT-1.5.4-1', message: 'string is not well-formed UTF-8' },
  STRING_HAS_NULL: { level: 'compat', reasonCode: MALFORMED, v311: 'MQTT-1.5.3-2', v5: 'MQTT-1.5.4-2', message: 'string contains U+0000' },
  STRING_HAS_CONTROL_CHARACTER: { level: 'strict', reasonCode: MALFORMED, v311: 'MQTT311 section 1.5.3', v5: 'MQTT5 section 1.5.4', message: 'string contains a control character or a non-character' },
  VARIABLE_BYTE_INTEGER_MALFORMED: { level: 'compat', reasonCode: MALFORMED, v311: '', v5: 'MQTT5 section 1.5.5', message: 'variable byte integer takes more than four bytes' },
  VARIABLE_BYTE_INTEGER_NOT_MINIMAL: { level: 'spec', reasonCode: MALFORMED, v311: '', v5: 'MQTT-1.5.5-1', message: 'variable byte integer takes more bytes than it needs' },
  // properties
  PROPERTY_LENGTH: { level: 'compat', reasonCode: MALFORMED, v311: '', v5: 'MQTT5 section 2.2.2.1', message: 'properties run past the end of the packet' },
  PROPERTY_TRUNCATED: { level: 'compat', reasonCode: MALFORMED, v311: '', v5: 'MQTT5 section 2.2.2', message: 'property runs past the end of the properties' },
  PROPERTY_UNKNOWN: { level: 'compat', reasonCode: MALFORMED, v311: '', v5: 'MQTT5 section 2.2.2.2', message: 'property identifier is not defined' },
  PROPERTY_NOT_ALLOWED: { level: 'compat', reasonCode: MALFORMED, v311: '', v5: 'MQTT5 section 2.2.2.2', message: 'property is not defined for this packet' },
  WILL_PROPERTY_IN_PUBLISH: { level: 'spec', reasonCode: MALFORMED, v311: '', v5: 'MQTT5 section 2.2.2.2', message: 'property belongs in a will, not in a PUBLISH' },
  PROPERTY_DUPLICATE: { level: 'compat', reasonCode: PROTOCOL_ERROR, v311: '', v5: 'MQTT5 section 2.2.2.2', message: 'property occurs more than once' },
  PROPERTY_VALUE: { level: 'compat', reasonCode: PROTOCOL_ERROR, v311: '', v5: 'MQTT5 section 2.2.2.2', message: 'property has a value that is not allowed' },
  MAXIMUM_QOS_VALUE: { level: 'spec', reasonCode: PROTOCOL_ERROR, v311: '', v5: 'MQTT5 section 3.2.2.3.4', message: 'maximum QoS is neither 0 nor 1' },
  TOPIC_ALIAS_ZERO: { level: 'compat', reasonCode: ALIAS_INVALID, v311: '', v5: 'MQTT-3.3.2-8', message: 'topic alias is 0' },
  AUTHENTICATION_DATA_WITHOUT_METHOD: { level: 'spec', reasonCode: PROTOCOL_ERROR, v311: '', v5: 'MQTT5 section 3.1.2.11.9', message: 'authentication data without an authentication method' },
  AUTHENTICATION_METHOD_MISSING: { level: 'spec', reasonCode: PROTOCOL_ERROR, v311: '', v5: 'MQTT5 section 3.15.2.2.2', message: 'authentication method is missing' },
  SUBSCRIPTION_IDENTIFIER_FROM_CLIENT: { level: 'spec', reasonCode: PROTOCOL_ERROR, v311: '', v5: 'MQTT-3.3.4-6', message: 'PUBLISH from a client carries a subscription identifier' },
  SESSION_EXPIRY_FROM_SERVER: { level: 'spec', reasonCode: PROTOCOL_ERROR, v311: '', v5: 'MQTT-3.14.2-2', message: 'DISCONNECT from a server carries a session expiry interval' },
  REASON_CODE: { level: 'compat', reasonCode: PROTOCOL_ERROR, v311: '', v5: 'MQTT5 section 2.4', message: 'reason code is not defined for this packet' },
  // CONNECT and CONNACK
  PROTOCOL_NAME: { level: 'compat', reasonCode: UNSUPPORTED_VERSION, v311: 'MQTT-3.1.2-1', v5: 'MQTT-3.1.2-1', message: 'protocol name is neither MQTT nor MQIsdp' },
  PROTOCOL_VERSION: { level: 'compat', reasonCode: UNSUPPORTED_VERSION, v311: 'MQTT-3.1.2-2', v5: 'MQTT-3.1.2-2', message: 'protocol version is not supported' },
  PROTOCOL_NAME_VERSION_MISMATCH: { level: 'spec', reasonCode: UNSUPPORTED_VERSION, v311: 'MQTT-3.1.2-1', v5: 'MQTT-3.1.2-1', message: 'protocol name does not belong to the protocol version' },
  CONNECT_FLAG_RESERVED: { level: 'compat', reasonCode: MALFORMED, v311: 'MQTT-3.1.2-3', v5: 'MQTT-3.1.2-3', message: 'reserved connect flag is not 0' },
  WILL_QOS: { level: 'compat', reasonCode: MALFORMED, v311: 'MQTT-3.1.2-14', v5: 'MQTT-3.1.2-12', message: 'will QoS is 3' },
  WILL_QOS_WITHOUT_WILL: { level: 'compat', reasonCode: MALFORMED, v311: 'MQTT-3.1.2-13', v5: 'MQTT-3.1.2-11', message: 'will QoS is not 0 although the will flag is 0' },
  WILL_RETAIN_WITHOUT_WILL: { level: 'compat', reasonCode: MALFORMED, v311: 'MQTT-3.1.2-15', v5: 'MQTT-3.1.2-13', message: 'will retain is not 0 although the will flag is 0' },
  PASSWORD_WITHOUT_USERNAME: { level: 'spec', reasonCode: MALFORMED, v311: 'MQTT-3.1.2-22', v5: '', message: 'password without a user name' },
  CLIENT_IDENTIFIER_EMPTY: { level: 'compat', reasonCode: 0x85, v311: 'MQTT-3.1.3-8', v5: '', message: 'client identifier is empty although the session is not clean' },
  CONNACK_FLAGS_RESERVED: { level: 'compat', reasonCode: MALFORMED, v311: 'MQTT311 section 3.2.2.1', v5: 'MQTT-3.2.2-1', message: 'reserved connect acknowledge flags are not 0' },
  CONNACK_RETURN_CODE: { level: 'spec', reasonCode: PROTOCOL_ERROR, v311: 'MQTT311 section 3.2.2.3', v5: '', message: 'return code is reserved' },
  SESSION_PRESENT_WITH_ERROR: { level: 'spec', reasonCode: PROTOCOL_ERROR, v311: 'MQTT-3.2.2-4', v5: 'MQTT-3.2.2-6', message: 'session present is set although the connection is refused' },
  CONNACK_SHORT: { level: 'spec', reasonCode: MALFORMED, v311: '', v5: 'MQTT-2.2.2-1', message: 'reason code or property length is missing' },
  // PUBLISH
  QOS_RESERVED: { level: 'compat', reasonCode: MALFORMED, v311: 'MQTT-3.3.1-4', v5: 'MQTT-3.3.1-4', message: 'QoS is 3' },
  DUP_WITHOUT_QOS: { level: 'compat', reasonCode: MALFORMED, v311: 'MQTT-3.3.1-2', v5: 'MQTT-3.3.1-2', message: 'DUP is set on a QoS 0 message' },
  TOPIC_NAME_EMPTY: { level: 'compat', reasonCode: PROTOCOL_ERROR, v311: 'MQTT-4.7.3-1', v5: 'MQTT-4.7.3-1', message: 'topic name is empty' },
  TOPIC_NAME_EMPTY_WITHOUT_ALIAS: { level: 'compat', reasonCode: PROTOCOL_ERROR, v311: '', v5: 'MQTT5 section 3.3.2.1', message: 'topic name is empty and there is no topic alias' },
  TOPIC_NAME_WILDCARD: { level: 'spec', reasonCode: NAME_INVALID, v311: 'MQTT-3.3.2-2', v5: 'MQTT-3.3.2-2', message: 'topic name contains a wildcard' },
  PAYLOAD_NOT_UTF8: { level: 'strict', reasonCode: 0x99, v311: '', v5: 'MQTT5 section 3.3.2.3.2', message: 'payload format indicator promises UTF-8, but the payload is not' },
  // SUBSCRIBE, UNSUBSCRIBE and their acknowledgements
  SUBSCRIPTIONS_EMPTY: { level: 'compat', reasonCode: PROTOCOL_ERROR, v311: 'MQTT-3.8.3-3', v5: 'MQTT-3.8.3-2', message: 'there is no topic filter' },
  UNSUBSCRIPTIONS_EMPTY: { level: 'compat', reasonCode: PROTOCOL_ERROR, v311: 'MQTT-3.10.3-2', v5: 'MQTT-3.10.3-2', message: 'there is no topic filter' },
  TOPIC_FILTER_EMPTY: { level: 'spec', reasonCode: FILTER_INVALID, v311: 'MQTT-4.7.3-1', v5: 'MQTT-4.7.3-1', message: 'topic filter is empty' },
  TOPIC_FILTER_MULTI_LEVEL_WILDCARD: { level: 'spec', reasonCode: FILTER_INVALID, v311: 'MQTT-4.7.1-2', v5: 'MQTT-4.7.1-1', message: '# is not alone in the last level of the topic filter' },
  TOPIC_FILTER_SINGLE_LEVEL_WILDCARD: { level: 'spec', reasonCode: FILTER_INVALID, v311: 'MQTT-4.7.1-3', v5: 'MQTT-4.7.1-2', message: '+ does not take a whole level of the topic filter' },
  SHARE_NAME_EMPTY: { level: 'spec', reasonCode: FILTER_INVALID, v311: '', v5: 'MQTT-4.8.2-1', message: 'share name is empty' },
  SHARE_NAME_INVALID: { level: 'spec', reasonCode: FILTER_INVALID, v311: '', v5: 'MQTT-4.8.2-2', message: 'share name contains a wildcard or is not followed by a topic filter' },
  SUBSCRIPTION_OPTIONS_RESERVED: { level: 'compat', reasonCode: MALFORMED, v311: 'MQTT-3-8.3-4', v5: 'MQTT-3.8.3-5', message: 'reserved subscription option bits are not 0' },
  SUBSCRIPTION_QOS: { level: 'compat', reasonCode: PROTOCOL_ERROR, v311: 'MQTT-3-8.3-4', v5: 'MQTT5 section 3.8.3.1', message: 'requested QoS is 3' },
  RETAIN_HANDLING: { level: 'compat', reasonCode: PROTOCOL_ERROR, v311: '', v5: 'MQTT5 section 3.8.3.1', message: 'retain handling is 3' },
  SHARED_SUBSCRIPTION_NO_LOCAL: { level: 'spec', reasonCode: PROTOCOL_ERROR, v311: '', v5: 'MQTT-3.8.3-4', message: 'no local is set on a shared subscription' },
  GRANTED_EMPTY: { level: 'compat', reasonCode: PROTOCOL_ERROR, v311: 'MQTT311 section 3.9.3', v5: 'MQTT5 section 3.9.3', message: 'there is no return or reason code' },
  SUBACK_RETURN_CODE: { level: 'compat', reasonCode: PROTOCOL_ERROR, v311: 'MQTT-3.9.3-2', v5: '', message: 'return code is not 0, 1, 2 or 128' },
  // encoding only: the value cannot be represented, or the caller's object is not a packet
  NOT_A_PACKET: { level: 'compat', reasonCode: PROTOCOL_ERROR, v311: 'MQTT311 section 2.2.1', v5: 'MQTT5 section 2.1.2', message: 'value is not a control packet' },
  FIELD_INVALID: { level: 'compat', reasonCode: PROTOCOL_ERROR, v311: 'MQTT311 section 1.5', v5: 'MQTT5 section 1.5', message: 'field cannot be encoded' },
  STRING_TOO_LONG: { level: 'compat', reasonCode: PROTOCOL_ERROR, v311: 'MQTT311 section 1.5.3', v5: 'MQTT5 section 1.5.4', message: 'string or binary data is longer than 65535 bytes' },
  BUFFER_TOO_SMALL: { level: 'compat', reasonCode: 0x83, v311: '', v5: '', message: 'packet does not fit into the buffer' },
} as const satisfies Record<string, Rule>;

/** Stable name of a rule, as in `error.code`. */
export type RuleCode = keyof typeof RULES;

const RANK: { readonly [Level in Strictness]: number } = { compat: 0, spec: 1, strict: 2 };

/** Whether `strictness` enforces the rule. */
export function enforces(strictness: Strictness, code: RuleCode): boolean {
  return RANK[strictness] >= RANK[RULES[code].level];
}
