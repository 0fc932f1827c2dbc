/** The cells that the README quotes. */
import type { Place } from '../suite.ts';
import { isAt } from './figure.ts';
import { allFigures } from './table.ts';
import { README_TABLES } from './tables/readme.ts';

const CLAIMED = Object.values(README_TABLES).flatMap(allFigures);

/** Whether it quotes one of these cells of a suite. */
export function isClaimed(suite: string, cells: readonly Place[]): boolean {
  return cells.some((cell) => CLAIMED.some((figure) => isAt(figure, suite, cell)));
}
