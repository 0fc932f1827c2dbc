import { type OnReadOpts, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { standIn } from './stand-in.ts';

/** What Node keeps of the operating system's socket. It is not documented: whatever is used of it is checked first. */
interface Handle {
  useUserBuffer?: unknown;
}

/** A socket with what is not documented of it. */
interface OpenSocket extends Socket {
  _handle: Handle | null;
  readonly _readableState?: { readonly ended?: boolean };
}

const HandleSocket = Socket as unknown as new (options: {
  handle: Handle;
  onread: OnReadOpts;
  readable?: boolean;
  allowHalfOpen?: boolean;
  readableHighWaterMark?: number;
  writableHighWaterMark?: number;
}) => OpenSocket;

let isPossible: boolean | undefined;

/** Whether sockets of this Node can be made to read in place; found out once. */
export function canReadInPlace(): boolean {
  isPossible ??= tellsWhereToRead();
  return isPossible;
}

/** Whether `net.Socket` takes a handle, and tells it where to read to. */
function tellsWhereToRead(): boolean {
  const buffer = new Uint8Array(1);
  let target: unknown;
  const handle: Handle = {
    useUserBuffer(bytes: unknown) {
      target = bytes;
    },
  };
  try {
    const socket = new HandleSocket({ handle, readable: false, onread: { buffer, callback: () => true } });
    return socket._handle === handle && target === buffer;
  } catch {
    return false;
  }
}

/** Whether the stream is a plain connected socket that nobody has read from, waits to read from, or still writes to. */
export function isUntouchedSocket(stream: Duplex): stream is OpenSocket {
  // a TLSSocket is a net.Socket too, but there is no handle of the operating system in it
  if (Object.getPrototypeOf(stream) !== Socket.prototype) return false;
  const socket = stream as OpenSocket;
  return (
    typeof socket._handle?.useUserBuffer === 'function' &&
    !socket.connecting &&
    socket.bytesRead === 0 &&
    socket.readableLength === 0 &&
    socket._readableState?.ended === false &&
    socket.readableFlowing !== true &&
    socket.listenerCount('data') === 0 &&
    socket.listenerCount('readable') === 0 &&
    socket.writable &&
    socket.writableLength === 0 &&
    socket.writableCorked === 0 &&
    !hasMethodOfItsOwn(socket)
  );
}

/** Somebody has put a function of theirs in front of one of the socket's, which would be lost. */
function hasMethodOfItsOwn(socket: Socket): boolean {
  return Object.entries(socket).some(
    ([key, value]) => typeof value === 'function' && key in Socket.prototype,
  );
}

/**
 * Takes the handle out of a socket and makes another socket of it, which reads as `onread` says. That takes over
 * listeners, settings and the place in the count of the server; the old one becomes another name of it.
 */
export function wrapAgain(old: OpenSocket, onread: OnReadOpts): Socket {
  const handle = old._handle as Handle;
  const { timeout, allowHalfOpen, readableHighWaterMark, writableHighWaterMark } = old;
  if (timeout) old.setTimeout(0);
  old._handle = null;
  const socket = new HandleSocket({
    handle,
    onread,
    allowHalfOpen,
    readableHighWaterMark,
    writableHighWaterMark,
  });
  if (old.isPaused()) socket.pause();
  copyProperties(old, socket);
  moveListeners(old, socket);
  if (timeout) socket.setTimeout(timeout);
  standIn(old, socket);
  return socket;
}

/** Where Node remembers a setting: what does not change it, it does not hand on to the handle. */
const SETTING = /^kSet[A-Z]/;

/** What users have put there, how `setNoDelay` and the like were called, and the server, which counts its connections. */
function copyProperties(old: OpenSocket, socket: OpenSocket): void {
  const from = old as unknown as Record<PropertyKey, unknown>;
  const to = socket as unknown as Record<PropertyKey, unknown>;
  for (const key of ['server', '_server', '_maxListeners']) to[key] = from[key];
  for (const key of Reflect.ownKeys(old)) {
    if (!(key in socket) || (typeof key === 'symbol' && SETTING.test(key.description ?? '')))
      to[key] = from[key];
  }
}

function moveListeners(old: Socket, socket: Socket): void {
  for (const event of old.eventNames() as string[]) {
    const own = socket.listeners(event);
    for (const listener of old.rawListeners(event) as ListenerOnce[]) {
      if (own.includes(listener)) continue; // Node's own, which every socket has
      if (listener.listener === undefined) socket.on(event, listener);
      else socket.once(event, listener.listener);
    }
  }
}

/** How `rawListeners` gives back what was added with `once`. */
interface ListenerOnce {
  (...values: unknown[]): void;
  readonly listener?: (...values: unknown[]) => void;
}
