import { memoryViews } from '../memory.ts';
import { compiled } from '../modules.ts';
import { type ForwardFunctions, ForwardKernel } from './forward-kernel.ts';
import { WASM_BASE64 } from './wasm-bytes.ts';

interface ForwardExports extends ForwardFunctions {
  readonly memory: { readonly buffer: ArrayBuffer };
}

/** Throws what the platform throws where it has no WebAssembly, forbids compiling or refuses the memory. */
export function createWasmForwardKernel(keys?: Uint32Array): ForwardKernel {
  const instance = new WebAssembly.Instance(compiled('forward', WASM_BASE64));
  const functions = instance.exports as unknown as ForwardExports;
  return new ForwardKernel('wasm', memoryViews(functions.memory.buffer), functions, keys);
}
