/** What the clients of a scenario do, and what they report. */
import type { LoadQoS } from '../broker/plan.ts';
import type { TrafficKind } from './name.ts';

export interface TrafficPlan {
  readonly kind: TrafficKind;
  readonly publishers: number;
  readonly subscribers: number;
  readonly qos: LoadQoS;
  readonly protocolVersion: 4 | 5;
  /** Bytes of a payload, `SMALLEST_PAYLOAD` at least. */
  readonly payload: number;
  /** In which `%i` is the number of a topic. */
  readonly topic: string;
  /** Messages under way of each publisher, at most. In an open loop those that are not acknowledged: default as many as can be. */
  readonly inflight?: number;
  /** Seconds without any byte from the broker after which what is missing is lost. */
  readonly patience: number;
}

/** One run: closed loop, or with a rate open loop. */
export interface TrafficRun {
  readonly seconds: number;
  /** Messages per second that all publishers offer together. */
  readonly rate?: number | undefined;
  /** Seconds, after an open loop's time is over, that a broker gets for what it has not passed on yet. Default 1. */
  readonly drain?: number;
}

/** Microseconds. */
export interface Percentiles {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

export interface TrafficResult {
  /** That publishers had to send. */
  readonly offered: number;
  /** That arrived: with a fan-out of 10 each counts ten times. */
  readonly messages: number;
  /** That have not arrived in time, or never will. */
  readonly lost: number;
  /** Until the last message arrived, the time of an open loop at least. */
  readonly seconds: number;
  /** Of the clients, user and system, without waiting for the time of the next message. */
  readonly cpuSeconds: number;
  readonly latency: Percentiles;
  /** Open loop: how much later than it was due the clients came to send a message. */
  readonly late: Percentiles;
  /** Whether everything is done. If not, the connections are of no more use. */
  readonly isComplete: boolean;
}

export interface ConnectionsPlan {
  readonly kind: 'conn';
  readonly connections: number;
  readonly protocolVersion: 4 | 5;
  /** Connections per second; without it the loop is closed. */
  readonly rate?: number;
  /** Connections that are being made at once, at most, in a closed loop. */
  readonly inflight: number;
}

export interface ConnectionsResult {
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** Until CONNACK, from the time when the connection was due in an open loop. */
  readonly latency: Percentiles;
  readonly late: Percentiles;
}

/** Numbers of the publisher and of the message. */
export const SMALLEST_PAYLOAD = 8;

/** For CONNACK and SUBACK: a broker may be given more connections at once than it keeps up with. */
export const ANSWER_SECONDS = 300;
