/** Where the time of one message and its bytes go, on their way through whole brokers. */
import { STAGES, type StagePlan } from '../stages/plan.ts';
import { CountedSubject, TimedSubject } from '../stages/subjects.ts';
import { stageContestants } from '../stages/variant.ts';
import type { Case, FiguresCase } from '../suite.ts';

const PLANS: readonly StagePlan[] = [
  { qos: 0, payload: 16, fanOut: 1, publishers: 2, burst: 2000 },
  { qos: 1, payload: 16, fanOut: 1, publishers: 2, burst: 500 },
  { qos: 0, payload: 256, fanOut: 1, publishers: 2, burst: 1000 },
  { qos: 0, payload: 16, fanOut: 10, publishers: 2, burst: 500 },
];

/** Seconds of a variant. */
const QUICK = { seconds: 0.01, warmUp: 0.01 };
/** With QoS 1 the compiler needs about a million messages until append is as fast as it gets. */
const TIMED = { seconds: 0.1, warmUp: 1.2 };
const COUNTED = { seconds: 0.05, warmUp: 0.01 };

const nameOf = ({ qos, payload, fanOut }: StagePlan): string =>
  `one message, QoS ${qos}, ${payload} B, 1 to ${fanOut}`;

/** A table of the stages alone is drawn as a chart, so the whole is in one of its own. */
function timeCase(plan: StagePlan, isInSmokeRun: boolean): FiguresCase {
  const group = `stages of ${nameOf(plan)}`;
  const cells = STAGES.map((stage) => [stage, { group, column: stage, unit: 'ns' }] as const);
  return {
    measure: 'figures',
    group,
    column: '',
    cells: {
      ...Object.fromEntries(cells),
      total: { group: `whole of ${nameOf(plan)}`, column: 'all stages', unit: 'ns' },
    },
    rounds: 6,
    // each variant warms up by itself
    warmUps: 0,
    isThereAndBack: true,
    fullRunOnly: !isInSmokeRun,
    prepare: (quick, peerCpu) =>
      stageContestants().map((name) => new TimedSubject(name, { plan, peerCpu, ...(quick ? QUICK : TIMED) })),
  };
}

function bytesCase(plan: StagePlan, isInSmokeRun: boolean): FiguresCase {
  const group = `copied bytes of ${nameOf(plan)}`;
  const columns = [...STAGES, 'total'];
  return {
    measure: 'figures',
    group,
    column: '',
    cells: Object.fromEntries(columns.map((column) => [column, { group, column, unit: 'bytes' }])),
    rounds: 2,
    warmUps: 0,
    fullRunOnly: !isInSmokeRun,
    prepare: (quick, peerCpu) =>
      // nothing of it is noise that a control could show
      stageContestants()
        .filter((name) => name !== 'control')
        .map((name) => new CountedSubject(name, { plan, peerCpu, ...(quick ? QUICK : COUNTED) })),
  };
}

export function stageCases(): Case[] {
  return PLANS.flatMap((plan, i) => [timeCase(plan, i === 0), bytesCase(plan, i === 1)]);
}

export const stageNotes: readonly string[] = [
  'stages of one message: CPU nanoseconds per message that was sent, by what a variant of a broker takes longer than the one ' +
    `that ends a stage earlier: ${STAGES.join(', ')}. Each variant is a process of its own; all get the same bursts from ` +
    'loopback sockets, the next one when the last is done with, and say that they are by answering PINGREQ. A difference ' +
    'below 0 is less than what variants differ by for other reasons, and is printed as it came out; whole of one message: the sum, which is what the whole broker takes.',
  'read: sockets are read as the broker does it (wasmqtt in place, aedes by read() into a Buffer) and the bytes dropped; frame: ' +
    'packets are found and checked (by the decoder of the data plane, and by the parser of mqtt-packet); route: the whole ' +
    'broker, nobody has subscribed, with QoS 1 the acknowledgement included; append: subscribers are streams that take ' +
    'everything at once and do nothing with it; write: subscribers on sockets. With QoS 1 these streams acknowledge what they ' +
    'get; what that takes them is subtracted, but what the broker takes for reading it from a stream is in append, and write ' +
    'is only what sockets cost beyond that: it may well be below 0. Every run checks bytes and messages that came, were passed on and were acknowledged.',
  'copied bytes of one message, counted in runs of their own, to the nearest byte. read: by the operating system (bytesRead of the sockets), and ' +
    'by Node where it joins what the whole broker has read. In all stages: by JavaScript (set, slice, copy, concat, from, toString, write, ' +
    'TextEncoder, TextDecoder, the packets that straddle chunks), strings that are made or written included, as the ' +
    'difference to the variant before. append: for wasmqtt also what the receivers were given, because its kernel copies it ' +
    'into their outboxes; aedes hands on what it has. write: to the operating system (bytesWritten). With QoS 1, ' +
    'acknowledgements to the publisher are in route; those of receivers, 4 bytes each, are in append for receivers without a ' +
    'socket and in write instead for sockets. Not counted: PINGREQ and its answer, and copies ' +
    'inside of a kernel beside those (the first page of an outbox, at most 1 KiB, once in a turn).',
];
