import { once } from 'node:events';
import { expect } from 'vitest';
import { type ClientOptions, WebSocket } from 'ws';
import { hex } from '../vectors/hex.ts';
import { atTheEnd } from './cleanup.ts';

/** Milliseconds until something that does not come fails the test. */
const PATIENCE = 10_000;

function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

/** Hexadecimal text, or bytes. */
type Data = string | Uint8Array;

function toBytes(data: Data): Uint8Array {
  return typeof data === 'string' ? hex(data) : data;
}

/** A WebSocket client that speaks only the bytes it is told to, in the messages and frames it is told to. */
export class WebSocketClient {
  readonly webSocket: WebSocket;
  /** Close code, when the connection is over. */
  readonly closed: Promise<number>;
  /** Whether all messages that came were binary. */
  isBinary = true;
  #received = Buffer.alloc(0);
  #ended = false;
  #changed = () => {};

  private constructor(webSocket: WebSocket) {
    this.webSocket = webSocket;
    webSocket.on('message', (data, isBinary) => {
      this.isBinary &&= isBinary;
      this.#received = Buffer.concat([this.#received, data as Buffer]);
      this.#changed();
    });
    this.closed = new Promise((resolve) => {
      webSocket.on('close', (code) => {
        this.#ended = true;
        this.#changed();
        resolve(code);
      });
    });
    webSocket.on('error', () => {});
    atTheEnd(() => webSocket.terminate());
  }

  /** Rejects with "Unexpected server response: 400", for instance, if the handshake is refused. */
  static async open(
    url: string,
    protocols: string | string[] = 'mqtt',
    options: ClientOptions = {},
  ): Promise<WebSocketClient> {
    const webSocket = new WebSocket(url, protocols, options);
    const client = new WebSocketClient(webSocket);
    await once(webSocket, 'open');
    return client;
  }

  /** The data in one binary message of one frame. */
  send(data: Data): void {
    this.webSocket.send(toBytes(data));
  }

  /** Each byte in a message of its own. */
  sendBytewise(data: Data): void {
    for (const byte of toBytes(data)) this.send(Uint8Array.of(byte));
  }

  /** One message in frames of one byte (RFC 6455 section 5.4). */
  sendFragmented(data: Data): void {
    const bytes = toBytes(data);
    bytes.forEach((byte, i) => {
      this.webSocket.send(Uint8Array.of(byte), { binary: true, fin: i === bytes.length - 1 });
    });
  }

  /** A message of text. */
  sendText(text: string): void {
    this.webSocket.send(text, { binary: false });
  }

  /** The next bytes are these, in whatever messages. */
  async expects(data: Data): Promise<void> {
    const expected = toBytes(data);
    expect(toHex(await this.bytes(expected.length))).toBe(toHex(expected));
  }

  async bytes(length: number): Promise<Uint8Array> {
    await this.#until(length);
    const bytes = this.#received.subarray(0, length);
    this.#received = this.#received.subarray(length);
    return bytes;
  }

  /** The next packet, fixed header included, of less than 128 bytes. */
  async packet(): Promise<Uint8Array> {
    const header = await this.bytes(2);
    return Buffer.concat([header, await this.bytes(header[1])]);
  }

  /** The connection is closed, without another byte. */
  async expectsClose(): Promise<number> {
    const code = await this.closed;
    expect(toHex(this.#received)).toBe('');
    return code;
  }

  async #until(length: number): Promise<void> {
    const deadline = setTimeout(() => this.webSocket.terminate(), PATIENCE);
    while (this.#received.length < length && !this.#ended) {
      await new Promise<void>((resolve) => {
        this.#changed = resolve;
      });
    }
    clearTimeout(deadline);
    if (this.#received.length < length) {
      throw new Error(`waited in vain for ${length} bytes; received: ${toHex(this.#received)}`);
    }
  }
}
