import { Command, Option } from 'commander';
import { version } from '../../package.json';
import { bench } from './bench.ts';
import { passwd } from './passwd.ts';
import type { Flags } from './resolve.ts';
import {
  ACCESS_SETTINGS,
  flagOf,
  LIMIT_SETTINGS,
  LISTENER_SETTINGS,
  OPERATION_SETTINGS,
  SETTING_NAMES,
  type Setting,
} from './settings.ts';

const GROUPS: { readonly [heading: string]: { readonly [name: string]: Setting<unknown> } } = {
  'Where it listens (TCP port 1883 unless something else is asked for):': LISTENER_SETTINGS,
  'Who may connect (everybody, unless there are user names):': ACCESS_SETTINGS,
  'Operation:': OPERATION_SETTINGS,
  'Limits:': LIMIT_SETTINGS,
};

const AFTER_BROKER = `
Each of these may be an environment variable as well: --max-packet-size is WASMQTT_MAX_PACKET_SIZE.
In the configuration file it is "maxPacketSize"; "listeners" is a list of
  { "port": 1883, "host": "0.0.0.0", "webSocket": true, "tls": { "cert": "...", "key": "...", "ca": "..." } }
or { "path": "/run/wasmqtt.sock" }. A flag comes before a variable, that before the file.
`;

/** The command line. Errors of commander, and those that commands throw, come out of `parseAsync`. */
export function createProgram(run: (flags: Flags) => Promise<void>): Command {
  const program = new Command('wasmqtt')
    .description('MQTT 3.1, 3.1.1 and 5.0')
    .usage('[command] [options]')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this, or the help of a command')
    .helpCommand(false)
    // what comes behind a command is the command's: bench has -V as well
    .enablePositionalOptions()
    .exitOverride()
    .showHelpAfterError('See wasmqtt --help')
    .configureOutput({ outputError: (message, write) => write(message.replace(/^error: /, 'wasmqtt: ')) });
  const broker = addBroker(program, run);
  program
    .command('passwd <password-file> <user-name>')
    .description(
      'set the password of a user of --password-file: asks for it, or reads a line of standard input',
    )
    .option('-D, --delete', 'remove the user')
    .action(passwd);
  program
    .command('bench [arguments...]')
    .description('measure this package and its rivals on this machine: see wasmqtt bench --help')
    .helpOption(false)
    .allowUnknownOption()
    .passThroughOptions()
    .action((_, __, command: Command) => bench(command.args));
  return program.addHelpText('after', () => `\n${broker.helpInformation()}${AFTER_BROKER}`);
}

function addBroker(program: Command, run: (flags: Flags) => Promise<void>): Command {
  const command = program
    .command('broker', { isDefault: true })
    .description('run a broker; this is what wasmqtt does without a command')
    .addHelpText('after', AFTER_BROKER);
  for (const [heading, settings] of Object.entries(GROUPS)) {
    for (const [name, setting] of Object.entries(settings)) {
      for (const option of optionsOf(name, setting)) command.addOption(option.helpGroup(heading));
    }
  }
  command.addOption(new Option('-v, --verbose', 'the same as --log-level debug').helpGroup('Operation:'));
  return command.action(() => run(flagsOf(command)));
}

/** A flag that says yes is there even if that is the default: the file may say no. */
function optionsOf(name: string, { field, help, argument, short }: Setting<unknown>): Option[] {
  const flag = flagOf(name);
  if (field.kind === 'boolean') {
    const no = flag.replace('--', '--no-');
    if (field.default === true) return [new Option(flag).hideHelp(), new Option(no, help)];
    return [new Option(flag, help), new Option(no, 'they may not')];
  }
  const option = new Option(`${short === undefined ? '' : `${short}, `}${flag} <${argument}>`, help);
  return [field.default === undefined ? option : option.default(field.default, String(field.default))];
}

/** Only what was typed. */
function flagsOf(command: Command): Flags {
  const typed = (key: string): unknown =>
    command.getOptionValueSource(key) === 'cli' ? command.getOptionValue(key) : undefined;
  const flags = SETTING_NAMES.map((name) => [name, typed(new Option(flagOf(name)).attributeName())]);
  return { ...Object.fromEntries(flags), ...(typed('verbose') === true && { logLevel: 'debug' }) };
}
