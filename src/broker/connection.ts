import type { Socket } from 'node:net';
import { Decoder } from '../decode/decoder.ts';
import type { PublishDelivery } from '../encode/index.ts';
import { PacketWriter } from '../node/packet-writer.ts';
import { MqttError } from '../protocol/errors.ts';
import type { EncodablePacket } from '../protocol/packets.ts';
import { isReasonCode } from '../protocol/reason-codes.ts';
import type { Broker } from './broker.ts';
import type { Client } from './client.ts';
import { connackForError } from './connect.ts';
import { describeGreeting, GREETING_LENGTH } from './greeting.ts';
import { handle } from './handlers.ts';
import type { Publication } from './publication.ts';

const RETAINED: PublishDelivery = { retain: true };

const UNSPECIFIED_ERROR = 0x80;
const PROTOCOL_ERROR = 0x82;
const KEEP_ALIVE_TIMEOUT = 0x8d;

/** A client may be silent for this many times its keep alive (MQTT-3.1.2-24, MQTT-3.1.2-22 of 5.0). */
const KEEP_ALIVE_FACTOR = 1.5;
/** Milliseconds that a peer has to close its end too; until then what it still sends is read and thrown away. */
const LINGER = 1_000;
/** Bytes of answers to a client that does not read them, above the backlog that messages alone can reach. */
const ANSWERS_LIMIT = 65_536;

/** One network connection: bytes in, packets out, timers, and its end. What packets mean is in handlers.ts. */
export class Connection {
  readonly broker: Broker;
  /** Who is connected; `undefined` until a CONNECT was accepted. */
  client: Client | undefined;
  readonly #socket: Socket;
  readonly #remote: string;
  readonly #decoder: Decoder;
  readonly #writer: PacketWriter;
  #greeting: Uint8Array = new Uint8Array(0);
  #timer: NodeJS.Timeout | undefined;
  #lastPacketAt = 0;
  #open = true;
  #hasDropped = false;

  constructor(broker: Broker, socket: Socket) {
    const { maxPacketSize, maxPacketSizeBeforeConnect, kernel, connectTimeout } = broker.settings;
    this.broker = broker;
    this.#socket = socket;
    this.#remote = `${socket.remoteAddress}:${socket.remotePort}`;
    this.#decoder = new Decoder({ sender: 'client', maxPacketSize, maxPacketSizeBeforeConnect, kernel });
    this.#writer = new PacketWriter(socket, { schedule: broker.flushQueue.add });
    this.#timer = setTimeout(
      () => this.fail(PROTOCOL_ERROR, 'sent no CONNECT in time'),
      connectTimeout * 1_000,
    );
    socket.on('data', (chunk) => this.#receive(chunk));
    socket.on('end', () => this.close(true));
    socket.on('error', (error) => {
      if (this.#open) this.#warn(error.message);
    });
    socket.on('close', () => {
      this.close(true);
      clearTimeout(this.#timer);
    });
  }

  /** Address, and the client identifier if there is one, for the log. */
  get name(): string {
    return this.client === undefined ? this.#remote : `${this.#remote} ${JSON.stringify(this.client.id)}`;
  }

  /** From now on packets other than CONNECT are served. */
  accept(client: Client): void {
    this.client = client;
    this.#greeting = new Uint8Array(0);
    clearTimeout(this.#timer);
    if (client.keepAlive > 0) {
      this.#lastPacketAt = performance.now();
      this.#watchKeepAlive(client.keepAlive * KEEP_ALIVE_FACTOR * 1_000);
    }
  }

  /**
   * Sends a packet at the end of this turn. One that is larger than the client accepts is not sent
   * (MQTT-3.1.2-24 of 5.0); whether it was small enough.
   */
  send(packet: EncodablePacket, version = this.client?.version ?? 4): boolean {
    if (!this.#open) return true;
    const { maxBacklog, maxPacketSize } = this.broker.settings;
    if (this.#writer.pendingBytes > maxBacklog + maxPacketSize + ANSWERS_LIMIT) {
      this.#warn('does not read what it is sent');
      this.#writer.destroy();
      this.close(true);
      return true;
    }
    try {
      this.#writer.write(packet, { protocolVersion: version, maxPacketSize: this.client?.maxPacketSize });
    } catch (error) {
      if (error instanceof MqttError && error.code === 'PACKET_TOO_LARGE') return false;
      throw error;
    }
    return true;
  }

  /** Sends a message, unless the client reads too slowly or does not accept packets that large. */
  deliver(publication: Publication, retain: boolean): void {
    const { client } = this;
    if (!this.#open || client === undefined) return;
    const { statistics, settings } = this.broker;
    if (this.#writer.pendingBytes > settings.maxBacklog) {
      statistics.messagesDropped++;
      if (!this.#hasDropped) this.#warn('reads too slowly: messages to it are dropped');
      this.#hasDropped = true;
      return;
    }
    const template = publication.template(client.version);
    if (template.length() > client.maxPacketSize) {
      statistics.messagesDropped++; // MQTT-3.1.2-25
      return;
    }
    statistics.messagesDelivered++;
    this.#writer.writeTemplate(template, retain ? RETAINED : undefined);
  }

  /** Ends the connection because of what the client did: its will is published (MQTT-4.13.1-1). */
  fail(reasonCode: number, text: string): void {
    if (!this.#open) return;
    // it may quote the client: nothing of that may break the log or the reason string
    const plainText = text.replace(/[^\x20-\x7e]/g, '?');
    this.#warn(`${plainText}; connection closed`);
    this.disconnect(reasonCode, true, plainText);
  }

  /** Ends the connection; tells the client why if it speaks MQTT 5.0 and its CONNECT was accepted (MQTT-3.14.0-1). */
  disconnect(reasonCode: number, publishWill: boolean, reasonString?: string): void {
    if (this.client?.version === 5) {
      const packet = { cmd: 'disconnect', reasonCode } as const;
      const explained = reasonString !== undefined && this.send({ ...packet, properties: { reasonString } });
      if (!explained) this.send(packet); // MQTT-3.14.2-3
    }
    this.close(publishWill);
  }

  /** Ends the connection after what is still to be sent. Further calls do nothing. */
  close(publishWill: boolean): void {
    if (!this.#open) return;
    this.#open = false;
    clearTimeout(this.#timer);
    this.broker.leave(this);
    this.#writer.end();
    // Destroying it at once would reset the connection if the peer is still sending, and lose our last packet.
    this.#timer = setTimeout(() => this.#socket.destroy(), LINGER);
    this.broker.settings.log.detail(`${this.name}: closed`);
    if (publishWill && this.client?.will !== undefined) this.broker.publish(this.client.will);
  }

  #receive(chunk: Uint8Array): void {
    if (!this.#open) return;
    try {
      if (this.client === undefined && !this.#greet(chunk)) return;
      this.#decoder.push(chunk);
      let received = false;
      while (this.#open && this.#decoder.next()) {
        received = true;
        handle(this, this.#decoder.read());
      }
      if (received) this.#lastPacketAt = performance.now();
    } catch (error) {
      this.#reject(error);
    }
  }

  /** Remembers the first bytes; refuses what is not MQTT at once, without waiting for the length it seems to have. */
  #greet(chunk: Uint8Array): boolean {
    const known = this.#greeting.length;
    if (known === GREETING_LENGTH) return true;
    this.#greeting = Buffer.concat([this.#greeting, chunk.subarray(0, GREETING_LENGTH - known)]);
    const strange = describeGreeting(this.#greeting);
    if (strange !== undefined) this.fail(PROTOCOL_ERROR, strange);
    return strange === undefined;
  }

  #reject(error: unknown): void {
    if (!(error instanceof MqttError)) {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      this.#warn(`broker failed to handle a packet: ${text}`);
      this.disconnect(UNSPECIFIED_ERROR, true);
      return;
    }
    if (this.client === undefined) {
      const answer = connackForError(error, this.#greeting);
      if (answer !== undefined) this.send(answer.packet, answer.version);
    }
    const reasonCode = isReasonCode('disconnect', error.reasonCode) ? error.reasonCode : PROTOCOL_ERROR;
    this.fail(reasonCode, error.message);
  }

  #watchKeepAlive(limit: number): void {
    const silent = performance.now() - this.#lastPacketAt;
    if (silent >= limit) this.fail(KEEP_ALIVE_TIMEOUT, 'keep alive timeout');
    else this.#timer = setTimeout(() => this.#watchKeepAlive(limit), limit - silent);
  }

  #warn(text: string): void {
    this.broker.settings.log.warning(`${this.name}: ${text}`);
  }
}
