import { type Address, Link } from './link.ts';
import type { IdlePlan } from './plan.ts';
import { sourceAddresses } from './source-addresses.ts';

/** Opens connections with one subscription each. */
export async function openIdle(address: Address, { connections }: IdlePlan): Promise<void> {
  const sourceOf = sourceAddresses(address.host);
  await Link.openAll(
    Array.from({ length: connections }, (_, i) => ({
      ...address,
      clientId: `idle ${i}`,
      protocolVersion: 4 as const,
      qos: 0 as const,
      filters: [`idle/${i}`],
      localAddress: sourceOf(i),
    })),
  );
}
