import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import type { BrokerLimits, BrokerStatistics } from '../../src/broker/index.ts';
import { atTheEnd } from './cleanup.ts';

export const MIB = 1024 * 1024;

export interface Measurement {
  /** Bytes that the broker's process holds after what is garbage was collected: heap, buffers, WebAssembly memory. */
  readonly used: number;
  readonly statistics: BrokerStatistics;
}

/** What the broker may have on the heap at any moment, garbage aside: beyond it the process ends. */
const HEAP_MIB = 128;

/** A broker in a process of its own, so that its memory is not mixed up with that of the clients. */
export class BrokerProcess {
  readonly port: number;
  readonly #child: ChildProcess;
  readonly #ended: Promise<never>;

  private constructor(child: ChildProcess, ended: Promise<never>, port: number) {
    this.#child = child;
    this.#ended = ended;
    this.port = port;
  }

  /** With `hooks` it is a broker whose hooks never answer to what is called "undecided", and late to what is called "slow". */
  static async start(limits: BrokerLimits = {}, hooks: 'hooks' | 'none' = 'none'): Promise<BrokerProcess> {
    const nodeFlags = (process.env.WASMQTT_TEST_NODE_FLAGS ?? '').split(/\s+/).filter(Boolean);
    const child = fork(await program(), [JSON.stringify(limits), hooks], {
      execArgv: ['--expose-gc', `--max-old-space-size=${HEAP_MIB}`, ...nodeFlags],
      serialization: 'advanced',
    });
    atTheEnd(() => child.kill('SIGKILL'));
    const ended = once(child, 'exit').then(([code, signal]) => {
      throw new Error(`the broker ended with ${code ?? signal}`);
    });
    // it is killed at the end, when nobody waits for anything
    ended.catch(() => {});
    const [port] = await Promise.race([once(child, 'message'), ended]);
    return new BrokerProcess(child, ended, port as number);
  }

  async measure(): Promise<Measurement> {
    const answer = Promise.race([once(this.#child, 'message'), this.#ended]);
    this.#child.send('measure');
    return (await answer)[0] as Measurement;
  }
}

let bundled: Promise<string> | undefined;

/** Path of the program, as one file of JavaScript. */
function program(): Promise<string> {
  bundled ??= bundle();
  return bundled;
}

async function bundle(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'wasmqtt-broker-'));
  process.once('exit', () => rmSync(folder, { recursive: true }));
  const outfile = join(folder, 'broker.mjs');
  await build({
    entryPoints: [resolve(import.meta.dirname, 'broker-program.ts')],
    outfile,
    bundle: true,
    external: ['ws', 'prom-client'],
    format: 'esm',
    platform: 'node',
    target: 'node20',
  });
  return outfile;
}
