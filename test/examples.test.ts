import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { build } from 'esbuild';
import { onTestFinished, test } from 'vitest';
import { packet, RawClient, startBroker, subscribed, text } from './broker/harness.ts';

const ROOT = resolve(import.meta.dirname, '..');
const EXAMPLES = readFileSync(resolve(ROOT, 'docs/examples.md'), 'utf8');

interface Example {
  port: number;
  /** Resolves when the example has printed `text` to standard error. */
  complained(text: string): Promise<void>;
}

/** Runs the code block of that name in a process of its own, with this project for `wasmqtt`. */
async function runExample(name: string, environment: Record<string, string> = {}): Promise<Example> {
  const [, code] = new RegExp(`<!-- run: ${name} -->\n\`\`\`js\n(.*?)\n\`\`\`\n`, 's').exec(EXAMPLES) ?? [];
  if (code === undefined) throw new Error(`docs/examples.md has no example named ${name}`);
  const bundle = await build({
    stdin: { contents: code, resolveDir: ROOT },
    alias: {
      wasmqtt: resolve(ROOT, 'src/index.ts'),
      'wasmqtt/forwarder': resolve(ROOT, 'src/forward/index.ts'),
    },
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
  const port = Number(/listening: (\d+)/.exec(String(printed))?.[1]);
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
  await broker.logged('subscribed to "#"');
  const sender = await RawClient.connected(broker.port, 'sender', 5);
  sender.send(packet('30', `${text('a/b')} 02 0101 31`));
  await readers[0].expects(packet('30', `${text('a/b')} 31`));
  // the proxy speaks MQTT 3.1.1 to the broker
  await readers[1].expects(packet('30', `${text('a/b')} 00 31`));
  readers[0].send(packet('30', `${text('a/b')} 32`));
  await readers[0].expectsClose();
});
