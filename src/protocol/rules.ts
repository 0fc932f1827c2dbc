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
const QUOTA_EXCEEDED = 0x97;

/** Level, reason code, clause of 3.1.1, clause of 5.0, what is wrong. */
function rule(level: Strictness, reasonCode: number, v311: string, v5: string, message: string): Rule {
  return { level, reasonCode, v311, v5, message };
}

/** Every rule a decoder or encoder can enforce, by the `code` that its `MqttError` carries. */
export const RULES = {
  // framing
  REMAINING_LENGTH_MALFORMED: rule('compat', MALFORMED, 'MQTT311 section 2.2.3', 'MQTT5 section 1.5.5', 'remaining length takes more than four bytes'),
  REMAINING_LENGTH_NOT_MINIMAL: rule('spec', MALFORMED, 'MQTT311 section 2.2.3', 'MQTT-1.5.5-1', 'remaining length takes more bytes than it needs'),
  PACKET_TOO_LARGE: rule('compat', TOO_LARGE, 'MQTT311 section 2.2.3', 'MQTT5 section 3.1.2.11.4', 'packet is larger than the maximum packet size'),
  PACKET_TYPE_RESERVED: rule('compat', MALFORMED, 'MQTT311 section 2.2.1', 'MQTT5 section 2.1.2', 'control packet type is reserved in this protocol version'),
  PACKET_SENDER: rule('compat', PROTOCOL_ERROR, 'MQTT311 section 2.2.1', 'MQTT5 section 2.1.2', 'control packet type may not be sent in this direction'),
  HEADER_FLAGS_RESERVED: rule('compat', MALFORMED, 'MQTT-2.2.2-2', 'MQTT-2.1.3-1', 'reserved flags of the fixed header have the wrong value'),
  PACKET_TRUNCATED: rule('compat', MALFORMED, 'MQTT311 section 2.2.3', 'MQTT5 section 2.1.4', 'field runs past the end of the packet'),
  TRAILING_BYTES: rule('spec', MALFORMED, 'MQTT311 section 2.2.3', 'MQTT5 section 2.1.4', 'bytes are left over after the last field'),
  PACKET_IDENTIFIER_ZERO: rule('spec', PROTOCOL_ERROR, 'MQTT-2.3.1-1', 'MQTT-2.2.1-3', 'packet identifier is 0'),
  PACKET_INCOMPLETE: rule('compat', MALFORMED, 'MQTT311 section 2.2.3', 'MQTT5 section 2.1.4', 'input ends inside the packet'),
  // data types
  STRING_NOT_UTF8: rule('compat', MALFORMED, 'MQTT-1.5.3-1', 'MQTT-1.5.4-1', 'string is not well-formed UTF-8'),
  STRING_HAS_NULL: rule('compat', MALFORMED, 'MQTT-1.5.3-2', 'MQTT-1.5.4-2', 'string contains U+0000'),
  STRING_HAS_CONTROL_CHARACTER: rule('strict', MALFORMED, 'MQTT311 section 1.5.3', 'MQTT5 section 1.5.4', 'string contains a control character or a non-character'),
  VARIABLE_BYTE_INTEGER_MALFORMED: rule('compat', MALFORMED, '', 'MQTT5 section 1.5.5', 'variable byte integer takes more than four bytes'),
  VARIABLE_BYTE_INTEGER_NOT_MINIMAL: rule('spec', MALFORMED, '', 'MQTT-1.5.5-1', 'variable byte integer takes more bytes than it needs'),
  // properties
  PROPERTY_LENGTH: rule('compat', MALFORMED, '', 'MQTT5 section 2.2.2.1', 'properties run past the end of the packet'),
  PROPERTY_TRUNCATED: rule('compat', MALFORMED, '', 'MQTT5 section 2.2.2', 'property runs past the end of the properties'),
  PROPERTY_UNKNOWN: rule('compat', MALFORMED, '', 'MQTT5 section 2.2.2.2', 'property identifier is not defined'),
  PROPERTY_NOT_ALLOWED: rule('compat', MALFORMED, '', 'MQTT5 section 2.2.2.2', 'property is not defined for this packet'),
  WILL_PROPERTY_IN_PUBLISH: rule('spec', MALFORMED, '', 'MQTT5 section 2.2.2.2', 'property belongs in a will, not in a PUBLISH'),
  PROPERTY_DUPLICATE: rule('compat', PROTOCOL_ERROR, '', 'MQTT5 section 2.2.2.2', 'property occurs more than once'),
  PROPERTY_VALUE: rule('spec', PROTOCOL_ERROR, '', 'MQTT5 section 2.2.2.2', 'property has a value that is not allowed'),
  MAXIMUM_QOS_VALUE: rule('spec', PROTOCOL_ERROR, '', 'MQTT5 section 3.2.2.3.4', 'maximum QoS is neither 0 nor 1'),
  TOPIC_ALIAS_ZERO: rule('spec', ALIAS_INVALID, '', 'MQTT-3.3.2-8', 'topic alias is 0'),
  AUTHENTICATION_DATA_WITHOUT_METHOD: rule('spec', PROTOCOL_ERROR, '', 'MQTT5 section 3.1.2.11.9', 'authentication data without an authentication method'),
  AUTHENTICATION_METHOD_MISSING: rule('spec', PROTOCOL_ERROR, '', 'MQTT5 section 3.15.2.2.2', 'authentication method is missing'),
  SUBSCRIPTION_IDENTIFIER_FROM_CLIENT: rule('spec', PROTOCOL_ERROR, '', 'MQTT-3.3.4-6', 'PUBLISH from a client carries a subscription identifier'),
  SESSION_EXPIRY_FROM_SERVER: rule('spec', PROTOCOL_ERROR, '', 'MQTT-3.14.2-2', 'DISCONNECT from a server carries a session expiry interval'),
  REASON_CODE: rule('compat', PROTOCOL_ERROR, '', 'MQTT5 section 2.4', 'reason code is not defined for this packet'),
  // CONNECT and CONNACK
  PROTOCOL_NAME: rule('compat', UNSUPPORTED_VERSION, 'MQTT-3.1.2-1', 'MQTT-3.1.2-1', 'protocol name is neither MQTT nor MQIsdp'),
  PROTOCOL_VERSION: rule('compat', UNSUPPORTED_VERSION, 'MQTT-3.1.2-2', 'MQTT-3.1.2-2', 'protocol version is not supported'),
  PROTOCOL_NAME_VERSION_MISMATCH: rule('spec', UNSUPPORTED_VERSION, 'MQTT-3.1.2-1', 'MQTT-3.1.2-1', 'protocol name does not belong to the protocol version'),
  CONNECT_FLAG_RESERVED: rule('compat', MALFORMED, 'MQTT-3.1.2-3', 'MQTT-3.1.2-3', 'reserved connect flag is not 0'),
  WILL_QOS: rule('compat', MALFORMED, 'MQTT-3.1.2-14', 'MQTT-3.1.2-12', 'will QoS is 3'),
  WILL_QOS_WITHOUT_WILL: rule('compat', MALFORMED, 'MQTT-3.1.2-13', 'MQTT-3.1.2-11', 'will QoS is not 0 although the will flag is 0'),
  WILL_RETAIN_WITHOUT_WILL: rule('compat', MALFORMED, 'MQTT-3.1.2-15', 'MQTT-3.1.2-13', 'will retain is not 0 although the will flag is 0'),
  PASSWORD_WITHOUT_USERNAME: rule('spec', MALFORMED, 'MQTT-3.1.2-22', '', 'password without a user name'),
  CLIENT_IDENTIFIER_EMPTY: rule('compat', 0x85, 'MQTT-3.1.3-8', '', 'client identifier is empty although the session is not clean'),
  CONNACK_FLAGS_RESERVED: rule('compat', MALFORMED, 'MQTT311 section 3.2.2.1', 'MQTT-3.2.2-1', 'reserved connect acknowledge flags are not 0'),
  CONNACK_RETURN_CODE: rule('spec', PROTOCOL_ERROR, 'MQTT311 section 3.2.2.3', '', 'return code is reserved'),
  SESSION_PRESENT_WITH_ERROR: rule('spec', PROTOCOL_ERROR, 'MQTT-3.2.2-4', 'MQTT-3.2.2-6', 'session present is set although the connection is refused'),
  CONNACK_SHORT: rule('spec', MALFORMED, '', 'MQTT-2.2.2-1', 'reason code or property length is missing'),
  // PUBLISH
  QOS_RESERVED: rule('compat', MALFORMED, 'MQTT-3.3.1-4', 'MQTT-3.3.1-4', 'QoS is 3'),
  DUP_WITHOUT_QOS: rule('spec', MALFORMED, 'MQTT-3.3.1-2', 'MQTT-3.3.1-2', 'DUP is set on a QoS 0 message'),
  TOPIC_NAME_EMPTY: rule('spec', PROTOCOL_ERROR, 'MQTT-4.7.3-1', 'MQTT-4.7.3-1', 'topic name is empty'),
  TOPIC_NAME_EMPTY_WITHOUT_ALIAS: rule('spec', PROTOCOL_ERROR, '', 'MQTT5 section 3.3.2.1', 'topic name is empty and there is no topic alias'),
  TOPIC_NAME_WILDCARD: rule('spec', NAME_INVALID, 'MQTT-3.3.2-2', 'MQTT-3.3.2-2', 'topic name contains a wildcard'),
  PAYLOAD_NOT_UTF8: rule('strict', 0x99, '', 'MQTT5 section 3.3.2.3.2', 'payload format indicator promises UTF-8, but the payload is not'),
  // SUBSCRIBE, UNSUBSCRIBE and their acknowledgements
  SUBSCRIPTIONS_EMPTY: rule('compat', PROTOCOL_ERROR, 'MQTT-3.8.3-3', 'MQTT-3.8.3-2', 'there is no topic filter'),
  UNSUBSCRIPTIONS_EMPTY: rule('compat', PROTOCOL_ERROR, 'MQTT-3.10.3-2', 'MQTT-3.10.3-2', 'there is no topic filter'),
  TOPIC_FILTER_EMPTY: rule('spec', FILTER_INVALID, 'MQTT-4.7.3-1', 'MQTT-4.7.3-1', 'topic filter is empty'),
  TOPIC_FILTER_MULTI_LEVEL_WILDCARD: rule('spec', FILTER_INVALID, 'MQTT-4.7.1-2', 'MQTT-4.7.1-1', '# is not alone in the last level of the topic filter'),
  TOPIC_FILTER_SINGLE_LEVEL_WILDCARD: rule('spec', FILTER_INVALID, 'MQTT-4.7.1-3', 'MQTT-4.7.1-2', '+ does not take a whole level of the topic filter'),
  SHARE_NAME_EMPTY: rule('spec', FILTER_INVALID, '', 'MQTT-4.8.2-1', 'share name is empty'),
  SHARE_NAME_INVALID: rule('spec', FILTER_INVALID, '', 'MQTT-4.8.2-2', 'share name contains a wildcard or is not followed by a topic filter'),
  SUBSCRIPTION_OPTIONS_RESERVED: rule('compat', MALFORMED, 'MQTT-3-8.3-4', 'MQTT-3.8.3-5', 'reserved subscription option bits are not 0'),
  SUBSCRIPTION_QOS: rule('compat', PROTOCOL_ERROR, 'MQTT-3-8.3-4', 'MQTT5 section 3.8.3.1', 'requested QoS is 3'),
  RETAIN_HANDLING: rule('compat', PROTOCOL_ERROR, '', 'MQTT5 section 3.8.3.1', 'retain handling is 3'),
  SHARED_SUBSCRIPTION_NO_LOCAL: rule('spec', PROTOCOL_ERROR, '', 'MQTT-3.8.3-4', 'no local is set on a shared subscription'),
  GRANTED_EMPTY: rule('compat', PROTOCOL_ERROR, 'MQTT311 section 3.9.3', 'MQTT5 section 3.9.3', 'there is no return or reason code'),
  SUBACK_RETURN_CODE: rule('compat', PROTOCOL_ERROR, 'MQTT-3.9.3-2', '', 'return code is not 0, 1, 2 or 128'),
  // what a topic index refuses, so that no match takes long
  FILTER_LEVELS: rule('compat', QUOTA_EXCEEDED, 'MQTT311 section 3.9.3', 'MQTT5 section 3.9.3', 'topic filter with a wildcard has too many levels'),
  FILTER_WILDCARDS: rule('compat', QUOTA_EXCEEDED, 'MQTT311 section 3.9.3', 'MQTT5 section 3.9.3', 'topic filter has too many single-level wildcards'),
  FILTER_VISITS: rule('compat', QUOTA_EXCEEDED, 'MQTT311 section 3.9.3', 'MQTT5 section 3.9.3', 'topic filter would make a match visit too many nodes'),
  INDEX_FULL: rule('compat', QUOTA_EXCEEDED, 'MQTT311 section 3.9.3', 'MQTT5 section 3.9.3', 'topic index has no room left'),
  // what a data plane refuses
  TOPIC_ALIAS_TOO_LARGE: rule('compat', ALIAS_INVALID, '', 'MQTT-3.3.2-9', 'topic alias is larger than the topic alias maximum'),
  TOPIC_ALIAS_UNKNOWN: rule('compat', PROTOCOL_ERROR, '', 'MQTT5 section 3.3.2.3.4', 'topic alias stands for no topic name'),
  BACKLOG_FULL: rule('compat', QUOTA_EXCEEDED, 'MQTT311 section 4.2', 'MQTT5 section 4.2', 'receiver does not read what it is sent'),
  RECEIVERS_FULL: rule('compat', QUOTA_EXCEEDED, 'MQTT311 section 4.2', 'MQTT5 section 4.2', 'there is no room for another receiver'),
  // encoding only: the value cannot be represented, or the caller's object is not a packet
  NOT_A_PACKET: rule('compat', PROTOCOL_ERROR, 'MQTT311 section 2.2.1', 'MQTT5 section 2.1.2', 'value is not a control packet'),
  FIELD_INVALID: rule('compat', PROTOCOL_ERROR, 'MQTT311 section 1.5', 'MQTT5 section 1.5', 'field cannot be encoded'),
  STRING_TOO_LONG: rule('compat', PROTOCOL_ERROR, 'MQTT311 section 1.5.3', 'MQTT5 section 1.5.4', 'string or binary data is longer than 65535 bytes'),
  BUFFER_TOO_SMALL: rule('compat', 0x83, '', '', 'packet does not fit into the buffer'),
} as const;

/** Stable name of a rule, as in `error.code`. */
export type RuleCode = keyof typeof RULES;

const RANK: { readonly [Level in Strictness]: number } = { compat: 0, spec: 1, strict: 2 };

/** Whether `strictness` enforces the rule. */
export function enforces(strictness: Strictness, code: RuleCode): boolean {
  return RANK[strictness] >= RANK[RULES[code].level];
}
