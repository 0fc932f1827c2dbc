import { CLIENT_IDENTIFIER, PASSWORD, USER_NAME, WILL_PAYLOAD, WILL_TOPIC } from '../protocol/fields.ts';
import {
  BRIDGE_BIT,
  CONNECT_CLEAN_START,
  CONNECT_PASSWORD,
  CONNECT_USERNAME,
  CONNECT_WILL,
  CONNECT_WILL_QOS_SHIFT,
  CONNECT_WILL_RETAIN,
  PACKET_TYPES,
} from '../protocol/packet-types.ts';
import type { EncodableConnect, EncodableWill } from '../protocol/packets.ts';
import { writeLengthBefore, writeUint8, writeUint16 } from './bytes.ts';
import { describe, fail, failIfEnforced } from './fail.ts';
import { flagBit, qosBits, unsigned } from './fields.ts';
import { type EncodeSettings, type PacketContext, settingsFor } from './options.ts';
import { checkPayloadFormat, payloadOf } from './payload.ts';
import { propertiesOf, writeProperties } from './properties.ts';
import { writeBinary, writeString } from './text.ts';
import { writeTopicName } from './topic-name.ts';

const CONNECT_PROPERTIES = propertiesOf('connect');
const WILL_PROPERTIES = propertiesOf('will');

const FIELDS = {
  protocolId: { name: 'protocolId' },
  clientId: { name: 'clientId', ...CLIENT_IDENTIFIER },
  willTopic: { name: 'will.topic', ...WILL_TOPIC },
  willPayload: { name: 'will.payload', ...WILL_PAYLOAD },
  username: { name: 'username', ...USER_NAME },
  password: { name: 'password', ...PASSWORD },
};

/** Writes a CONNECT (MQTT5 section 3.1) in the version it asks for itself. */
export function writeConnect(
  bytes: Uint8Array,
  offset: number,
  packet: EncodableConnect,
  settings: EncodeSettings,
): number {
  const { protocolVersion: version = settings.connect.protocolVersion } = packet;
  const context = settingsFor(
    version,
    settings.connect.strictness,
    settings.connect.layout,
    settings.connect,
  ).connect;
  const { keepalive = 0, clientId = '', will, username, password } = packet;
  const clean = flagBit(packet.clean, 'clean', context, 1);

  let flags = clean && CONNECT_CLEAN_START;
  if (isGiven(will)) flags |= willFlags(will, context);
  if (isGiven(username)) flags |= CONNECT_USERNAME;
  if (isGiven(password)) {
    flags |= CONNECT_PASSWORD;
    // allowed since 5.0 (MQTT5 section 3.1.2.9)
    if (!isGiven(username) && version < 5) failIfEnforced('PASSWORD_WITHOUT_USERNAME', context);
  }

  let position = writeUint8(bytes, offset, PACKET_TYPES.connect.type << 4) + 1;
  const protocolId = protocolName(packet.protocolId, context);
  position = writeString(bytes, position, protocolId, FIELDS.protocolId, context);
  const bridge = flagBit(packet.bridgeMode, 'bridgeMode', context) && BRIDGE_BIT;
  position = writeUint8(bytes, position, version | bridge);
  position = writeUint8(bytes, position, flags);
  position = writeUint16(bytes, position, unsigned(keepalive, 0xffff, 'keepalive', context));
  if (version === 5) {
    const { properties } = packet;
    position = writeProperties(bytes, position, properties, CONNECT_PROPERTIES, context);
    if (properties?.authenticationData !== undefined && properties.authenticationMethod === undefined) {
      failIfEnforced('AUTHENTICATION_DATA_WITHOUT_METHOD', context);
    }
  }
  position = writeClientIdentifier(bytes, position, clientId, clean, context);
  if (isGiven(will)) position = writeWill(bytes, position, will, context);
  if (isGiven(username)) position = writeString(bytes, position, username, FIELDS.username, context);
  if (isGiven(password)) position = writeBinary(bytes, position, password, FIELDS.password, context);
  return writeLengthBefore(bytes, offset + 1, 1, position);
}

function isGiven<Value>(value: Value | null | undefined): value is Value {
  return value !== undefined && value !== null;
}

function protocolName(given: unknown, context: PacketContext): string {
  const name = context.protocolVersion === 3 ? 'MQIsdp' : 'MQTT';
  if (given === undefined || given === name) return name;
  const detail = `protocolId is ${describe(given)}`;
  if (given !== 'MQTT' && given !== 'MQIsdp') {
    // Users of mqtt-packet test with other names how a server refuses them.
    const isName = typeof given === 'string' && given !== '';
    if (!isName || context.strictness !== 'compat') fail('PROTOCOL_NAME', context, detail);
  }
  failIfEnforced('PROTOCOL_NAME_VERSION_MISMATCH', context, detail);
  return given;
}

function writeClientIdentifier(
  bytes: Uint8Array,
  position: number,
  identifier: unknown,
  clean: number,
  context: PacketContext,
): number {
  if (identifier === '') {
    if (context.protocolVersion === 3) {
      fail('CLIENT_IDENTIFIER_EMPTY', context, 'MQTT 3.1 has no empty ones', 'MQTT31 section 3.1');
    }
    if (context.protocolVersion === 4 && clean === 0) fail('CLIENT_IDENTIFIER_EMPTY', context);
  }
  return writeString(bytes, position, identifier, FIELDS.clientId, context);
}

function willFlags(will: unknown, context: PacketContext): number {
  if (typeof will !== 'object') fail('FIELD_INVALID', context, `will is ${describe(will)}`);
  const { qos = 0, retain } = will as EncodableWill;
  return (
    CONNECT_WILL |
    (qosBits(qos, 'will.qos', context, 'WILL_QOS') << CONNECT_WILL_QOS_SHIFT) |
    (flagBit(retain, 'will.retain', context) && CONNECT_WILL_RETAIN)
  );
}

function writeWill(bytes: Uint8Array, position: number, will: EncodableWill, context: PacketContext): number {
  const { properties } = will;
  if (context.protocolVersion === 5) {
    position = writeProperties(bytes, position, properties, WILL_PROPERTIES, context);
  }
  position = writeTopicName(bytes, position, will.topic, FIELDS.willTopic, context);
  const payload = payloadOf(will.payload, 'will.payload', context);
  checkPayloadFormat(payload, properties, context, 'MQTT5 section 3.1.3.2.3');
  return writeBinary(bytes, position, payload, FIELDS.willPayload, context);
}
