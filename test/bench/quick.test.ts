import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

// The children compare all contestants' results and fail if they differ; times are nobody's business here.
async function bench(...args: string[]): Promise<string> {
  const node = ['dist/bench/main.js', '--quick', ...args];
  return (await promisify(execFile)(process.execPath, node, { cwd: ROOT })).stdout;
}

/** The rows of the table under `### heading`, each as its cells. */
function tableUnder(report: string, heading: string): string[][] {
  const lines = report.slice(report.indexOf(`### ${heading}`)).split('\n');
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

// Every case is a process of its own, and processes start slowly on a busy machine.
describe('npm run bench -- --quick', { timeout: 120_000 }, () => {
  it('decodes mixed traffic with all contestants to equal results and prints them', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'bench-'));
    try {
      const file = join(directory, 'record.json');
      const report = await bench('decode', '--only', 'mixed 1460', '--json', file);
      const table = tableUnder(report, 'mixed');
      expect(table[0]).toEqual(['mixed', '1460 B: ns', 'x']);
      expect(table.map(([name]) => name)).toEqual(
        expect.arrayContaining([
          'mqtt-packet',
          'objects wasm',
          'objects js',
          'cursor auto',
          'wasm : js, cursor',
          'A/A control',
        ]),
      );
      expect(report).toContain('### losses');
      expect(report).toContain('### targets');

      const record = JSON.parse(await readFile(file, 'utf8'));
      const [{ cases }] = record.suites;
      expect(record.environment).toMatchObject({ node: process.version, quick: true });
      expect(cases).toHaveLength(1);
      expect(Object.keys(cases[0].checksums)).toEqual(['fields', 'topics', 'payloads', 'control']);
      expect(cases[0].measurements).toHaveLength(11);
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  it('decodes MQTT 5.0 and unique topics to equal results', async () => {
    const report = await bench('decode', '--only', '(v5q1|unique) 64');
    expect(tableUnder(report, 'v5q1')[0]).toEqual(['v5q1', '64 KiB: ns', 'x']);
    expect(tableUnder(report, 'targets').map(([target]) => target)).toContain(
      'cursor: unique topics slower than repeated ones',
    );
  });

  it("encodes to mqtt-packet's bytes", async () => {
    const [head, ...rows] = tableUnder(await bench('encode', '--only', 'v5q1|connect'), 'encode');
    expect(head!.filter((cell) => cell.endsWith(': ns'))).toHaveLength(2);
    expect(rows.map(([name]) => name)).toEqual([
      'mqtt-packet generate',
      'encode',
      'encodeInto',
      'A/A control',
    ]);
  });

  it('runs the same programs with mqtt-packet and with this package', async () => {
    const only = 'v5q1$|fresh topics|first use parser|QoS 1|MQTT.js';
    const report = await bench('drop-in', '--only', only);
    const both = ['mqtt-packet', 'wasmqtt', 'A/A control'];
    const names = (group: string): string[] =>
      tableUnder(report, group)
        .slice(1)
        .map(([name]) => name!);
    expect(names('parser, single packet')).toEqual(both);
    expect(names('generate')).toEqual(both);
    expect(names('heap of parser, 64 KiB')).toEqual(['mqtt-packet', 'wasmqtt']);
    expect(names('writeToStream')).toEqual(['mqtt-packet', 'wasmqtt', 'PacketWriter', 'A/A control']);
    expect(tableUnder(report, 'first use')[0]).toEqual(['first use', 'parser: ms', 'x']);
    expect(names('aedes')).toEqual(both);
    expect(names('MQTT.js')).toEqual(both);
    expect(tableUnder(report, 'targets').map(([target]) => target)).toContain(
      'aedes, QoS 1: over mqtt-packet',
    );
  });

  it('finds the same subscribers with all matchers, and prints several figures of one program', async () => {
    const report = await bench('match', '--only', 'hot 1,000$|unsubscribe 1,000$|building');
    const names = (group: string): string[] =>
      tableUnder(report, group)
        .slice(1)
        .map(([name]) => name!);
    expect(names('hot')).toEqual(
      expect.arrayContaining([
        'qlobber',
        'mqtt-packet + qlobber',
        'string cache, strings reused',
        'index wasm, packets',
        'index js, bytes',
        'A/A control',
      ]),
    );
    expect(names('subscribe')).toEqual(names('unsubscribe'));
    const [head, ...rows] = tableUnder(report, 'building 1,000,000 filters');
    const tables = head!.indexOf('heap and tables: bytes');
    expect(Number(rows.find(([name]) => name === 'index wasm')![tables])).toBeGreaterThan(0);
    expect(tableUnder(report, 'targets').map(([target]) => target)).toContain(
      'subscribe: index wasm over qlobber',
    );
    // that others are slower than each other is nobody's loss
    expect(tableUnder(report, 'losses').map(([, comparison]) => comparison)).not.toContain(
      'mqtt-packet + qlobber : qlobber',
    );
  });

  it('measures the heap', async () => {
    const [head, ...rows] = tableUnder(await bench('memory', '--only', '64 KiB pub16'), '64 KiB');
    expect(head).toEqual(['64 KiB', 'pub16: bytes']);
    expect(Number(rows.find(([name]) => name === 'mqtt-packet')![1])).toBeGreaterThan(100);
  });

  it('names the suites when asked for another', async () => {
    await expect(bench('nothing')).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining('decode, encode'),
    });
  });
});
