import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { INPUT } from '../../assembly/filters/layout.ts';
import { hasWebAssembly } from '../../src/kernel/wasm.ts';

/** A table as the package makes it when it is loaded anew, and whether it works. */
async function create(choice: 'auto' | 'wasm' | 'js') {
  vi.resetModules();
  const { createFilterTable } = await import('../../src/kernel/filters/choice.ts');
  const table = createFilterTable(choice, { resultLimit: 16 });
  table.memory.bytes[INPUT] = 0x61;
  table.add(1, 7, 0);
  return { kernel: table.name, results: table.match(INPUT, 1, 0) };
}

const DOES_NOT_RUN = 'the WebAssembly kernel does not run here; use kernel: "auto" or "js"';

describe('the choice of a filter table', () => {
  beforeEach(() => {
    vi.stubEnv('WASMQTT_KERNEL', '');
  });

  afterEach(() => {
    vi.unstubAllEnvs();
    vi.unstubAllGlobals();
    vi.resetModules();
  });

  it('js runs everywhere', async () => {
    vi.stubEnv('WASMQTT_KERNEL', 'wasm');
    expect(await create('js')).toEqual({ kernel: 'js', results: 1 });
  });

  it('auto follows WASMQTT_KERNEL', async () => {
    vi.stubEnv('WASMQTT_KERNEL', 'js');
    expect(await create('auto')).toEqual({ kernel: 'js', results: 1 });
    vi.stubEnv('WASMQTT_KERNEL', 'auto');
    expect(await create('auto')).toEqual({ kernel: hasWebAssembly() ? 'wasm' : 'js', results: 1 });
  });

  it('has to be one', async () => {
    vi.stubEnv('WASMQTT_KERNEL', 'native');
    await expect(create('auto')).rejects.toThrow('kernel must be auto, wasm or js, not native');
    await expect(create('rust' as 'js')).rejects.toThrow('kernel must be auto, wasm or js, not rust');
    expect(await create('js')).toEqual({ kernel: 'js', results: 1 });
  });

  it('auto is js where there is no WebAssembly or it refuses the memory; wasm is an error with the cause', async () => {
    vi.stubGlobal('WebAssembly', undefined);
    expect(await create('auto')).toEqual({ kernel: 'js', results: 1 });
    await expect(create('wasm')).rejects.toThrow(DOES_NOT_RUN);
    class Module {}
    class Instance {
      constructor() {
        throw new RangeError('WebAssembly.Instance(): Out of memory: Cannot allocate Wasm memory');
      }
    }
    vi.stubGlobal('WebAssembly', { Module, Instance });
    expect(await create('auto')).toEqual({ kernel: 'js', results: 1 });
    await expect(create('wasm')).rejects.toThrow(
      expect.objectContaining({ message: DOES_NOT_RUN, cause: expect.any(RangeError) }),
    );
    vi.stubEnv('WASMQTT_KERNEL', 'wasm');
    await expect(create('auto')).rejects.toThrow(DOES_NOT_RUN);
  });

  it.runIf(hasWebAssembly())('auto and wasm are wasm where it runs', async () => {
    expect(await create('auto')).toEqual({ kernel: 'wasm', results: 1 });
    expect(await create('wasm')).toEqual({ kernel: 'wasm', results: 1 });
  });

  it('makes a table of its own for each call', async () => {
    const { createFilterTable } = await import('../../src/kernel/filters/choice.ts');
    const [one, other] = [1, 2].map(() => createFilterTable('auto', { resultLimit: 16 }));
    one.memory.bytes[INPUT] = 0x61;
    other.memory.bytes[INPUT] = 0x61;
    one.add(1, 7, 0);
    expect([one, other].map((table) => table.match(INPUT, 1, 0))).toEqual([1, 0]);
  });
});
