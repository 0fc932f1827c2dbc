import { connect, type Socket } from 'node:net';
import { type DecodedPacket, decode, encode } from '../../src/index.ts';
import { within } from './deadline.ts';
import type { LoadQoS } from './plan.ts';

/** Before the memory that is read into there is so much room for the beginning of a frame. */
const ROOM = 1 << 16;
/** All sockets read into the same memory, one after the other. */
const memory = Buffer.allocUnsafeSlow(ROOM + (1 << 18));
const room = memory.subarray(ROOM);
const NOTHING = Buffer.alloc(0);

/** With all filters SUBSCRIBE might be longer than a broker takes. */
const FILTERS_AT_ONCE = 500;
const CONNECTIONS_AT_ONCE = 50;
const ANSWER_SECONDS = 30;

const PINGREQ = Buffer.of(0xc0, 0);
const DISCONNECT = Buffer.of(0xe0, 0);
export const PINGRESP = 0xd0;

/**
 * Reads whole packets of `bytes` from `start` on, and returns where the first one begins that is not complete. The bytes may be
 * overwritten.
 */
export type Read = (bytes: Buffer, start: number, end: number) => number;

/** Where a broker listens. */
export interface Address {
  /** Default 127.0.0.1. */
  readonly host?: string | undefined;
  readonly port: number;
}

export interface LinkOptions extends Address {
  readonly clientId: string;
  readonly protocolVersion: 4 | 5;
  readonly filters: readonly string[];
  readonly qos: LoadQoS;
  /** Source address, where one does not have ports enough. */
  readonly localAddress?: string | undefined;
  /** Seconds within which CONNACK and SUBACK must have come. Default 30. */
  readonly answerSeconds?: number;
  /** Is told how many milliseconds after CONNECT its CONNACK has come. */
  readonly onConnack?: (milliseconds: number) => void;
}

export function fail(what: string, bytes: Buffer, start: number, end: number): never {
  throw new Error(`${what}: ${bytes.toString('hex', start, Math.min(end, start + 80))}`);
}

/** A connection to the broker: clean session, no keep alive. It is open when its subscriptions are granted. */
export class Link {
  readonly socket: Socket;
  read: Read;
  /** Messages with a QoS that it may send without an answer. */
  receiveMaximum = 65_535;
  /** The beginning of a frame, the rest of which has not come. */
  #rest = NOTHING;
  #restLength = 0;
  /** A frame for which there is not enough room, and how much of it has come. */
  #large: Buffer | undefined;
  #largeLength = 0;
  #onClose: (error: Error | undefined) => void;
  #onPong: () => void = () => {};

  private constructor(
    { host = '127.0.0.1', port, localAddress }: LinkOptions,
    read: Read,
    onClose: (error: Error | undefined) => void,
  ) {
    this.read = read;
    this.#onClose = onClose;
    const onread = {
      buffer: room,
      callback: (length: number): boolean => {
        this.#take(length);
        return true;
      },
    };
    const address = localAddress === undefined ? {} : { localAddress };
    this.socket = connect({ port, host, noDelay: true, onread, ...address });
    let failure: Error | undefined;
    this.socket.on('error', (error) => (failure = error));
    this.socket.on('close', () => this.#onClose(failure));
  }

  static open(options: LinkOptions): Promise<Link> {
    const { clientId, protocolVersion, qos, answerSeconds = ANSWER_SECONDS, onConnack } = options;
    const packets = openingPackets(options);
    const opening = new Promise<Link>((resolve, reject) => {
      let answered = 0;
      let sentAt = 0;
      const read: Read = (bytes, start, end) => {
        for (let p = start; ; answered++) {
          const length = packetLength(bytes, p, end);
          if (length === 0 || p + length > end) return p;
          if (answered === packets.length) fail('unexpected bytes', bytes, p, end);
          const [answer] = decode(bytes.subarray(p, p + length), { protocolVersion });
          if (!isAccepted(answer!, qos)) fail('the broker refuses', bytes, p, p + length);
          if (answer!.cmd === 'connack') {
            opened.receiveMaximum = answer!.properties?.receiveMaximum ?? opened.receiveMaximum;
            onConnack?.(performance.now() - sentAt);
          }
          p += length;
          if (answered + 1 < packets.length) continue;
          opened.#onClose = (error) => {
            throw closed(error);
          };
          resolve(opened);
        }
      };
      const opened = new Link(options, read, (error) => reject(error ?? closed()));
      opened.socket.once('connect', () => {
        sentAt = performance.now();
        opened.socket.write(Buffer.concat(packets));
      });
    });
    return within(answerSeconds, `CONNACK and SUBACK for ${clientId}`, opening);
  }

  /** Opens as many, so many at a time. */
  static async openAll(all: readonly LinkOptions[]): Promise<Link[]> {
    const links: Link[] = [];
    for (let i = 0; i < all.length; i += CONNECTIONS_AT_ONCE) {
      const some = all.slice(i, i + CONNECTIONS_AT_ONCE);
      links.push(...(await Promise.all(some.map((options) => Link.open(options)))));
    }
    return links;
  }

  /** Resolves when everything has come that the broker had sent before. */
  ping(): Promise<void> {
    return new Promise((resolve) => {
      this.#onPong = resolve;
      this.socket.write(PINGREQ);
    });
  }

  /** Whoever reads has found PINGRESP. */
  pong(): void {
    this.#onPong();
  }

  /** Says goodbye; resolves when the broker has closed its side too, in whatever way. */
  end(): Promise<void> {
    return new Promise((resolve) => {
      this.#onClose = () => resolve();
      this.socket.end(DISCONNECT);
    });
  }

  /** Whatever comes now, the end of the connection included, is ignored. */
  abandon(): void {
    this.read = (_bytes, _start, end) => end;
    this.#onClose = () => {};
  }

  close(): void {
    this.abandon();
    this.socket.destroy();
  }

  #take(length: number): void {
    const end = ROOM + length;
    if (this.#large !== undefined) {
      this.#fill(this.#large, end);
      return;
    }
    const start = ROOM - this.#restLength;
    if (start < ROOM) this.#rest.copy(memory, start, 0, this.#restLength);
    this.#parse(start, end);
  }

  #fill(large: Buffer, end: number): void {
    const copied = memory.copy(large, this.#largeLength, ROOM, end);
    this.#largeLength += copied;
    if (this.#largeLength < large.length) return;
    this.#large = undefined;
    if (this.read(large, 0, large.length) < large.length) fail('not a frame', large, 0, large.length);
    if (ROOM + copied < end) this.#parse(ROOM + copied, end);
  }

  #parse(start: number, end: number): void {
    const taken = this.read(memory, start, end);
    const left = end - taken;
    this.#restLength = 0;
    if (left === 0) return;
    const whole = packetLength(memory, taken, end);
    if (whole > ROOM) {
      this.#large = Buffer.allocUnsafeSlow(whole);
      this.#largeLength = memory.copy(this.#large, 0, taken, end);
      return;
    }
    if (left > ROOM) fail('not a frame', memory, taken, end);
    if (this.#rest.length < left) this.#rest = Buffer.allocUnsafeSlow(Math.max(64, whole, left));
    this.#restLength = memory.copy(this.#rest, 0, taken, end);
  }
}

function closed(error?: Error): Error {
  const why = error === undefined ? '' : `: ${error.message}`;
  return new Error(`the broker has closed a connection${why}`);
}

/** Each of them is answered. */
function openingPackets({ clientId, protocolVersion, filters, qos }: LinkOptions): Uint8Array[] {
  const packets = [
    encode({ cmd: 'connect', clientId, clean: true, keepalive: 0, protocolVersion }, { protocolVersion }),
  ];
  for (let i = 0; i < filters.length; i += FILTERS_AT_ONCE) {
    const subscriptions = filters.slice(i, i + FILTERS_AT_ONCE).map((topic) => ({ topic, qos }));
    packets.push(encode({ cmd: 'subscribe', messageId: packets.length, subscriptions }, { protocolVersion }));
  }
  return packets;
}

/** Fixed header included; 0: it is not known yet. */
export function packetLength(bytes: Buffer, start: number, end: number): number {
  let length = 0;
  for (let p = start + 1, shift = 0; p < end; p++, shift += 7) {
    length |= (bytes[p]! & 127) << shift;
    if (bytes[p]! < 128) return p + 1 - start + length;
    if (shift === 21) fail('not a packet', bytes, start, end);
  }
  return 0;
}

function isAccepted(packet: DecodedPacket, qos: LoadQoS): boolean {
  if (packet.cmd === 'connack') return (packet.returnCode ?? packet.reasonCode ?? 0) === 0;
  return packet.cmd === 'suback' && packet.granted.every((granted) => granted === qos);
}
