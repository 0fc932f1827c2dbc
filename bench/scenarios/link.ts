import { connect, type Socket } from 'node:net';
import { type DecodedPacket, decode, encode } from '../../src/index.ts';
import type { Address, LoadQoS } from './plan.ts';

/** Before the memory that is read into there is so much room for the beginning of a frame. */
const ROOM = 1 << 16;
/** All sockets read into the same memory, one after the other. */
const memory = Buffer.allocUnsafeSlow(ROOM + (1 << 18));
const room = memory.subarray(ROOM);

const CONNECTIONS_AT_ONCE = 50;
const PINGREQ = Buffer.from([0xc0, 0]);
export const PINGRESP = 0xd0;

/**
 * Reads whole packets of `bytes` from `start` on, and returns where the first one begins that is not complete. The bytes may be
 * overwritten.
 */
export type Read = (bytes: Buffer, start: number, end: number) => number;

export interface LinkOptions extends Address {
  readonly clientId: string;
  readonly protocolVersion: 4 | 5;
  readonly filters: readonly string[];
  readonly qos: LoadQoS;
  /** Source address, where one does not have ports enough. */
  readonly localAddress: string | undefined;
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
  #rest: Buffer = Buffer.alloc(0);
  #restLength = 0;
  /** A frame for which there is not enough room, and how much of it has come. */
  #large: Buffer | undefined;
  #largeLength = 0;
  #isClosing = false;
  #onPong: () => void = () => {};

  private constructor({ host, port, localAddress }: LinkOptions, read: Read) {
    this.read = read;
    const onread = {
      buffer: room,
      callback: (length: number): boolean => {
        this.#take(length);
        return true;
      },
    };
    const address = localAddress === undefined ? {} : { localAddress };
    this.socket = connect({ port, host, noDelay: true, onread, ...address });
    this.socket.on('close', () => {
      if (!this.#isClosing) throw new Error('the broker has closed a connection');
    });
  }

  static open(options: LinkOptions): Promise<Link> {
    const { clientId, protocolVersion, filters, qos } = options;
    const packets = [
      encode({ cmd: 'connect', clientId, clean: true, keepalive: 0, protocolVersion }, { protocolVersion }),
    ];
    if (filters.length > 0) {
      const subscriptions = filters.map((topic) => ({ topic, qos }));
      packets.push(encode({ cmd: 'subscribe', messageId: 1, subscriptions }, { protocolVersion }));
    }
    return new Promise((resolve, reject) => {
      let answered = 0;
      const opened = new Link(options, (bytes, start, end) => {
        for (let p = start; ; answered++) {
          const length = packetLength(bytes, p, end);
          if (length === 0 || p + length > end) return p;
          if (answered === packets.length) fail('unexpected bytes', bytes, p, end);
          const [answer] = decode(bytes.subarray(p, p + length), { protocolVersion });
          if (!isAccepted(answer!, qos)) fail('the broker refuses', bytes, p, p + length);
          if (answer!.cmd === 'connack') {
            opened.receiveMaximum = answer!.properties?.receiveMaximum ?? opened.receiveMaximum;
          }
          p += length;
          if (answered + 1 === packets.length) resolve(opened);
        }
      });
      opened.socket.on('error', reject);
      opened.socket.write(Buffer.concat(packets));
    });
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

  pong(): void {
    this.#onPong();
  }

  /** Whatever comes now, the end of the connection included, is ignored. */
  abandon(): void {
    this.#isClosing = true;
  }

  close(): void {
    this.abandon();
    this.socket.destroy();
  }

  #take(length: number): void {
    if (this.#isClosing) return;
    const end = ROOM + length;
    if (this.#large !== undefined) {
      const copied = memory.copy(this.#large, this.#largeLength, ROOM, end);
      this.#largeLength += copied;
      if (this.#largeLength < this.#large.length) return;
      const large = this.#large;
      this.#large = undefined;
      this.read(large, 0, large.length);
      this.#parse(ROOM + copied, end);
    } else {
      const start = ROOM - this.#restLength;
      this.#rest.copy(memory, start, 0, this.#restLength);
      this.#restLength = 0;
      this.#parse(start, end);
    }
  }

  #parse(start: number, end: number): void {
    if (start === end) return;
    const taken = this.read(memory, start, end);
    const left = end - taken;
    if (left === 0) return;
    const whole = packetLength(memory, taken, end);
    if (whole > ROOM) {
      this.#large = Buffer.allocUnsafeSlow(whole);
      this.#largeLength = memory.copy(this.#large, 0, taken, end);
      return;
    }
    if (left > ROOM) fail('not a frame', memory, taken, end);
    if (this.#rest.length < left) this.#rest = Buffer.allocUnsafeSlow(Math.max(64, whole));
    this.#restLength = memory.copy(this.#rest, 0, taken, end);
  }
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
