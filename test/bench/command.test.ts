import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { afterAll, describe, expect, it } from 'vitest';
import { parseOptions } from '../../bench/command/options.ts';
import { clock, duration, Progress, secondsLeft, type Task } from '../../bench/command/progress.ts';
import { selected } from '../../bench/command/select.ts';
import { installCommand, installed, missingFor } from '../../bench/packages.ts';
import { SUITE_NAMES } from '../../bench/suites.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(program: string, ...args: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(process.execPath, [program, ...args], { cwd: ROOT }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

const bench = (...args: string[]): Promise<Ended> => run('dist/bench/main.js', ...args);

describe('options', () => {
  it.each([
    [['-c', '400'], { clients: 400 }],
    [['--clients', '5K'], { clients: 5000 }],
    [['-s', '16'], { size: 16 }],
    [['-s', '1K'], { size: 1024 }],
    [['--size', '64k'], { size: 65_536 }],
    [['-q', '2'], { qos: 2 }],
    [['-t', 'line/%i'], { topic: 'line/%i' }],
    [['-R', '20K'], { rate: 20_000 }],
    [['-V', '4'], { protocolVersion: 4 }],
    [['-V', '3.1.1'], { protocolVersion: 4 }],
    [['-V', 'mqttv311'], { protocolVersion: 4 }],
    [['-V', '5'], { protocolVersion: 5 }],
    [['-V', 'mqttv5'], { protocolVersion: 5 }],
    [['-F', '100'], { inflight: 100 }],
    [['-d', '2.5'], { duration: 2.5 }],
    [['--broker', 'example.org:1884'], { broker: { host: 'example.org', port: 1884 } }],
    [['--broker', 'mqtt://10.0.0.1:1884'], { broker: { host: '10.0.0.1', port: 1884 } }],
    [['--broker', 'localhost'], { broker: { host: 'localhost', port: 1883 } }],
    [['--broker', '[::1]:2000'], { broker: { host: '::1', port: 2000 } }],
    [
      ['--broker', 'localhost:1', '--pid', String(process.pid)],
      { broker: { host: 'localhost', port: 1, pid: process.pid } },
    ],
  ])('%j are load', (args, settings) => {
    expect(parseOptions(args).settings).toEqual(settings);
  });

  it('choose cases by --filter, of which --only is another name', () => {
    expect(parseOptions(['decode', '--filter', 'pub.* 64']).filter.source).toBe('pub.* 64');
    expect(parseOptions(['--only', 'x', 'decode'])).toMatchObject({ names: ['decode'], filter: /x/ });
    expect(parseOptions([]).filter.test('anything')).toBe(true);
  });

  it.each([
    [['-s', '1.5K'], '--size'],
    [['-c', '0'], '--clients'],
    [['-q', '3'], '0, 1 or 2'],
    [['-t', 'a/#'], 'without + and #'],
    [['-R', '-5'], '--rate'],
    [['-V', '6'], '--protocol-version'],
    [['-F', '65536'], '1 to 65,535'],
    [['-d', '0'], '--duration'],
    [['--rounds', '0'], '1 to 1,000'],
    [['--cpu', 'two'], '--cpu'],
    [['--filter', '('], '--filter'],
    [['--broker', 'ws://localhost:80'], 'TCP only'],
    [['--broker', 'localhost:99999'], 'host:port'],
    [['--broker', 'localhost:1883/topic'], 'host:port'],
    [['--pid', '1'], '--pid needs --broker'],
    [['--quik'], '--quick'],
    [['--record', '--json', 'x'], 'choose one'],
    [['decod'], 'did you mean decode?'],
    [['brokr', '--quick'], 'did you mean broker?'],
    [['decode', '-q', '1'], '-q, --qos'],
    [['-R', '20K', '-s', '16'], '-s, --size and -R, --rate: for scenarios only'],
    [['decode', '--broker', 'localhost'], '--broker: for scenarios, broker, latency and scale'],
    [['decode', '--filter', 'nothing at all'], 'no case matches'],
  ])('%j are refused in one line', async (args, message) => {
    const { code, stdout, stderr } = await bench(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^wasmqtt bench: .+\n$/);
    expect(stderr).toContain(message);
  });

  it('refuse a file that cannot be written before anything is measured', async () => {
    const { code, stdout, stderr } = await bench('decode', '--json', 'package.json/x.json');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('cannot write package.json/x.json');
  });

  it('have help, also about scenarios', async () => {
    const { code, stdout } = await bench('--help');
    expect(code).toBe(0);
    for (const text of ['--quick', '--compare', '-R, --rate', '--broker', 'codec (decode', 'p2p-1K-1K']) {
      expect(stdout).toContain(text);
    }
    expect(stdout).not.toContain('--only');
  });

  it('list only what the README quotes', async () => {
    const listed = async (...args: string[]) => {
      const { stdout } = await bench('--list', '--filter', '^(encode|drop-in|memory) ', ...args);
      return stdout.trim().split('\n');
    };
    const claims = await listed('--claims');
    expect(claims).toEqual([
      'encode encode pub16',
      'drop-in generate pub16, fresh topics',
      'drop-in writeToStream pub16',
      'drop-in aedes QoS 0',
      'drop-in aedes QoS 1',
    ]);
    expect(await listed()).toEqual(expect.arrayContaining([...claims, 'memory 64 KiB pub16']));
    const none = await bench('memory', '--claims', '--list');
    expect(none).toMatchObject({ code: 2, stderr: expect.stringContaining('no case is in the README') });
  });

  it('list the cases of what was named', async () => {
    const { stdout } = await bench('codec', '--list', '--filter', 'pub16');
    const lines = stdout.trim().split('\n');
    expect(lines).toContain('decode pub16 64 KiB');
    expect(new Set(lines.map((line) => line.split(' ')[0]))).toEqual(
      new Set(['decode', 'encode', 'drop-in']),
    );
  });
});

describe('suites', () => {
  const load = { settings: {}, flags: {} };

  it('are all of them unless some are named, each once', () => {
    expect(selected({ names: [], ...load })).toEqual(SUITE_NAMES);
    expect(selected({ names: ['encode', 'codec', 'memory'], ...load })).toEqual([
      'encode',
      'decode',
      'drop-in',
      'memory',
    ]);
  });

  it('are those that load brokers if only a broker is named', () => {
    const { settings, flags } = parseOptions(['--broker', 'localhost']);
    expect(selected({ names: [], settings, flags })).toEqual(['broker', 'latency', 'scale']);
    expect(selected({ names: ['latency', 'decode'], settings, flags })).toEqual(['latency', 'decode']);
  });
});

describe('packages', () => {
  const directory = mkdtempSync(join(tmpdir(), 'bench-packages-'));
  afterAll(() => rmSync(directory, { recursive: true }));
  const from = pathToFileURL(join(directory, 'program.js')).href;

  function install(name: string, version: string): void {
    const folder = join(directory, 'node_modules', name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, version }));
  }

  it('are found from where the programs are', () => {
    expect(installed('qlobber', from)).toBeUndefined();
    install('mqtt-packet', '9.1.2');
    expect(installed('mqtt-packet', from)).toBe('9.1.2');
    expect(missingFor('decode', from)).toEqual([]);
    expect(missingFor('match', from)).toEqual(['qlobber', 'mqtt-pattern', 'mqtt-match']);
    expect(missingFor('broker', from)).toEqual([]);
  });

  it('are installed in the versions that are tested', () => {
    expect(installCommand(['mqtt-packet', 'aedes'])).toBe('npm install mqtt-packet@9 aedes@1');
  });

  it('are named if a suite cannot do without them', async () => {
    cpSync(join(ROOT, 'dist/bench'), join(directory, 'dist/bench'), { recursive: true });
    rmSync(join(directory, 'node_modules'), { recursive: true, force: true });
    const { code, stdout, stderr } = await run(join(directory, 'dist/bench/main.js'), 'decode', '--quick');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('decode is left out: it needs mqtt-packet: npm install mqtt-packet@9\n');
    expect(stderr).toContain('nothing is left to measure');
  });

  it('are named if --html cannot do without them', async () => {
    const args = ['decode', '--quick', '--html', join(directory, 'page.html')];
    const { code, stdout, stderr } = await run(join(directory, 'dist/bench/main.js'), ...args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('wasmqtt bench: --html needs the package echarts: npm install echarts\n');
  });
});

describe('progress', () => {
  const tasks: Task[] = [
    { suite: 'a', name: 'a 1', estimate: 10 },
    { suite: 'a', name: 'a 2', estimate: 20 },
    { suite: 'b', name: 'b 1', estimate: 30 },
  ];

  it('takes the time left from estimates, and then from what cases took', () => {
    const took = (...seconds: number[]): Map<number, number> => new Map(seconds.entries());
    expect(secondsLeft(tasks, took())).toBe(60);
    expect(secondsLeft(tasks, took(20))).toBe(100);
    expect(secondsLeft(tasks, took(5, 10))).toBe(15);
    const more = [...tasks, { suite: 'b', name: 'b 2', estimate: 5 }];
    expect(secondsLeft(more, took(5, 10, 60))).toBe(10);
    expect(secondsLeft(tasks, took(10, 20, 30))).toBe(0);
  });

  it('writes times as people do', () => {
    expect([5, 65, 3725].map(clock)).toEqual(['0:05', '1:05', '1:02:05']);
    expect([0, 45, 150, 7200].map(duration)).toEqual(['1 s', '45 s', '3 minutes', '2.0 hours']);
  });

  function written(isTTY: boolean, isVerbose: boolean): string {
    let text = '';
    const progress = new Progress(tasks, isVerbose, 1, { isTTY, write: (piece) => (text += piece) });
    for (const at of tasks.keys()) {
      progress.begin(at);
      progress.end(at);
    }
    return text;
  }

  it('is one line at a terminal, and nothing elsewhere unless it is asked for', () => {
    expect(written(true, false)).toMatch(/^\r\x1b\[Kcase 1 of 3, 0:00, about 1:00 left: a 1\r\x1b\[K/);
    expect(written(true, false)).not.toContain('\n');
    expect(written(false, false)).toBe('');
    expect(written(false, true)).toMatch(/^case 1 of 3, .*\ncase 2 of 3, .*\ncase 3 of 3, .*: b 1\n$/);
  });
});

describe('wasmqtt bench', () => {
  it('passes everything on', { timeout: 60_000 }, async () => {
    const outdir = mkdtempSync(join(tmpdir(), 'bench-cli-'));
    try {
      await build({
        entryPoints: { cli: 'src/cli/main.ts' },
        ...{ outdir, outExtension: { '.js': '.mjs' }, bundle: true, splitting: true, logLevel: 'warning' },
        ...{ platform: 'node', format: 'esm', external: ['pino', 'prom-client', 'ws'] },
        banner: {
          js: "import { createRequire as r } from 'node:module'; const require = r(import.meta.url);",
        },
      });
      symlinkSync(join(ROOT, 'dist/bench'), join(outdir, 'bench'));
      const wasmqtt = (...args: string[]): Promise<Ended> => run(join(outdir, 'cli.mjs'), ...args);
      expect((await wasmqtt('--help')).stdout).toMatch(/^ {2}bench /m);
      expect((await wasmqtt('bench', '--help')).stdout).toContain('--compare');
      const listed = await wasmqtt('bench', '--filter', 'pub16 64', 'decode', '--list');
      expect(listed).toEqual({ code: 0, stdout: 'decode pub16 64 KiB\n', stderr: '' });
      // -V of the command itself is another
      expect(await wasmqtt('bench', '-V', '6')).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('protocol-version'),
      });
      expect(await wasmqtt('bench', 'decode', '-V', '5')).toMatchObject({ code: 2 });
      expect((await wasmqtt('-V')).stdout).toMatch(/^\d+\.\d+\.\d+/);
    } finally {
      rmSync(outdir, { recursive: true });
    }
  });
});
