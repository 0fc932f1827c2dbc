/** The suites by the names that they have on the command line. */
import { isScenario, scenarioSuite } from './scenarios/suite.ts';
import type { LoadSettings } from './settings.ts';
import type { Suite } from './suite.ts';

/** Loaded when they run: what one needs, others may do without. */
const SUITES: Readonly<Record<string, (settings: LoadSettings) => Promise<Suite>>> = {
  decode: async () => (await import('./cases/decode.ts')).suite,
  encode: async () => (await import('./cases/encode.ts')).suite,
  'drop-in': async () => (await import('./cases/drop-in.ts')).suite,
  match: async () => (await import('./cases/match.ts')).suite,
  forward: async () => (await import('./cases/forward.ts')).suite,
  sockets: async () => (await import('./cases/sockets.ts')).suite,
  broker: async (settings) => (await import('./cases/broker.ts')).brokerSuite(settings),
  latency: async (settings) => (await import('./cases/latency.ts')).latencySuite(settings),
  memory: async () => (await import('./cases/memory.ts')).suite,
  scale: async (settings) => (await import('./cases/scale.ts')).scaleSuite(settings),
};

export const SUITE_NAMES: readonly string[] = Object.keys(SUITES);

/** A suite by its name, or one that is made for a scenario, such as `p2p-1K-1K`. Settings are for those that load brokers. */
export async function loadSuite(name: string, settings: LoadSettings): Promise<Suite> {
  return isScenario(name) ? scenarioSuite(name, settings) : SUITES[name]!(settings);
}
