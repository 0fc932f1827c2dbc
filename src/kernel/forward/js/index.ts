import { FORWARD_MEMORY_PAGES } from '../../../../assembly/forward/layout.ts';
import { createScan } from '../../js/frames.ts';
import { memoryViews } from '../../memory.ts';
import { ForwardKernel } from '../forward-kernel.ts';
import { createForward } from './forward.ts';

/** The twin in plain JavaScript, over an ArrayBuffer with the same memory map. */
export function createJsForwardKernel(keys?: Uint32Array): ForwardKernel {
  const memory = memoryViews(new ArrayBuffer(FORWARD_MEMORY_PAGES * 65536));
  return new ForwardKernel('js', memory, { scan: createScan(memory), ...createForward(memory) }, keys);
}
