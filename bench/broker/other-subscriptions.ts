import { type Address, Link } from './link.ts';

/** Subscriptions of one client. */
const PER_CLIENT = 1000;

/**
 * Filters with wildcards, half of which share levels with the topics of dense plans (see `topicOf`), so that the way to those
 * leads past them.
 */
function otherFilter(number: number): string {
  return number % 2 === 0
    ? `site/${String(number % 4).padStart(4, '0')}/line/+/device/${number}/humidity`
    : `site/other ${number}/line/#`;
}

/** Opens clients that have so many subscriptions together, and get nothing of what the dense plans publish. */
export async function openOthers(address: Address, protocolVersion: 4 | 5, count: number): Promise<void> {
  for (let first = 0; first < count; first += PER_CLIENT) {
    const length = Math.min(PER_CLIENT, count - first);
    await Link.open({
      ...address,
      protocolVersion,
      qos: 0,
      clientId: `other ${first / PER_CLIENT}`,
      filters: Array.from({ length }, (_, i) => otherFilter(first + i)),
    });
  }
}
