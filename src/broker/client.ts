import { MAX_PACKET_SIZE } from '../protocol/limits.ts';
import type { ProtocolVersion } from '../protocol/packet-types.ts';
import type { ConnectPacket, Will } from '../protocol/packets.ts';
import type { Message } from './publication.ts';

/** What an accepted CONNECT said about the client, and what is remembered while it is connected. */
export interface Client {
  readonly id: string;
  readonly version: ProtocolVersion;
  /** Seconds; 0 is off. */
  readonly keepAlive: number;
  /** Largest packet the client accepts, in bytes (MQTT-3.1.2-24). */
  readonly maxPacketSize: number;
  /** The client asked for a session that ends with the connection (MQTT5 section 3.14.2.2.2). */
  readonly sessionExpiryIsZero: boolean;
  /** Published when the connection ends without DISCONNECT. */
  readonly will: Message | undefined;
  /** Packet identifiers of QoS 2 messages that were routed and wait for PUBREL (MQTT-4.3.3-2). */
  readonly awaitingRelease: Set<number>;
}

export function clientFrom(packet: ConnectPacket, id: string): Client {
  const properties = packet.properties;
  return {
    id,
    version: packet.protocolVersion,
    keepAlive: packet.keepalive,
    maxPacketSize: properties?.maximumPacketSize ?? MAX_PACKET_SIZE,
    sessionExpiryIsZero: (properties?.sessionExpiryInterval ?? 0) === 0,
    will: packet.will && messageFrom(packet.will),
    awaitingRelease: new Set(),
  };
}

/** The will delay is left out: it never outlasts the session, and no session outlasts its connection. */
function messageFrom(will: Will): Message {
  const { willDelayInterval, ...properties } = will.properties ?? {};
  return {
    topic: will.topic,
    // a copy: the payload is a view of a chunk that would otherwise stay in memory as long as the connection
    payload: Uint8Array.from(will.payload),
    retain: will.retain,
    properties,
  };
}
