/** Counts how often each client connects, second by second. */
export class ConnectionRate {
  private readonly limit: number;
  private second = 0;
  private readonly counts = new Map<string, number>();

  /** CONNECT packets per second and client identifier; 0: no limit. */
  constructor(limit: number) {
    this.limit = limit;
  }

  /** Counts one more. */
  allows(clientId: string): boolean {
    if (this.limit === 0) return true;
    const second = Math.floor(performance.now() / 1000);
    if (second !== this.second) {
      this.second = second;
      this.counts.clear();
    }
    const count = (this.counts.get(clientId) ?? 0) + 1;
    this.counts.set(clientId, count);
    return count <= this.limit;
  }
}
