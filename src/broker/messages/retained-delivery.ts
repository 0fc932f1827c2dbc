import type { QoS } from '../../protocol/packets.ts';
import type { StoredSubscription } from '../../topics/types.ts';
import type { Core } from '../core.ts';
import type { Session } from '../session/session.ts';
import type { RetainedMessage } from './retained.ts';

/** Milliseconds to wait while the client does not take what it was sent. */
const PAUSE = 10;

/**
 * Sends the retained messages that a new subscription matches (MQTT-3.3.1-9), page by page, so that neither a large number of
 * them stops the broker nor a slow client loses any.
 */
export class RetainedDelivery {
  private readonly session: Session;
  private readonly connection: Session['connection'];
  private readonly filter: string;
  private readonly subscription: StoredSubscription;
  private readonly pages: Generator<RetainedMessage[]>;
  private readonly core: Core;
  private page: RetainedMessage[] = [];

  constructor(core: Core, session: Session, filter: string, subscription: StoredSubscription) {
    this.core = core;
    this.session = session;
    this.connection = session.connection;
    this.filter = filter;
    this.subscription = subscription;
    this.pages = core.retained.pages(filter);
  }

  /** Goes on until the client takes no more; then later. */
  readonly run = (): void => {
    const { connection, session } = this;
    // as for a new subscription, they are for this connection and as long as the subscription is there
    if (connection === undefined || session.connection !== connection) return;
    if (session.subscriptions.get(this.filter) !== this.subscription) return;
    for (;;) {
      while (this.page.length > 0) {
        if (!this.hasRoom()) {
          setTimeout(this.goOn, PAUSE);
          return;
        }
        this.send(this.page.pop() as RetainedMessage);
      }
      const next = this.pages.next();
      if (next.done) return;
      this.page = next.value.reverse();
      if (this.page.length === 0 || this.hasSent) {
        setImmediate(this.goOn);
        this.hasSent = false;
        return;
      }
    }
  };

  private readonly goOn = (): void => this.core.attempt('sending retained messages', this.run);

  /** Whether something was sent in this turn. */
  private hasSent = false;

  private hasRoom(): boolean {
    const { receiver, outgoing } = this.session;
    const { maxBacklogBytes, maxBacklogMessages } = this.core.settings;
    return (
      outgoing.queue.length === 0 &&
      receiver.pendingMessages * 2 <= maxBacklogMessages &&
      receiver.pendingBytes * 2 <= maxBacklogBytes
    );
  }

  private send({ message, publisher }: RetainedMessage): void {
    const { session } = this;
    const { noLocal, qos: granted, subscriptionIdentifier } = this.subscription;
    this.hasSent = true;
    if (noLocal && publisher === session.clientId) return; // MQTT-3.8.3-3
    const qos = Math.min(message.qos, granted) as QoS;
    const subscriptionIdentifiers = subscriptionIdentifier === undefined ? [] : [subscriptionIdentifier];
    const delivery = { qos, retain: true, subscriptionIdentifiers };
    if (qos === 0) session.receiver.send(message, delivery);
    else session.outgoing.deliverKept(message, delivery);
  }
}
