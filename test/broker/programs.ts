import { type ChildProcess, spawn } from 'node:child_process';
import type { Broker } from '../../src/broker/index.ts';
import { type Peer, peer } from '../peers.ts';
import { atTheEnd } from './cleanup.ts';
import { subscribes } from './observe.ts';

/** A program of a peer that is running. */
export interface Program {
  /** What it printed, when it has ended with exit code 0; rejects if it ends with another one. */
  readonly output: Promise<string>;
  kill(signal: NodeJS.Signals): void;
}

/** Starts a program with `input` as its standard input. */
export function start(name: Peer, args: readonly string[], input: string | Uint8Array = ''): Program {
  const child: ChildProcess = spawn(peer(name), args);
  atTheEnd(() => child.kill('SIGKILL'));
  const printed = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream]?.setEncoding('utf8').on('data', (piece: string) => {
      printed[stream] += piece;
    });
  }
  child.stdin?.on('error', () => {}); // it may end without reading
  child.stdin?.end(input);
  const output = new Promise<string>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(printed.stdout);
      else reject(new Error(`${name} ended with ${code}: ${printed.stderr}`));
    });
  });
  output.catch(() => {}); // a test that kills it does not wait for it
  return { output, kill: (signal) => child.kill(signal) };
}

/** mosquitto's clients, with a broker and a version to talk to it. */
export class Mosquitto {
  readonly #broker: Broker;
  readonly #common: readonly string[];

  constructor(broker: Broker, port: number, version: string) {
    this.#broker = broker;
    this.#common = ['-h', '127.0.0.1', '-p', String(port), '-V', version];
  }

  /** Publishes with mosquitto_pub. */
  async pub(args: readonly string[], input?: string | Uint8Array): Promise<void> {
    await start('mosquitto_pub', [...this.#common, ...args], input).output;
  }

  /** Starts mosquitto_sub; resolves when it has subscribed. */
  async sub(id: string, ...args: string[]): Promise<Program> {
    const subscribed = subscribes(this.#broker, id);
    const program = start('mosquitto_sub', [...this.#common, '-i', id, ...args]);
    await Promise.race([subscribed, program.output]);
    return program;
  }

  /** What mosquitto_rr prints. */
  rr(...args: string[]): Promise<string> {
    return start('mosquitto_rr', [...this.#common, ...args]).output;
  }
}
