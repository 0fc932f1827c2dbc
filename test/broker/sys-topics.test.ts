import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { connectAsync } from 'mqtt';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { version } from '../../package.json';
import { LoadAverages } from '../../src/broker/statistics/load-averages.ts';
import type { BrokerStatistics } from '../../src/broker/statistics/statistics.ts';
import { SysTopics } from '../../src/broker/statistics/sys-topics.ts';
import { atTheEnd } from './cleanup.ts';
import { RawClient, startBroker } from './harness.ts';
import { sampleStatistics } from './sample-statistics.ts';

/** What Mosquitto 2.0 publishes, but for `publish/bytes/...`; and `clients/maximum` and `messages/inflight` of its manual. */
const NAMES = `
  version uptime clients/total clients/inactive clients/disconnected clients/active clients/connected clients/expired
  clients/maximum messages/stored messages/received messages/sent messages/inflight store/messages/count store/messages/bytes
  subscriptions/count shared_subscriptions/count retained_messages/count heap/current heap/maximum
  publish/messages/dropped publish/messages/received publish/messages/sent bytes/received bytes/sent
`
  .trim()
  .split(/\s+/)
  .map((name) => name.replace('retained_messages', 'retained messages'));

const LOADS = [
  'messages/received',
  'messages/sent',
  'publish/dropped',
  'publish/received',
  'publish/sent',
  'bytes/received',
  'bytes/sent',
  'sockets',
  'connections',
].flatMap((name) => [1, 5, 15].map((minutes) => `load/${name}/${minutes}min`));

const ALL = [...NAMES, ...LOADS].map((name) => `$SYS/broker/${name}`).sort();

/** Started `SysTopics` on a clock of the test, and what they have published since it was asked for last. */
function start(interval: number) {
  vi.useFakeTimers();
  let statistics = sampleStatistics();
  let published: { [topic: string]: string } = {};
  const topics = new SysTopics({
    interval,
    statistics: () => statistics,
    publish: (topic, payload) => {
      published[topic.replace('$SYS/broker/', '')] = payload;
    },
  });
  topics.start();
  return {
    topics,
    change: (changes: Partial<BrokerStatistics>) => {
      statistics = sampleStatistics(changes);
    },
    published: () => {
      const since = published;
      published = {};
      return since;
    },
  };
}

afterEach(() => {
  vi.useRealTimers();
});

describe('load averages', () => {
  it('come to the rate per minute, the shorter ones sooner', () => {
    const averages = new LoadAverages();
    averages.add(10, 10);
    expect(averages.values.map((value) => value.toFixed(2))).toEqual(['9.21', '1.97', '0.66']);
    for (let i = 0; i < 1000; i++) averages.add(10, 10);
    expect(averages.values.map((value) => value.toFixed(2))).toEqual(['60.00', '60.00', '60.00']);
  });

  it('fall when nothing happens: to 1/e in the time that they are over', () => {
    const averages = new LoadAverages();
    averages.add(1_000_000, 1_000_000);
    averages.add(0, 60);
    expect(averages.values[0]).toBeCloseTo(60 / Math.E);
    averages.add(0, 840);
    expect(averages.values[2]).toBeCloseTo(60 / Math.E);
  });

  it('do not depend on how often they are taken', () => {
    const often = new LoadAverages();
    for (let i = 0; i < 10; i++) often.add(7, 1);
    const once = new LoadAverages();
    once.add(70, 10);
    for (const i of [0, 1, 2]) expect(often.values[i]).toBeCloseTo(once.values[i]);
  });
});

describe('$SYS topics', () => {
  it('are those of Mosquitto, with its payloads', () => {
    const { published } = start(10);
    const first = published();
    expect(
      Object.keys(first)
        .map((name) => `$SYS/broker/${name}`)
        .sort(),
    ).toEqual(ALL);
    expect(first).toMatchObject({
      version: `wasmqtt version ${version}`,
      uptime: '12 seconds',
      'clients/total': '7',
      'clients/connected': '3',
      'clients/active': '3',
      'clients/disconnected': '4',
      'clients/inactive': '4',
      'clients/maximum': '5',
      'clients/expired': '6',
      'messages/received': '138',
      'messages/sent': '240',
      'messages/inflight': '15',
      'messages/stored': '66',
      'store/messages/count': '66',
      'store/messages/bytes': '6600',
      'publish/messages/received': '100',
      'publish/messages/sent': '200',
      'publish/messages/dropped': '11',
      'bytes/received': '1000',
      'bytes/sent': '2000',
      'retained messages/count': '50',
      'subscriptions/count': '40',
      'shared_subscriptions/count': '10',
      'load/connections/15min': '0.00',
    });
    expect(Number(first['heap/current'])).toBeGreaterThan(1_000_000);
    expect(Number(first['heap/maximum'])).toBeGreaterThanOrEqual(Number(first['heap/current']));
  });

  it('are published again when their value has changed', () => {
    const { change, published } = start(10);
    published();
    change({ uptime: 22.75, bytes: { received: 1000, sent: 2600 } });
    vi.advanceTimersByTime(9_999);
    expect(published()).toEqual({});
    vi.advanceTimersByTime(1);
    const { 'heap/current': _, 'heap/maximum': __, ...changed } = published();
    expect(changed).toEqual({
      uptime: '22 seconds',
      'bytes/sent': '2600',
      'load/bytes/sent/1min': '552.67',
      'load/bytes/sent/5min': '118.02',
      'load/bytes/sent/15min': '39.78',
    });
  });

  it('have loads that fall when there is nothing to do', () => {
    const { change, published } = start(10);
    change({ uptime: 22.75, connections: { opened: 80, closed: 17, refused: {} } });
    vi.advanceTimersByTime(10_000);
    const busy = Number(published()['load/sockets/1min']);
    change({ uptime: 32.75, connections: { opened: 80, closed: 17, refused: {} } });
    vi.advanceTimersByTime(10_000);
    const idle = Number(published()['load/sockets/1min']);
    expect(idle).toBeCloseTo(busy * Math.exp(-10 / 60), 1);
  });

  it('are not published after the end, or at all with interval 0', () => {
    const { topics, change, published } = start(10);
    published();
    topics.stop();
    change({ uptime: 100 });
    vi.advanceTimersByTime(60_000);
    expect(published()).toEqual({});

    const off = start(0);
    vi.advanceTimersByTime(60_000);
    expect(off.published()).toEqual({});
  });

  it('do not keep a process alive', () => {
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const before = timers();
    const topics = new SysTopics({ interval: 100, statistics: sampleStatistics, publish: () => {} });
    topics.start();
    expect(timers()).toBe(before);
    topics.stop();
  });
});

describe('$SYS topics of a broker', () => {
  it('are retained: mosquitto_sub shows them all', async () => {
    const { port } = await startBroker();
    const count = `${ALL.length}`;
    const line = ['-p', `${port}`, '-t', '$SYS/#', '-F', '%r %t', '-C', count, '-W', '10'];
    const { stdout } = await promisify(execFile)('mosquitto_sub', line);
    expect(stdout.trim().split('\n').sort()).toEqual(ALL.map((topic) => `1 ${topic}`));
  });

  it('follow what happens', async () => {
    const { port } = await startBroker({ sysInterval: 1 });
    const client = await connectAsync(`mqtt://127.0.0.1:${port}`);
    atTheEnd(() => client.endAsync(true));
    const values: string[] = [];
    const followed = new Promise<void>((resolve) => {
      client.on('message', (_, payload) => {
        values.push(payload.toString());
        if (values.at(-1) === '2') resolve();
      });
    });
    await client.subscribeAsync('$SYS/broker/clients/connected');
    await RawClient.connected(port, 'another');
    await followed;
    expect(values[0]).toBe('0');
  });

  it('are not among those of a subscription to #', async () => {
    const { port } = await startBroker();
    const client = await RawClient.connected(port, 'a');
    await client.subscribe('#');
    await client.expectsNothing();
  });

  it('are off with sysInterval 0', async () => {
    const { broker, port } = await startBroker({ sysInterval: 0 });
    const client = await RawClient.connected(port, 'a');
    await client.subscribe('$SYS/#');
    await client.expectsNothing();
    expect(broker.retained('$SYS/broker/version')).toBeUndefined();
  });
});
