/** Latency of whole brokers with as many messages as are offered, not as many as they take: open loop. */
import { brokerNotes } from '../broker/broker-notes.ts';
import { brokersFor, OURS } from '../broker/broker-process.ts';
import { brokerComparisons } from '../broker/comparisons.ts';
import type { LoadQoS } from '../broker/plan.ts';
import { CLIENT_NOTES, LOST_NOTE, OPEN_LOOP_NOTES } from '../scenarios/notes.ts';
import type { TrafficPlan } from '../scenarios/plan.ts';
import { trafficSubjects } from '../scenarios/subjects.ts';
import { cellsOf } from '../scenarios/suite.ts';
import type { LoadSettings } from '../settings.ts';
import type { FiguresCase, Suite } from '../suite.ts';

const CLIENTS = 50;
const PAYLOAD = 16;
const SECONDS = 1;
const WARM_UP_SECONDS = 0.5;
const QUICK_SECONDS = 0.1;
const QUICK_CLIENTS = 20;

/** Messages per second that are offered: from next to nothing to more than all of the brokers can take. */
const RATES: Readonly<Record<0 | 1, readonly number[]>> = {
  0: [1000, 5000, 20_000, 50_000],
  1: [1000, 5000, 20_000, 50_000],
};
/** A smoke run has those of one rate. */
const QUICK_RATE = 5000;

function latencyCase(qos: LoadQoS, rate: number, settings: LoadSettings): FiguresCase {
  const group = `open loop, QoS ${qos}, ${rate.toLocaleString('en')} per second offered`;
  return {
    measure: 'figures',
    group,
    column: '',
    cells: cellsOf(group, true),
    rounds: 3,
    warmUps: 0,
    isThereAndBack: true,
    fullRunOnly: rate !== QUICK_RATE,
    prepare: (quick, peerCpu) => {
      const clients = quick ? QUICK_CLIENTS : CLIENTS;
      const plan: TrafficPlan = {
        kind: 'p2p',
        publishers: clients,
        subscribers: clients,
        qos,
        protocolVersion: 4,
        payload: PAYLOAD,
        topic: 'bench/latency/%i',
        patience: 5,
      };
      return trafficSubjects(brokersFor(settings, 4).names, {
        plan,
        rate,
        seconds: quick ? QUICK_SECONDS : SECONDS,
        // otherwise those that are compiled while they run would have to do it now
        warmUp: quick ? 0 : WARM_UP_SECONDS,
        settings,
        peerCpu,
      });
    },
  };
}

export function latencySuite(settings: LoadSettings): Suite {
  const brokers = brokersFor(settings, 4);
  const { reference, rivals } = brokers;
  return {
    name: 'latency',
    notes: [
      `${CLIENTS} publishers send ${PAYLOAD} bytes each to one of ${CLIENTS} subscribers, MQTT 3.1.1. Brokers take turns, in ` +
        `rounds of ${SECONDS} second; none is loaded while another one is. Before the first each passes on as much as it can for ` +
        `${WARM_UP_SECONDS} seconds, so that code is compiled.`,
      ...OPEN_LOOP_NOTES,
      LOST_NOTE,
      'per second: what arrived, in thousands. As long as a broker keeps up that is what was offered; how much more it could ' +
        'take is what the suite broker measures, in a closed loop.',
      ...CLIENT_NOTES,
      ...brokerNotes(settings),
    ],
    reference,
    control: OURS,
    rivals,
    cases: ([0, 1] as const).flatMap((qos) => RATES[qos].map((rate) => latencyCase(qos, rate, settings))),
    comparisons: brokerComparisons(brokers),
    targets: [],
  };
}
