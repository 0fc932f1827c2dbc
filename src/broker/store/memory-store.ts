import type { Message } from '../../forward/message.ts';
import type { Store, StoredDelivery, StoredSession, StoredState } from './store.ts';

interface Entry {
  session: StoredSession;
  readonly deliveries: Map<number, StoredDelivery>;
  readonly received: Set<number>;
}

/** A store in memory: what is in it outlasts the broker, but not the process. */
export class MemoryStore implements Store {
  private readonly sessions = new Map<string, Entry>();
  private readonly retained = new Map<string, Message>();

  load(): StoredState {
    const sessions = [...this.sessions.values()].map(({ deliveries, received, session }) => ({
      session,
      deliveries: [...deliveries.values()].sort((one, other) => one.sequence - other.sequence),
      received: [...received],
    }));
    return { sessions, retained: [...this.retained.values()] };
  }

  setSession(session: StoredSession): void {
    const entry = this.sessions.get(session.clientId);
    if (entry !== undefined) entry.session = session;
    else this.sessions.set(session.clientId, { session, deliveries: new Map(), received: new Set() });
  }

  deleteSession(clientId: string): void {
    this.sessions.delete(clientId);
  }

  setDelivery(clientId: string, delivery: StoredDelivery): void {
    this.sessions.get(clientId)?.deliveries.set(delivery.sequence, delivery);
  }

  deleteDelivery(clientId: string, sequence: number): void {
    this.sessions.get(clientId)?.deliveries.delete(sequence);
  }

  addReceived(clientId: string, messageId: number): void {
    this.sessions.get(clientId)?.received.add(messageId);
  }

  deleteReceived(clientId: string, messageId: number): void {
    this.sessions.get(clientId)?.received.delete(messageId);
  }

  setRetained(message: Message): void {
    this.retained.set(message.topic, message);
  }

  deleteRetained(topic: string): void {
    this.retained.delete(topic);
  }
}
