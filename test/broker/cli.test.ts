import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, onTestFinished, test } from 'vitest';
import { version } from '../../package.json';
import { parseArguments } from '../../src/cli/arguments.ts';
import { RawClient, startBroker, subscribed } from './harness.ts';

interface Command {
  child: ChildProcess;
  /** What it has printed so far. */
  readonly stdout: string;
  readonly stderr: string;
  /** Resolves when standard output contains a match; fails if the process ends without one. */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
  /** Resolves with the exit code. */
  ended: Promise<number | null>;
}

function wasmqtt(...args: string[]): Command {
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/cli/main.ts', ...args]);
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const text = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (piece: string) => {
      text[stream] += piece;
    });
  }
  const ended = once(child, 'close').then(([code]) => code as number | null);
  return {
    child,
    get stdout() {
      return text.stdout;
    },
    get stderr() {
      return text.stderr;
    },
    async printed(pattern) {
      for (;;) {
        const match = pattern.exec(text.stdout);
        if (match !== null) return match;
        const over = await Promise.race([
          once(child.stdout, 'data').then(() => false),
          ended.then(() => true),
        ]);
        if (over && !pattern.test(text.stdout)) throw new Error(`ended: ${text.stdout}${text.stderr}`);
      }
    },
    ended,
  };
}

const kernelName = process.env.WASMQTT_KERNEL === 'js' ? 'js' : 'wasm';

describe('wasmqtt', () => {
  test('prints the kernel, where it listens and what to try; serves; ends cleanly on SIGTERM', async () => {
    const command = wasmqtt('--port', '0');
    const [, port] = await command.printed(/listening: mqtt:\/\/127\.0\.0\.1:(\d+)\n/);
    await command.printed(/test\/hello/);
    expect(command.stdout).toContain(`wasmqtt ${version}`);
    expect(command.stdout).toContain(`kernel:    ${kernelName}\n`);
    expect(command.stdout).toContain(`mosquitto_sub -h 127.0.0.1 -p ${port} -t 'test/#' -v\n`);
    expect(command.stdout).toContain(`mosquitto_pub -h 127.0.0.1 -p ${port} -t test/hello -m world\n`);
    const client = await subscribed(Number(port), 'client', 'test/#', 5);
    command.child.kill('SIGTERM');
    await client.expectsDisconnect(0x8b);
    expect(await command.ended).toBe(0);
    expect(command.stderr).toBe('');
  });

  test('--kernel js, --max-packet-size and --verbose', async () => {
    const command = wasmqtt('--port', '0', '--kernel', 'js', '--max-packet-size', '1000', '--verbose');
    const [, port] = await command.printed(/listening: mqtt:\/\/127\.0\.0\.1:(\d+)\n/);
    expect(command.stdout).toContain('kernel:    js\n');
    const client = await subscribed(Number(port), 'talkative', 'some/filter');
    client.send('30 e607'); // 998 bytes and the header: 1,001
    await client.expectsClose();
    command.child.kill('SIGINT');
    expect(await command.ended).toBe(0);
    expect(command.stderr).toContain('"talkative": connected');
    expect(command.stderr).toContain('"talkative": subscribed to "some/filter"');
    expect(command.stderr).toContain('larger than the maximum packet size');
  });

  test('says what to do when the port is taken', async () => {
    const { port } = await startBroker();
    const command = wasmqtt('--port', String(port));
    expect(await command.ended).toBe(1);
    expect(command.stdout).toBe('');
    expect(command.stderr).toMatch(
      new RegExp(`^wasmqtt: port ${port} on 127\\.0\\.0\\.1 is already in use.*\\n.*--port \\d+\\n$`),
    );
    await RawClient.connected(port, 'the other broker is still there');
  });

  test('says what to do when the host is not this machine', async () => {
    const command = wasmqtt('--port', '0', '--host', '192.0.2.1');
    expect(await command.ended).toBe(1);
    expect(command.stderr).toContain('--host 0.0.0.0');
  });

  test('--help and --version', async () => {
    const help = wasmqtt('--help');
    const number = wasmqtt('--version');
    expect(await help.ended).toBe(0);
    for (const option of ['--port', '--host', '--max-packet-size', '--kernel', '--verbose']) {
      expect(help.stdout).toContain(option);
    }
    expect(await number.ended).toBe(0);
    expect(number.stdout).toBe(`${version}\n`);
  });

  test('explains a wrong command line', async () => {
    const command = wasmqtt('--port', 'x');
    expect(await command.ended).toBe(2);
    expect(command.stderr).toBe(
      "wasmqtt: --port must be a whole number from 0 to 65535, not 'x'\nSee wasmqtt --help\n",
    );
  });
});

describe('parseArguments', () => {
  test('has defaults for everything', () => {
    expect(parseArguments([])).toEqual({
      host: '127.0.0.1',
      port: 1883,
      maxPacketSize: 2_097_152,
      kernel: 'auto',
      verbose: false,
      help: false,
      version: false,
    });
  });

  test.each([
    [['--port', '65536'], '--port must be a whole number from 0 to 65535'],
    [['--port', '-1'], '--port'],
    [['--port', '1e3'], "not '1e3'"],
    [['--port', ''], "not ''"],
    [['--max-packet-size', '1'], '--max-packet-size must be a whole number from 2'],
    [['--max-packet-size', '268435456'], 'to 268435455'],
    [['--kernel', 'rust'], "--kernel must be auto, wasm, js, not 'rust'"],
    [['--unknown'], '--unknown'],
    [['extra'], 'extra'],
  ])('refuses %j', (args, explanation) => {
    expect(() => parseArguments(args)).toThrow(explanation);
  });
});
