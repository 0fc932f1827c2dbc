import { Kernel, type Scan } from './kernel.ts';
import { memoryViews } from './memory.ts';
import { compiled } from './modules.ts';
import { WASM_BASE64 } from './wasm-bytes.ts';

interface KernelExports {
  memory: { buffer: ArrayBuffer };
  scan: Scan;
}

/** Whether the platform has WebAssembly at all: `--jitless` and some React Native engines have none. */
export function hasWebAssembly(): boolean {
  return typeof WebAssembly === 'object';
}

/** Throws what the platform throws where it has no WebAssembly, forbids compiling or refuses the memory. */
export function createWasmKernel(keys?: Uint32Array): Kernel {
  const instance = new WebAssembly.Instance(compiled('codec', WASM_BASE64));
  const { memory, scan } = instance.exports as unknown as KernelExports;
  return new Kernel('wasm', memoryViews(memory.buffer), scan, keys);
}
