import { answers, PUBACK, PUBCOMP, PUBLISH, PUBREC, PUBREL } from '../broker/answers.ts';
import { fail, type Link, PINGRESP, packetLength } from '../broker/link.ts';
import type { LoadQoS } from '../broker/plan.ts';
import type { Head } from './frames.ts';

export interface SubscriberOptions {
  readonly link: Link;
  readonly number: number;
  readonly qos: LoadQoS;
  readonly protocolVersion: 4 | 5;
  /** Of all messages, after their heads. */
  readonly tail: Buffer;
  readonly owner: SubscriberOwner;
}

/** Whoever all subscribers belong to. */
export interface SubscriberOwner {
  /** The message of a publisher with that number, but for that number and the packet identifier. */
  headOf(publisher: number, sequence: number): Head | undefined;
  /** Returns whether somebody waited for it. */
  arrived(subscriber: number, publisher: number, sequence: number, now: number): boolean;
  /** With QoS 2: it has come, and the publisher has released it. */
  released(): void;
  heard(): void;
}

/** Compares what arrives with what was sent, byte by byte, and acknowledges it. */
export class Subscriber {
  readonly #options: SubscriberOptions;
  readonly #header: number;
  readonly #answer: number;
  /** Packet identifiers that wait for PUBREL. */
  readonly #unreleased = new Set<number>();

  constructor(options: SubscriberOptions) {
    this.#options = options;
    const { link, qos } = options;
    this.#header = PUBLISH | (qos << 1);
    this.#answer = qos === 1 ? PUBACK : PUBREC;
    link.read = (bytes, start, end) => this.#read(bytes, start, end);
  }

  #read(bytes: Buffer, start: number, end: number): number {
    const { link, owner } = this.#options;
    const now = performance.now();
    owner.heard();
    let p = start;
    for (;;) {
      // the length of most packets is one byte
      const length = end - p < 2 ? 0 : bytes[p + 1]! < 128 ? 2 + bytes[p + 1]! : packetLength(bytes, p, end);
      const next = p + length;
      if (length === 0 || next > end) break;
      const firstByte = bytes[p]!;
      if (firstByte === this.#header) this.#receive(bytes, p, next, now);
      else if (firstByte === PUBREL) this.#release(bytes, p, next);
      else if (firstByte === PINGRESP) link.pong();
      else fail('unexpected bytes', bytes, p, next);
      p = next;
    }
    answers.flush(link.socket);
    return p;
  }

  #receive(bytes: Buffer, start: number, end: number, now: number): void {
    const { number, qos, protocolVersion, tail, owner } = this.#options;
    const topic = bytes[start + 1]! < 128 ? start + 2 : lengthEnd(bytes, start);
    let at = topic + 2 + ((bytes[topic]! << 8) | bytes[topic + 1]!);
    let messageId = 0;
    if (qos > 0) {
      messageId = (bytes[at]! << 8) | bytes[at + 1]!;
      if (messageId === 0) fail('packet identifier 0', bytes, start, end);
      bytes[at] = bytes[at + 1] = 0;
      at += 2;
    }
    // properties, of which there are none
    if (protocolVersion === 5) at++;
    if (at + 8 > end) fail('not a message', bytes, start, end);
    const publisher = bytes.readUInt32BE(at);
    const sequence = bytes.readUInt32BE(at + 4);
    bytes[at + 4] = bytes[at + 5] = bytes[at + 6] = bytes[at + 7] = 0;
    const head = owner.headOf(publisher, sequence);
    if (head === undefined || !isSame(head, tail, bytes, start, end)) {
      fail(`not message ${sequence} of publisher ${publisher}`, bytes, start, end);
    }
    if (qos > 0) this.#acknowledge(messageId, bytes, start, end);
    if (!owner.arrived(number, publisher, sequence, now)) {
      fail(
        `message ${sequence} of publisher ${publisher}: twice, out of order or for others`,
        bytes,
        start,
        end,
      );
    }
  }

  #acknowledge(messageId: number, bytes: Buffer, start: number, end: number): void {
    if (this.#options.qos === 2) {
      const unreleased = this.#unreleased;
      if (unreleased.has(messageId)) fail('a packet identifier that is in use', bytes, start, end);
      unreleased.add(messageId);
    }
    answers.add(this.#answer, messageId);
  }

  #release(bytes: Buffer, start: number, end: number): void {
    const messageId = (bytes[start + 2]! << 8) | bytes[start + 3]!;
    if (!this.#unreleased.delete(messageId)) fail('PUBREL that is not due', bytes, start, end);
    answers.add(PUBCOMP, messageId);
    this.#options.owner.released();
  }
}

/** Where the variable header begins. */
function lengthEnd(bytes: Buffer, start: number): number {
  let p = start + 1;
  while (bytes[p]! > 127) p++;
  return p + 1;
}

function isSame({ bytes: head }: Head, tail: Buffer, bytes: Buffer, start: number, end: number): boolean {
  const { length } = head;
  if (end - start !== length + tail.length) return false;
  for (let i = 0; i < length; i++) if (bytes[start + i] !== head[i]) return false;
  return tail.length === 0 || tail.compare(bytes, start + length, end) === 0;
}
