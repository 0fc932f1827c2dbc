import { connect, type NetConnectOpts, type OnReadOpts } from 'node:net';
import type { Duplex } from 'node:stream';
import { isBytes } from '../encode/bytes.ts';
import { MqttError } from '../protocol/errors.ts';
import { canReadInPlace, isUntouchedSocket, wrapAgain } from './read-in-place.ts';

export { canReadInPlace } from './read-in-place.ts';

/** What is told of a stream. */
export interface ReceptionListener {
  /** `length` bytes were read to the start of the area; they are gone after the call. */
  bytesInPlace(length: number): void;
  chunk(chunk: Uint8Array): void;
  /** The peer has ended its side. */
  end(): void;
  /** The stream failed; `close` follows. */
  error(error: Error): void;
  /** The stream is over; called once, and nothing after it. */
  close(): void;
}

export interface Reception {
  /** The stream to write to and to end: another object than the one that was handed in if its handle was wrapped again. */
  readonly stream: Duplex;
  /** Whether bytes come by `bytesInPlace`. They come by `chunk` all the same if this Node should ignore that wish. */
  readonly isInPlace: boolean;
  /** Reads no more until `resume`: what the peer sends waits on its side. May be called while bytes are handed over. */
  pause(): void;
  resume(): void;
}

/**
 * Reads a stream from now on. A stream that its owner has paused stays so until `resume`.
 * `area`: memory that all sockets share, 64 KiB; without it everything comes by `chunk`. So it does from a stream that
 * is no plain connected socket (TLS, WebSocket), or that others read from or write to already.
 */
export function receive(
  stream: Duplex,
  area: Uint8Array | undefined,
  listener: ReceptionListener,
): Reception {
  if (area === undefined || !canReadInPlace() || !isUntouchedSocket(stream)) {
    return new StreamReception(stream, false, listener);
  }
  return new StreamReception(wrapAgain(stream, onRead(area, listener)), true, listener);
}

/** Makes a client's connection, which reads in place from the start. Throws as `net.connect` does. */
export function connectSocket(
  options: NetConnectOpts,
  area: Uint8Array | undefined,
  listener: ReceptionListener,
): Reception {
  const isInPlace = area !== undefined && canReadInPlace();
  const socket = connect({ ...options, onread: isInPlace ? onRead(area, listener) : undefined });
  const reception = new StreamReception(socket, isInPlace, listener);
  // Node begins to read in place when it is connected, though it has been paused meanwhile
  if (isInPlace) {
    socket.once('ready', () => {
      if (socket.isPaused()) socket.pause();
    });
  }
  return reception;
}

function onRead(buffer: Uint8Array, listener: ReceptionListener): OnReadOpts {
  return {
    buffer,
    callback(length) {
      listener.bytesInPlace(length);
      return true; // false would pause
    },
  };
}

class StreamReception implements Reception {
  readonly stream: Duplex;
  readonly isInPlace: boolean;
  readonly #listener: ReceptionListener;
  #isClosed = false;

  constructor(stream: Duplex, isInPlace: boolean, listener: ReceptionListener) {
    this.stream = stream;
    this.isInPlace = isInPlace;
    this.#listener = listener;
    // when it reads in place there is no such event: it is there in case a Node takes no notice of `onread`
    stream.on('data', (chunk: unknown) => this.#receive(chunk));
    stream.on('end', this.#end);
    stream.on('error', (error) => {
      if (!this.#isClosed) listener.error(error);
    });
    stream.on('close', this.#close);
    // of what has happened already there may be no event any more
    if (stream.readableEnded) process.nextTick(this.#end);
    if (stream.destroyed) setImmediate(this.#close);
  }

  pause(): void {
    this.stream.pause();
  }

  resume(): void {
    this.stream.resume();
  }

  #receive(chunk: unknown): void {
    const { stream } = this;
    // a stream that is destroyed by the listener may have more chunks at hand
    if (stream.destroyed) return;
    if (isBytes(chunk)) this.#listener.chunk(chunk);
    else
      stream.destroy(
        new MqttError('FIELD_INVALID', { detail: `the stream yields ${typeof chunk}s, not bytes` }),
      );
  }

  readonly #end = (): void => {
    if (!this.#isClosed) this.#listener.end();
  };

  readonly #close = (): void => {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#listener.close();
  };
}
