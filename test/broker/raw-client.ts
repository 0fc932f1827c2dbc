import { connect, type Socket } from 'node:net';
import { expect } from 'vitest';
import { type DecodedPacket, decode, type PacketCommand, type ProtocolVersion } from '../../src/index.ts';
import { hex } from '../vectors/hex.ts';
import { atTheEnd } from './cleanup.ts';
import {
  type Acknowledgement,
  acknowledgementPacket,
  type ConnectOptions,
  connectPacket,
  disconnectPacket,
  type Filters,
  PINGREQ,
  type PublishOptions,
  publishPacket,
  subscribePacket,
  unsubscribePacket,
} from './packets.ts';

type PacketOf<Command extends PacketCommand> = Extract<DecodedPacket, { cmd: Command }>;

/** Milliseconds until a packet that does not come fails the test. */
const PATIENCE = 20_000;

function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

/** A TCP client that speaks only the bytes it is told to. */
export class RawClient {
  /** What `next` decodes with, and the `send...` functions encode with. Set by `sendConnect`. */
  version: ProtocolVersion = 4;
  /** The last packet that was read, as it came. */
  raw: Uint8Array = new Uint8Array();
  readonly #socket: Socket;
  #received = Buffer.alloc(0);
  #ended = false;
  readonly #waiting = new Set<() => void>();

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    const changed = () => {
      for (const wake of [...this.#waiting]) wake();
    };
    socket.on('data', (chunk: Buffer) => {
      this.#received = Buffer.concat([this.#received, chunk]);
      changed();
    });
    const end = () => {
      this.#ended = true;
      changed();
    };
    socket.on('end', end);
    socket.on('close', end);
    socket.on('error', end);
    atTheEnd(() => socket.destroy());
  }

  static open(port: number): Promise<RawClient> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.off('error', reject);
        resolve(new RawClient(socket));
      });
      socket.once('error', reject);
    });
  }

  /** Opens a connection and has its CONNECT accepted; what the CONNACK said is in `raw`. */
  static async connected(
    port: number,
    id: string,
    version: ProtocolVersion = 4,
    options: ConnectOptions = {},
  ): Promise<RawClient> {
    const client = await RawClient.open(port);
    await client.connect(id, version, options);
    return client;
  }

  /** Sends CONNECT and returns the CONNACK, which has to accept it. */
  async connect(id: string, version: ProtocolVersion = 4, options: ConnectOptions = {}) {
    this.sendConnect(id, version, options);
    const connack = await this.next('connack');
    expect(connack).toMatchObject(version === 5 ? { reasonCode: 0 } : { returnCode: 0 });
    return connack;
  }

  /** Hexadecimal text, or bytes. */
  send(data: string | Uint8Array): void {
    this.#socket.write(typeof data === 'string' ? hex(data) : data);
  }

  sendConnect(id: string, version: ProtocolVersion = 4, options: ConnectOptions = {}): void {
    this.version = version;
    this.send(connectPacket(id, version, options));
  }

  sendPublish(topic: string, payload = '', options: PublishOptions = {}): void {
    this.send(publishPacket(topic, payload, this.version, options));
  }

  sendAcknowledgement(command: Acknowledgement, id: number, reasonCode?: number, properties?: string): void {
    this.send(acknowledgementPacket(command, id, reasonCode, properties));
  }

  sendSubscribe(filters: Filters, options = '00', id = 1, properties = ''): void {
    this.send(subscribePacket(filters, this.version, options, id, properties));
  }

  sendUnsubscribe(filters: string | readonly string[], id = 1, properties = ''): void {
    this.send(unsubscribePacket(filters, this.version, id, properties));
  }

  sendDisconnect(reasonCode?: number, properties?: string): void {
    this.send(disconnectPacket(reasonCode, properties));
  }

  /** Sends SUBSCRIBE, waits for its SUBACK and returns what was granted. Retained messages come behind it. */
  async subscribe(filters: Filters, options = '00', id = 1, properties = ''): Promise<number[]> {
    this.sendSubscribe(filters, options, id, properties);
    const { messageId, granted } = await this.next('suback');
    expect(messageId).toBe(id);
    return granted;
  }

  /** Publishes, with QoS 1 and 2 through to the last acknowledgement; with QoS 0 until the broker has seen it. */
  async publish(topic: string, payload = '', options: PublishOptions = {}): Promise<void> {
    const { qos = 0, id = 1 } = options;
    this.sendPublish(topic, payload, options);
    if (qos === 0) return this.expectsNothing();
    if (qos === 1) {
      expect(await this.next('puback')).toMatchObject({ messageId: id });
      return;
    }
    expect(await this.next('pubrec')).toMatchObject({ messageId: id });
    this.sendAcknowledgement('pubrel', id);
    expect(await this.next('pubcomp')).toMatchObject({ messageId: id });
  }

  /** Says goodbye and waits until the broker has closed the connection. */
  async disconnect(reasonCode?: number, properties?: string): Promise<void> {
    this.sendDisconnect(reasonCode, properties);
    await this.expectsClose();
  }

  /** Sends bytes; resolves when the operating system has taken them all, or when the connection is gone. */
  sent(data: Uint8Array): Promise<void> {
    return new Promise((resolve) => {
      this.#socket.write(data, () => resolve());
    });
  }

  /** The next packet, decoded; fails if it is not a `command`. */
  async next(): Promise<DecodedPacket>;
  async next<Command extends PacketCommand>(command: Command): Promise<PacketOf<Command>>;
  async next(command?: PacketCommand): Promise<DecodedPacket> {
    const bytes = await this.packet();
    const [packet] = decode(bytes, { protocolVersion: this.version, sender: 'server', copyPayload: true });
    if (command !== undefined && packet.cmd !== command) {
      expect.fail(`expected ${command}, got ${packet.cmd}: ${toHex(bytes)}`);
    }
    return packet;
  }

  /** The next PUBLISH is of this payload; returns it. */
  async nextMessage(payload: string): Promise<PacketOf<'publish'>> {
    const packet = await this.next('publish');
    expect(Buffer.from(packet.payload).toString()).toBe(payload);
    return packet;
  }

  /** The next `length` bytes; fails if the broker closes the connection before. */
  async bytes(length: number): Promise<Uint8Array> {
    await this.#until(() => this.#received.length >= length, `${length} bytes`);
    if (this.#received.length < length) {
      throw new Error(`closed after ${this.#received.length} of ${length} bytes: ${toHex(this.#received)}`);
    }
    const bytes = this.#received.subarray(0, length);
    this.#received = this.#received.subarray(length);
    return bytes;
  }

  /** The next packet, fixed header included. */
  async packet(): Promise<Uint8Array> {
    const header = [...(await this.bytes(2))];
    while (header.length < 5 && header[header.length - 1] >= 0x80) header.push(...(await this.bytes(1)));
    const length = header.slice(1).reduce((sum, byte, i) => sum + (byte & 0x7f) * 128 ** i, 0);
    this.raw = Buffer.concat([Buffer.from(header), await this.bytes(length)]);
    return this.raw;
  }

  /** The next bytes are these. */
  async expects(text: string): Promise<void> {
    const expected = hex(text);
    expect(toHex(await this.bytes(expected.length))).toBe(toHex(expected));
  }

  /** The broker sends a DISCONNECT with this reason code (5.0) and closes the connection; returns the packet. */
  async expectsDisconnect(reasonCode: number): Promise<Uint8Array> {
    const packet = await this.packet();
    const body = packet[1] < 0x80 ? 2 : 3;
    expect([packet[0], packet[body]], toHex(packet)).toEqual([0xe0, reasonCode]);
    await this.expectsClose();
    return packet;
  }

  /** The broker closes the connection without another byte. */
  async expectsClose(): Promise<void> {
    expect(toHex(await this.drain())).toBe('');
  }

  /**
   * Nothing else is on its way: the next thing that arrives is the answer to a PINGREQ. What others published counts if they have
   * had an answer since (`publish` waits for one).
   */
  async expectsNothing(): Promise<void> {
    this.send(PINGREQ);
    await this.expects('d0 00');
  }

  /** The broker closes the connection, whatever it sends before; returns that. */
  async drain(): Promise<Uint8Array> {
    await this.#until(() => false, 'the end of the connection');
    return this.#received;
  }

  /** Stops reading, so that what the broker sends piles up. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** Closes the sending end only. */
  end(): void {
    this.#socket.end();
  }

  /** Cuts the connection, as a network failure does. */
  cut(): void {
    this.#socket.destroy();
  }

  /** Resolves when `arrived`, or when the connection is closed. */
  #until(arrived: () => boolean, awaited: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const stop = () => {
        this.#waiting.delete(check);
        clearTimeout(timer);
      };
      const check = () => {
        if (!this.#ended && !arrived()) return;
        stop();
        resolve();
      };
      const timer = setTimeout(() => {
        stop();
        reject(new Error(`waited in vain for ${awaited}; received so far: ${toHex(this.#received)}`));
      }, PATIENCE);
      this.#waiting.add(check);
      check();
    });
  }
}
