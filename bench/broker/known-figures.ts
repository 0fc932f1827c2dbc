import type { Findings } from '../suite.ts';

/** Leaves out what is not known: of a broker whose process is not known neither CPU time nor memory are. */
export function figuresOf(figures: Readonly<Record<string, number | undefined>>): Findings {
  const known = Object.entries(figures).filter((entry): entry is [string, number] => entry[1] !== undefined);
  return { figures: Object.fromEntries(known), sums: {} };
}
