/** Brokers that pass messages on over loopback TCP: the CPU time that each of them spends per message. */
import { Program } from '../process.ts';
import type { LoadPlan } from '../programs/load.ts';
import type { Competitor, Contest, Run } from '../suite.ts';

/** The program of each broker and its arguments. */
const BROKERS = {
  'mqtt-packet': ['packet-broker', 'writeToStream'],
  'mqtt-packet, generate': ['packet-broker', 'generate'],
  net: ['net-broker', 'write'],
  'net, gathered': ['net-broker', 'gather'],
  'forward, data': ['forward-broker', 'wasm', 'data'],
  'forward js': ['forward-broker', 'js', 'in place'],
  forward: ['forward-broker', 'wasm', 'in place'],
  control: ['forward-broker', 'wasm', 'in place'],
} as const satisfies Readonly<Record<string, readonly [string, ...string[]]>>;

export type BrokerName = keyof typeof BROKERS;

/** Each broker has clients of its own, which send `count` times what is in the plan, and check what arrives. */
export async function throughBrokers(
  names: readonly BrokerName[],
  plan: LoadPlan,
  count: number,
  peerCpu: number | undefined,
): Promise<Contest> {
  const processes: Program[] = [];
  const competitors: Competitor[] = [];
  let packets = 0;
  for (const name of names) {
    const [file, ...args] = BROKERS[name];
    const broker = new Program(file, { args });
    const load = new Program('load', { cpu: peerCpu });
    processes.push(broker, load);
    await load.ask('connect', { port: await broker.ask('listen'), plan });
    packets = await load.ask<number>('run', 1);
    const run = async (): Promise<Run> => {
      await broker.ask('start');
      const began = performance.now();
      const messages = await load.ask<number>('run', count);
      const milliseconds = performance.now() - began;
      const microseconds = await broker.ask<number>('used');
      const wall = (milliseconds * 1e6) / messages;
      return { figure: (microseconds * 1000) / messages, wall, sums: { messages } };
    };
    competitors.push({ name, run });
  }
  return {
    packets: packets * count,
    competitors,
    stop: () => {
      for (const process of processes) process.stop();
    },
  };
}
