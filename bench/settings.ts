/** What the command line says about the load of whole brokers. Everything is optional: suites have their own defaults. */

/** A broker that somebody else has started: `--broker host:port`. */
export interface ExternalBroker {
  readonly host: string;
  readonly port: number;
  /** Of its process on this machine (`--pid`), for CPU time and memory. */
  readonly pid?: number | undefined;
}

export interface LoadSettings {
  /** Clients of a side, or connections: `-c`. */
  readonly clients?: number | undefined;
  /** Bytes of a payload: `-s`. */
  readonly size?: number | undefined;
  /** `-q`. */
  readonly qos?: 0 | 1 | 2 | undefined;
  /** Topic, in which `%i` is the number of a client: `-t`. */
  readonly topic?: string | undefined;
  /** Messages per second that all publishers offer together, in an open loop: `-R`. Without it the loop is closed. */
  readonly rate?: number | undefined;
  /** MQTT 3.1.1 or 5.0: `-V`. */
  readonly protocolVersion?: 4 | 5 | undefined;
  /** Messages under way of each publisher, at most: `-F`. */
  readonly inflight?: number | undefined;
  /** Seconds that each broker is loaded for in a round: `-d`. */
  readonly duration?: number | undefined;
  readonly broker?: ExternalBroker | undefined;
}
