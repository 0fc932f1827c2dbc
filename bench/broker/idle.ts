import { Link } from './link.ts';
import type { IdlePlan } from './plan.ts';

/** Connections of one source address: few enough that ports of earlier ones, which are not free yet, do not get in their way. */
const PER_ADDRESS = 1000;

/** Opens connections with one subscription each. */
export async function openIdle(port: number, { connections }: IdlePlan): Promise<void> {
  const network = `127.${1 + Math.floor(254 * Math.random())}.${Math.floor(256 * Math.random())}`;
  await Link.openAll(
    Array.from({ length: connections }, (_, i) => ({
      port,
      clientId: `idle ${i}`,
      protocolVersion: 4 as const,
      qos: 0 as const,
      topics: [`idle/${i}`],
      localAddress: `${network}.${1 + Math.floor(i / PER_ADDRESS)}`,
    })),
  );
}
