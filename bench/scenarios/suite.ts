import type { LoadSettings } from '../settings.ts';
import type { Suite } from '../suite.ts';

export function isScenario(_name: string): boolean {
  return false;
}

export function scenarioSuite(name: string, _settings: LoadSettings): Suite {
  return { name, notes: [], reference: 'wasmqtt', cases: [], comparisons: [], targets: [] };
}
