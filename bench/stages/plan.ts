/** What a message goes through when its way through a broker is measured stage by stage. */
import { STAGES } from '../html/data.ts';

export { STAGES };

/** A variant of a broker ends with one of these. */
export type Stage = (typeof STAGES)[number];

/** Publishers that send bursts in step, each to receivers of its own. */
export interface StagePlan {
  readonly qos: 0 | 1;
  /** Bytes of a payload. */
  readonly payload: number;
  readonly publishers: number;
  /** Receivers of each publisher, who all get everything. */
  readonly fanOut: number;
  /** Messages of a publisher in each step. */
  readonly burst: number;
}

/** Whether a variant knows of acknowledgements: those that only read and frame answer nothing but PINGREQ. */
export function acknowledges(stage: Stage, { qos }: StagePlan): boolean {
  return qos > 0 && stage !== 'read' && stage !== 'frame';
}

/** What the clients have sent and got in one run. */
export interface LoadCount {
  /** Bursts of all publishers together: each ends with a PINGREQ. */
  readonly bursts: number;
  readonly messages: number;
  readonly bytes: number;
  /** Messages that arrived at subscribers. */
  readonly arrived: number;
}

/** What a variant has done since it was started, by its own counters; those that it cannot have are 0. */
export interface Work {
  /** Bytes that the operating system has copied to it from the publishers' sockets. */
  readonly read: number;
  /** PUBLISH packets that it has seen. */
  readonly packets: number;
  /** Bytes that it has answered the publishers. */
  readonly answered: number;
  /** Bytes that receivers without a socket were given. */
  readonly appended: number;
  /** Bytes that the operating system has taken for the subscribers' sockets. */
  readonly written: number;
  /** Bytes of the subscribers' acknowledgements that it has copied to it. */
  readonly returned: number;
  /** Bytes that Node has copied to join what it has read, where that is counted. */
  readonly joined: number;
  /** Bytes that were copied inside of the process, where that is counted. */
  readonly copied: number;
  /** Nanoseconds that receivers without a socket took for acknowledging. */
  readonly sinks: number;
}

export const NO_WORK: Work = {
  read: 0,
  packets: 0,
  answered: 0,
  appended: 0,
  written: 0,
  returned: 0,
  joined: 0,
  copied: 0,
  sinks: 0,
};

export function workBetween(before: Work, after: Work): Work {
  const keys = Object.keys(NO_WORK) as (keyof Work)[];
  return Object.fromEntries(keys.map((key) => [key, after[key] - before[key]])) as {
    [Key in keyof Work]: number;
  };
}

/** What a variant is started with. */
export interface StageSetup {
  readonly plan: StagePlan;
  /** Receivers of each publisher that there are. As many as the plan has, but where it is tried what happens if not. */
  readonly receivers: number;
}

/** What a variant must have done until a run is over. */
export type Expected = Pick<Work, 'read' | 'packets' | 'answered' | 'appended' | 'written' | 'returned'>;

const PING_BYTES = 2;
const PUBACK_BYTES = 4;

/** Messages have frames of one length, and as many bytes when they leave as when they came. */
export function expectedWork(
  stage: Stage,
  plan: StagePlan,
  frameLength: number,
  { bursts, bytes, messages }: LoadCount,
): Expected {
  const delivered = messages * plan.fanOut * frameLength;
  return {
    read: bytes,
    packets: stage === 'read' ? 0 : messages,
    answered: PING_BYTES * bursts + (acknowledges(stage, plan) ? PUBACK_BYTES * messages : 0),
    appended: stage === 'append' ? delivered : 0,
    written: stage === 'write' ? delivered : 0,
    returned: stage === 'write' && plan.qos > 0 ? PUBACK_BYTES * messages * plan.fanOut : 0,
  };
}
