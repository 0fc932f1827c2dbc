/** How far a run is, and how long the rest will take. */

/** A case, and how long it takes as far as is known before. */
export interface Task {
  readonly suite: string;
  readonly name: string;
  /** Seconds. */
  readonly estimate: number;
}

/** Seconds left of tasks, one after the other: estimates, corrected by what those took that are done, by their number. */
export function secondsLeft(tasks: readonly Task[], took: ReadonlyMap<number, number>): number {
  const factorOf = (suite?: string): number | undefined => {
    let estimated = 0;
    let real = 0;
    for (const [at, seconds] of took) {
      if (suite !== undefined && tasks[at]!.suite !== suite) continue;
      estimated += tasks[at]!.estimate;
      real += seconds;
    }
    return estimated > 0 ? real / estimated : undefined;
  };
  // how far off the estimates of a suite are says most about its other cases
  const rest = tasks.filter((_, at) => !took.has(at));
  return rest.reduce((sum, { suite, estimate }) => sum + estimate * (factorOf(suite) ?? factorOf() ?? 1), 0);
}

/** "38 minutes", "50 seconds". */
export function duration(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} minutes` : `${(minutes / 60).toFixed(1)} hours`;
}

/** "1:05", "1:02:05". */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const [first, ...rest] = parts[0] === 0 ? parts.slice(1) : parts;
  return [first, ...rest.map((part) => String(part).padStart(2, '0'))].join(':');
}

interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Says which case is measured: at a terminal in one line that changes, elsewhere in a line for each, if at all. */
export class Progress {
  readonly #tasks: readonly Task[];
  readonly #output: Output;
  readonly #isLive: boolean;
  readonly #isVerbose: boolean;
  /** How many are measured at once. */
  readonly #width: number;
  readonly #began = performance.now();
  /** When those under way began, and how long those took that have ended. */
  readonly #since = new Map<number, number>();
  readonly #took = new Map<number, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(tasks: readonly Task[], isVerbose: boolean, width = 1, output: Output = process.stderr) {
    this.#tasks = tasks;
    this.#output = output;
    this.#isVerbose = isVerbose;
    this.#isLive = output.isTTY === true && !isVerbose;
    this.#width = width;
  }

  /** A case begins. */
  begin(at: number): void {
    this.#since.set(at, performance.now());
    if (this.#isVerbose) this.#output.write(`${this.line(at)}\n`);
    if (!this.#isLive) return;
    const draw = (): unknown => {
      const columns = (this.#output.columns ?? 80) - 1;
      return this.#output.write(`\r\x1b[K${this.line(at).slice(0, columns)}`);
    };
    draw();
    clearInterval(this.#timer);
    this.#timer = setInterval(draw, 1000);
  }

  /** It has ended; whatever is printed now starts in a line of its own. */
  end(at: number): void {
    this.#took.set(at, (performance.now() - this.#since.get(at)!) / 1000);
    this.#since.delete(at);
    this.stop();
  }

  stop(): void {
    clearInterval(this.#timer);
    if (this.#isLive) this.#output.write('\r\x1b[K');
  }

  /** "case 3 of 42, 1:05, about 12:00 left: decode pub16 64 KiB". */
  line(at: number): string {
    const now = performance.now();
    const passed = [...this.#since.values()].reduce((sum, since) => sum + (now - since) / 1000, 0);
    const left = (secondsLeft(this.#tasks, this.#took) - passed) / this.#width;
    const elapsed = clock((now - this.#began) / 1000);
    return `case ${at + 1} of ${this.#tasks.length}, ${elapsed}, about ${clock(left)} left: ${this.#tasks[at]!.name}`;
  }
}
