import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { withBlocks, writtenByHand } from '../../bench/documents/blocks.ts';
import { isClaimed } from '../../bench/documents/claims.ts';
import { DOCUMENTS, generatedFiles } from '../../bench/documents/documents.ts';
import { amountText, isAt, ratioText, TWIN } from '../../bench/documents/figure.ts';
import { latestFirst, type Run, sourcesText } from '../../bench/documents/runs.ts';
import { allFigures, type Table, tableText } from '../../bench/documents/table.ts';
import { TABLES } from '../../bench/documents/tables/index.ts';
import { README_TABLES } from '../../bench/documents/tables/readme.ts';
import { lossTable, missedTable } from '../../bench/documents/verdicts.ts';
import type { CaseResult } from '../../bench/figures.ts';
import { cellsOf as cellsOfCase } from '../../bench/suite.ts';
import { loadSuite, SUITE_NAMES } from '../../bench/suites.ts';

const ROOT = resolve(import.meta.dirname, '../..');

type Figures = Readonly<Record<string, number>>;

/** Rounds of a contestant near its figure: the same for all, so that ratios are without a spread. */
function cell(group: string, column: string, unit: string, figures: Figures): CaseResult {
  const measurements = Object.entries(figures).map(([name, figure]) => ({
    name,
    rounds: [0.9, 1, 1, 1.1].map((factor) => factor * figure),
  }));
  return { group, column, unit, packets: 1, checksums: {}, measurements };
}

function run(day: number, cases: CaseResult[], more: Partial<Run['environment']> = {}): Run {
  const environment = {
    date: `2026-11-${day}T10:00:00.000Z`,
    node: 'v20.20.2',
    v8: '11.3',
    platform: 'linux x64',
    cpu: 'Test',
    cpus: 2,
    pinned: 1,
    load: 0,
    commit: `commit${day}`,
    quick: false,
    ...more,
  };
  const suite = { name: 'decode', notes: [], reference: 'rival', comparisons: [], cases, targets: [] };
  return { environment, suites: [suite], file: `bench/record/${day}.json` };
}

const TABLE: Table = {
  corner: 'packets',
  all: { suite: ['decoding', 'decode'] },
  columns: [
    { label: 'time', of: 'ours wasm' },
    { label: 'over rival and twin', of: 'ours wasm', parts: [{ against: 'rival' }, { against: TWIN }] },
  ],
  rows: [
    { label: 'small', group: 'chunks', column: 'small' },
    { label: 'large', group: 'chunks', column: ['large', 'big'] },
    { label: 'huge', group: 'chunks', column: 'huge' },
  ],
};

const small = (ours: number): CaseResult =>
  cell('chunks', 'small', 'ns', { rival: 1000, 'ours wasm': ours, 'ours js': 90 });
const big = cell('chunks', 'big', 'ns', { rival: 3000, 'ours wasm': 6000, 'ours js': 6000 });

/** The cells of a line of Markdown. */
const cellsOf = (text: string | undefined): string[][] =>
  (text ?? '').split('\n').map((line) =>
    line
      .split('|')
      .map((part) => part.trim())
      .slice(1, -1),
  );

describe('README and documents', () => {
  it('say what the records say: npm run figures', { timeout: 60_000 }, async () => {
    const files = await generatedFiles(ROOT);
    expect(files.map(({ file }) => file)).toEqual(expect.arrayContaining([...DOCUMENTS]));
    for (const { file, text } of files) {
      // not toBe: a difference of whole pictures would fill the screen
      expect(readFileSync(resolve(ROOT, file), 'utf8') === text, `${file} is up to date`).toBe(true);
    }
  });

  /** Ratios, times and sizes that somebody has measured; what a benchmark is made of says so in other words. */
  const MEASURED = [
    /\d ?times (?!per)/,
    /\dx\b|\b[×▼]\d/,
    /\d ?(?:ns|µs|ms)\b/,
    /\d ?% (?:faster|slower|more|less|of (?:the )?(?:time|CPU))/,
    /\d ?(?:[KM]i?B) (?:of memory|per|minified|gzipped|each)/,
    /(?:[\d.]+ \/ )+\d/,
    /\b0\.\d+\)|factor of \d/,
    // a cell with nothing but a figure, perhaps with its interval
    /\| *[*▼]*\d[\d.,]*\** *(?:[[(][^\])]*[\])] *)?\|/,
  ];

  it.each(DOCUMENTS)('%s has no measured figure that is not generated', (file) => {
    const lines = writtenByHand(readFileSync(resolve(ROOT, file), 'utf8'));
    const found = lines.filter((line) => MEASURED.some((pattern) => pattern.test(line)));
    expect(found).toEqual([]);
  });

  it('would be noticed with figures of their own', () => {
    for (const line of [
      '58 times faster',
      '2.6x',
      'costs 35 ns',
      '13 % more',
      '97 / 16',
      '172 KiB minified',
    ]) {
      expect(
        MEASURED.some((pattern) => pattern.test(line)),
        line,
      ).toBe(true);
    }
  });

  it('are written from the records, and wait for figures that no record has', async () => {
    const root = mkdtempSync(join(tmpdir(), 'wasmqtt-documents-'));
    onTestFinished(() => rmSync(root, { recursive: true }));
    const block = (name: string): string => `<!-- figures: ${name} -->\n<!-- /figures -->\n`;
    for (const folder of ['bench/record', 'docs', 'scripts'])
      mkdirSync(join(root, folder), { recursive: true });
    for (const file of DOCUMENTS) writeFileSync(join(root, file), '');
    writeFileSync(join(root, 'README.md'), ['encode', 'latency', 'sources'].map(block).join('between\n'));
    const { file: _, ...recorded } = run(22, [
      cell('encode', 'pub16', 'ns', { rival: 1000, encode: 200, encodeInto: 2000 }),
    ]);
    const suites = [{ ...recorded.suites[0]!, name: 'encode' }];
    writeFileSync(join(root, 'bench/record/a.json'), JSON.stringify({ ...recorded, suites }));
    const [readme] = await generatedFiles(root);
    expect(readme!.text).toMatch(/`encode` +\| +5\.0 \|[^\n]*\n\| `encodeInto` +\| +▼0\.50 \|/);
    expect(readme!.text).toContain(
      '<!-- No record has these figures. What makes one: npm run bench -- latency --record -->',
    );
    expect(readme!.text).toContain(
      '`npm run bench -- encode` (2026-11-22, commit commit22, [every round](bench/record/a.json))',
    );
    writeFileSync(join(root, 'README.md'), block('no such table'));
    await expect(generatedFiles(root)).rejects.toThrow('there are no figures called "no such table"');
  });

  it('have nothing in the README that --claims does not measure', async () => {
    for (const figure of Object.values(README_TABLES).flatMap(allFigures)) {
      const cells = await Promise.all(
        [figure.suite].flat().map(async (name) => {
          // what older records call a suite or a cell is none any more
          const { cases = [] } = SUITE_NAMES.includes(name) ? await loadSuite(name, {}) : {};
          return cases
            .filter((one) => isClaimed(name, cellsOfCase(one)))
            .flatMap(cellsOfCase)
            .filter((at) => isAt(figure, name, at));
        }),
      );
      expect(cells.flat(), JSON.stringify(figure)).not.toEqual([]);
    }
  });

  it('use every table that there is', () => {
    const all = DOCUMENTS.map((file) => readFileSync(resolve(ROOT, file), 'utf8')).join('\n');
    for (const name of Object.keys(TABLES)) expect(all).toContain(`<!-- figures: ${name} -->`);
  });
});

describe('figures', () => {
  it('have two digits as ratios, and show ties and losses', () => {
    const text = (median: number, low = median, high = median): string => ratioText({ median, low, high });
    expect([text(211.4), text(58.4), text(9.97), text(2.64), text(1.042)]).toEqual([
      '211',
      '58',
      '10',
      '2.6',
      '1.04',
    ]);
    expect([text(0.371), text(0.0957)]).toEqual(['▼0.37', '▼0.096']);
    expect(text(1.09, 0.95, 1.1)).toBe('1.09 (tie)');
    expect(text(0.97, 0.9, 1)).toBe('0.97 (tie)');
  });

  it('have three digits and a unit that fits as amounts', () => {
    expect(amountText(87.71, 'ns')).toBe('87.7 ns');
    expect(amountText(4070, 'ns')).toBe('4.07 µs');
    expect(amountText(1250, 'ms')).toBe('1.25 s');
    expect(amountText(10_581, 'bytes')).toBe('10.3 KiB');
    expect(amountText(18_300, '1,000 messages')).toBe('18.3 M');
    expect(amountText(0, 'bytes')).toBe('0 B');
    expect(amountText(3, 'times')).toBe('3');
    expect(amountText(1.25, 'MiB more')).toBe('1.25 MiB');
    expect(amountText(2813, 'cycles')).toBe('2.81 k');
    expect(amountText(61.23, '%')).toBe('61.2 %');
  });
});

describe('a table', () => {
  it('has the figures of its cells, and no rows without any', () => {
    const { text } = tableText(TABLE, [run(20, [small(100), big])])!;
    expect(cellsOf(text)).toEqual([
      ['packets', 'time', 'over rival and twin'],
      [expect.anything(), expect.anything(), expect.anything()],
      ['small', '100 ns', '10 / ▼0.90'],
      ['large', '6 µs', '▼0.50 / 1.00 (tie)'],
    ]);
  });

  it('takes each cell from the latest run that has it, but no smoke run', () => {
    const runs = latestFirst([
      run(20, [small(100), big]),
      run(22, [small(50)]),
      run(23, [small(1)], { quick: true }),
    ]);
    const passage = tableText(TABLE, runs)!;
    const [, , first, second] = cellsOf(passage.text);
    expect(first).toEqual(['small', '50 ns', '20 / 1.8']);
    expect(second![1]).toBe('6 µs');
    expect(new Set(passage.sources.map((source) => source.run.file))).toEqual(
      new Set(['bench/record/22.json', 'bench/record/20.json']),
    );
  });

  it('is of one run if it must be: the one that has most of it', () => {
    const runs = latestFirst([run(20, [small(100), big]), run(22, [small(50)])]);
    const passage = tableText({ ...TABLE, oneRun: 'table' }, runs)!;
    expect(cellsOf(passage.text)[2]).toEqual(['small', '100 ns', '10 / ▼0.90']);
    expect(new Set(passage.sources.map((source) => source.run.file))).toEqual(
      new Set(['bench/record/20.json']),
    );
  });

  it('never has figures of two runs in one cell', () => {
    const withoutTwin = cell('chunks', 'small', 'ns', { rival: 1000, 'ours wasm': 50 });
    const runs = latestFirst([run(20, [small(100)]), run(22, [withoutTwin])]);
    expect(cellsOf(tableText(TABLE, runs)!.text)[2]).toEqual(['small', '50 ns', '10 / ▼0.90']);
    expect(cellsOf(tableText(TABLE, [runs[0]!])!.text)[2]).toEqual(['small', '50 ns', '20 / –']);
  });

  it('is left out if no run has any of it', () => {
    expect(tableText(TABLE, [run(20, [cell('other', 'small', 'ns', { 'ours wasm': 1 })])])).toBeUndefined();
  });
});

describe('the table of losses', () => {
  const rates = (group: string, ours: number): CaseResult =>
    cell(group, 'rate', '1,000 messages', { rival: 100, 'ours wasm': ours, 'ours js': 1 });

  it('has the worst cell for each contestant and rival, the twin aside', () => {
    const cases = [rates('a', 50), rates('b', 20), rates('c', 200), small(4000)];
    const rows = cellsOf(lossTable([run(20, cases)], {}, 10)?.text).slice(2);
    expect(rows).toEqual([
      ['decoding: b, rate', 'ours wasm', 'rival', '▼0.20', '2 of 3'],
      ['decoding: chunks, small', 'ours wasm', 'rival', '▼0.25', '1 of 1'],
    ]);
  });

  it('forgets cells that a suite has given to another', () => {
    const [old, now] = [
      ['broker', 20],
      ['scale', 22],
    ].map(([name, day]) => {
      const one = run(day as number, [rates('idle connections', 50)]);
      return { ...one, suites: [{ ...one.suites[0]!, name: name as string }] };
    });
    expect(lossTable([old!], {}, 10)?.text).toContain('broker: idle connections');
    expect(lossTable([now!, old!], {}, 10)?.text).not.toContain('broker: idle connections');
  });

  it('forgets what a later run has won', () => {
    const runs = latestFirst([run(20, [rates('a', 50)]), run(22, [rates('a', 300)])]);
    expect(lossTable(runs, {}, 10)).toBeUndefined();
  });

  it('stands beside what was aimed at and missed', () => {
    const target = (label: string, atLeast: number) => ({
      label,
      contestant: 'ours wasm',
      against: ['rival'],
      atLeast,
    });
    const one = run(20, [small(100)]);
    const targets = [
      { target: target('far', 60), value: 10, cell: 'chunks small', met: false },
      { target: target('near', 5), value: 10, cell: 'chunks small', met: true },
    ];
    const { text } = missedTable([{ ...one, suites: [{ ...one.suites[0]!, targets }] }])!;
    expect(cellsOf(text)[2]).toEqual(['decoding: far', 'chunks small', 'at least 60', '10.0']);
    expect(text).toContain('1 of 2 aims were reached.');
  });
});

describe('blocks', () => {
  it('are replaced, and nothing else is', () => {
    const text =
      'a\n<!-- figures: one -->\nold\n<!-- /figures -->\nb\n<!-- figures: two -->\n<!-- /figures -->\n';
    const once = withBlocks(text, (name) => `figures of ${name}`);
    expect(once).toBe(
      'a\n<!-- figures: one -->\nfigures of one\n<!-- /figures -->\nb\n<!-- figures: two -->\nfigures of two\n<!-- /figures -->\n',
    );
    expect(withBlocks(once, (name) => `figures of ${name}`)).toBe(once);
    expect(writtenByHand(once).filter((line) => line !== '')).toEqual(['a', 'b']);
  });

  it('must be closed', () => {
    for (const text of [
      '<!-- figures: one -->\n',
      '<!-- figures: a -->\n<!-- figures: b -->\n<!-- /figures -->\n',
    ]) {
      expect(() => withBlocks(text, () => '')).toThrow(/needs a line of its own/);
    }
  });
});

it('sources name machine, command, date, commit and record', () => {
  const recorded = run(22, [], {
    command: 'npm run bench -- decode --verbose --json bench/record/22.json --html /tmp/a.html --rounds 5',
  });
  const sources = [
    { run: run(20, []), suite: 'decode' },
    { run: recorded, suite: 'decode' },
  ];
  const all = run(23, [], { command: 'npm run bench -- --record' });
  expect(sourcesText([{ run: all, suite: 'decode' }], String)).toContain('`npm run bench` (2026-11-23');
  const text = sourcesText(sources, (file) => `../${file}`);
  expect(text).toBe(
    '*Node 20.20.2, Test (2), linux x64: `npm run bench -- decode --rounds 5` (2026-11-22, commit commit22, ' +
      '[every round](../bench/record/22.json)); `npm run bench -- decode` (2026-11-20, commit commit20, ' +
      '[every round](../bench/record/20.json)).*',
  );
});
