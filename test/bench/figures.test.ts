import { describe, expect, it } from 'vitest';
import {
  type CaseResult,
  control,
  lossesOf,
  means,
  resultsOf,
  tally,
  timesFaster,
  verdictsOf,
  wallOverCpu,
} from '../../bench/figures.ts';
import { measureFigures, measureRuns } from '../../bench/measuring/runs.ts';
import { spread } from '../../bench/measuring/statistics.ts';
import { checkEqual, measureTime, QUICK } from '../../bench/measuring/time.ts';
import { report } from '../../bench/report.ts';
import type { Competitor, Contestant, Subject, Suite } from '../../bench/suite.ts';

function cell(column: string, rounds: Record<string, number[]>): CaseResult {
  const measurements = Object.entries(rounds).map(([name, figures]) => ({ name, rounds: figures }));
  return { group: 'pub16', column, unit: 'ns', packets: 1, checksums: {}, measurements };
}

const suite: Suite = {
  name: 'test',
  notes: [],
  reference: 'other',
  control: 'ours',
  cases: [],
  comparisons: [{ label: 'auto', of: 'ours', against: ['wasm', 'js'] }],
  targets: [
    { label: 'over other', column: 'burst', contestant: 'ours', against: ['other'], atLeast: 5 },
    { label: 'slower than the better kernel', contestant: 'ours', against: ['wasm', 'js'], atMost: 1.05 },
    { label: 'absolute', contestant: 'ours', atMost: 40 },
  ],
};

const burst = cell('burst', {
  other: [300, 300, 300],
  wasm: [20, 21, 19],
  js: [30, 30, 30],
  ours: [20, 20, 40],
});
const single = cell('single', {
  other: [90, 90, 90],
  wasm: [60, 60, 60],
  js: [50, 50, 50],
  ours: [100, 100, 100],
});

/** A program whose runs take the milliseconds given, and read the sum given for the last of them. */
function competitor(name: string, figures: readonly number[], lastSum = 1): Competitor {
  let runs = 0;
  const run: Competitor['run'] = async () => {
    const at = Math.min(runs++, figures.length - 1);
    return { figure: figures[at]!, sums: { packets: at === figures.length - 1 ? lastSum : 1 } };
  };
  return { name, run };
}

function measured(competitors: Competitor[]): ReturnType<typeof measureRuns> {
  return measureRuns({ packets: 1, competitors, stop: () => {} }, { firstRound: 0, rounds: 2, warmUps: 1 });
}

function contestant(name: string, results: readonly number[]): Contestant {
  let passes = 0;
  let last = 0;
  const pass = (): number => (last = results[Math.min(passes++, results.length - 1)]!);
  return { name, packets: 1, pass, sums: () => ({ topics: last }) };
}

describe('figures of a benchmark', () => {
  it('are medians with the extremes of few rounds, and the second of each of many', () => {
    expect(spread([4, 2])).toEqual({ median: 3, low: 2, high: 4 });
    expect(spread([9, 1, 5, 3, 7, 2, 8])).toEqual({ median: 5, low: 1, high: 9 });
    expect(spread([9, 1, 5, 3, 7, 2, 8, 4])).toEqual({ median: 4.5, low: 2, high: 8 });
  });

  it('compare round by round, with the fastest of several rivals', () => {
    expect(timesFaster(burst, 'ours', ['other'])).toEqual({ median: 15, low: 7.5, high: 15 });
    expect(timesFaster(burst, 'ours', ['js', 'wasm'])).toEqual({ median: 1, low: 0.475, high: 1.05 });
    expect(timesFaster(burst, 'ours', ['absent'])).toBeUndefined();
    expect(means(suite, [burst, single]).find(({ name }) => name === 'ours')!.mean).toBeCloseTo(
      Math.sqrt(15 * 0.9),
    );
  });

  it('have no mean where the units differ', () => {
    expect(means(suite, [burst, { ...single, unit: 'ms' }])).toEqual([]);
  });

  it('list every lost cell as a loss, and no tie', () => {
    const lost = lossesOf(suite, [burst, single]).map(({ column, label }) => [column, label]);
    // all of the interval is below 1; that of auto in the burst is not
    expect(lost).toEqual([
      ['single', 'ours : other'],
      ['single', 'auto'],
    ]);
    expect(tally(resultsOf(suite, [burst, single]))).toEqual({ win: 5, tie: 1, loss: 2 });
  });

  it('are equal if both are nothing', () => {
    const nothing = cell('heap', { other: [0, 0], ours: [0, 0], wasm: [8, 8] });
    expect(timesFaster(nothing, 'ours', ['other'])).toEqual({ median: 1, low: 1, high: 1 });
    expect(timesFaster(nothing, 'wasm', ['other'])?.median).toBe(0);
  });

  it('do not list rivals as losses', () => {
    const lost = lossesOf({ ...suite, rivals: ['ours'], comparisons: [] }, [burst, single]);
    expect(lost).toEqual([]);
  });

  it('judge a target by its worst cell', () => {
    const verdicts = verdictsOf(suite, [burst, single]).map(({ value, cell, met }) => [value, cell, met]);
    expect(verdicts).toEqual([
      [15, 'pub16 burst', true],
      [2, 'pub16 single', false],
      [100, 'pub16 single', false],
    ]);
  });

  it('repeat the first contestant that a cell has of several as the control', () => {
    const result = cell('burst', { js: [4, 4], ours: [2, 2], control: [2, 2] });
    expect(control({ ...suite, control: ['absent', 'js', 'ours'] }, result)?.median).toBe(2);
    expect(control({ ...suite, control: ['absent'] }, result)).toBeUndefined();
  });

  it('show the control beside the contestant that it repeats', () => {
    expect(control(suite, cell('burst', { ours: [2, 2], control: [2, 4] }))).toEqual({
      median: 0.75,
      low: 0.5,
      high: 1,
    });
  });
});

describe('the report', () => {
  const table = cell('burst', {
    other: [100, 100, 100],
    lean: [50, 50, 50],
    ours: [10, 10, 10],
    wasm: [100, 90, 110],
    js: [200, 180, 220],
    control: [10, 11, 9],
  });
  const bytes = { ...cell('heap', { other: [8, 8], ours: [80, 80], control: [80, 80] }), unit: 'bytes' };
  const share = { ...cell('busy', { other: [8, 8], ours: [80, 80], control: [80, 80] }), unit: '%' };
  const text = report({ ...suite, rivals: ['lean'] }, [table, bytes, share]);
  const rowOf = (name: string): string[] =>
    new RegExp(`^\\| ${name} +\\|.*$`, 'm')
      .exec(text)![0]
      .split('|')
      .slice(2, -1)
      .map((one) => one.trim());

  it('prints wins as they are, ties as ties, and marks losses', () => {
    expect(rowOf('ours').slice(0, 2)).toEqual(['10.0', '10.0 [10.0..10.0]']);
    expect(rowOf('wasm').slice(0, 2)).toEqual(['100', 'tie [0.91..1.11]']);
    expect(rowOf('js').slice(0, 2)).toEqual(['200', '▼0.50 [0.45..0.56]']);
    expect(rowOf('auto').slice(0, 2)).toEqual(['', '10.0 [9.00..11.0]']);
  });

  it('marks losses of memory as well, and nothing of what is neither good nor bad', () => {
    expect(rowOf('ours').slice(2)).toEqual(['80.0', '▼0.10 [0.10..0.10]', '80.0']);
  });

  it('does not mark what rivals lose', () => {
    const text = report({ ...suite, rivals: ['js'], comparisons: [] }, [table]);
    expect(text).toContain('0.50 [0.45..0.56]');
    expect(text).not.toContain('▼');
  });

  it('shows the control as a ratio, tie or not', () => {
    expect(rowOf('A/A control')).toEqual(['', '1.00 [0.91..1.11]', '', '1.00 [1.00..1.00]', '']);
  });

  it('does not round to 1 what is not', () => {
    const close = cell('close', { other: [998, 998], ours: [1000, 1000] });
    expect(report({ ...suite, comparisons: [] }, [close])).toContain('▼0.998 [0.998..0.998]');
  });

  it('lists the losses, and counts', () => {
    const losses = text.slice(text.indexOf('### losses'), text.indexOf('### targets'));
    expect(losses).toContain('| pub16 burst | js : other   | ▼0.50');
    expect(losses).toContain('| pub16 heap  | ours : other | ▼0.10');
    expect(losses).not.toMatch(/tie|wasm : other/);
    expect(text).toMatch(/^test: 2 wins, 1 tie, 2 losses$/m);
  });

  it('says what its means are of', () => {
    expect(report(suite, [burst, single])).toContain(
      '### geometric mean of all 2 cells of test above, each counted once',
    );
    expect(report(suite, [burst])).toContain('of the one cell of test above');
  });

  it('says how much time went by on the clock, where that was measured', () => {
    const measurements = [
      { name: 'other', rounds: [10, 10], wall: [11, 11] },
      { name: 'ours', rounds: [10, 10], wall: [30, 30] },
      { name: 'js', rounds: [10, 10], wall: [12, 12] },
    ];
    const timed = { ...table, measurements };
    expect(wallOverCpu([timed])).toEqual({ median: 1.2, high: 3 });
    expect(report(suite, [timed])).toContain('wall time over CPU time: 1.20 (median of all cells');
    expect(text).not.toContain('wall time');
  });
});

describe('measuring', () => {
  it('refuses contestants that read different things', () => {
    expect(() => checkEqual([contestant('a', [1]), contestant('b', [2])])).toThrow(
      'b and a disagree on topics',
    );
  });

  it('refuses a contestant whose result changes', () => {
    const settings = { ...QUICK, firstRound: 0, rounds: 1 };
    expect(() => measureTime([contestant('a', [1, 1, 2])], settings)).toThrow('a: result changed');
  });

  it('takes the mean of both runs of a round, without the first run of a process', async () => {
    const { measurements, checksums } = await measured([
      competitor('a', [9, 1, 3, 5, 5]),
      competitor('b', [9, 2, 4, 6, 8]),
    ]);
    expect(measurements).toEqual([
      { name: 'a', rounds: [2, 5] },
      { name: 'b', rounds: [3, 7] },
    ]);
    expect(checksums).toEqual({ packets: 1 });
  });

  it('refuses processes that read different things, or another thing later', async () => {
    await expect(measured([competitor('a', [1]), competitor('b', [1], 2)])).rejects.toThrow(
      'b and a disagree on packets',
    );
    await expect(measured([competitor('a', [1, 1, 1], 2)])).rejects.toThrow(
      'a later and a at first disagree on packets',
    );
  });

  it('takes several figures of a program, those of warming up left out', async () => {
    const subject = (name: string, times: number[], sum = 1): Subject => ({
      name,
      run: async () => ({ figures: { time: times.shift()!, bytes: 8 }, sums: { found: sum } }),
    });
    const bare: Subject = { name: 'c', run: async () => ({ figures: { time: 5 }, sums: {} }) };
    const settings = { rounds: 2, warmUps: 1 };
    const { figures, checksums } = await measureFigures(
      [subject('a', [9, 1, 2]), subject('b', [9, 3, 4]), bare],
      settings,
    );
    expect(figures).toEqual({
      time: [
        { name: 'a', rounds: [1, 2] },
        { name: 'b', rounds: [3, 4] },
        { name: 'c', rounds: [5, 5] },
      ],
      bytes: [
        { name: 'a', rounds: [8, 8] },
        { name: 'b', rounds: [8, 8] },
      ],
    });
    expect(checksums).toEqual({ found: 1 });
    await expect(
      measureFigures([subject('a', [1, 1, 1]), subject('b', [1, 1, 1], 2)], settings),
    ).rejects.toThrow('b and a disagree on found');
  });

  it('gives every contestant a figure for every round', () => {
    const settings = { ...QUICK, firstRound: 1, rounds: 3 };
    const measurements = measureTime([contestant('a', [1]), contestant('b', [1])], settings);
    // of CPU time, and by the clock
    expect(measurements.map(({ name, rounds, wall }) => [name, rounds.length, wall?.length])).toEqual([
      ['a', 3, 3],
      ['b', 3, 3],
    ]);
  });

  it('keeps the time by the clock of programs that tell it', async () => {
    const run = async () => ({ figure: 2, wall: 5, sums: {} });
    const { measurements } = await measured([{ name: 'a', run }]);
    expect(measurements).toEqual([{ name: 'a', rounds: [2, 2], wall: [5, 5] }]);
  });
});
