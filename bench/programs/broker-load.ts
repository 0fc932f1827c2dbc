/** The clients of a whole broker that is measured, on another processor. They check everything that they receive. */
import { Churn } from '../broker/churn.ts';
import { Dense } from '../broker/dense.ts';
import { openIdle } from '../broker/idle.ts';
import type { Address } from '../broker/link.ts';
import type { ChurnPlan, DensePlan, IdlePlan, SparsePlan } from '../broker/plan.ts';
import { Sparse } from '../broker/sparse.ts';
import { checked } from './parts/checked.ts';
import { serve } from './parts/serve.ts';

/** Seconds to connect and subscribe, to send what is still under way at the end of a run, and for clients to come and go. */
const CONNECT_SECONDS = 120;
const LAST_SECONDS = 30;
const CHURN_SECONDS = 180;

let load: Dense | Sparse;
let churn: Churn;

serve({
  connect: async ({ plan, ...address }: Address & { plan: DensePlan | SparsePlan }) => {
    const opened: Promise<Dense | Sparse> =
      plan.load === 'dense' ? Dense.open(address, plan) : Sparse.open(address, plan);
    load = await checked(CONNECT_SECONDS, 'connections and subscriptions', opened);
  },
  run: (seconds: number) => {
    globalThis.gc?.({ type: 'minor' });
    return checked(
      seconds + LAST_SECONDS,
      'messages that are sent, received and acknowledged',
      load.run(seconds),
    );
  },
  idle: ({ plan, ...address }: Address & { plan: IdlePlan }) =>
    checked(CONNECT_SECONDS, `${plan.connections} connections`, openIdle(address, plan)),
  churn: async ({ plan, cycles, ...address }: Address & { plan: ChurnPlan; cycles: number }) => {
    churn ??= new Churn(address, plan);
    return checked(CHURN_SECONDS, `${cycles} clients that come and go`, churn.run(cycles));
  },
});
