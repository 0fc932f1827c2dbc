/** `wasmqtt bench [suite...] [options]`. */
import { CommanderError } from 'commander';
import { Failure } from '../../src/cli/failure.ts';
import { UsageError } from '../../src/cli/usage-error.ts';
import { caseName } from '../suite.ts';
import { changesBetween, isWorse } from './compare.ts';
import { compareReport } from './compare-report.ts';
import { type Options, parseOptions } from './options.ts';
import { nothingCommon, oldRun, plansOf, run } from './run.ts';
import { selected } from './select.ts';

const OK = 0;
/** Something went wrong, or became slower. */
const FAILED = 1;
const USAGE = 2;

/** Resolves with the exit code. `as` is how it was started, for the record. */
export async function bench(args: readonly string[], as: string): Promise<number> {
  try {
    return await execute(parseOptions(args), [as, ...args].join(' '));
  } catch (error) {
    return codeOf(error);
  }
}

async function execute(options: Options, commandLine: string): Promise<number> {
  if (options.with !== undefined) return (await compareFiles(options)) ? FAILED : OK;
  const names = selected(options);
  if (!options.list) return (await run(names, options, commandLine)) ? FAILED : OK;
  for (const { suite, cases } of await plansOf(names, options)) {
    for (const one of cases) console.log(caseName(suite, one));
  }
  return OK;
}

/** Compares two records; whether something has become slower. */
async function compareFiles({ compare = '', with: other = '', names, filter }: Options): Promise<boolean> {
  const [old, now] = [await oldRun(compare), await oldRun(other)];
  const wanted = now.results.map(({ suite, results }) => ({
    suite,
    results: results.filter(
      ({ group, column }) =>
        (names.length === 0 || names.includes(suite.name)) && filter.test(`${suite.name} ${group} ${column}`),
    ),
  }));
  const changes = changesBetween(old.results, wanted);
  if (changes.common === 0) throw nothingCommon(compare, old.results);
  console.log(compareReport(old.where, now.where, changes));
  return changes.changes.some(isWorse);
}

function codeOf(error: unknown): number {
  // it has printed its message
  if (error instanceof CommanderError) return error.exitCode === 0 ? OK : USAGE;
  if (!(error instanceof UsageError || error instanceof Failure)) throw error;
  process.stderr.write(`wasmqtt bench: ${error.message}\n`);
  return error instanceof UsageError ? USAGE : FAILED;
}
