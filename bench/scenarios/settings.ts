/** What a scenario's name and the command line say together. */

import { UsageError } from '../../src/cli/usage-error.ts';
import type { LoadQoS } from '../broker/plan.ts';
import { freeSockets } from '../free-sockets.ts';
import type { LoadSettings } from '../settings.ts';
import { parseScenario, type TrafficKind, type TrafficName } from './name.ts';
import { type ConnectionsPlan, SMALLEST_PAYLOAD, type TrafficPlan } from './plan.ts';
import { checkTopic } from './routes.ts';

/** As many as mqttbs has in the scenarios that it is known for. */
const CLIENTS: Readonly<Record<TrafficKind, readonly [publishers: number, subscribers: number]>> = {
  p2p: [1000, 1000],
  fanout: [1, 1000],
  sharedsub: [1000, 5],
};
const CONNECTIONS = 10_000;
const PAYLOAD = 16;
const QOS: LoadQoS = 1;
/** Of one publisher in a closed loop; of `conn` connections that are being made. */
export const WINDOW = 10;
const CONNECTING = 50;
const PATIENCE = 5;
/** Of MQTT: what the remaining length of a packet can be. */
const LARGEST_PACKET = 268_435_455;

export interface TrafficScenario {
  readonly plan: TrafficPlan;
  readonly rate: number | undefined;
}

export interface ConnectionsScenario {
  readonly plan: ConnectionsPlan;
}

/** Throws UsageError for a name that means nothing, and for settings that contradict it. */
export function scenarioOf(name: string, settings: LoadSettings): TrafficScenario | ConnectionsScenario {
  const parsed = parseScenario(name);
  const scenario =
    parsed.kind === 'conn'
      ? { plan: connectionsPlan(name, parsed, settings) }
      : trafficScenario(name, parsed, settings);
  checkSockets(name, scenario.plan);
  return scenario;
}

function trafficScenario(name: string, parsed: TrafficName, settings: LoadSettings): TrafficScenario {
  const { kind } = parsed;
  const { clients, size = PAYLOAD, qos = QOS, inflight } = settings;
  const topic = settings.topic ?? `bench/${kind}/%i`;
  const [publishers, subscribers] = CLIENTS[kind];
  const plan: TrafficPlan = {
    kind,
    publishers: agreed(name, '-c', clients, parsed.publishers) ?? publishers,
    subscribers: agreed(name, '-c', clients, parsed.subscribers) ?? subscribers,
    qos,
    // shared subscriptions are part of 5.0
    protocolVersion: settings.protocolVersion ?? (kind === 'sharedsub' ? 5 : 4),
    payload: size,
    topic,
    ...(inflight !== undefined && { inflight }),
    patience: PATIENCE,
  };
  if (size < SMALLEST_PAYLOAD) {
    throw new UsageError(
      `-s ${size}: must be at least ${SMALLEST_PAYLOAD}, the number that tells a message from others`,
    );
  }
  // topic with its length, packet identifier, no properties
  if (size + Buffer.byteLength(topic) + 16 > LARGEST_PACKET) {
    throw new UsageError(`-s ${size}: a packet has at most ${LARGEST_PACKET} bytes`);
  }
  checkTopic(plan);
  return { plan, rate: agreed(name, '-R', settings.rate, parsed.rate) };
}

function connectionsPlan(
  name: string,
  parsed: { readonly connections?: number; readonly rate?: number },
  settings: LoadSettings,
): ConnectionsPlan {
  for (const [flag, setting] of [
    ['-s', 'size'],
    ['-q', 'qos'],
    ['-t', 'topic'],
    ['-d', 'duration'],
  ] as const) {
    if (settings[setting] !== undefined) throw new UsageError(`${name} ${flag}: there are no messages`);
  }
  const rate = agreed(name, '-R', settings.rate, parsed.rate);
  return {
    kind: 'conn',
    connections: agreed(name, '-c', settings.clients, parsed.connections) ?? CONNECTIONS,
    protocolVersion: settings.protocolVersion ?? 4,
    ...(rate !== undefined && { rate }),
    inflight: settings.inflight ?? CONNECTING,
  };
}

/** What the name says, or else the option; both may say the same. */
function agreed(
  name: string,
  flag: string,
  asked: number | undefined,
  named: number | undefined,
): number | undefined {
  if (asked !== undefined && named !== undefined && asked !== named) {
    throw new UsageError(
      `${name} says ${named.toLocaleString('en')}, but ${flag} ${asked.toLocaleString('en')}`,
    );
  }
  return named ?? asked;
}

function checkSockets(name: string, plan: TrafficPlan | ConnectionsPlan): void {
  const wanted = plan.kind === 'conn' ? plan.connections : plan.publishers + plan.subscribers;
  const most = freeSockets();
  if (wanted > most) {
    throw new UsageError(
      `${name}: ${wanted.toLocaleString('en')} connections are more than the ${most.toLocaleString('en')} that a process may have here (ulimit -n)`,
    );
  }
}
