import { LIMIT_NAMES, type LimitName } from './statistics/statistics.ts';

/** What the broker counts itself; the data plane counts the rest. */
export class Counters {
  /** Packets by the number of their type, PUBLISH that stay in the data plane aside. */
  readonly received = new Float64Array(16);
  /** The same, all PUBLISH aside. */
  readonly sent = new Float64Array(16);
  /** Messages that were handed to the data plane. */
  passedOn = 0;
  connectionsOpened = 0;
  connectionsClosed = 0;
  /** CONNECT packets that were refused, by reason code. */
  readonly refusedConnects: { [reasonCode: number]: number } = {};
  messagesRefused = 0;
  messagesDropped = 0;
  messagesExpired = 0;
  maximumConnected = 0;
  sessionsExpired = 0;
  readonly limits = Object.fromEntries(LIMIT_NAMES.map((name) => [name, 0])) as {
    [name in LimitName]: number;
  };
}
