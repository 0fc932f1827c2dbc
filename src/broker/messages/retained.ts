import type { Message } from '../../forward/message.ts';
import { TopicTree } from '../../topics/topic-tree.ts';
import type { Core } from '../core.ts';
import type { Store } from '../store/store.ts';
import { isOwnTopic } from './topic-limits.ts';

/** Milliseconds between searches for retained messages that have expired. */
const EXPIRY_INTERVAL = 10_000;

/** A retained message, and the client that published it if that is known. */
export interface RetainedMessage {
  readonly message: Message;
  readonly publisher: string | undefined;
}

/** The last message of each topic that was published with RETAIN (MQTT-3.3.1-5). */
export class RetainedMessages {
  bytes = 0;
  private readonly core: Core;
  private readonly tree = new TopicTree<RetainedMessage>();
  /** Topics of those that expire. */
  private readonly expiring = new Set<string>();
  private timer: NodeJS.Timeout | undefined = undefined;

  constructor(core: Core) {
    this.core = core;
  }

  get count(): number {
    return this.tree.size;
  }

  /** Takes what the store has kept. */
  load(messages: Iterable<Message>): void {
    for (const message of messages) this.keep(message, undefined);
  }

  get(topic: string): Message | undefined {
    const message = this.tree.get(topic)?.message;
    if (message === undefined || !message.isExpired()) return message;
    this.expire(message);
    return undefined;
  }

  /** Whether there is room for a message. Empty ones are not kept, but delete what there is (MQTT-3.3.1-6, -7). */
  hasRoom(topic: string, size: number, isEmpty: boolean): boolean {
    if (isEmpty) return true;
    const { maxRetainedBytes, maxRetainedMessages } = this.core.settings;
    const before = this.tree.get(topic)?.message;
    const count = this.tree.size + (before === undefined ? 1 : 0);
    return count <= maxRetainedMessages && this.bytes - (before?.size ?? 0) + size <= maxRetainedBytes;
  }

  set(message: Message, publisher: string | undefined): void {
    const store = this.storeOf(message.topic);
    if (message.payload.length === 0) {
      if (this.forget(message.topic)) store?.deleteRetained(message.topic);
      return;
    }
    store?.setRetained(message);
    this.keep(message, publisher);
  }

  /** Pages of what a topic filter matches, without what has expired. */
  *pages(filter: string): Generator<RetainedMessage[]> {
    for (const page of this.tree.pages(filter)) {
      const found: RetainedMessage[] = [];
      for (const [, retained] of page) {
        if (retained.message.isExpired()) this.expire(retained.message);
        else found.push(retained);
      }
      yield found;
    }
  }

  close(): void {
    clearInterval(this.timer);
  }

  private keep(message: Message, publisher: string | undefined): void {
    this.forget(message.topic);
    this.tree.set(message.topic, { message, publisher });
    this.bytes += message.size;
    if (message.messageExpiryInterval === undefined) return;
    this.expiring.add(message.topic);
    if (this.timer !== undefined) return;
    this.timer = setInterval(
      () => this.core.attempt('expiry of retained messages', () => this.expireAll()),
      EXPIRY_INTERVAL,
    );
    this.timer.unref();
  }

  private forget(topic: string): boolean {
    const before = this.tree.get(topic);
    if (before === undefined) return false;
    this.tree.delete(topic);
    this.expiring.delete(topic);
    this.bytes -= before.message.size;
    return true;
  }

  private expire({ topic }: Message): void {
    this.core.counters.messagesExpired++;
    this.forget(topic);
    this.storeOf(topic)?.deleteRetained(topic);
  }

  /** What the broker says of itself is made anew at each start: it would be stale. */
  private storeOf(topic: string): Store | undefined {
    return isOwnTopic(topic) ? undefined : this.core.settings.store;
  }

  private expireAll(): void {
    const now = Date.now();
    for (const topic of this.expiring) {
      const message = this.tree.get(topic)?.message;
      if (message?.isExpired(now) === true) this.expire(message);
    }
    if (this.expiring.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }
}
