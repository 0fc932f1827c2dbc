/** What a suite is made of, and the suites there are. */

/** One program that does the work of a case. */
export interface Contestant {
  readonly name: string;
  /** Packets handled by one pass. */
  readonly packets: number;
  /** Handles the whole input once and returns a checksum of everything that was consumed. */
  readonly pass: () => number;
  /** Checksums of the last pass by kind of field. Contestants must agree on every kind that they share. */
  readonly sums: () => Readonly<Record<string, number>>;
}

/** What a program has done in one go. */
export interface Run {
  /** In the unit of the case. */
  readonly figure: number;
  /** By the clock, in the same unit; its peers and waiting for them included. */
  readonly wall?: number;
  /** As those of a `Contestant`. */
  readonly sums: Readonly<Record<string, number>>;
}

/** One program that does the work of a case in a process of its own. */
export interface Competitor {
  readonly name: string;
  run(): Promise<Run>;
}

/** The programs of a case, and whatever runs beside them. */
export interface Contest {
  /** Packets handled by one run. */
  readonly packets: number;
  readonly competitors: readonly Competitor[];
  stop(): void;
}

/** What a program has measured of itself in one go. */
export interface Findings {
  /** By the name of the figure in `FiguresCase.cells`. A program need not have all of them. */
  readonly figures: Readonly<Record<string, number>>;
  /** As those of a `Contestant`. */
  readonly sums: Readonly<Record<string, number>>;
}

/** One program of which several figures are taken. */
export interface Subject {
  readonly name: string;
  run(): Promise<Findings>;
  /** Ends its processes, if it has any that do not end by themselves. */
  stop?(): void;
}

/** Where a figure stands: its table, and the column. */
export type Place = Pick<Cell, 'group' | 'column'>;

interface Cell {
  /** The table it is in. */
  readonly group: string;
  /** The column it is in. */
  readonly column: string;
  /** Processes that the rounds are shared out among. Default 3, of figures 1; fewer where getting ready takes long. */
  readonly processes?: number;
  /** Default 6; fewer where they take long. */
  readonly rounds?: number;
  /** Left out of smoke runs, because another case does the same with less. */
  readonly fullRunOnly?: boolean;
}

/** CPU time through benchmark.js, or bytes allocated on the heap, of loops in one process. */
export interface LoopCase extends Cell {
  readonly measure: 'time' | 'heap';
  /** Builds the input, smaller for a smoke run, and whoever competes on it. */
  prepare(quick: boolean): Contestant[];
}

/** CPU time of whole processes. */
export interface ProcessCase extends Cell {
  readonly measure: 'processes';
  readonly unit: 'ns' | 'ms';
  /** Starts the processes, for a smoke run with less work. Those that are not measured run on `peerCpu`. */
  start(quick: boolean, peerCpu: number | undefined): Promise<Contest>;
}

/** Several figures of what is done once. Each has a cell of its own; `group` and `column` name the case only. */
export interface FiguresCase extends Cell {
  readonly measure: 'figures';
  readonly cells: Readonly<Record<string, { group: string; column: string; unit: string }>>;
  /** Rounds before those that count. */
  readonly warmUps: number;
  /** Every round also runs everybody in reverse and takes the mean. */
  readonly isThereAndBack?: boolean;
  /** Processes that are not measured run on `peerCpu`. */
  prepare(quick: boolean, peerCpu: number | undefined): Subject[];
}

/** One cell of a suite's tables, or a row of them, measured in a process of its own. */
export type Case = LoopCase | ProcessCase | FiguresCase;

/** Two contestants whose ratio is reported: how many times faster `of` is. */
export interface Comparison {
  readonly label: string;
  readonly of: string;
  /** With several, the fastest of them counts. */
  readonly against: readonly string[];
}

/** A figure the project has set itself. Without `against` it is absolute, in the suite's unit. */
export interface Target {
  readonly label: string;
  /** Without it the target holds for every group, with several for each of them. */
  readonly group?: string | readonly string[];
  /** Without it the target holds for every column, and the worst is shown. */
  readonly column?: string;
  readonly contestant: string;
  readonly against?: readonly string[];
  /** Times faster than `against`. */
  readonly atLeast?: number;
  /** Times slower than `against`, or the absolute figure. */
  readonly atMost?: number;
}

export interface Suite {
  readonly name: string;
  /** Printed above the tables: what is measured and what is consumed. */
  readonly notes: readonly string[];
  /** The contestant that all others are compared with. */
  readonly reference: string;
  /** The contestant that competes a second time, as `control`, to show the noise; of several the first that a cell has. */
  readonly control?: string | readonly string[];
  /** Contestants that are nobody of ours: that they are slower than the reference is no loss. */
  readonly rivals?: readonly string[];
  readonly cases: readonly Case[];
  readonly comparisons: readonly Comparison[];
  readonly targets: readonly Target[];
}

/** The unit of a case's figures: CPU nanoseconds or milliseconds, or bytes. */
export function unitOf(one: LoopCase | ProcessCase): string {
  if (one.measure === 'processes') return one.unit;
  return one.measure === 'heap' ? 'bytes' : 'ns';
}

/** The cells that a case fills. */
export function cellsOf(one: Case): readonly Place[] {
  return one.measure === 'figures' ? Object.values(one.cells) : [one];
}

/** Name that `--filter` is matched against. */
export function caseName(suite: Suite, { group, column }: Case): string {
  return `${suite.name} ${group} ${column}`;
}

let compiled = 0;

/**
 * Compiles a loop of its own for each contestant, so that none inherits the type feedback of another. The text is
 * made distinct because V8 gives identical ones the same feedback: identical programs then differed by up to 40 %.
 */
export function compile<Result>(bindings: Readonly<Record<string, unknown>>, body: string): Result {
  const text = `'use strict';\n${body}\n//# sourceURL=contestant-${++compiled}.js`;
  return new Function(...Object.keys(bindings), text)(...Object.values(bindings)) as Result;
}
