import { describe, expect, it, onTestFinished } from 'vitest';
import type { Address } from '../../bench/broker/link.ts';
import { Program } from '../../bench/process.ts';
import { parseScenario } from '../../bench/scenarios/name.ts';
import type { TrafficPlan, TrafficResult, TrafficRun } from '../../bench/scenarios/plan.ts';
import { Routes } from '../../bench/scenarios/routes.ts';
import { isScenario, scenarioSuite } from '../../bench/scenarios/suite.ts';
import type { LoadSettings } from '../../bench/settings.ts';
import type { FiguresCase } from '../../bench/suite.ts';
import { loadSuite } from '../../bench/suites.ts';
import { type Deliver, type FakeBrokerOptions, fakeBroker } from './fake-broker.ts';

describe('names of scenarios', () => {
  it.each([
    ['p2p', { kind: 'p2p' }],
    ['p2p-50-20', { kind: 'p2p', publishers: 50, subscribers: 20 }],
    ['p2p-1K-1K-1K-1K', { kind: 'p2p', publishers: 1000, subscribers: 1000, rate: 1000 }],
    ['fanout-1-1K-1-1K', { kind: 'fanout', publishers: 1, subscribers: 1000, rate: 1 }],
    ['fanout-5-1.5k-20', { kind: 'fanout', publishers: 5, subscribers: 1500, rate: 20 }],
    ['sharedsub-1K-5-1K-1K', { kind: 'sharedsub', publishers: 1000, subscribers: 5, rate: 1000 }],
    ['conn', { kind: 'conn' }],
    ['conn-10K-100', { kind: 'conn', connections: 10_000, rate: 100 }],
    ['conn-tcp-1M-5K', { kind: 'conn', connections: 1_000_000, rate: 5000 }],
  ])('%s is understood', (name, expected) => {
    expect(isScenario(name)).toBe(true);
    expect(parseScenario(name)).toEqual(expected);
  });

  it('leave names of suites alone', () => {
    for (const name of ['broker', 'latency', 'connect', 'p2px', '', 'constructor']) {
      expect(isScenario(name)).toBe(false);
    }
  });

  it.each<[string, LoadSettings, string]>([
    ['p2p-0-1', {}, 'p2p-0-1: publishers must be at least 1'],
    ['p2p-1-x', {}, 'p2p-1-x: subscribers must be a number such as 100, 1K or 2M, not x'],
    ['p2p-1-1.0005K', {}, 'must be a number'],
    ['p2p-10', {}, 'p2p-10: how many subscribers?'],
    ['p2p-1-2-3-3-4', {}, 'too many numbers'],
    ['p2p-1-2-3-4', {}, 'of 3 messages published per second 3 are received, not 4'],
    ['fanout-1-1K-1-1', {}, 'of 1 messages published per second 1,000 are received, not 1'],
    ['conn-tls-5', {}, 'connections must be a number'],
    ['p2p-10-10', { clients: 20 }, 'p2p-10-10 says 10, but -c 20'],
    ['p2p-10-10-100', { rate: 200 }, 'p2p-10-10-100 says 100, but -R 200'],
    ['p2p', { topic: 'same' }, 'topic same: needs %i'],
    ['fanout-2-2', { topic: 'a%i' }, '%i must be a level of its own'],
    ['p2p', { topic: 'a/+/%i' }, 'without + and #'],
    ['p2p', { topic: '$SYS/%i' }, 'must not begin with $'],
    ['p2p', { size: 7 }, '-s 7: must be at least 8'],
    ['p2p', { size: 268_435_455 }, 'a packet has at most 268435455 bytes'],
    ['conn', { qos: 1 }, 'conn -q: there are no messages'],
    ['p2p-1M-1M', {}, 'more than the'],
  ])('%s with %j makes no sense', (name, settings, message) => {
    expect(() => scenarioSuite(name, settings)).toThrow(message);
  });
});

describe('suites of scenarios', () => {
  const onlyCase = (name: string, settings: LoadSettings = {}): FiguresCase => {
    const { cases } = scenarioSuite(name, settings);
    expect(cases).toHaveLength(1);
    return cases[0] as FiguresCase;
  };

  it('say in the name of their table what the name and the options say together', () => {
    expect(onlyCase('p2p-50-20').group).toBe('p2p 50 to 20, QoS 1, 16 B, 3.1.1');
    expect(onlyCase('fanout', { clients: 7, qos: 0, size: 1024, protocolVersion: 5 }).group).toBe(
      'fanout 7 to 7, QoS 0, 1,024 B, 5.0',
    );
    expect(onlyCase('p2p-1K-1K-20K').group).toBe(
      'p2p 1,000 to 1,000, QoS 1, 16 B, 3.1.1, 20,000 per second offered',
    );
    expect(onlyCase('conn-100', { rate: 50 }).group).toBe('100 connections, 50 per second offered');
  });

  it('have a column for how late clients are in an open loop only', () => {
    expect(Object.keys(onlyCase('p2p').cells)).not.toContain('late');
    expect(Object.keys(onlyCase('p2p', { rate: 100 }).cells)).toContain('late');
  });

  it('leave out brokers that cannot do it', () => {
    const { reference, rivals = [] } = scenarioSuite('sharedsub', {});
    expect([reference, ...rivals].filter((name) => name.startsWith('aedes'))).toEqual([]);
  });

  it('are measured like all others: what is found has a place in the table', async () => {
    for (const name of ['p2p-3-3', 'conn-5-1K']) {
      const { cases, control } = await loadSuite(name, {});
      const { prepare, cells } = cases[0] as FiguresCase;
      const subject = prepare(true, undefined).find((one) => one.name === control)!;
      onTestFinished(() => subject.stop?.());
      const { figures } = await subject.run();
      for (const figure of Object.keys(cells)) expect(figures[figure]).toBeTypeOf('number');
      expect(figures['perSecond']).toBeGreaterThan(0);
      subject.stop?.();
    }
  }, 60_000);
});

describe('topics of p2p', () => {
  it.each([
    [7, 3],
    [3, 7],
    [4, 4],
  ])('are dealt out to %d publishers and %d subscribers', (publishers, subscribers) => {
    const routes = new Routes({ kind: 'p2p', publishers, subscribers, topic: 't/%i' });
    const filters = Array.from({ length: subscribers }, (_, i) => routes.filtersOf(i));
    // everybody has something to do, and no topic is anybody else's
    expect(filters.every((own) => own.length > 0)).toBe(true);
    expect(filters.flat().sort()).toEqual([...routes.topics].sort());
    const sent = Array.from({ length: publishers }, (_, i) => routes.topicsOf(i));
    expect(sent.reduce((a, b) => a + b)).toBe(routes.topics.length);
    expect(Math.min(...sent)).toBeGreaterThan(0);
  });
});

const PLAN: TrafficPlan = {
  kind: 'p2p',
  publishers: 1,
  subscribers: 1,
  qos: 1,
  protocolVersion: 4,
  payload: 16,
  topic: 'bench/%i',
  patience: 0.3,
};

function start(name: string): Program {
  const program = new Program(name);
  onTestFinished(() => program.stop());
  return program;
}

/** A run of clients of their own; what they have found. */
async function send(address: Address, plan: TrafficPlan, run: TrafficRun): Promise<TrafficResult> {
  const load = start('scenario-load');
  await load.ask('connect', { ...address, plan });
  const result = await load.ask<TrafficResult>('run', run);
  if (result.isComplete) await load.ask('settle');
  return result;
}

async function ourBroker(): Promise<Address> {
  return { host: '127.0.0.1', port: await start('wasmqtt-broker').ask<number>('listen') };
}

describe('clients of a scenario', { timeout: 60_000 }, () => {
  it.each([0, 1, 2] as const)('get every message once with QoS %d', async (qos) => {
    const address = await ourBroker();
    const sizes = [
      ['p2p', 5, 5, 1],
      ['p2p', 7, 3, 1],
      ['p2p', 3, 7, 1],
      ['fanout', 2, 4, 4],
      ['sharedsub', 6, 3, 1],
    ] as const;
    for (const [kind, publishers, subscribers, fanOut] of sizes) {
      const plan: TrafficPlan = {
        ...PLAN,
        kind,
        publishers,
        subscribers,
        qos,
        topic: `${kind}/%i`,
        patience: 10,
      };
      const closed = await send(address, plan, { seconds: 0.1 });
      expect(closed).toMatchObject({ lost: 0, isComplete: true, messages: closed.offered * fanOut });
      expect(closed.offered).toBeGreaterThan(publishers);
      const open = await send(
        address,
        { ...plan, protocolVersion: 5 },
        { seconds: 0.1, rate: 2000, drain: 20 },
      );
      expect(open).toMatchObject({ lost: 0, isComplete: true, offered: 200, messages: 200 * fanOut });
      expect(open.latency.max).toBeGreaterThanOrEqual(open.late.p50);
    }
  });

  it('send one run after the other over the same connections', async () => {
    const load = start('scenario-load');
    await load.ask('connect', { ...(await ourBroker()), plan: { ...PLAN, patience: 10 } });
    for (const rate of [undefined, 1000, undefined]) {
      const run: TrafficRun = { seconds: 0.1, rate, drain: 20 };
      const { offered, messages } = await load.ask<TrafficResult>('run', run);
      expect(messages).toBe(offered);
      if (rate !== undefined) expect(offered).toBe(100);
    }
  });

  it('send payloads larger than any buffer', async () => {
    const plan: TrafficPlan = { ...PLAN, payload: 400_000, protocolVersion: 5, patience: 10 };
    const { messages, offered, isComplete } = await send(await ourBroker(), plan, { seconds: 0.1 });
    expect([messages, isComplete]).toEqual([offered, true]);
  });

  it('have so many messages under way as they are told', async () => {
    let underWay = 0;
    let most = 0;
    const deliver: Deliver = (packet) => {
      most = Math.max(most, ++underWay);
      setTimeout(() => underWay--, 5);
      return [packet];
    };
    const address = await fakeBroker({ deliver, pause: 10 });
    await send(address, { ...PLAN, inflight: 3 }, { seconds: 0.2 });
    expect(most).toBeLessThanOrEqual(3);
    expect(most).toBeGreaterThan(1);
  });

  const once: Deliver = (packet) => [packet];
  const third = (change: Deliver): Deliver => {
    return (packet, number) => (number === 2 ? change(packet, number) : [packet]);
  };
  const twice = third((packet) => [packet, packet]);
  const never = third(() => []);
  const changed = third((packet) => {
    const payload = Buffer.from(packet.payload);
    payload[payload.length - 1]! ^= 1;
    return [{ ...packet, payload }];
  });
  const elsewhere = third((packet) => [
    { ...packet, topic: packet.topic === 'bench/1' ? 'bench/0' : 'bench/1' },
  ]);
  const late = (): Deliver => {
    let held: Parameters<Deliver>[0] | undefined;
    return (packet, number) => {
      if (number === 2) held = packet;
      return number === 2 ? [] : number === 3 ? [packet, held!] : [packet];
    };
  };

  it.each<[string, Partial<TrafficPlan>, FakeBrokerOptions, string | RegExp]>([
    ['a message that comes twice', {}, { deliver: twice }, 'message 2 of publisher 0: twice'],
    ['one with QoS 0 that comes twice', { qos: 0 }, { deliver: twice }, 'message 2 of publisher 0: twice'],
    ['a message that never comes', {}, { deliver: never }, 'message 2 of publisher 0 is lost'],
    ['one with QoS 2 that never comes', { qos: 2 }, { deliver: never }, 'message 2 of publisher 0 is lost'],
    ['a message that another one overtakes', {}, { deliver: late() }, 'message 2 of publisher 0 is lost'],
    ['one with QoS 0 that another one overtakes', { qos: 0 }, { deliver: late() }, 'out of order'],
    ['another payload', {}, { deliver: changed }, 'not message 2 of publisher 0'],
    [
      'a long payload that has changed',
      { payload: 9000 },
      { deliver: changed },
      'not message 2 of publisher 0',
    ],
    // who notices first depends on whose socket is read first
    [
      'a message for somebody else',
      { publishers: 2, subscribers: 2 },
      { deliver: elsewhere },
      /not message|is lost/,
    ],
    [
      'a message that two of a group get',
      { kind: 'sharedsub', subscribers: 2 },
      { isSharingWithAll: true },
      'message 0 of publisher 0: twice',
    ],
    [
      'the last message, which never comes',
      {},
      { deliver: (packet, i) => (i === 29 ? [] : once(packet, i)) },
      '1 of 30 messages are lost',
    ],
  ])('notice %s', async (_, plan, options, message) => {
    const run = { seconds: 0.1, rate: 300 };
    await expect(send(await fakeBroker(options), { ...PLAN, ...plan }, run)).rejects.toThrow(message);
  });

  it('count what a broker drops with QoS 0, in either loop', async () => {
    const deliver: Deliver = (packet, number) => (number % 4 === 3 ? [] : [packet]);
    const plan: TrafficPlan = { ...PLAN, qos: 0 };
    const open = await send(await fakeBroker({ deliver }), plan, { seconds: 0.1, rate: 1000, drain: 0.3 });
    expect(open).toMatchObject({ offered: 100, messages: 75, lost: 25 });
    const closed = await send(await fakeBroker({ deliver }), plan, { seconds: 0.1 });
    expect(closed.messages + closed.lost).toBe(closed.offered);
    expect(closed.lost).toBeGreaterThan(0);
  });

  it('do not wait for a broker that is overloaded, and connect anew', async () => {
    const load = start('scenario-load');
    const address = await fakeBroker({ pause: 10 });
    for (const rate of [1000, 20]) {
      await load.ask('connect', { ...address, plan: PLAN });
      const result = await load.ask<TrafficResult>('run', { seconds: 0.2, rate, drain: 0.2 });
      expect(result.messages + result.lost).toBe(result.offered);
      expect([rate, result.isComplete]).toEqual([rate, rate === 20]);
      if (result.isComplete) continue;
      // what has not arrived has waited all the same
      expect(result.latency.p90).toBeGreaterThan(100_000);
      await load.ask('close');
    }
  });

  it('say why they cannot go on', async () => {
    const { host, port } = await ourBroker();
    await expect(send({ host, port: 1 }, PLAN, { seconds: 0.1 })).rejects.toThrow('ECONNREFUSED');
    // more than the broker takes
    const plan: TrafficPlan = { ...PLAN, payload: 30_000_000 };
    await expect(send({ host, port }, plan, { seconds: 0.1 })).rejects.toThrow('the broker has closed');
  });
});
