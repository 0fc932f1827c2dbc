import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import {
  type AddressInfo,
  createServer,
  type ListenOptions as NetListenOptions,
  type Server,
  type Socket,
} from 'node:net';
import type { Duplex } from 'node:stream';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { LIMITS } from '../options.ts';
import { Handshakes } from './handshakes.ts';
import { listen } from './listen.ts';
import { acceptWebSockets, type WebSocketOptions } from './web-socket.ts';

/** Where to listen for network connections, and what MQTT is carried by there. */
export interface ListenOptions {
  /** 0 takes a free port. Default 1883; with TLS 8883, with WebSocket 8083, with both 8084. */
  port?: number | undefined;
  /** Name or address of the interface. Default 127.0.0.1: this machine only. */
  host?: string | undefined;
  /** Unix domain socket (or named pipe of Windows) instead of port and host. */
  path?: string | undefined;
  /** Certificate, key and so on, as for `tls.createServer`. Default: no TLS. */
  tls?: TlsOptions | undefined;
  /** MQTT over WebSocket (section 6 of MQTT 3.1.1 and 5.0) instead of MQTT. Needs the package `ws`. Default false. */
  webSocket?: boolean | WebSocketOptions | undefined;
  /** Connections that the operating system lets wait to be accepted. Default 511, bounded by the operating system. */
  backlog?: number | undefined;
}

/** A place where the broker listens. */
export interface Listener {
  /** With the port that was taken; the path of a Unix domain socket. */
  readonly address: AddressInfo | string;
  /** Accepts no more connections; resolves when the last one is closed. */
  close(): Promise<void>;
}

export const DEFAULT_HOST = '127.0.0.1';
/** Milliseconds for the handshakes of TLS and WebSocket. */
const HANDSHAKE_TIMEOUT = 10_000;

const SOCKETS = {
  // What is sent in one turn of the event loop is joined already: Nagle's algorithm would only add delay.
  noDelay: true,
  // Answers to what a client sent before it closed its end still reach it.
  allowHalfOpen: true,
};

/**
 * Listens, and hands over the streams of those that connect, handshakes done. Rejects with the system's error (`EADDRINUSE`,
 * `EACCES`, ...) or that of the TLS options. `onError` is told of errors after that, handshakes that fail included.
 * `maxPacketSize` in bytes: bounds what is held of a WebSocket message.
 */
export async function openListener(
  options: ListenOptions,
  onStream: (stream: Duplex) => void,
  onError: (error: Error) => void,
  maxPacketSize = LIMITS.maxPacketSize.default,
): Promise<Listener> {
  const handshakes = new Handshakes();
  const server = options.webSocket
    ? await createWebSocketServer(options, handshakes, onStream, onError, maxPacketSize)
    : createStreamServer(options, handshakes, onStream, onError);
  await listen(server, place(options));
  server.on('error', onError);
  return new ServerListener(server, handshakes);
}

function createStreamServer(
  { tls, path }: ListenOptions,
  handshakes: Handshakes,
  onStream: (stream: Duplex) => void,
  onError: (error: Error) => void,
): Server {
  if (tls === undefined) return createServer(SOCKETS, onStream);
  const server = createTlsServer({ ...SOCKETS, handshakeTimeout: HANDSHAKE_TIMEOUT, ...tls });
  if (path === undefined) server.on('connection', (socket) => handshakes.begin(socket));
  server.on('secureConnection', (socket) => {
    handshakes.end(socket);
    onStream(socket);
  });
  server.on('tlsClientError', (error, socket) => onError(handshakeError(error, socket)));
  return server;
}

async function createWebSocketServer(
  { tls, path, webSocket }: ListenOptions,
  handshakes: Handshakes,
  onStream: (stream: Duplex) => void,
  onError: (error: Error) => void,
  maxPacketSize: number,
): Promise<Server> {
  const http = {
    ...SOCKETS,
    headersTimeout: HANDSHAKE_TIMEOUT,
    requestTimeout: HANDSHAKE_TIMEOUT,
    connectionsCheckingInterval: HANDSHAKE_TIMEOUT / 2,
  };
  const server =
    tls === undefined
      ? createHttpServer(http)
      : createHttpsServer({ ...http, handshakeTimeout: HANDSHAKE_TIMEOUT, ...tls });
  server.on('tlsClientError', (error, socket) => onError(handshakeError(error, socket)));
  // the two sockets of TLS on a Unix domain socket cannot be told to be one
  if (tls === undefined || path === undefined) server.on('connection', (socket) => handshakes.begin(socket));
  const settings = typeof webSocket === 'object' ? webSocket : {};
  await acceptWebSockets(server, settings, maxPacketSize, (stream) => {
    handshakes.end(stream.socket);
    onStream(stream);
  });
  return server;
}

function handshakeError(error: Error, socket: Socket): Error {
  const peer = socket.remoteAddress ?? 'a peer that is gone';
  return new Error(`TLS handshake with ${peer} failed: ${error.message}`, { cause: error });
}

function place({ port, host, path, tls, webSocket, backlog }: ListenOptions): NetListenOptions {
  if (path !== undefined) return { path, backlog };
  const usual = webSocket ? (tls ? 8084 : 8083) : tls ? 8883 : 1883;
  return { port: port ?? usual, host: host ?? DEFAULT_HOST, backlog };
}

class ServerListener implements Listener {
  readonly address: AddressInfo | string;
  readonly #server: Server;
  readonly #handshakes: Handshakes;
  #closed: Promise<void> | undefined;

  constructor(server: Server, handshakes: Handshakes) {
    this.#server = server;
    this.#handshakes = handshakes;
    this.address = server.address() as AddressInfo | string;
  }

  close(): Promise<void> {
    this.#closed ??= new Promise((resolve) => {
      this.#server.close(() => resolve());
      // nobody else knows of these
      this.#handshakes.abandon();
    });
    return this.#closed;
  }
}
