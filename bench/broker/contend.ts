/** Whole brokers that pass messages on, and what is found out about them. */
import { Program } from '../process.ts';
import type { LoadSettings } from '../settings.ts';
import type { Findings, Subject } from '../suite.ts';
import { BrokerProcess } from './broker-process.ts';
import { figuresOf } from './known-figures.ts';
import type { DensePlan, LoadResult, SparsePlan } from './plan.ts';

export interface LoadOptions {
  readonly plan: DensePlan | SparsePlan;
  /** Of each run. */
  readonly seconds: number;
  readonly settings: LoadSettings;
  readonly peerCpu: number | undefined;
}

/** A broker and its clients. */
class Contender implements Subject {
  readonly name: string;
  readonly #options: LoadOptions;
  readonly #broker: BrokerProcess;
  readonly #load: Program;
  #isConnected = false;

  constructor(name: string, options: LoadOptions) {
    this.name = name;
    this.#options = options;
    this.#broker = new BrokerProcess(name, options.settings);
    this.#load = new Program('broker-load', { cpu: options.peerCpu });
  }

  async run(): Promise<Findings> {
    const { plan } = this.#options;
    if (!this.#isConnected) {
      await this.#load.ask('connect', { ...(await this.#broker.listen()), plan });
      this.#isConnected = true;
    }
    await this.#broker.start();
    const result = await this.#load.ask<LoadResult>('run', this.#options.seconds);
    const { messages, seconds, cpuSeconds, p50, p99 } = result;
    const used = await this.#broker.used();
    const bytes = await this.#broker.resident(false);
    return figuresOf({
      perCpuSecond: used && messages / (used / 1e6) / 1000,
      perSecond: messages / seconds / 1000,
      ceiling: messages / cpuSeconds / 1000,
      p50,
      p99,
      resident: bytes && bytes / 2 ** 20,
      broker: used && (100 * used) / 1e6 / seconds,
      load: (100 * cpuSeconds) / seconds,
    });
  }

  stop(): void {
    this.#load.stop();
    this.#broker.stop();
  }
}

/** Each broker has clients of its own. */
export function contend(names: readonly string[], options: LoadOptions): Subject[] {
  return names.map((name) => new Contender(name, options));
}
