import type { Details, Disconnection } from '../types.ts';

/** Why a connection is ended by the broker, and what is said about it. */
export interface Ending extends Details {
  readonly reasonCode: number;
  /** For the log, hooks and events. */
  readonly reason: string;
  readonly serverReference?: string | undefined;
  readonly publishesWill: boolean;
}

/** The network connection has ended without a DISCONNECT. */
export const CONNECTION_CLOSED: Disconnection = {
  reasonCode: undefined,
  reason: 'connection closed',
  byClient: false,
};
