import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { atTheEnd } from './cleanup.ts';
import { freePort } from './free-port.ts';
import { startBroker, type TestBroker } from './harness.ts';
import { client, inbox } from './mqttjs-client.ts';
import { leaves, subscribes } from './observe.ts';
import { Mosquitto, start } from './programs.ts';

interface World extends TestBroker {
  clients: Mosquitto;
}

async function world(version: string): Promise<World> {
  const started = await startBroker();
  return { ...started, clients: new Mosquitto(started.broker, started.port, version) };
}

/** Options of a session that outlasts its connections. */
function durable(version: string): string[] {
  return version === 'mqttv5' ? ['-c', '-x', '60'] : ['-c'];
}

describe.each(['mqttv31', 'mqttv311', 'mqttv5'])('mosquitto -V %s', (version) => {
  test('a retained message is there for who comes later, until it is deleted', async () => {
    const { broker, clients } = await world(version);
    await clients.pub(['-t', 'room/a', '-m', 'first', '-r', '-q', '1']);
    await clients.pub(['-t', 'room/b', '-m', 'second', '-r', '-q', '1']);
    const live = await clients.sub('live', '-t', 'other', '-t', 'room/+', '-C', '3', '-F', '%t %r %p');
    await clients.pub(['-t', 'room/a', '-m', 'third', '-r', '-q', '1']);
    expect((await live.output).split('\n').sort()).toEqual(
      ['', 'room/a 0 third', 'room/a 1 first', 'room/b 1 second'].sort(),
    );
    const only = await clients.sub('only', '-t', 'room/a', '--retained-only', '-C', '1');
    expect(await only.output).toBe('third\n');

    await clients.pub(['-t', 'room/a', '-r', '-n', '-q', '1']);
    expect(broker.retained('room/a')).toBeUndefined();
    const late = await clients.sub('late', '-t', 'room/+', '-v', '-C', '2');
    await clients.pub(['-t', 'room/c', '-m', 'not retained', '-q', '1']);
    expect(await late.output).toBe('room/b second\nroom/c not retained\n');
  });

  test('--remove-retained removes them', async () => {
    const { broker, clients } = await world(version);
    for (const topic of ['a', 'b']) await clients.pub(['-t', topic, '-m', 'x', '-r', '-q', '1']);
    await clients.sub('cleaner', '-t', '#', '--remove-retained', '-q', '1');
    await expect.poll(() => [broker.retained('a'), broker.retained('b')]).toEqual([undefined, undefined]);
  });

  test('a will is published when the client is killed, and retained if it says so', async () => {
    const { broker, clients } = await world(version);
    const watcher = await clients.sub('watcher', '-t', 'wills/#', '-q', '2', '-C', '1', '-F', '%t %q %r %p');
    const will = ['--will-topic', 'wills/a', '--will-payload', 'gone', '--will-qos', '2', '--will-retain'];
    const mortal = await clients.sub('mortal', '-t', 'a', ...will);
    mortal.kill('SIGKILL');
    expect(await watcher.output).toBe('wills/a 2 0 gone\n');
    expect(String(broker.retained('wills/a')?.payload)).toBe('gone');
  });

  test('a will is not published when the client disconnects', async () => {
    const { clients } = await world(version);
    const watcher = await clients.sub('watcher', '-t', 'wills/#', '-C', '1');
    const will = ['--will-topic', 'wills/a', '--will-payload', 'gone'];
    const polite = await clients.sub('polite', '-t', 'a', '-C', '1', ...will);
    await clients.pub(['-t', 'a', '-m', 'enough']);
    expect(await polite.output).toBe('enough\n');
    await clients.pub(['-t', 'wills/b', '-m', 'nobody died']);
    expect(await watcher.output).toBe('nobody died\n');
  });

  test('what is published while a client with a session is away waits for it', async () => {
    const { clients } = await world(version);
    const subscription = [...durable(version), '-t', 'mail/#', '-q', '2'];
    await (await clients.sub('keeper', ...subscription, '-E')).output;
    const mail = Array.from({ length: 50 }, (_, i) => `letter ${i}\n`).join('');
    await clients.pub(['-t', 'mail/a', '-q', '2', '-l'], mail);
    await clients.pub(['-t', 'mail/a', '-q', '0', '-m', 'a postcard is not kept']);
    const again = await clients.sub('keeper', ...subscription, '-C', '50');
    expect(await again.output).toBe(mail);
  });

  test('a clean session forgets', async () => {
    const { broker, clients } = await world(version);
    await (await clients.sub('keeper', ...durable(version), '-t', 'mail/#', '-q', '1', '-E')).output;
    await clients.pub(['-t', 'mail/a', '-q', '1', '-m', 'old']);
    const clean = await clients.sub('keeper', '-t', 'mail/#', '-q', '1', '-C', '1');
    await clients.pub(['-t', 'mail/a', '-q', '1', '-m', 'new']);
    expect(await clean.output).toBe('new\n');
    expect(broker.statistics.clients.disconnected).toBe(0);
  });
});

describe('MQTT 5.0', () => {
  test('a session expires', async () => {
    const { broker, clients } = await world('mqttv5');
    const subscription = ['-c', '-x', '1', '-t', 'mail/#', '-q', '1'];
    await (await clients.sub('keeper', ...subscription, '-E')).output;
    await clients.pub(['-t', 'mail/a', '-q', '1', '-m', 'old']);
    expect(broker.statistics.messages.queued).toBe(1);
    await expect
      .poll(() => broker.statistics.clients, { timeout: 5_000 })
      .toMatchObject({ total: 0, expired: 1 });
    expect(broker.statistics.messages.queued).toBe(0);
    const again = await clients.sub('keeper', ...subscription, '-C', '1');
    await clients.pub(['-t', 'mail/a', '-q', '1', '-m', 'new']);
    expect(await again.output).toBe('new\n');
  });

  test('a will is published when the client disconnects and says so (0x04)', async () => {
    const { clients } = await world('mqttv5');
    const watcher = await clients.sub('watcher', '-t', 'wills/#', '-C', '1');
    const client = await clients.sub(
      'client',
      '-t',
      'a',
      '--will-topic',
      'wills/a',
      '--will-payload',
      'gone',
    );
    // mosquitto_sub disconnects with 0x04 in its signal handler, and hangs where it is not idle then
    await new Promise((resolve) => setTimeout(resolve, 200));
    client.kill('SIGTERM');
    expect(await watcher.output).toBe('gone\n');
  });

  test('a will with a delay comes when it has passed, unless the client is back', async () => {
    const { broker, clients } = await world('mqttv5');
    const watcher = await clients.sub('watcher', '-t', 'wills/#', '-v', '-C', '1');
    const mortal = (id: string) =>
      clients.sub(
        ...([id, '-t', 'a', '-c', '-x', '60', '--will-topic', `wills/${id}`] as const),
        ...['--will-payload', 'gone', '-D', 'will', 'will-delay-interval', '1'],
      );
    for (const id of ['back', 'dead']) {
      const left = leaves(broker, id);
      (await mortal(id)).kill('SIGKILL');
      await left;
      if (id === 'back') await mortal(id);
    }
    expect(await watcher.output).toBe('wills/dead gone\n');
  });

  test('mosquitto_rr gets the answer to its request', async () => {
    const { clients, port } = await world('mqttv5');
    const responder = await client(port, { protocolVersion: 5 });
    responder.on('message', (_topic, payload, { properties }) => {
      const { responseTopic = '', correlationData } = properties ?? {};
      responder.publish(responseTopic, `${payload}, pong`, { qos: 1, properties: { correlationData } });
    });
    await responder.subscribeAsync('request', { qos: 1 });
    const correlation = ['-D', 'publish', 'correlation-data', 'number 1'];
    const request = ['-t', 'request', '-e', 'answers/1', '-m', 'ping', '-q', '1', '-F', '%D: %p'];
    expect(await clients.rr(...request, ...correlation)).toBe('number 1: ping, pong\n');
  });
});

/** A mosquitto broker with a bridge to another one, in both directions. */
async function bridged(port: number, version: string): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'wasmqtt-bridge-'));
  atTheEnd(() => rmSync(folder, { recursive: true }));
  const ownPort = await freePort();
  const configuration = join(folder, 'mosquitto.conf');
  const lines = [
    ...[`listener ${ownPort} 127.0.0.1`, 'allow_anonymous true', 'connection bridge'],
    ...[`address 127.0.0.1:${port}`, `bridge_protocol_version ${version}`, 'remote_clientid bridge'],
    ...['topic # out 2 up/ up/', 'topic # in 2 down/ down/', 'cleansession false', 'notifications false'],
  ];
  writeFileSync(configuration, lines.join('\n'));
  start('mosquitto', ['-c', configuration]);
  return ownPort;
}

test.each(['mqttv311', 'mqttv50'])('a bridge of a mosquitto broker, %s', async (version) => {
  const { broker, port } = await startBroker();
  const connected = subscribes(broker, 'bridge');
  const bridgePort = await bridged(port, version);
  await connected;
  const here = await client(port, { protocolVersion: 5 });
  const there = await client(bridgePort, { protocolVersion: 5 });
  const [nextHere, nextThere] = [inbox(here), inbox(there)];
  await here.subscribeAsync('up/#', { qos: 2 });
  await there.subscribeAsync('down/#', { qos: 2 });
  for (const qos of [0, 1, 2] as const) {
    await there.publishAsync('up/a', `up ${qos}`, { qos });
    expect(await nextHere()).toMatchObject({ topic: 'up/a', qos, payload: Buffer.from(`up ${qos}`) });
    await here.publishAsync('down/a', `down ${qos}`, { qos });
    expect(await nextThere()).toMatchObject({ topic: 'down/a', qos, payload: Buffer.from(`down ${qos}`) });
  }
});

test('mosquitto_rr with MQTT 3.1.1', async () => {
  const { clients, port } = await world('mqttv311');
  const responder = await client(port, { protocolVersion: 4 });
  responder.on('message', (_topic, payload) => responder.publish('answers/1', `${payload}, pong`));
  await responder.subscribeAsync('request');
  expect(await clients.rr('-t', 'request', '-e', 'answers/1', '-m', 'ping')).toBe('ping, pong\n');
});
