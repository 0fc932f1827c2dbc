import { readFileSync } from 'node:fs';

/** A process has others for itself. */
const OWN = 200;

/** Sockets that a process of ours may have open, less some for itself. */
export function freeSockets(): number {
  const { userLimits } = process.report.getReport() as unknown as {
    userLimits: { open_files: { soft: number | string } };
  };
  const { soft } = userLimits.open_files;
  return (typeof soft === 'number' ? soft : Number.POSITIVE_INFINITY) - OWN;
}

/** The same of another process. */
export function socketsOf(pid: number): number {
  const limits = readFileSync(`/proc/${pid}/limits`, 'latin1');
  const [, soft = ''] = /^Max open files +(\S+)/m.exec(limits) ?? [];
  return (soft === 'unlimited' ? Number.POSITIVE_INFINITY : Number(soft)) - OWN;
}
