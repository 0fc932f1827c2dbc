import { describe, expect, test } from 'vitest';
import type { BrokerOptions } from '../../src/broker/index.ts';
import { startBroker } from './harness.ts';
import { Mosquitto } from './programs.ts';

const VERSIONS = ['mqttv31', 'mqttv311', 'mqttv5'] as const;

async function mosquitto(version: string, options?: BrokerOptions): Promise<Mosquitto> {
  const { broker, port } = await startBroker(options);
  return new Mosquitto(broker, port, version);
}

/** Subscribes with mosquitto_sub, publishes once with mosquitto_pub, and returns what mosquitto_sub printed. */
async function roundTrip(version: string, sub: string[], pub: string[], input?: Uint8Array): Promise<string> {
  const clients = await mosquitto(version);
  const receiver = await clients.sub('receiver', '-C', '1', ...sub);
  await clients.pub(['-i', 'sender', ...pub], input);
  return receiver.output;
}

describe.each(VERSIONS)('mosquitto_sub and mosquitto_pub -V %s', (version) => {
  test('a message through a wildcard', async () => {
    const printed = await roundTrip(
      version,
      ['-t', 'house/+/light', '-v'],
      ['-t', 'house/küche/light', '-m', 'on'],
    );
    expect(printed).toBe('house/küche/light on\n');
  });

  test.each(['0', '2'])('every byte value, QoS %s', async (qos) => {
    const payload = Uint8Array.from({ length: 256 }, (_, i) => i);
    const printed = await roundTrip(
      version,
      ['-t', '#', '-F', '%x', '-q', qos],
      ['-t', 'bytes', '-s', '-q', qos],
      payload,
    );
    expect(printed.trim()).toBe(Buffer.from(payload).toString('hex'));
  });

  test('no bytes', async () => {
    expect(await roundTrip(version, ['-t', 'a/#', '-F', '%t %l'], ['-t', 'a', '-n'])).toBe('a 0\n');
  });

  test.each(['0', '1', '2'])('1 MB, QoS %s', async (qos) => {
    const payload = Buffer.alloc(1_000_000, 'mosquitto ');
    const printed = await roundTrip(
      version,
      ['-t', 'big', '-N', '-q', qos],
      ['-t', 'big', '-s', '-q', qos],
      payload,
    );
    expect(printed === payload.toString()).toBe(true);
  });

  test('every QoS to every QoS: the lower one [MQTT-3.8.4-8]', async () => {
    const clients = await mosquitto(version);
    const receivers = await Promise.all(
      [0, 1, 2].map((qos) =>
        clients.sub(`receiver ${qos}`, '-t', 'a', '-q', String(qos), '-C', '3', '-F', '%q %p'),
      ),
    );
    for (const qos of [0, 1, 2]) await clients.pub(['-t', 'a', '-q', String(qos), '-m', `sent with ${qos}`]);
    for (const [granted, receiver] of receivers.entries()) {
      const expected = [0, 1, 2].map((qos) => `${Math.min(qos, granted)} sent with ${qos}\n`);
      expect((await receiver.output).split(/(?<=\n)/).sort()).toEqual(expected.sort());
    }
  });

  test.each(['0', '1', '2'])('500 messages of one publisher, QoS %s: all of them, in order', async (qos) => {
    const clients = await mosquitto(version);
    const lines = Array.from({ length: 500 }, (_, i) => `line ${i}\n`).join('');
    const receiver = await clients.sub('receiver', '-t', 'lines', '-q', qos, '-C', '500');
    await clients.pub(['-t', 'lines', '-q', qos, '-l'], lines);
    expect(await receiver.output).toBe(lines);
  });

  test('a share group takes turns', async () => {
    const clients = await mosquitto(version);
    const members = await Promise.all(
      ['one', 'two'].map((id) => clients.sub(id, '-t', '$share/group/work/#', '-q', '1', '-C', '10')),
    );
    await clients.pub(['-t', 'work/a', '-q', '1', '-l'], 'x\n'.repeat(20));
    for (const member of members) expect(await member.output).toBe('x\n'.repeat(10));
  });
});

describe('MQTT 5.0 properties', () => {
  test('of PUBLISH', async () => {
    const properties = [
      ...['content-type', 'text/plain', 'response-topic', 'answer', 'correlation-data', 'c-1'],
      ...['payload-format-indicator', '1', 'message-expiry-interval', '3600'],
    ];
    const options: string[] = ['-D', 'publish', 'user-property', 'k', 'v'];
    for (let i = 0; i < properties.length; i += 2)
      options.push('-D', 'publish', ...properties.slice(i, i + 2));
    const printed = await roundTrip(
      'mqttv5',
      ['-t', 'a', '-F', '%C|%R|%D|%F|%E|%P|%p'],
      ['-t', 'a', '-m', 'x', ...options],
    );
    expect(printed).toBe('text/plain|answer|c-1|1|3600|k:v|x\n');
  });

  test('a topic alias of the publisher', async () => {
    const clients = await mosquitto('mqttv5');
    const receiver = await clients.sub('receiver', '-t', 'a/#', '-v', '-C', '3', '-q', '1');
    const alias = ['-D', 'publish', 'topic-alias', '3', '--repeat', '3'];
    await clients.pub(['-t', 'a/long/topic', '-m', 'x', '-q', '1', ...alias]);
    expect(await receiver.output).toBe('a/long/topic x\n'.repeat(3));
  });

  test('the subscription identifier', async () => {
    const printed = await roundTrip(
      'mqttv5',
      ['-t', 'a/#', '-D', 'subscribe', 'subscription-identifier', '42', '-F', '%S %p'],
      ['-t', 'a/b', '-m', 'x'],
    );
    expect(printed).toBe('42 x\n');
  });
});

test.each([
  ['mqttv311', /not authorised|user name or password/i],
  ['mqttv5', /not authori[sz]ed|user ?name or password/i],
])('a wrong password is refused, -V %s', async (version, explanation) => {
  const clients = await mosquitto(version, {
    authenticate: ({ username, password }) => username === 'u' && String(password) === 'right',
  });
  await clients.pub(['-t', 'a', '-m', 'x', '-q', '1', '-u', 'u', '-P', 'right']);
  const refused = clients.pub(['-t', 'a', '-m', 'x', '-q', '1', '-u', 'u', '-P', 'wrong']);
  await expect(refused).rejects.toThrow(explanation);
});
