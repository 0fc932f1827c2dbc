import { PassThrough, Writable } from 'node:stream';
import { afterEach, describe, expect, test } from 'vitest';
import { generate, MqttError, type Packet, parser, writeToStream } from '../../src/index.ts';
import { hex } from '../vectors/hex.ts';
import { reference } from './outcome.ts';

const PUBLISH: Packet = { cmd: 'publish', topic: 'a', payload: 'x', qos: 0, dup: false, retain: false };
const CONNECT_3_1: Packet = {
  cmd: 'connect',
  protocolId: 'MQIsdp',
  protocolVersion: 3,
  clean: false,
  keepalive: 30,
  clientId: 'test',
};
const CONNECT_5: Packet = {
  cmd: 'connect',
  protocolId: 'MQTT',
  protocolVersion: 5,
  clean: true,
  keepalive: 30,
  clientId: 'test',
  username: 'u',
  password: Buffer.from('p'),
  properties: {
    sessionExpiryInterval: 1,
    receiveMaximum: 2,
    requestResponseInformation: true,
    authenticationMethod: 'm',
    authenticationData: Buffer.from('d'),
    userProperties: { name: ['one', 'two'] },
  },
  will: {
    topic: 't',
    payload: 'w',
    qos: 1,
    retain: true,
    properties: { willDelayInterval: 3, contentType: 'c' },
  },
};

/** A stream that keeps what reaches it, and how it was corked. */
function recorder(accepts = true) {
  const chunks: unknown[] = [];
  const calls: string[] = [];
  const stream = {
    write(chunk: unknown) {
      chunks.push(chunk);
      calls.push('write');
      return accepts;
    },
    cork: () => calls.push('cork'),
    uncork: () => calls.push('uncork'),
    destroy: (error: Error) => calls.push(`destroy: ${error.message}`),
  };
  return { stream, chunks, calls };
}

const nextTick = () => new Promise<void>((resolve) => process.nextTick(resolve));

describe('a payload of 4,096 bytes', () => {
  const payload = Buffer.alloc(4096, 'payload');
  const large = { ...PUBLISH, topic: 'a/large/one', payload } as Packet;

  test.each([
    ['QoS 0', large, undefined],
    [
      'QoS 1 of MQTT 3.1.1',
      { ...large, qos: 1, messageId: 515, retain: true } as Packet,
      { protocolVersion: 4 },
    ],
    [
      'MQTT 5.0',
      { ...large, qos: 2, messageId: 1, properties: { contentType: 'x'.repeat(200) } } as Packet,
      { protocolVersion: 5 },
    ],
  ])('leaves as it is, behind a header of the same bytes as mqtt-packet has: %s', (_, packet, options) => {
    const { stream, chunks } = recorder();
    expect(writeToStream(packet, stream, options)).toBe(true);
    expect(chunks).toHaveLength(2);
    expect(chunks[1]).toBe(payload);
    expect(Buffer.concat(chunks as Buffer[])).toEqual(reference.generate(packet, options));
    const full = recorder(false);
    expect(writeToStream(packet, full.stream, options)).toBe(false);
  });

  test('may belong to a packet whose fields are getters of its class', () => {
    class Message {
      readonly cmd = 'publish';
      readonly qos = 0;
      readonly dup = false;
      readonly retain = false;
      get topic() {
        return 'a/large/one';
      }
      get payload() {
        return payload;
      }
    }
    const { stream, chunks } = recorder();
    writeToStream(new Message() as unknown as Packet, stream);
    expect(Buffer.concat(chunks as Buffer[])).toEqual(reference.generate(large));
  });

  test('does not make a packet legal that is not', () => {
    const { stream, chunks, calls } = recorder();
    expect(writeToStream({ ...large, qos: 1 } as Packet, stream)).toBe(false);
    expect(chunks).toEqual([]);
    expect(calls).toHaveLength(1);
    expect(calls[0]).toMatch(/^destroy: /);
  });
});

describe('writeToStream', () => {
  test('writes a packet as one Buffer, corked until the next tick', async () => {
    const { stream, chunks, calls } = recorder();
    expect(writeToStream(PUBLISH, stream)).toBe(true);
    writeToStream(PUBLISH, stream);
    expect(calls).toEqual(['cork', 'write', 'write']);
    expect(chunks).toEqual([generate(PUBLISH), generate(PUBLISH)]);
    expect(Buffer.isBuffer(chunks[0])).toBe(true);
    await nextTick();
    expect(calls.slice(3)).toEqual(['uncork']);
  });

  test('uncorks as often as it corks, whatever the order of streams', async () => {
    const [a, b] = [recorder(), recorder()];
    for (const { stream } of [a, b, a, a, b]) writeToStream(PUBLISH, stream);
    await nextTick();
    for (const { calls } of [a, b]) {
      const count = (name: string) => calls.filter((call) => call === name).length;
      expect(count('uncork')).toBe(count('cork'));
    }
    writeToStream(PUBLISH, a.stream);
    expect(a.calls.at(-2)).toBe('cork');
  });

  test('uncorks the others when one stream throws at it', async () => {
    const [bad, good] = [recorder(), recorder()];
    bad.stream.uncork = () => {
      throw new Error('uncork');
    };
    const uncaught = new Promise<Error>((resolve) => {
      const listeners = process.listeners('uncaughtException');
      process.removeAllListeners('uncaughtException');
      process.once('uncaughtException', (error) => {
        for (const listener of listeners) process.on('uncaughtException', listener);
        resolve(error);
      });
    });
    writeToStream(PUBLISH, bad.stream);
    writeToStream(PUBLISH, good.stream);
    expect((await uncaught).message).toBe('uncork');
    await nextTick();
    expect(good.calls).toContain('uncork');
  });

  test('needs no cork', () => {
    const written: Buffer[] = [];
    writeToStream(PUBLISH, { write: (chunk: Buffer) => written.push(chunk) > 0 });
    expect(written).toEqual([generate(PUBLISH)]);
  });

  test('loses nothing when the stream ends in the same turn', async () => {
    const stream = new PassThrough();
    writeToStream(PUBLISH, stream);
    writeToStream({ cmd: 'disconnect' }, stream);
    stream.end();
    const received = Buffer.concat(await stream.toArray());
    expect(received).toEqual(Buffer.from(hex('30 04 0001 61 78 e0 00')));
  });

  test.each([
    ['nine of the smallest', CONNECT_3_1],
    ['one for each number and text', CONNECT_5],
  ])('writes a CONNECT in as many pieces as mqtt-packet: %s', (_name, packet) => {
    const ours = recorder();
    const theirs = recorder();
    expect(writeToStream(packet, ours.stream)).toBe(true);
    reference.writeToStream(packet as never, theirs.stream as never);
    expect(ours.chunks.map((chunk) => Buffer.from(chunk as Buffer))).toEqual(
      theirs.chunks.map((chunk) => Buffer.from(chunk as Buffer)),
    );
    if (packet === CONNECT_3_1) expect(ours.chunks).toHaveLength(9);
  });

  test.each<[cmd: string, packet: Packet, result: boolean]>([
    ['publish', PUBLISH, false],
    ['subscribe', { cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'a', qos: 0 }] }, false],
    ['suback', { cmd: 'suback', messageId: 1, granted: [0] }, false],
    ['unsubscribe', { cmd: 'unsubscribe', messageId: 1, unsubscriptions: ['a'] }, false],
    ['pingreq', { cmd: 'pingreq' }, false],
    ['pingresp', { cmd: 'pingresp' }, false],
    ['connect', CONNECT_3_1, true],
    ['connack', { cmd: 'connack', returnCode: 0, sessionPresent: false }, true],
    ['puback', { cmd: 'puback', messageId: 1 }, true],
    ['unsuback', { cmd: 'unsuback', messageId: 1, granted: [] }, true],
    ['disconnect', { cmd: 'disconnect' }, true],
  ])('returns what mqtt-packet does of a stream that is full, for %s', (_cmd, packet, result) => {
    expect(writeToStream(packet, recorder(false).stream)).toBe(result);
    expect(reference.writeToStream(packet as never, recorder(false).stream as never)).toBe(result);
  });

  test('destroys the stream with the error of a wrong packet, and writes nothing', () => {
    const { stream, calls } = recorder();
    expect(writeToStream({ cmd: 'other' } as never, stream)).toBe(false);
    expect(writeToStream({ ...PUBLISH, topic: 'a'.repeat(65_536) } as Packet, stream)).toBe(false);
    expect(calls[0]).toBe('destroy: Unknown command');
    expect(calls[1]).toContain('longer than 65535 bytes');
    expect(calls).toHaveLength(2);
  });

  test('gives the error to listeners of the stream', async () => {
    const stream = new Writable({ write: (_chunk, _encoding, done) => done() });
    const error = new Promise((resolve) => stream.on('error', resolve));
    writeToStream({ cmd: 'connect', protocolId: {} } as never, stream);
    expect(await error).toBeInstanceOf(MqttError);
    expect(await error).toMatchObject({ message: 'Invalid protocolId' });
  });
});

describe('writeToStream.cacheNumbers', () => {
  afterEach(() => {
    writeToStream.cacheNumbers = true;
  });

  test('can be set and read', () => {
    expect(writeToStream.cacheNumbers).toBe(true);
    writeToStream.cacheNumbers = false;
    expect(writeToStream.cacheNumbers).toBe(false);
    writeToStream.cacheNumbers = 1 as never;
    expect(writeToStream.cacheNumbers).toBe(true);
  });
});

test('what is written is parsed', () => {
  const { stream, chunks } = recorder();
  const packets: Packet[] = [];
  const p = parser().on('packet', (packet) => packets.push(packet));
  writeToStream(CONNECT_5, stream);
  writeToStream(PUBLISH, stream, { protocolVersion: 5 });
  p.parse(chunks as Buffer[]);
  expect(packets.map(({ cmd }) => cmd)).toEqual(['connect', 'publish']);
});
