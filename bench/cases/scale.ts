import type { LoadSettings } from '../settings.ts';
import type { Suite } from '../suite.ts';

export function scaleSuite(_settings: LoadSettings): Suite {
  return { name: 'scale', notes: [], reference: 'wasmqtt', cases: [], comparisons: [], targets: [] };
}
