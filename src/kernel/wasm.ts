import { Kernel, type Scan } from './kernel.ts';
import { memoryViews } from './memory.ts';
import { WASM_BASE64 } from './wasm-bytes.ts';

interface KernelExports {
  memory: { buffer: ArrayBuffer };
  scan: Scan;
}

/** A compiled `wasmqtt/codec.wasm`: a `WebAssembly.Module`. */
export type CompiledModule = object;

let module: CompiledModule | undefined;

/** Uses a module compiled elsewhere, where compiling from bytes is forbidden (Workers on the edge, CSP). */
export function useModule(compiled: CompiledModule): void {
  module = compiled;
}

/** Whether the platform has WebAssembly at all: `--jitless` and some React Native engines have none. */
export function hasWebAssembly(): boolean {
  return typeof WebAssembly === 'object';
}

/**
 * Instantiates the module, synchronously: the code is under the 4 KiB to 8 MiB that browsers allow on the main thread.
 * Throws what the platform throws where it has no WebAssembly, forbids compiling or refuses the memory.
 */
export function createWasmKernel(keys?: Uint32Array): Kernel {
  module ??= new WebAssembly.Module(decodeBase64(WASM_BASE64));
  const instance = new WebAssembly.Instance(module as WebAssembly.Module);
  const { memory, scan } = instance.exports as unknown as KernelExports;
  return new Kernel('wasm', memoryViews(memory.buffer), scan, keys);
}

function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = (globalThis as unknown as { atob(text: string): string }).atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}
