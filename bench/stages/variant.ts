import { aedesVersion } from '../broker/broker-process.ts';
import { Program } from '../process.ts';
import { burstOf } from './burst.ts';
import {
  type Expected,
  expectedWork,
  type LoadCount,
  type Stage,
  type StagePlan,
  type StageSetup,
} from './plan.ts';
import type { StageResult } from './serve-stage.ts';

/** Whose way of a message is measured: the program, and its arguments before those that all have. */
const PROGRAMS = {
  wasmqtt: ['stage-wasmqtt', 'wasm'],
  'wasmqtt, kernel js': ['stage-wasmqtt', 'js'],
  aedes: ['stage-aedes'],
  control: ['stage-wasmqtt', 'wasm'],
} as const;

export type StageContestant = keyof typeof PROGRAMS;

/** Those of them that are installed. */
export function stageContestants(): StageContestant[] {
  const names = Object.keys(PROGRAMS) as StageContestant[];
  return names.filter((name) => name !== 'aedes' || aedesVersion() !== undefined);
}

export interface VariantOptions {
  readonly contestant: StageContestant;
  readonly stage: Stage;
  readonly plan: StagePlan;
  /** Counts the bytes that are copied, which makes it slow. */
  readonly isCounting?: boolean;
  /** Default: as many as the plan has. */
  readonly receivers?: number;
}

export interface VariantRun extends StageResult {
  readonly count: LoadCount;
}

/** A contestant that does everything up to a stage, in a process of its own. */
export class Variant {
  readonly #options: VariantOptions;
  readonly #program: Program;
  readonly #load: Program;
  readonly #frameLength: number;

  constructor(options: VariantOptions, load: Program) {
    const { contestant, stage, plan, isCounting = false } = options;
    const [name, ...kernel] = PROGRAMS[contestant];
    const qos = kernel.length === 0 ? [] : [String(plan.qos)];
    this.#options = options;
    this.#program = new Program(name, { args: [...kernel, stage, ...qos, isCounting ? 'count' : ''] });
    this.#load = load;
    this.#frameLength = burstOf(plan, 0).frameLength;
  }

  /** Connects its clients, and sees that what it passes on is what it was sent. */
  async open(seconds: number): Promise<void> {
    const { plan, receivers = plan.fanOut, stage } = this.#options;
    const setup: StageSetup = { plan, receivers };
    const port = await this.#program.ask<number>('listen', setup);
    await this.#load.ask('connect', { port, stage, setup });
    await this.run(seconds, true);
  }

  /** Sends for so long; throws unless everything was done that the stage demands. */
  async run(seconds: number, isChecking = false): Promise<VariantRun> {
    const { contestant, plan, stage } = this.#options;
    await this.#program.ask('begin', isChecking);
    const count = await this.#load.ask<LoadCount>('run', { stage, seconds });
    const expected = expectedWork(stage, plan, this.#frameLength, count);
    const result = await this.#program.ask<StageResult>('finish', expected);
    for (const [key, wanted] of Object.entries(expected)) {
      const done = result.work[key as keyof Expected];
      if (done === wanted) continue;
      throw new Error(`${contestant}, ${stage}: ${key} is ${done} and should be ${wanted}`);
    }
    const due = stage === 'write' ? count.messages * plan.fanOut : 0;
    if (count.arrived !== due) {
      throw new Error(`${contestant}, ${stage}: ${count.arrived} messages have arrived and should be ${due}`);
    }
    return { ...result, count };
  }

  stop(): void {
    this.#program.stop();
  }
}

/** The clients of all variants of a contestant. */
export function stageLoad(peerCpu: number | undefined): Program {
  return new Program('stage-load', { cpu: peerCpu });
}
