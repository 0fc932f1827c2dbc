/** Programs that talk to a peer over loopback TCP: the CPU time that each of them spends per packet. */
import type { CodecName } from '../built.ts';
import { Program } from '../process.ts';
import type { Received } from '../programs/parts/receiver.ts';
import type { Competitor, Contest, Run } from '../suite.ts';
import { WORKLOADS, type WorkloadName } from './workloads.ts';

/** Who competes: a name, the codec that the program gets, and its arguments. */
interface Entrant {
  readonly name: string;
  readonly codec: CodecName;
  readonly args?: readonly string[];
}

/** The codecs in each other's place, and the second once more. */
const CODECS: readonly Entrant[] = [
  { name: 'mqtt-packet', codec: 'mqtt-packet' },
  { name: 'wasmqtt', codec: 'wasmqtt' },
  { name: 'control', codec: 'wasmqtt' },
];

/** A measured program and its peer. */
interface Pair {
  readonly program: Program;
  readonly peer: Program;
}

interface Plan {
  readonly file: string;
  readonly entrants: readonly Entrant[];
  readonly packets: number;
  readonly peerCpu: number | undefined;
  prepare(pair: Pair): Promise<void>;
  /** Has all packets sent, and returns what arrived of them. */
  exchange(pair: Pair): Promise<Partial<Received>>;
}

async function contest(plan: Plan): Promise<Contest> {
  const { file, entrants, packets, peerCpu, prepare, exchange } = plan;
  const processes: Program[] = [];
  const competitors: Competitor[] = [];
  for (const { name, codec, args } of entrants) {
    const program = new Program(file, { args, codec });
    const peer = new Program('peer', { cpu: peerCpu });
    processes.push(program, peer);
    await prepare({ program, peer });
    const run = async (): Promise<Run> => {
      await program.ask('start');
      const began = performance.now();
      const sums = await exchange({ program, peer });
      const milliseconds = performance.now() - began;
      const microseconds = await program.ask<number>('used');
      return { figure: (microseconds * 1000) / packets, wall: (milliseconds * 1e6) / packets, sums };
    };
    competitors.push({ name, run });
  }
  return {
    packets,
    competitors,
    stop: () => {
      for (const process of processes) process.stop();
    },
  };
}

/** What arrives at a program of the packets that are sent meanwhile. */
async function arriving(at: Program, packets: number, send: () => Promise<unknown>): Promise<Received> {
  const received = at.ask<Received>('received', packets);
  await Promise.all([received, send()]);
  return received;
}

async function connectToPeer({ program, peer }: Pair, protocolVersion: 4 | 5): Promise<void> {
  await program.ask('connect', await peer.ask('listen', protocolVersion));
  // What connecting has taken does not count.
  await peer.ask('received', 0);
}

/** Packets written to a socket in bursts, the peer reading them. */
export function writing(
  workload: WorkloadName,
  quick: boolean,
  peerCpu: number | undefined,
): Promise<Contest> {
  const packets = quick ? 2000 : 200_000;
  const entrants: Entrant[] = [
    ...CODECS.map((entrant) => ({ ...entrant, args: ['writeToStream', workload] })),
    { name: 'PacketWriter', codec: 'wasmqtt', args: ['PacketWriter', workload] },
  ];
  return contest({
    file: 'socket-writer',
    entrants,
    packets,
    peerCpu,
    prepare: (pair) => connectToPeer(pair, WORKLOADS[workload].protocolVersion),
    exchange: ({ program, peer }) => arriving(peer, packets, () => program.ask('write', packets)),
  });
}

/** Messages through an aedes broker, from a publisher that sends as fast as it can to one subscriber. */
export function throughAedes(qos: 0 | 1, quick: boolean, peerCpu: number | undefined): Promise<Contest> {
  const packets = quick ? 2000 : 40_000;
  return contest({
    file: 'aedes-broker',
    entrants: CODECS,
    packets,
    peerCpu,
    prepare: async ({ program, peer }) => {
      await peer.ask('useBroker', { port: await program.ask('listen'), qos });
      await peer.ask('received', 0);
    },
    exchange: async ({ peer }) => {
      const arrived = await arriving(peer, packets, () => peer.ask('publish', { packets, qos }));
      // The broker chooses packet identifiers at random, so the bytes differ.
      const { bytes: _bytes, ...sums } = arrived;
      return sums;
    },
  });
}

/** Messages that a client of MQTT.js receives from the peer or sends to it. */
export function withMqttJs(
  direction: 'receiving' | 'sending',
  quick: boolean,
  peerCpu: number | undefined,
): Promise<Contest> {
  const packets = quick ? 2000 : 40_000;
  return contest({
    file: 'mqtt-client',
    entrants: CODECS,
    packets,
    peerCpu,
    prepare: (pair) => connectToPeer(pair, 4),
    exchange: ({ program, peer }) =>
      direction === 'sending'
        ? arriving(peer, packets, () => program.ask('publish', packets))
        : arriving(program, packets, () => peer.ask('send', packets)),
  });
}
