/** The clients of a scenario, on another processor than the broker. They check everything that they receive. */

import type { Address } from '../broker/link.ts';
import { openConnections } from '../scenarios/connections.ts';
import type { ConnectionsPlan, TrafficPlan, TrafficRun } from '../scenarios/plan.ts';
import { Traffic } from '../scenarios/traffic.ts';
import { checked } from './parts/checked.ts';
import { serve } from './parts/serve.ts';

/** Seconds to connect and subscribe, for what is under way at the end of a run, and for answers to PINGREQ. */
const CONNECT_SECONDS = 300;
const LAST_SECONDS = 60;
const SETTLE_SECONDS = 30;

let traffic: Traffic;

serve({
  /** After a run that is not complete once more. */
  connect: async ({ plan, ...address }: Address & { plan: TrafficPlan }) => {
    const what = 'connections and subscriptions';
    traffic = await checked(CONNECT_SECONDS, what, Traffic.open(address, plan));
  },
  run: (run: TrafficRun) => {
    globalThis.gc?.({ type: 'minor' });
    const { seconds, drain = 0 } = run;
    return checked(seconds + drain + LAST_SECONDS, 'messages and acknowledgements', traffic.run(run));
  },
  close: () => traffic.close(),
  settle: () => checked(SETTLE_SECONDS, 'PINGRESP', traffic.settle()),
  connections: ({ plan, ...address }: Address & { plan: ConnectionsPlan }) => {
    const { connections, rate } = plan;
    const seconds = CONNECT_SECONDS + (rate === undefined ? 0 : connections / rate);
    return checked(seconds, `${connections} connections`, openConnections(address, plan));
  },
});
