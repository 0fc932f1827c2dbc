import type { Message } from '../../forward/message.ts';
import type { Core } from '../core.ts';
import type { Client } from '../types.ts';
import { Deadline } from './deadline.ts';
import type { Session } from './session.ts';

/** A message that is published when the client is gone (MQTT5 section 3.1.2.5). */
export class SessionWill {
  readonly message: Message;
  /** Seconds. */
  readonly delay: number;
  /** Who left it; missing after a restart of the broker. */
  readonly client: Client | undefined;
  private readonly deadline = new Deadline();

  constructor(message: Message, delay: number, client: Client | undefined) {
    this.message = message;
    this.delay = delay;
    this.client = client;
  }

  /** The connection is gone: publishes it when its delay has passed. */
  start(core: Core, session: Session, delay = this.delay): void {
    if (delay === 0) this.publish(core, session);
    else {
      this.deadline.set(delay, () => core.attempt('publishing a will', () => this.publish(core, session)));
    }
  }

  /** Publishes it; it is removed then (MQTT-3.1.2-10). */
  publish(core: Core, session: Session): void {
    this.cancel();
    session.will = undefined;
    core.sessions.save(session);
    core.publishing.publishWill(this.message, session, this.client);
  }

  cancel(): void {
    this.deadline.clear();
  }
}
