/** The cells that the README quotes. */
import { type Figure, isAt } from './figure.ts';
import { allFigures } from './table.ts';
import { README_TABLES } from './tables/readme.ts';

let claimed: readonly Figure[] | undefined;

export function isClaimed(suite: string, cells: Iterable<{ group: string; column: string }>): boolean {
  claimed ??= Object.values(README_TABLES).flatMap(allFigures);
  for (const cell of cells) if (claimed.some((figure) => isAt(figure, suite, cell))) return true;
  return false;
}
