import { constants } from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** The first signal stops the process in good order, a second one at once, with the exit code of a process that was killed. */
export function stopOnSignals(stop: (signal: string) => Promise<void>): void {
  let isStopping = false;
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      if (isStopping) process.exit(128 + constants.signals[signal]);
      isStopping = true;
      void stop(signal);
    });
  }
}
