import { SLOT_MASK } from './subscribers.ts';
import type { SharedStrategy } from './types.ts';

/** From so many members on a group knows where each is; among fewer it is searched for. */
const INDEXED_MEMBERS = 32;

/** Bytes that a member takes, roughly, and what an entry of the Map adds. */
const BYTES_PER_MEMBER = 20;
const BYTES_PER_ENTRY = 40;

/** What choosing may depend on besides the group. */
export interface Choice<S> {
  /** Subscribers by slot. */
  readonly objects: readonly (S | undefined)[];
  readonly isAvailable: ((subscriber: S) => boolean) | undefined;
}

/** The members of one share name with one topic filter (MQTT5 section 4.8.2), by their words. Joining and leaving take constant time. */
export class SharedGroup {
  /** The whole filter, `$share/<share name>/<topic filter>`. */
  readonly filter: string;
  readonly name: string;
  readonly number: number;
  readonly strategy: SharedStrategy;
  readonly members: number[] = [];
  /** Options words of the members. */
  readonly options: number[] = [];
  private indexOf: Map<number, number> | undefined = undefined;
  /** Members before this one have had their turn in this round. */
  private next = 0;
  /** The member that `sticky` stays with, or 0. */
  private favourite = 0;

  constructor(filter: string, name: string, number: number, strategy: SharedStrategy) {
    this.filter = filter;
    this.name = name;
    this.number = number;
    this.strategy = strategy;
  }

  get bytes(): number {
    return (
      this.members.length * BYTES_PER_MEMBER +
      (this.indexOf === undefined ? 0 : this.indexOf.size * BYTES_PER_ENTRY)
    );
  }

  /** Index of a member, or -1. */
  find(word: number): number {
    return this.indexOf === undefined ? this.members.indexOf(word) : (this.indexOf.get(word) ?? -1);
  }

  /** Adds a member, or replaces its options. Whether it is new. */
  join(word: number, options: number): boolean {
    const index = this.find(word);
    if (index >= 0) {
      this.options[index] = options;
      return false;
    }
    this.put(this.members.length, word, options);
    if (this.indexOf === undefined && this.members.length > INDEXED_MEMBERS) this.makeIndex();
    return true;
  }

  /** Removes a member. Whether there was one. */
  leave(word: number): boolean {
    let index = this.find(word);
    if (index < 0) return false;
    const last = this.members.length - 1;
    if (index < this.next) {
      // the gap goes to one that has had its turn too, so that the others still get theirs
      this.next--;
      this.move(this.next, index);
      index = this.next;
    }
    this.move(last, index);
    this.members.pop();
    this.options.pop();
    this.indexOf?.delete(word);
    if (word === this.favourite) this.favourite = 0;
    return true;
  }

  /** Index of the member that gets a message, or -1 if there is none any more. The hash is that of the publisher or topic. */
  choose<S>(hash: number, choice: Choice<S>): number {
    const { length } = this.members;
    switch (this.strategy) {
      case 'random':
        return this.available(Math.floor(Math.random() * length), choice);
      case 'sticky': {
        const index = this.available(Math.max(0, this.find(this.favourite)), choice);
        if (index >= 0) this.favourite = this.members[index];
        return index;
      }
      case 'hash-client':
      case 'hash-topic':
        if (hash !== 0) return this.available(bucketOf(hash, length), choice);
    }
    const index = this.available(this.next < length ? this.next : 0, choice);
    this.next = index + 1;
    return index;
  }

  /** The first member from `start` on that can take a message; if nobody can, the one at `start`. */
  private available<S>(start: number, choice: Choice<S>): number {
    const { isAvailable, objects } = choice;
    const { members } = this;
    if (isAvailable === undefined) return members.length === 0 ? -1 : start;
    let index = start;
    for (let left = members.length; left > 0; left--, index++) {
      if (index >= members.length) index = 0;
      const word = members[index];
      // who is asked may make members leave
      if (isAvailable(objects[word & SLOT_MASK] as S) && members[index] === word) return index;
      if (members.length === 0) return -1;
    }
    return start < members.length ? start : members.length - 1;
  }

  private put(index: number, word: number, options: number): void {
    this.members[index] = word;
    this.options[index] = options;
    this.indexOf?.set(word, index);
  }

  private move(from: number, to: number): void {
    if (from !== to) this.put(to, this.members[from], this.options[from]);
  }

  private makeIndex(): void {
    this.indexOf = new Map();
    for (let i = 0; i < this.members.length; i++) this.indexOf.set(this.members[i], i);
  }
}

/** Hash of a text, never 0. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return hash ^ (hash >>> 12) || 1;
}

/**
 * One of `count` buckets for a hash. When their number changes by one, only the share of one bucket moves: the jump
 * consistent hash of Lamping and Veach.
 */
function bucketOf(hash: number, count: number): number {
  let bucket = 0;
  let next = 0;
  let state = hash;
  while (next < count) {
    bucket = next;
    state = (Math.imul(state, 0x915f77f5) + 1) | 0;
    next = Math.floor((bucket + 1) * (0x8000_0000 / ((state >>> 1) + 1)));
  }
  return bucket;
}
