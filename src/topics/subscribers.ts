/** The low bits of a subscriber's word are its slot, from 1 on; those above, how often the slot was used before. */
const SLOT_BITS = 22;
export const SLOT_MASK = (1 << SLOT_BITS) - 1;
const SLOT_LIMIT = SLOT_MASK + 1;
const LAST_GENERATION = 0x1ff;

/** So many slots whose generations are used up wait before the first of them starts again. */
const WORN_SLOTS = 65_536;

/** Bytes that an entry of a Map takes, roughly, and one of an array. */
const BYTES_PER_ENTRY = 50;

/**
 * Subscribers of any type and the words that stand for them in a filter table: 31 bits, a slot and its generation. A word
 * is given out anew only when its slot has gone through all generations, after those of 65,536 other slots if there are.
 */
export class Subscribers<S> {
  /** Subscriber by slot. */
  readonly objects: (S | undefined)[] = [undefined];
  /** Grows whenever a subscriber goes. */
  removals = 0;
  private readonly wordOf = new Map<S, number>();
  /** Word by slot. That of a free slot is the next one that it will have. */
  private words: Int32Array = new Int32Array(64);
  /** Subscriptions by slot. Of a free slot: next one in its list, inverted, so that it is negative. */
  private uses: Int32Array = new Int32Array(64);
  /** Lists of free slots: those ready for use, those that go back when no visit is under way, those used up. */
  private free = 0;
  private held = 0;
  private wornFirst = 0;
  private wornLast = 0;
  private wornCount = 0;
  private readonly slotLimit: number;
  private readonly wornSlots: number;

  constructor(slotLimit = SLOT_LIMIT, wornSlots = WORN_SLOTS) {
    this.slotLimit = slotLimit;
    this.wornSlots = wornSlots;
  }

  /** Number of subscribers. */
  get size(): number {
    return this.wordOf.size;
  }

  get bytes(): number {
    const tables = this.words.byteLength + this.uses.byteLength + this.objects.length * 8;
    return tables + this.wordOf.size * BYTES_PER_ENTRY;
  }

  /** The word of a subscriber, or 0. */
  find(subscriber: S): number {
    return this.wordOf.get(subscriber) ?? 0;
  }

  /** The word of a subscriber, which gets one if it has none; 0 when there is no slot left. */
  take(subscriber: S): number {
    return this.wordOf.get(subscriber) ?? this.add(subscriber);
  }

  /** Whether the word stands for somebody still. */
  isCurrent(word: number): boolean {
    return this.words[word & SLOT_MASK] === word;
  }

  /** Counts one more subscription. */
  use(word: number): void {
    this.uses[word & SLOT_MASK]++;
  }

  /** Counts one subscription less; a subscriber without any is forgotten. */
  drop(word: number): void {
    this.uses[word & SLOT_MASK]--;
    this.forgetUnused(word);
  }

  /** Forgets a subscriber that has no subscription. */
  forgetUnused(word: number): void {
    const slot = word & SLOT_MASK;
    if (this.uses[slot] !== 0) return;
    this.wordOf.delete(this.objects[slot] as S);
    this.release(slot);
  }

  /** Forgets all. */
  clear(): void {
    this.wordOf.clear();
    for (let slot = 1; slot < this.objects.length; slot++) if (this.uses[slot] >= 0) this.release(slot);
  }

  /** Makes the slots that were freed usable: nobody holds their words any more. */
  recycle(): void {
    while (this.held !== 0) {
      const slot = this.held;
      this.held = ~this.uses[slot];
      if (this.words[slot] === slot) this.addWorn(slot);
      else {
        this.uses[slot] = ~this.free;
        this.free = slot;
      }
    }
  }

  private add(subscriber: S): number {
    const slot = this.takeSlot();
    if (slot === 0) return 0;
    const word = this.words[slot];
    this.uses[slot] = 0;
    this.objects[slot] = subscriber;
    this.wordOf.set(subscriber, word);
    return word;
  }

  private takeSlot(): number {
    const slot = this.free;
    if (slot !== 0) {
      this.free = ~this.uses[slot];
      return slot;
    }
    const isFull = this.objects.length >= this.slotLimit;
    if (this.wornCount > (isFull ? 0 : this.wornSlots)) return this.takeWorn();
    return isFull ? 0 : this.addSlot();
  }

  private addSlot(): number {
    const slot = this.objects.length;
    if (slot === this.words.length) {
      this.words = doubled(this.words);
      this.uses = doubled(this.uses);
    }
    this.words[slot] = slot;
    this.objects.push(undefined);
    return slot;
  }

  private release(slot: number): void {
    this.removals++;
    this.objects[slot] = undefined;
    const generation = this.words[slot] >>> SLOT_BITS;
    this.words[slot] = slot | ((generation === LAST_GENERATION ? 0 : generation + 1) << SLOT_BITS);
    this.uses[slot] = ~this.held;
    this.held = slot;
  }

  private addWorn(slot: number): void {
    this.uses[slot] = ~0;
    if (this.wornCount++ === 0) this.wornFirst = slot;
    else this.uses[this.wornLast] = ~slot;
    this.wornLast = slot;
  }

  private takeWorn(): number {
    const slot = this.wornFirst;
    this.wornFirst = ~this.uses[slot];
    this.wornCount--;
    return slot;
  }
}

function doubled(words: Int32Array): Int32Array {
  const larger = new Int32Array(words.length * 2);
  larger.set(words);
  return larger;
}
