import type { Decoder } from '../../decode/decoder.ts';
import type { Connection } from '../../forward/connection.ts';
import type { Message } from '../../forward/message.ts';
import { PACKET_TYPES } from '../../protocol/packet-types.ts';
import type { AuthPacket, DisconnectPacket, Packet, QoS } from '../../protocol/packets.ts';
import type { Core } from '../core.ts';
import { KeptMessage, LivePublish } from '../messages/source.ts';
import {
  PACKET_IDENTIFIER_NOT_FOUND,
  PROTOCOL_ERROR,
  REAUTHENTICATE,
  UNSPECIFIED_ERROR,
} from '../reason-codes.ts';
import type { Session } from '../session/session.ts';
import { Authentication } from './authentication.ts';
import type { ClientConnection } from './client-connection.ts';

const PUBLISH = PACKET_TYPES.publish.type;
const PUBACK = PACKET_TYPES.puback.type;
const PUBREL = PACKET_TYPES.pubrel.type;
const PUBCOMP = PACKET_TYPES.pubcomp.type;

/** Remaining length of an acknowledgement without a reason code: success. */
const SHORT_ACKNOWLEDGEMENT = 2;

/** What is done with the packets of a client, once its CONNECT was accepted. */
export class PacketHandler {
  private readonly core: Core;
  private readonly client: ClientConnection;
  private readonly session: Session;
  private readonly publish: LivePublish;
  private authentication: Authentication | undefined = undefined;
  /** Whether the session was there before this connection. */
  private readonly isResumed: boolean;

  constructor(
    core: Core,
    client: ClientConnection,
    connection: Connection,
    session: Session,
    isResumed: boolean,
  ) {
    this.isResumed = isResumed;
    this.core = core;
    this.client = client;
    this.session = session;
    this.publish = new LivePublish(connection);
  }

  /** A packet that the decoder is at; those that there are many of are not made objects. */
  live(decoder: Decoder): void {
    const { packetType } = decoder;
    if (packetType === PUBLISH) {
      const { messageId, payloadLength, qos, remainingLength, retain } = decoder;
      this.core.receiving.receive(this.client, this.session, {
        source: this.publish.renew(),
        qos,
        retain,
        messageId,
        size: remainingLength,
        hasPayload: payloadLength > 0,
      });
    } else if (
      packetType >= PUBACK &&
      packetType <= PUBCOMP &&
      decoder.remainingLength === SHORT_ACKNOWLEDGEMENT
    ) {
      this.acknowledged(packetType, decoder.messageId, 0);
    } else this.packet(decoder.read());
  }

  /** A PUBLISH that had to wait. */
  publishLater(message: Message, { messageId, qos }: { messageId: number; qos: QoS }): void {
    this.core.receiving.receive(this.client, this.session, {
      source: new KeptMessage(this.core, message, this.session.receiver),
      qos,
      retain: message.retain,
      messageId,
      size: message.size,
      hasPayload: message.payload.length > 0,
    });
  }

  packet(packet: Packet): void {
    const { client, core, session } = this;
    switch (packet.cmd) {
      case 'puback':
      case 'pubrec':
      case 'pubrel':
      case 'pubcomp':
        this.acknowledged(PACKET_TYPES[packet.cmd].type, packet.messageId, packet.reasonCode ?? 0);
        break;
      case 'subscribe':
        core.subscribing.subscribe(client, session, packet);
        break;
      case 'unsubscribe':
        core.subscribing.unsubscribe(client, session, packet);
        break;
      case 'pingreq':
        client.answer({ cmd: 'pingresp' });
        break;
      case 'disconnect':
        this.disconnect(packet);
        break;
      case 'auth':
        this.authenticate(packet);
        break;
      case 'connect':
        client.fail(PROTOCOL_ERROR, 'second CONNECT'); // MQTT-3.1.0-2
        break;
      default:
        // the decoder lets no packet pass that only a server may send
        client.fail(PROTOCOL_ERROR, `${packet.cmd.toUpperCase()} from a client`);
    }
  }

  private acknowledged(packetType: number, messageId: number, reasonCode: number): void {
    const { client, session } = this;
    const { outgoing } = session;
    let mismatch: 'mismatch' | undefined;
    if (packetType === PUBACK) mismatch = outgoing.puback(messageId);
    else if (packetType === PUBCOMP) mismatch = outgoing.pubcomp(messageId);
    else if (packetType === PUBREL) this.released(messageId);
    else {
      const next = outgoing.pubrec(messageId, reasonCode >= UNSPECIFIED_ERROR);
      if (next === 'release') client.acknowledge('pubrel', messageId);
      else if (next === 'unknown' && reasonCode < UNSPECIFIED_ERROR) this.answerUnknown('pubrel', messageId);
      else if (next === 'mismatch') mismatch = next;
    }
    if (mismatch !== undefined) {
      client.fail(PROTOCOL_ERROR, `packet identifier ${messageId} is acknowledged as what it is not`);
    }
  }

  private released(messageId: number): void {
    const { client, core, session } = this;
    const isKnown = session.received.delete(messageId);
    if (isKnown && session.isPersistent) core.settings.store.deleteReceived(session.clientId, messageId);
    // after a reconnect it is no error that the message is done with (MQTT5 section 3.7.2.1)
    if (isKnown || client.protocolVersion < 5 || this.isResumed) client.acknowledge('pubcomp', messageId);
    else this.answerUnknown('pubcomp', messageId);
  }

  private answerUnknown(cmd: 'pubrel' | 'pubcomp', messageId: number): void {
    if (this.client.protocolVersion < 5) return;
    const packet = { cmd, messageId, reasonCode: PACKET_IDENTIFIER_NOT_FOUND };
    this.client.answer(packet, { reasonString: 'no such message' });
  }

  private disconnect({ properties, reasonCode = 0 }: DisconnectPacket): void {
    const { client, core, session } = this;
    const interval = properties?.sessionExpiryInterval;
    if (interval !== undefined) {
      const { sessionExpiryInterval = 0 } = client.client.connect.properties ?? {};
      if (interval > 0 && sessionExpiryInterval === 0) {
        // MQTT5 section 3.14.2.2.2
        client.fail(PROTOCOL_ERROR, 'DISCONNECT with a session expiry interval after CONNECT without one');
        return;
      }
      core.sessions.setExpiryInterval(session, interval);
    }
    const disconnection = { reasonCode, reason: 'disconnected by the client', byClient: true };
    client.leave(disconnection, reasonCode !== 0); // MQTT-3.14.4-3
  }

  private authenticate(packet: AuthPacket): void {
    const { client, core } = this;
    const method = client.client.connect.properties?.authenticationMethod;
    if (method === undefined) {
      client.fail(PROTOCOL_ERROR, 'AUTH without an authentication method in CONNECT'); // MQTT-4.12.0-7
      return;
    }
    const fail = (reasonCode: number, reason: string): void => client.fail(reasonCode, reason);
    this.authentication ??= new Authentication(core, client, method, {
      refused: (refusal) => client.fail(refusal.reasonCode, 'authentication refused', refusal), // MQTT-4.12.1-2
      succeeded: () => {},
      waits: () => {},
    });
    if (packet.reasonCode !== REAUTHENTICATE) this.authentication.next(packet);
    else if (this.authentication.isUnderWay) fail(PROTOCOL_ERROR, 'AUTH while another exchange is under way');
    else if (packet.properties?.authenticationMethod !== method) {
      fail(PROTOCOL_ERROR, 'AUTH with another authentication method'); // MQTT-4.12.1-1
    } else this.authentication.begin(packet.properties.authenticationData, true);
  }
}
