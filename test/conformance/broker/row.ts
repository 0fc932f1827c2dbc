import { describe, it, vi } from 'vitest';
import { withCleanups } from '../../broker/cleanup.ts';

/** What a peer of the broker sees, case by case; a case fails by throwing. */
export type BrokerCases = { readonly [name: string]: () => Promise<void> };

/** A row of normative.csv about the broker, with what shows that it holds. */
export interface BrokerRow {
  readonly id: string;
  readonly version: '3.1.1' | '5';
  readonly cases: BrokerCases;
  /** Part of the statement, where two rows have the same id. */
  readonly statement?: string;
}

/**
 * A row for `rows/<area>.ts`. Cases of one file run concurrently: each starts a broker of its own (`startBroker`, which
 * closes it at the end of the case) and shares nothing with others.
 */
export function brokerRow(
  id: string,
  version: BrokerRow['version'],
  cases: BrokerCases,
  statement?: string,
): BrokerRow {
  return { id, version, cases, ...(statement === undefined ? {} : { statement }) };
}

/** Tests every case under the id and the version of its row. Called by the test files in this folder, once each. */
export function brokerConformance(rows: readonly BrokerRow[]): void {
  // most cases wait more than they work
  vi.setConfig({ maxConcurrency: 20 });
  for (const { id, version, cases, statement } of rows) {
    describe.concurrent(`${id} (${version})${statement === undefined ? '' : `: ${statement}`}`, () => {
      for (const [name, run] of Object.entries(cases)) it(name, () => withCleanups(run));
    });
  }
}
