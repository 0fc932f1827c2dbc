import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { changesBetween, isWorse, type SuiteResults } from '../../bench/command/compare.ts';
import type { CaseResult } from '../../bench/figures.ts';
import { readRecord } from '../../bench/read-record.ts';
import type { Suite } from '../../bench/suite.ts';

const suite: Suite = {
  name: 'decode',
  notes: [],
  reference: 'mqtt-packet',
  control: 'cursor',
  rivals: ['plain JS'],
  cases: [],
  comparisons: [{ label: 'wasm : js', of: 'cursor', against: ['plain JS'] }],
  targets: [],
};

type Figures = Readonly<Record<string, readonly number[]>>;

function cell(column: string, figures: Figures, unit = 'ns'): CaseResult {
  const measurements = Object.entries(figures).map(([name, rounds]) => ({ name, rounds }));
  return { group: 'pub16', column, unit, packets: 1, checksums: {}, measurements };
}

/** A cell in which `cursor` takes so many nanoseconds, give or take 1 %; the control differs by `noise`. */
function timed(column: string, cursor: number, noise = 1.02): CaseResult {
  return cell(column, {
    'mqtt-packet': [1000, 1000, 1000],
    cursor: [cursor, cursor * 0.99, cursor * 1.01],
    control: [cursor, cursor * 0.99 * noise, (cursor * 1.01) / noise],
  });
}

const run = (...results: CaseResult[]): SuiteResults[] => [{ suite, results }];

function changed(old: SuiteResults[], now: SuiteResults[]) {
  const { changes, unchanged, common } = changesBetween(old, now);
  const list = changes.map((change) => [change.cell, change.label, isWorse(change) ? 'worse' : 'better']);
  return { list, unchanged, common };
}

describe('two runs', () => {
  it('that are the same have no changes', () => {
    const one = run(timed('64 KiB', 20), timed('1460 B', 30));
    expect(changed(one, one)).toEqual({ list: [], unchanged: 2, common: 2 });
  });

  it('differ where a ratio has changed by more than the controls did, the slower first', () => {
    const old = run(timed('a', 20), timed('b', 20), timed('c', 20));
    const now = run(timed('a', 10), timed('b', 40), timed('c', 20.1));
    expect(changed(old, now)).toEqual({
      list: [
        ['decode pub16 b', 'cursor : mqtt-packet', 'worse'],
        ['decode pub16 a', 'cursor : mqtt-packet', 'better'],
      ],
      unchanged: 1,
      common: 3,
    });
  });

  it.each([
    ['old', 1.5, 1.02],
    ['new', 1.02, 1.5],
  ])('do not differ within the noise of the %s control', (_, before, after) => {
    const old = run(timed('a', 20, before));
    expect(changed(old, run(timed('a', 30, after))).list).toEqual([]);
    expect(changed(old, run(timed('a', 80, after))).list).toHaveLength(1);
  });

  it('do not differ where the intervals meet, quiet as the controls may be', () => {
    const wide = (figures: readonly number[]): CaseResult =>
      cell('a', { 'mqtt-packet': [1000, 1000, 1000], cursor: figures, control: figures });
    expect(changed(run(wide([20, 10, 41])), run(wide([30, 25, 35]))).list).toEqual([]);
  });

  it('are compared on another machine as well: only ratios count', () => {
    const slower: CaseResult = {
      ...timed('a', 20),
      measurements: timed('a', 20).measurements.map(({ name, rounds }) => {
        return { name, rounds: rounds.map((figure) => 3 * figure) };
      }),
    };
    expect(changed(run(timed('a', 20)), run(slower)).list).toEqual([]);
  });

  it('are compared only in cells and contestants that both have', () => {
    const old = run(timed('a', 20), timed('gone', 20));
    const more = timed('a', 20);
    const entrant = { name: 'objects', rounds: [500, 500, 500] };
    const now = run({ ...more, measurements: [...more.measurements, entrant] }, timed('new', 90));
    expect(changed(old, now)).toEqual({ list: [], unchanged: 1, common: 1 });
    expect(changed(old, run(timed('new', 90))).common).toBe(0);
    expect(changed([{ suite: { ...suite, name: 'encode' }, results: [] }], now).common).toBe(0);
  });

  it('are compared in what the suite compares besides, and not in how rivals do', () => {
    const of = (cursor: number, plain: number) =>
      cell('a', { 'mqtt-packet': [1000, 1000], cursor: [cursor, cursor], 'plain JS': [plain, plain] });
    expect(changed(run(of(20, 40)), run(of(20, 30))).list).toEqual([
      ['decode pub16 a', 'wasm : js', 'worse'],
    ]);
  });

  it('have amounts that are compared as they are, and shares that are not', () => {
    const of = (cursor: number, unit: string) =>
      cell('a', { 'mqtt-packet': [2 * cursor, 2 * cursor], cursor: [cursor, cursor] }, unit);
    expect(changed(run(of(100, 'bytes')), run(of(200, 'bytes'))).list).toEqual([
      ['decode pub16 a', 'cursor', 'worse'],
    ]);
    expect(changed(run(of(0, 'bytes')), run(of(0, 'bytes'))).list).toEqual([]);
    expect(changed(run(of(10, '%')), run(of(90, '%')))).toEqual({ list: [], unchanged: 0, common: 0 });
  });
});

describe('bench --compare', { timeout: 60_000 }, () => {
  const directory = mkdtempSync(join(tmpdir(), 'bench-compare-'));
  afterAll(() => rmSync(directory, { recursive: true }));

  const environment = {
    ...{ date: '2026-11-21T10:00:00.000Z', node: 'v20.0.0', v8: '1', platform: 'linux', cpu: 'one', cpus: 2 },
    ...{ load: 0, commit: 'abc1234', quick: false, versions: { 'mqtt-packet': '9.0.1' } },
  };

  function record(name: string, results: readonly CaseResult[], more: object = {}): string {
    const file = join(directory, name);
    const { reference, control, rivals, comparisons, notes } = suite;
    const suites = [{ name: 'decode', notes, reference, control, rivals, comparisons, cases: results }];
    writeFileSync(file, JSON.stringify({ environment: { ...environment, ...more }, suites }));
    return file;
  }

  async function bench(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
    const root = fileURLToPath(new URL('../..', import.meta.url));
    const node = ['dist/bench/main.js', ...args];
    return new Promise((resolve) => {
      execFile(process.execPath, node, { cwd: root }, (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
      });
    });
  }

  const old = record('old.json', [timed('a', 20), timed('b', 20)]);

  it('prints what has changed and fails if something is slower', async () => {
    const slower = record('slower.json', [timed('a', 40), timed('b', 20)], { node: 'v22.0.0' });
    const { code, stdout } = await bench('--compare', old, '--with', slower);
    expect(code).toBe(1);
    expect(stdout).toContain('compared with the run of 2026-11-21 10:00 UTC, abc1234');
    expect(stdout).toContain('Node v22.0.0, was v20.0.0');
    expect(stdout).toMatch(/decode pub16 a \| cursor : mqtt-packet \|.*50\.0 .*25\.0 .*▼0\.50.*slower/);
    expect(stdout).toContain('1 slower or larger, 0 faster or smaller; 1 cell unchanged within noise');
  });

  it('does not fail if nothing is slower', async () => {
    const faster = record('faster.json', [timed('a', 10), timed('b', 20.1)]);
    const { code, stdout } = await bench('--compare', old, '--with', faster);
    expect(code).toBe(0);
    expect(stdout).toContain('0 slower or larger, 1 faster or smaller; 1 cell unchanged within noise');
  });

  it.each([
    ['a file that is not there', () => ['decode', '--compare', join(directory, 'none.json')], 'cannot read'],
    ['a file that is no record', () => ['decode', '--compare', 'package.json'], 'is no record'],
    ['a smoke run', () => ['decode', '--compare', record('quick.json', [], { quick: true })], 'smoke run'],
    ['a record of other suites', () => ['encode', '--compare', old], 'has no cell of what'],
    ['a record without common cells', () => ['decode', '--compare', old], 'has no cell of what'],
    [
      'two without common cells',
      () => ['--compare', old, '--with', record('x.json', [timed('x', 1)])],
      'has no',
    ],
    ['--quick', () => ['decode', '--quick', '--compare', old], '--quick mean nothing'],
    ['--with alone', () => ['--with', old], '--with needs --compare'],
  ])('refuses %s before anything is measured', async (_, args, message) => {
    const { code, stdout, stderr } = await bench(...args());
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it('compares records that lack what newer ones say', async () => {
    const { versions: _, ...where } = environment;
    const figures = {
      'mqtt-packet generate': [900, 910, 920],
      encode: [200, 201, 202],
      encodeInto: [150, 151, 152],
    };
    const cases = ['pub16', 'pub256'].map((column) => ({ ...cell(column, figures), group: 'encode' }));
    const suites = [{ name: 'encode', notes: [], reference: 'mqtt-packet generate', cases }];
    const file = join(directory, 'older.json');
    writeFileSync(file, JSON.stringify({ environment: where, suites }));
    expect(readRecord(file).suites[0]!.comparisons).toBeUndefined();
    const { code, stdout } = await bench('--compare', file, '--with', file);
    expect(code).toBe(0);
    expect(stdout).toContain('2 cells unchanged within noise');
  });
});
