import { SLOT_MASK } from './subscribers.ts';
import type { SharedStrategy } from './types.ts';

/** From so many members on a group knows where each is; among fewer it is searched for. */
const INDEXED_MEMBERS = 32;

/** Bytes that a member takes, roughly, and what an entry of the Map adds. */
const BYTES_PER_MEMBER = 36;
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
  /** The members as a ring in order of their turns: which one comes after each, and before, and whose turn it is. */
  private readonly after: number[] = [];
  private readonly before: number[] = [];
  private turn = 0;
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
    this.linkLast();
    if (this.indexOf === undefined && this.members.length > INDEXED_MEMBERS) this.makeIndex();
    return true;
  }

  /** Removes a member. Whether there was one. */
  leave(word: number): boolean {
    const index = this.find(word);
    if (index < 0) return false;
    this.unlink(index);
    const last = this.members.length - 1;
    if (index !== last) this.moveLast(index);
    this.members.pop();
    this.options.pop();
    this.after.pop();
    this.before.pop();
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
    const index = this.available(this.turn, choice);
    if (index >= 0) this.turn = this.after[index];
    return index;
  }

  /** The first member from `start` on, in order of turns, that can take a message; if nobody can, the one at `start`. */
  private available<S>(start: number, choice: Choice<S>): number {
    const { isAvailable, objects } = choice;
    const { members } = this;
    if (members.length === 0) return -1;
    if (isAvailable === undefined) return start;
    let index = start;
    for (let left = members.length; left > 0; left--) {
      const word = members[index];
      // who is asked may make members leave
      if (isAvailable(objects[word & SLOT_MASK] as S) && members[index] === word) return index;
      if (members.length === 0) return -1;
      index = index < members.length ? this.after[index] : this.turn;
    }
    return start < members.length ? start : this.turn;
  }

  private put(index: number, word: number, options: number): void {
    this.members[index] = word;
    this.options[index] = options;
    this.indexOf?.set(word, index);
  }

  /** Makes the last member the one whose turn comes last. */
  private linkLast(): void {
    const index = this.members.length - 1;
    if (index === 0) this.turn = 0;
    const behind = index === 0 ? 0 : this.before[this.turn];
    this.link(behind, index);
    this.link(index, this.turn);
  }

  private unlink(index: number): void {
    if (this.turn === index) this.turn = this.after[index];
    this.link(this.before[index], this.after[index]);
  }

  /** Gives the last member another index, whose own is out of the ring. */
  private moveLast(index: number): void {
    const last = this.members.length - 1;
    this.put(index, this.members[last], this.options[last]);
    const isAlone = this.after[last] === last;
    this.link(isAlone ? index : this.before[last], index);
    this.link(index, isAlone ? index : this.after[last]);
    if (this.turn === last) this.turn = index;
  }

  private link(first: number, second: number): void {
    this.after[first] = second;
    this.before[second] = first;
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
