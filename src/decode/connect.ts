import {
  CLIENT_IDENTIFIER,
  NO_PASSWORD,
  NO_USER_NAME,
  PASSWORD,
  PROTOCOL_NAME,
  USER_NAME,
  WILL_PAYLOAD,
  WILL_TOPIC,
} from '../protocol/fields.ts';
import {
  BRIDGE_BIT,
  CONNECT_CLEAN_START,
  CONNECT_PASSWORD,
  CONNECT_RESERVED,
  CONNECT_USERNAME,
  CONNECT_WILL,
  CONNECT_WILL_QOS_SHIFT,
  CONNECT_WILL_RETAIN,
} from '../protocol/packet-types.ts';
import type { ConnectPacket, QoS, Will } from '../protocol/packets.ts';
import { blankPacket } from './blank.ts';
import { isMinimal } from './fixed-header.ts';
import { checkPayloadFormat } from './payload-format.ts';
import { readProperties } from './properties.ts';
import type { PacketReader } from './reader.ts';
import { readTopicName } from './topics.ts';

/** Reads a CONNECT (MQTT5 section 3.1) by the protocol version that it names. */
export function readConnect(reader: PacketReader): ConnectPacket {
  const protocolId = readProtocolName(reader);
  const bridge = readProtocolVersion(reader, protocolId);
  const version = reader.version;
  const flags = readFlags(reader);
  const packet = blankPacket(reader, 'connect');
  packet.protocolId = protocolId;
  packet.protocolVersion = version;
  // mqtt-packet's order of keys, which is not that of the bytes
  if (bridge) packet.bridgeMode = true;
  const will = (flags & CONNECT_WILL) !== 0 ? ({} as Will) : undefined;
  if (will !== undefined) packet.will = will;
  packet.clean = (flags & CONNECT_CLEAN_START) !== 0;
  packet.keepalive = reader.uint16();
  if (version === 5) readConnectProperties(reader, packet);
  packet.clientId = reader.string(CLIENT_IDENTIFIER);
  if (will !== undefined) readWill(reader, flags, will);
  if ((flags & CONNECT_USERNAME) !== 0) packet.username = reader.string(USER_NAME);
  if ((flags & CONNECT_PASSWORD) !== 0) packet.password = reader.binary(PASSWORD);
  reader.finish(surplusClause(flags));
  return packet;
}

function readProtocolName(reader: PacketReader): 'MQTT' | 'MQIsdp' {
  const start = reader.position;
  const end = reader.lengthPrefixed(PROTOCOL_NAME);
  if (equals(reader.bytes, start + 2, end, MQTT)) return 'MQTT';
  if (equals(reader.bytes, start + 2, end, MQISDP)) return 'MQIsdp';
  return reader.fail('PROTOCOL_NAME', start);
}

const MQTT = [0x4d, 0x51, 0x54, 0x54];
const MQISDP = [0x4d, 0x51, 0x49, 0x73, 0x64, 0x70];

function equals(bytes: Uint8Array, start: number, end: number, expected: readonly number[]): boolean {
  return end - start === expected.length && expected.every((byte, i) => bytes[start + i] === byte);
}

/** Sets the version that the rest is read by; returns whether the bridge bit was set. */
function readProtocolVersion(reader: PacketReader, protocolId: 'MQTT' | 'MQIsdp'): boolean {
  const start = reader.position;
  const byte = reader.uint8();
  const version = byte & ~BRIDGE_BIT;
  if (version !== 3 && version !== 4 && version !== 5) {
    return reader.fail('PROTOCOL_VERSION', start, undefined, `version ${byte}`);
  }
  reader.version = version;
  if ((protocolId === 'MQIsdp') !== (version === 3)) {
    reader.check('PROTOCOL_NAME_VERSION_MISMATCH', start, undefined, `${protocolId} with version ${version}`);
  }
  if (version === 5 && !isMinimal(reader.bytes, reader.start, reader.bodyStart - reader.start)) {
    reader.check('REMAINING_LENGTH_NOT_MINIMAL', reader.start + 1);
  }
  return byte !== version;
}

function readFlags(reader: PacketReader): number {
  const start = reader.position;
  const flags = reader.uint8();
  if ((flags & CONNECT_RESERVED) !== 0) reader.check('CONNECT_FLAG_RESERVED', start);
  const qos = willQoS(flags);
  if ((flags & CONNECT_WILL) !== 0) {
    if (qos === 3) reader.fail('WILL_QOS', start);
  } else {
    if ((flags & CONNECT_WILL_RETAIN) !== 0) reader.check('WILL_RETAIN_WITHOUT_WILL', start);
    if (qos !== 0) reader.check('WILL_QOS_WITHOUT_WILL', start);
  }
  if (reader.version < 5 && (flags & (CONNECT_PASSWORD | CONNECT_USERNAME)) === CONNECT_PASSWORD) {
    reader.check('PASSWORD_WITHOUT_USERNAME', start);
  }
  return flags;
}

function willQoS(flags: number): number {
  return (flags >> CONNECT_WILL_QOS_SHIFT) & 3;
}

function readConnectProperties(reader: PacketReader, packet: ConnectPacket): void {
  const start = reader.position;
  const properties = readProperties(reader, 'connect');
  if (properties === undefined) return;
  if (properties.authenticationData !== undefined && properties.authenticationMethod === undefined) {
    reader.check('AUTHENTICATION_DATA_WITHOUT_METHOD', start);
  }
  packet.properties = properties;
}

function readWill(reader: PacketReader, flags: number, will: Will): void {
  will.retain = (flags & CONNECT_WILL_RETAIN) !== 0;
  will.qos = willQoS(flags) as QoS;
  const properties = reader.version === 5 ? readProperties(reader, 'will') : undefined;
  if (properties !== undefined) will.properties = properties;
  const topicStart = reader.position;
  will.topic = readTopicName(reader, WILL_TOPIC);
  if (will.topic.length === 0) reader.check('TOPIC_NAME_EMPTY', topicStart);
  const payloadStart = reader.position;
  will.payload = reader.binary(WILL_PAYLOAD);
  if (properties?.payloadFormatIndicator === true) {
    checkPayloadFormat(reader, payloadStart, payloadStart + 2, reader.position, 'MQTT5 section 3.1.3.2.3');
  }
}

/** A field that the flags deny may be what is left over. */
function surplusClause(flags: number) {
  if ((flags & CONNECT_PASSWORD) !== 0) return undefined;
  return (flags & CONNECT_USERNAME) !== 0 ? NO_PASSWORD : NO_USER_NAME;
}
