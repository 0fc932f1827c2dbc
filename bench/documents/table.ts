/** A table of figures: what is in its cells is data, and filled in from records. */
import { table as markdownTable } from '../markdown.ts';
import { type Figure, figureIn } from './figure.ts';
import type { Passage, Run, Source } from './runs.ts';

/** A row or a column: what its figures have in common. */
export interface Line extends Partial<Figure> {
  readonly label: string;
  /** Several figures in each cell. */
  readonly parts?: ReadonlyArray<Partial<Figure>>;
}

export interface Table {
  /** A heading that is left out with the table. */
  readonly heading?: string;
  /** The head of the first column. */
  readonly corner: string;
  /** What all figures have in common. */
  readonly all?: Partial<Figure>;
  readonly columns: readonly Line[];
  readonly rows: readonly Line[];
  /** What is taken from one run, because its figures are read side by side. Default a cell. */
  readonly oneRun?: 'cell' | 'row' | 'table';
}

const MISSING = '–';

/** The figures of a cell: what all, its column and its row say, the later the more. */
function figuresOf({ all, columns, rows }: Table, row: number, column: number): Figure[] {
  const { label: _column, parts: columnParts = [{}], ...down } = columns[column]!;
  const { label: _row, parts: rowParts = [{}], ...across } = rows[row]!;
  return columnParts.flatMap((one) =>
    rowParts.map((other) => ({ ...all, ...down, ...across, ...one, ...other }) as Figure),
  );
}

/** The figures of all cells. */
export function allFigures(table: Table): Figure[] {
  return table.rows.flatMap((_, row) =>
    table.columns.flatMap((_line, column) => figuresOf(table, row, column)),
  );
}

/** Of the runs that have most of the figures the latest. */
function runFor(runs: readonly Run[], figures: readonly Figure[]): Run | undefined {
  let best: Run | undefined;
  let most = 0;
  for (const run of runs) {
    const has = figures.filter((figure) => figureIn(run, figure) !== undefined).length;
    if (has > most) [best, most] = [run, has];
  }
  return best;
}

/** The table in Markdown, without rows that no run has; `undefined` if none has any. */
export function tableText(table: Table, latestFirst: readonly Run[]): Passage | undefined {
  const { heading, corner, columns, rows, oneRun = 'cell' } = table;
  const sources: Source[] = [];
  const figures = rows.map((_, row) => columns.map((_line, column) => figuresOf(table, row, column)));
  const ofTable = oneRun === 'table' ? [runFor(latestFirst, figures.flat(2))] : latestFirst;
  const body = rows.flatMap(({ label }, row) => {
    const ofRow = oneRun === 'row' ? [runFor(latestFirst, figures[row]!.flat())] : ofTable;
    const usable = ofRow.filter((run) => run !== undefined);
    const cells = figures[row]!.map((cell) => cellText(cell, usable, sources));
    return cells.every((text) => text === MISSING) ? [] : [[label, ...cells]];
  });
  if (body.length === 0) return undefined;
  const text = markdownTable([corner, ...columns.map(({ label }) => label)], body);
  return { text: heading === undefined ? text : `${heading}\n\n${text}`, sources };
}

/** The suites that a table is about. */
export function suitesOf({ all, columns, rows }: Table): string[] {
  const lines: ReadonlyArray<Partial<Line>> = [all ?? {}, ...columns, ...rows];
  const places = lines.flatMap((line) => [line, ...(line.parts ?? [])]);
  // of several names the first is the present one
  const suites = places.flatMap(({ suite = [] }) => (typeof suite === 'string' ? suite : suite.slice(0, 1)));
  return [...new Set(suites)];
}

function cellText(figures: readonly Figure[], runs: readonly Run[], sources: Source[]): string {
  const run = runFor(runs, figures);
  if (run === undefined) return MISSING;
  const texts = figures.map((figure) => {
    const found = figureIn(run, figure);
    if (found !== undefined) sources.push(found.source);
    return found?.text ?? MISSING;
  });
  return texts.join(' / ');
}
