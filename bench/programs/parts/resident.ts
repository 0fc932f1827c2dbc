/** Resident memory of this process in bytes, with or without its garbage. */
export function resident(isCollecting: boolean): number {
  if (isCollecting) {
    globalThis.gc?.();
    globalThis.gc?.();
  }
  return process.memoryUsage.rss();
}
