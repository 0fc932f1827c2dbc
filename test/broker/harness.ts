import { connect, type Socket } from 'node:net';
import { expect, onTestFinished } from 'vitest';
import { Broker, type BrokerOptions } from '../../src/broker/index.ts';
import { hex } from '../vectors/hex.ts';

export interface TestBroker {
  broker: Broker;
  port: number;
  warnings: string[];
  /** Resolves with the first warning or detail of the log that contains `text`, now or later. */
  logged(text: string): Promise<string>;
}

/** A broker on a free port that ends with the test. */
export async function startBroker(options: BrokerOptions = {}): Promise<TestBroker> {
  const warnings: string[] = [];
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  const add = (line: string) => {
    lines.push(line);
    for (const check of waiting) check();
  };
  const log = {
    warning: (line: string) => {
      warnings.push(line);
      add(line);
    },
    detail: add,
  };
  const broker = new Broker({ ...options, log });
  const { port } = await broker.listen({ port: 0 });
  onTestFinished(() => broker.close());
  const logged = (text: string) =>
    new Promise<string>((resolve) => {
      const check = () => {
        const line = lines.find((candidate) => candidate.includes(text));
        if (line === undefined) return;
        waiting.delete(check);
        resolve(line);
      };
      waiting.add(check);
      check();
    });
  return { broker, port, warnings, logged };
}

function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

/** A TCP client that speaks only the bytes it is told to. */
export class RawClient {
  readonly #socket: Socket;
  #received = Buffer.alloc(0);
  #ended = false;
  #changed = () => {};

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.#received = Buffer.concat([this.#received, chunk]);
      this.#changed();
    });
    const end = () => {
      this.#ended = true;
      this.#changed();
    };
    socket.on('end', end);
    socket.on('close', end);
    socket.on('error', end);
    onTestFinished(() => {
      socket.destroy();
    });
  }

  static open(port: number): Promise<RawClient> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => resolve(new RawClient(socket)));
      socket.once('error', reject);
    });
  }

  /** Opens a connection and has its CONNECT accepted. */
  static async connected(port: number, id: string, version: 3 | 4 | 5 = 4): Promise<RawClient> {
    const client = await RawClient.open(port);
    client.send(connectPacket(id, version));
    if (version === 5) await client.packet();
    else await client.expects('20 02 00 00');
    return client;
  }

  /** Hexadecimal text, or bytes. */
  send(data: string | Uint8Array): void {
    this.#socket.write(typeof data === 'string' ? hex(data) : data);
  }

  /** Sends bytes; resolves when the operating system has taken them all, or when the connection is gone. */
  sent(data: Uint8Array): Promise<void> {
    return new Promise((resolve) => {
      this.#socket.write(data, () => resolve());
    });
  }

  /** The next `length` bytes; fails if the broker closes the connection before. */
  async bytes(length: number): Promise<Uint8Array> {
    while (this.#received.length < length && !this.#ended) await this.#change();
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
    return Buffer.concat([Buffer.from(header), await this.bytes(length)]);
  }

  /** The next bytes are these. */
  async expects(text: string): Promise<void> {
    const expected = hex(text);
    expect(toHex(await this.bytes(expected.length))).toBe(toHex(expected));
  }

  /** The broker sends a DISCONNECT with this reason code and closes the connection; returns the packet. */
  async expectsDisconnect(reasonCode: number): Promise<Uint8Array> {
    const packet = await this.packet();
    const body = packet[1] < 0x80 ? 2 : 3;
    expect([packet[0], packet[body]]).toEqual([0xe0, reasonCode]);
    await this.expectsClose();
    return packet;
  }

  /** The broker closes the connection without another byte. */
  async expectsClose(): Promise<void> {
    expect(toHex(await this.drain())).toBe('');
  }

  /** Nothing else is on its way: the next thing that arrives is the answer to a PINGREQ. */
  async expectsNothing(): Promise<void> {
    this.send('c0 00');
    await this.expects('d0 00');
  }

  /** The broker closes the connection, whatever it sends before; returns that. */
  async drain(): Promise<Uint8Array> {
    while (!this.#ended) await this.#change();
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

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#changed = resolve;
    });
  }
}

const PROTOCOL = { 3: '0006 4d5149736470 03', 4: '0004 4d515454 04', 5: '0004 4d515454 05' };

/** A two-byte length and the UTF-8 bytes of a text, as hexadecimal text. */
export function text(value: string): string {
  const bytes = Buffer.from(value);
  return bytes.length.toString(16).padStart(4, '0') + bytes.toString('hex');
}

/** A packet as hexadecimal text: the remaining length is that of `body` (below 128 bytes). */
export function packet(firstByte: string, body: string): string {
  return `${firstByte} ${hex(body).length.toString(16).padStart(2, '0')} ${body}`;
}

/** CONNECT with a clean session and no keep alive. */
export function connectPacket(id: string, version: 3 | 4 | 5 = 4): string {
  return packet('10', `${PROTOCOL[version]} 02 0000 ${version === 5 ? '00' : ''} ${text(id)}`);
}

/** SUBSCRIBE to one filter with packet identifier 1; `options` is its options byte. */
export function subscribePacket(filter: string, version: 3 | 4 | 5 = 4, options = '00'): string {
  return packet('82', `0001 ${version === 5 ? '00' : ''} ${text(filter)} ${options}`);
}

/** A raw client that has subscribed to one filter. */
export async function subscribed(
  port: number,
  id: string,
  filter: string,
  version: 3 | 4 | 5 = 4,
  options = '00',
): Promise<RawClient> {
  const client = await RawClient.connected(port, id, version);
  client.send(subscribePacket(filter, version, options));
  await client.expects(version === 5 ? '90 04 0001 00 00' : '90 03 0001 00');
  return client;
}
