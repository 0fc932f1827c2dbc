import { choose, type KernelChoice } from './choose.ts';
import { createJsKernel } from './js/index.ts';
import type { Kernel } from './kernel.ts';
import { type CompiledModule, useModule } from './modules.ts';
import { createWasmKernel } from './wasm.ts';

export type { KernelChoice };

const shared: { wasm?: Kernel; js?: Kernel } = {};
/** Why WebAssembly does not run here, once that is known: asking again for each decoder would take long. */
let refusal: unknown;

/**
 * The kernel that all decoders of this thread share, made on first use.
 * `WASMQTT_KERNEL` in the environment decides where `choice` is `auto`.
 * Throws an Error when `wasm` is asked for and does not run here, or when the choice is none.
 */
export function sharedKernel(choice: KernelChoice = 'auto'): Kernel {
  return choose(choice, sharedWasm, sharedJs);
}

/**
 * Takes compiled modules for platforms that forbid compiling from bytes, such as edge Workers: `wasmqtt/codec.wasm`, and
 * where they are used `wasmqtt/topics.wasm` for TopicIndex and `wasmqtt/forward.wasm` for Forwarder. Call it before the first
 * of them is made; those made earlier keep their kernel.
 */
export function init(codec: CompiledModule, topics?: CompiledModule, forward?: CompiledModule): void {
  useModule('codec', codec);
  if (topics !== undefined) useModule('topics', topics);
  if (forward !== undefined) useModule('forward', forward);
  refusal = undefined;
  delete shared.wasm;
}

function sharedWasm(): Kernel {
  if (refusal !== undefined) throw refusal;
  try {
    shared.wasm ??= createWasmKernel();
  } catch (error) {
    refusal = error;
    throw error;
  }
  return shared.wasm;
}

function sharedJs(): Kernel {
  shared.js ??= createJsKernel();
  return shared.js;
}
