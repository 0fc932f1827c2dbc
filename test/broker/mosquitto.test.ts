import { type ChildProcess, spawn } from 'node:child_process';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Peer, peer } from '../peers.ts';
import { startBroker } from './harness.ts';

const VERSIONS = ['mqttv31', 'mqttv311', 'mqttv5'] as const;

/** Starts a program with `input` as its standard input; resolves with what it printed when it ends with exit code 0. */
function run(name: Peer, args: string[], input: Uint8Array = new Uint8Array(0)): Promise<string> {
  const child: ChildProcess = spawn(peer(name), args);
  onTestFinished(() => {
    child.kill();
  });
  const printed = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream]?.setEncoding('utf8').on('data', (piece: string) => {
      printed[stream] += piece;
    });
  }
  child.stdin?.on('error', () => {}); // it may end without reading
  child.stdin?.end(input);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(printed.stdout);
      else reject(new Error(`${name} ended with ${code}: ${printed.stderr}`));
    });
  });
}

/** Subscribes with mosquitto_sub, publishes once with mosquitto_pub, and returns what mosquitto_sub printed. */
async function roundTrip(
  version: string,
  sub: string[],
  pub: string[],
  input?: Uint8Array,
): Promise<{ printed: string; broker: Awaited<ReturnType<typeof startBroker>>['broker'] }> {
  const { port, broker, logged } = await startBroker();
  const common = ['-h', '127.0.0.1', '-p', String(port), '-V', version];
  const received = run('mosquitto_sub', [...common, '-i', 'receiver', '-C', '1', ...sub]);
  const subscribed = logged('"receiver": subscribed');
  await Promise.race([subscribed, received]);
  await run('mosquitto_pub', [...common, '-i', 'sender', ...pub], input);
  return { printed: await received, broker };
}

describe.each(VERSIONS)('mosquitto_sub and mosquitto_pub -V %s', (version) => {
  test('a message through a wildcard', async () => {
    const { printed } = await roundTrip(
      version,
      ['-t', 'house/+/light', '-v'],
      ['-t', 'house/küche/light', '-m', 'on'],
    );
    expect(printed).toBe('house/küche/light on\n');
  });

  test('every byte value', async () => {
    const payload = Uint8Array.from({ length: 256 }, (_, i) => i);
    const { printed } = await roundTrip(version, ['-t', '#', '-F', '%x'], ['-t', 'bytes', '-s'], payload);
    expect(printed.trim()).toBe(Buffer.from(payload).toString('hex'));
  });

  test('no bytes', async () => {
    const { printed } = await roundTrip(version, ['-t', 'a/#', '-F', '%t %l'], ['-t', 'a', '-n']);
    expect(printed).toBe('a 0\n');
  });

  test('1 MB', async () => {
    const payload = Buffer.alloc(1_000_000, 'mosquitto ');
    const { printed } = await roundTrip(version, ['-t', 'big', '-N'], ['-t', 'big', '-s'], payload);
    expect(printed === payload.toString()).toBe(true);
  });
});

describe('mosquitto_pub', () => {
  test.each([
    ['mqttv31', '1'],
    ['mqttv31', '2'],
    ['mqttv311', '1'],
    ['mqttv311', '2'],
  ])('-V %s -q %s is acknowledged, and delivered with QoS 0', async (version, qos) => {
    const { printed } = await roundTrip(
      version,
      ['-t', 'a', '-q', '2', '-F', '%q %p'],
      ['-t', 'a', '-q', qos, '-m', 'x'],
    );
    expect(printed).toBe('0 x\n');
  });

  test('MQTT 5.0 properties', async () => {
    const { printed } = await roundTrip(
      'mqttv5',
      ['-t', 'a', '-F', '%C %R %P %p'],
      [
        ...['-t', 'a', '-m', 'x', '-D', 'publish', 'content-type', 'text/plain'],
        ...['-D', 'publish', 'response-topic', 'answer', '-D', 'publish', 'user-property', 'k', 'v'],
      ],
    );
    expect(printed).toBe('text/plain answer k:v x\n');
  });
});
