import {
  COUNT_DELIVERED,
  COUNT_DROPPED,
  COUNT_FORWARDED,
  COUNT_OFFLINE,
  COUNT_TOO_LARGE,
  DIRTY,
  DIRTY_COUNT,
  FULL,
  FULL_COUNT,
  FULL_ENTRY_SIZE,
  LARGE_FREE_COUNT,
  NOW,
  RECEIVER_DIRTY,
  RECEIVER_FLAGS,
  RECEIVER_LIMIT,
  RECEIVER_SHIFT,
  RECEIVERS,
  SMALL_FREE_COUNT,
} from '../../assembly/forward/layout.ts';
import { Viewer } from '../decode/views.ts';
import type { ForwardKernel } from '../kernel/forward/forward-kernel.ts';
import { MqttError } from '../protocol/errors.ts';
import type { ForwarderSettings } from './options.ts';
import type { Outbox } from './outbox.ts';

const FULL_ENTRY_WORDS = FULL_ENTRY_SIZE >> 2;
const RECEIVER_WORDS = 1 << (RECEIVER_SHIFT - 2);
const RECEIVERS_WORD = RECEIVERS >> 2;

/** Who has an outbox: told when its socket is too slow. */
export interface OutboxOwner {
  readonly outbox: Outbox | undefined;
  fail(error: Error): void;
}

/** All outboxes of a Forwarder, and when they are emptied. */
export class Outboxes {
  readonly kernel: ForwardKernel;
  readonly settings: ForwarderSettings;
  /** Owners by slot. */
  readonly owners: (OutboxOwner | undefined)[] = [];
  /** Those whose sockets are busy. */
  readonly deferred = new Set<Outbox>();
  readonly viewer = new Viewer();
  bytesSent = 0;
  /** Bytes that wait outside of the kernel's pages. */
  javascriptBytes = 0;
  messagesForwarded = 0;
  messagesDelivered = 0;
  messagesDropped = 0;
  messagesTooLarge = 0;
  messagesOffline = 0;
  messagesExpired = 0;
  private readonly words: Int32Array;
  private batch = new Int32Array(64);
  private nextSlot = 0;
  private readonly free: number[] = [];
  private readonly released: number[] = [];
  private isScheduled = false;
  private isFlushing = false;
  private depth = 0;
  private tasks: (() => void)[] = [];

  constructor(kernel: ForwardKernel, settings: ForwarderSettings) {
    this.kernel = kernel;
    this.settings = settings;
    this.words = kernel.memory.words;
  }

  /**
   * Runs what uses the kernel: now, or when what is under way is done, if a stream or a handler has called from within.
   */
  enter(task: () => void): void {
    if (this.depth > 0) {
      this.tasks.push(task);
      return;
    }
    this.depth = 1;
    try {
      task();
    } finally {
      this.depth = 0;
      this.runTasks();
    }
  }

  /** Runs it now in any case; what a stream causes by calling back at once has to wait until it is done. */
  run(task: () => void): void {
    if (this.depth > 0) task();
    else this.enter(task);
  }

  /** Whether something that uses the kernel is under way. */
  get isEntered(): boolean {
    return this.depth > 0;
  }

  /** A slot for a receiver. Throws MqttError RECEIVERS_FULL when all 131,072 are in use. */
  takeSlot(owner: OutboxOwner): number {
    const slot = this.free.pop() ?? this.nextSlot;
    if (slot === RECEIVER_LIMIT)
      throw new MqttError('RECEIVERS_FULL', { detail: `${RECEIVER_LIMIT} receivers` });
    if (slot === this.nextSlot) this.nextSlot++;
    const record = RECEIVERS_WORD + slot * RECEIVER_WORDS;
    // it may still be in the list of those that were written to
    this.words.fill(0, record + 1, record + RECEIVER_WORDS);
    this.words[record] &= RECEIVER_DIRTY;
    this.owners[slot] = owner;
    return slot;
  }

  /** Gives a slot back, to be used again from the next turn on. */
  giveSlot(slot: number): void {
    this.owners[slot] = undefined;
    this.released.push(slot);
    this.scheduleFlush();
  }

  /** Number of slots in use. */
  get slotCount(): number {
    return this.nextSlot - this.free.length - this.released.length;
  }

  /** Milliseconds, as a word of the kernel. */
  now(): number {
    const now = performance.now() | 0;
    this.words[NOW >> 2] = now;
    return now;
  }

  /** Follows every call of the kernel that may have written to an outbox. */
  settle(): void {
    if (this.words[FULL_COUNT >> 2] !== 0) this.collectFullPages();
    if (this.words[DIRTY_COUNT >> 2] !== 0) this.scheduleFlush();
  }

  /** Has the outbox emptied at the end of the turn whose record begins at that word. */
  markDirty(record: number): void {
    const { words } = this;
    if ((words[record] & RECEIVER_DIRTY) === 0) {
      words[record] |= RECEIVER_DIRTY;
      words[(DIRTY >> 2) + words[DIRTY_COUNT >> 2]++] = (record - RECEIVERS_WORD) / RECEIVER_WORDS;
    }
    this.scheduleFlush();
  }

  /** Address of `length` bytes at the end of an outbox, at most a page; 0 when there is no page left. */
  reserve(slot: number, length: number): number {
    const address = this.kernel.reserve(slot, length);
    if (address !== 0) return address;
    this.makePages();
    return this.kernel.reserve(slot, length);
  }

  /** Sends what waits, so that there are pages again. */
  makePages(): void {
    this.flush();
    const { words } = this;
    if (words[SMALL_FREE_COUNT >> 2] !== 0 && words[LARGE_FREE_COUNT >> 2] !== 0) return;
    for (const outbox of this.deferred) outbox.spill();
  }

  /** Sends what waits in outboxes whose sockets are not busy. */
  flush(): void {
    this.run(this.flushNow);
  }

  private readonly flushNow = (): void => {
    const { words } = this;
    if (words[FULL_COUNT >> 2] !== 0) this.collectFullPages();
    if (this.isFlushing) return;
    this.isFlushing = true;
    try {
      // a socket may cause more to be written to any of them
      while (words[DIRTY_COUNT >> 2] !== 0) this.flushBatch(this.takeDirty());
    } finally {
      this.isFlushing = false;
    }
    this.harvest();
  };

  /** Adds the kernel's counters to those here. */
  harvest(): void {
    const { words } = this;
    this.messagesForwarded += words[COUNT_FORWARDED >> 2] >>> 0;
    this.messagesDelivered += words[COUNT_DELIVERED >> 2] >>> 0;
    this.messagesTooLarge += words[COUNT_TOO_LARGE >> 2] >>> 0;
    this.messagesOffline += words[COUNT_OFFLINE >> 2] >>> 0;
    const dropped = words[COUNT_DROPPED >> 2] >>> 0;
    words.fill(0, COUNT_FORWARDED >> 2, (COUNT_OFFLINE >> 2) + 1);
    if (dropped === 0) return;
    this.messagesDropped += dropped;
    if (this.settings.overflow === 'disconnect') this.disconnectSlow();
  }

  private readonly endTurn = (): void => {
    this.isScheduled = false;
    this.enter(this.flushTurn);
  };

  private readonly flushTurn = (): void => {
    this.flush();
    // nobody is in the middle of a route now that names one of these
    if (this.released.length === 0) return;
    for (const slot of this.released) this.free.push(slot);
    this.released.length = 0;
  };

  private scheduleFlush(): void {
    if (this.isScheduled) return;
    this.isScheduled = true;
    const { schedule } = this.settings;
    schedule(this.endTurn);
  }

  private runTasks(): void {
    while (this.tasks.length > 0 && this.depth === 0) {
      const task = this.tasks.shift() as () => void;
      this.enter(task);
    }
  }

  /** Moves the pages that are full to the outboxes they belong to. */
  private collectFullPages(): void {
    const { owners, words } = this;
    const count = words[FULL_COUNT >> 2];
    words[FULL_COUNT >> 2] = 0;
    let laden: OutboxOwner[] | undefined;
    for (let i = 0, entry = FULL >> 2; i < count; i++, entry += FULL_ENTRY_WORDS) {
      const owner = owners[words[entry]];
      if (owner?.outbox === undefined) this.kernel.givePage(words[entry + 1]);
      else if (owner.outbox.addFullPage(words[entry + 1], words[entry + 2])) {
        if (laden === undefined) laden = [owner];
        else laden.push(owner);
      }
    }
    if (laden === undefined) return;
    const full = laden;
    // only now: what precedes a page must have been collected before it
    this.run(() => {
      for (const owner of full) flushOne(owner);
    });
  }

  /** Takes over the list of those that were written to; returns how many there are. */
  private takeDirty(): number {
    const { words } = this;
    const count = words[DIRTY_COUNT >> 2];
    if (count > this.batch.length) this.batch = new Int32Array(count * 2);
    const { batch } = this;
    for (let i = 0; i < count; i++) {
      const slot = words[(DIRTY >> 2) + i];
      batch[i] = slot;
      words[RECEIVERS_WORD + slot * RECEIVER_WORDS + (RECEIVER_FLAGS >> 2)] &= ~RECEIVER_DIRTY;
    }
    words[DIRTY_COUNT >> 2] = 0;
    return count;
  }

  private flushBatch(count: number): void {
    const { batch, owners } = this;
    for (let i = 0; i < count; i++) {
      const owner = owners[batch[i]];
      if (owner !== undefined) flushOne(owner);
    }
  }

  private disconnectSlow(): void {
    for (const owner of this.owners) {
      const { outbox } = owner ?? {};
      if (outbox?.isDeferred && outbox.record.dropped > 0) owner?.fail(new MqttError('BACKLOG_FULL'));
    }
  }
}

/** A stream that throws harms nobody but itself. */
function flushOne(owner: OutboxOwner): void {
  try {
    owner.outbox?.flush();
  } catch (error) {
    owner.fail(error as Error);
  }
}
