/** Brokers under the load of a scenario, and what is found out about them. */

import { setTimeout as delay } from 'node:timers/promises';
import { BrokerProcess } from '../broker/broker-process.ts';
import { figuresOf } from '../broker/known-figures.ts';
import type { Address } from '../broker/link.ts';
import { Program } from '../process.ts';
import type { LoadSettings } from '../settings.ts';
import type { Findings, Subject } from '../suite.ts';
import type { ConnectionsPlan, ConnectionsResult, TrafficPlan, TrafficResult, TrafficRun } from './plan.ts';

export interface TrafficOptions extends TrafficRun {
  readonly plan: TrafficPlan;
  /** Seconds of a closed loop before the first run, so that code is compiled. */
  readonly warmUp?: number;
  readonly settings: LoadSettings;
  readonly peerCpu: number | undefined;
}

/** Milliseconds that an overloaded broker gets that somebody else has started, to forget what it had for those who are gone. */
const PAUSE = 1000;

/** A broker and its clients, which stay connected from one run to the next. */
class TrafficSubject implements Subject {
  readonly name: string;
  readonly #options: TrafficOptions;
  #broker: BrokerProcess;
  readonly #load: Program;
  #address: Address | undefined;
  #isConnected = false;
  #isWarm = false;

  constructor(name: string, options: TrafficOptions) {
    this.name = name;
    this.#options = options;
    this.#broker = new BrokerProcess(name, options.settings);
    this.#load = new Program('scenario-load', { cpu: options.peerCpu });
  }

  async run(): Promise<Findings> {
    try {
      return await this.#run();
    } catch (error) {
      throw new Error(`${this.name}: ${(error as Error).message}`);
    }
  }

  async #run(): Promise<Findings> {
    const { seconds, rate, drain, warmUp = 0 } = this.#options;
    await this.#connect();
    if (!this.#isWarm && warmUp > 0) await this.#send({ seconds: warmUp });
    this.#isWarm = true;
    await this.#connect();
    await this.#broker.start();
    const result = await this.#load.ask<TrafficResult>('run', { seconds, rate, drain });
    const used = await this.#broker.used();
    const bytes = await this.#broker.resident(false);
    await this.#end(result);
    return findingsOf(result, used, bytes, rate !== undefined);
  }

  stop(): void {
    this.#load.stop();
    this.#broker.stop();
  }

  async #connect(): Promise<void> {
    if (this.#isConnected) return;
    this.#address ??= await this.#broker.listen();
    await this.#load.ask('connect', { ...this.#address, plan: this.#options.plan });
    this.#isConnected = true;
  }

  async #send(run: TrafficRun): Promise<void> {
    await this.#broker.start();
    await this.#end(await this.#load.ask<TrafficResult>('run', run));
  }

  /**
   * What a broker has not passed on must not be in the way of the next run, nor take the time of another broker: it is replaced
   * by a new one, before its clients leave, of which one that is overloaded may die.
   */
  async #end({ isComplete }: TrafficResult): Promise<void> {
    if (isComplete) return this.#load.ask('settle');
    this.#broker.stop();
    await this.#load.ask('close');
    const { settings } = this.#options;
    if (settings.broker !== undefined) await delay(PAUSE);
    this.#broker = new BrokerProcess(this.name, settings);
    this.#address = undefined;
    this.#isConnected = this.#isWarm = false;
  }
}

function findingsOf(
  result: TrafficResult,
  used: number | undefined,
  bytes: number | undefined,
  isOpenLoop: boolean,
): Findings {
  const { messages, seconds, cpuSeconds, lost, late, latency, isComplete, offered } = result;
  const { figures } = figuresOf({
    perCpuSecond: used && messages / (used / 1e6) / 1000,
    perSecond: messages / seconds / 1000,
    ...latency,
    lost,
    late: late.p99,
    resident: bytes && bytes / 2 ** 20,
    broker: used && (100 * used) / 1e6 / seconds,
    load: (100 * cpuSeconds) / seconds,
    ceiling: messages / cpuSeconds / 1000,
  });
  // in a closed loop everybody sends as much as it can
  const isFixed = isOpenLoop && isComplete && lost === 0;
  return { figures, sums: isFixed ? { offered, messages } : {} };
}

/** Each broker has clients of its own. */
export function trafficSubjects(names: readonly string[], options: TrafficOptions): Subject[] {
  return names.map((name) => new TrafficSubject(name, options));
}

export interface ConnectionsOptions {
  readonly plan: ConnectionsPlan;
  readonly settings: LoadSettings;
  readonly peerCpu: number | undefined;
}

/** Each run has a broker of its own. */
export function connectionSubjects(names: readonly string[], options: ConnectionsOptions): Subject[] {
  return names.map((name) => ({ name, run: () => connectAll(name, options) }));
}

async function connectAll(name: string, { plan, settings, peerCpu }: ConnectionsOptions): Promise<Findings> {
  const broker = new BrokerProcess(name, settings);
  const load = new Program('scenario-load', { cpu: peerCpu });
  try {
    const address = await broker.listen();
    const before = await broker.resident(true);
    await broker.start();
    const result = await load.ask<ConnectionsResult>('connections', { ...address, plan });
    const used = await broker.used();
    const after = await broker.resident(true);
    const { connections } = plan;
    const { seconds, cpuSeconds, latency, late } = result;
    const { figures } = figuresOf({
      perSecond: connections / seconds,
      perConnection: used && used / connections,
      ...latency,
      late: late.p99,
      bytes: after && before && (after - before) / connections,
      resident: after && after / 2 ** 20,
      broker: used && (100 * used) / 1e6 / seconds,
      load: (100 * cpuSeconds) / seconds,
    });
    return { figures, sums: { connections } };
  } catch (error) {
    throw new Error(`${name}: ${(error as Error).message}`);
  } finally {
    load.stop();
    broker.stop();
  }
}
