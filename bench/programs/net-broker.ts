/** Brokers of QoS 0 on plain `net` sockets. Argument: `write` each frame to each receiver, or `gather` them by turn. */
import type { Socket } from 'node:net';
import { PlainForwarder } from '../forward/plain-forwarder.ts';
import { listen } from './parts/listen.ts';
import { serve } from './parts/serve.ts';

type Subscribe = (topic: string, socket: Socket) => void;

const CONNECT = 1;
const SUBSCRIBE = 8;
const CONNACK = Buffer.from([0x20, 2, 0, 0]);

/** The fastest way from bytes to a string, right for ASCII only; it is missing in the types. */
function text(bytes: Buffer, start: number, end: number): string {
  return (bytes as Buffer & { latin1Slice(start: number, end: number): string }).latin1Slice(start, end);
}

/** Answers what is no PUBLISH. */
function control(frame: Buffer, socket: Socket, subscribe: Subscribe): void {
  const type = frame[0]! >> 4;
  if (type === CONNECT) socket.write(CONNACK);
  if (type !== SUBSCRIBE) return;
  let p = 1;
  while (frame[p++]! > 127);
  const messageId = frame.subarray(p, p + 2);
  const granted: number[] = [];
  for (p += 2; p < frame.length; granted.push(0)) {
    const end = p + 2 + frame.readUInt16BE(p);
    subscribe(text(frame, p + 2, end), socket);
    p = end + 1;
  }
  const length = 2 + granted.length;
  const remaining = length < 128 ? [length] : [(length & 127) | 128, length >> 7];
  socket.write(Buffer.concat([Buffer.from([0x90, ...remaining]), messageId, Buffer.from(granted)]));
}

/** As little as possible: no frame is copied, and one that is a whole chunk is written as it came. */
function writing(): (socket: Socket) => void {
  const subscribers = new Map<string, Socket[]>();
  const subscribe: Subscribe = (topic, socket) => {
    const sockets = subscribers.get(topic);
    if (sockets === undefined) subscribers.set(topic, [socket]);
    else sockets.push(socket);
  };
  /** Returns the rest: the beginning of a frame. */
  const read = (chunk: Buffer, socket: Socket): Buffer | undefined => {
    const { length } = chunk;
    let p = 0;
    while (p + 2 <= length) {
      let q = p + 1;
      let byte = chunk[q++]!;
      let remaining = byte & 127;
      for (let shift = 7; byte > 127 && q < length; shift += 7) {
        byte = chunk[q++]!;
        remaining |= (byte & 127) << shift;
      }
      const end = q + remaining;
      if (byte > 127 || end > length) break;
      if ((chunk[p]! & 0xf6) === 0x30) {
        const topicEnd = q + 2 + ((chunk[q]! << 8) | chunk[q + 1]!);
        const sockets = subscribers.get(text(chunk, q + 2, topicEnd));
        if (sockets !== undefined) {
          const frame = end - p === length ? chunk : chunk.subarray(p, end);
          for (let i = 0; i < sockets.length; i++) sockets[i]!.write(frame);
        }
      } else control(chunk.subarray(p, end), socket, subscribe);
      p = end;
    }
    return p < length ? chunk.subarray(p) : undefined;
  };
  return (socket) => {
    let rest: Buffer | undefined;
    socket.on('data', (chunk) => {
      rest = read(rest === undefined ? chunk : Buffer.concat([rest, chunk]), socket);
    });
  };
}

function gathering(): (socket: Socket) => void {
  const flush = (): void => forwarder.flush();
  const forwarder = new PlainForwarder(4, 4, () => setImmediate(flush));
  return (socket) => {
    let rest: Buffer | undefined;
    const onControl = (frame: Buffer): void =>
      control(frame, socket, (topic, subscriber) => forwarder.subscribe(topic, subscriber));
    socket.on('data', (chunk) => {
      rest = forwarder.read(chunk, rest, onControl);
    });
  };
}

serve({ listen: () => listen(process.argv[2] === 'gather' ? gathering() : writing()) });
