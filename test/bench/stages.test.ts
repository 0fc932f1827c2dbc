import { describe, expect, it, onTestFinished } from 'vitest';
import { stageCases, stageNotes } from '../../bench/cases/stages.ts';
import type { CaseResult } from '../../bench/figures.ts';
import { STAGES } from '../../bench/html/data.ts';
import { page } from '../../bench/html/page.ts';
import { measureFigures } from '../../bench/measuring/runs.ts';
import { burstOf } from '../../bench/stages/burst.ts';
import type { Stage, StagePlan } from '../../bench/stages/plan.ts';
import { Sink } from '../../bench/stages/sink.ts';
import { CountedSubject } from '../../bench/stages/subjects.ts';
import { type StageContestant, stageLoad, Variant } from '../../bench/stages/variant.ts';
import type { FiguresCase } from '../../bench/suite.ts';
import { encode } from '../../src/index.ts';

const CONTESTANTS = ['wasmqtt', 'wasmqtt, kernel js', 'aedes', 'control'];
/** site/0000/line/4/device/0000/temperature */
const TOPIC = 40;
/** A PUBLISH with that topic and 16 bytes of payload; with QoS 1 two more. */
const FRAME = 2 + 2 + TOPIC + 16;

const plan = (qos: 0 | 1, fanOut: number): StagePlan => {
  return { qos, payload: 16, fanOut, publishers: 1, burst: 50 };
};

/** Runs a case once, as a smoke run does; returns its cells. */
async function cellsOf(one: FiguresCase): Promise<CaseResult[]> {
  const subjects = one.prepare(true, undefined);
  try {
    const { figures, ...rest } = await measureFigures(subjects, { rounds: 1, warmUps: 0 });
    return Object.entries(one.cells).map(([name, cell]) => {
      return { ...rest, ...cell, measurements: figures[name]! };
    });
  } finally {
    for (const subject of subjects) subject.stop?.();
  }
}

async function copiesOf(name: StageContestant, qos: 0 | 1, fanOut: number): Promise<Record<string, number>> {
  const seconds = { seconds: 0.01, warmUp: 0.01 };
  const subject = new CountedSubject(name, { plan: plan(qos, fanOut), peerCpu: undefined, ...seconds });
  onTestFinished(() => subject.stop());
  return { ...(await subject.run()).figures };
}

function chartOf(cases: CaseResult[]): string {
  const suite = { name: 'broker', notes: stageNotes, reference: 'aedes', comparisons: [], cases };
  const environment = { date: '2026-11-22', node: '', v8: '', platform: '', cpu: '', cpus: 2 };
  const run = { ...environment, pinned: undefined, load: 0, commit: undefined, quick: true };
  const html = page([{ environment: run, suites: [suite] }]);
  return /<figure id="stages-broker">[\s\S]*?<\/figure>/.exec(html)?.[0] ?? '';
}

// Each variant is a process of its own, and processes start slowly on a busy machine.
describe('the stages of one message', { timeout: 120_000 }, () => {
  it('are measured for all contestants and drawn', async () => {
    const isTimed = (one: FiguresCase): boolean =>
      one.cells['read']!.unit === 'ns' && one.fullRunOnly !== true;
    const timed = (stageCases() as FiguresCase[]).find(isTimed);
    const cells = await cellsOf(timed!);
    for (const stage of STAGES) {
      const cell = cells.find(({ column }) => column === stage);
      expect(cell?.measurements.map(({ name }) => name)).toEqual(CONTESTANTS);
      for (const { rounds } of cell!.measurements) expect(rounds.every(Number.isFinite)).toBe(true);
    }
    for (const { name, rounds } of cells.find(({ column }) => column === 'all stages')!.measurements) {
      const stages = STAGES.map((stage) => {
        const { measurements } = cells.find(({ column }) => column === stage)!;
        return measurements.find((one) => one.name === name)!.rounds[0]!;
      });
      expect(stages.reduce((sum, stage) => sum + stage)).toBeCloseTo(rounds[0]!);
    }

    const chart = chartOf(cells);
    const text = chart.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');
    expect(text).toContain(STAGES.join(' '));
    for (const name of CONTESTANTS.slice(0, 3)) expect(text).toContain(name);
    expect(chart).not.toMatch(/NaN|undefined/);
  });

  it('copy each byte in, to each outbox and out to each socket', async () => {
    for (const name of ['wasmqtt', 'wasmqtt, kernel js'] as const) {
      const { read, frame, route, append, write, total } = await copiesOf(name, 0, 3);
      expect({ read, frame, route, append, write }).toEqual({
        read: FRAME,
        frame: 0,
        route: 0,
        append: 3 * FRAME,
        write: 3 * FRAME,
      });
      expect(total).toBe(7 * FRAME);
    }
  });

  it('copy acknowledgements with QoS 1', async () => {
    const { read, route, append, write, total } = await copiesOf('wasmqtt', 1, 2);
    expect({ read, route }).toEqual({ read: FRAME + 2, route: 4 });
    expect(append! + write!).toBe(2 * (2 * (FRAME + 2) + 4));
    expect(total).toBe(read! + route! + append! + write!);
  });

  it('copy topics into strings and out of them with aedes, and nothing to hand it on', async () => {
    const { read, frame, append, write } = await copiesOf('aedes', 0, 2);
    expect({ read, frame, append, write }).toEqual({
      read: FRAME,
      frame: TOPIC,
      append: 0,
      write: 2 * (FRAME + TOPIC),
    });
  });
});

it('is a difference: one below 0 is in the table and in the sum, and is not drawn', () => {
  const cell = (column: string, figure: number): CaseResult => {
    const measurements = [{ name: 'wasmqtt', rounds: [figure, figure, figure] }];
    return { group: 'stages', column, unit: 'ns', packets: 1, checksums: {}, measurements };
  };
  const chart = chartOf([cell('read', 30), cell('append', -12), cell('write', 20)]);
  const [drawing = '', table = ''] = chart.split('<table>');
  expect(table).toContain('-12.0');
  expect(table).toContain('38.0');
  expect(drawing).toContain('>38.0</text>');
  // the others are as long as they are, beside each other
  const bars = [...drawing.matchAll(/<path d="M([\d.]+) \S+l([\d.]+) 0l0[^"]*" fill="var\(--s(\d)\)"/g)];
  const [read, append, write] = bars.map(([, start, length]) => [Number(start), Number(length)] as const);
  expect(append![1]).toBe(0);
  expect(write![0]).toBeCloseTo(read![0] + read![1], 0);
  expect(write![1] / read![1]).toBeCloseTo(20 / 30, 2);
});

describe('a variant that does less than its stage demands', { timeout: 60_000 }, () => {
  it.each([
    ['wasmqtt', 'append', 'appended'],
    ['wasmqtt', 'write', 'written'],
    ['aedes', 'append', 'appended'],
    ['aedes', 'write', 'written'],
  ] as const)('is noticed: %s, %s', async (contestant, stage: Stage, what) => {
    const load = stageLoad(undefined);
    const variant = new Variant({ contestant, stage, plan: plan(0, 2), receivers: 1 }, load);
    onTestFinished(() => {
      load.stop();
      variant.stop();
    });
    await expect(variant.open(0)).rejects.toThrow(
      `${contestant}, ${stage}: ${what} is ${50 * FRAME} and should be ${2 * 50 * FRAME}`,
    );
  });
});

describe('a receiver without a socket', () => {
  async function subscribed(qos: 0 | 1): Promise<{ sink: Sink; frames: Buffer }> {
    const { topics, frames } = burstOf(plan(qos, 1), 0);
    const sink = new Sink(burstOf(plan(qos, 1), 0), qos);
    const done = sink.subscribe('sink', topics);
    sink.write(encode({ cmd: 'connack', returnCode: 0, sessionPresent: false }));
    sink.write(encode({ cmd: 'suback', messageId: 1, granted: topics.map(() => qos) }));
    await done;
    sink.isChecking = true;
    sink.read();
    return { sink, frames: Buffer.from(frames) };
  }

  it('counts messages however they are cut, and acknowledges those with QoS 1 by their identifiers', async () => {
    const { sink, frames } = await subscribed(1);
    // the broker chooses others than the publisher
    const at = 2 + 2 + TOPIC;
    frames.writeUInt16BE(777, at);
    for (let p = 0; p < frames.length; p += 100) sink.write(frames.subarray(p, p + 100));
    await new Promise((resolve) => setImmediate(resolve));
    expect(sink.bytes).toBe(frames.length);
    expect(sink.failure).toBeUndefined();
    const answers = sink.read() as Buffer;
    expect(answers.length).toBe(50 * 4);
    expect(answers.subarray(0, 8).toString('hex')).toBe('40020309' + '40020002');
  });

  it('says that a message is not the one that was sent', async () => {
    const { sink, frames } = await subscribed(0);
    frames[frames.length - 1]! ^= 1;
    sink.write(frames);
    expect(String(sink.failure)).toContain('not message');
  });

  it('says that a message is missing', async () => {
    const { sink, frames } = await subscribed(0);
    sink.write(frames.subarray(FRAME));
    expect(String(sink.failure)).toContain('not message 0');
  });
});
