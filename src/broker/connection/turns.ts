import { isPromise } from '../is-promise.ts';
import type { Awaitable } from '../types.ts';

/** What follows the answer of a hook. */
export interface Answered<T> {
  /** It comes later. */
  wait?(): void;
  done(answer: T): void;
  /** The hook threw, or what followed did. */
  failed(error: unknown): void;
}

/** What a client's packets have to go by while a hook is asked. */
export interface Gate {
  /** Does what was waited for, and sees to it when that throws. */
  attempt(task: () => void): void;
  close(): void;
  open(): void;
}

/** Keeps the packets of one client in order: while a hook is asked about one, those behind it wait. */
export class Turns {
  /** Whether packets have to wait. */
  isHeld = false;
  private waiting: (() => void)[] = [];
  private isOver = false;
  private readonly gate: Gate;

  constructor(gate: Gate) {
    this.gate = gate;
  }

  /** Does something when all before it is done. */
  add(task: () => void): void {
    this.waiting.push(task);
  }

  /** Asks a hook. If its answer comes later, what is added waits until then. */
  ask<T>(hook: () => Awaitable<T>, { done, failed, wait }: Answered<T>): void {
    const attempt = (task: () => void): void => {
      try {
        task();
      } catch (error) {
        failed(error);
      }
    };
    attempt(() => {
      const answer = hook();
      if (!isPromise(answer)) {
        // the hook itself may have ended the connection
        if (!this.isOver) done(answer);
        return;
      }
      wait?.();
      this.isHeld = true;
      this.gate.close();
      answer.then(
        (value) => this.goOn(() => attempt(() => done(value))),
        (error: unknown) => this.goOn(() => failed(error)),
      );
    });
  }

  /** Forgets what waits, and answers that are still to come. */
  end(): void {
    this.isOver = true;
    this.waiting = [];
  }

  private goOn(next: () => void): void {
    if (this.isOver) return;
    this.isHeld = false;
    this.gate.attempt(next);
    while (!this.isHeld && !this.isOver) {
      const task = this.waiting.shift();
      if (task === undefined) break;
      this.gate.attempt(task);
    }
    if (!this.isHeld && !this.isOver) this.gate.open();
  }
}
