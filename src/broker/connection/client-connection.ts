import type { Duplex } from 'node:stream';
import type { Decoder } from '../../decode/decoder.ts';
import type { Connection } from '../../forward/connection.ts';
import type { ConnectionHandler } from '../../forward/types.ts';
import { MqttError } from '../../protocol/errors.ts';
import { PACKET_TYPES, type ProtocolVersion } from '../../protocol/packet-types.ts';
import type { AuthPacket, ConnectPacket, EncodablePacket, Packet } from '../../protocol/packets.ts';
import { isReasonCode } from '../../protocol/reason-codes.ts';
import type { Core } from '../core.ts';
import { isPromise } from '../is-promise.ts';
import {
  KEEP_ALIVE_TIMEOUT,
  PROTOCOL_ERROR,
  SESSION_TAKEN_OVER,
  UNSPECIFIED_ERROR,
} from '../reason-codes.ts';
import type { Session } from '../session/session.ts';
import type { Awaitable, Details, Disconnection } from '../types.ts';
import { writeAnswer } from './answers.ts';
import type { ConnectedClient } from './client.ts';
import { Connecting } from './connecting.ts';
import { CONNECTION_CLOSED, type Ending } from './ending.ts';
import { faultOf } from './faults.ts';
import { describeGreeting } from './greeting.ts';
import { KeepAlive } from './keep-alive.ts';
import { PacketHandler } from './packet-handler.ts';
import { type Answered, Turns } from './turns.ts';

/** One network connection of a client: packets in order, hooks that are waited for, and its end. */
export class ClientConnection implements ConnectionHandler {
  readonly core: Core;
  readonly stream: Duplex;
  /** What is done with packets once the CONNECT was accepted. */
  handler: PacketHandler | undefined = undefined;
  /** Who is connected; there is one from the moment that a CONNECT is looked at. */
  client!: ConnectedClient;
  session: Session | undefined = undefined;
  /** Whether reason strings and user properties may go with any packet (MQTT-3.1.2-29). */
  givesDetails = true;
  private readonly connection: Connection;
  private readonly connecting: Connecting;
  private readonly keepAlive: KeepAlive;
  private readonly turns: Turns = new Turns({
    attempt: (task) => this.attempt(task),
    close: () => {
      this.connection.forwards = false;
      this.keepAlive.wait();
      this.connection.pause();
    },
    open: () => {
      this.connection.forwards = this.core.forwardsAll && this.session !== undefined;
      this.keepAlive.goOn();
      this.connection.resume();
    },
  });
  private isOver = false;
  private isFinished = false;

  constructor(core: Core, stream: Duplex) {
    this.core = core;
    this.stream = stream;
    this.connecting = new Connecting(core, this);
    core.counters.connectionsOpened++;
    this.connection = core.forwarder.attach(stream, this, { forwards: false });
    this.keepAlive = new KeepAlive(this.connection, () => {
      core.counters.limits.keepAlive++;
      this.fail(KEEP_ALIVE_TIMEOUT, 'keep alive timeout');
    });
    core.connections.add(this);
    core.openConnections++;
    this.connecting.start();
  }

  get isOpen(): boolean {
    return !this.isOver;
  }

  get protocolVersion(): ProtocolVersion {
    return this.connection.protocolVersion;
  }

  get remoteAddress(): string | undefined {
    return (this.stream as { remoteAddress?: string }).remoteAddress;
  }

  get remotePort(): number | undefined {
    return (this.stream as { remotePort?: number }).remotePort;
  }

  /** A packet from the client, which the decoder is at. */
  packet(connection: Connection, decoder: Decoder): void {
    this.core.counters.received[decoder.packetType]++;
    try {
      this.handle(connection, decoder);
    } catch (error) {
      this.broken(error);
    }
  }

  private handle(connection: Connection, decoder: Decoder): void {
    const { handler } = this;
    if (this.turns.isHeld) this.turns.add(this.later(decoder));
    else if (handler !== undefined) handler.live(decoder);
    else if (
      decoder.packetType === PACKET_TYPES.connect.type ||
      decoder.packetType === PACKET_TYPES.auth.type
    ) {
      const { bytes } = decoder;
      this.connecting.packet(decoder.read() as ConnectPacket | AuthPacket, bytes);
    } else {
      connection.forwards = false;
      this.fail(PROTOCOL_ERROR, describeGreeting(connection.firstBytes) ?? 'the first packet is not CONNECT'); // MQTT-3.1.0-1
    }
  }

  /** The connection has failed, or what came by it is no MQTT. */
  error(connection: Connection, error: Error): void {
    this.reject(error, connection.firstBytes);
  }

  /** The client sends nothing any more: what it was to be sent still goes out. */
  end(connection: Connection): void {
    connection.end();
    this.finish(CONNECTION_CLOSED, true);
  }

  /** The network connection is gone. */
  close(connection: Connection): void {
    this.core.counters.connectionsClosed++;
    this.core.connections.delete(this);
    this.finish(CONNECTION_CLOSED, true);
    if (this.session === undefined) connection.ownReceiver?.release();
  }

  /** The CONNECT was accepted: from now on packets are served, and messages sent. */
  accept(session: Session, isResumed: boolean, keepAlive: number): void {
    this.session = session;
    this.handler = new PacketHandler(this.core, this, this.connection, session, isResumed);
    this.keepAlive.start(keepAlive);
    this.connection.forwards = this.core.forwardsAll && !this.turns.isHeld;
  }

  /** Binds the messages of a session to this connection. */
  carry(session: Session, maximumPacketSize: number, topicAliasMaximum: number): void {
    // what an exchange of AUTH was sent by
    const before = this.connection.ownReceiver;
    session.receiver.connect(this.connection, { maximumPacketSize, topicAliasMaximum });
    before?.release();
  }

  acknowledge(command: 'puback' | 'pubrec' | 'pubrel' | 'pubcomp', messageId: number): void {
    this.core.counters.sent[PACKET_TYPES[command].type]++;
    this.connection.acknowledge(command, messageId);
  }

  /** Sends a packet, with as much of the details as the client has room for; whether it was sent. */
  answer(packet: EncodablePacket, details?: Details): boolean {
    const isSent = writeAnswer(
      this.connection,
      packet,
      details,
      this.client?.maximumPacketSize,
      this.givesDetails,
    );
    if (isSent) this.core.counters.sent[PACKET_TYPES[packet.cmd].type]++;
    return isSent;
  }

  /** Asks a hook. If its answer comes later, what the client sends waits until then. */
  ask<T>(name: string, hook: () => Awaitable<T>, { failed, ...answered }: Answered<T>): void {
    this.turns.ask(hook, {
      ...answered,
      failed: (error) => {
        this.hookFailed(name, error);
        failed(error);
      },
    });
  }

  hookFailed(name: string, error: unknown): void {
    this.core.settings.logger.error(this.logFields({ err: error }), `${name} failed`);
  }

  log(level: 'debug' | 'info' | 'warn', message: string): void {
    this.core.settings.logger[level](this.logFields({}), message);
  }

  /** Ends the connection because of what the client did: its will is published (MQTT-4.13.1-1). */
  fail(reasonCode: number, reason: string, details: Details = {}): void {
    if (this.isOver) return;
    // it may quote the client: nothing of that may break the log or the reason string
    const plain = reason.replace(/[^\x20-\x7e]/g, '?');
    this.log('warn', `${plain}; connection closed`);
    const error = new Error(plain);
    this.core.events.emit('clientError', error, this.session && this.client);
    this.disconnect({ reasonString: plain, ...details, reasonCode, reason: plain, publishesWill: true });
  }

  /** The same session is used by another connection (MQTT-3.1.4-3). */
  takeOver(): void {
    const reason = 'session taken over';
    this.log('debug', reason);
    this.disconnect({ reasonCode: SESSION_TAKEN_OVER, reason, publishesWill: true });
  }

  /** Ends the connection; tells the client why if it speaks 5.0 and its CONNECT was accepted (MQTT-3.14.0-1). */
  disconnect(ending: Ending): void {
    if (this.isOver) return;
    this.isOver = true;
    const { publishesWill, reason, reasonCode, serverReference } = ending;
    if (this.session !== undefined && this.protocolVersion === 5) {
      const properties = serverReference === undefined ? {} : { serverReference };
      const code = isReasonCode('disconnect', reasonCode) ? reasonCode : UNSPECIFIED_ERROR;
      this.answer({ cmd: 'disconnect', reasonCode: code, properties }, ending);
    }
    this.connection.end();
    this.finish({ reasonCode, reason, byClient: false }, publishesWill);
  }

  /** Ends the connection without a word: the client has disconnected itself, or cannot be told. */
  leave(disconnection: Disconnection, publishesWill: boolean): void {
    if (this.isOver) return;
    this.isOver = true;
    this.connection.end();
    this.finish(disconnection, publishesWill);
  }

  /** Resolves when the network connection is gone, which it is after `timeout` ms. */
  async ended(timeout: number): Promise<void> {
    const { stream } = this.connection;
    if (stream.destroyed) return;
    const timer = setTimeout(() => this.connection.destroy(), timeout);
    await new Promise<void>((resolve) => {
      stream.once('close', resolve);
    });
    clearTimeout(timer);
  }

  private attempt(task: () => void): void {
    try {
      task();
    } catch (error) {
      this.broken(error);
    }
  }

  /** What fails in the broker, its store for instance, is the end of this connection only. */
  private broken(error: unknown): void {
    if (error instanceof MqttError) this.reject(error, this.connection.firstBytes);
    else {
      this.core.settings.logger.error(this.logFields({ err: error }), 'the broker failed');
      this.fail(UNSPECIFIED_ERROR, 'the server failed');
    }
  }

  /** What follows the end, whatever has brought it about; once. */
  private finish(disconnection: Disconnection, publishesWill: boolean): void {
    if (this.isFinished) return;
    this.isOver = this.isFinished = true;
    this.core.openConnections--;
    this.turns.end();
    this.connecting.stop();
    this.keepAlive.stop();
    const { client, core, session } = this;
    if (session === undefined) return;
    core.clients.delete(session.clientId);
    core.attempt('end of a connection', () => core.sessions.detach(session, publishesWill));
    this.log('info', `disconnected: ${disconnection.reason}`);
    const { onDisconnect } = core.settings.hooks;
    if (onDisconnect !== undefined) {
      const failed = (error: unknown): void => this.hookFailed('onDisconnect', error);
      try {
        const answer = onDisconnect(client, disconnection);
        if (isPromise(answer)) answer.then(undefined, failed);
      } catch (error) {
        failed(error);
      }
    }
    core.events.emit('disconnect', client, disconnection);
  }

  private reject(error: Error, firstBytes: Uint8Array): void {
    if (this.isOver) return;
    if (!(error instanceof MqttError)) {
      this.log('debug', error.message);
      this.core.events.emit('clientError', error, this.session && this.client);
      return;
    }
    const { limits } = this.core.counters;
    if (error.code === 'BACKLOG_FULL') {
      // it reads nothing, so that it cannot be told; its stream is destroyed, and `close` follows
      limits.maxBacklog++;
      this.log('warn', 'reads too slowly; connection closed');
      this.core.events.emit('clientError', error, this.session && this.client);
      return;
    }
    const { connack, limit, reason, reasonCode } = faultOf(error, this.session ? undefined : firstBytes);
    if (limit !== undefined) limits[limit]++;
    if (connack !== undefined) {
      this.connection.protocolVersion = connack.version;
      this.answer(connack.packet);
    }
    this.fail(reasonCode, reason);
  }

  /** What is to be done with a packet when its turn comes. */
  private later(decoder: Decoder): () => void {
    if (decoder.packetType === PACKET_TYPES.publish.type) {
      const { messageId, qos } = decoder;
      const message = this.connection.message();
      return () => this.handler?.publishLater(message, { messageId, qos });
    }
    const packet = decoder.read();
    return () => this.laterPacket(packet);
  }

  private laterPacket(packet: Packet): void {
    if (this.handler !== undefined) this.handler.packet(packet);
    else if (packet.cmd === 'connect' || packet.cmd === 'auth') this.connecting.packet(packet);
    else this.fail(PROTOCOL_ERROR, `${packet.cmd.toUpperCase()} before CONNACK`);
  }

  private logFields(fields: object): object {
    const { client, remoteAddress, remotePort } = this;
    return { clientId: client?.id, remoteAddress, remotePort, ...fields };
  }
}
