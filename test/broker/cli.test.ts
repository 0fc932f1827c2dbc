import { connectAsync } from 'mqtt';
import { describe, expect, onTestFinished, test } from 'vitest';
import { version } from '../../package.json';
import { wasmqtt, wasmqttWith } from '../cli/command.ts';
import { configFile, temporaryFile } from '../cli/files.ts';
import { makeCertificates } from './certificates.ts';
import { RawClient, startBroker, subscribed } from './harness.ts';

const kernelName = process.env.WASMQTT_KERNEL === 'js' ? 'js' : 'wasm';

describe('wasmqtt', { timeout: 30_000 }, () => {
  test('prints the kernel, where it listens and what to try; serves; ends in good order on SIGTERM', async () => {
    const command = wasmqtt('--port', '0');
    const port = await command.port();
    expect(command.stdout).toBe(
      [
        `wasmqtt ${version}, an MQTT 3.1, 3.1.1 and 5.0 broker`,
        `kernel:    ${kernelName}`,
        `listening: mqtt://127.0.0.1:${port}`,
        `try it:    mosquitto_sub -h 127.0.0.1 -p ${port} -t 'test/#' -v`,
        `           mosquitto_pub -h 127.0.0.1 -p ${port} -t test/hello -m world\n`,
      ].join('\n'),
    );
    const client = await subscribed(port, 'client', 'test/#', 5);
    command.kill('SIGTERM');
    await client.expectsDisconnect(0x8b);
    expect(await command.ended).toBe(0);
    expect(command.stderr).toMatch(/ info {2}stopping signal=SIGTERM\n/);
    expect(command.stderr).toMatch(/ info {2}stopped\n$/);
  });

  test('ends with SIGINT as well, and "wasmqtt broker" is the same', async () => {
    const command = wasmqtt('broker', '-p', '0');
    await command.port();
    command.kill('SIGINT');
    expect(await command.ended).toBe(0);
  });

  test('a second signal does not wait for clients that do not go', async () => {
    const command = wasmqtt('--port', '0');
    const client = await RawClient.connected(await command.port(), 'stubborn', 5);
    client.pause();
    command.kill('SIGTERM');
    await command.printed(/stopping/, 'stderr');
    command.kill('SIGTERM');
    expect(await command.ended).toBe(128 + 15);
  });

  test('--kernel js, --max-packet-size and --verbose', async () => {
    const command = wasmqtt('--port', '0', '--kernel', 'js', '--max-packet-size', '1000', '--verbose');
    const port = await command.port();
    expect(command.stdout).toContain('kernel:    js\n');
    const client = await subscribed(port, 'talkative', 'some/filter');
    client.send('30 e607'); // 998 bytes and the header: 1,001
    await client.expectsClose();
    command.kill('SIGINT');
    expect(await command.ended).toBe(0);
    expect(command.stderr).toMatch(/info {2}connected, .*talkative/);
    expect(command.stderr).toMatch(/warn {2}.*larger than the maximum packet size.*talkative/);
  });

  test('--log-level error says nothing of clients', async () => {
    const command = wasmqtt('-p', '0', '--log-level', 'error');
    const port = await command.port();
    await RawClient.connected(port, 'quiet');
    command.kill('SIGTERM');
    expect(await command.ended).toBe(0);
    expect(command.stderr).toBe('');
  });

  test('--log-format json: everything is a line of JSON', async () => {
    const command = wasmqtt('-p', '0', '--log-format', 'json');
    const [, url] = await command.printed(/"(mqtt:[^"]+)"/, 'stderr');
    await RawClient.connected(Number(new URL(url).port), 'logged');
    await command.printed(/logged/, 'stderr');
    command.kill('SIGTERM');
    expect(await command.ended).toBe(0);
    expect(command.stdout).toBe('');
    const lines = command.stderr
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines[0]).toMatchObject({ level: 30, msg: 'listening', version, kernelName });
    expect(lines.some(({ msg, clientId }) => msg.startsWith('connected') && clientId === 'logged')).toBe(
      true,
    );
    expect(lines.at(-1)).toMatchObject({ msg: 'stopped' });
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

  test('one listener of several that fails: none of them stays', async () => {
    const { port } = await startBroker();
    const file = configFile({ listeners: [{ port: 0 }, { port }] });
    const command = wasmqtt('-c', file);
    expect(await command.ended).toBe(1);
    expect(command.stdout).toBe('');
    expect(command.stderr).toContain(`choose another port: listeners[1].port in ${file}`);
  });

  test('says what to do when the host is not this machine', async () => {
    const command = wasmqtt('--port', '0', '--host', '192.0.2.1');
    expect(await command.ended).toBe(1);
    expect(command.stderr).toContain('--host 0.0.0.0');
  });

  test('warns where others can reach a broker that lets everybody in', async () => {
    const open = wasmqtt('-p', '0', '--host', '0.0.0.0');
    const closed = wasmqtt('-p', '0', '--host', '0.0.0.0', '--username', 'u', '--password', 'p');
    const [port] = [await open.port(), await closed.port()];
    expect(open.stdout).toContain(`listening: mqtt://0.0.0.0:${port}\naccess:    everybody who reaches it`);
    expect(open.stdout).toContain(`mosquitto_sub -h localhost -p ${port}`);
    expect(closed.stdout).not.toContain('access:');
    expect(closed.stdout).toMatch(/mosquitto_sub .* -u <user name> -P <password> /);
  });

  test('listens in all the places that are asked for, and nowhere else', async () => {
    const path = temporaryFile('socket');
    const command = wasmqtt('--websocket-port', '0', '--unix', path, '--metrics-port', '0');
    await command.printed(/metrics/);
    expect(command.stdout).toMatch(
      new RegExp(`\\nlistening: ws://127\\.0\\.0\\.1:\\d+\\n {11}unix:${path}\\nmetrics: {3}http:`),
    );
    expect(command.stdout).not.toContain('mqtt://');
    const [, url] = await command.printed(/(http:\S+)/);
    expect(await (await fetch(url)).text()).toContain('mqtt_subscriptions 0');
    command.kill('SIGTERM');
    expect(await command.ended).toBe(0);
  });

  test('TLS and WebSocket with TLS, for clients that have a certificate', async () => {
    const { ca, caFile, client, server, remove } = makeCertificates();
    onTestFinished(remove);
    const tls = ['--cert', server.certFile, '--key', server.keyFile, '--cafile', caFile];
    const command = wasmqtt('--tls-port', '0', '--websocket-tls-port', '0', ...tls);
    await command.printed(/wss:.*\n/);
    const urls = [...command.stdout.matchAll(/(?:mqtts|wss):\S+/g)].map(([url]) => url);
    expect(urls).toHaveLength(2);
    for (const url of urls) {
      const options = { ca, reconnectPeriod: 0, connectTimeout: 5_000 };
      const accepted = await connectAsync(url, { ...options, cert: client.cert, key: client.key });
      await accepted.endAsync();
      await expect(connectAsync(url, options)).rejects.toThrow();
    }
    command.kill('SIGTERM');
    expect(await command.ended).toBe(0);
  });

  test('--help and --version', async () => {
    const help = wasmqtt('--help');
    const number = wasmqtt('--version');
    expect(await help.ended).toBe(0);
    for (const part of [
      '--port <port>',
      '--max-packet-size <bytes>',
      '(default: 2097152)',
      '--kernel',
      'passwd',
    ]) {
      expect(help.stdout).toContain(part);
    }
    expect(await number.ended).toBe(0);
    expect(number.stdout).toBe(`${version}\n`);
  });

  test.each([
    [['--port', 'x'], '--port: must be a whole number from 0 to 65535, not "x"'],
    [['--unknown'], "unknown option '--unknown'"],
    [['--max-packet-sise', '1'], "unknown option '--max-packet-sise'\n(Did you mean --max-packet-size?)"],
    [['extra'], "too many arguments for 'broker'. Expected 0 arguments but got 1."],
    [['--username', 'u'], '--username needs --password or WASMQTT_PASSWORD'],
    [
      ['--max-packet-size', '100', '--max-packet-size-before-connect', '101'],
      'maxPacketSizeBeforeConnect: must not be more than maxPacketSize, 100, but is 101',
    ],
  ])('explains what is wrong with %j', async (args, explanation) => {
    const command = wasmqtt(...args);
    expect(await command.ended).toBe(2);
    expect(command.stdout).toBe('');
    expect(command.stderr).toBe(`wasmqtt: ${explanation}\nSee wasmqtt --help\n`);
  });

  test('is configured by the environment', async () => {
    const command = wasmqttWith({ WASMQTT_PORT: '0', WASMQTT_KERNEL: 'js', WASMQTT_MAX_PACKET_SIZE: '100' });
    const client = await RawClient.open(await command.port());
    expect(command.stdout).toContain('kernel:    js\n');
    const { properties } = await client.connect('c', 5);
    expect(properties).toMatchObject({ maximumPacketSize: 100 });
    const wrong = wasmqttWith({ WASMQTT_MAX_PACKET_SIZE: '10' });
    expect(await wrong.ended).toBe(2);
    expect(wrong.stderr).toContain('WASMQTT_MAX_PACKET_SIZE: must be a whole number from 14 to');
  });

  test('flag, environment, file, default: the first that says something counts', async () => {
    const file = configFile({
      listeners: [{ port: 0 }],
      receiveMaximum: 3,
      topicAliasMaximum: 3,
      maximumQoS: 1,
    });
    const environment = {
      WASMQTT_CONFIG: file,
      WASMQTT_RECEIVE_MAXIMUM: '2',
      WASMQTT_TOPIC_ALIAS_MAXIMUM: '2',
    };
    const command = wasmqttWith(environment, ['--topic-alias-maximum', '1']);
    const client = await RawClient.open(await command.port());
    const { properties } = await client.connect('c', 5);
    expect(properties).toMatchObject({ topicAliasMaximum: 1, receiveMaximum: 2, maximumQoS: 1 });
    expect(properties).toMatchObject({ maximumPacketSize: 2_097_152 });
  });
});
