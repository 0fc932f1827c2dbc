import { loadApart } from '../built.ts';
import type { Contestant } from '../suite.ts';
import type { EntrantName, Task } from './entrants.ts';

type Entrants = typeof import('./entrants.ts');

/** `packets` is the number of messages in the task. */
export function contestant(name: string, entrant: EntrantName, task: Task, packets: number): Contestant {
  const { pass, check } = loadApart<Entrants>('entrants', `entrant-${name}`).enter(entrant, task);
  const { bytes: checked, content } = check();
  let bytes = checked;
  return { name, packets, pass: () => (bytes = pass()), sums: () => ({ bytes, content }) };
}
