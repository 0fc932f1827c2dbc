import type { EncodeOptions } from '../../../src/encode/index.ts';
import type { RuleCode } from '../../../src/protocol/rules.ts';

/**
 * `fields` makes a packet wrong that is right without them. The clause is the rule's own for the version where none
 * is given.
 */
export type Refusal = [what: string, fields: object, code: RuleCode, clause?: string];

/** Packets that differ from a good one. */
export interface RefusalGroup {
  packet: object;
  options: EncodeOptions;
  refusals: readonly Refusal[];
}

export const V3 = { protocolVersion: 3 } as const;
export const V4 = { protocolVersion: 4 } as const;
export const V5 = { protocolVersion: 5 } as const;
export const STRICT = { strictness: 'strict' } as const;

export function refused(packet: object, options: EncodeOptions, refusals: readonly Refusal[]): RefusalGroup {
  return { packet, options, refusals };
}
