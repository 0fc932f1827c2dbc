import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

// Extra flags for the processes the tests run in, e.g. `--jitless` for an engine without WebAssembly.
const nodeFlags = (process.env.WASMQTT_TEST_NODE_FLAGS ?? '').split(/\s+/).filter(Boolean);
const report = process.env.WASMQTT_TEST_REPORT;

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    // one more than there are cores: the tests of the broker wait more than they work
    maxWorkers: availableParallelism() + 1,
    execArgv: nodeFlags,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: report ? ['default', ['json', { outputFile: report }]] : ['default'],
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      exclude: ['src/kernel/wasm-bytes.ts', 'src/kernel/filters/wasm-bytes.ts'],
      reporter: ['text', 'html', 'json-summary'],
    },
  },
});
