import type { MqttError } from '../../protocol/errors.ts';
import type { ProtocolVersion } from '../../protocol/packet-types.ts';
import type { ConnackPacket, EncodableOf } from '../../protocol/packets.ts';
import { isReasonCode } from '../../protocol/reason-codes.ts';
import type { BrokerSettings } from '../options.ts';
import {
  BAD_USER_NAME_OR_PASSWORD,
  CLIENT_IDENTIFIER_NOT_VALID,
  CONNECTION_RATE_EXCEEDED,
  IMPLEMENTATION_SPECIFIC_ERROR,
  QUOTA_EXCEEDED,
  SERVER_BUSY,
  SERVER_MOVED,
  SERVER_UNAVAILABLE,
  UNSPECIFIED_ERROR,
  UNSUPPORTED_PROTOCOL_VERSION,
  USE_ANOTHER_SERVER,
} from '../reason-codes.ts';
import type { Refusal } from '../types.ts';
import type { ConnectedClient } from './client.ts';
import { requestedProtocolLevel } from './greeting.ts';

type Connack = EncodableOf<'connack'>;

const RETURN_SERVER_UNAVAILABLE = 3;
const RETURN_NOT_AUTHORIZED = 5;

/** Return codes of 3.1 and 3.1.1 by reason codes of 5.0; 5 (not authorized) for those that are not here. */
const RETURN_CODES = new Map<number, number>([
  [UNSPECIFIED_ERROR, RETURN_SERVER_UNAVAILABLE],
  [IMPLEMENTATION_SPECIFIC_ERROR, RETURN_SERVER_UNAVAILABLE],
  [UNSUPPORTED_PROTOCOL_VERSION, 1],
  [CLIENT_IDENTIFIER_NOT_VALID, 2],
  [BAD_USER_NAME_OR_PASSWORD, 4],
  [SERVER_UNAVAILABLE, RETURN_SERVER_UNAVAILABLE],
  [SERVER_BUSY, RETURN_SERVER_UNAVAILABLE],
  [QUOTA_EXCEEDED, RETURN_SERVER_UNAVAILABLE],
  [USE_ANOTHER_SERVER, RETURN_SERVER_UNAVAILABLE],
  [SERVER_MOVED, RETURN_SERVER_UNAVAILABLE],
  [CONNECTION_RATE_EXCEEDED, RETURN_SERVER_UNAVAILABLE],
]);

/** The answer to a CONNECT that is refused (MQTT-3.2.2-6). */
export function refusingConnack(version: ProtocolVersion, { reasonCode, serverReference }: Refusal): Connack {
  const packet = { cmd: 'connack', sessionPresent: false } as const;
  if (version < 5) return { ...packet, returnCode: RETURN_CODES.get(reasonCode) ?? RETURN_NOT_AUTHORIZED };
  const code =
    isReasonCode('connack', reasonCode) && reasonCode >= UNSPECIFIED_ERROR ? reasonCode : UNSPECIFIED_ERROR;
  return {
    ...packet,
    reasonCode: code,
    ...(serverReference !== undefined && { properties: { serverReference } }),
  };
}

/** CONNACK, and the protocol version that it is encoded by. */
export interface ConnackForError {
  readonly packet: Connack;
  readonly version: ProtocolVersion;
}

/**
 * The answer to a CONNECT that could not be decoded, where the specification has one: a protocol version that is not
 * supported (MQTT-3.1.2-2) and an empty client identifier (MQTT-3.1.3-8 of 3.1.1). `greeting`: its first bytes.
 */
export function connackForError(error: MqttError, greeting: Uint8Array): ConnackForError | undefined {
  if (error.code === 'CLIENT_IDENTIFIER_EMPTY')
    return { packet: refusingConnack(4, { reasonCode: CLIENT_IDENTIFIER_NOT_VALID }), version: 4 };
  if (error.code === 'PROTOCOL_VERSION' || error.code === 'PROTOCOL_NAME_VERSION_MISMATCH') {
    const version = requestedProtocolLevel(greeting) >= 5 ? 5 : 4;
    return { packet: refusingConnack(version, { reasonCode: UNSUPPORTED_PROTOCOL_VERSION }), version };
  }
  return undefined;
}

/** What an accepted CONNECT is answered with besides what the settings say. */
export interface Acceptance5 {
  readonly isPresent: boolean;
  readonly sessionExpiryInterval: number;
  readonly authenticationData: Uint8Array | undefined;
}

/** The answer to a CONNECT that is accepted: it tells a client with 5.0 what is not as the specification has it by default. */
export function acceptingConnack(
  client: ConnectedClient,
  settings: BrokerSettings,
  { authenticationData, isPresent, sessionExpiryInterval }: Acceptance5,
): Connack {
  const packet = { cmd: 'connack', sessionPresent: isPresent } as const;
  const { connect } = client;
  // a server with 3.1 cannot tell: the bit is reserved there
  if (connect.protocolVersion === 3) return { ...packet, sessionPresent: false, returnCode: 0 };
  if (connect.protocolVersion === 4) return { ...packet, returnCode: 0 };
  const asked = connect.properties ?? {};
  const responseInformation = asked.requestResponseInformation
    ? settings.responseInformation(client)
    : undefined;
  const properties: NonNullable<ConnackPacket['properties']> = {
    ...(sessionExpiryInterval !== (asked.sessionExpiryInterval ?? 0) && { sessionExpiryInterval }),
    receiveMaximum: settings.receiveMaximum,
    ...(settings.maximumQoS < 2 && { maximumQoS: settings.maximumQoS }),
    ...(!settings.retainAvailable && { retainAvailable: false }),
    maximumPacketSize: settings.maxPacketSize,
    ...(connect.clientId === '' && { assignedClientIdentifier: client.id }), // MQTT-3.1.3-7
    ...(settings.topicAliasMaximum > 0 && { topicAliasMaximum: settings.topicAliasMaximum }),
    ...(!settings.wildcardSubscriptionAvailable && { wildcardSubscriptionAvailable: false }),
    ...(!settings.subscriptionIdentifiersAvailable && { subscriptionIdentifiersAvailable: false }),
    ...(!settings.sharedSubscriptionAvailable && { sharedSubscriptionAvailable: false }),
    ...(client.keepAlive !== connect.keepalive && { serverKeepAlive: client.keepAlive }), // MQTT-3.2.2-21
    ...(responseInformation !== undefined && { responseInformation }), // MQTT-3.1.2-28
    ...(asked.authenticationMethod !== undefined && { authenticationMethod: asked.authenticationMethod }),
    ...(authenticationData !== undefined && { authenticationData }),
  };
  return { ...packet, reasonCode: 0, properties };
}
