/** What `scripts/build-bench.mjs` makes of `bench/`: beside the command, and loaded only when it is asked for. */
interface Benchmarks {
  /** Resolves with the exit code. */
  bench(args: readonly string[], as: string): Promise<number>;
}

/** Runs the benchmarks, which have a command line of their own. */
export async function bench(args: readonly string[]): Promise<void> {
  const { href } = new URL('./bench/command.js', import.meta.url);
  const benchmarks: Benchmarks = await import(href);
  process.exitCode = await benchmarks.bench(args, 'wasmqtt bench');
}
