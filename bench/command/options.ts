/** The command line of the benchmarks. */
import { Command, Option } from 'commander';
import { UsageError } from '../../src/cli/usage-error.ts';
import type { ExternalBroker, LoadSettings } from '../settings.ts';
import { SUITE_NAMES } from '../suites.ts';
import { amount, brokerAddress, oneOf, regularExpression, seconds, topicName } from './arguments.ts';
import { ALIASES } from './select.ts';

export interface Options {
  /** Suites and scenarios as they were typed. */
  readonly names: readonly string[];
  readonly quick: boolean;
  /** Only what the README quotes. */
  readonly claims: boolean;
  readonly filter: RegExp;
  readonly rounds?: number | undefined;
  /** Processor to pin to; unless it was asked for, only where that can be done. */
  readonly cpu: number;
  readonly isCpuAsked: boolean;
  readonly verbose: boolean;
  readonly list: boolean;
  readonly record: boolean;
  readonly json?: string | undefined;
  readonly html?: string | undefined;
  /** A record to compare with. */
  readonly compare?: string | undefined;
  /** The record that is compared with it; without it, what is measured now. */
  readonly with?: string | undefined;
  readonly settings: LoadSettings;
  /** How each of the settings was typed: `-q, --qos`. */
  readonly flags: Readonly<Partial<Record<keyof LoadSettings, string>>>;
}

/** A filter that lets every case through. */
export const EVERYTHING = /(?:)/;

const OUTPUT = 'What is measured, and what becomes of it:';
const LOAD = 'Load, of scenarios:';
const BROKER = 'A broker that runs already, for scenarios, broker, latency and scale:';

const QOS = { '0': 0, '1': 1, '2': 2 } as const;
const VERSIONS = { '4': 4, '3.1.1': 4, mqttv311: 4, '5': 5, '5.0': 5, mqttv5: 5 } as const;

/** Options that say how brokers are loaded, by the setting that each of them is. */
const LOAD_OPTIONS: readonly Option[] = [
  new Option('-c, --clients <number>', 'clients of a side, or connections').argParser(amount(1, 1_000_000)),
  new Option('-s, --size <bytes>', 'payload; 64K is 65,536').argParser(amount(0, 200_000_000, 1024)),
  new Option('-q, --qos <qos>', '0, 1 or 2').argParser(oneOf(QOS)),
  new Option('-t, --topic <topic>', 'in which %i is the number of a client').argParser(topicName),
  new Option(
    '-R, --rate <messages>',
    'messages per second that all publishers offer together (open loop); 20K is 20,000',
  ).argParser(amount(1, 100_000_000)),
  new Option('-V, --protocol-version <version>', '4 or 3.1.1, 5 or 5.0').argParser(oneOf(VERSIONS)),
  new Option('-F, --inflight <number>', 'messages under way of each publisher, at most').argParser(
    amount(1, 65_535),
  ),
  new Option('-d, --duration <seconds>', 'time that each broker is loaded for in a round').argParser(
    seconds(0.05, 86_400),
  ),
];
const BROKER_OPTION = new Option(
  '--broker <host:port>',
  'measured beside those that are started here',
).argParser(brokerAddress);
const PID_OPTION = new Option(
  '--pid <number>',
  'its process on this machine, for CPU time and memory',
).argParser(amount(1, 2 ** 31 - 1));

function createCommand(): Command {
  const command = new Command('wasmqtt bench')
    .description('Measures this package and its rivals on this machine, as ratios in one run.')
    .usage('[suite...] [options]')
    .argument('[suite...]', argumentHelp())
    .helpOption('-h, --help', 'print this')
    .exitOverride()
    .configureOutput({
      outputError: (message, write) =>
        write(
          `${message
            .replace(/^error: /, 'wasmqtt bench: ')
            .trim()
            .replaceAll('\n', ' ')}\n`,
        ),
    });
  const output = [
    new Option('--quick', 'smoke run: little work, few rounds; its figures mean nothing'),
    new Option('--claims', 'only what the README quotes'),
    new Option('--filter <regex>', 'only cases whose name (suite, group, column) matches').argParser(
      regularExpression,
    ),
    new Option('--only <regex>').argParser(regularExpression).hideHelp(),
    new Option('--rounds <number>', 'rounds of a case, shared out among its processes').argParser(
      amount(1, 1000),
    ),
    new Option(
      '--cpu <number>',
      'processor that the cases are pinned to, where taskset exists (1)',
    ).argParser(amount(0, 4095)),
    new Option('--json <file>', 'write every figure to a file'),
    new Option('--record', 'write them to bench/record/<node>-<date>.json'),
    new Option('--html <file>', 'write a page with tables and charts'),
    new Option(
      '--compare <file>',
      'compare with an earlier --json; fails if something is slower, noise aside',
    ),
    new Option('--with <file>', 'compare it with this one instead of measuring'),
    new Option('--list', 'list the cases'),
    new Option('--verbose', 'a line on stderr for each case'),
  ];
  for (const option of output) command.addOption(option.helpGroup(OUTPUT));
  for (const option of LOAD_OPTIONS) command.addOption(option.helpGroup(LOAD));
  for (const option of [BROKER_OPTION, PID_OPTION]) command.addOption(option.helpGroup(BROKER));
  return command;
}

function argumentHelp(): string {
  const aliases = Object.entries(ALIASES).map(([alias, names]) => `${alias} (${names.join(', ')})`);
  return `${[...aliases, ...SUITE_NAMES].join(', ')}, or a scenario such as p2p-1K-1K; default: all suites`;
}

type Values = Partial<Record<string, unknown>> & { broker?: ExternalBroker; pid?: number };

/** Errors of commander, which it has printed, and UsageError come out. */
export function parseOptions(args: readonly string[]): Options {
  const command = createCommand();
  command.parse(args, { from: 'user' });
  const values = command.opts<Values & Options & { only?: RegExp }>();
  const { broker, pid } = values;
  if (pid !== undefined && broker === undefined) throw new UsageError('--pid needs --broker');
  if (pid !== undefined) checkProcess(pid);
  const settings: Record<string, unknown> = {};
  const flags: Record<string, string> = {};
  for (const option of [...LOAD_OPTIONS, BROKER_OPTION]) {
    const name = option.attributeName();
    if (values[name] === undefined) continue;
    settings[name] = name === 'broker' ? { ...broker, ...(pid !== undefined && { pid }) } : values[name];
    flags[name] = option.flags.replace(/ <.*/, '');
  }
  const { quick = false, claims = false, verbose = false, list = false, record = false, cpu = 1 } = values;
  const options: Options = {
    ...{
      names: command.args,
      quick,
      claims,
      verbose,
      list,
      record,
      cpu,
      isCpuAsked: values.cpu !== undefined,
    },
    ...{ rounds: values.rounds, json: values.json, html: values.html, filter: values.filter ?? values.only },
    ...{ compare: values.compare, with: values.with, settings, flags },
  } as Options;
  return checked({ ...options, filter: options.filter ?? EVERYTHING });
}

function checked(options: Options): Options {
  const { compare, with: other, quick, record, json, html } = options;
  if (other !== undefined && compare === undefined) throw new UsageError('--with needs --compare');
  if (compare !== undefined && quick) {
    throw new UsageError('--compare needs real figures, and those of --quick mean nothing');
  }
  if (other !== undefined && (record || json !== undefined || html !== undefined)) {
    throw new UsageError('with --with nothing is measured, so there is nothing to write');
  }
  if (record && json !== undefined) throw new UsageError('--record and --json are the same: choose one');
  return options;
}

function checkProcess(pid: number): void {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // one of somebody else is there all the same
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') {
      throw new UsageError(`--pid: there is no process ${pid}`);
    }
  }
}
