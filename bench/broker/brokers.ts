/** Whole brokers in processes of their own, and what is found out about them. */
import { spawnSync } from 'node:child_process';
import { Program } from '../process.ts';
import type { Findings, Subject } from '../suite.ts';
import type { DensePlan, IdlePlan, LoadResult, SparsePlan } from './plan.ts';

/** The program of each broker. */
const BROKERS = {
  mosquitto: 'mosquitto-broker',
  aedes: 'aedes-server',
  relay: 'relay-broker',
  wasmqtt: 'wasmqtt-broker',
  control: 'wasmqtt-broker',
} as const;

export type BrokerName = keyof typeof BROKERS;

/** Version of the mosquitto that is installed, if one is. */
export function mosquittoVersion(): string | undefined {
  const { stdout } = spawnSync('mosquitto', ['-h'], { encoding: 'utf8' });
  return /mosquitto version (\S+)/.exec(stdout ?? '')?.[1];
}

/** A broker and its clients. */
class Contender implements Subject {
  readonly name: BrokerName;
  readonly #plan: DensePlan | SparsePlan;
  readonly #seconds: number;
  readonly #broker: Program;
  readonly #load: Program;
  #isConnected = false;

  constructor(name: BrokerName, plan: DensePlan | SparsePlan, seconds: number, peerCpu: number | undefined) {
    this.name = name;
    this.#plan = plan;
    this.#seconds = seconds;
    this.#broker = new Program(BROKERS[name]);
    this.#load = new Program('broker-load', { cpu: peerCpu });
  }

  async run(): Promise<Findings> {
    if (!this.#isConnected) {
      await this.#load.ask('connect', { port: await this.#broker.ask('listen'), plan: this.#plan });
      this.#isConnected = true;
    }
    await this.#broker.ask('start');
    const { messages, seconds, cpuSeconds, p50, p99 } = await this.#load.ask<LoadResult>(
      'run',
      this.#seconds,
    );
    const brokerSeconds = (await this.#broker.ask<number>('used')) / 1e6;
    const bytes = await this.#broker.ask<number>('resident', false);
    const figures = {
      perCpuSecond: messages / brokerSeconds / 1000,
      perSecond: messages / seconds / 1000,
      p50,
      p99,
      resident: bytes / 2 ** 20,
      broker: (100 * brokerSeconds) / seconds,
      load: (100 * cpuSeconds) / seconds,
    };
    return { figures, sums: {} };
  }

  stop(): void {
    this.#load.stop();
    this.#broker.stop();
  }
}

/** Each broker has clients of its own, which send for so many seconds in each run. */
export function contend(
  names: readonly BrokerName[],
  plan: DensePlan | SparsePlan,
  seconds: number,
  peerCpu: number | undefined,
): Subject[] {
  return names.map((name) => new Contender(name, plan, seconds, peerCpu));
}

/** What idle connections take: each run has a broker of its own. */
export function idling(names: readonly BrokerName[], plan: IdlePlan, peerCpu: number | undefined): Subject[] {
  return names.map((name) => ({ name, run: () => idle(name, plan, peerCpu) }));
}

async function idle(name: BrokerName, plan: IdlePlan, peerCpu: number | undefined): Promise<Findings> {
  const broker = new Program(BROKERS[name]);
  const load = new Program('broker-load', { cpu: peerCpu });
  try {
    const port = await broker.ask('listen');
    const before = await broker.ask<number>('resident', true);
    await broker.ask('start');
    await load.ask('idle', { port, plan });
    const microseconds = await broker.ask<number>('used');
    const after = await broker.ask<number>('resident', true);
    const { connections } = plan;
    const figures = {
      perConnection: (after - before) / connections,
      resident: after / 2 ** 20,
      connect: microseconds / connections,
    };
    return { figures, sums: {} };
  } finally {
    load.stop();
    broker.stop();
  }
}
