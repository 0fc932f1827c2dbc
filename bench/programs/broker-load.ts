/** The clients of a whole broker that is measured, on another processor. They check everything that they receive. */
import { Dense } from '../broker/dense.ts';
import { openIdle } from '../broker/idle.ts';
import type { DensePlan, IdlePlan, SparsePlan } from '../broker/plan.ts';
import { Sparse } from '../broker/sparse.ts';
import { serve } from './parts/serve.ts';

let load: Dense | Sparse;
let fail: (error: Error) => void;
/** Clients throw when they get what they should not, in the middle of whatever they read. */
const failure = new Promise<never>((_, reject) => {
  fail = reject;
});
failure.catch(() => {});
process.on('uncaughtException', (error) => fail(error));

serve({
  connect: async ({ port, plan }: { port: number; plan: DensePlan | SparsePlan }) => {
    const opened = plan.load === 'dense' ? Dense.open(port, plan) : Sparse.open(port, plan);
    load = await Promise.race([opened, failure]);
  },
  run: (seconds: number) => {
    globalThis.gc?.({ type: 'minor' });
    return Promise.race([load.run(seconds), failure]);
  },
  idle: ({ port, plan }: { port: number; plan: IdlePlan }) => Promise.race([openIdle(port, plan), failure]),
});
