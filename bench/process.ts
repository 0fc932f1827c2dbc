import { type ChildProcess, spawn } from 'node:child_process';
import { type CodecName, codecFlags, programFile } from './built.ts';

interface Pending {
  resolve(answer: unknown): void;
  reject(error: Error): void;
}

export interface ProgramOptions {
  readonly args?: readonly string[] | undefined;
  /** Without it the program runs where this process runs. */
  readonly cpu?: number | undefined;
  /** Who stands where the program imports mqtt-packet. Default mqtt-packet itself. */
  readonly codec?: CodecName | undefined;
}

/** A program of `programs/` in a process of its own, which answers questions (see `programs/parts/serve.ts`). */
export class Program {
  readonly #child: ChildProcess;
  readonly #name: string;
  readonly #pending = new Map<number, Pending>();
  #asked = 0;
  #isStopped = false;

  constructor(name: string, { args = [], cpu, codec = 'mqtt-packet' }: ProgramOptions = {}) {
    const node = [process.execPath, '--expose-gc', ...codecFlags(codec), programFile(name), ...args];
    const [command = '', ...rest] = cpu === undefined ? node : ['taskset', '-c', String(cpu), ...node];
    // Standard output belongs to the results.
    this.#child = spawn(command, rest, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    this.#name = name;
    this.#child.on('message', (message) => this.#onMessage(message as Reply));
    this.#child.on('error', () => this.#onExit());
    this.#child.on('exit', () => this.#onExit());
  }

  ask<Answer = void>(question: string, argument?: unknown): Promise<Answer> {
    const id = ++this.#asked;
    return new Promise<unknown>((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#child.send({ id, question, argument });
    }) as Promise<Answer>;
  }

  stop(): void {
    this.#isStopped = true;
    this.#child.kill();
  }

  #onMessage({ id, answer, failure }: Reply): void {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    if (failure === undefined) pending?.resolve(answer);
    else pending?.reject(new Error(`${this.#name}: ${failure}`));
  }

  #onExit(): void {
    if (this.#isStopped) return;
    for (const { reject } of this.#pending.values()) reject(new Error(`${this.#name} ended`));
    this.#pending.clear();
  }
}

export interface Question {
  readonly id: number;
  readonly question: string;
  readonly argument?: unknown;
}

export interface Reply {
  readonly id: number;
  readonly answer?: unknown;
  readonly failure?: string;
}
