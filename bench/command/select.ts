/** Which suites and scenarios are meant. */
import { UsageError } from '../../src/cli/usage-error.ts';
import { isScenario } from '../scenarios/suite.ts';
import type { LoadSettings } from '../settings.ts';
import { SUITE_NAMES } from '../suites.ts';
import { listed } from './arguments.ts';

/** Names that stand for several suites. */
export const ALIASES: Readonly<Record<string, readonly string[]>> = {
  codec: ['decode', 'encode', 'drop-in'],
};

/** Suites that take `--broker`, as all scenarios do. Everything else about the load is for scenarios only. */
const BROKER_SUITES: readonly string[] = ['broker', 'latency', 'scale'];

interface Wanted {
  readonly names: readonly string[];
  readonly settings: LoadSettings;
  readonly flags: Readonly<Partial<Record<keyof LoadSettings, string>>>;
}

/** Suites and scenarios, each once. Throws UsageError for one that there is not, and for load that nobody takes. */
export function selected({ names, settings, flags }: Wanted): string[] {
  const suites = names.flatMap((name): readonly string[] => {
    if (Object.hasOwn(ALIASES, name)) return ALIASES[name]!;
    if (SUITE_NAMES.includes(name) || isScenario(name)) return [name];
    throw new UsageError(`no suite ${name}${suggestion(name)}`);
  });
  const all = [...new Set(suites)];
  const { broker, ...load } = flags;
  const typed = Object.values(load);
  if (typed.length > 0 && !all.some(isScenario)) {
    const others = all.length === 0 ? '' : `; ${listed(all, 'and')}: none`;
    throw new UsageError(`${listed(typed, 'and')}: for scenarios only, such as p2p-1K-1K${others}`);
  }
  if (broker !== undefined && all.length === 0) return [...BROKER_SUITES];
  if (
    settings.broker !== undefined &&
    !all.some((name) => isScenario(name) || BROKER_SUITES.includes(name))
  ) {
    throw new UsageError(
      `${broker}: for scenarios, ${listed(BROKER_SUITES, 'and')}, and none of them was named`,
    );
  }
  return all.length === 0 ? [...SUITE_NAMES] : all;
}

/** The name that was probably meant, or all there are. */
function suggestion(name: string): string {
  const known = [...Object.keys(ALIASES), ...SUITE_NAMES];
  const [nearest] = known
    .map((other) => ({ other, distance: editDistance(name, other) }))
    .sort((a, b) => a.distance - b.distance);
  const isNear = nearest !== undefined && nearest.distance <= Math.max(1, name.length / 3);
  const hint = isNear ? ` (did you mean ${nearest.other}?)` : '';
  return `${hint}; there are ${known.join(', ')}, and scenarios such as p2p-1K-1K`;
}

/** How many characters must be put in, left out or replaced to make one of the other. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
