import { choose, type KernelChoice } from '../choose.ts';
import type { ForwardKernel } from './forward-kernel.ts';
import { createJsForwardKernel } from './js/index.ts';
import { createWasmForwardKernel } from './wasm.ts';

/** A kernel of its own for each call, by the rules of `choose`. */
export function createForwardKernel(choice: KernelChoice): ForwardKernel {
  return choose(choice, createWasmForwardKernel, createJsForwardKernel);
}
