import { MEMORY_PAGES } from '../../../assembly/layout.ts';
import { Kernel } from '../kernel.ts';
import { memoryViews } from '../memory.ts';
import { createScan } from './frames.ts';

/** The twin in plain JavaScript, over an ArrayBuffer with the same memory map. */
export function createJsKernel(keys?: Uint32Array): Kernel {
  const memory = memoryViews(new ArrayBuffer(MEMORY_PAGES * 65536));
  return new Kernel('js', memory, createScan(memory), keys);
}
