import type { LoadSettings } from '../settings.ts';
import type { Suite } from '../suite.ts';

export function latencySuite(_settings: LoadSettings): Suite {
  return { name: 'latency', notes: [], reference: 'wasmqtt', cases: [], comparisons: [], targets: [] };
}
