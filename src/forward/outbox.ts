import {
  COUNT_DROPPED,
  FRAME_LIMIT,
  LARGE_FREE_COUNT,
  LARGE_PAGE,
  LARGE_PAGE_COUNT,
  LARGE_PAGES,
  PAGE_SLACK,
  RECEIVER_CONNECTED,
  RECEIVER_DEFERRED,
  RECEIVER_DROPPED,
  RECEIVER_FLAGS,
  RECEIVER_HAS_EXPIRY,
  RECEIVER_MESSAGE_ROOM,
  RECEIVER_PAGE,
  RECEIVER_PAGE_END,
  RECEIVER_POSITION,
  RECEIVER_ROOM,
  RECEIVER_SHIFT,
  RECEIVER_SINCE,
  RECEIVER_TOO_LARGE,
  RECEIVERS,
  SMALL_FREE_COUNT,
  SMALL_PAGE_COUNT,
} from '../../assembly/forward/layout.ts';
import { copyBytes } from '../decode/views.ts';
import { copiesBytes, isClosed, type PacketSink } from '../node/packet-sink.ts';
import { age } from './expiry.ts';
import type { Outboxes } from './outboxes.ts';

const FLAGS = RECEIVER_FLAGS >> 2;
const PAGE = RECEIVER_PAGE >> 2;
const POSITION = RECEIVER_POSITION >> 2;
const PAGE_END = RECEIVER_PAGE_END >> 2;
const ROOM = RECEIVER_ROOM >> 2;
const MESSAGE_ROOM = RECEIVER_MESSAGE_ROOM >> 2;
const SINCE = RECEIVER_SINCE >> 2;
const DROPPED = RECEIVER_DROPPED >> 2;
const TOO_LARGE = RECEIVER_TOO_LARGE >> 2;

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
  private readonly outboxes: Outboxes;
  private readonly words: Int32Array;
  /** First word of the receiver's record. */
  private readonly record: number;
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
    this.words = outboxes.kernel.memory.words;
    this.record = (RECEIVERS + (slot << RECEIVER_SHIFT)) >> 2;
    this.stream = stream;
    this.lendsPages = copiesBytes(stream);
    this.resetRoom();
  }

  /** Bytes and messages that wait here or in the socket. */
  get pendingBytes(): number {
    return this.outboxes.settings.maxBacklogBytes - this.words[this.record + ROOM];
  }

  get pendingMessages(): number {
    return this.outboxes.settings.maxBacklogMessages - this.words[this.record + MESSAGE_ROOM];
  }

  /** Whether the socket is busy, so that what comes waits. */
  get isDeferred(): boolean {
    return this.isBusy;
  }

  /** Messages that were dropped because the socket was too slow. */
  get dropped(): number {
    return this.words[this.record + DROPPED] >>> 0;
  }

  /** Takes room for a message that the kernel does not count, if there is any; whether there was. */
  takeRoom(bytes: number): boolean {
    const { record, words } = this;
    if (words[record + ROOM] < bytes || words[record + MESSAGE_ROOM] < 1) return false;
    words[record + ROOM] -= bytes;
    words[record + MESSAGE_ROOM]--;
    return true;
  }

  /** Takes room for another packet, which is sent in any case; whether there is some left beyond the backlog. */
  takeExtraRoom(bytes: number, messages: number): boolean {
    const { record, words } = this;
    words[record + ROOM] -= bytes;
    words[record + MESSAGE_ROOM] -= messages;
    return words[record + ROOM] >= -ANSWERS_LIMIT;
  }

  /** Counts a message that was not sent because the receiver does not accept packets that large. */
  countTooLarge(): void {
    this.words[this.record + TOO_LARGE]++;
    this.outboxes.messagesTooLarge++;
  }

  /** Counts one that was not because the receiver is too slow. */
  countDropped(): void {
    this.words[this.record + DROPPED]++;
    this.words[COUNT_DROPPED >> 2]++;
  }

  /** A page that the kernel has filled. Returns whether there is so much now that it should be sent at once. */
  addFullPage(page: number, end: number): boolean {
    const { bytes } = this.outboxes.kernel.memory;
    const hasExpiry = this.hasExpiry;
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
    this.outboxes.markDirty(this.record);
  }

  /** Moves the page that the kernel writes to into the queue. */
  closePage(): void {
    const { record, words } = this;
    const page = words[record + PAGE];
    if (page === 0) return;
    const end = words[record + POSITION];
    this.forgetPage();
    this.addFullPage(page, end);
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
    const { record, words } = this;
    if (this.queue.length > 0) {
      this.flushQueue();
      return;
    }
    const page = words[record + PAGE];
    if (page === 0) return;
    const end = words[record + POSITION];
    this.forgetPage();
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
    this.words[this.record + FLAGS] &= ~(RECEIVER_CONNECTED | RECEIVER_DEFERRED | RECEIVER_HAS_EXPIRY);
    this.outboxes.deferred.delete(this);
    this.onTaken = undefined;
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
    const { busySince, outboxes } = this;
    this.words[this.record + FLAGS] |= RECEIVER_HAS_EXPIRY;
    if (busySince !== undefined)
      age(bytes, bytes.length, -Math.floor(((outboxes.now() - busySince) >>> 0) / 1000));
  }

  private get hasExpiry(): boolean {
    return (this.words[this.record + FLAGS] & RECEIVER_HAS_EXPIRY) !== 0;
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
    const { record, words } = this;
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
      if (payload !== undefined) words[record + ROOM] += payload.length;
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
    const { outboxes, record, words } = this;
    words[record + FLAGS] &= ~RECEIVER_HAS_EXPIRY;
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
    words[record + FLAGS] |= RECEIVER_DEFERRED;
    this.busySince = words[record + SINCE] = outboxes.now();
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
    const { outboxes, record, words } = this;
    this.isBusy = false;
    this.giveHeldPages();
    if (this.isDisposed) return;
    words[record + ROOM] += this.heldBytes;
    words[record + MESSAGE_ROOM] += this.heldMessages;
    words[record + FLAGS] &= ~RECEIVER_DEFERRED;
    outboxes.deferred.delete(this);
    this.flush();
    if (this.isBusy) return;
    this.busySince = undefined;
    const { onTaken } = this;
    this.onTaken = undefined;
    onTaken?.();
  };

  private resetRoom(): void {
    const { record, words } = this;
    const { maxBacklogBytes, maxBacklogMessages } = this.outboxes.settings;
    words[record + ROOM] = maxBacklogBytes;
    words[record + MESSAGE_ROOM] = maxBacklogMessages;
  }

  private canLend(page: number): boolean {
    if (!this.lendsPages) return false;
    return page >= LARGE_PAGES
      ? this.words[LARGE_FREE_COUNT >> 2] >= SCARCE_LARGE_PAGES
      : this.words[SMALL_FREE_COUNT >> 2] >= SCARCE_SMALL_PAGES;
  }

  /** Seconds that message expiry intervals in the outbox are behind. */
  private secondsWaited(): number {
    const { busySince } = this;
    if (busySince === undefined || !this.hasExpiry) return 0;
    return Math.floor(((this.outboxes.now() - busySince) >>> 0) / 1000);
  }

  private aged(bytes: Uint8Array, seconds: number): Uint8Array {
    if (seconds === 0) return bytes;
    const { length, expired } = age(bytes, bytes.length, seconds);
    if (expired === 0) return bytes;
    const { outboxes, record, words } = this;
    outboxes.messagesExpired += expired;
    words[record + ROOM] += bytes.length - length;
    words[record + MESSAGE_ROOM] += expired;
    return bytes.subarray(0, length);
  }

  private takeCopy(page: number, end: number): Uint8Array {
    const { kernel } = this.outboxes;
    const copy = copyBytes(kernel.memory.bytes, page, end);
    kernel.givePage(page);
    return copy;
  }

  private forgetPage(): void {
    const { record, words } = this;
    words[record + PAGE] = words[record + POSITION] = words[record + PAGE_END] = 0;
  }

  private drop(): void {
    const { outboxes, record, words } = this;
    const page = words[record + PAGE];
    if (page !== 0) outboxes.kernel.givePage(page);
    this.forgetPage();
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
