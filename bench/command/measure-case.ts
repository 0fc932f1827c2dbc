import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpus } from 'node:os';
import { Failure } from '../../src/cli/failure.ts';
import { CHILD } from '../built.ts';
import type { CaseResult } from '../figures.ts';
import { HEAP_FLAGS } from '../measuring/heap.ts';
import type { MeasuredFigures } from '../measuring/runs.ts';
import type { Measurement } from '../measuring/time.ts';
import type { LoadSettings } from '../settings.ts';
import { type Case, caseName, type Suite, unitOf } from '../suite.ts';

const PROCESSES = 3;
const ROUNDS = 6;

export interface CaseSettings {
  readonly quick: boolean;
  /** Instead of those of the case. */
  readonly rounds?: number | undefined;
  /** Processor that the case is pinned to. */
  readonly pinned: number | undefined;
  /** What suites of whole brokers are made with, here and in the process that measures. */
  readonly load: LoadSettings;
}

// The kernel is chosen by each contestant, and mqtt-packet must not log.
const { WASMQTT_KERNEL: _kernel, DEBUG: _debug, NODE_OPTIONS: _options, ...env } = process.env;

export function canPin(cpu: number): boolean {
  const node = ['-c', String(cpu), process.execPath, '--version'];
  return spawnSync('taskset', node, { stdio: 'ignore' }).status === 0;
}

/** Another processor, for what runs beside the measured process. */
function peerOf(pinned: number | undefined): number | undefined {
  if (pinned === undefined || cpus().length < 2) return undefined;
  return pinned === 0 ? 1 : 0;
}

/** How many rounds of how many processes a case has. */
export function roundsIn(one: Case, { quick, rounds }: Pick<CaseSettings, 'quick' | 'rounds'>) {
  const isOfFigures = one.measure === 'figures';
  const usual = quick ? (isOfFigures ? 1 : 2) : (one.rounds ?? ROUNDS);
  const processes = quick ? 1 : (one.processes ?? (isOfFigures ? 1 : PROCESSES));
  return { processes, each: Math.ceil((rounds ?? usual) / processes), usual };
}

/**
 * Measures a case in processes of its own: what ran before would decide how its code is optimised. The rounds are
 * shared out among several, because in one process identical programs differ by up to 10 % throughout, by where
 * their code and data happen to lie.
 */
export async function measureCase(suite: Suite, one: Case, settings: CaseSettings): Promise<CaseResult[]> {
  const { processes, each } = roundsIn(one, settings);
  const began = performance.now();
  const inAll = async <Result>(): Promise<{ parts: Result[]; seconds: number }> => {
    const parts: Result[] = [];
    for (let part = 0; part < processes; part++) {
      parts.push(await inChild<Result>(suite, one, part * each, each, settings));
    }
    return { parts, seconds: (performance.now() - began) / 1000 };
  };
  if (one.measure === 'figures') {
    const { parts, seconds } = await inAll<MeasuredFigures>();
    const { packets, checksums } = parts[0]!;
    return Object.entries(one.cells).flatMap(([figure, cell]) => {
      // nobody may have one of them, such as the CPU time of a broker whose process is not known
      if (parts.some(({ figures }) => figures[figure] === undefined)) return [];
      const measurements = joined(parts.map(({ figures }) => figures[figure]!));
      return [{ packets, checksums, ...cell, measurements, seconds }];
    });
  }
  const { parts, seconds } = await inAll<CaseResult>();
  const { group, column } = one;
  const measurements = joined(parts.map((part) => part.measurements));
  return [{ ...parts[0]!, group, column, unit: unitOf(one), measurements, seconds }];
}

/** The rounds of all parts. */
function joined(parts: ReadonlyArray<readonly Measurement[]>): Measurement[] {
  return parts[0]!.map(({ name, wall }, i) => ({
    name,
    rounds: parts.flatMap((part) => part[i]!.rounds),
    ...(wall && { wall: parts.flatMap((part) => part[i]!.wall ?? []) }),
  }));
}

async function inChild<Result>(
  suite: Suite,
  one: Case,
  firstRound: number,
  rounds: number,
  { quick, pinned, load }: CaseSettings,
): Promise<Result> {
  const flags = one.measure === 'heap' ? HEAP_FLAGS : ['--expose-gc'];
  const name = caseName(suite, one);
  const numbers = [firstRound, rounds, peerOf(pinned) ?? ''].map(String);
  const request = [CHILD, suite.name, name, quick ? 'quick' : 'full', ...numbers, JSON.stringify(load)];
  const node = [process.execPath, ...flags, ...request];
  const [command = '', ...args] = pinned === undefined ? node : ['taskset', '-c', String(pinned), ...node];
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (piece: string) => (text += piece));
  const [status, signal] = await once(child, 'close');
  if (status !== 0) throw new Failure(`${name} failed (${signal ?? `exit code ${status}`})`);
  return JSON.parse(text) as Result;
}
