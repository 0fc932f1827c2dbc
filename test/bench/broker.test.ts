import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { BrokerProcess, brokersFor, mosquittoVersion } from '../../bench/broker/broker-process.ts';
import type { DensePlan, LoadResult, SparsePlan } from '../../bench/broker/plan.ts';
import { programFile } from '../../bench/built.ts';
import { type CaseResult, lossesOf, timesFaster, verdictsOf } from '../../bench/figures.ts';
import { measureFigures } from '../../bench/measuring/runs.ts';
import { Program } from '../../bench/process.ts';
import type { ExternalBroker } from '../../bench/settings.ts';
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

/** The rows of the table under `### heading`, by their first cells; each by the heads of its columns. */
function tableUnder(report: string, heading: string): Map<string, Record<string, string>> {
  const lines = report
    .slice(report.indexOf(`### ${heading}`))
    .split('\n')
    .slice(2);
  const end = lines.findIndex((line) => !line.startsWith('|'));
  const [head = [], , ...rows] = lines.slice(0, end).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((text) => text.trim()),
  );
  return new Map(
    rows.map((row) => [row[0]!, Object.fromEntries(row.map((text, i) => [head[i]!, text]))] as const),
  );
}

async function bench(...args: string[]): Promise<string> {
  const node = ['dist/bench/main.js', '--quick', ...args];
  return (await promisify(execFile)(process.execPath, node, { cwd: ROOT })).stdout;
}

/** A broker that somebody else has started. */
async function startElsewhere(): Promise<{ port: number; pid: number }> {
  const child = fork(programFile('wasmqtt-broker'), { execArgv: [] });
  onTestFinished(() => void child.kill());
  child.send({ id: 1, question: 'listen' });
  const [{ answer }] = (await once(child, 'message')) as [{ answer: number }];
  return { port: answer, pid: child.pid! };
}

const CPU_FIGURES = ['per CPU second: 1,000 messages', 'RSS: MiB', 'broker busy: %'];

describe('bench broker', { timeout: 120_000 }, () => {
  const group = 'dense, QoS 1, 16 B, 1 to 1, 3.1.1';

  it('measures brokers beside each other', async () => {
    const report = await bench('broker', '--filter', 'broker dense, QoS 1');
    const rivals = ['aedes', ...(mosquittoVersion() === undefined ? [] : ['mosquitto'])];
    const table = tableUnder(report, group);
    const names = [...rivals, 'aedes with wasmqtt', 'relay', 'wasmqtt'];
    expect([...table.keys()]).toEqual(
      expect.arrayContaining([...names, 'aedes with wasmqtt : aedes', 'A/A control']),
    );
    for (const name of names) {
      expect(Number(table.get(name)!["clients' ceiling: 1,000 messages at most"])).toBeGreaterThan(0);
    }
    expect([...tableUnder(report, 'targets').keys()].sort()).toEqual(
      rivals.map((name) => `dense, QoS 1: wasmqtt over ${name}`),
    );
  });

  it('measures one that somebody else has started, without what only its process tells', async () => {
    const { port, pid } = await startElsewhere();
    const name = `127.0.0.1:${port}`;
    const args = ['broker', '--filter', 'broker dense, QoS 1', '--broker', name];
    const known = tableUnder(await bench(...args, '--pid', String(pid)), group).get(name)!;
    for (const figure of [...CPU_FIGURES, 'per second: 1,000 messages']) {
      expect(Number(known[figure])).toBeGreaterThan(0);
    }
    const unknown = tableUnder(await bench(...args), group).get(name)!;
    for (const figure of CPU_FIGURES) expect(unknown[figure]).toBe('');
    expect(Number(unknown['per second: 1,000 messages'])).toBeGreaterThan(0);
  });
});

describe('a broker that somebody else has started', { timeout: 30_000 }, () => {
  const listen = (broker: ExternalBroker) =>
    new BrokerProcess(`${broker.host}:${broker.port}`, { broker }).listen();

  it('is refused at once where nobody listens, and with the number of no process', async () => {
    const { port, pid } = await startElsewhere();
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const nobody = (server.address() as AddressInfo).port;
    await new Promise((resolve) => server.close(resolve));
    const host = '127.0.0.1';
    await expect(listen({ host, port: nobody })).rejects.toThrow(`broker ${host}:${nobody}: nobody listens`);
    // no process has that number: it is above the highest one that Linux gives
    await expect(listen({ host, port, pid: 2 ** 22 + 1 })).rejects.toThrow('there is no process 4194305');
    await expect(listen({ host, port, pid })).resolves.toEqual({ host, port });
  });

  it('is told as ended when its process does while it is measured', async () => {
    const { port, pid } = await startElsewhere();
    const broker = { host: '127.0.0.1', port, pid };
    const found = new BrokerProcess(`127.0.0.1:${port}`, { broker });
    await found.listen();
    await found.start();
    expect(await found.used()).toBeGreaterThanOrEqual(0);
    expect(await found.resident(false)).toBeGreaterThan(2 ** 20);
    process.kill(pid, 'SIGKILL');
    await vi.waitFor(() => expect(found.used()).rejects.toThrow(`there is no process ${pid}`));
  });
});

describe('aedes with wasmqtt', { timeout: 30_000 }, () => {
  it('has loaded our codec, and aedes by itself has not', async () => {
    for (const [name, codec] of [
      ['aedes', 'mqtt-packet'],
      ['aedes with wasmqtt', 'wasmqtt'],
    ] as const) {
      expect(brokersFor({}, 4).names).toContain(name);
      const broker = new BrokerProcess(name, {});
      onTestFinished(() => broker.stop());
      await broker.listen();
      expect(await broker.codec()).toBe(codec);
    }
  });

  it('has not to do with 5.0, which aedes does not know', () => {
    const { names, rivals } = brokersFor({}, 5);
    expect([...names, ...rivals].filter((name) => name.startsWith('aedes'))).toEqual([]);
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
