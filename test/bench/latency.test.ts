import { describe, expect, it, onTestFinished } from 'vitest';
import { latencySuite } from '../../bench/cases/latency.ts';
import { Program } from '../../bench/process.ts';
import type { TrafficPlan, TrafficResult } from '../../bench/scenarios/plan.ts';
import { fakeBroker } from './fake-broker.ts';

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
});
