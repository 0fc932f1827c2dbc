import { randomUUID } from 'node:crypto';
import type { Message } from '../../forward/message.ts';
import { willMessage } from '../../forward/will.ts';
import { MqttError } from '../../protocol/errors.ts';
import type { AuthPacket, ConnectPacket } from '../../protocol/packets.ts';
import { reasonName } from '../../protocol/reason-codes.ts';
import type { Core } from '../core.ts';
import { hasMoreLevels, isOwnTopic } from '../messages/topic-limits.ts';
import {
  BAD_USER_NAME_OR_PASSWORD,
  CLIENT_IDENTIFIER_NOT_VALID,
  CONNECTION_RATE_EXCEEDED,
  NOT_AUTHORIZED,
  PROTOCOL_ERROR,
  QOS_NOT_SUPPORTED,
  RETAIN_NOT_SUPPORTED,
  SERVER_BUSY,
  SERVER_UNAVAILABLE,
  TOPIC_NAME_INVALID,
  UNSPECIFIED_ERROR,
} from '../reason-codes.ts';
import { FOR_EVER } from '../session/deadline.ts';
import { SessionWill } from '../session/wills.ts';
import type { Acceptance, Refusal } from '../types.ts';
import { Authentication } from './authentication.ts';
import { ConnectedClient } from './client.ts';
import type { ClientConnection } from './client-connection.ts';
import { acceptingConnack, refusingConnack } from './connack.ts';

const VERSIONS = { 3: '3.1', 4: '3.1.1', 5: '5.0' } as const;

/** Seconds of a keep alive at most: no server keep alive is needed. */
const LARGEST_KEEP_ALIVE = 65_535;

/** From the first byte of a connection to CONNACK. */
export class Connecting {
  private readonly core: Core;
  private readonly connection: ClientConnection;
  private timer: NodeJS.Timeout | undefined = undefined;
  private authentication: Authentication | undefined = undefined;
  private will: Message | undefined = undefined;
  /** Whether a packet is waited for, not a hook. */
  private isClientsTurn = true;

  constructor(core: Core, connection: ClientConnection) {
    this.core = core;
    this.connection = connection;
  }

  /** So many seconds are left until CONNACK, or until the next step of an authentication. */
  start(): void {
    this.stop();
    this.timer = setTimeout(() => {
      this.core.counters.limits.connectTimeout++;
      if (this.isClientsTurn) this.connection.fail(PROTOCOL_ERROR, 'sent no CONNECT in time');
      else this.refuse({ reasonCode: SERVER_UNAVAILABLE, reasonString: 'the server took too long' });
    }, this.core.settings.connectTimeout * 1000);
    this.timer.unref();
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  /** `bytes`: those of the packet; a CONNECT without them is not the first one. */
  packet(packet: ConnectPacket | AuthPacket, bytes?: Uint8Array): void {
    const { authentication, connection } = this;
    this.isClientsTurn = false;
    if (packet.cmd === 'auth') {
      if (authentication === undefined) connection.fail(PROTOCOL_ERROR, 'AUTH before CONNECT');
      else authentication.next(packet);
    } else if (connection.client === undefined && bytes !== undefined) {
      this.will = willMessage(bytes);
      this.connect(packet);
    } else connection.fail(PROTOCOL_ERROR, 'second CONNECT'); // MQTT-3.1.0-2
  }

  private connect(connect: ConnectPacket): void {
    const { connection } = this;
    const id = connect.clientId === '' ? `wasmqtt-${randomUUID()}` : connect.clientId; // MQTT-3.1.3-6
    const client = new ConnectedClient(connection, connect, id);
    connection.client = client;
    connection.givesDetails = connect.properties?.requestProblemInformation !== false;
    const refusal = this.limit(client) ?? this.willRefusal(connect);
    if (refusal !== undefined) {
      this.refuse(refusal);
      return;
    }
    const { authenticate } = this.core.settings.hooks;
    const method = connect.properties?.authenticationMethod;
    if (method !== undefined) {
      this.authentication = new Authentication(this.core, connection, method, {
        refused: (reason) => this.refuse(reason),
        succeeded: ({ authenticationData, clientData, ...details }) => {
          client.data = clientData;
          this.authorizeWill(client, details, authenticationData);
        },
        waits: () => {
          this.isClientsTurn = true;
          this.start();
        },
      });
      this.authentication.begin(connect.properties?.authenticationData, false);
    } else if (authenticate === undefined) this.authorizeWill(client, {}, undefined);
    else {
      connection.ask('authenticate', () => authenticate(client), {
        done: (answer) => {
          if (answer === false) this.refuse({ reasonCode: BAD_USER_NAME_OR_PASSWORD });
          else if (answer === true) this.authorizeWill(client, {}, undefined);
          else if ('reasonCode' in answer && answer.reasonCode !== 0) this.refuse(answer);
          else {
            client.data = (answer as Acceptance).data;
            this.authorizeWill(client, answer, undefined);
          }
        },
        failed: () => this.refuse({ reasonCode: UNSPECIFIED_ERROR }),
      });
    }
  }

  /** A limit of the broker that the CONNECT is beyond. */
  private limit(client: ConnectedClient): Refusal | undefined {
    const { connectionRate, counters, openConnections, settings } = this.core;
    const { connect } = client;
    const { limits } = counters;
    if (
      connect.clientId === '' &&
      (connect.protocolVersion === 3 || !connect.clean) &&
      connect.protocolVersion < 5
    ) {
      // 3.1 knows no empty client identifier; MQTT-3.1.3-8 of 3.1.1
      return { reasonCode: CLIENT_IDENTIFIER_NOT_VALID, reasonString: 'empty client identifier' };
    }
    if (Buffer.byteLength(connect.clientId) > settings.maxClientIdentifierLength) {
      limits.maxClientIdentifierLength++;
      return { reasonCode: CLIENT_IDENTIFIER_NOT_VALID, reasonString: 'client identifier too long' };
    }
    if (settings.maxConnections > 0 && openConnections > settings.maxConnections) {
      limits.maxConnections++;
      return { reasonCode: SERVER_BUSY, reasonString: 'too many connections' };
    }
    if (connect.clientId !== '' && !connectionRate.allows(connect.clientId)) {
      limits.maxConnectionRate++;
      return { reasonCode: CONNECTION_RATE_EXCEEDED, reasonString: 'connects too often' };
    }
    const { maxKeepAlive } = settings;
    if (maxKeepAlive < LARGEST_KEEP_ALIVE && (connect.keepalive === 0 || connect.keepalive > maxKeepAlive)) {
      client.keepAlive = maxKeepAlive;
      // before 5.0 it cannot be told
      if (connect.protocolVersion < 5) {
        return {
          reasonCode: CLIENT_IDENTIFIER_NOT_VALID,
          reasonString: `keep alive above ${maxKeepAlive} s`,
        };
      }
    }
    return undefined;
  }

  private willRefusal({ will }: ConnectPacket): Refusal | undefined {
    if (will === undefined) return undefined;
    const { maximumQoS, maxTopicLevels, retainAvailable } = this.core.settings;
    if (will.qos > maximumQoS) return { reasonCode: QOS_NOT_SUPPORTED, reasonString: 'QoS of the will' }; // MQTT-3.2.2-12
    if (will.retain && !retainAvailable)
      return { reasonCode: RETAIN_NOT_SUPPORTED, reasonString: 'retained will' }; // MQTT-3.2.2-13
    if (isOwnTopic(will.topic)) return { reasonCode: NOT_AUTHORIZED, reasonString: 'topic of the will' };
    if (hasMoreLevels(will.topic, maxTopicLevels)) {
      this.core.counters.limits.maxTopicLevels++;
      return { reasonCode: TOPIC_NAME_INVALID, reasonString: 'topic of the will has too many levels' };
    }
    return undefined;
  }

  private authorizeWill(
    client: ConnectedClient,
    details: Acceptance,
    authenticationData: Uint8Array | undefined,
  ): void {
    const { authorizePublish } = this.core.settings.hooks;
    const { will } = client.connect;
    if (will === undefined || authorizePublish === undefined) {
      this.accept(client, details, authenticationData);
      return;
    }
    const { qos, retain, topic } = will;
    this.connection.ask(
      'authorizePublish',
      () => authorizePublish(client, { topic, qos, retain, isWill: true }),
      {
        done: (answer) => {
          if (answer === true) this.accept(client, details, authenticationData);
          else this.refuse(answer === false ? { reasonCode: NOT_AUTHORIZED } : answer);
        },
        failed: () => this.refuse({ reasonCode: UNSPECIFIED_ERROR }),
      },
    );
  }

  private accept(
    client: ConnectedClient,
    { reasonString, userProperties }: Acceptance,
    authenticationData: Uint8Array | undefined,
  ): void {
    const { connection, core } = this;
    if (!connection.isOpen) return;
    this.stop();
    const { settings } = core;
    const { connect } = client;
    const asked =
      connect.protocolVersion === 5
        ? (connect.properties?.sessionExpiryInterval ?? 0)
        : connect.clean
          ? 0
          : FOR_EVER;
    const sessionExpiryInterval = Math.min(asked, settings.maxSessionExpiryInterval);
    let opened: ReturnType<typeof core.sessions.open>;
    try {
      opened = core.sessions.open(client.id, connect.clean);
    } catch (error) {
      if (!(error instanceof MqttError)) throw error;
      this.refuse({ reasonCode: error.reasonCode, reasonString: error.message });
      return;
    }
    const { isPresent, session } = opened;
    connection.carry(session, client.maximumPacketSize, client.topicAliasMaximum);
    core.sessions.attach(session, connection, sessionExpiryInterval);
    if (this.will !== undefined) {
      session.will = new SessionWill(this.will, connect.will?.properties?.willDelayInterval ?? 0, client);
    } else session.will = undefined;
    core.sessions.save(session);
    core.clients.set(client.id, client);
    connection.accept(session, isPresent, client.keepAlive);
    const connack = acceptingConnack(client, settings, {
      authenticationData,
      isPresent,
      sessionExpiryInterval,
    });
    if (!connection.answer(connack, { reasonString, userProperties })) {
      // and DISCONNECT may not come before it (MQTT-3.14.0-1)
      const reason = 'CONNACK is larger than the client accepts';
      connection.leave({ reasonCode: undefined, reason, byClient: false }, false);
      return;
    }
    session.outgoing.resume(Math.min(client.receiveMaximum, settings.maxInflightMessages));
    connection.log(
      'info',
      `connected, MQTT ${VERSIONS[connect.protocolVersion]}, keep alive ${client.keepAlive} s`,
    );
    core.events.emit('connect', client);
    const { onConnect } = settings.hooks;
    if (onConnect === undefined) return;
    connection.ask('onConnect', () => onConnect(client), {
      done: () => {},
      failed: () => connection.fail(UNSPECIFIED_ERROR, 'the server failed to decide'),
    });
  }

  private refuse(refusal: Refusal): void {
    const { connection, core } = this;
    if (!connection.isOpen) return;
    const { reasonCode, reasonString } = refusal;
    const { refusedConnects } = core.counters;
    refusedConnects[reasonCode] = (refusedConnects[reasonCode] ?? 0) + 1;
    connection.answer(refusingConnack(connection.protocolVersion, refusal), refusal);
    connection.fail(reasonCode, `CONNECT refused: ${reasonString ?? reasonName('connack', reasonCode)}`);
  }
}
