#!/usr/bin/env node
import { version } from '../../package.json';
import { Broker } from '../broker/broker.ts';
import { type Arguments, HELP, parseArguments } from './arguments.ts';
import { greeting, listenFailure } from './messages.ts';

const EXIT_FAILURE = 1;
const EXIT_USAGE = 2;

function report(message: string): void {
  process.stderr.write(`wasmqtt: ${message}\n`);
}

function fail(message: string, exitCode: number): void {
  report(message);
  process.exitCode = exitCode;
}

async function runBroker({ host, port, maxPacketSize, kernel, verbose }: Arguments): Promise<void> {
  let broker: Broker;
  try {
    const log = { warning: report, detail: verbose ? report : undefined };
    broker = new Broker({ maxPacketSize, kernel, log });
  } catch (error) {
    fail(`cannot start: ${(error as Error).message}`, EXIT_FAILURE);
    return;
  }
  try {
    const address = await broker.listen({ host, port });
    process.stdout.write(greeting(version, broker.kernelName, address));
  } catch (error) {
    fail(listenFailure(error as NodeJS.ErrnoException, host, port), EXIT_FAILURE);
    return;
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    // Only the first signal is caught: a second one ends the process at once.
    process.once(signal, () => void broker.close());
  }
}

async function main(): Promise<void> {
  let args: Arguments;
  try {
    args = parseArguments(process.argv.slice(2));
  } catch (error) {
    fail(`${(error as Error).message}\nSee wasmqtt --help`, EXIT_USAGE);
    return;
  }
  if (args.help) process.stdout.write(HELP);
  else if (args.version) process.stdout.write(`${version}\n`);
  else await runBroker(args);
}

await main();
