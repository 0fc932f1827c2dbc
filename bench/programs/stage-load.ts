/** The clients of the variants of one contestant, on another processor. They check everything that they receive. */
import { StageLoad } from '../stages/load.ts';
import type { Stage, StageSetup } from '../stages/plan.ts';
import { serve } from './parts/serve.ts';

const loads = new Map<Stage, StageLoad>();
let fail: (error: Error) => void;
/** Clients throw when they get what they should not, in the middle of whatever they read. */
const failure = new Promise<never>((_, reject) => {
  fail = reject;
});
failure.catch(() => {});
process.on('uncaughtException', (error) => fail(error));

serve({
  connect: async ({ port, stage, setup }: { port: number; stage: Stage; setup: StageSetup }) => {
    loads.set(stage, await Promise.race([StageLoad.open(port, stage, setup), failure]));
  },
  run: ({ stage, seconds }: { stage: Stage; seconds: number }) => {
    globalThis.gc?.({ type: 'minor' });
    return Promise.race([loads.get(stage)!.run(seconds), failure]);
  },
});
