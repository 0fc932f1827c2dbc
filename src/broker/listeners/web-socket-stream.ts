import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';

/** Of the package `ws`. */
type WebSocket = import('ws').WebSocket;
type Callback = (error?: Error | null) => void;

/** Close codes (RFC 6455 section 7.4.1). */
const NORMAL = 1000;
const UNSUPPORTED_DATA = 1003;

/** The bytes of a WebSocket connection: messages are read as they come, each write is a binary message. */
export class WebSocketStream extends Duplex {
  /** What the WebSocket is on; a `TLSSocket` with TLS. */
  readonly socket: Socket;
  /** Of the request that it was opened with. */
  readonly headers: IncomingHttpHeaders;
  /** Address of the peer, or of the reverse proxy that the peer is connected to. */
  readonly remoteAddress: string | undefined;
  readonly remotePort: number | undefined;
  readonly #webSocket: WebSocket;

  constructor(webSocket: WebSocket, request: IncomingMessage) {
    // a WebSocket that is closed is closed both ways
    super({ allowHalfOpen: false });
    this.#webSocket = webSocket;
    this.socket = request.socket;
    this.headers = request.headers;
    this.remoteAddress = request.socket.remoteAddress;
    this.remotePort = request.socket.remotePort;
    webSocket.on('message', (data, isBinary) => this.#receive(data as Buffer, isBinary));
    webSocket.on('ping', (data) => this.#answer(data));
    webSocket.on('error', (error) => this.destroy(error));
    webSocket.on('close', () => {
      if (!this.destroyed) this.push(null);
    });
  }

  override _read(): void {
    this.#webSocket.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: Callback): void {
    this.#send(chunk, callback);
  }

  override _writev(chunks: { chunk: Buffer }[], callback: Callback): void {
    const last = chunks.length - 1;
    this.socket.cork();
    for (let i = 0; i < last; i++) this.#send(chunks[i].chunk, undefined);
    this.#send(chunks[last].chunk, callback);
    this.socket.uncork();
  }

  override _final(callback: Callback): void {
    this.#webSocket.close(NORMAL);
    callback();
  }

  override _destroy(error: Error | null, callback: Callback): void {
    const webSocket = this.#webSocket;
    if (webSocket.readyState === webSocket.CLOSED) {
      callback(error);
      return;
    }
    webSocket.once('close', () => callback(error));
    // a close frame is under way that says why: the peer shall see it, and has `closeTimeout` for that
    if (error !== null && webSocket.readyState === webSocket.CLOSING) webSocket.resume();
    else webSocket.terminate();
  }

  #receive(data: Buffer, isBinary: boolean): void {
    if (this.destroyed) return;
    if (!isBinary) {
      // MQTT-6.0.0-1
      this.#webSocket.close(UNSUPPORTED_DATA, 'MQTT needs binary frames');
      this.destroy(new Error('WebSocket text frame received'));
    } else if (data.length > 0 && !this.push(data)) this.#webSocket.pause();
  }

  /** Not to a peer that does not read: it could make any number of pongs wait. */
  #answer(data: Buffer): void {
    if (!this.socket.writableNeedDrain) this.#webSocket.pong(data);
  }

  #send(chunk: Buffer, callback: Callback | undefined): void {
    const webSocket = this.#webSocket;
    // whoever has sent a close frame reads nothing after it; nobody needs empty messages
    if (webSocket.readyState === webSocket.OPEN && chunk.length > 0) webSocket.send(chunk, callback);
    else callback?.();
  }
}
