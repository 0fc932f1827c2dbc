/** The clients of a broker that is measured, on another processor. They check every byte that they receive. */
import { Bursts, type BurstsPlan } from '../forward/bursts.ts';
import { SingleMessages, type SingleMessagesPlan } from '../forward/single-messages.ts';
import { serve } from './parts/serve.ts';

export type LoadPlan = BurstsPlan | SingleMessagesPlan;

let load: Bursts | SingleMessages;

serve({
  connect: async ({ port, plan }: { port: number; plan: LoadPlan }) => {
    load = plan.load === 'bursts' ? await Bursts.open(port, plan) : await SingleMessages.open(port, plan);
  },
  run: (count: number) => load.run(count),
});
