import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { mosquittoVersion } from '../../bench/broker/brokers.ts';
import type { DensePlan, LoadResult, SparsePlan } from '../../bench/broker/plan.ts';
import { type CaseResult, lossesOf, timesFaster, verdictsOf } from '../../bench/figures.ts';
import { Program } from '../../bench/process.ts';
import { measureFigures } from '../../bench/runs.ts';
import type { Subject, Suite } from '../../bench/suite.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PUBLISH = 3;
const PUBACK = 4;
const PUBREL = 6;

const dense = (qos: 0 | 1 | 2, protocolVersion: 4 | 5 = 4): DensePlan => {
  return {
    load: 'dense',
    qos,
    protocolVersion,
    payload: 16,
    publishers: 1,
    fanOut: 2,
    batch: 20,
    batches: 4,
  };
};
const sparse = (qos: 0 | 1 | 2): SparsePlan => {
  return { load: 'sparse', qos, protocolVersion: 4, payload: 16, clients: 4, inFlight: 2 };
};

function start(name: string): Program {
  const program = new Program(name);
  onTestFinished(() => program.stop());
  return program;
}

/** What happens to a packet on its way from the broker to a client. */
type Fault = (packet: Buffer) => readonly Buffer[];

/** Between a broker and its clients: applies the fault to the third packet of that type. */
async function faultyWay(port: number, type: number, fault: Fault): Promise<number> {
  let seen = 0;
  const server: Server = createServer((client) => {
    const broker = connect(port, '127.0.0.1');
    let rest: Buffer = Buffer.alloc(0);
    broker.on('data', (chunk) => {
      rest = Buffer.concat([rest, chunk]);
      // none of these packets is longer than 129 bytes
      while (rest.length > 1 && rest.length >= 2 + rest[1]!) {
        const packet = rest.subarray(0, 2 + rest[1]!);
        rest = rest.subarray(packet.length);
        const isIt = packet[0]! >> 4 === type && ++seen === 3;
        for (const bytes of isIt ? fault(Buffer.from(packet)) : [packet]) client.write(bytes);
      }
    });
    client.pipe(broker);
    for (const socket of [client, broker]) socket.on('error', () => {});
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** Sends by way of the relay; resolves with what has arrived. */
async function send(
  plan: DensePlan | SparsePlan,
  type = 0,
  fault: Fault = (packet) => [packet],
): Promise<LoadResult> {
  const port = await faultyWay(await start('relay-broker').ask<number>('listen'), type, fault);
  const load = start('broker-load');
  await load.ask('connect', { port, plan });
  return load.ask<LoadResult>('run', 0.05);
}

const twice: Fault = (packet) => [packet, packet];
const never: Fault = () => [];
const changed: Fault = (packet) => {
  packet[packet.length - 1]! ^= 1;
  return [packet];
};

describe('clients of a broker that is measured', { timeout: 60_000 }, () => {
  it('send and acknowledge with every QoS, and say what has arrived', async () => {
    for (const plan of [dense(0), dense(1), dense(2), dense(2, 5), sparse(0), sparse(1), sparse(2)]) {
      const { messages, seconds, p50, p99 } = await send(plan);
      expect(messages).toBeGreaterThan(0);
      if (plan.load === 'dense') expect(messages % (plan.batch * plan.fanOut)).toBe(0);
      expect(seconds).toBeGreaterThanOrEqual(0.05);
      expect(p99).toBeGreaterThanOrEqual(p50);
    }
  });

  it.each([
    ['a message that comes twice', dense(0), PUBLISH, twice, 'not message'],
    ['a message that does not come', dense(0), PUBLISH, never, 'not message'],
    ['a message with another payload', dense(1), PUBLISH, changed, 'not message'],
    ['a message that comes twice with QoS 2', dense(2), PUBLISH, twice, 'a packet identifier that is in use'],
    ['an acknowledgement that comes twice', dense(1), PUBACK, twice, 'not an acknowledgement that is due'],
    ['PUBREL that comes twice', dense(2), PUBREL, twice, 'PUBREL that is not due'],
    ['a message of one that comes twice', sparse(1), PUBLISH, twice, 'not message'],
    ['a message of one with another payload', sparse(0), PUBLISH, changed, 'not message'],
  ] as const)('notice %s', async (_, plan, type, fault, message) => {
    await expect(send(plan, type, fault)).rejects.toThrow(message);
  });
});

/** The first cells of the rows of the table under `### heading`. */
function rowsUnder(report: string, heading: string): string[] {
  const lines = report
    .slice(report.indexOf(`### ${heading}`))
    .split('\n')
    .slice(2);
  const end = lines.findIndex((line) => !line.startsWith('|'));
  return lines.slice(2, end).map((line) => line.split('|')[1]!.trim());
}

describe('npm run bench -- broker --quick', { timeout: 120_000 }, () => {
  it('measures brokers beside each other, and what their connections take', async () => {
    const node = ['--import', 'tsx', 'bench/index.ts', 'broker', '--quick', '--only', 'dense, QoS 1|idle'];
    const { stdout } = await promisify(execFile)(process.execPath, node, { cwd: ROOT });
    const rivals = mosquittoVersion() === undefined ? ['aedes'] : ['mosquitto', 'aedes'];
    expect(rowsUnder(stdout, 'dense, QoS 1, 16 B, 1 to 1, 3.1.1')).toEqual(
      expect.arrayContaining([...rivals, 'relay', 'wasmqtt', 'A/A control']),
    );
    expect(rowsUnder(stdout, 'idle connections')).toEqual([...rivals, 'wasmqtt']);
    expect(rowsUnder(stdout, 'targets')).toEqual(rivals.map((name) => `dense, QoS 1: wasmqtt over ${name}`));
  });
});

function cell(unit: string, rounds: Record<string, number[]>, group = 'dense'): CaseResult {
  const measurements = Object.entries(rounds).map(([name, figures]) => ({ name, rounds: figures }));
  return { group, column: 'c', unit, packets: 1, checksums: {}, measurements };
}

describe('figures of which more is better', () => {
  const other = [100, 100, 100];
  const ours = [300, 200, 400];
  const suite: Suite = {
    name: 'test',
    notes: [],
    reference: 'other',
    cases: [],
    comparisons: [],
    targets: [{ label: 't', group: ['dense', 'more'], contestant: 'ours', against: ['other'], atLeast: 2.5 }],
  };

  it('are compared the other way round', () => {
    expect(timesFaster(cell('1,000 messages', { other, ours }), 'ours', ['other'])?.median).toBe(3);
    expect(timesFaster(cell('ns', { other, ours }), 'ours', ['other'])?.median).toBe(1 / 3);
    // the best of several is the one with most
    const best = cell('1,000 messages', { other, more: [600, 600, 600], ours });
    expect(timesFaster(best, 'ours', ['other', 'more'])?.median).toBe(0.5);
  });

  it('are losses when they are less, and shares are neither gains nor losses', () => {
    const results = [cell('1,000 messages', { other: ours, ours: other }), cell('%', { other, ours })];
    expect(lossesOf(suite, results)).toMatchObject([{ group: 'dense', ratio: { median: 1 / 3 } }]);
  });

  it('are judged by the worst of the groups that a target names', () => {
    const results = [
      cell('1,000 messages', { other, ours }),
      cell('1,000 messages', { other, ours: [200, 200, 200] }, 'more'),
      cell('1,000 messages', { other, ours: other }, 'elsewhere'),
    ];
    expect(verdictsOf(suite, results)).toMatchObject([{ value: 2, cell: 'more c', met: false }]);
  });
});

describe('figures that are taken there and back', () => {
  it('are the means of both, and every round begins with another one', async () => {
    const order: string[] = [];
    let value = 0;
    const subjects = ['a', 'b'].map((name): Subject => {
      const run = async () => {
        order.push(name);
        return { figures: { value: value++ }, sums: {} };
      };
      return { name, run };
    });
    const { figures } = await measureFigures(subjects, { rounds: 2, warmUps: 1, isThereAndBack: true });
    expect(order.join('')).toBe('abba' + 'baab' + 'abba');
    expect(figures['value']).toEqual([
      { name: 'a', rounds: [5.5, 9.5] },
      { name: 'b', rounds: [5.5, 9.5] },
    ]);
  });
});
