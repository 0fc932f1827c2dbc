import { randomUUID } from 'node:crypto';
import type { MqttError } from '../protocol/errors.ts';
import type { ProtocolVersion } from '../protocol/packet-types.ts';
import type { ConnackPacket, ConnectPacket } from '../protocol/packets.ts';
import { requestedProtocolLevel } from './greeting.ts';
import type { BrokerSettings } from './options.ts';

/** Why a CONNECT is refused: reason code for MQTT 5.0, return code for the versions before. */
interface Refusal {
  readonly reasonCode: number;
  readonly returnCode: number;
  readonly text: string;
}

const NOT_AUTHORIZED = 5;

const IDENTIFIER_REJECTED: Refusal = {
  reasonCode: 0x85,
  returnCode: 2,
  text: 'empty client identifier, which needs MQTT 3.1.1 with a clean session, or MQTT 5.0',
};
const UNSUPPORTED_VERSION: Refusal = {
  reasonCode: 0x84,
  returnCode: 1,
  text: 'unsupported protocol version',
};
const BAD_AUTHENTICATION_METHOD: Refusal = {
  reasonCode: 0x8c,
  returnCode: NOT_AUTHORIZED,
  text: 'enhanced authentication is not supported',
};
const WILL_QOS_NOT_SUPPORTED: Refusal = {
  reasonCode: 0x9b,
  returnCode: NOT_AUTHORIZED,
  text: 'will QoS above 0 is not supported',
};
const WILL_RETAIN_NOT_SUPPORTED: Refusal = {
  reasonCode: 0x9a,
  returnCode: NOT_AUTHORIZED,
  text: 'retained will is not supported',
};

/** Why the broker does not accept a well-formed CONNECT; `undefined` if it does. */
export function connectRefusal(packet: ConnectPacket): Refusal | undefined {
  if (packet.protocolVersion === 5) {
    if (packet.properties?.authenticationMethod !== undefined) return BAD_AUTHENTICATION_METHOD; // MQTT-4.12.0-1
    if (packet.will !== undefined && packet.will.qos > 0) return WILL_QOS_NOT_SUPPORTED; // MQTT-3.2.2-12
    if (packet.will?.retain) return WILL_RETAIN_NOT_SUPPORTED; // MQTT-3.2.2-13
    return undefined;
  }
  // MQTT 3.1 knows no empty client identifier; MQTT-3.1.3-8 of 3.1.1
  if (packet.clientId === '' && (packet.protocolVersion === 3 || !packet.clean)) return IDENTIFIER_REJECTED;
  return undefined;
}

type Connack = Pick<ConnackPacket, 'cmd' | 'sessionPresent' | 'returnCode' | 'reasonCode' | 'properties'>;

/** The answer to a CONNECT that is refused. */
export function refusingConnack(version: ProtocolVersion, refusal: Refusal): Connack {
  const { reasonCode, returnCode } = refusal;
  return { cmd: 'connack', sessionPresent: false, ...(version === 5 ? { reasonCode } : { returnCode }) };
}

/**
 * The answer to a CONNECT that could not be decoded, where the specification has one: a protocol version that is not
 * supported (MQTT-3.1.2-2) and an empty client identifier (MQTT-3.1.3-8 of 3.1.1). `greeting`: its first bytes.
 */
export function connackForError(
  error: MqttError,
  greeting: Uint8Array,
): { packet: Connack; version: ProtocolVersion } | undefined {
  if (error.code === 'CLIENT_IDENTIFIER_EMPTY')
    return { packet: refusingConnack(4, IDENTIFIER_REJECTED), version: 4 };
  if (error.code === 'PROTOCOL_VERSION' || error.code === 'PROTOCOL_NAME_VERSION_MISMATCH') {
    const version = requestedProtocolLevel(greeting) >= 5 ? 5 : 4;
    return { packet: refusingConnack(version, UNSUPPORTED_VERSION), version };
  }
  return undefined;
}

/** The answer to a CONNECT that is accepted: it tells an MQTT 5.0 client what the broker does not do. */
export function acceptingConnack(packet: ConnectPacket, clientId: string, settings: BrokerSettings): Connack {
  if (packet.protocolVersion !== 5) return { cmd: 'connack', sessionPresent: false, returnCode: 0 };
  return {
    cmd: 'connack',
    sessionPresent: false,
    reasonCode: 0,
    properties: {
      sessionExpiryInterval: 0,
      maximumQoS: 0,
      retainAvailable: false,
      maximumPacketSize: settings.maxPacketSize,
      ...(packet.clientId === '' && { assignedClientIdentifier: clientId }), // MQTT-3.1.3-7
      topicAliasMaximum: 0,
      subscriptionIdentifiersAvailable: false,
      sharedSubscriptionAvailable: false,
    },
  };
}

/** A client identifier that no client has (MQTT-3.1.3-6). */
export function newClientIdentifier(): string {
  return `wasmqtt-${randomUUID()}`;
}
