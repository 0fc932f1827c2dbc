import { connect, type Socket } from 'node:net';
import { type DecodedPacket, decode, encode } from '../../src/index.ts';
import { within } from './deadline.ts';
import type { LoadQoS } from './plan.ts';

/** No frame of a plan is longer. */
const LONGEST_FRAME = 1024;
/** Topics of one SUBSCRIBE, so that SUBACK is not longer either. */
const TOPICS_AT_ONCE = 500;

const ANSWER_SECONDS = 30;

/** All sockets read into the same memory, one after the other. Before it there is room for the beginning of a frame. */
const memory = Buffer.allocUnsafeSlow(LONGEST_FRAME + (1 << 18));
const room = memory.subarray(LONGEST_FRAME);

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
  readonly topics: readonly string[];
  readonly qos: LoadQoS;
  /** Source address, where one does not have ports enough. */
  readonly localAddress?: string | undefined;
  /** Is told how many milliseconds after CONNECT its CONNACK has come. */
  readonly onConnack?: (milliseconds: number) => void;
}

export function fail(what: string, bytes: Buffer, start: number, end: number): never {
  throw new Error(`${what}: ${bytes.toString('hex', start, Math.min(end, start + 80))}`);
}

/** A connection to the broker that is measured: clean session, no keep alive. It is done when its subscriptions are. */
export class Link {
  readonly socket: Socket;
  read: Read;
  /** The beginning of a frame, the rest of which has not come. */
  #rest: Buffer | undefined;
  #restLength = 0;
  #onClose: (error: Error | undefined) => void;

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

  static async open(options: LinkOptions): Promise<Link> {
    const { protocolVersion, qos, onConnack } = options;
    const packets = openingPackets(options);
    const opening = new Promise<Link>((resolve, reject) => {
      let answered = 0;
      let sentAt = 0;
      const read: Read = (bytes, start, end) => {
        for (let p = start; ; answered++) {
          const length = packetLength(bytes, p, end);
          if (length === 0) return p;
          if (answered === packets.length) fail('unexpected bytes', bytes, p, end);
          const [answer] = decode(bytes.subarray(p, p + length), { protocolVersion });
          if (!isAccepted(answer!, qos)) fail('refused', bytes, p, p + length);
          if (answered === 0) onConnack?.(performance.now() - sentAt);
          p += length;
          if (answered + 1 === packets.length) resolve(opened);
        }
      };
      const opened = new Link(options, read, (error) => reject(error ?? closed()));
      opened.socket.once('connect', () => {
        sentAt = performance.now();
        opened.socket.write(Buffer.concat(packets));
      });
    });
    const link = await within(ANSWER_SECONDS, `CONNACK and SUBACK for ${options.clientId}`, opening);
    link.#onClose = (error) => {
      throw error ?? closed();
    };
    return link;
  }

  /** Opens as many, so many at a time. */
  static async openAll(all: readonly LinkOptions[]): Promise<Link[]> {
    const links: Link[] = [];
    for (let i = 0; i < all.length; i += 50) {
      links.push(...(await Promise.all(all.slice(i, i + 50).map((options) => Link.open(options)))));
    }
    return links;
  }

  /** Says goodbye; resolves when the broker has closed its side too, in whatever way. */
  end(): Promise<void> {
    return new Promise((resolve) => {
      this.#onClose = () => resolve();
      this.socket.end(DISCONNECT);
    });
  }

  #take(length: number): void {
    const start = LONGEST_FRAME - this.#restLength;
    const end = LONGEST_FRAME + length;
    if (this.#restLength > 0) this.#rest!.copy(memory, start, 0, this.#restLength);
    const taken = this.read(memory, start, end);
    this.#restLength = end - taken;
    if (taken === end) return;
    if (this.#restLength > LONGEST_FRAME) fail('not the length of a frame', memory, taken, end);
    this.#rest ??= Buffer.allocUnsafeSlow(LONGEST_FRAME);
    memory.copy(this.#rest, 0, taken, end);
  }
}

const DISCONNECT = Buffer.of(0xe0, 0);

function closed(): Error {
  return new Error('the broker has closed a connection');
}

/** Each of them is answered. */
function openingPackets({ clientId, protocolVersion, topics, qos }: LinkOptions): Uint8Array[] {
  const packets = [
    encode({ cmd: 'connect', clientId, clean: true, keepalive: 0, protocolVersion }, { protocolVersion }),
  ];
  for (let i = 0; i < topics.length; i += TOPICS_AT_ONCE) {
    const subscriptions = topics.slice(i, i + TOPICS_AT_ONCE).map((topic) => ({ topic, qos }));
    packets.push(encode({ cmd: 'subscribe', messageId: packets.length, subscriptions }, { protocolVersion }));
  }
  return packets;
}

/** Fixed header included; 0: it is not complete. */
function packetLength(bytes: Buffer, start: number, end: number): number {
  let length = 0;
  for (let p = start + 1, shift = 0; p < end; p++, shift += 7) {
    length |= (bytes[p]! & 127) << shift;
    if (bytes[p]! > 127) continue;
    const whole = p + 1 - start + length;
    return start + whole <= end ? whole : 0;
  }
  return 0;
}

function isAccepted(packet: DecodedPacket, qos: LoadQoS): boolean {
  if (packet.cmd === 'connack') return (packet.returnCode ?? packet.reasonCode ?? 0) === 0;
  return packet.cmd === 'suback' && packet.granted.every((granted) => granted === qos);
}
