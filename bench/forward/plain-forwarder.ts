/**
 * The same job in plain JavaScript, as fast as a hundred lines of it go: frames by hand in one scratch buffer, topics found by
 * their bytes, copies into a Buffer per receiver, one write per receiver and turn. It trusts what it reads: topics and
 * properties are not checked, topic aliases not known, and a frame has 64 KiB at most.
 */
import type { Version } from './traffic.ts';

/** Where a receiver's bytes go. */
export interface Target {
  readonly writableLength: number;
  write(bytes: Buffer): unknown;
}

class Outbox {
  bytes = Buffer.allocUnsafeSlow(4096);
  view = new DataView(this.bytes.buffer);
  length = 0;
  readonly target: Target;

  constructor(target: Target) {
    this.target = target;
  }

  grow(size: number): void {
    const { bytes, length } = this;
    this.#renew(2 * (length + size));
    bytes.copy(this.bytes, 0, 0, length);
  }

  flush(): void {
    this.target.write(this.bytes.subarray(0, this.length));
    this.length = 0;
    // what the socket has not taken yet must stay as it is
    if (this.target.writableLength > 0) this.#renew(4096);
  }

  #renew(size: number): void {
    this.bytes = Buffer.allocUnsafeSlow(size);
    this.view = new DataView(this.bytes.buffer);
  }
}

interface Topic {
  readonly length: number;
  readonly words: DataView;
  readonly outboxes: Outbox[];
}

const SCRATCH = 131_072;
/** Copies go in steps of 4 bytes, so that up to 3 more are written. */
const SLACK = 4;
/** From so many bytes on `set` is faster than a loop. */
const LONG = 128;
/** Bytes of a property's value by identifier; -1 one string, -2 two. */
const PROPERTY_SIZES = new Int8Array(64).fill(1);
for (const identifier of [0x02, 0x11, 0x18, 0x27]) PROPERTY_SIZES[identifier] = 4;
for (const identifier of [0x13, 0x21, 0x22, 0x23]) PROPERTY_SIZES[identifier] = 2;
for (const identifier of [0x03, 0x08, 0x09, 0x12, 0x15, 0x16, 0x1a, 0x1c, 0x1f])
  PROPERTY_SIZES[identifier] = -1;
PROPERTY_SIZES[0x26] = -2;
const TOPIC_ALIAS = 0x23;

export class PlainForwarder {
  readonly #scratch = Buffer.allocUnsafeSlow(SCRATCH + SLACK);
  readonly #view = new DataView(this.#scratch.buffer);
  /** A power of two, at most half of them in use. */
  #slots: (Topic | undefined)[] = new Array(4096).fill(undefined);
  #topics = 0;
  readonly #outboxes = new Map<Target, Outbox>();
  readonly #from: Version;
  readonly #to: Version;
  readonly #onWritten: () => void;
  #written: Outbox[] = [];

  /** `onWritten` is called when something waits to be flushed. */
  constructor(from: Version, to: Version, onWritten: () => void) {
    this.#from = from;
    this.#to = to;
    this.#onWritten = onWritten;
  }

  subscribe(name: string, target: Target): void {
    const length = Buffer.byteLength(name);
    const words = new DataView(new ArrayBuffer(length + SLACK));
    Buffer.from(words.buffer).write(name);
    const slot = this.#find(words, 0, length);
    const topic = this.#slots[slot] ?? { length, words, outboxes: [] };
    if (this.#slots[slot] === undefined) this.#add(topic, slot);
    let outbox = this.#outboxes.get(target);
    if (outbox === undefined) this.#outboxes.set(target, (outbox = new Outbox(target)));
    topic.outboxes.push(outbox);
  }

  /**
   * Passes on what has arrived on a connection, after the `rest` of what had before. Frames that are no PUBLISH with
   * QoS 0 go to `control`. Returns the new rest: the beginning of a frame.
   */
  read(chunk: Buffer, rest: Buffer | undefined, control: (frame: Buffer) => void): Buffer | undefined {
    const scratch = this.#scratch;
    let end = chunk.length;
    if (rest === undefined) scratch.set(chunk);
    else {
      scratch.set(rest);
      scratch.set(chunk, rest.length);
      end += rest.length;
    }
    let p = 0;
    while (p + 2 <= end) {
      let q = p + 1;
      let byte = scratch[q++]!;
      let length = byte & 127;
      for (let shift = 7; byte > 127 && q < end; shift += 7) {
        byte = scratch[q++]!;
        length |= (byte & 127) << shift;
      }
      if (byte > 127 || q + length > end) break;
      if ((scratch[p]! & 0xf6) === 0x30) this.#publish(p, q, q + length);
      else control(scratch.subarray(p, q + length));
      p = q + length;
    }
    return p < end ? Buffer.from(scratch.subarray(p, end)) : undefined;
  }

  flush(): void {
    const written = this.#written;
    this.#written = [];
    for (let i = 0; i < written.length; i++) written[i]!.flush();
  }

  #publish(start: number, body: number, end: number): void {
    const scratch = this.#scratch;
    const topicEnd = body + 2 + ((scratch[body]! << 8) | scratch[body + 1]!);
    const topic = this.#slots[this.#find(this.#view, body + 2, topicEnd - body - 2)];
    if (topic === undefined) return;
    if (this.#from === 5) {
      const payload = this.#properties(topicEnd);
      if (this.#to === 4) start = this.#withoutProperties(start, body, topicEnd, payload, end);
    }
    const { outboxes } = topic;
    const size = end - start;
    const from = this.#view;
    const frame = size < LONG ? undefined : scratch.subarray(start, end);
    for (let i = 0; i < outboxes.length; i++) {
      const outbox = outboxes[i]!;
      const at = outbox.length;
      if (at === 0 && this.#written.push(outbox) === 1) this.#onWritten();
      if (at + size + SLACK > outbox.bytes.length) outbox.grow(size + SLACK);
      if (frame === undefined) {
        const to = outbox.view;
        for (let k = 0; k < size; k += 4) to.setInt32(at + k, from.getInt32(start + k));
      } else outbox.bytes.set(frame, at);
      outbox.length = at + size;
    }
  }

  /** Returns the end of the properties. */
  #properties(p: number): number {
    const scratch = this.#scratch;
    let length = 0;
    let shift = 0;
    let byte: number;
    do {
      byte = scratch[p++]!;
      length |= (byte & 127) << shift;
      shift += 7;
    } while (byte > 127);
    const end = p + length;
    while (p < end) {
      const identifier = scratch[p++]!;
      if (identifier === TOPIC_ALIAS) throw new Error('topic aliases are not known here');
      const size = PROPERTY_SIZES[identifier]!;
      if (size >= 0) p += size;
      else for (let i = size; i < 0; i++) p += 2 + ((scratch[p]! << 8) | scratch[p + 1]!);
    }
    return end;
  }

  /** Moves header and topic up to the payload, and returns where the frame begins then. */
  #withoutProperties(start: number, body: number, topicEnd: number, payload: number, end: number): number {
    const scratch = this.#scratch;
    const bodyStart = payload - (topicEnd - body);
    scratch.copyWithin(bodyStart, body, topicEnd);
    let length = end - bodyStart;
    let p = bodyStart - (length < 128 ? 1 : length < 16_384 ? 2 : 3);
    scratch[p - 1] = scratch[start]!;
    start = p - 1;
    for (; length > 127; length >>= 7) scratch[p++] = (length & 127) | 128;
    scratch[p] = length;
    return start;
  }

  #add(topic: Topic, slot: number): void {
    this.#slots[slot] = topic;
    if (2 * ++this.#topics <= this.#slots.length) return;
    const topics = this.#slots;
    this.#slots = new Array(2 * topics.length).fill(undefined);
    for (const one of topics) if (one !== undefined) this.#slots[this.#find(one.words, 0, one.length)] = one;
  }

  /** The slot of a topic name, or the one where it belongs. */
  #find(view: DataView, p: number, length: number): number {
    const whole = length & ~3;
    const mask = (1 << ((length & 3) << 3)) - 1;
    const last = view.getInt32(p + whole, true) & mask;
    let hash = length;
    for (let i = 0; i < whole; i += 4) {
      hash = Math.imul(hash ^ view.getInt32(p + i, true), 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    hash = Math.imul(hash ^ last, 0x9e3779b1);
    hash ^= hash >>> 16;
    const slots = this.#slots;
    const slotMask = slots.length - 1;
    search: for (let slot = hash & slotMask; ; slot = (slot + 1) & slotMask) {
      const topic = slots[slot];
      if (topic === undefined) return slot;
      if (topic.length !== length || topic.words.getInt32(whole, true) !== last) continue;
      for (let i = 0; i < whole; i += 4) {
        if (topic.words.getInt32(i, true) !== view.getInt32(p + i, true)) continue search;
      }
      return slot;
    }
  }
}
