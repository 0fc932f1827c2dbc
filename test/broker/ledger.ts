import { randomInt } from 'node:crypto';
import type { Received } from './durable-client.ts';

/** A number for what is drawn in a test; the environment variable repeats a run. */
export const SEED = Number(process.env.WASMQTT_TEST_SEED ?? randomInt(2 ** 31));

/** Names of who publishes, and how many messages each of them. */
export interface Books {
  readonly publishers: readonly string[];
  readonly count: number;
}

/** Each publisher has two topics and uses them in turn. */
export function topicOf(publisher: string, number: number): string {
  return `ledger/${publisher}/${number % 2}`;
}

/** Most are small; some take the way of large ones through the data plane. */
export function payloadOf(publisher: string, number: number): string {
  return `${publisher} ${number}${number % 13 === 5 ? ' '.repeat(3_000) : ''}`;
}

/** What a subscriber got, against what was published. */
export interface Audit {
  /** Never arrived. */
  readonly missing: string[];
  /** Arrived again. */
  readonly duplicates: string[];
  /** Arrived again without the DUP flag. */
  readonly unmarked: string[];
  /** Was never published, or not to that topic. */
  readonly invented: string[];
  /** Arrived first after a later one of the same publisher and topic. */
  readonly disordered: string[];
}

export const CLEAN: Audit = { missing: [], duplicates: [], unmarked: [], invented: [], disordered: [] };

export function audit({ publishers, count }: Books, received: readonly Received[]): Audit {
  const result = structuredClone(CLEAN) as { -readonly [Field in keyof Audit]: string[] };
  const expected = new Map<string, string>();
  for (const publisher of publishers) {
    for (let i = 0; i < count; i++) expected.set(payloadOf(publisher, i), topicOf(publisher, i));
  }
  const seen = new Set<string>();
  const last = new Map<string, number>();
  for (const { topic, payload, dup } of received) {
    if (expected.get(payload) !== topic) result.invented.push(`${topic}: ${payload}`);
    else if (seen.has(payload)) {
      result.duplicates.push(payload);
      if (!dup) result.unmarked.push(payload);
    } else {
      seen.add(payload);
      const number = Number(payload.split(' ')[1]);
      if (number < (last.get(topic) ?? -1)) result.disordered.push(payload);
      last.set(topic, number);
    }
  }
  result.missing = [...expected.keys()].filter((payload) => !seen.has(payload));
  return result;
}
