import {
  COUNT_DROPPED,
  FRAME_LIMIT,
  LARGE_FREE_COUNT,
  LARGE_PAGE,
  LARGE_PAGE_COUNT,
  LARGE_PAGES,
  PAGE_SLACK,
  SMALL_FREE_COUNT,
  SMALL_PAGE_COUNT,
} from '../../assembly/forward/layout.ts';
import { copyBytes } from '../decode/views.ts';
import { copiesBytes, isClosed, type PacketSink } from '../node/packet-sink.ts';
import { age } from './expiry.ts';
import type { Outboxes } from './outboxes.ts';
import { ReceiverRecord } from './receiver-record.ts';

/**
 * Once so many bytes are queued, a page of them, they leave before the turn ends: waiting for more would save little, and
 * the same page is used again while it is still in the cache.
 */
const FLUSH_SIZE = LARGE_PAGE - PAGE_SLACK - FRAME_LIMIT;

/** Bytes of answers to a peer that does not read them, above the backlog that messages alone can reach. */
const ANSWERS_LIMIT = 65_536;

/** While fewer pages than this are free, what is sent is copied, so that a slow socket cannot hold on to them. */
const SCARCE_SMALL_PAGES = SMALL_PAGE_COUNT >> 2;
const SCARCE_LARGE_PAGES = LARGE_PAGE_COUNT >> 2;

const NOTHING = new Uint8Array(0);

/** Bytes that are to be sent: in a page of the kernel, or elsewhere. */
interface Piece {
  readonly bytes: Uint8Array;
  /** The page, or 0. */
  readonly page: number;
  /** Whether there may be message expiry intervals in it. */
  readonly hasExpiry: boolean;
  /** The payload that belongs to the one packet in `bytes`. */
  readonly payload?: Uint8Array;
}

/** What waits for one socket: full pages and large packets here, the page that the kernel writes to in the record. */
export class Outbox {
  readonly stream: PacketSink;
  readonly record: ReceiverRecord;
  private readonly outboxes: Outboxes;
  /** Whether bytes that the stream calls written are out of its hands. */
  private readonly lendsPages: boolean;
  private queue: Piece[] = [];
  private queuedBytes = 0;
  /** The socket is busy with what it was handed last: pages, bytes and messages that it holds. */
  private isBusy = false;
  /** When that began; what was written by the kernel since then counts its message expiry intervals from there. */
  private busySince: number | undefined = undefined;
  private readonly heldPages: number[] = [];
  private heldBytes = 0;
  private heldMessages = 0;
  private onTaken: (() => void) | undefined = undefined;
  private isDisposed = false;

  constructor(outboxes: Outboxes, slot: number, stream: PacketSink) {
    this.outboxes = outboxes;
    this.record = new ReceiverRecord(outboxes.kernel.memory.words, slot);
    this.stream = stream;
    this.lendsPages = copiesBytes(stream);
    this.record.clearCounts();
    this.resetRoom();
  }

  /** Bytes and messages that wait here or in the socket. */
  get pendingBytes(): number {
    return this.outboxes.settings.maxBacklogBytes - this.record.room;
  }

  get pendingMessages(): number {
    return this.outboxes.settings.maxBacklogMessages - this.record.messageRoom;
  }

  /** Whether the socket is busy, so that what comes waits. */
  get isDeferred(): boolean {
    return this.isBusy;
  }

  /** Takes room for a message that the kernel does not count, if there is any; whether there was. */
  takeRoom(bytes: number): boolean {
    const { record } = this;
    if (record.room < bytes || record.messageRoom < 1) return false;
    record.giveRoom(-bytes, -1);
    return true;
  }

  /** Takes room for another packet, which is sent in any case; whether there is some left beyond the backlog. */
  takeExtraRoom(bytes: number, messages: number): boolean {
    this.record.giveRoom(-bytes, -messages);
    return this.record.room >= -ANSWERS_LIMIT;
  }

  /** Counts a message that was not sent because the receiver does not accept packets that large. */
  countTooLarge(): void {
    this.record.countTooLarge();
    this.outboxes.messagesTooLarge++;
  }

  /** Counts one that was not because the receiver is too slow. */
  countDropped(): void {
    this.record.countDropped();
    this.outboxes.kernel.memory.words[COUNT_DROPPED >> 2]++;
  }

  /** A page that the kernel has filled. Returns whether there is so much now that it should be sent at once. */
  addFullPage(page: number, end: number): boolean {
    const { bytes } = this.outboxes.kernel.memory;
    const { hasExpiry } = this.record;
    if (this.isBusy) this.push({ bytes: this.takeCopy(page, end), page: 0, hasExpiry });
    else this.push({ bytes: this.outboxes.viewer.view(bytes, page, end), page, hasExpiry });
    return !this.isBusy && this.queuedBytes >= FLUSH_SIZE;
  }

  /** A packet that does not go through the kernel, behind all that was appended before. */
  addPacket(bytes: Uint8Array, payload: Uint8Array | undefined, hasExpiry: boolean): void {
    this.closePage();
    if (hasExpiry) this.noteExpiry(bytes);
    this.push(payload === undefined ? { bytes, page: 0, hasExpiry } : { bytes, page: 0, hasExpiry, payload });
    if (payload !== undefined) this.queuedBytes += payload.length;
    this.outboxes.markDirty(this.record.at);
  }

  /** Moves the page that the kernel writes to into the queue. */
  closePage(): void {
    const { page, position } = this.record;
    if (page === 0) return;
    this.record.forgetPage();
    this.addFullPage(page, position);
  }

  /** Copies what waits out of the kernel's pages, which are scarce. */
  spill(): void {
    this.closePage();
    this.queue = this.queue.map((piece) => {
      if (piece.page === 0) return piece;
      const bytes = copyBytes(piece.bytes, 0, piece.bytes.length);
      this.outboxes.kernel.givePage(piece.page);
      this.outboxes.javascriptBytes += bytes.length;
      return { bytes, page: 0, hasExpiry: piece.hasExpiry };
    });
  }

  /** Hands all that waits to the socket, unless that is busy. */
  flush(): void {
    if (this.isBusy || this.isDisposed) return;
    if (isClosed(this.stream)) {
      this.drop();
      return;
    }
    if (this.queue.length > 0) {
      this.flushQueue();
      return;
    }
    const { page, position: end } = this.record;
    if (page === 0) return;
    this.record.forgetPage();
    const waited = this.secondsWaited();
    if (waited > 0 || !this.canLend(page)) {
      this.write(this.aged(this.takeCopy(page, end), waited), !this.lendsPages);
      this.finish();
      return;
    }
    this.write(this.outboxes.viewer.view(this.outboxes.kernel.memory.bytes, page, end), false);
    if (this.stream.writableLength === 0) this.outboxes.kernel.givePage(page);
    else this.heldPages.push(page);
    this.finish();
  }

  /** Forgets what waits. Pages that the socket holds come back when it has closed. */
  dispose(): void {
    if (this.isDisposed) return;
    this.drop();
    this.isDisposed = true;
    this.record.disconnect();
    this.outboxes.deferred.delete(this);
    // there is nothing left to wait for
    const { onTaken } = this;
    this.onTaken = undefined;
    onTaken?.();
  }

  /** The socket has closed: it holds nothing any more. */
  socketClosed(): void {
    this.giveHeldPages();
  }

  /** Calls back when the socket has taken all there is now. */
  whenTaken(callback: () => void): void {
    if (this.isBusy) this.onTaken = callback;
    else callback();
  }

  /** As the kernel does: while the outbox waits, the interval counts from when it began to. */
  private noteExpiry(bytes: Uint8Array): void {
    this.record.hasExpiry = true;
    const waited = this.secondsWaited();
    if (waited > 0) age(bytes, bytes.length, -waited);
  }

  private push(piece: Piece): void {
    this.queue.push(piece);
    this.queuedBytes += piece.bytes.length;
    if (piece.page === 0) this.outboxes.javascriptBytes += piece.bytes.length;
  }

  private flushQueue(): void {
    this.closePage();
    const waited = this.secondsWaited();
    const pieces = this.queue;
    this.queue = [];
    this.queuedBytes = 0;
    const { stream } = this;
    const isCorked = stream.cork !== undefined && stream.uncork !== undefined;
    if (isCorked) stream.cork?.();
    for (let i = 0; i < pieces.length; i++) this.writePiece(pieces[i], waited, i === pieces.length - 1);
    if (isCorked) stream.uncork?.();
    this.finish();
  }

  private writePiece(piece: Piece, waited: number, isLast: boolean): void {
    const { hasExpiry, page, payload } = piece;
    let { bytes } = piece;
    const needsCallback = isLast && !this.lendsPages;
    if (page === 0) this.outboxes.javascriptBytes -= bytes.length;
    else if ((waited > 0 && hasExpiry) || !this.canLend(page)) {
      bytes = copyBytes(bytes, 0, bytes.length);
      this.outboxes.kernel.givePage(page);
    } else this.heldPages.push(page);
    if (hasExpiry) bytes = this.aged(bytes, waited);
    if (payload === undefined || bytes.length === 0) {
      // without its header it has expired
      if (payload !== undefined) this.record.giveRoom(payload.length, 0);
      this.write(bytes, needsCallback);
      return;
    }
    this.write(bytes, false);
    this.write(payload, needsCallback);
  }

  private write(bytes: Uint8Array, needsCallback: boolean): void {
    this.outboxes.bytesSent += bytes.length;
    if (needsCallback) this.stream.write(bytes, this.taken);
    else if (bytes.length > 0) this.stream.write(bytes);
  }

  /** What follows every write: the pages go back if the socket has taken the bytes, else what comes waits for it. */
  private finish(): void {
    const { outboxes, record } = this;
    record.hasExpiry = false;
    if (this.isDisposed) return;
    if (this.lendsPages && this.stream.writableLength === 0) {
      this.giveHeldPages();
      this.resetRoom();
      this.busySince = undefined;
      return;
    }
    this.isBusy = true;
    this.heldBytes = this.pendingBytes;
    this.heldMessages = this.pendingMessages;
    this.busySince = outboxes.now();
    record.defer(this.busySince);
    outboxes.deferred.add(this);
    // a callback for each write would cost more than the write; this one comes behind what it is held up with
    if (this.lendsPages) this.stream.write(NOTHING, this.taken);
  }

  private readonly taken = (error?: Error | null): void => {
    // a socket that has failed is about to close
    if (!error && this.isBusy) this.outboxes.enter(this.resume);
  };

  /** The socket has taken what it was handed last: it gets what has come meanwhile. */
  private readonly resume = (): void => {
    if (!this.isBusy) return;
    const { outboxes, record } = this;
    this.isBusy = false;
    this.giveHeldPages();
    if (this.isDisposed) return;
    record.giveRoom(this.heldBytes, this.heldMessages);
    record.undefer();
    outboxes.deferred.delete(this);
    this.flush();
    if (this.isBusy) return;
    this.busySince = undefined;
    const { onTaken } = this;
    this.onTaken = undefined;
    onTaken?.();
  };

  private resetRoom(): void {
    const { maxBacklogBytes, maxBacklogMessages } = this.outboxes.settings;
    this.record.setRoom(maxBacklogBytes, maxBacklogMessages);
  }

  private canLend(page: number): boolean {
    if (!this.lendsPages) return false;
    const { words } = this.outboxes.kernel.memory;
    return page >= LARGE_PAGES
      ? words[LARGE_FREE_COUNT >> 2] >= SCARCE_LARGE_PAGES
      : words[SMALL_FREE_COUNT >> 2] >= SCARCE_SMALL_PAGES;
  }

  /** Seconds that message expiry intervals in the outbox are behind. */
  private secondsWaited(): number {
    const { busySince } = this;
    if (busySince === undefined || !this.record.hasExpiry) return 0;
    return Math.floor(((this.outboxes.now() - busySince) >>> 0) / 1000);
  }

  private aged(bytes: Uint8Array, seconds: number): Uint8Array {
    if (seconds === 0) return bytes;
    const { length, expired } = age(bytes, bytes.length, seconds);
    if (expired === 0) return bytes;
    this.outboxes.messagesExpired += expired;
    this.record.giveRoom(bytes.length - length, expired);
    return bytes.subarray(0, length);
  }

  private takeCopy(page: number, end: number): Uint8Array {
    const { kernel } = this.outboxes;
    const copy = copyBytes(kernel.memory.bytes, page, end);
    kernel.givePage(page);
    return copy;
  }

  private drop(): void {
    const { outboxes, record } = this;
    if (record.page !== 0) outboxes.kernel.givePage(record.page);
    record.forgetPage();
    for (const piece of this.queue) {
      if (piece.page !== 0) outboxes.kernel.givePage(piece.page);
      else outboxes.javascriptBytes -= piece.bytes.length;
    }
    this.queue = [];
    this.queuedBytes = 0;
  }

  private giveHeldPages(): void {
    if (this.heldPages.length === 0) return;
    const { kernel } = this.outboxes;
    let page = this.heldPages.pop();
    while (page !== undefined) {
      kernel.givePage(page);
      page = this.heldPages.pop();
    }
  }
}
