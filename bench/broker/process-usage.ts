/** CPU time and memory of a process that is none of Node's, from `/proc`. */
import { readdirSync, readFileSync } from 'node:fs';

/** CPU microseconds of a process, user and system, and of its threads that have not ended. */
export interface CpuReading {
  readonly ofProcess: number;
  /** By the number of the thread; empty where the kernel does not say. */
  readonly ofThreads: ReadonlyMap<string, number>;
}

export function readCpu(pid: number): CpuReading {
  const fields = read(pid, 'stat').split(') ')[1]!.split(' ');
  // in ticks of 10 ms
  const ofProcess = (Number(fields[11]) + Number(fields[12])) * 10_000;
  return { ofProcess, ofThreads: readThreads(pid) };
}

/** Threads are counted by the nanosecond, but one that has ended takes its time with it. */
export function cpuBetween(before: CpuReading, after: CpuReading): number {
  const threads = [...before.ofThreads.keys()];
  if (threads.length === 0 || !threads.every((thread) => after.ofThreads.has(thread))) {
    return after.ofProcess - before.ofProcess;
  }
  let microseconds = 0;
  for (const [thread, time] of after.ofThreads) microseconds += time - (before.ofThreads.get(thread) ?? 0);
  return microseconds;
}

/** Bytes of resident memory. */
export function readResident(pid: number): number {
  const [, kibibytes] = /^VmRSS:\s+(\d+) kB/m.exec(read(pid, 'status')) ?? [];
  if (kibibytes === undefined) throw new Error(`process ${pid} has no memory: it is ending`);
  return Number(kibibytes) * 1024;
}

function readThreads(pid: number): Map<string, number> {
  const times = new Map<string, number>();
  try {
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      const [nanoseconds] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'latin1').split(' ');
      times.set(thread, Number(nanoseconds) / 1000);
    }
  } catch {
    // one has ended meanwhile, or the kernel keeps no such count
    times.clear();
  }
  return times;
}

function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch {
    throw new Error(
      process.platform === 'linux'
        ? `there is no process ${pid}`
        : 'the CPU time and memory of other processes is read from /proc, which is only there on Linux',
    );
  }
}
