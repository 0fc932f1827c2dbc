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

interface Cell {
  /** The table it is in. */
  readonly group: string;
  /** The column it is in. */
  readonly column: string;
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

/** One cell of a suite's tables, measured in a process of its own. */
export type Case = LoopCase | ProcessCase;

/** Two contestants whose ratio is reported: how many times faster `of` is. */
export interface Comparison {
  readonly label: string;
  readonly of: string;
  /** With several, the fastest of them counts. */
  readonly against: readonly string[];
  /** Below this ratio it is listed as a loss. Default 1. */
  readonly lossBelow?: number;
}

/** A figure the project has set itself. Without `against` it is absolute, in the suite's unit. */
export interface Target {
  readonly label: string;
  /** Without it the target holds for every group. */
  readonly group?: string;
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
  /** The contestant that competes a second time, as the control of the measurement. */
  readonly control?: string;
  readonly cases: readonly Case[];
  readonly comparisons: readonly Comparison[];
  readonly targets: readonly Target[];
}

/** Suites by the name they have on the command line, loaded when they run. */
export const SUITES: Readonly<Record<string, () => Promise<Suite>>> = {
  decode: async () => (await import('./cases/decode.ts')).suite,
  encode: async () => (await import('./cases/encode.ts')).suite,
  'drop-in': async () => (await import('./cases/drop-in.ts')).suite,
  memory: async () => (await import('./cases/memory.ts')).suite,
};

/** The unit of a case's figures: CPU nanoseconds or milliseconds, or bytes. */
export function unitOf(one: Case): string {
  if (one.measure === 'processes') return one.unit;
  return one.measure === 'heap' ? 'bytes' : 'ns';
}

/** Name that `--only` is matched against. */
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
