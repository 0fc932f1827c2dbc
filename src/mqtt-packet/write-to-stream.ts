import { atEndOfTurn } from '../encode/end-of-turn.ts';
import { connectPieces } from './connect-pieces.ts';
import { encodePacket } from './generate.ts';
import { headerOfLargePublish } from './large-publish.ts';
import type { GenerateOptions, IPublishPacket, Packet, PacketStream } from './types.ts';

/** mqtt-packet gives back what the last write returned for these, and true for the others. */
const RETURNS_WRITE: readonly string[] = [
  'publish',
  'subscribe',
  'suback',
  'unsubscribe',
  'pingreq',
  'pingresp',
];

/** Streams to uncork at the end of this turn. */
let corked: PacketStream[] = [];
let lastCorked: PacketStream | undefined;

/** Holds back what is written to a stream until the end of this turn, so that it leaves in one piece. */
function cork(stream: PacketStream): void {
  if (stream === lastCorked || !stream.cork) return;
  stream.cork();
  if (corked.push(stream) === 1) atEndOfTurn(uncorkAll);
  lastCorked = stream;
}

function uncorkAll(): void {
  const streams = corked;
  corked = [];
  lastCorked = undefined;
  uncorkFrom(streams, 0);
}

function uncorkFrom(streams: readonly PacketStream[], first: number): void {
  let i = first;
  try {
    while (i < streams.length) streams[i++].uncork?.();
  } finally {
    // one that throws must not keep the others corked for ever
    if (i < streams.length) atEndOfTurn(() => uncorkFrom(streams, i));
  }
}

function write(packet: Packet, stream: PacketStream, options?: GenerateOptions | object): boolean {
  const header = headerOfLargePublish(packet, options);
  if (header !== undefined) {
    cork(stream);
    stream.write(header);
    return stream.write((packet as IPublishPacket).payload) as boolean;
  }
  let bytes: Uint8Array;
  try {
    bytes = encodePacket(packet, options);
  } catch (error) {
    stream.destroy?.(error as Error);
    return false;
  }
  cork(stream);
  if (packet.cmd === 'connect') {
    for (const piece of connectPieces(bytes)) stream.write(piece);
    return true;
  }
  const result = stream.write(bytes);
  return RETURNS_WRITE.includes(packet.cmd) ? (result as boolean) : true;
}

let cacheNumbers = true;

/**
 * Encodes a packet and writes it to a stream in one piece, a CONNECT in several, a payload of 4,096 bytes or more as it is:
 * its bytes must not change until they are sent. The stream is corked until the end of this turn. Returns false when the
 * stream wants no more until it is drained. A packet that cannot be encoded destroys the stream with the `MqttError`; then
 * nothing is written, and false is returned.
 *
 * `writeToStream.cacheNumbers` can be set and read, as in mqtt-packet, and does nothing: there is no cache.
 */
export const writeToStream = /* @__PURE__ */ Object.defineProperty(write, 'cacheNumbers', {
  configurable: true,
  enumerable: true,
  get: () => cacheNumbers,
  set: (value: unknown) => {
    cacheNumbers = Boolean(value);
  },
}) as typeof write & { cacheNumbers: boolean };
