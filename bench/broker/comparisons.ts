import type { Comparison } from '../suite.ts';
import { AEDES, AEDES_WITH_OURS, type BrokerSet, OURS } from './broker-process.ts';

/** Our broker with everybody but the reference, with which it is compared anyway; and aedes with itself. */
export function brokerComparisons({ names, rivals }: BrokerSet): Comparison[] {
  const compared = (of: string, against: string): Comparison => {
    return { label: `${of} : ${against}`, of, against: [against] };
  };
  return [
    ...rivals.filter((rival) => rival !== AEDES_WITH_OURS).map((rival) => compared(OURS, rival)),
    ...(names.includes(AEDES) ? [compared(AEDES_WITH_OURS, AEDES)] : []),
  ];
}
