/** `npm run bench -- [suite ...]`: measures the codec against mqtt-packet and its kernels against each other. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { CHILD } from './built.ts';
import type { CaseResult } from './figures.ts';
import { HEAP_FLAGS } from './heap.ts';
import type { Measurement } from './measure.ts';
import { defaultRecord, environment, recordOf, writeRecord } from './record.ts';
import { report } from './report.ts';
import type { MeasuredFigures } from './runs.ts';
import { type Case, caseName, type Suite, unitOf } from './suite.ts';
import { loadSuite, SUITE_NAMES } from './suites.ts';

const PROCESSES = 3;
const ROUNDS = 9;

const USAGE = `npm run bench -- [options] [suite ...]

suites: ${SUITE_NAMES.join(', ')} (default: all)
  --quick         smoke run: few packets, few rounds; its figures mean nothing
  --only PATTERN  only cases whose name (suite, group, column) matches the regular expression
  --rounds N      rounds per case, shared out among ${PROCESSES} processes (default ${ROUNDS})
  --cpu N         processor that the cases are pinned to, where taskset exists (default 1)
  --record        write the raw figures to bench/record/<node>-<date>.json
  --json FILE     write them to FILE
  --html FILE     write a page with tables and charts to FILE
  --list          list the cases
  --help`;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    rounds: { type: 'string' },
    cpu: { type: 'string', default: '1' },
    record: { type: 'boolean', default: false },
    json: { type: 'string' },
    html: { type: 'string' },
    list: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

// The kernel is chosen by each contestant, and mqtt-packet must not log.
const { WASMQTT_KERNEL: _kernel, DEBUG: _debug, NODE_OPTIONS: _options, ...env } = process.env;

/** Another processor, for what runs beside the measured process. */
function peerOf(pinned: number | undefined): number | undefined {
  if (pinned === undefined || cpus().length < 2) return undefined;
  return pinned === 0 ? 1 : 0;
}

function canPin(cpu: string): boolean {
  return spawnSync('taskset', ['-c', cpu, process.execPath, '--version'], { stdio: 'ignore' }).status === 0;
}

/**
 * Measures a case in processes of its own: what ran before would decide how its code is optimised. The rounds are
 * shared out among several, because in one process identical programs differ by up to 10 % throughout, by where
 * their code and data happen to lie.
 */
async function measure(suite: Suite, one: Case, pinned: number | undefined): Promise<CaseResult[]> {
  const fewest = one.measure === 'figures' ? 1 : 2;
  const rounds = Number(options.rounds ?? (options.quick ? fewest : (one.rounds ?? ROUNDS)));
  const processes = options.quick ? 1 : (one.processes ?? (one.measure === 'figures' ? 1 : PROCESSES));
  const each = Math.ceil(rounds / processes);
  const inAll = async <Result>(): Promise<Result[]> => {
    const parts: Result[] = [];
    for (let part = 0; part < processes; part++) {
      parts.push(await inChild<Result>(suite, one, part * each, each, pinned));
    }
    return parts;
  };
  if (one.measure === 'figures') {
    const parts = await inAll<MeasuredFigures>();
    const { figures: _figures, ...rest } = parts[0]!;
    return Object.entries(one.cells).map(([figure, cell]) => {
      return { ...rest, ...cell, measurements: joined(parts.map(({ figures }) => figures[figure]!)) };
    });
  }
  const parts = await inAll<CaseResult>();
  const { group, column } = one;
  const measurements = joined(parts.map((part) => part.measurements));
  return [{ ...parts[0]!, group, column, unit: unitOf(one), measurements }];
}

/** The rounds of all parts. */
function joined(parts: ReadonlyArray<readonly Measurement[]>): Measurement[] {
  return parts[0]!.map(({ name }, i) => ({ name, rounds: parts.flatMap((part) => part[i]!.rounds) }));
}

async function inChild<Result>(
  suite: Suite,
  one: Case,
  firstRound: number,
  rounds: number,
  pinned: number | undefined,
): Promise<Result> {
  const flags = [...(one.measure === 'heap' ? HEAP_FLAGS : ['--expose-gc'])];
  const mode = options.quick ? 'quick' : 'full';
  const numbers = [firstRound, rounds, peerOf(pinned) ?? ''].map(String);
  const request = [CHILD, suite.name, caseName(suite, one), mode, ...numbers];
  return JSON.parse(await output([process.execPath, ...flags, ...request], pinned)) as Result;
}

async function output(node: readonly string[], pinned: number | undefined): Promise<string> {
  const [command = '', ...args] = pinned === undefined ? node : ['taskset', '-c', String(pinned), ...node];
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (piece: string) => (text += piece));
  const [status] = await once(child, 'close');
  if (status !== 0) throw new Error(`failed: ${node.join(' ')}`);
  return text;
}

async function run(names: readonly string[]): Promise<void> {
  const pattern = new RegExp(options.only);
  const pinned = canPin(options.cpu) ? Number(options.cpu) : undefined;
  const where = environment(options.quick, pinned);
  const { node, v8, cpu, cpus, load } = where;
  const place = pinned === undefined ? 'not pinned' : `pinned to processor ${pinned}`;
  if (options.quick) console.log('Smoke run: the figures mean nothing.\n');
  console.log(`Node ${node}, V8 ${v8}, ${cpu} (${cpus}), ${place}, load ${load.toFixed(2)}\n`);
  const suites: { suite: Suite; results: CaseResult[] }[] = [];
  for (const name of names) {
    const suite = await loadSuite(name, {});
    const results: CaseResult[] = [];
    for (const one of suite.cases) {
      if (!pattern.test(caseName(suite, one)) || (options.quick && one.fullRunOnly === true)) continue;
      if (process.stderr.isTTY) console.error(caseName(suite, one));
      results.push(...(await measure(suite, one, pinned)));
    }
    if (results.length === 0) continue;
    suites.push({ suite, results });
    console.log(`${report(suite, results)}\n`);
  }
  if (suites.length === 0) throw new Error(`no case matches ${options.only}`);
  const file = options.json ?? (options.record ? defaultRecord(where) : undefined);
  const record = recordOf(where, suites);
  if (file !== undefined) writeRecord(file, record);
  if (options.html !== undefined) {
    // the charts take a second to load
    const { page } = await import('./html/page.ts');
    writeFileSync(options.html, page([record]));
  }
}

async function list(names: readonly string[]): Promise<void> {
  for (const name of names) {
    const suite = await loadSuite(name, {});
    for (const one of suite.cases) console.log(caseName(suite, one));
  }
}

const names = positionals.length === 0 ? SUITE_NAMES : positionals;
const unknown = names.find((name) => !SUITE_NAMES.includes(name));
if (options.help) console.log(USAGE);
else if (unknown !== undefined) {
  console.error(`no suite ${unknown}\n\n${USAGE}`);
  process.exitCode = 2;
} else if (options.rounds !== undefined && !/^[1-9]\d*$/.test(options.rounds)) {
  console.error(`--rounds must be a number, not ${options.rounds}`);
  process.exitCode = 2;
} else if (options.list) await list(names);
else await run(names);
