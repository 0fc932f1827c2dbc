import type { ClientConnection } from '../connection/client-connection.ts';
import type { Core } from '../core.ts';
import type { StoredState } from '../store/store.ts';
import { FOR_EVER } from './deadline.ts';
import { Session } from './session.ts';
import { SessionWill } from './wills.ts';

/** All sessions, by client identifier. */
export class Sessions {
  private readonly core: Core;
  private readonly sessions = new Map<string, Session>();
  private connected = 0;

  constructor(core: Core) {
    this.core = core;
  }

  get count(): number {
    return this.sessions.size;
  }

  get connectedCount(): number {
    return this.connected;
  }

  [Symbol.iterator](): Iterator<Session> {
    return this.sessions.values();
  }

  get(clientId: string): Session | undefined {
    return this.sessions.get(clientId);
  }

  /** Takes what the store has kept. */
  load(sessions: StoredState['sessions']): void {
    const now = Date.now();
    for (const { deliveries, received, session: stored } of sessions) {
      const { clientId, disconnectedAt = now, sessionExpiryInterval, subscriptions, will } = stored;
      const session = new Session(this.core, clientId);
      this.sessions.set(clientId, session);
      session.expiryInterval = sessionExpiryInterval;
      session.disconnectedAt = disconnectedAt;
      session.restore(subscriptions, deliveries, received);
      const passed = (now - disconnectedAt) / 1000;
      if (will !== undefined) {
        session.will = new SessionWill(will.message, will.delay, undefined);
        session.will.start(this.core, session, Math.max(0, will.delay - passed));
      }
      const left = sessionExpiryInterval >= FOR_EVER ? FOR_EVER : Math.max(0, sessionExpiryInterval - passed);
      session.expiry.set(left, () => this.expire(session));
    }
  }

  /**
   * The session that a client goes on with, or a new one. A connection that it has elsewhere is closed (MQTT-3.1.4-3);
   * `clean`: what there was of a session is discarded (MQTT-3.1.2-4).
   */
  open(clientId: string, clean: boolean): { session: Session; isPresent: boolean } {
    this.sessions.get(clientId)?.connection?.takeOver();
    const before = this.sessions.get(clientId);
    if (before !== undefined && !clean) return { session: before, isPresent: true };
    if (before !== undefined) this.end(before);
    const session = new Session(this.core, clientId);
    this.sessions.set(clientId, session);
    return { session, isPresent: false };
  }

  /** The client is there, with its new session expiry interval in seconds. */
  attach(session: Session, connection: ClientConnection, expiryInterval: number): void {
    const { counters, settings } = this.core;
    session.expiry.clear();
    session.will?.cancel(); // MQTT-3.1.3-9
    session.connection = connection;
    session.disconnectedAt = undefined;
    if (session.isPersistent && expiryInterval === 0) settings.store.deleteSession(session.clientId);
    session.expiryInterval = expiryInterval;
    this.connected++;
    counters.maximumConnected = Math.max(counters.maximumConnected, this.connected);
  }

  /** Its connection is gone. */
  detach(session: Session, publishesWill: boolean): void {
    const { core } = this;
    this.connected--;
    session.connection = undefined;
    session.receiver.disconnect();
    session.disconnectedAt = Date.now();
    const { will } = session;
    if (!publishesWill) session.will = undefined;
    else if (will !== undefined && session.isPersistent) will.start(core, session);
    if (!session.isPersistent) this.end(session);
    else {
      this.save(session);
      session.expiry.set(session.expiryInterval, () => this.expire(session));
    }
  }

  /** Ends a session: it is forgotten. A will that waits for its delay is published now (MQTT-3.1.2-8). */
  end(session: Session): void {
    const { core } = this;
    session.connection?.takeOver();
    if (this.sessions.get(session.clientId) !== session) return;
    this.sessions.delete(session.clientId);
    core.settings.store.deleteSession(session.clientId);
    const { will } = session;
    session.expiryInterval = 0;
    session.end();
    will?.publish(core, session);
  }

  /** The client has changed it at the end (MQTT5 section 3.14.2.2.2). */
  setExpiryInterval(session: Session, seconds: number): void {
    const { store } = this.core.settings;
    if (seconds === 0 && session.isPersistent) store.deleteSession(session.clientId);
    session.expiryInterval = Math.min(seconds, this.core.settings.maxSessionExpiryInterval);
  }

  /** Puts a session that outlasts its connection into the store. */
  save(session: Session): void {
    if (!session.isPersistent) return;
    const { clientId, disconnectedAt, expiryInterval, subscriptions, will } = session;
    this.core.settings.store.setSession({
      clientId,
      sessionExpiryInterval: expiryInterval,
      disconnectedAt,
      subscriptions,
      will: will && { message: will.message, delay: will.delay },
    });
  }

  /** Timers end with the broker. */
  close(): void {
    for (const session of this.sessions.values()) {
      session.expiry.clear();
      session.will?.cancel();
    }
  }

  private expire(session: Session): void {
    this.core.counters.sessionsExpired++;
    this.core.attempt('expiry of a session', () => this.end(session));
  }
}
