import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { resolve } from 'node:path';
import { build } from 'esbuild';
import mqtt from 'mqtt';
import ts from 'typescript';
import { describe, expect, onTestFinished, test } from 'vitest';
import { flood, open } from './broker/attacker.ts';
import { freePort } from './broker/free-port.ts';
import {
  connectPacket,
  packet,
  publishPacket,
  RawClient,
  startBroker,
  subscribed,
  text,
} from './broker/harness.ts';
import { hex } from './vectors/hex.ts';

const ROOT = resolve(import.meta.dirname, '..');
const EXAMPLES = readFileSync(resolve(ROOT, 'docs/examples.md'), 'utf8');

const ENTRIES = {
  wasmqtt: resolve(ROOT, 'src/index.ts'),
  'wasmqtt/broker': resolve(ROOT, 'src/broker/index.ts'),
  'wasmqtt/forwarder': resolve(ROOT, 'src/forward/index.ts'),
};

interface Example {
  /** Where it listens, if it says so. */
  port: number;
  /** Resolves when the example has printed `text` to standard error. */
  complained(text: string): Promise<void>;
}

function exampleNamed(name: string): { code: string; language: 'js' | 'ts' } {
  const block = new RegExp(`<!-- run: ${name} -->\n\`\`\`(js|ts)\n(.*?)\n\`\`\`\n`, 's').exec(EXAMPLES);
  if (block === null) throw new Error(`docs/examples.md has no example named ${name}`);
  return { code: block[2], language: block[1] as 'js' | 'ts' };
}

/** Runs the code block of that name in a process of its own, with this project for `wasmqtt`. */
async function runExample(name: string, environment: Record<string, string> = {}): Promise<Example> {
  const { code, language } = exampleNamed(name);
  const bundle = await build({
    stdin: { contents: code, resolveDir: ROOT, loader: language },
    alias: ENTRIES,
    packages: 'external',
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
  });
  const child = spawn(process.execPath, ['--input-type=module', '-'], {
    cwd: ROOT,
    env: { ...process.env, PORT: '0', ...environment },
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (piece: string) => {
    complaints += piece;
  });
  child.stdin.end(bundle.outputFiles[0].text);
  const printed = await Promise.race([
    once(child.stdout.setEncoding('utf8'), 'data'),
    once(child, 'exit').then(() => Promise.reject(new Error(complaints))),
  ]);
  const port = Number(/(\d+)\D*$/.exec(String(printed))?.[1]);
  return {
    port,
    complained: async (text) => {
      while (!complaints.includes(text)) await once(child.stderr, 'data');
    },
  };
}

test('the gateway puts its site before the topics that devices publish to', async () => {
  const broker = await startBroker();
  const gateway = await runExample('gateway', { BROKER_PORT: String(broker.port), SITE: 'home' });
  const receiver = await subscribed(broker.port, 'receiver', 'home/#');
  const device = await RawClient.connected(gateway.port, 'device');
  device.send(`${packet('30', `${text('a')} 31`)} ${packet('30', `${text('b/c')} 32`)}`);
  await receiver.expects(`${packet('30', `${text('home/a')} 31`)} ${packet('30', `${text('home/b/c')} 32`)}`);

  // remaining length 20,003 and 20,008
  device.send(`30 a39c01 ${text('a')} ${'79'.repeat(20_000)}`);
  await receiver.expects(`30 a89c01 ${text('home/a')} ${'79'.repeat(20_000)}`);

  const newDevice = await RawClient.connected(gateway.port, 'new device', 5);
  newDevice.send(packet('30', `${text('d')} 02 0101 33`));
  await receiver.expects(packet('30', `${text('home/d')} 33`));
});

test('the gateway disconnects devices that break the protocol, and says why', async () => {
  const broker = await startBroker();
  const gateway = await runExample('gateway', { BROKER_PORT: String(broker.port) });
  const device = await RawClient.connected(gateway.port, 'device');
  device.send(packet('30', `${text('a/#')} 31`));
  await gateway.complained('MQTT-3.3.2-2');
  await device.expectsClose();
});

test('an aedes client with another parser', async () => {
  const aedes = await runExample('aedes');
  const receiver = await subscribed(aedes.port, 'receiver', 'a/+');
  const sender = await RawClient.connected(aedes.port, 'sender');
  sender.send(packet('30', `${text('a/b')} 686921`));
  await receiver.expects(packet('30', `${text('a/b')} 686921`));
  // mqtt-packet would wait for the 268,435,455 bytes that this header announces
  sender.send('30 ffffff7f');
  await sender.expectsClose();
});

test('functions are called by topic filter', async () => {
  const server = await runExample('functions');
  const device = await RawClient.connected(server.port, 'device');
  const publish = (topic: string, payload: string) =>
    packet('30', `${text(topic)} ${Buffer.from(payload).toString('hex')}`);
  device.send(`${publish('kitchen/other', 'x')} ${publish('kitchen/temperature', '21.5')}`);
  await server.complained('kitchen/temperature: 21.5 degrees');
  device.send(publish('hall/door/front', 'open'));
  await server.complained('hall/door/front is open');
});

test('a fan-out proxy passes on what the broker publishes', async () => {
  const broker = await startBroker();
  const proxy = await runExample('fan-out', { BROKER_PORT: String(broker.port) });
  const readers = await Promise.all([
    subscribed(proxy.port, 'old reader', 'a/#'),
    subscribed(proxy.port, 'new reader', 'a/#', 5),
  ]);
  // the proxy may still be on its way to the broker
  await expect.poll(() => broker.broker.statistics.subscriptions.count).toBe(1);
  const sender = await RawClient.connected(broker.port, 'sender', 5);
  sender.send(packet('30', `${text('a/b')} 02 0101 31`));
  await readers[0].expects(packet('30', `${text('a/b')} 31`));
  // the proxy speaks MQTT 3.1.1 to the broker
  await readers[1].expects(packet('30', `${text('a/b')} 00 31`));
  readers[0].send(packet('30', `${text('a/b')} 32`));
  await readers[0].expectsClose();
});

test('an HTTP server takes MQTT on a port of its own, and WebSockets on the same', async () => {
  const [port, httpPort] = [await freePort(), await freePort()];
  await runExample('embedded', { PORT: String(port), HTTP_PORT: String(httpPort) });
  const get = (topic: string) => fetch(`http://127.0.0.1:${httpPort}/${encodeURI(topic)}`);
  expect((await get('küche/temperature')).status).toBe(404);

  const device = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`);
  const browser = await mqtt.connectAsync(`ws://127.0.0.1:${httpPort}/mqtt`, { protocolVersion: 5 });
  for (const client of [device, browser]) onTestFinished(() => void client.end(true));
  await browser.publishAsync('küche/temperature', '21.5', { qos: 1, retain: true });
  expect(await (await get('küche/temperature')).text()).toBe('21.5');

  const received = Promise.all(
    [device, browser].map((client) => new Promise((done) => client.once('message', (...args) => done(args)))),
  );
  for (const client of [device, browser]) await client.subscribeAsync('küche/target', { qos: 1 });
  const posted = await fetch(`http://127.0.0.1:${httpPort}/${encodeURI('küche/target')}`, {
    method: 'POST',
    body: '19',
  });
  expect(posted.status).toBe(204);
  const message = ['küche/target', Buffer.from('19'), expect.objectContaining({ qos: 1 })];
  expect(await received).toEqual([message, message]);
});

/** Takes lines. Reads only while it is not paused. */
async function startSink(): Promise<{ port: number; lines: string[]; socket: Promise<Socket> }> {
  const lines: string[] = [];
  const server = createServer();
  const socket = once(server, 'connection').then(([accepted]: Socket[]) => {
    let rest = '';
    accepted.setEncoding('utf8').on('data', (piece: string) => {
      const pieces = (rest + piece).split('\n');
      rest = pieces.pop() ?? '';
      lines.push(...pieces);
    });
    accepted.on('error', () => {});
    onTestFinished(() => void accepted.destroy());
    return accepted;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { port: (server.address() as AddressInfo).port, lines, socket };
}

describe('devices to typed events', () => {
  const credentials = { username: 'sensor', password: 'secret' };

  test('10,000 readings are 10,000 events, in order; nonsense is one too, and the device stays', async () => {
    const sink = await startSink();
    const gateway = await runExample('events', { SINK_PORT: String(sink.port) });
    const device = await RawClient.connected(gateway.port, 's1', 5, credentials);
    for (let i = 0; i < 10_000; i++) device.sendPublish('s1/temperature', String(i / 10));
    await expect.poll(() => sink.lines.length, { timeout: 20_000 }).toBe(10_000);
    for (const [i, line] of sink.lines.entries()) {
      if (line !== JSON.stringify({ kind: 'temperature', sensor: 's1', celsius: i / 10 })) expect.fail(line);
    }
    await device.publish('s1/temperature', 'warm', { qos: 1 });
    await device.publish('s2/door', 'open', { qos: 2 });
    await device.publish('s1/door', 'open', { qos: 1 });
    await expect.poll(() => sink.lines.length).toBe(10_003);
    expect(sink.lines.slice(10_000).map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({ kind: 'malformed', device: { id: 's1' }, topic: 's1/temperature' }),
      expect.objectContaining({ kind: 'malformed', problem: 'Error: not a reading of s1: open' }),
      { kind: 'door', sensor: 's1', isOpen: true },
    ]);
  });

  test('who is unknown may not connect, and nobody may subscribe', async () => {
    const sink = await startSink();
    const gateway = await runExample('events', { SINK_PORT: String(sink.port) });
    const stranger = await RawClient.open(gateway.port);
    stranger.sendConnect('s1', 5, { username: 'sensor', password: 'guess' });
    expect(await stranger.next('connack')).toMatchObject({ reasonCode: 0x86 });
    await stranger.expectsClose();
    const device = await RawClient.connected(gateway.port, 's1', 5, credentials);
    expect(await device.subscribe('#')).toEqual([0x87]);
  });

  test('a consumer that stops stops the devices; nothing is lost when it goes on', async () => {
    const sink = await startSink();
    const gateway = await runExample('events', { SINK_PORT: String(sink.port) });
    (await sink.socket).pause();
    const greeting = hex(connectPacket('s1', 4, credentials));
    const device = await open(gateway.port, greeting);
    device.resume();
    const message = hex(publishPacket('s1/temperature', '21.5'.padEnd(500, '0')));
    const burst = Buffer.concat(Array(128).fill(message));
    const offered = 100 * 1024 * 1024;
    const taken = await flood(device, burst, offered);
    // what the operating system buffers, here and between gateway and sink
    expect(taken).toBeLessThan(offered / 2);
    (await sink.socket).resume();
    const sent = (device.bytesWritten - greeting.length) / message.length;
    await expect.poll(() => sink.lines.length, { timeout: 20_000 }).toBe(sent);
  });
});

test('what is written in TypeScript has no type errors', () => {
  const names = [...EXAMPLES.matchAll(/<!-- run: (\S+) -->\n```ts/g)].map(([, name]) => name);
  expect(names.length).toBeGreaterThan(0);
  const files = new Map(names.map((name) => [resolve(ROOT, `${name}.example.ts`), exampleNamed(name).code]));
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(resolve(ROOT, 'tsconfig.json'), ts.sys.readFile).config,
    ts.sys,
    ROOT,
  );
  const paths = Object.fromEntries(Object.entries(ENTRIES).map(([entry, file]) => [entry, [file]]));
  const host = ts.createCompilerHost({ ...options, paths });
  const { fileExists, getSourceFile, readFile } = host;
  host.fileExists = (file) => files.has(file) || fileExists(file);
  host.readFile = (file) => files.get(file) ?? readFile(file);
  host.getSourceFile = (file, target) => {
    const code = files.get(file);
    return code === undefined ? getSourceFile(file, target) : ts.createSourceFile(file, code, target);
  };
  const program = ts.createProgram([...files.keys()], { ...options, paths }, host);
  const problems = [...files.keys()].flatMap((file) => {
    const source = program.getSourceFile(file);
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
  });
  expect(problems.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))).toEqual([]);
});
