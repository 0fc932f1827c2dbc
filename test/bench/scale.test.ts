import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { BrokerProcess } from '../../bench/broker/broker-process.ts';
import { within } from '../../bench/broker/deadline.ts';
import type { ChurnPlan, DensePlan, LoadResult } from '../../bench/broker/plan.ts';
import type { RecordFile } from '../../bench/html/data.ts';
import { Program } from '../../bench/process.ts';
import { createBroker } from '../../src/broker/index.ts';
import { decode, encode } from '../../src/index.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PLAN: ChurnPlan = { load: 'churn', payload: 16, atOnce: 5 };

async function quickRecord(...args: string[]): Promise<RecordFile> {
  const directory = await mkdtemp(join(tmpdir(), 'bench-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const file = join(directory, 'record.json');
  const node = ['dist/bench/main.js', '--quick', ...args, '--json', file];
  await promisify(execFile)(process.execPath, node, { cwd: ROOT });
  return JSON.parse(await readFile(file, 'utf8')) as RecordFile;
}

/** Clients and the broker that they are to load, if not another one. */
async function loadOf(name: string): Promise<{ load: Program; address: { host: string; port: number } }> {
  const broker = new BrokerProcess(name, {});
  const load = new Program('broker-load');
  onTestFinished(() => {
    load.stop();
    broker.stop();
  });
  return { load, address: await broker.listen() };
}

describe('clients that come and go', { timeout: 60_000 }, () => {
  it('do so as often as they are told, each time anew', async () => {
    const { load, address } = await loadOf('wasmqtt');
    for (const cycles of [20, 30]) {
      const { seconds, p99 } = await load.ask<{ seconds: number; p99: number }>('churn', {
        ...address,
        plan: PLAN,
        cycles,
      });
      expect(seconds).toBeGreaterThan(0);
      expect(p99).toBeGreaterThan(0);
    }
  });

  /** A broker that sends every message back to its publisher, changed. Says how many clients have left. */
  async function mirror(change: (frame: Buffer) => Buffer): Promise<{ port: number; left: () => number }> {
    let left = 0;
    const answers: Record<number, (frame: Buffer) => Uint8Array> = {
      1: () => encode({ cmd: 'connack', returnCode: 0, sessionPresent: false }),
      3: change,
      8: (frame) => {
        const [packet] = decode(frame);
        const messageId = packet!.cmd === 'subscribe' ? packet!.messageId : 0;
        return encode({ cmd: 'suback', messageId, granted: [0] });
      },
    };
    const onSocket = (socket: Socket): void => {
      socket.on('error', () => {});
      socket.on('data', (chunk) => {
        for (let p = 0; p < chunk.length; ) {
          const next = p + 2 + chunk[p + 1]!;
          const type = chunk[p]! >> 4;
          if (type === 14) left++;
          else socket.write(answers[type]!(Buffer.from(chunk.subarray(p, next))));
          p = next;
        }
      });
    };
    const server = createServer(onSocket).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    return { port: (server.address() as AddressInfo).port, left: () => left };
  }

  it.each([
    [
      'a message with another payload',
      (frame: Buffer) => {
        frame[frame.length - 1]! ^= 1;
        return frame;
      },
    ],
    ['a message that comes twice', (frame: Buffer) => Buffer.concat([frame, frame])],
  ])('notice %s', async (_, change) => {
    const { port } = await mirror(change);
    const load = new Program('broker-load');
    onTestFinished(() => load.stop());
    const churn = load.ask('churn', { port, plan: PLAN, cycles: 5 });
    await expect(churn).rejects.toThrow('not the message to churn/0/state');
  });

  it('say goodbye', async () => {
    const { port, left } = await mirror((frame) => frame);
    const load = new Program('broker-load');
    onTestFinished(() => load.stop());
    await load.ask('churn', { port, plan: PLAN, cycles: 7 });
    expect(left()).toBe(7);
  });
});

describe('dense messages', { timeout: 60_000 }, () => {
  it('arrive beside more subscriptions than one packet can have, which get nothing of them', async () => {
    const broker = createBroker({ sysInterval: 0 });
    onTestFinished(() => broker.close());
    const { address } = await broker.listen({ port: 0, host: '127.0.0.1' });
    const load = new Program('broker-load');
    onTestFinished(() => load.stop());
    const plan: DensePlan = {
      load: 'dense',
      qos: 0,
      protocolVersion: 4,
      payload: 16,
      publishers: 1,
      fanOut: 100,
      batch: 20,
      batches: 2,
      otherSubscriptions: 2500,
    };
    await load.ask('connect', { port: (address as AddressInfo).port, plan });
    // of each of the others at most 1,000, and 10 of each subscriber
    expect(broker.clients.size).toBe(1 + 100 + 3);
    expect(broker.statistics.subscriptions.count).toBe(2500 + 100 * 10);
    // clients fail when they get what they should not
    const { messages } = await load.ask<LoadResult>('run', 0.05);
    expect(messages).toBeGreaterThan(0);
    expect(messages % (plan.batch * plan.fanOut)).toBe(0);
  });
});

describe('idle connections', { timeout: 120_000 }, () => {
  it('of a broker that runs already are left out where what they take is not known', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    onTestFinished(() => void other.close());
    const { port } = other.address() as AddressInfo;
    const args = ['scale', '--filter', 'idle connections, 1,000', '--broker', `127.0.0.1:${port}`];
    const [{ cases }] = (await quickRecord(...args)).suites as [RecordFile['suites'][number]];
    const names = cases[0]!.measurements.map(({ name }) => name);
    expect(names).toContain('wasmqtt');
    expect(names).not.toContain(`127.0.0.1:${port}`);
  });
});

describe('waiting for what does not come', () => {
  it('ends with an error that says for what', async () => {
    const never = new Promise<void>(() => {});
    await expect(within(0.01, 'answers', never)).rejects.toThrow('answers: not done within 0.01 seconds');
    await expect(within(60, 'answers', Promise.resolve(1))).resolves.toBe(1);
  });
});
