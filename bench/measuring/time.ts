import Benchmark from 'benchmark';
import lodash from 'lodash';
import platform from 'platform';
import type { Contestant } from '../suite.ts';

/** What a case yields for one contestant: one figure per packet and round. */
export interface Measurement {
  readonly name: string;
  readonly rounds: readonly number[];
  /** The same by the clock, if the figures are CPU time. Older records lack it. */
  readonly wall?: readonly number[];
}

/** What one leg of a round finds. */
export interface Timing {
  readonly cpu: number;
  /** By the clock, if that can be told. */
  readonly wall?: number | undefined;
}

export interface TimeSettings {
  /** The first round in this process, and how many it runs. */
  readonly firstRound: number;
  readonly rounds: number;
  /** Seconds of warming up for each contestant. */
  readonly warmUp: number;
  /** Seconds of one benchmark.js sample at least. */
  readonly minTime: number;
  /** Seconds after which a leg takes no further sample. */
  readonly maxTime: number;
  readonly minSamples: number;
}

type LegSettings = Omit<TimeSettings, 'firstRound' | 'rounds'>;

export const FULL: LegSettings = { warmUp: 0.3, minTime: 0.02, maxTime: 0.06, minSamples: 3 };
export const QUICK: LegSettings = { warmUp: 0, minTime: 1e-4, maxTime: 1e-4, minSamples: 1 };

// benchmark.js only knows wall time, which measures the neighbours on a shared machine. It takes its clock from
// `process.hrtime`, though, so it is given a process whose hrtime counts CPU time: user and system, of all
// threads (collector and compiler included), exact to the microsecond. Calibration, cycles and samples stay its own.
const CpuBenchmark = Benchmark.runInContext({
  // it would look for these where it is installed
  _: lodash,
  platform,
  process: { hrtime: cpuTime },
}) as typeof Benchmark;

function cpuTime(since: readonly [number, number] = [0, 0]): [seconds: number, nanoseconds: number] {
  const { user, system } = process.cpuUsage();
  const microseconds = user + system - (since[0] * 1e6 + since[1] / 1e3);
  return [Math.floor(microseconds / 1e6), Math.round((microseconds % 1e6) * 1e3)];
}

/** Seconds of CPU time used by this process so far. */
function cpuSeconds(): number {
  const [seconds, nanoseconds] = cpuTime();
  return seconds + nanoseconds / 1e9;
}

/** Lets everybody handle the input once; throws unless they agree on what was in it. Returns all checksums. */
export function checkEqual(contestants: readonly Contestant[]): Map<Contestant, number> {
  const checksums = new Map<Contestant, number>();
  for (const contestant of contestants) checksums.set(contestant, contestant.pass());
  checkSums(contestants.map(({ name, sums }) => ({ name, sums: sums() })));
  return checksums;
}

/** Throws unless all agree on every kind of sum that they share. */
export function checkSums(
  readings: Iterable<{ name: string; sums: Readonly<Record<string, number>> }>,
): void {
  const agreed = new Map<string, { sum: number; by: string }>();
  for (const { name, sums } of readings) {
    for (const [kind, sum] of Object.entries(sums)) {
      const other = agreed.get(kind);
      if (other === undefined) agreed.set(kind, { sum, by: name });
      else if (other.sum !== sum) throw new Error(`${name} and ${other.by} disagree on ${kind}`);
    }
  }
}

/** The order of a round: everybody once, and once in reverse. Every round begins with another one. */
export function legsOf(count: number, round: number): number[] {
  const there = Array.from({ length: count }, (_, at) => (round + at) % count);
  return [...there, ...[...there].reverse()];
}

/** CPU time of each round, and the same by the clock. */
export function timesOf(name: string, legs: readonly Timing[]): Measurement {
  const rounds = roundsOfLegs(legs.map(({ cpu }) => cpu));
  const walls = legs.flatMap(({ wall }) => wall ?? []);
  return { name, rounds, ...(walls.length === legs.length && { wall: roundsOfLegs(walls) }) };
}

/** A round's figure is the mean of both its legs. */
export function roundsOfLegs(legs: readonly number[]): number[] {
  return Array.from({ length: legs.length / 2 }, (_, i) => (legs[2 * i]! + legs[2 * i + 1]!) / 2);
}

/**
 * Measures CPU nanoseconds per packet. Each round runs everybody once in order and once in reverse (A B C C B A),
 * so that a machine that gets slower meanwhile does so for all.
 */
export function measureTime(contestants: readonly Contestant[], settings: TimeSettings): Measurement[] {
  const checksums = checkEqual(contestants);
  const runners = contestants.map((contestant) => runner(contestant, checksums.get(contestant)!, settings));
  for (const { warmUp } of runners) warmUp();
  const legs: Timing[][] = runners.map(() => []);
  for (let i = 0; i < settings.rounds; i++) {
    for (const at of legsOf(runners.length, settings.firstRound + i)) legs[at]!.push(runners[at]!.leg());
  }
  return contestants.map(({ name }, at) => timesOf(name, legs[at]!));
}

interface Runner {
  warmUp(): void;
  /** Nanoseconds per packet: the least disturbed sample of a fresh benchmark. */
  leg(): Timing;
}

function runner({ name, packets, pass }: Contestant, checksum: number, settings: LegSettings): Runner {
  const fn = (): void => {
    // The result is looked at after every pass: nothing can be optimised away, and nothing may change.
    if (pass() !== checksum) throw new Error(`${name}: result changed from one pass to the next`);
  };
  let initCount = 1;
  return {
    warmUp: () => {
      const end = cpuSeconds() + settings.warmUp;
      do fn();
      while (cpuSeconds() < end);
    },
    leg: () => {
      // Nobody pays for collecting what the one before left.
      globalThis.gc?.({ type: 'minor' });
      // Neither `setup` nor `teardown`: with either, benchmark.js runs the decompiled source in the global scope.
      const { minTime, maxTime, minSamples } = settings;
      const benchmark = new CpuBenchmark({ name, fn, initCount, minTime, maxTime, minSamples });
      const before = { cpu: cpuSeconds(), wall: performance.now() };
      benchmark.run();
      const cpu = cpuSeconds() - before.cpu;
      const wall = (performance.now() - before.wall) / 1000;
      if (benchmark.error) throw benchmark.error;
      const best = Math.min(...(benchmark.stats!.sample as number[]));
      // The next leg starts with about the right count instead of calibrating from 1 again.
      initCount = Math.max(1, Math.ceil((1.1 * minTime) / best));
      const figure = (best * 1e9) / packets;
      // Samples are of CPU time. The clock is read around all of them, so that what it shows is the leg's.
      return { cpu: figure, wall: cpu > 0 ? (figure * wall) / cpu : figure };
    },
  };
}
