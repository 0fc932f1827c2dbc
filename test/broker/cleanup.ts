import { AsyncLocalStorage } from 'node:async_hooks';
import { onTestFinished } from 'vitest';

type Cleanup = () => unknown;

const current = new AsyncLocalStorage<Cleanup[]>();

/** Calls `cleanup` when the test is over, or what runs inside `withCleanups`. The last one is called first. */
export function atTheEnd(cleanup: Cleanup): void {
  const cleanups = current.getStore();
  if (cleanups === undefined) onTestFinished(async () => void (await cleanup()));
  else cleanups.push(cleanup);
}

/** For concurrent tests: vitest's own `onTestFinished` does not know which of them it is called from. */
export async function withCleanups(run: () => Promise<void>): Promise<void> {
  const cleanups: Cleanup[] = [];
  try {
    await current.run(cleanups, run);
  } finally {
    for (const cleanup of cleanups.reverse()) await cleanup();
  }
}
