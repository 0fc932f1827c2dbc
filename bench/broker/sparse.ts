import { answers, PUBACK, PUBCOMP, PUBLISH, PUBREC, PUBREL } from './answers.ts';
import { type Address, fail, Link } from './link.ts';
import { frameOf, messageIdOffset, payloadOf, topicOf } from './messages.ts';
import type { LoadResult, SparsePlan } from './plan.ts';
import { LoadRun } from './run.ts';

const MESSAGE_ID = 1;

/** A client, which publishes to the next one and gets messages from the one before. */
class SparseClient {
  readonly #link: Link;
  /** What it sends, with another number each time. */
  readonly #frame: Buffer;
  readonly #numberOffset: number;
  readonly #messageIdOffset: number;
  readonly #sparse: Sparse;
  readonly #qos: number;
  /** Acknowledgements and arrivals that a message brings about, and those that have not come. */
  readonly #parts: number;
  #left = 0;
  /** First byte of the next acknowledgement of its message. */
  #due = 0;
  #number = 0;
  #isArriving = false;
  #sentAt = 0;
  /** Packet identifier of the message that waits for PUBREL. */
  #unreleased = 0;
  /** The client that it gets messages from. */
  from: SparseClient = this;

  constructor(link: Link, topic: string, { qos, protocolVersion, payload }: SparsePlan, sparse: Sparse) {
    this.#link = link;
    this.#frame = frameOf({
      topic,
      qos,
      protocolVersion,
      messageId: MESSAGE_ID,
      payload: payloadOf(payload, 0),
    });
    this.#numberOffset = this.#frame.length - payload;
    this.#messageIdOffset = messageIdOffset(this.#frame, topic, qos);
    this.#sparse = sparse;
    this.#qos = qos;
    this.#parts = qos === 0 ? 1 : 2;
    link.read = (bytes, start, end) => this.#read(bytes, start, end);
  }

  send(now: number): void {
    this.#left = this.#parts;
    this.#due = this.#qos === 2 ? PUBREC : PUBACK;
    this.#isArriving = true;
    this.#sentAt = now;
    this.#number = (this.#number + 1) >>> 0;
    this.#frame.writeUInt32BE(this.#number, this.#numberOffset);
    // the last one has arrived, so that nobody needs these bytes any more
    this.#link.socket.write(this.#frame);
  }

  #read(bytes: Buffer, start: number, end: number): number {
    const now = performance.now();
    const { length } = this.from.#frame;
    let p = start;
    while (end - p >= 4) {
      const isPublish = (bytes[p]! & 0xf0) === PUBLISH;
      const next = p + (isPublish ? length : 2 + bytes[p + 1]!);
      if (next > end) break;
      if (isPublish) this.#receive(bytes, p, next, now);
      else this.#acknowledge(bytes, p, next, now);
      p = next;
    }
    answers.flush(this.#link.socket);
    return p;
  }

  #receive(bytes: Buffer, start: number, end: number, now: number): void {
    const { from } = this;
    if (this.#qos > 0) {
      const at = start + this.#messageIdOffset;
      const messageId = (bytes[at]! << 8) | bytes[at + 1]!;
      bytes[at] = 0;
      bytes[at + 1] = MESSAGE_ID;
      if (messageId === 0 || this.#unreleased !== 0) fail('not a packet identifier', bytes, start, end);
      answers.add(this.#qos === 1 ? PUBACK : PUBREC, messageId);
      if (this.#qos === 2) this.#unreleased = messageId;
    }
    if (!from.#isArriving || from.#frame.compare(bytes, start, end) !== 0) {
      fail(`not message ${from.#number}`, bytes, start, end);
    }
    from.#isArriving = false;
    this.#sparse.arrived(now - from.#sentAt);
    if (this.#qos < 2) from.#complete(now);
  }

  #acknowledge(bytes: Buffer, start: number, end: number, now: number): void {
    const messageId = (bytes[start + 2]! << 8) | bytes[start + 3]!;
    const firstByte = bytes[start]!;
    if (end > start + 4 && bytes[start + 4]! >= 0x80) fail('an error', bytes, start, end);
    if (firstByte === PUBREL) {
      if (messageId !== this.#unreleased) fail('PUBREL that is not due', bytes, start, end);
      this.#unreleased = 0;
      answers.add(PUBCOMP, messageId);
      this.from.#complete(now);
      return;
    }
    if (firstByte !== this.#due || messageId !== MESSAGE_ID) {
      fail('not an acknowledgement that is due', bytes, start, end);
    }
    if (firstByte === PUBREC) {
      this.#due = PUBCOMP;
      answers.add(PUBREL, MESSAGE_ID);
      return;
    }
    this.#due = 0;
    this.#complete(now);
  }

  #complete(now: number): void {
    if (--this.#left === 0) this.#sparse.completed(this, now);
  }
}

export class Sparse {
  readonly #inFlight: number;
  /** Clients that have nothing under way, the one that waits longest first; a ring. */
  readonly #idle: SparseClient[] = [];
  #first = 0;
  #underWay = 0;
  #run: LoadRun | undefined;
  #onEnd: () => void = () => {};

  private constructor(inFlight: number) {
    this.#inFlight = inFlight;
  }

  static async open(address: Address, plan: SparsePlan): Promise<Sparse> {
    const { qos, protocolVersion, clients, inFlight } = plan;
    const sparse = new Sparse(inFlight);
    const links = await Link.openAll(
      Array.from({ length: clients }, (_, i) => {
        return { ...address, clientId: `client ${i}`, protocolVersion, qos, filters: [topicOf(i, 0)] };
      }),
    );
    const all = links.map((link, i) => new SparseClient(link, topicOf((i + 1) % clients, 0), plan, sparse));
    all.forEach((client, i) => {
      client.from = all[(i + clients - 1) % clients]!;
    });
    sparse.#idle.push(...all);
    return sparse;
  }

  /** Sends for so long; resolves when everything has arrived and is acknowledged. */
  async run(seconds: number): Promise<LoadResult> {
    const run = new LoadRun(seconds);
    this.#run = run;
    await new Promise<void>((resolve) => {
      this.#onEnd = resolve;
      const now = performance.now();
      for (let i = 0; i < this.#inFlight; i++) this.#sendNext(now);
    });
    return run.result();
  }

  arrived(milliseconds: number): void {
    this.#run!.arrived(1, milliseconds);
  }

  completed(client: SparseClient, now: number): void {
    const { length } = this.#idle;
    this.#idle[(this.#first + length - this.#underWay) % length] = client;
    this.#underWay--;
    if (!this.#run!.isOver(now)) this.#sendNext(now);
    else if (this.#underWay === 0) this.#onEnd();
  }

  #sendNext(now: number): void {
    const client = this.#idle[this.#first]!;
    this.#first = (this.#first + 1) % this.#idle.length;
    this.#underWay++;
    client.send(now);
  }
}
