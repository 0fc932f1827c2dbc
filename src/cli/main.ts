#!/usr/bin/env node
import { CommanderError } from 'commander';
import { Failure } from './failure.ts';
import { createProgram } from './program.ts';
import { resolve } from './resolve.ts';
import { UsageError } from './usage-error.ts';

const EXIT_FAILURE = 1;
const EXIT_USAGE = 2;

// Who reads what is printed may go away: that is no reason to stop.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

try {
  const program = createProgram(async (flags) => {
    const configuration = resolve(flags, process.env);
    // help and other commands do without a broker
    const { runBroker } = await import('./run.ts');
    await runBroker(configuration);
  });
  await program.parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}

function exitCodeOf(error: unknown): number {
  // it has printed its message
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_USAGE;
  if (error instanceof UsageError) {
    process.stderr.write(`wasmqtt: ${error.message}\nSee wasmqtt --help\n`);
    return EXIT_USAGE;
  }
  if (error instanceof Failure) {
    process.stderr.write(`wasmqtt: ${error.message}\n`);
    return EXIT_FAILURE;
  }
  throw error;
}
