import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, onTestFinished } from 'vitest';

/** The program in JavaScript: to compile it again for each process would take longer than the tests. */
const program = await compile();

async function compile(): Promise<string> {
  const cache = 'node_modules/.cache'; // packages are found from here
  mkdirSync(cache, { recursive: true });
  const outdir = mkdtempSync(join(cache, 'wasmqtt-cli-'));
  afterAll(() => rmSync(outdir, { recursive: true }));
  await build({
    entryPoints: { cli: 'src/cli/main.ts' },
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    logLevel: 'warning',
  });
  return join(outdir, 'cli.mjs');
}

type Stream = 'stdout' | 'stderr';

/** `wasmqtt` with arguments, as a process of its own. */
export class Command {
  readonly child: ChildProcess;
  /** Resolves with the exit code. */
  readonly ended: Promise<number | null>;
  /** What it has printed so far. */
  stdout = '';
  stderr = '';
  #isOver = false;
  readonly #waiting = new Set<() => void>();

  constructor(args: readonly string[], environment: NodeJS.ProcessEnv, input: string) {
    const child = spawn(process.execPath, [program, ...args], {
      env: { ...process.env, ...environment },
    });
    this.child = child;
    onTestFinished(() => {
      child.kill('SIGKILL');
    });
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream].setEncoding('utf8').on('data', (piece: string) => {
        this[stream] += piece;
        this.#changed();
      });
    }
    child.stdin.on('error', () => {}); // it may end without reading
    child.stdin.end(input);
    this.ended = once(child, 'close').then(([code]) => {
      this.#isOver = true;
      this.#changed();
      return code as number | null;
    });
  }

  /** Resolves when a stream contains a match; fails if the process ends without one. */
  async printed(pattern: RegExp, stream: Stream = 'stdout'): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this[stream]);
      if (match !== null) return match;
      if (this.#isOver) throw new Error(`ended without ${pattern}: ${this.stdout}${this.stderr}`);
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  /** The port of the first listener, when the broker listens. */
  async port(protocol = 'mqtt'): Promise<number> {
    const [, port] = await this.printed(new RegExp(` ${protocol}://[^ ]*:(\\d+)[/\\n]`));
    await this.printed(/\n$/);
    return Number(port);
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  #changed(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}

/** Starts it; it is killed at the end of the test. */
export function wasmqtt(...args: string[]): Command {
  return new Command(args, {}, '');
}

export function wasmqttWith(
  environment: NodeJS.ProcessEnv,
  args: readonly string[] = [],
  input = '',
): Command {
  return new Command(args, environment, input);
}
