import { describe, expect, it } from 'vitest';
import type { BrokerHooks, PublishRequest } from '../../src/broker/index.ts';
import type { PublishPacket } from '../../src/index.ts';
import { field, string } from '../conformance/wire.ts';
import { publishPacket, RawClient, startBroker, subscribed } from './harness.ts';

const later = <T>(value: T) => new Promise<T>((resolve) => setTimeout(resolve, 20, value));
const QOS = [0, 1, 2] as const;

/** A refusal of QoS 1 or 2, as the client is told, or `undefined` where it is told nothing. */
async function refusalOf(client: RawClient, qos: 0 | 1 | 2, topic = 'a/b'): Promise<unknown> {
  client.sendPublish(topic, 'x', { qos, id: 9 });
  if (qos === 0) {
    await client.expectsNothing();
    return undefined;
  }
  const { messageId, properties, reasonCode } = await client.next(qos === 1 ? 'puback' : 'pubrec');
  expect(messageId).toBe(9);
  const { reasonString, userProperties } = properties ?? {};
  return { reasonCode, reasonString, ...userProperties };
}

describe('authorizePublish', () => {
  it('is shown the client and what it wants to publish, wills included', async () => {
    const requests: [string, PublishRequest][] = [];
    const { port } = await startBroker({
      authorizePublish: ({ id }, request) => {
        requests.push([id, request]);
        return true;
      },
    });
    const will = { topic: 'gone', payload: 'x', qos: 2, retain: true } as const;
    const client = await RawClient.connected(port, 'client', 5, { will });
    await client.publish('a', 'x');
    await client.publish('b', 'x', { qos: 1, retain: true });
    expect(requests).toEqual([
      ['client', { topic: 'gone', qos: 2, retain: true, isWill: true }],
      ['client', { topic: 'a', qos: 0, retain: false, isWill: false }],
      ['client', { topic: 'b', qos: 1, retain: true, isWill: false }],
    ]);
  });

  it('sees the topic name that an alias stands for', async () => {
    const topics: string[] = [];
    const { port } = await startBroker({
      authorizePublish: (_, { topic }) => {
        topics.push(topic);
        return topic !== 'secret';
      },
    });
    const receiver = await subscribed(port, 'receiver', '#', 5);
    const client = await RawClient.connected(port, 'client', 5);
    await client.publish('secret', 'x', { properties: '23 0001' });
    await client.publish('', 'x', { properties: '23 0001' });
    await client.publish('open', 'x', { properties: '23 0001' });
    await client.publish('', 'y', { properties: '23 0001' });
    expect(topics).toEqual(['secret', 'secret', 'open', 'open']);
    await receiver.nextMessage('x');
    await receiver.nextMessage('y');
    await receiver.expectsNothing();
  });

  it('that answers later sees it too, in what was sent in one write', async () => {
    const topics: string[] = [];
    const { port } = await startBroker({
      authorizePublish: (_, { topic }) => {
        topics.push(topic);
        return later(true);
      },
    });
    const receiver = await subscribed(port, 'receiver', '#', 5, '01');
    const client = await RawClient.connected(port, 'client', 5);
    const aliased = (topic: string, payload: string, qos: 0 | 1 = 0) =>
      publishPacket(topic, payload, 5, { qos, properties: '23 0001' });
    const lines = [
      aliased('one', '1'),
      aliased('', '2', 1),
      aliased('two', '3'),
      aliased('', '4'),
      aliased('one', '5'),
    ];
    client.send(lines.join(''));
    const expected = ['one', 'one', 'two', 'two', 'one'];
    for (const [i, topic] of expected.entries())
      expect((await receiver.nextMessage(`${i + 1}`)).topic).toBe(topic);
    expect(topics).toEqual(expected);
  });

  it.each([4, 5] as const)(
    'a QoS 2 message that is sent again while it is asked about is passed on once (version %i)',
    async (version) => {
      const { port } = await startBroker({
        authorizePublish: () => later(true),
        onPublish: () => later(true),
      });
      const receiver = await subscribed(port, 'receiver', '#', version, '02');
      const client = await RawClient.connected(port, 'client', version);
      for (const dup of [false, true, true]) client.sendPublish('a', 'x', { qos: 2, id: 3, dup });
      for (let i = 0; i < 3; i++) expect((await client.next('pubrec')).messageId).toBe(3);
      await receiver.nextMessage('x');
      await receiver.expectsNothing();
    },
  );

  const answers: [string, NonNullable<BrokerHooks['authorizePublish']>, object][] = [
    ['false', () => false, { reasonCode: 0x87, reasonString: undefined }],
    ['false, later', () => later(false), { reasonCode: 0x87, reasonString: undefined }],
    [
      'a refusal with details',
      () => ({ reasonCode: 0x97, reasonString: 'enough', userProperties: { limit: '3' } }),
      { reasonCode: 0x97, reasonString: 'enough', limit: '3' },
    ],
    [
      'a refusal, later',
      () => later({ reasonCode: 0x90, reasonString: 'no' }),
      { reasonCode: 0x90, reasonString: 'no' },
    ],
  ];
  it.each(answers)('%s: nobody gets the message; 5.0 is told', async (_, authorizePublish, told) => {
    const { broker, port } = await startBroker({ authorizePublish });
    const receiver = await subscribed(port, 'receiver', '#', 5, '02');
    const client = await RawClient.connected(port, 'client', 5);
    for (const qos of QOS) {
      expect(await refusalOf(client, qos)).toEqual(qos === 0 ? undefined : told);
    }
    await receiver.expectsNothing();
    expect(broker.statistics.messages.refused).toBe(3);
  });

  it('after a refused QoS 2 the packet identifier is free', async () => {
    const { port } = await startBroker({ authorizePublish: (_, { topic }) => topic !== 'no' });
    const receiver = await subscribed(port, 'receiver', '#', 5, '02');
    const client = await RawClient.connected(port, 'client', 5);
    expect(await refusalOf(client, 2, 'no')).toMatchObject({ reasonCode: 0x87 });
    await client.publish('yes', 'x', { qos: 2, id: 9 });
    await receiver.nextMessage('x');
    client.sendAcknowledgement('pubrel', 9);
    expect(await client.next('pubcomp')).toMatchObject({ messageId: 9, reasonCode: 0x92 });
  });

  it.each(QOS)('before 5.0 QoS %i is acknowledged as if it had been passed on', async (qos) => {
    const { port } = await startBroker({ authorizePublish: () => later(false) });
    const receiver = await subscribed(port, 'receiver', '#', 4, '02');
    const client = await RawClient.connected(port, 'client', 4);
    await client.publish('a/b', 'x', { qos, retain: true });
    await client.publish('a/b', 'x', { qos, id: 2 });
    await receiver.expectsNothing();
  });

  it.each([
    [5, 0x87],
    [4, 5],
  ] as const)('that refuses a will refuses the CONNECT (version %i)', async (version, code) => {
    const { port } = await startBroker({ authorizePublish: (_, { isWill }) => later(!isWill) });
    const client = await RawClient.open(port);
    client.sendConnect('client', version, { will: { topic: 'gone' } });
    const { reasonCode, returnCode } = await client.next('connack');
    expect(version === 5 ? reasonCode : returnCode).toBe(code);
    await client.expectsClose();
  });
});

describe('onPublish', () => {
  it('is shown the whole message', async () => {
    const packets: PublishPacket[] = [];
    const { port } = await startBroker({
      onPublish: (_, packet) => {
        packets.push({ ...packet, payload: Buffer.from(packet.payload) });
        return true;
      },
    });
    const client = await RawClient.connected(port, 'client', 5);
    const properties = `01 01 03 ${string('text/plain')} 09 ${field('00ff')} 26 ${string('a')} ${string('1')}`;
    await client.publish('a/b', 'payload', { qos: 1, retain: true, properties });
    const [{ payload, properties: shown, ...packet }] = packets;
    expect(packet).toMatchObject({ cmd: 'publish', topic: 'a/b', qos: 1, retain: true });
    expect(Buffer.from(payload).toString()).toBe('payload');
    expect(shown).toMatchObject({ payloadFormatIndicator: true, contentType: 'text/plain' });
    expect(Buffer.from(shown?.correlationData ?? []).toString('hex')).toBe('00ff');
    expect(shown?.userProperties?.a).toBe('1');
  });

  it.each([
    ['nothing', undefined],
    ['true', true],
    ['true, later', later(true)],
  ])('%s: the message is passed on as it came', async (_, answer) => {
    const { port } = await startBroker({ onPublish: () => answer });
    const receiver = await subscribed(port, 'receiver', 'a/b', 5, '02');
    const client = await RawClient.connected(port, 'client', 5);
    const properties = `23 0001 03 ${string('text')}`;
    for (const qos of QOS) {
      await client.publish('a/b', `${qos}`, { qos, properties });
      expect(await receiver.nextMessage(`${qos}`)).toMatchObject({
        qos,
        properties: { contentType: 'text' },
      });
    }
  });

  it.each([
    ['false', false],
    ['false, later', later(false)],
  ])('%s: nobody gets the message, it is acknowledged all the same', async (_, answer) => {
    const { broker, port } = await startBroker({ onPublish: () => answer });
    const receiver = await subscribed(port, 'receiver', 'a/b', 5, '02');
    for (const version of [4, 5] as const) {
      const client = await RawClient.connected(port, `client ${version}`, version);
      for (const qos of QOS) await client.publish('a/b', 'x', { qos, retain: true });
    }
    await receiver.expectsNothing();
    expect(broker.retained('a/b')).toBe(undefined);
  });

  it('another packet is passed on instead: topic, payload, QoS, RETAIN and properties', async () => {
    const { broker, port } = await startBroker({
      onPublish: async (client, { payload, topic }) => ({
        cmd: 'publish',
        topic: `from/${client.id}/${topic}`,
        payload: `<${Buffer.from(payload)}>`,
        qos: 1,
        retain: true,
        properties: { userProperties: { by: client.id } },
      }),
    });
    const receiver = await subscribed(port, 'receiver', '#', 5, '02');
    const client = await RawClient.connected(port, 'client', 5);
    for (const qos of QOS) {
      await client.publish('a', `${qos}`, { qos });
      const packet = await receiver.nextMessage(`<${qos}>`);
      expect(packet).toMatchObject({ topic: 'from/client/a', qos: 1 });
      expect(packet.properties?.userProperties?.by).toBe('client');
    }
    expect(broker.retained('a')).toBe(undefined);
    expect(broker.retained('from/client/a')?.payload.toString()).toBe('<2>');
  });

  it('a refusal: nobody gets the message; 5.0 is told, others are not', async () => {
    const details = { reasonString: 'not like this', userProperties: { see: 'manual' } };
    const { port } = await startBroker({ onPublish: () => ({ reasonCode: 0x99, ...details }) });
    const receiver = await subscribed(port, 'receiver', '#', 5, '02');
    const client = await RawClient.connected(port, 'client', 5);
    const told = { reasonCode: 0x99, reasonString: 'not like this', see: 'manual' };
    for (const qos of QOS) expect(await refusalOf(client, qos)).toEqual(qos === 0 ? undefined : told);
    const old = await RawClient.connected(port, 'old', 4);
    for (const qos of QOS) await old.publish('a/b', 'x', { qos });
    await receiver.expectsNothing();
  });

  it.each([
    ['dropped', false, undefined],
    ['replaced', { cmd: 'publish', topic: 'gone', payload: 'other' }, 'other'],
    ['passed on', later(true), 'x'],
  ] as const)('a will is %s as well; its client is not connected any more', async (_, answer, payload) => {
    const connected: boolean[] = [];
    const { port } = await startBroker({
      onPublish: ({ isConnected }, { topic }) => {
        if (topic !== 'gone') return true;
        connected.push(isConnected);
        return answer;
      },
    });
    const receiver = await subscribed(port, 'receiver', 'gone', 4);
    const client = await RawClient.connected(port, 'client', 4, { will: { topic: 'gone', payload: 'x' } });
    client.cut();
    if (payload !== undefined) await receiver.nextMessage(payload);
    await expect.poll(() => connected).toEqual([false]);
    await receiver.expectsNothing();
  });

  it('is asked after authorizePublish, and only for what that lets pass', async () => {
    const asked: string[] = [];
    const { port } = await startBroker({
      authorizePublish: (_, { topic }) => {
        asked.push(`authorize ${topic}`);
        return later(topic !== 'no');
      },
      onPublish: (_, { topic }) => {
        asked.push(`publish ${topic}`);
        return true;
      },
    });
    const client = await RawClient.connected(port, 'client', 4);
    await client.publish('no', 'x', { qos: 1 });
    await client.publish('yes', 'x', { qos: 1 });
    expect(asked).toEqual(['authorize no', 'authorize yes', 'publish yes']);
  });

  it('messages of the broker itself are not asked about', async () => {
    const { broker, port } = await startBroker({ onPublish: () => false, authorizePublish: () => false });
    const receiver = await subscribed(port, 'receiver', '#', 4);
    broker.publish({ topic: 'a', payload: 'x' });
    await receiver.nextMessage('x');
  });
});
