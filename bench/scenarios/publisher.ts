import { answers, PUBACK, PUBCOMP, PUBREC, PUBREL } from '../broker/answers.ts';
import { fail, type Link, PINGRESP } from '../broker/link.ts';
import type { LoadQoS } from '../broker/plan.ts';
import type { Head, Outbox } from './frames.ts';

/** What a packet identifier waits for. */
const NOTHING = 0;
const FIRST_ANSWER = 1;
const SECOND_ANSWER = 2;

/** Bytes that a socket may keep for a broker that does not take them. */
const BACKLOG = 1 << 20;
/** Packet identifiers of a publisher in an open loop at first, and at most. */
const FEW = 64;
export const MOST_SLOTS = 65_535;

export interface PublisherOptions {
  readonly link: Link;
  /** Of its topics, in turn. */
  readonly heads: readonly Head[];
  readonly qos: LoadQoS;
  readonly outbox: Outbox;
  readonly owner: PublisherOwner;
}

/** Whoever all publishers belong to. */
export interface PublisherOwner {
  /** It may have more to send now. */
  mayPublish(publisher: Publisher): void;
  sent(messages: number): void;
  acknowledged(): void;
  /** The broker has sent something. */
  heard(): void;
}

/** Sends messages that are numbered from 0 on in each run. */
export class Publisher {
  readonly #link: Link;
  readonly #heads: readonly Head[];
  readonly #qos: LoadQoS;
  readonly #outbox: Outbox;
  readonly #owner: PublisherOwner;
  readonly #firstAnswer: number;
  /** Whether it is on the list of those who may have more to send. */
  isListed = false;
  /** Messages that have been sent, and those that may be. */
  #sent = 0;
  #due = 0;
  /** Slot of the next message; packet identifiers are one more. Without slots there is no limit. */
  #slot = 0;
  #mostSlots = 0;
  /** Of each slot, what has not come of all that its message brings about. */
  #left = new Uint32Array(0);
  #waiting = new Uint8Array(0);
  #sentAt = new Float64Array(0);
  /** What a message brings about that its slot waits for. */
  #parts = 0;

  constructor({ link, heads, qos, outbox, owner }: PublisherOptions) {
    this.#link = link;
    this.#heads = heads;
    this.#qos = qos;
    this.#outbox = outbox;
    this.#owner = owner;
    this.#firstAnswer = qos === 2 ? PUBREC : PUBACK;
    link.read = (bytes, start, end) => this.#read(bytes, start, end);
    link.socket.on('drain', () => owner.mayPublish(this));
  }

  /** A closed loop: of `window` messages each arrives `fanOut` times before another one is sent in its place. */
  beginWindow(window: number, fanOut: number): void {
    const slots = Math.min(window, this.#mostUnanswered());
    this.#begin(slots, slots, fanOut + (this.#qos === 0 ? 0 : 1));
    this.#sentAt = new Float64Array(slots);
    this.#due = Number.POSITIVE_INFINITY;
  }

  /** An open loop: only acknowledgements are waited for, of at most so many messages. */
  beginRate(most: number): void {
    const slots = this.#qos === 0 ? 0 : Math.min(most, this.#mostUnanswered());
    this.#begin(Math.min(slots, FEW), slots, 1);
    this.#sentAt = new Float64Array(0);
    this.#due = 0;
  }

  #mostUnanswered(): number {
    return this.#qos === 0 ? MOST_SLOTS : this.#link.receiveMaximum;
  }

  #begin(slots: number, mostSlots: number, parts: number): void {
    this.#sent = this.#slot = 0;
    this.#mostSlots = mostSlots;
    this.#parts = parts;
    this.#left = new Uint32Array(slots);
    this.#waiting = new Uint8Array(slots);
  }

  get sent(): number {
    return this.#sent;
  }

  /** Whether everything has been sent that is due. */
  get isIdle(): boolean {
    return this.#sent === this.#due;
  }

  /** In an open loop: so many messages in all are due. */
  offer(due: number): void {
    this.#due = due;
  }

  /** The end of a closed loop. */
  stop(): void {
    this.#due = this.#sent;
  }

  /** Sends what is due and may be sent, with one write if there is not much of it. */
  publish(): void {
    const now = performance.now();
    const { socket } = this.#link;
    const before = this.#sent;
    const most = Math.max(1, Math.floor(BACKLOG / this.#heads[0]!.frameLength));
    while (this.#sent < this.#due && socket.writableLength <= BACKLOG) {
      if (this.#publishSome(most, now) < most) break;
    }
    if (this.#sent > before) this.#owner.sent(this.#sent - before);
  }

  /** In a closed loop: a message has arrived at a subscriber. Returns when it was sent. */
  arrived(sequence: number): number {
    const slot = sequence % this.#left.length;
    this.#complete(slot);
    return this.#sentAt[slot]!;
  }

  #publishSome(most: number, now: number): number {
    const { socket } = this.#link;
    const heads = this.#heads;
    let count = 0;
    // many writes become one system call
    socket.cork();
    for (; count < most && this.#sent < this.#due; count++) {
      const slot = this.#slot;
      const { length } = this.#left;
      if (length > 0) {
        if (this.#left[slot] !== 0) {
          if (!this.#addSlots()) break;
          continue;
        }
        this.#left[slot] = this.#parts;
        this.#waiting[slot] = FIRST_ANSWER;
        if (this.#sentAt.length > 0) this.#sentAt[slot] = now;
        this.#slot = slot + 1 === length ? 0 : slot + 1;
      }
      this.#outbox.add(socket, heads[this.#sent % heads.length]!, this.#sent, slot + 1);
      this.#sent++;
    }
    this.#outbox.flush(socket);
    socket.uncork();
    return count;
  }

  /** Of an open loop, as long as there are packet identifiers: those that are added are next. */
  #addSlots(): boolean {
    const { length } = this.#left;
    const wanted = Math.min(this.#mostSlots, 2 * length);
    if (wanted <= length) return false;
    const left = new Uint32Array(wanted);
    const waiting = new Uint8Array(wanted);
    left.set(this.#left);
    waiting.set(this.#waiting);
    this.#left = left;
    this.#waiting = waiting;
    this.#slot = length;
    return true;
  }

  #complete(slot: number): void {
    if (--this.#left[slot]! === 0 && !this.isListed) this.#owner.mayPublish(this);
  }

  #read(bytes: Buffer, start: number, end: number): number {
    this.#owner.heard();
    const waiting = this.#waiting;
    const firstAnswer = this.#firstAnswer;
    let p = start;
    while (end - p >= 2) {
      const next = p + 2 + bytes[p + 1]!;
      if (next > end) break;
      const firstByte = bytes[p]!;
      if (firstByte === PINGRESP) {
        this.#link.pong();
        p = next;
        continue;
      }
      const slot = ((bytes[p + 2]! << 8) | bytes[p + 3]!) - 1;
      // MQTT 5.0: what is longer has a reason code
      if (next > p + 4 && bytes[p + 4]! >= 0x80) fail('an error', bytes, p, next);
      if (firstByte === firstAnswer && waiting[slot] === FIRST_ANSWER) {
        if (firstAnswer === PUBREC) {
          waiting[slot] = SECOND_ANSWER;
          answers.add(PUBREL, slot + 1);
        } else this.#acknowledged(slot);
      } else if (firstByte === PUBCOMP && waiting[slot] === SECOND_ANSWER) this.#acknowledged(slot);
      else fail('not an acknowledgement that is due', bytes, p, end);
      p = next;
    }
    answers.flush(this.#link.socket);
    return p;
  }

  #acknowledged(slot: number): void {
    this.#waiting[slot] = NOTHING;
    this.#owner.acknowledged();
    this.#complete(slot);
  }
}
