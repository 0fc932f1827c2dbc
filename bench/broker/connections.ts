/** What connections take, those that stay and those that come and go: each run has a broker of its own. */
import { Program } from '../process.ts';
import type { LoadSettings } from '../settings.ts';
import type { Findings, Subject } from '../suite.ts';
import { BrokerProcess } from './broker-process.ts';
import { figuresOf } from './known-figures.ts';
import type { Address } from './link.ts';
import type { ChurnPlan, ChurnResult, IdlePlan } from './plan.ts';

export interface ConnectionsOptions {
  readonly settings: LoadSettings;
  readonly peerCpu: number | undefined;
}

function subjects(
  names: readonly string[],
  { settings, peerCpu }: ConnectionsOptions,
  measure: (broker: BrokerProcess, load: Program, address: Address) => Promise<Findings>,
): Subject[] {
  return names.map((name): Subject => {
    const run = async (): Promise<Findings> => {
      const broker = new BrokerProcess(name, settings);
      const load = new Program('broker-load', { cpu: peerCpu });
      try {
        return await measure(broker, load, await broker.listen());
      } finally {
        load.stop();
        broker.stop();
      }
    };
    return { name, run };
  });
}

/** Connections that get nothing. */
export function idling(names: readonly string[], plan: IdlePlan, options: ConnectionsOptions): Subject[] {
  const { connections } = plan;
  return subjects(names, options, async (broker, load, address) => {
    const before = await broker.resident(true);
    await broker.start();
    await load.ask('idle', { ...address, plan });
    const microseconds = await broker.used();
    const after = await broker.resident(true);
    return figuresOf({
      perConnection: after && before && (after - before) / connections,
      resident: after && after / 2 ** 20,
      connect: microseconds && microseconds / connections,
    });
  });
}

export interface ChurnOptions extends ConnectionsOptions {
  readonly cycles: number;
  /** Cycles before those that count: what a broker keeps for later is there afterwards. */
  readonly warmUpCycles: number;
}

/** Connections that come and go. */
export function churning(names: readonly string[], plan: ChurnPlan, options: ChurnOptions): Subject[] {
  const { cycles, warmUpCycles } = options;
  return subjects(names, options, async (broker, load, address) => {
    await load.ask('churn', { ...address, plan, cycles: warmUpCycles });
    const before = await broker.resident(true);
    await broker.start();
    const { seconds, cpuSeconds, p99 } = await load.ask<ChurnResult>('churn', { ...address, plan, cycles });
    const used = await broker.used();
    const after = await broker.resident(true);
    return figuresOf({
      perCycle: used && used / cycles,
      perSecond: cycles / seconds,
      p99,
      growth: after && before && (after - before) / 2 ** 20,
      broker: used && (100 * used) / 1e6 / seconds,
      load: (100 * cpuSeconds) / seconds,
    });
  });
}
