/** What one message costs in each stage, stacked. */
import { roundsOf } from '../../figures.ts';
import { type Spread, spread } from '../../measuring/statistics.ts';
import { contestantsOf, figureOf, type Group, STAGES } from '../data.ts';
import { withSpread } from '../format.ts';
import { type Chart, type ChartKind, subjectOf } from './chart.ts';
import { drawStacks, type StackPanel } from './stacks.ts';

/** Whoever costs so many times less than the dearest is drawn once more, without it. */
const ENLARGED_BELOW = 5;

const isStage = (column: string): boolean => (STAGES as readonly string[]).includes(column);

export const stageCharts: ChartKind = (groups) => {
  const staged = groups.filter(
    ({ cells }) => cells.length > 1 && cells.every(({ column, unit }) => unit === 'ns' && isStage(column)),
  );
  const entries = [...new Set(staged.map(({ entry }) => entry))];
  return entries.map((entry) =>
    chartOf(
      entry.suite.name,
      staged.filter((group) => group.entry === entry),
    ),
  );
};

function chartOf(suite: string, groups: readonly Group[]): Chart {
  const stages = STAGES.filter((stage) => groups.some((group) => cellOf(group, stage) !== undefined));
  return {
    id: `stages-${suite.replaceAll(/[^\w-]/g, '-')}`,
    title: `${subjectOf(suite)}: what one message costs in each stage`,
    description:
      `CPU nanoseconds per message, from the left: ${stages.join(', ')}; shorter is better, each panel has a scale of its own. ` +
      'Behind each bar is the sum, with a whisker for its spread over the rounds. A stage is a difference; one that came out ' +
      'below 0, which the table has, is not drawn.',
    sources: [groups[0]!.entry],
    table: {
      head: ['load', 'contestant', ...stages, 'sum'],
      rows: groups.flatMap((group) =>
        contestantsOf(group.cells).map((name) => [
          group.name,
          name,
          ...stages.map((stage) => withSpread(figureOf(cellOf(group, stage), name))),
          withSpread(sumOf(group, name)),
        ]),
      ),
    },
    draw: (layout) =>
      drawStacks(
        stages,
        groups.flatMap((group) => panelsOf(group, stages)),
        layout,
      ),
  };
}

function cellOf({ cells }: Group, stage: string): Group['cells'][number] | undefined {
  return cells.find(({ column }) => column === stage);
}

/** Everybody, and if one dwarfs the others, these once more. */
function panelsOf(group: Group, stages: readonly string[]): StackPanel[] {
  const stacks = contestantsOf(group.cells).map((name) => ({
    name,
    parts: stages.map((stage) => Math.max(0, figureOf(cellOf(group, stage), name)?.median ?? 0)),
    sum: sumOf(group, name),
  }));
  const dearest = Math.max(...stacks.map(({ sum }) => sum.median));
  const cheap = stacks.filter(({ sum }) => sum.median * ENLARGED_BELOW < dearest);
  const all: StackPanel = { title: group.name, stacks };
  return cheap.length === 0 ? [all] : [all, { title: `${group.name}, enlarged`, stacks: cheap }];
}

/** The stages of each round added up. */
function sumOf({ cells }: Group, name: string): Spread {
  const all = cells.flatMap((cell) => {
    const rounds = roundsOf(cell, name);
    return rounds === undefined ? [] : [rounds];
  });
  const fewest = Math.min(...all.map((rounds) => rounds.length));
  return spread(Array.from({ length: fewest }, (_, i) => all.reduce((sum, rounds) => sum + rounds[i]!, 0)));
}
