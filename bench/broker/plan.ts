/** What the clients of a broker do while it is measured. */

export type LoadQoS = 0 | 1 | 2;

interface MessagesPlan {
  readonly qos: LoadQoS;
  readonly protocolVersion: 4 | 5;
  /** Bytes of a payload. */
  readonly payload: number;
}

/** Publishers that send batches, each to subscribers of its own, so that it is known what these get, and in what order. */
export interface DensePlan extends MessagesPlan {
  readonly load: 'dense';
  readonly publishers: number;
  /** Subscribers of each publisher, who all get everything. */
  readonly fanOut: number;
  /** Messages of a publisher that leave in one write. */
  readonly batch: number;
  /** Batches of a publisher that have not arrived everywhere and been acknowledged by all sides, at most. */
  readonly batches: number;
  /** Subscriptions of others, none of which gets anything. Default 0. */
  readonly otherSubscriptions?: number;
}

/** Clients each of which publishes to the next, one message at a time: a read of the broker has about one packet. */
export interface SparsePlan extends MessagesPlan {
  readonly load: 'sparse';
  readonly clients: number;
  /** Messages that are on their way at once, of all clients together. */
  readonly inFlight: number;
}

/** Connections with one subscription each that get nothing. */
export interface IdlePlan {
  readonly load: 'idle';
  readonly connections: number;
}

/** Clients that connect, subscribe, publish one message to themselves and disconnect, each under a name and to a topic of its own. */
export interface ChurnPlan {
  readonly load: 'churn';
  /** Bytes of a payload. */
  readonly payload: number;
  /** Clients that do so at the same time. */
  readonly atOnce: number;
}

/** What has happened in one run of a churn plan. */
export interface ChurnResult {
  readonly seconds: number;
  /** CPU seconds of the clients, user and system. */
  readonly cpuSeconds: number;
  /** Microseconds from the write of CONNECT to the arrival of CONNACK. */
  readonly p99: number;
}

/** What has happened in one run of a dense or sparse plan. */
export interface LoadResult {
  /** Messages that arrived: with a fan-out of 10 each counts ten times. */
  readonly messages: number;
  readonly seconds: number;
  /** CPU seconds of the clients, user and system. */
  readonly cpuSeconds: number;
  /** Microseconds from the write of a message to its arrival. */
  readonly p50: number;
  readonly p99: number;
}
