import { connect, type Socket } from 'node:net';
import { expect } from 'vitest';
import type { BrokerLimits } from '../../src/broker/index.ts';
import { hex } from '../vectors/hex.ts';
import { BrokerProcess, type Measurement } from './broker-process.ts';
import { atTheEnd } from './cleanup.ts';
import { besideInnocents } from './innocents.ts';

/** Opens a connection that nothing is read from, and sends bytes or hexadecimal text. */
export function open(port: number, data: string | Uint8Array = ''): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.off('error', reject);
      socket.on('error', () => {});
      socket.write(typeof data === 'string' ? hex(data) : data);
      resolve(socket);
    });
    socket.once('error', reject);
    atTheEnd(() => socket.destroy());
  });
}

/** Milliseconds without progress after which the other side does not take any more. */
const STALLED_MS = 400;
/** The same where it is only slow. */
export const PATIENTLY_MS = 10_000;

/** Sends `bytes` again and again until `total` bytes are sent, or nothing goes any more. How many were taken. */
export async function flood(
  socket: Socket,
  bytes: Uint8Array,
  total: number,
  stalledMs = STALLED_MS,
): Promise<number> {
  const before = socket.bytesWritten - socket.writableLength;
  const taken = () => socket.bytesWritten - socket.writableLength - before;
  for (let sent = 0; sent < total && !socket.destroyed; sent += bytes.length) {
    if (socket.write(bytes)) continue;
    const goesOn = await new Promise<boolean>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        socket.off('drain', done).off('close', done);
        resolve(!socket.writableNeedDrain && !socket.destroyed);
      };
      const timer = setTimeout(done, stalledMs);
      socket.on('drain', done).on('close', done);
    });
    if (!goesOn) break;
  }
  return taken();
}

/** `count` connections, a few at a time. */
export async function many<T>(count: number, act: (i: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let i = 0; i < count; i += 50) {
    const some = Array.from({ length: Math.min(50, count - i) }, (_, at) => act(i + at));
    results.push(...(await Promise.all(some)));
  }
  return results;
}

export interface Attack {
  readonly limits?: BrokerLimits;
  readonly hooks?: 'hooks';
  /** Bytes by which the memory of the broker may grow. */
  readonly bound: number;
  readonly run: (port: number, broker: BrokerProcess) => Promise<unknown>;
}

/**
 * Attacks a broker. Others must not notice, and its memory must stay within the bound, while the connections of the attack are
 * still open. Returns what was measured then, and the broker.
 */
export async function attack({
  limits,
  hooks,
  bound,
  run,
}: Attack): Promise<Measurement & { broker: BrokerProcess }> {
  const broker = await BrokerProcess.start(limits, hooks);
  const before = await broker.measure();
  return besideInnocents(broker.port, async () => {
    await run(broker.port, broker);
    const after = await broker.measure();
    expect(after.used - before.used).toBeLessThan(bound);
    return { ...after, broker };
  });
}
