import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { CaseResult } from '../../bench/figures.ts';
import { crossings } from '../../bench/html/charts/packets.ts';
import { type Definition, entriesOf, type RecordedSuite, type RecordFile } from '../../bench/html/data.ts';
import { number, ratio, short, tick } from '../../bench/html/format.ts';
import { escaped } from '../../bench/html/markup.ts';
import { outcomeOf, resultsOf, tally } from '../../bench/html/outcomes.ts';
import { page } from '../../bench/html/page.ts';
import { median } from '../../bench/measuring/statistics.ts';

const RECORDS = new URL('../../bench/record/', import.meta.url);

const recorded = readdirSync(RECORDS)
  .filter((name) => name.endsWith('.json'))
  .map((name) => JSON.parse(readFileSync(new URL(name, RECORDS), 'utf8')) as RecordFile);

/** A cell in which every contestant has rounds around its figure, each in another order. */
function cell(group: string, column: string, unit: string, figures: Record<string, number>): CaseResult {
  const factors = [0.93, 1.02, 1, 0.97, 1.09];
  const measurements = Object.entries(figures).map(([name, figure], i) => ({
    name,
    rounds: factors.map((_, round) => figure * factors[(round + i) % factors.length]!),
  }));
  return { group, column, unit, packets: 1, checksums: {}, measurements };
}

function record(...suites: RecordedSuite[]): RecordFile {
  const environment = {
    date: '2026-11-22T10:00:00.000Z',
    node: 'v20.20.2',
    v8: '11.3',
    platform: 'linux x64',
    cpu: 'Test <processor>',
    cpus: 2,
    pinned: 1,
    load: 0.5,
    commit: 'abc1234',
    quick: false,
    command: 'npm run bench -- "a" & b',
  };
  return { environment, suites };
}

function suite(name: string, cases: CaseResult[], more: Partial<RecordedSuite> = {}): RecordedSuite {
  return { name, notes: [], reference: 'mosquitto', comparisons: [], cases, targets: [], ...more };
}

const broker = suite(
  'broker',
  [16, 256].flatMap((payload) => {
    const group = `dense, QoS 0, ${payload} B, 1 to 1, 3.1.1`;
    return [
      cell(group, 'per CPU second', '1,000 messages', {
        mosquitto: 300,
        aedes: 45,
        wasmqtt: payload === 16 ? 2100 : 40,
        control: payload === 16 ? 2110 : 41,
      }),
      cell(group, 'p50', 'µs', { mosquitto: 900, wasmqtt: 910 }),
      cell(group, 'broker busy', '%', { mosquitto: 99, wasmqtt: 97 }),
    ];
  }),
  {
    rivals: ['aedes'],
    control: 'wasmqtt',
    comparisons: [{ label: 'wasmqtt : aedes', of: 'wasmqtt', against: ['aedes'] }],
  },
);

const idle = suite('broker', [
  cell('idle connections', 'RSS per connection', 'bytes', { mosquitto: 3200, wasmqtt: 4100 }),
]);

const percentiles: [string, number][] = [
  ['p50', 1],
  ['p90', 2],
  ['p99', 5],
  ['p99.9', 14],
  ['max', 130],
];
const latency = suite(
  'latency',
  [10_000, 50_000].flatMap((offered) => {
    const group = `open loop, ${offered.toLocaleString('en')} per second offered`;
    return [
      cell(group, 'per second', '1,000 messages', { mosquitto: offered / 2000, wasmqtt: offered / 1000 }),
      ...percentiles.map(([column, factor]) =>
        cell(group, column, 'µs', { mosquitto: 100 * factor, wasmqtt: 70 * factor }),
      ),
    ];
  }),
);

const stages = suite(
  'stages',
  ['read', 'frame', 'route', 'append', 'write'].map((stage, i) =>
    cell('16 B', stage, 'ns', { mosquitto: 1000, ...(stage === 'append' ? {} : { 'forward wasm': 10 + i }) }),
  ),
);

const decode = suite('decode', [
  cell('pub16', '64 KiB', 'ns', { mosquitto: 1900, 'cursor wasm': 18, 'cursor js': 46 }),
  cell('pub16', '1460 B', 'ns', { mosquitto: 1900, 'cursor wasm': 27, 'cursor js': 60 }),
  cell('pub16', 'single packet', 'ns', { mosquitto: 1900, 'cursor wasm': 120, 'cursor js': 70 }),
]);

/** The drawings of a chart, and the table beside it. */
function figure(html: string, id: string): string {
  const found = new RegExp(`<figure id="${id}">[\\s\\S]*?</figure>`).exec(html)?.[0];
  if (found === undefined) throw new Error(`no chart ${id}`);
  return found;
}

const section = (html: string, id: string): string =>
  new RegExp(`<section id="${id}">[\\s\\S]*?</section>`).exec(html)?.[0] ?? '';

/** What is read on a page, markup aside. */
const textOf = (html: string): string => html.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');

describe('outcomes', () => {
  it('are ties where the interval contains 1', () => {
    expect(outcomeOf({ low: 1.01, high: 1.2 })).toBe('win');
    expect(outcomeOf({ low: 1, high: 1.2 })).toBe('tie');
    expect(outcomeOf({ low: 0.9, high: 1.2 })).toBe('tie');
    expect(outcomeOf({ low: 0.9, high: 1 })).toBe('tie');
    expect(outcomeOf({ low: 0.9, high: 0.99 })).toBe('loss');
    expect(outcomeOf({ low: Number.NaN, high: Number.NaN })).toBe('tie');
  });

  it('are those of our contestants, and of no unit that is neither good nor bad', () => {
    const [entry] = entriesOf([record(broker)]);
    const results = resultsOf(entry!);
    expect(
      results.map(({ comparison, cell: { column }, outcome }) => [comparison.label, column, outcome]),
    ).toEqual([
      ['wasmqtt : mosquitto', 'per CPU second', 'win'],
      ['wasmqtt : mosquitto', 'p50', 'tie'],
      ['wasmqtt : mosquitto', 'per CPU second', 'loss'],
      ['wasmqtt : mosquitto', 'p50', 'tie'],
      ['wasmqtt : aedes', 'per CPU second', 'win'],
      ['wasmqtt : aedes', 'per CPU second', 'loss'],
    ]);
    expect(tally(results)).toEqual({ win: 2, tie: 2, loss: 2 });
  });

  it('come from the definition of the suite where a record has no comparisons', () => {
    const { comparisons: _, control: _control, ...old } = broker;
    const definition: Definition = {
      control: 'wasmqtt',
      comparisons: [{ label: 'new', of: 'wasmqtt', against: ['aedes'] }],
    };
    const [entry] = entriesOf([record(old)], { broker: definition });
    expect(entry!.suite).toMatchObject({ ...definition, rivals: ['aedes'], reference: 'mosquitto' });
    const [newer] = entriesOf([record(broker)], { broker: definition });
    expect(newer!.suite.comparisons).toEqual(broker.comparisons);
  });
});

describe('the page', () => {
  const html = page([record(broker, decode)]);

  it('counts wins, ties and losses first, and names the cells that are lost', () => {
    const score = section(html, 'score');
    expect(html.indexOf(score)).toBeLessThan(html.indexOf('id="runs"'));
    expect(html.indexOf('id="runs"')).toBeLessThan(html.indexOf('id="charts"'));
    expect(html.indexOf('id="charts"')).toBeLessThan(html.indexOf('id="tables"'));
    expect(textOf(score)).toContain('8 wins , 2 ties and 2 losses in 12 comparisons of cells');
    expect(score).toMatch(
      /wasmqtt : mosquitto <small>rate<\/small><ul class="lost"><li>dense, QoS 0, 256 B[^<]*0\.13/,
    );
  });

  it('says on which machine, of which commit, by which command, and how much equal programs differ', () => {
    const runs = textOf(section(html, 'runs'));
    expect(runs).toContain('Test &lt;processor&gt;, 2 processors');
    expect(runs).toContain('abc1234');
    expect(runs).toContain('npm run bench -- &quot;a&quot; &amp; b');
    expect(runs).toMatch(/A\/A control, broker medians 0\.99\.\.1\.005,/);
  });

  it('judges targets', () => {
    const target = { label: 'over mosquitto', contestant: 'wasmqtt', against: ['mosquitto'], atLeast: 6 };
    const at = broker.cases[0]!;
    const targets = [{ target, value: 7, cell: `${at.group} ${at.column}`, met: true }];
    const text = textOf(section(page([record({ ...broker, targets })]), 'score'));
    expect(text).toContain('1 of 1 target met');
    expect(text).toMatch(/over mosquitto .* ≥ 6 7\.00 \[6\.55\.\.7\.63\] ✓ met/);
  });

  it('marks losses and ties in the tables by words as well as by colour', () => {
    const tables = section(html, 'broker-1');
    expect(tables).toMatch(/<span class="loss">×0\.13 [^▼]*▼ loss<\/span>/);
    expect(tables).toMatch(/<span class="tie">×1\.01 [^≈]*≈ tie<\/span>/);
    // A rival's loss is no loss of ours
    expect(tables).toMatch(/×0\.15 <small>[^<]*<\/small><\/td>/);
  });

  it('needs nothing but itself', () => {
    const full = page([...recorded, record(broker, latency, stages, decode), record(idle)]);
    expect(full).not.toMatch(/https?:|<script|<link|<img|<iframe|@import|url\((?!#)|\son\w+=/i);
    const ids = [...full.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, id] of full.matchAll(/(?:href="#|url\(#|aria-\w+by=")([\w-]+)/g)) expect(ids).toContain(id);
  });

  it('warns of smoke runs, and does without charts', () => {
    const smoke = record(suite('other', [cell('g', 'c', 'ns', { mosquitto: 2, ours: 1 })]));
    const text = page([{ ...smoke, environment: { ...smoke.environment, quick: true } }]);
    expect(text).toContain('Smoke run: its figures mean nothing.');
    expect(text).not.toContain('<svg');
  });

  it('escapes every text', () => {
    const evil = `<b onclick="x">&'{a|b}`;
    const cases = [cell(evil, 'per CPU second', '1,000 messages', { mosquitto: 2, [evil]: 1 })];
    const more = { notes: [evil], comparisons: [{ label: evil, of: evil, against: ['mosquitto'] }] };
    const text = page([record(suite('broker', cases, more), suite(evil, cases))]);
    expect(text).not.toContain('<b onclick');
    expect(text).toContain(escaped(evil));
    expect(text).toContain('<svg');
  });
});

describe('the page of the recorded runs', () => {
  const html = page(recorded);
  const entries = entriesOf(recorded);

  it.each(entries.map((entry) => [entry.id, entry] as const))(
    'has every cell of %s',
    (id, { suite: one, results }) => {
      const tables = section(html, id);
      for (const note of one.notes) expect(tables).toContain(escaped(note));
      for (const { group, column, unit, measurements } of results) {
        const caption = `<caption>${escaped(`${one.name}: ${group}`)}</caption>`;
        const table = tables.slice(tables.indexOf(caption)).split('</table>')[0]!;
        expect(table).toContain(`${escaped(column)}<br><small>${unit}</small>`);
        for (const { name, rounds } of measurements) {
          if (name === 'control') continue;
          const row = table.split(`<th scope="row">${escaped(name)}</th>`)[1]?.split('</tr>')[0];
          expect(row).toContain(`<b>${number(median(rounds))}</b>`);
        }
      }
    },
  );

  it.each([
    'packets-decode',
    'payloads-decode',
    'payloads-forward',
    'filters-match',
    'memory-packets',
    'messages-sockets',
  ])('has the chart %s, wide and narrow, with a table', (id) => {
    const chart = figure(html, id);
    expect(chart.match(/<svg class="(wide|narrow)" role="img"/g)).toHaveLength(2);
    expect(chart).toMatch(/<title id="[^"]*">[^<]+<\/title>\s*<desc id="[^"]*">[^<]+<\/desc>/);
    expect(chart).toMatch(/<table>[\s\S]*<td>/);
    expect(chart).toContain('var(--ink)');
    expect(chart).not.toMatch(/#0a0b|NaN|undefined/);
  });

  it('has no charts that nobody measured', () => {
    expect(page([record(decode)])).not.toMatch(/id="(latency|rates|stages|memory)/);
  });
});

describe('charts', () => {
  it('mark where JavaScript and WebAssembly cross', () => {
    const chart = figure(page([record(decode)]), 'packets-decode');
    expect(textOf(chart)).toContain('cursor: JS faster at single packet;');
    expect(chart).toMatch(/stroke="var\(--ink\)" stroke-dasharray="4,2"/);
    const [at] = crossings(
      [
        [0, 100],
        [1, 1],
      ],
      [
        [0, 10],
        [1, 10],
      ],
    );
    expect(at![0]).toBeCloseTo(0.5);
    expect(at![1]).toBeCloseTo(10);
    expect(crossings([[0, 1]], [[0, 2]])).toEqual([]);
  });

  it('show messages per CPU second of brokers and mark the losses', () => {
    const html = page([record(broker)]);
    const chart = figure(html, 'messages-broker');
    expect(chart).toContain('40.0 k  ×0.13  ▼ loss');
    expect(textOf(chart)).toContain('▼ wasmqtt lost to mosquitto');
    expect(figure(html, 'payloads-broker')).toContain('256 B');
  });

  it('show memory per connection', () => {
    const chart = figure(page([record(idle)]), 'memory-connections');
    expect(chart).toContain('4,100  ▼ loss');
  });

  it('show percentiles by their nines, and rates against p99', () => {
    const html = page([record(latency)]);
    const percentile = figure(html, 'latency-latency');
    for (const [name] of percentiles) expect(percentile).toMatch(new RegExp(`>${name}</text>`));
    expect(textOf(percentile)).toContain('p99.9, µs');
    const rates = figure(html, 'rates-latency');
    expect(textOf(rates)).toContain('open loop 10,000 10.0 k [9,300..10.9 k] 350');
    expect(rates).toContain('messages per second</text>');
  });

  it('stack the stages of a message, of whoever has them', () => {
    const chart = figure(page([record(stages)]), 'stages-stages');
    expect(textOf(chart)).toContain('read frame route append write');
    expect(chart).toContain('>5,000</text>');
    // 10 + 11 + 12 + 14, enlarged beside the other
    expect(chart).toContain('>47.0</text>');
    expect(chart).toContain('16 B, enlarged');
  });

  it('take each table from one run, the one with most columns', () => {
    const few = record({ ...decode, cases: decode.cases.slice(0, 2) });
    const later = { ...few, environment: { ...few.environment, date: '2026-11-23T10:00:00.000Z' } };
    const chart = figure(page([later, record(decode)]), 'packets-decode');
    expect(textOf(chart)).toContain('From decode, 2026-11-22 10:00, abc1234.');
  });
});

describe('figures', () => {
  it('have three significant digits', () => {
    expect([0, 0.123, 12.345, 1234.5].map(number)).toEqual(['0', '0.12', '12.3', '1,235']);
    expect([950, 12_345, 4_567_890].map(short)).toEqual(['950', '12.3 k', '4.57 M']);
    expect([0.1, 1000, 20_000, 1_500_000].map(tick)).toEqual(['0.1', '1,000', '20 k', '1.5 M']);
  });

  it('do not look like 1 when they are not', () => {
    expect([1, 0.998, 1.002, 0.99999, 1.00001, 1.2].map(ratio)).toEqual([
      '1.00',
      '0.998',
      '1.002',
      '0.9999',
      '1.0001',
      '1.20',
    ]);
  });
});
