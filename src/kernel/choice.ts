import { createJsKernel } from './js/index.ts';
import type { Kernel, KernelName } from './kernel.ts';
import { type CompiledModule, useModule } from './modules.ts';
import { createWasmKernel } from './wasm.ts';

/** Which kernel to use; `auto` is WebAssembly where it runs, else plain JavaScript. */
export type KernelChoice = 'auto' | KernelName;

const CHOICES: readonly string[] = ['auto', 'wasm', 'js'] satisfies KernelChoice[];
const shared: { wasm?: Kernel; js?: Kernel } = {};
let wasmRefused = false;

/**
 * The kernel that all decoders of this thread share, made on first use.
 * `WASMQTT_KERNEL` in the environment decides where `choice` is `auto`.
 * Throws an Error when `wasm` is asked for and does not run here, or when the choice is none.
 */
export function sharedKernel(choice: KernelChoice = 'auto'): Kernel {
  const wanted = choice === 'auto' ? environmentChoice() : choice;
  if (!CHOICES.includes(wanted)) throw new Error(`kernel must be auto, wasm or js, not ${String(wanted)}`);
  if (wanted === 'js') return sharedJs();
  if (wanted === 'wasm') {
    try {
      return sharedWasm();
    } catch (cause) {
      throw new Error('the WebAssembly kernel does not run here; use kernel: "auto" or "js"', { cause });
    }
  }
  if (wasmRefused) return sharedJs();
  try {
    return sharedWasm();
  } catch {
    wasmRefused = true;
    return sharedJs();
  }
}

/**
 * Takes compiled modules for platforms that forbid compiling from bytes, such as edge Workers: `wasmqtt/codec.wasm`, and
 * `wasmqtt/topics.wasm` where a TopicIndex is used. Call it before the first decoder or index is made; those made earlier
 * keep their kernel.
 */
export function init(codec: CompiledModule, topics?: CompiledModule): void {
  useModule('codec', codec);
  if (topics !== undefined) useModule('topics', topics);
  wasmRefused = false;
  delete shared.wasm;
}

function sharedWasm(): Kernel {
  shared.wasm ??= createWasmKernel();
  return shared.wasm;
}

function sharedJs(): Kernel {
  shared.js ??= createJsKernel();
  return shared.js;
}

function environmentChoice(): KernelChoice {
  const { process } = globalThis as { process?: { env?: Record<string, string | undefined> } };
  return (process?.env?.WASMQTT_KERNEL as KernelChoice | undefined) || 'auto';
}
