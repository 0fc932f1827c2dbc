import { parseArgs } from 'node:util';
import { DEFAULT_HOST, DEFAULT_PORT } from '../broker/listener.ts';
import { DEFAULT_MAX_PACKET_SIZE, LARGEST_MAX_PACKET_SIZE } from '../broker/options.ts';
import type { KernelChoice } from '../decode/options.ts';

/** What the command line asks for. */
export interface Arguments {
  readonly host: string;
  readonly port: number;
  readonly maxPacketSize: number;
  readonly kernel: KernelChoice;
  readonly verbose: boolean;
  readonly help: boolean;
  readonly version: boolean;
}

const KERNELS: readonly KernelChoice[] = ['auto', 'wasm', 'js'];

export const HELP = `Usage: wasmqtt [options]

Runs an MQTT 3.1, 3.1.1 and 5.0 broker: QoS 0, no retained messages, no sessions that
outlast their connection, no authentication.

  --port <port>              TCP port, 0 takes a free one (default ${DEFAULT_PORT})
  --host <name or address>   interface to listen on (default ${DEFAULT_HOST}: this machine only)
  --max-packet-size <bytes>  largest packet accepted (default ${DEFAULT_MAX_PACKET_SIZE})
  --kernel auto|wasm|js      what decodes packets: WebAssembly, plain JavaScript, or
                             WebAssembly where it runs (default auto)
  --verbose                  report each connection and subscription on stderr
  --help                     print this
  --version                  print the version
`;

/** Parses the command line. Throws an error whose message tells the user what is wrong. */
export function parseArguments(args: readonly string[]): Arguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      host: { type: 'string', default: DEFAULT_HOST },
      port: { type: 'string', default: String(DEFAULT_PORT) },
      'max-packet-size': { type: 'string', default: String(DEFAULT_MAX_PACKET_SIZE) },
      kernel: { type: 'string', default: 'auto' },
      verbose: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
      version: { type: 'boolean', default: false },
    },
  });
  return {
    host: values.host,
    port: wholeNumber('--port', values.port, 0, 65_535),
    maxPacketSize: wholeNumber('--max-packet-size', values['max-packet-size'], 2, LARGEST_MAX_PACKET_SIZE),
    kernel: kernelChoice(values.kernel),
    verbose: values.verbose,
    help: values.help,
    version: values.version,
  };
}

function wholeNumber(option: string, text: string, minimum: number, maximum: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= minimum && number <= maximum) return number;
  throw new Error(`${option} must be a whole number from ${minimum} to ${maximum}, not '${text}'`);
}

function kernelChoice(text: string): KernelChoice {
  const choice = KERNELS.find((kernel) => kernel === text);
  if (choice === undefined) throw new Error(`--kernel must be ${KERNELS.join(', ')}, not '${text}'`);
  return choice;
}
