import { TOPIC_TEXTS } from '../../assembly/layout.ts';
import type { Kernel } from './kernel.ts';

/**
 * Copies the UTF-8 of a topic id to `target`, from word `at` on, and returns its length in bytes; what fills up the last
 * word has no meaning. Texts of topic ids start at a word: 12 words take 8 ns in this loop, a `set` with its view 50.
 */
export function copyTopicText(kernel: Kernel, id: number, target: Int32Array, at: number): number {
  const { words } = kernel.memory;
  const entry = (TOPIC_TEXTS >> 2) + id * 2;
  const length = words[entry + 1];
  const end = at + ((length + 3) >> 2);
  for (let from = words[entry] >> 2; at < end; from++) target[at++] = words[from];
  return length;
}
