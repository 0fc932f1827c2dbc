import type { MqttError } from '../protocol/errors.ts';
import { PACKET_TYPES } from '../protocol/packet-types.ts';
import type { RuleCode } from '../protocol/rules.ts';

const TOPIC = 'Cannot parse topic';
const PROPERTIES = 'Cannot parse property code type';
const INTEGER = 'Invalid variable byte integer';
const TOO_SHORT = 'Packet too short';

/** mqtt-packet's sentences by the rule that is broken; where there is none, the error keeps its own. */
const MESSAGES: {
  readonly [Code in RuleCode]?:
    | string
    | ((error: MqttError, version: number | undefined) => string | undefined);
} = {
  REMAINING_LENGTH_MALFORMED: INTEGER,
  VARIABLE_BYTE_INTEGER_MALFORMED: INTEGER,
  PACKET_TYPE_RESERVED: ({ packetType }) =>
    packetType === undefined ? 'Not supported' : 'Not supported auth packet for this version MQTT',
  HEADER_FLAGS_RESERVED: ({ packetType }) =>
    packetType &&
    `Invalid header flag bits, must be 0x${PACKET_TYPES[packetType].flags} for ${packetType} packet`,
  QOS_RESERVED: 'Packet must not have both QoS bits set to 1',
  PACKET_TRUNCATED: truncated,
  TRAILING_BYTES: ({ packetType }) =>
    packetType === 'unsuback' ? 'Malformed unsuback, payload length must be 2' : undefined,
  PROTOCOL_NAME: 'Invalid protocolId',
  PROTOCOL_VERSION: 'Invalid protocol version',
  CONNECT_FLAG_RESERVED: 'Connect flag bit 0 must be 0, but got 1',
  WILL_RETAIN_WITHOUT_WILL: 'Will Retain Flag must be set to zero when Will Flag is set to 0',
  WILL_QOS_WITHOUT_WILL: 'Will QoS must be set to zero when Will Flag is set to 0',
  CONNACK_FLAGS_RESERVED: 'Invalid connack flags, bits 7-1 must be set to 0',
  PROPERTY_LENGTH: PROPERTIES,
  PROPERTY_TRUNCATED: PROPERTIES,
  PROPERTY_UNKNOWN: ({ message }) => (message.includes('(identifier 0x0)') ? PROPERTIES : 'Unknown property'),
  REASON_CODE: ({ packetType }) => {
    if (packetType === 'connack') return undefined;
    const isList = packetType === 'suback' || packetType === 'unsuback';
    return `Invalid ${packetType} ${isList ? 'code' : 'reason code'}`;
  },
  SUBSCRIPTIONS_EMPTY: noPayload,
  UNSUBSCRIPTIONS_EMPTY: noPayload,
  GRANTED_EMPTY: noPayload,
  SUBSCRIPTION_OPTIONS_RESERVED: (_error, version) =>
    `Invalid subscribe topic flag bits, bits 7-${version === 5 ? 6 : 2} must be 0`,
  SUBSCRIPTION_QOS: 'Invalid subscribe QoS, must be <= 2',
  RETAIN_HANDLING: 'Invalid retain handling, must be <= 2',
  SUBACK_RETURN_CODE: 'Invalid suback QoS, must be 0, 1, 2 or 128',
};

/** The fields of a CONNECT whose absence has a sentence of its own. */
const CONNECT_FIELDS: readonly (string | undefined)[] = [
  'protocolId',
  'will.topic',
  'will.payload',
  'username',
  'password',
];

function noPayload({ packetType }: MqttError): string {
  return `Malformed ${packetType}, no payload specified`;
}

/** A field is cut off by the end of its packet. */
function truncated(error: MqttError, version: number | undefined): string {
  const { field, packetType } = error;
  if (packetType === 'connect') {
    return CONNECT_FIELDS.includes(field) ? `Cannot parse ${field?.replace('.', ' ')}` : TOO_SHORT;
  }
  if (packetType === 'connack') return 'Cannot parse return code';
  if (field === 'properties') return PROPERTIES;
  if (field === 'options') return 'Malformed Subscribe Payload';
  if (field === 'messageId') {
    if (packetType === 'unsuback' && (version === 3 || version === 4))
      return 'Malformed unsuback, payload length must be 2';
    const hasPayload = packetType?.includes('sub');
    return hasPayload ? noPayload(error) : 'Cannot parse messageId';
  }
  return field === 'topic' || field === 'unsubscriptions' ? TOPIC : TOO_SHORT;
}

/**
 * Gives an error of the decoder, in a packet of the version that the settings name, the message that mqtt-packet has
 * for it, which its users compare. The other properties of the error say the rest.
 */
export function useKnownMessage(error: MqttError, version: number | undefined): void {
  const message = MESSAGES[error.code];
  const known = typeof message === 'function' ? message(error, version) : message;
  if (known !== undefined) error.message = known;
}
