import { answers, PUBACK, PUBCOMP, PUBLISH, PUBREC, PUBREL } from './answers.ts';
import type { Cycle } from './cycle.ts';
import type { DensePublisher } from './dense-publisher.ts';
import { fail, type Link } from './link.ts';
import type { LoadQoS } from './plan.ts';

/** Compares what arrives with what was sent, byte by byte but for the packet identifiers, which it acknowledges. */
export class DenseSubscriber {
  readonly #link: Link;
  readonly #cycle: Cycle;
  readonly #qos: LoadQoS;
  readonly #publisher: DensePublisher;
  /** Messages of the cycle. */
  readonly #count: number;
  /** Packet identifiers that wait for PUBREL. */
  readonly #unreleased: Uint8Array;
  /** Numbers in the cycle of the message that comes next, and of the one that PUBREL comes for next. */
  #next = 0;
  #nextRelease = 0;

  constructor(link: Link, cycle: Cycle, qos: LoadQoS, publisher: DensePublisher) {
    this.#link = link;
    this.#cycle = cycle;
    this.#qos = qos;
    this.#publisher = publisher;
    this.#count = cycle.frames.length / cycle.frameLength;
    this.#unreleased = new Uint8Array(qos === 2 ? 65_536 : 0);
    link.read = (bytes, start, end) => this.#read(bytes, start, end);
  }

  #read(bytes: Buffer, start: number, end: number): number {
    const now = performance.now();
    const header = PUBLISH | (this.#qos << 1);
    let p = start;
    while (p < end) {
      const q = bytes[p] === header ? this.#messages(bytes, p, end, now) : this.#releases(bytes, p, end);
      if (q === p) break;
      p = q;
    }
    answers.flush(this.#link.socket);
    this.#publisher.refill(now);
    return p;
  }

  /** PUBLISH packets in a row, up to the end of the cycle. */
  #messages(bytes: Buffer, start: number, end: number, now: number): number {
    const { frames, frameLength } = this.#cycle;
    const first = this.#next;
    const most = Math.min(Math.floor((end - start) / frameLength), this.#count - first);
    const count = this.#qos === 0 ? most : this.#acknowledge(bytes, start, most);
    const length = count * frameLength;
    const from = first * frameLength;
    if (length === 0) return start;
    if (frames.compare(bytes, start, start + length, from, from + length) !== 0) {
      fail(`not message ${first} and those after it`, bytes, start, end);
    }
    this.#next = (first + count) % this.#count;
    this.#publisher.arrived(first, count, now);
    if (this.#qos < 2) this.#publisher.completed(first, count);
    return start + length;
  }

  /** Acknowledges PUBLISH packets and puts the packet identifiers of the publisher into them. Returns how many they are. */
  #acknowledge(bytes: Buffer, start: number, most: number): number {
    const { frames, frameLength, messageIdOffset } = this.#cycle;
    const unreleased = this.#unreleased;
    const qos = this.#qos;
    const header = PUBLISH | (qos << 1);
    const answer = qos === 1 ? PUBACK : PUBREC;
    let p = start;
    let sent = this.#next * frameLength + messageIdOffset;
    for (let i = 0; i < most; i++) {
      if (bytes[p] !== header) return i;
      const at = p + messageIdOffset;
      const messageId = (bytes[at]! << 8) | bytes[at + 1]!;
      if (messageId === 0) fail('packet identifier 0', bytes, p, p + frameLength);
      if (qos === 2) {
        if (unreleased[messageId] === 1)
          fail('a packet identifier that is in use', bytes, p, p + frameLength);
        unreleased[messageId] = 1;
      }
      answers.add(answer, messageId);
      bytes[at] = frames[sent]!;
      bytes[at + 1] = frames[sent + 1]!;
      p += frameLength;
      sent += frameLength;
    }
    return most;
  }

  /** PUBREL packets in a row. They come in the order of the messages (MQTT-4.6.0-4). */
  #releases(bytes: Buffer, start: number, end: number): number {
    const unreleased = this.#unreleased;
    let p = start;
    let count = 0;
    while (end - p >= 4 && bytes[p] === PUBREL) {
      const next = p + 2 + bytes[p + 1]!;
      if (next > end) break;
      const messageId = (bytes[p + 2]! << 8) | bytes[p + 3]!;
      if (unreleased[messageId] !== 1) fail('PUBREL that is not due', bytes, p, end);
      unreleased[messageId] = 0;
      answers.add(PUBCOMP, messageId);
      count++;
      p = next;
    }
    if (count === 0 && bytes[p] !== PUBREL) fail('unexpected bytes', bytes, p, end);
    while (count > 0) {
      const some = Math.min(count, this.#count - this.#nextRelease);
      this.#publisher.completed(this.#nextRelease, some);
      this.#nextRelease = (this.#nextRelease + some) % this.#count;
      count -= some;
    }
    return p;
  }
}
