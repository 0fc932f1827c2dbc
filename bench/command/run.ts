/** Measures the cases of suites and prints and writes what was found. */
import { accessSync, constants, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';
import { Failure } from '../../src/cli/failure.ts';
import { UsageError } from '../../src/cli/usage-error.ts';
import { checkExternal } from '../broker/broker-process.ts';
import { isClaimed } from '../documents/claims.ts';
import type { CaseResult } from '../figures.ts';
import { type Entry, entriesOf, type RecordFile } from '../html/data.ts';
import { count } from '../markdown.ts';
import { installCommand, installed, missingFor, versions } from '../packages.ts';
import { missingDefinitions, readRecord } from '../read-record.ts';
import { defaultRecord, type Environment, environment, recordOf, writeRecord } from '../record.ts';
import { report } from '../report.ts';
import { type Case, caseName, cellsOf, type Suite } from '../suite.ts';
import { loadSuite } from '../suites.ts';
import { changesBetween, hasCell, isWorse, type SuiteResults } from './compare.ts';
import { compareReport } from './compare-report.ts';
import { estimateOf } from './estimates.ts';
import { type CaseSettings, canPin, measureCase } from './measure-case.ts';
import { EVERYTHING, type Options } from './options.ts';
import { duration, Progress, secondsLeft, type Task } from './progress.ts';

/** The cases of one suite that will be measured. */
export interface Plan {
  readonly suite: Suite;
  readonly cases: readonly Case[];
}

/** The cases that were asked for, of suites that can be measured here; says which cannot. */
export async function plansOf(names: readonly string[], options: Options): Promise<Plan[]> {
  const { claims, filter, quick, settings } = options;
  const plans: Plan[] = [];
  let missing = 0;
  for (const name of names) {
    const packages = missingFor(name);
    if (packages.length > 0) {
      missing++;
      console.error(`${name} is left out: it needs ${packages.join(', ')}: ${installCommand(packages)}`);
      continue;
    }
    const suite = await loadSuite(name, settings);
    const cases = suite.cases.filter(
      (one) =>
        filter.test(caseName(suite, one)) &&
        !(quick && one.fullRunOnly === true) &&
        !(claims && !isClaimed(name, cellsOf(one))),
    );
    if (cases.length > 0) plans.push({ suite, cases });
  }
  if (plans.length > 0) return plans;
  if (missing === names.length) throw new Failure('nothing is left to measure');
  const wanted = [claims && 'is in the README', filter !== EVERYTHING && `matches ${filter.source}`];
  throw new UsageError(`no case ${wanted.filter(Boolean).join(' and ')}; --list shows those there are`);
}

/** Resolves with whether something has become slower than in the record to compare with. */
export async function run(names: readonly string[], options: Options, commandLine: string): Promise<boolean> {
  const { quick, rounds, cpu, settings } = options;
  // smoke runs have all processors
  const isPinned = (!quick || options.isCpuAsked) && canPin(cpu);
  if (!isPinned && options.isCpuAsked) {
    throw new UsageError(`--cpu: taskset cannot pin a process to processor ${cpu} here`);
  }
  const old = options.compare === undefined ? undefined : await oldRun(options.compare);
  if (options.html !== undefined && installed('echarts') === undefined) {
    throw new Failure('--html needs the package echarts: npm install echarts');
  }
  const plans = await plansOf(names, options);
  if (old !== undefined) checkCommon(old.results, plans, options.compare!);
  const where = environment({ quick, pinned: isPinned ? cpu : undefined, versions: versions(), commandLine });
  const file = options.json ?? (options.record ? defaultRecord(where) : undefined);
  for (const output of [file, options.html]) if (output !== undefined) prepareFile(output);
  await checkBroker(options);
  printHead(where);

  const measured = await measureAll(plans, { quick, rounds, pinned: where.pinned, load: settings }, options);
  const record = recordOf(where, measured);
  if (file !== undefined) writeRecord(file, record);
  if (options.html !== undefined) {
    // the charts take a second to load
    const { page } = await import('../html/page.ts');
    writeFileSync(options.html, page([record]));
  }
  if (old === undefined) return false;
  const changes = changesBetween(old.results, measured);
  console.log(compareReport(old.where, where, changes));
  return changes.changes.some(isWorse);
}

/** Measures the cases one by one; those of smoke runs, which need no quiet, as many at once as there are processors. */
async function measureAll(
  plans: readonly Plan[],
  settings: CaseSettings,
  { verbose }: Options,
): Promise<SuiteResults[]> {
  const jobs = plans.flatMap(({ suite, cases }) => cases.map((one) => ({ suite, one })));
  const tasks = jobs.map(({ suite, one }): Task => {
    return { suite: suite.name, name: caseName(suite, one), estimate: estimateOf(suite, one, settings) };
  });
  const width = settings.quick && settings.pinned === undefined ? availableParallelism() : 1;
  announce(plans, tasks, width, settings.quick);
  const progress = new Progress(tasks, verbose, width);
  const found: (readonly CaseResult[] | undefined)[] = jobs.map(() => undefined);
  const measured: SuiteResults[] = [];
  /** Prints the suites of which all cases are there, in their order. */
  const printFinished = (): void => {
    for (const { suite } of plans.slice(measured.length)) {
      const parts = found.filter((_, at) => jobs[at]!.suite === suite);
      if (parts.includes(undefined)) return;
      const results = parts.flatMap((part) => part ?? []);
      measured.push({ suite, results });
      console.log(`${report(suite, results)}\n`);
    }
  };
  const waiting = jobs.entries();
  const worker = async (): Promise<void> => {
    for (const [at, { suite, one }] of waiting) {
      progress.begin(at);
      found[at] = await measureCase(suite, one, settings);
      progress.end(at);
      printFinished();
    }
  };
  try {
    await Promise.all(Array.from({ length: width }, worker));
  } finally {
    progress.stop();
  }
  return measured;
}

/** How long all of it will take, and how long a smoke run would. */
function announce(plans: readonly Plan[], tasks: readonly Task[], width: number, isQuick: boolean): void {
  const about = `about ${duration(secondsLeft(tasks, new Map()) / width)}`;
  const inQuick = plans.flatMap(({ suite, cases }) =>
    cases.flatMap((one) => (one.fullRunOnly ? [] : [estimateOf(suite, one, { quick: true })])),
  );
  const quick = duration(inQuick.reduce((sum, seconds) => sum + seconds, 0) / availableParallelism());
  const hint = isQuick ? '' : `; --quick, which only shows that it runs, takes about ${quick}`;
  console.error(`${count(tasks.length, 'case')}, ${about}${hint}`);
}

function printHead({ quick, node, v8, cpu, cpus, pinned, load, versions: all = {} }: Environment): void {
  const place = pinned === undefined ? 'not pinned' : `pinned to processor ${pinned}`;
  if (quick) console.log('Smoke run: the figures mean nothing.\n');
  console.log(`Node ${node}, V8 ${v8}, ${cpu} (${cpus}), ${place}, load ${load.toFixed(2)}`);
  const names = Object.entries(all).map(([name, version]) => `${name} ${version}`);
  console.log(`${names.join(', ')}\n`);
}

/** Nobody wants to learn after an hour that there is no room for the figures. */
function prepareFile(file: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    accessSync(existsSync(file) ? file : dirname(file), constants.W_OK);
  } catch (error) {
    throw new UsageError(`cannot write ${file}: ${(error as Error).message}`);
  }
}

async function checkBroker({ settings: { broker } }: Options): Promise<void> {
  if (broker === undefined) return;
  try {
    await checkExternal(broker);
  } catch (error) {
    throw new Failure((error as Error).message);
  }
}

interface OldRun {
  readonly where: RecordFile['environment'];
  readonly results: readonly Entry[];
}

/** What a record has to compare with. */
export async function oldRun(file: string): Promise<OldRun> {
  const record = readRecord(file);
  if (record.environment.quick) throw new UsageError(`${file} is of a smoke run: its figures mean nothing`);
  return { where: record.environment, results: entriesOf([record], await missingDefinitions([record])) };
}

function checkCommon(old: readonly SuiteResults[], plans: readonly Plan[], file: string): void {
  const isCommon = plans.some(({ suite, cases }) => {
    const suites = old.filter((one) => one.suite.name === suite.name);
    return cases.some((one) => cellsOf(one).some((cell) => suites.some((other) => hasCell(other, cell))));
  });
  if (!isCommon) throw nothingCommon(file, old);
}

export function nothingCommon(file: string, old: readonly SuiteResults[]): UsageError {
  const names = old.map(({ suite }) => suite.name).join(', ');
  return new UsageError(`${file} has no cell of what is compared with it; its suites: ${names || 'none'}`);
}
