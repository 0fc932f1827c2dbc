import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { latencySuite } from '../../bench/cases/latency.ts';
import type { RecordFile } from '../../bench/html/data.ts';
import { page } from '../../bench/html/page.ts';
import { Program } from '../../bench/process.ts';
import type { TrafficPlan, TrafficResult } from '../../bench/scenarios/plan.ts';
import { fakeBroker } from './fake-broker.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

describe('latency in an open loop', { timeout: 60_000 }, () => {
  it('counts all messages that were due while the broker stood still', async () => {
    const load = new Program('scenario-load');
    onTestFinished(() => load.stop());
    const plan: TrafficPlan = {
      kind: 'p2p',
      publishers: 4,
      subscribers: 4,
      qos: 1,
      protocolVersion: 4,
      payload: 16,
      topic: 'bench/%i',
      // nobody sends more than one message while the broker stands still
      inflight: 1,
      patience: 5,
    };
    const address = await fakeBroker({ stall: { after: 100, milliseconds: 300 } });
    await load.ask('connect', { ...address, plan });
    const { offered, messages, latency } = await load.ask<TrafficResult>('run', {
      seconds: 1,
      rate: 500,
      drain: 10,
    });
    expect([offered, messages]).toEqual([500, 500]);
    // 150 of 500 messages were due meanwhile; only 4 of them were sent before it was over
    expect(latency.p90).toBeGreaterThan(100_000);
    expect(latency.max).toBeGreaterThan(250_000);
  });
});

describe('the suite latency', { timeout: 120_000 }, () => {
  it('offers every rate with QoS 0 and 1, as the charts want it', () => {
    const { cases } = latencySuite({});
    for (const qos of [0, 1]) {
      const groups = cases.map(({ group }) => group).filter((group) => group.includes(`QoS ${qos}`));
      expect(groups.length).toBeGreaterThanOrEqual(4);
      for (const group of groups) expect(group).toMatch(/^open loop, QoS \d, [\d,]+ per second offered$/);
    }
  });

  it('makes a record that both charts are drawn from', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'wasmqtt-latency-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'latency.json');
    await promisify(execFile)(
      process.execPath,
      ['dist/bench/main.js', 'latency', '--quick', '--json', file],
      {
        cwd: ROOT,
      },
    );
    const record = JSON.parse(readFileSync(file, 'utf8')) as RecordFile;
    const cells = record.suites[0]!.cases;
    const columns = ['per second', 'p50', 'p90', 'p99', 'p99.9', 'max', 'clients late', "clients' ceiling"];
    for (const column of columns) {
      const groups = cells.filter((cell) => cell.column === column).map(({ group }) => group);
      expect(groups).toEqual([
        'open loop, QoS 0, 5,000 per second offered',
        'open loop, QoS 1, 5,000 per second offered',
      ]);
    }
    const html = page([record]);
    expect(html).toContain('<figure id="latency-latency">');
    expect(html).toContain('<figure id="rates-latency">');
  });
});
