import { setTimeout } from 'node:timers/promises';
import { serve } from '../programs/parts/serve.ts';
import { copiedBytes, joinedBytes } from './copies.ts';
import { type Expected, NO_WORK, type StageSetup, type Work, workBetween } from './plan.ts';
import type { Sink } from './sink.ts';

/** What a variant is made of. */
export interface StageProgram {
  /** Makes it ready for its clients; returns the port that it listens at. */
  listen(setup: StageSetup): Promise<number>;
  /** What it has done until now, as far as it knows. */
  work(): Partial<Work>;
  /** Receivers that it has itself. */
  readonly sinks: readonly Sink[];
}

/** What a run has cost, and what was done for it. */
export interface StageResult {
  /** CPU time, user and system. */
  readonly microseconds: number;
  readonly work: Work;
}

/** Milliseconds that may go by from the answer to the last PINGREQ until everything is done. */
const SETTLING_LIMIT = 2_000;

/** Lets another process start and finish runs of a variant in this one. */
export function serveStage(program: StageProgram): void {
  let cpu = process.cpuUsage();
  let before = NO_WORK;
  const workNow = (): Work => ({
    ...NO_WORK,
    appended: sumOf(program.sinks, ({ bytes }) => bytes),
    sinks: sumOf(program.sinks, ({ nanoseconds }) => nanoseconds),
    copied: copiedBytes(),
    joined: joinedBytes(),
    ...program.work(),
  });
  serve({
    listen: (setup: StageSetup) => program.listen(setup),
    begin: (isChecking: boolean) => {
      for (const sink of program.sinks) sink.isChecking = isChecking;
      globalThis.gc?.({ type: 'minor' });
      before = workNow();
      cpu = process.cpuUsage();
    },
    finish: async (expected: Expected): Promise<StageResult> => {
      const end = performance.now() + SETTLING_LIMIT;
      let work = workBetween(before, workNow());
      // aedes answers PINGREQ before it has passed on everything that came before it
      while (isLess(work, expected) && performance.now() < end) {
        await setTimeout(1);
        work = workBetween(before, workNow());
      }
      const { user, system } = process.cpuUsage(cpu);
      for (const { failure } of program.sinks) if (failure !== undefined) throw failure;
      return { microseconds: user + system, work };
    },
  });
}

function isLess(work: Work, expected: Expected): boolean {
  return Object.entries(expected).some(([key, wanted]) => work[key as keyof Expected] < wanted);
}

export function sumOf<Item>(items: readonly Item[], figure: (item: Item) => number): number {
  return items.reduce((sum, item) => sum + figure(item), 0);
}
