import {
  ALIAS_COUNT_SHIFT,
  ALIAS_LIMIT,
  RECEIVER_CONNECTED,
  RECEIVER_DEFERRED,
  RECEIVER_DROPPED,
  RECEIVER_FLAGS,
  RECEIVER_HAS_EXPIRY,
  RECEIVER_MAXIMUM_PACKET_SIZE,
  RECEIVER_MESSAGE_ROOM,
  RECEIVER_PAGE,
  RECEIVER_PAGE_END,
  RECEIVER_POSITION,
  RECEIVER_ROOM,
  RECEIVER_SHIFT,
  RECEIVER_SINCE,
  RECEIVER_TAKES_ALIASES,
  RECEIVER_TOO_LARGE,
  RECEIVER_TOPIC_EPOCH,
  RECEIVER_VERSION_5,
  RECEIVERS,
} from '../../assembly/forward/layout.ts';
import { MAX_PACKET_SIZE } from '../protocol/limits.ts';
import type { ProtocolVersion } from '../protocol/packet-types.ts';
import type { ReceiverLimits } from './types.ts';

const FLAGS = RECEIVER_FLAGS >> 2;
const PAGE = RECEIVER_PAGE >> 2;
const POSITION = RECEIVER_POSITION >> 2;
const PAGE_END = RECEIVER_PAGE_END >> 2;
const ROOM = RECEIVER_ROOM >> 2;
const MESSAGE_ROOM = RECEIVER_MESSAGE_ROOM >> 2;
const MAXIMUM_PACKET_SIZE = RECEIVER_MAXIMUM_PACKET_SIZE >> 2;
const DROPPED = RECEIVER_DROPPED >> 2;
const TOO_LARGE = RECEIVER_TOO_LARGE >> 2;
const TOPIC_EPOCH = RECEIVER_TOPIC_EPOCH >> 2;
const SINCE = RECEIVER_SINCE >> 2;

const ALIAS_FLAGS = RECEIVER_TAKES_ALIASES | (31 << ALIAS_COUNT_SHIFT);

/** What the kernel knows of a receiver. */
export class ReceiverRecord {
  /** Its first word. */
  readonly at: number;
  private readonly words: Int32Array;

  constructor(words: Int32Array, slot: number) {
    this.words = words;
    this.at = (RECEIVERS + (slot << RECEIVER_SHIFT)) >> 2;
  }

  get isVersion5(): boolean {
    return (this.words[this.at + FLAGS] & RECEIVER_VERSION_5) !== 0;
  }

  /** In bytes. */
  get maximumPacketSize(): number {
    return this.words[this.at + MAXIMUM_PACKET_SIZE];
  }

  /** From now on messages are for it, in the form that it wants. */
  connect(
    protocolVersion: ProtocolVersion,
    { maximumPacketSize, topicAliasMaximum = 0 }: ReceiverLimits,
  ): void {
    const { at, words } = this;
    const aliases = protocolVersion === 5 ? Math.min(topicAliasMaximum, ALIAS_LIMIT) : 0;
    words[at + MAXIMUM_PACKET_SIZE] = Math.min(maximumPacketSize ?? MAX_PACKET_SIZE, MAX_PACKET_SIZE);
    // of an epoch that is none: aliases do not survive a connection (MQTT-3.3.2-7)
    words[at + TOPIC_EPOCH] = 0;
    let flags = (words[at + FLAGS] & ~(RECEIVER_VERSION_5 | ALIAS_FLAGS)) | RECEIVER_CONNECTED;
    if (protocolVersion === 5) flags |= RECEIVER_VERSION_5;
    if (aliases > 0) flags |= RECEIVER_TAKES_ALIASES | (aliases << ALIAS_COUNT_SHIFT);
    words[at + FLAGS] = flags;
  }

  disconnect(): void {
    this.words[this.at + FLAGS] &= ~(RECEIVER_CONNECTED | RECEIVER_DEFERRED | RECEIVER_HAS_EXPIRY);
  }

  /** The page that the kernel writes to, or 0, and where its bytes end. */
  get page(): number {
    return this.words[this.at + PAGE];
  }

  get position(): number {
    return this.words[this.at + POSITION];
  }

  /** The page is somebody else's now. */
  forgetPage(): void {
    const { at, words } = this;
    words[at + PAGE] = words[at + POSITION] = words[at + PAGE_END] = 0;
  }

  /** Whether a message expiry interval may be in what waits. */
  get hasExpiry(): boolean {
    return (this.words[this.at + FLAGS] & RECEIVER_HAS_EXPIRY) !== 0;
  }

  set hasExpiry(hasExpiry: boolean) {
    if (hasExpiry) this.words[this.at + FLAGS] |= RECEIVER_HAS_EXPIRY;
    else this.words[this.at + FLAGS] &= ~RECEIVER_HAS_EXPIRY;
  }

  /** What is appended waits, since that time. */
  defer(since: number): void {
    this.words[this.at + FLAGS] |= RECEIVER_DEFERRED;
    this.words[this.at + SINCE] = since;
  }

  undefer(): void {
    this.words[this.at + FLAGS] &= ~RECEIVER_DEFERRED;
  }

  /** Bytes and messages that may still be appended; negative after what is appended in any case. */
  get room(): number {
    return this.words[this.at + ROOM];
  }

  get messageRoom(): number {
    return this.words[this.at + MESSAGE_ROOM];
  }

  setRoom(bytes: number, messages: number): void {
    this.words[this.at + ROOM] = bytes;
    this.words[this.at + MESSAGE_ROOM] = messages;
  }

  giveRoom(bytes: number, messages: number): void {
    this.words[this.at + ROOM] += bytes;
    this.words[this.at + MESSAGE_ROOM] += messages;
  }

  /** Messages that it did not get because it is too slow. */
  get dropped(): number {
    return this.words[this.at + DROPPED] >>> 0;
  }

  clearCounts(): void {
    this.words[this.at + DROPPED] = this.words[this.at + TOO_LARGE] = 0;
  }

  countDropped(): void {
    this.words[this.at + DROPPED]++;
  }

  countTooLarge(): void {
    this.words[this.at + TOO_LARGE]++;
  }
}
