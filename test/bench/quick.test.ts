import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RecordedSuite, RecordFile } from '../../bench/html/data.ts';
import { SUITE_NAMES } from '../../bench/suites.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Of all suites; every case is a process of its own, and processes start slowly on a busy machine. */
const TIMEOUT = 600_000;

// The children compare all contestants' results and fail if they differ; times are nobody's business here.
describe('bench --quick', () => {
  let directory: string;
  let record: RecordFile;
  let report: string;
  let page: string;

  // all assertions are about the same run
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'bench-'));
    const [json, html] = [join(directory, 'record.json'), join(directory, 'page.html')];
    const node = ['dist/bench/main.js', '--quick', '--json', json, '--html', html];
    ({ stdout: report } = await promisify(execFile)(process.execPath, node, { cwd: ROOT }));
    record = JSON.parse(await readFile(json, 'utf8')) as RecordFile;
    page = await readFile(html, 'utf8');
  }, TIMEOUT);
  afterAll(() => rm(directory, { recursive: true }));

  function suite(name: string): RecordedSuite {
    return record.suites.find((one) => one.name === name)!;
  }

  /** Who took part in a cell. */
  function names(suiteName: string, group: string, column?: string): string[] {
    const cell = suite(suiteName).cases.find(
      (one) => one.group === group && (column === undefined || one.column === column),
    );
    return cell!.measurements.map(({ name }) => name);
  }

  /** The rows of the table under `### heading`, each as its cells. */
  function tableUnder(heading: string): string[][] {
    const lines = report.slice(report.indexOf(`### ${heading}\n`)).split('\n');
    const start = lines.findIndex((line) => line.startsWith('|'));
    const end = lines.findIndex((line, i) => i > start && !line.startsWith('|'));
    const rows = lines.slice(start, end).filter((line) => !line.startsWith('| -'));
    return rows.map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  }

  it('runs all suites, all contestants with equal results', () => {
    const measured = record.suites.map(({ name }) => name);
    expect(SUITE_NAMES).toEqual(expect.arrayContaining(measured));
    const codecs = ['decode', 'encode', 'drop-in', 'match', 'forward', 'sockets', 'memory'];
    expect(measured).toEqual(expect.arrayContaining([...codecs, 'broker']));
    for (const { name, cases } of record.suites) {
      expect(report).toContain(`## ${name}\n`);
      for (const { measurements, seconds } of cases) {
        expect(seconds).toBeGreaterThan(0);
        for (const { rounds } of measurements) expect(rounds.length).toBeGreaterThan(0);
      }
    }
    expect(page).toContain('Smoke run: its figures mean nothing.');
  });

  it('says where it ran, with which rivals, and that its figures mean nothing', () => {
    const { versions, ...environment } = record.environment;
    expect(environment).toMatchObject({ node: process.version, quick: true });
    expect(environment.command).toMatch(/^npm run bench -- --quick /);
    const found = ['wasmqtt', 'mqtt-packet', 'aedes', 'mqtt', 'qlobber', 'mqtt-pattern', 'mqtt-match'];
    expect(Object.keys(versions!)).toEqual(expect.arrayContaining(found));
    for (const [name, version] of Object.entries(versions!)) {
      expect(report).toContain(`${name} ${version}`);
      expect(page).toContain(`${name} ${version}`);
    }
    expect(report).toContain('Smoke run: the figures mean nothing.');
  });

  it('prints an A/A control with every table', () => {
    const headings = record.suites.flatMap(({ cases }) =>
      // what is counted, not measured, has no noise; shares have no ratios
      cases
        .filter(({ unit, group }) => unit !== 'nodes' && !group.startsWith('copied bytes'))
        .map(({ group }) => group),
    );
    const without = [...new Set(headings)].filter(
      (heading) => !tableUnder(heading).some(([name]) => name === 'A/A control'),
    );
    expect(without).toEqual([]);
  });

  it('prints what was decoded by whom, with its mean, losses, targets and counts', () => {
    expect(tableUnder('mixed')[0]).toEqual([
      'mixed',
      ...['64 KiB', '1460 B', 'single packet'].flatMap((column) => [`${column}: ns`, 'x']),
    ]);
    expect(tableUnder('mixed').map(([name]) => name)).toEqual(
      expect.arrayContaining([
        'mqtt-packet',
        'objects js',
        'cursor auto',
        'wasm : js, cursor',
        'A/A control',
      ]),
    );
    expect(report).toMatch(/### geometric mean of all 17 cells of decode above, each counted once/);
    expect(report).toContain('### losses');
    expect(report).toContain('### targets');
    expect(report).toContain('cursor: unique topics slower than repeated ones');
    expect(report).toMatch(/^decode: \d+ wins?, \d+ ties?, \d+ loss(es)?$/m);
    const [cell] = suite('decode').cases.filter(({ group }) => group === 'mixed');
    expect(Object.keys(cell!.checksums)).toEqual(['fields', 'topics', 'payloads', 'control']);
    expect(cell!.measurements).toHaveLength(11);
    expect(names('decode', 'unique')).toContain('cursor wasm, repeated topics');
  });

  it('states CPU time and wall time', () => {
    for (const name of ['decode', 'encode', 'forward', 'sockets']) {
      const timed = suite(name).cases.filter(({ unit }) => unit === 'ns');
      for (const { measurements } of timed) {
        for (const { rounds, wall } of measurements) expect(wall).toHaveLength(rounds.length);
      }
    }
    expect(report).toMatch(/^wall time over CPU time: [\d.]+ \(median of all cells/m);
  });

  it("encodes to mqtt-packet's bytes", () => {
    expect(names('encode', 'encode')).toEqual(['mqtt-packet generate', 'encode', 'encodeInto', 'control']);
  });

  it('runs the same programs with mqtt-packet and with this package', () => {
    const both = ['mqtt-packet', 'wasmqtt', 'control'];
    expect(names('drop-in', 'parser, single packet')).toEqual(both);
    expect(names('drop-in', 'generate', 'pub16, fresh topics')).toEqual(both);
    expect(names('drop-in', 'heap of parser, 64 KiB')).toEqual(both);
    expect(names('drop-in', 'writeToStream')).toEqual(['mqtt-packet', 'wasmqtt', 'control', 'PacketWriter']);
    expect(names('drop-in', 'aedes', 'QoS 1')).toEqual(both);
    expect(names('drop-in', 'MQTT.js')).toEqual(both);
    expect(tableUnder('first use')[0]).toEqual(['first use', 'generate: ms', 'x', 'parser: ms', 'x']);
    expect(report).toContain('aedes, QoS 1: over mqtt-packet');
  });

  it('finds the same subscribers with all matchers, and prints several figures of one program', () => {
    expect(names('match', 'hot')).toEqual(
      expect.arrayContaining([
        'qlobber',
        'mqtt-packet + qlobber',
        'string cache, strings reused',
        'index wasm, packets',
        'index js, bytes',
        'control',
      ]),
    );
    expect(names('match', 'subscribe')).toEqual(names('match', 'unsubscribe'));
    const total = suite('match').cases.find(({ column }) => column === 'heap and tables');
    expect(total!.unit).toBe('bytes');
    expect(total!.measurements.find(({ name }) => name === 'index wasm')!.rounds[0]).toBeGreaterThan(0);
    expect(report).toContain('subscribe: index wasm over qlobber');
    // that others are slower than each other is nobody's loss
    expect(report).not.toContain('mqtt-packet + qlobber : qlobber');
  });

  it('measures the heap', () => {
    const cell = suite('memory').cases.find(({ group, column }) => group === '64 KiB' && column === 'pub16');
    expect(cell!.unit).toBe('bytes');
    const { rounds } = cell!.measurements.find(({ name }) => name === 'mqtt-packet')!;
    expect(rounds[0]).toBeGreaterThan(100);
  });

  it('measures latency at a rate that is offered, as both of its charts want it', () => {
    const columns = ['per second', 'p50', 'p90', 'p99', 'p99.9', 'max', 'clients late', "clients' ceiling"];
    for (const column of columns) {
      const groups = suite('latency').cases.filter((cell) => cell.column === column);
      expect(groups.map(({ group }) => group)).toEqual([
        'open loop, QoS 0, 5,000 per second offered',
        'open loop, QoS 1, 5,000 per second offered',
      ]);
    }
    expect(page).toContain('<figure id="latency-latency">');
    expect(page).toContain('<figure id="rates-latency">');
  });

  it('measures connections, those that come and go, subscriptions, receivers and payloads', () => {
    const { cases } = suite('scale');
    const columnsOf = (wanted: string): string[] =>
      cases.filter(({ group }) => group === wanted).map(({ column }) => column);
    expect(columnsOf('idle connections, 1,000')).toEqual([
      'RSS per connection',
      'RSS',
      'CPU to connect and subscribe',
    ]);
    expect(columnsOf('clients that come and go')).toEqual([
      'CPU per cycle',
      'per second',
      'CONNECT to CONNACK p99',
      'RSS growth',
      'broker busy',
      'clients busy',
    ]);
    expect(columnsOf('dense, QoS 0, beside other subscriptions')).toEqual(['0', '10,000']);
    expect(columnsOf('fan-out, QoS 0')).toEqual(['1 to 10', '1 to 100']);
    expect(columnsOf('payload, QoS 0')).toEqual(['256 B', '64 KiB']);
    for (const { unit, measurements } of cases) {
      expect(measurements.map(({ name }) => name)).toEqual(expect.arrayContaining(['wasmqtt', 'control']));
      // memory may shrink
      if (unit === 'bytes' || unit === 'MiB more') continue;
      for (const { rounds } of measurements) expect(Math.min(...rounds)).toBeGreaterThan(0);
    }
    expect(page).toContain('id="payloads-scale"');
    const start = page.indexOf('id="memory-connections"');
    expect(start).toBeGreaterThan(0);
    const chart = page.slice(start, page.indexOf('</figure>', start));
    expect(chart).toContain('idle connections, 1,000, RSS per connection');
    expect(chart).toContain('wasmqtt');
  });

  it('forwards messages in one process and over sockets', () => {
    const inProcess = ['mqtt-packet', 'mqtt-packet, generate', 'plain JS', 'forward js', 'forward wasm'];
    for (const group of ['fan-out 1', 'fan-out 10', 'heap']) {
      expect(names('forward', group)).toEqual(expect.arrayContaining([...inProcess, 'control']));
    }
    const overSockets = ['mqtt-packet', 'net', 'net, gathered', 'forward', 'control'];
    for (const group of ['dense bursts', 'one packet per read']) {
      expect(names('sockets', group)).toEqual(expect.arrayContaining(overSockets));
    }
    expect(names('sockets', 'dense bursts')).toContain('forward, data');
  });
});
