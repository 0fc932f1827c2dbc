/** Tables of what was lost to others, and of what was aimed at and missed, in the latest figures of each cell. */
import { type CaseResult, isOurs, type Result, resultsOf } from '../figures.ts';
import { type Definition, type Entry, entriesOf } from '../html/data.ts';
import { number } from '../html/format.ts';
import { table } from '../markdown.ts';
import { LOSS, timesText } from './figure.ts';
import type { Passage, Run } from './runs.ts';
import { cellWords, contestantWords, suiteWords } from './words.ts';

/** Losses that say nothing: who tries every filter in turn is there for others who do. */
const MEANINGLESS = ['matches, every filter'];

/** A byte that one copies in this stage the other may copy in the next: only all stages together can be lost. */
function isOneStage({ group, column }: CaseResult): boolean {
  return group.startsWith('copied bytes of ') && column !== 'total';
}

/** Groups that are in another suite now, where there are records of that. */
const MOVED = [{ group: 'idle connections', from: 'broker', to: 'scale' }];

interface EntryResult extends Result {
  readonly entry: Entry;
}

/** The worst loss of each contestant of ours to each of its rivals, and how many cells are lost like that. */
export function lossTable(
  latestFirst: readonly Run[],
  definitions: Readonly<Record<string, Definition>>,
  most: number,
): Passage | undefined {
  const fields = fieldsOf(entriesOf(latestFirst, definitions).reverse());
  const worst = fields.flatMap((results) => {
    const losses = results.filter(({ outcome }) => outcome === 'loss');
    if (losses.length === 0) return [];
    const loss = losses.reduce((a, b) => (b.ratio.median < a.ratio.median ? b : a));
    return [{ ...loss, lost: losses.length, cells: results.length }];
  });
  if (worst.length === 0) return undefined;
  worst.sort((a, b) => a.ratio.median - b.ratio.median);
  const shown = worst.slice(0, most);
  const body = shown.map(({ entry: { suite }, cell, comparison, ratio, lost, cells }) => [
    `${suiteWords(suite.name)}: ${cellWords(suite.name, cell.group, cell.column)}`,
    contestantWords(comparison.of),
    comparison.against.map(contestantWords).join(' or '),
    LOSS + timesText(ratio.median),
    `${lost} of ${cells}`,
  ]);
  return {
    text: table(['worst cell', 'ours', 'against', 'times as good', 'cells lost'], body),
    sources: shown.map(({ entry }) => sourceOf(entry, latestFirst)),
  };
}

/**
 * The latest comparison with rivals in each cell, together with others of the same contestants by the same measure. How a kernel
 * compares with its twin is nobody's loss.
 */
function fieldsOf(latestFirst: readonly Entry[]): EntryResult[][] {
  const fields = new Map<string, EntryResult[]>();
  const seen = new Set<string>();
  const moved = MOVED.filter(({ to }) => latestFirst.some(({ suite }) => suite.name === to));
  for (const entry of latestFirst) {
    const { suite } = entry;
    for (const result of resultsOf(suite, entry.results)) {
      const { cell, comparison } = result;
      if (moved.some(({ group, from }) => cell.group === group && suite.name === from)) continue;
      const { of, against } = comparison;
      if (against.some((name) => isOurs(suite, name)) || isSecondKernel(cell, of)) continue;
      if (MEANINGLESS.includes(of) || isOneStage(cell)) continue;
      const field = [suite.name, of, ...against, cell.unit].join('\n');
      const key = [field, cell.group, cell.column].join('\n');
      if (seen.has(key)) continue;
      seen.add(key);
      const results = fields.get(field) ?? [];
      results.push({ ...result, entry });
      fields.set(field, results);
    }
  }
  return [...fields.values()];
}

/** JavaScript, or the choice of a kernel, where WebAssembly takes part too. */
function isSecondKernel({ measurements }: CaseResult, name: string): boolean {
  const first = name.replace(/\b(?:js|auto)\b/, 'wasm');
  return first !== name && measurements.some((other) => other.name === first);
}

/** What the project aimed at and did not reach, as the latest run that judged it found. */
export function missedTable(latestFirst: readonly Run[]): Passage | undefined {
  const seen = new Set<string>();
  const latest = entriesOf(latestFirst)
    .reverse()
    .flatMap((entry) =>
      entry.verdicts.flatMap((verdict) => {
        const key = `${entry.suite.name}\n${verdict.target.label}`;
        if (seen.has(key)) return [];
        seen.add(key);
        return [{ entry, verdict }];
      }),
    );
  const missed = latest.filter(({ verdict }) => !verdict.met);
  if (missed.length === 0) return undefined;
  const body = missed.map(({ entry, verdict: { target, value, cell } }) => [
    `${suiteWords(entry.suite.name)}: ${target.label}`,
    cell,
    target.atLeast === undefined ? `at most ${target.atMost}` : `at least ${target.atLeast}`,
    number(value),
  ]);
  return {
    text: `${table(['aim', 'worst cell', 'wanted', 'measured'], body)}

${latest.length - missed.length} of ${latest.length} aims were reached.`,
    sources: missed.map(({ entry }) => sourceOf(entry, latestFirst)),
  };
}

function sourceOf({ environment, suite }: Entry, runs: readonly Run[]) {
  return { run: runs.find((run) => run.environment === environment)!, suite: suite.name };
}
