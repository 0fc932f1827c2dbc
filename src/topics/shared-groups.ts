import { SharedGroup } from './shared-group.ts';
import type { SharedStrategy } from './types.ts';

/** Marks the word of a share group in a filter table; the bits below it are the group's number. */
const GROUP_BIT = 0x8000_0000 | 0;
const NUMBER_MASK = 0x7fff_ffff;

/** Bytes of a group without its members, roughly. */
const BYTES_PER_GROUP = 400;

export function groupWord(group: SharedGroup): number {
  return GROUP_BIT | group.number;
}

/** All share groups, by their filter and by their word in the filter table. */
export class SharedGroups {
  /** How many groups choose by the topic name. */
  hashingTopics = 0;
  private readonly byFilter = new Map<string, SharedGroup>();
  private readonly byNumber: (SharedGroup | undefined)[] = [];
  /** Numbers that are free, and those that will be when no visit is under way. */
  private readonly free: number[] = [];
  private readonly held: number[] = [];

  get size(): number {
    return this.byFilter.size;
  }

  get bytes(): number {
    let bytes = this.byNumber.length * 16;
    for (const group of this.byFilter.values()) bytes += BYTES_PER_GROUP + group.bytes;
    return bytes;
  }

  /** The group of a whole filter, `$share/<share name>/<topic filter>`. */
  find(filter: string): SharedGroup | undefined {
    return this.byFilter.get(filter);
  }

  /** The group of a word, unless it is gone. */
  at(word: number): SharedGroup | undefined {
    return this.byNumber[word & NUMBER_MASK];
  }

  add(filter: string, name: string, strategy: SharedStrategy): SharedGroup {
    const group = new SharedGroup(filter, name, this.free.pop() ?? this.byNumber.length, strategy);
    this.byFilter.set(filter, group);
    this.byNumber[group.number] = group;
    if (strategy === 'hash-topic') this.hashingTopics++;
    return group;
  }

  remove(group: SharedGroup): void {
    this.byFilter.delete(group.filter);
    this.byNumber[group.number] = undefined;
    this.held.push(group.number);
    if (group.strategy === 'hash-topic') this.hashingTopics--;
  }

  clear(): void {
    for (const group of this.byFilter.values()) this.remove(group);
  }

  /** Makes the numbers that were freed usable: nobody holds their words any more. */
  recycle(): void {
    while (this.held.length > 0) this.free.push(this.held.pop() as number);
  }
}
