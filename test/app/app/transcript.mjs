import { createHash } from 'node:crypto';

const LONGEST_SHOWN = 80;
const LONGEST_LIST = 12;
const ACKNOWLEDGED_BY = {
  publish: (packet) => ['', 'puback', 'pubcomp'][packet.qos],
  subscribe: () => 'suback',
  unsubscribe: () => 'unsuback',
  pingreq: () => 'pingresp',
};
/** Packets of the end that began the exchange; the others answer them, with the identifier that it chose. */
const REQUESTS = new Set(['publish', 'subscribe', 'unsubscribe', 'pubrel', 'pingreq']);

function sha256(value) {
  return createHash('sha256').update(value).digest('hex');
}

function bytes(value) {
  if (value.length > LONGEST_SHOWN) return `${value.length} bytes, sha256 ${sha256(value)}`;
  return `hex ${Buffer.from(value).toString('hex')}`;
}

function plain(_key, value) {
  // JSON.stringify asks a Buffer for its toJSON() before it comes here.
  if (value?.type === 'Buffer' && Array.isArray(value.data)) return bytes(Buffer.from(value.data));
  if (value instanceof Uint8Array) return bytes(value);
  if (typeof value === 'string' && value.length > LONGEST_SHOWN) return bytes(Buffer.from(value));
  return typeof value === 'function' ? undefined : value;
}

/**
 * What every client and the broker saw, step by step. Within a step, packets are listed for each client, direction
 * and command in their order: how the two directions interleave is up to the scheduler. Packet identifiers, which
 * start at random, are numbered in the order in which they appear.
 */
export class Transcript {
  #steps = [];
  #step;
  #identifiers = new Map();
  #open = new Map();
  #changed = new Set();

  step(name) {
    this.#step = new Map();
    this.#steps.push({ name, seen: this.#step });
  }

  note(who, what, details) {
    const key = `${who} ${what}`;
    const list = this.#step.get(key) ?? [];
    this.#step.set(key, list);
    list.push(JSON.stringify(details, plain));
    for (const check of this.#changed) check();
  }

  packet(who, direction, packet) {
    const shown = { ...packet };
    const owner = (direction === 'sent') === REQUESTS.has(packet.cmd) ? 'client' : 'broker';
    if (packet.messageId !== undefined) shown.messageId = this.#number(`${who} ${owner}`, packet.messageId);
    this.#follow(who, owner, packet);
    this.note(who, `${direction} ${packet.cmd}`, shown);
  }

  /** Resolves when this has been noted `count` times in this step. */
  seen(who, what, count = 1) {
    return this.#until(() => (this.#step.get(`${who} ${what}`)?.length ?? 0) >= count);
  }

  /** Resolves when `who` has got `count` PUBLISH packets in this step. */
  received(who, count) {
    return this.seen(who, 'received publish', count);
  }

  /** Resolves when nothing waits for its acknowledgement any more. */
  settled() {
    return this.#until(() => [...this.#open.values()].every((open) => open === 0));
  }

  lastStep() {
    return this.#show(this.#steps.slice(-1));
  }

  toString() {
    return this.#show(this.#steps);
  }

  #show(steps) {
    const lines = [];
    for (const { name, seen } of steps) {
      lines.push(`== ${name}`);
      for (const [key, list] of [...seen].sort(([a], [b]) => (a < b ? -1 : 1))) {
        for (const entry of list.slice(0, LONGEST_LIST)) lines.push(`${key} ${entry}`);
        if (list.length > LONGEST_LIST) {
          lines.push(`${key}: ${list.length} in all, sha256 ${sha256(list.join('\n'))}`);
        }
      }
    }
    return `${lines.join('\n')}\n`;
  }

  #number(space, identifier) {
    const numbers = this.#identifiers.get(space) ?? new Map();
    this.#identifiers.set(space, numbers);
    if (!numbers.has(identifier)) numbers.set(identifier, numbers.size + 1);
    return numbers.get(identifier);
  }

  #follow(who, owner, packet) {
    const awaited = ACKNOWLEDGED_BY[packet.cmd]?.(packet) || undefined;
    const key = `${who} ${owner} ${awaited ?? packet.cmd}`;
    if (awaited !== undefined) this.#open.set(key, (this.#open.get(key) ?? 0) + 1);
    else if (this.#open.has(key)) this.#open.set(key, this.#open.get(key) - 1);
  }

  #until(condition) {
    return new Promise((resolve) => {
      const check = () => {
        if (!condition()) return;
        this.#changed.delete(check);
        resolve();
      };
      this.#changed.add(check);
      check();
    });
  }
}
