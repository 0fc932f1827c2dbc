import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CaseResult, lossesOf, verdictsOf } from './figures.ts';
import type { Suite } from './suite.ts';

/** Where and how a run took place. */
export interface Environment {
  readonly date: string;
  readonly node: string;
  readonly v8: string;
  readonly platform: string;
  readonly cpu: string;
  readonly cpus: number;
  /** The processor that the cases were pinned to. */
  readonly pinned: number | undefined;
  /** Load average of the last minute when the run began. */
  readonly load: number;
  readonly commit: string | undefined;
  readonly quick: boolean;
  /** What it was started with. */
  readonly command?: string;
  /** Of this package and of whoever is compared with it. */
  readonly versions?: Readonly<Record<string, string>>;
}

/** What only the command knows. */
interface Started extends Required<Pick<Environment, 'quick' | 'pinned' | 'versions'>> {
  readonly commandLine: string;
}

export function environment({ quick, pinned, versions, commandLine }: Started): Environment {
  return {
    date: new Date().toISOString(),
    node: process.version,
    v8: process.versions.v8,
    platform: `${process.platform} ${release()} ${process.arch}`,
    cpu: cpus()[0]?.model ?? 'unknown',
    cpus: cpus().length,
    pinned,
    load: loadavg()[0]!,
    commit: commit(),
    quick,
    command: commandLine,
    versions,
  };
}

/** Of this package, if it is not installed but checked out. */
function commit(): string | undefined {
  const root = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? '..' : '../..', import.meta.url));
  if (!existsSync(join(root, '.git'))) return undefined;
  try {
    const output = execFileSync('git', ['describe', '--always', '--dirty'], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return output.toString().trim();
  } catch {
    return undefined;
  }
}

/** `bench/record/<node>-<date>.json`. */
export function defaultRecord({ node, date }: Environment): string {
  return `bench/record/${node}-${date.slice(0, 10)}.json`;
}

/** Everything that was measured, every round of it, and what it is compared with. */
export function recordOf(
  run: Environment,
  suites: ReadonlyArray<{ suite: Suite; results: readonly CaseResult[] }>,
) {
  return {
    environment: run,
    suites: suites.map(({ suite, results }) => ({
      name: suite.name,
      notes: suite.notes,
      reference: suite.reference,
      control: suite.control,
      rivals: suite.rivals,
      comparisons: suite.comparisons,
      cases: results,
      losses: lossesOf(suite, results),
      targets: verdictsOf(suite, results),
    })),
  };
}

export function writeRecord(file: string, record: ReturnType<typeof recordOf>): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(record, roundedNumbers, 1)}\n`);
}

/** Five significant digits are more than was measured. */
function roundedNumbers(_: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(5)) : value;
}
