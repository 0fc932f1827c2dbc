import type { Session } from './session.ts';

/** The members of each shared subscription, for messages that a member has left behind (MQTT5 section 4.8.2). */
export class ShareGroups {
  private readonly members = new Map<string, Set<Session>>();

  /** `filter`: with `$share/<share name>/`. */
  join(filter: string, session: Session): void {
    const members = this.members.get(filter);
    if (members === undefined) this.members.set(filter, new Set([session]));
    else members.add(session);
  }

  leave(filter: string, session: Session): void {
    const members = this.members.get(filter);
    if (members?.delete(session) && members.size === 0) this.members.delete(filter);
  }

  /** Another member, one that can take messages now if there is any; each in turn. */
  next(filter: string): Session | undefined {
    const members = this.members.get(filter);
    if (members === undefined) return undefined;
    let chosen: Session | undefined;
    for (const session of members) {
      if (session.takesMore) {
        chosen = session;
        break;
      }
      chosen ??= session;
    }
    if (chosen !== undefined) {
      members.delete(chosen);
      members.add(chosen);
    }
    return chosen;
  }
}
