import { expect } from 'vitest';
import * as L from '../../../assembly/forward/layout.ts';
import {
  CHUNK,
  HEADER_STATUS,
  OPTION_VERSION_5,
  ROW_SIZE,
  ROW_TOPIC,
  ROWS,
  SCAN_NEED_MORE,
} from '../../../assembly/layout.ts';
import type { ForwardKernel } from '../../../src/kernel/forward/forward-kernel.ts';
import { createJsForwardKernel } from '../../../src/kernel/forward/js/index.ts';
import { createWasmForwardKernel } from '../../../src/kernel/forward/wasm.ts';
import type { KernelName } from '../../../src/kernel/kernel.ts';
import { MAX_PACKET_SIZE } from '../../../src/protocol/limits.ts';
import { toHex } from '../scan.ts';
import { join, utf8, variableByteInteger } from '../wire.ts';

/** A receiver as TypeScript describes it to the kernel. */
export interface ReceiverState {
  slot: number;
  version5?: boolean;
  connected?: boolean;
  /** Topic aliases that it takes. Default 0. */
  aliases?: number;
  maximum?: number;
  room?: number;
  messageRoom?: number;
  /** The time since which it is deferred. Default: it is not. */
  since?: number;
}

/** One receiver of a route. */
export interface RouteEntry {
  slot: number;
  qos?: number;
  noLocal?: boolean;
  retainAsPublished?: boolean;
  identifiers?: readonly number[];
}

export interface ForwardSettings {
  version5?: boolean;
  publisher?: number;
  /** More FORWARD_ options. */
  options?: number;
  copied?: number;
}

/** Where a call of `forward` stopped. */
export interface Stop {
  status: number;
  /** Number of the row. */
  row: number;
}

/** Room that no test exhausts by chance. */
export const AMPLE = 0x3fff_ffff;

/** A kernel of the data plane, and what TypeScript does with its memory. */
export class Plane {
  readonly kernel: ForwardKernel;
  readonly words: Int32Array;
  readonly bytes: Uint8Array;
  private arena = L.ROUTE_ARENA;
  private readonly slots = new Set<number>();
  /** Rows of the last chunk. */
  rows = 0;
  private copied = 0;

  constructor(name: KernelName) {
    this.kernel = name === 'wasm' ? createWasmForwardKernel() : createJsForwardKernel();
    this.words = this.kernel.memory.words;
    this.bytes = this.kernel.memory.bytes;
  }

  word(address: number): number {
    return this.words[address >> 2];
  }

  setWord(address: number, value: number): void {
    this.words[address >> 2] = value;
  }

  field(slot: number, field: number): number {
    return this.word(L.RECEIVERS + (slot << L.RECEIVER_SHIFT) + field);
  }

  setField(slot: number, field: number, value: number): void {
    this.setWord(L.RECEIVERS + (slot << L.RECEIVER_SHIFT) + field, value);
  }

  setFlag(slot: number, flag: number, on: boolean): void {
    const flags = this.field(slot, L.RECEIVER_FLAGS);
    this.setField(slot, L.RECEIVER_FLAGS, on ? flags | flag : flags & ~flag);
  }

  /** Sets up a receiver with an empty outbox. */
  receiver(state: ReceiverState): void {
    const { slot, aliases = 0 } = state;
    let flags = aliases << L.ALIAS_COUNT_SHIFT;
    if (aliases > 0) flags |= L.RECEIVER_TAKES_ALIASES;
    if (state.connected ?? true) flags |= L.RECEIVER_CONNECTED;
    if (state.version5 ?? false) flags |= L.RECEIVER_VERSION_5;
    if (state.since !== undefined) flags |= L.RECEIVER_DEFERRED;
    for (let field = 0; field < 1 << L.RECEIVER_SHIFT; field += 4) this.setField(slot, field, 0);
    this.setField(slot, L.RECEIVER_FLAGS, flags);
    this.setField(slot, L.RECEIVER_ROOM, state.room ?? AMPLE);
    this.setField(slot, L.RECEIVER_MESSAGE_ROOM, state.messageRoom ?? AMPLE);
    this.setField(slot, L.RECEIVER_MAXIMUM_PACKET_SIZE, state.maximum ?? MAX_PACKET_SIZE);
    this.setField(slot, L.RECEIVER_SINCE, state.since ?? 0);
    this.slots.add(slot);
  }

  topicId(topic: string): number {
    const bytes = utf8(topic);
    // not over a chunk with unread rows
    this.bytes.set(bytes, L.IDENTIFIERS);
    return this.kernel.intern(L.IDENTIFIERS, bytes.length);
  }

  /** Installs a route of the present epoch, or says that TypeScript finds the receivers. */
  route(topic: string, entries: readonly RouteEntry[] | 'host'): void {
    const route = L.ROUTES + (this.topicId(topic) << L.ROUTE_SHIFT);
    this.setWord(route + L.ROUTE_EPOCH_OF, this.word(L.ROUTE_EPOCH));
    if (entries === 'host') {
      this.setWord(route + L.ROUTE_COUNT, L.ROUTE_FOR_HOST);
      return;
    }
    const identifiers = entries.map((entry) => this.identifiers(entry.identifiers));
    this.setWord(route + L.ROUTE_ENTRIES, this.arena);
    this.setWord(route + L.ROUTE_COUNT, entries.length);
    entries.forEach((entry, i) => {
      let word = entry.slot | ((entry.qos ?? 0) << L.ENTRY_QOS_SHIFT);
      if (entry.noLocal) word |= L.ENTRY_NO_LOCAL;
      if (entry.retainAsPublished) word |= L.ENTRY_RETAIN_AS_PUBLISHED;
      this.setWord(this.arena, word);
      this.setWord(this.arena + 4, identifiers[i]);
      this.arena += L.ENTRY_SIZE;
    });
  }

  /** Address of encoded subscription identifiers in the arena, or 0. */
  identifiers(values: readonly number[] = []): number {
    const address = this.identifiersAt(this.arena, values);
    if (address !== 0) this.arena += (4 + this.word(address) + 7) & ~7;
    return address;
  }

  /** Encodes subscription identifiers at an address; returns it, or 0 if there are none. */
  identifiersAt(address: number, values: readonly number[]): number {
    if (values.length === 0) return 0;
    const encoded = join(...values.flatMap((value) => [Uint8Array.of(0x0b), variableByteInteger(value)]));
    this.setWord(address, encoded.length);
    this.bytes.set(encoded, address + 4);
    return address;
  }

  /** Scans a chunk, of which the first `copied` bytes are in the memory; all of it has to be rows. Returns their number. */
  load(chunk: Uint8Array, version5 = false, copied = chunk.length): number {
    this.kernel.write(chunk.subarray(0, copied), 0);
    this.bytes.fill(0xee, CHUNK + copied, CHUNK + copied + 64);
    const options = version5 ? OPTION_VERSION_5 : 0;
    this.rows = this.kernel.scan(0, copied, chunk.length, options, MAX_PACKET_SIZE);
    if (this.word(HEADER_STATUS) !== SCAN_NEED_MORE) throw new Error('a packet for the host');
    this.copied = copied;
    return this.rows;
  }

  rowAddress(row: number): number {
    return ROWS + row * ROW_SIZE;
  }

  /** One call, from row number `from` up to row number `to`. */
  forward(settings: ForwardSettings = {}, from = 0, to = this.rows): Stop {
    const options = (settings.version5 ? L.FORWARD_VERSION_5 : 0) | (settings.options ?? 0);
    const { publisher = -1, copied = this.copied } = settings;
    const { kernel } = this;
    const stop = kernel.forward(this.rowAddress(from), this.rowAddress(to), copied, publisher, options);
    return { status: this.word(L.FORWARD_STATUS), row: (stop - ROWS) / ROW_SIZE };
  }

  /** Scans a chunk and passes all of it on; throws when that is not possible. */
  passOn(chunk: Uint8Array, settings: ForwardSettings = {}): void {
    this.load(chunk, settings.version5);
    const { status } = this.forward(settings);
    if (status !== L.FORWARD_DONE) throw new Error(`status ${status}`);
  }

  /** Writes bytes to the end of an outbox; whether there was a page. */
  append(slot: number, bytes: Uint8Array): boolean {
    const address = this.kernel.reserve(slot, bytes.length);
    if (address !== 0) this.bytes.set(bytes, address);
    return address !== 0;
  }

  /** Pages of an outbox in order: where each begins and where its bytes end. */
  pages(slot: number): [page: number, end: number][] {
    const pages: [number, number][] = [];
    for (let i = 0; i < this.word(L.FULL_COUNT); i++) {
      const entry = L.FULL + i * L.FULL_ENTRY_SIZE;
      if (this.word(entry) === slot) pages.push([this.word(entry + 4), this.word(entry + 8)]);
    }
    const page = this.field(slot, L.RECEIVER_PAGE);
    if (page !== 0) pages.push([page, this.field(slot, L.RECEIVER_POSITION)]);
    return pages;
  }

  outbox(slot: number): Uint8Array {
    return join(...this.pages(slot).map(([page, end]) => this.bytes.slice(page, end)));
  }

  /** Takes what is in the outboxes of these receivers, and gives the pages back. */
  take(slots: Iterable<number> = this.slots): Map<number, Uint8Array> {
    const taken = new Map<number, Uint8Array>();
    for (const slot of slots) {
      taken.set(slot, this.outbox(slot));
      for (const [page] of this.pages(slot)) this.kernel.givePage(page);
      this.dropFull(slot);
      for (const field of [L.RECEIVER_PAGE, L.RECEIVER_POSITION, L.RECEIVER_PAGE_END])
        this.setField(slot, field, 0);
      this.dropDirty(slot);
    }
    return taken;
  }

  giveRoom(slot: number, room: number, messageRoom: number): void {
    this.setField(slot, L.RECEIVER_ROOM, room);
    this.setField(slot, L.RECEIVER_MESSAGE_ROOM, messageRoom);
  }

  /** The topic id of a row. */
  topicOf(row: number): number {
    return this.word(this.rowAddress(row) + ROW_TOPIC);
  }

  dirty(): number[] {
    return Array.from(this.words.subarray(L.DIRTY >> 2, (L.DIRTY >> 2) + this.word(L.DIRTY_COUNT)));
  }

  exceptions(): number[] {
    const first = L.EXCEPTIONS >> 2;
    return Array.from(this.words.subarray(first, first + this.word(L.EXCEPTION_COUNT)));
  }

  clearExceptions(): void {
    this.setWord(L.EXCEPTION_COUNT, 0);
  }

  /** Forgets everything but the free pages and the numbers of the epochs. */
  reset(): void {
    this.take();
    for (const slot of this.slots) this.receiver({ slot, connected: false });
    this.slots.clear();
    this.arena = L.ROUTE_ARENA;
    this.kernel.flushTopics();
    this.kernel.flushProperties();
    for (const counter of Object.values(COUNTERS)) this.setWord(counter, 0);
    this.clearExceptions();
    this.setWord(L.FORWARD_RESUME, 0);
    this.setWord(L.NOW, 0);
  }

  counters(): Record<keyof typeof COUNTERS, number> {
    const entries = Object.entries(COUNTERS).map(([name, address]) => [name, this.word(address)]);
    return Object.fromEntries(entries) as Record<keyof typeof COUNTERS, number>;
  }

  /** Leaves only so many pages that were never used; the lists of free ones have to be empty. */
  leavePages(small: number, large: number): void {
    this.setWord(L.SMALL_NEXT, L.SMALL_PAGES_END - small * L.SMALL_PAGE);
    this.setWord(L.SMALL_FREE_COUNT, small);
    this.setWord(L.LARGE_NEXT, L.LARGE_PAGES_END - large * L.LARGE_PAGE);
    this.setWord(L.LARGE_FREE_COUNT, large);
  }

  /** All that TypeScript can see of the memory. */
  snapshot(): unknown {
    const list = (start: number, words: number) =>
      Array.from(this.words.subarray(start >> 2, (start >> 2) + words));
    return {
      header: list(L.FORWARD_STATUS, (L.LARGE_FREE_COUNT + 4 - L.FORWARD_STATUS) >> 2),
      dirty: this.dirty(),
      full: list(L.FULL, (this.word(L.FULL_COUNT) * L.FULL_ENTRY_SIZE) >> 2),
      exceptions: this.exceptions(),
      small: this.freePages(L.SMALL_FREE),
      large: this.freePages(L.LARGE_FREE),
      receivers: Array.from(this.slots, (slot) => ({
        record: list(L.RECEIVERS + (slot << L.RECEIVER_SHIFT), 1 << (L.RECEIVER_SHIFT - 2)),
        aliases: list(L.ALIASES + (slot << L.ALIASES_SHIFT), L.ALIAS_LIMIT),
        outbox: toHex(this.outbox(slot)),
      })),
    };
  }

  private freePages(head: number): number[] {
    const pages: number[] = [];
    for (let page = this.word(head); page !== 0; page = this.word(page)) pages.push(page);
    return pages;
  }

  private dropFull(slot: number): void {
    const kept: number[] = [];
    for (let i = 0; i < this.word(L.FULL_COUNT); i++) {
      const first = (L.FULL + i * L.FULL_ENTRY_SIZE) >> 2;
      if (this.words[first] !== slot) kept.push(...this.words.subarray(first, first + 3));
    }
    this.words.set(kept, L.FULL >> 2);
    this.setWord(L.FULL_COUNT, kept.length / 3);
  }

  private dropDirty(slot: number): void {
    const kept = this.dirty().filter((other) => other !== slot);
    this.words.set(kept, L.DIRTY >> 2);
    this.setWord(L.DIRTY_COUNT, kept.length);
    this.setFlag(slot, L.RECEIVER_DIRTY, false);
  }
}

const COUNTERS = {
  forwarded: L.COUNT_FORWARDED,
  delivered: L.COUNT_DELIVERED,
  dropped: L.COUNT_DROPPED,
  tooLarge: L.COUNT_TOO_LARGE,
  offline: L.COUNT_OFFLINE,
};

/** Expects the same bytes, and shows them as hex; to compare large arrays value by value takes seconds. */
export function expectBytes(actual: Uint8Array, expected: Uint8Array, what?: string): void {
  expect(toHex(actual), what).toBe(toHex(expected));
}
