import { describe, expect, it } from 'vitest';
import { RawClient, startBroker, subscribed } from './harness.ts';

describe('a hook that fails', () => {
  const failures: [string, () => Promise<boolean>][] = [
    [
      'throws',
      () => {
        throw new Error('the directory is down');
      },
    ],
    ['rejects', () => Promise.reject(new Error('the directory is down'))],
    [
      'rejects later',
      () => new Promise((_, reject) => setTimeout(reject, 10, new Error('the directory is down'))),
    ],
  ];
  for (const [how, fail] of failures) {
    it.each(['authorizePublish', 'onPublish'])(
      `${how} (%s): 5.0 is told 0x80, nobody gets the message`,
      async (name) => {
        const { logged, port } = await startBroker({ [name]: fail });
        const receiver = await subscribed(port, 'receiver', '#', 5, '02');
        const client = await RawClient.connected(port, 'client', 5);
        client.sendPublish('a', 'x', { qos: 1, id: 5 });
        expect(await client.next('puback')).toMatchObject({ messageId: 5, reasonCode: 0x80 });
        expect(Buffer.from(client.raw).toString()).not.toContain('directory');
        client.sendPublish('a', 'x', { qos: 2, id: 6 });
        expect(await client.next('pubrec')).toMatchObject({ messageId: 6, reasonCode: 0x80 });
        client.sendPublish('a', 'x');
        await client.expectsNothing();
        await receiver.expectsNothing();
        expect(await logged('the directory is down')).toContain(name);
      },
    );

    it.each([
      ['authorizePublish', 1],
      ['authorizePublish', 2],
      ['onPublish', 1],
      ['onPublish', 2],
    ] as const)(
      `${how} (%s): 3.1.1 with QoS %i is disconnected without an answer, and sends again`,
      async (name, qos) => {
        let isDown = true;
        const { port } = await startBroker({ [name]: () => (isDown ? fail() : true) });
        const receiver = await subscribed(port, 'receiver', 'a', 4, '02');
        const client = await RawClient.connected(port, 'client', 4, { clean: false });
        client.sendPublish('a', 'x', { qos, id: 5 });
        await client.expectsClose();
        await receiver.expectsNothing();
        isDown = false;
        const again = await RawClient.connected(port, 'client', 4, { clean: false });
        await again.publish('a', 'x', { qos, id: 5, dup: true });
        expect(await receiver.nextMessage('x')).toMatchObject({ qos, dup: false });
        await receiver.expectsNothing();
      },
    );

    it(`${how}: 3.1.1 with QoS 0 goes on`, async () => {
      const { port } = await startBroker({ authorizePublish: fail });
      const receiver = await subscribed(port, 'receiver', 'a', 4);
      const client = await RawClient.connected(port, 'client', 4);
      client.sendPublish('a', 'x');
      await client.expectsNothing();
      await receiver.expectsNothing();
    });

    it(`${how} (authorizeSubscribe): 0x80 for that filter, the others are granted`, async () => {
      const { logged, port } = await startBroker({
        authorizeSubscribe: (_, { topicFilter }) => topicFilter !== 'b' || fail(),
      });
      for (const version of [4, 5] as const) {
        const client = await RawClient.connected(port, `client ${version}`, version);
        const filters = ['a', 'b', 'c'].map((filter) => [filter, '01'] as const);
        expect(await client.subscribe(filters)).toEqual([1, 0x80, 1]);
      }
      expect(await logged('the directory is down')).toContain('authorizeSubscribe');
    });
  }

  it('an answer of onPublish that is no packet counts as a failure', async () => {
    const { broker, port } = await startBroker({ onPublish: () => ({ cmd: 'publish', topic: 'no/#' }) });
    const client = await RawClient.connected(port, 'client', 5);
    client.sendPublish('a', 'x', { qos: 1, id: 5 });
    expect(await client.next('puback')).toMatchObject({ messageId: 5, reasonCode: 0x80 });
    const old = await RawClient.connected(port, 'old', 4);
    old.sendPublish('a', 'x', { qos: 1, id: 5 });
    await old.expectsClose();
    expect(broker.clients.has('client')).toBe(true);
  });

  it.each([undefined, null, 'yes', 3, Number.NaN, {}])(
    'an answer that is none (%s) counts as a failure',
    async (none) => {
      const answer = () => none as never;
      const { broker, port } = await startBroker({ authorizePublish: answer, authorizeSubscribe: answer });
      const client = await RawClient.connected(port, 'client', 5);
      client.sendPublish('a', 'x', { qos: 1 });
      expect((await client.next('puback')).reasonCode).toBe(0x80);
      expect(broker.statistics.messages.refused).toBe(1);
      expect(await client.subscribe(['a', 'b'].map((filter) => [filter, '01'] as const))).toEqual([
        0x80, 0x80,
      ]);
      expect(broker.clients.get('client')?.subscriptions.size).toBe(0);
    },
  );

  it.each([undefined, null, 'yes', 3])('authenticate that says %s accepts nobody', async (none) => {
    const { broker, port } = await startBroker({ authenticate: () => none as never });
    const client = await RawClient.open(port);
    client.sendConnect('client', 5);
    expect((await client.next('connack')).reasonCode).toBe(0x80);
    await client.expectsClose();
    expect(broker.clients.size).toBe(0);
  });

  // bad user name or password, success, continue authentication, not in the table
  it.each([0x86, 0x00, 0x18, 999])(
    'a reason code that the packet cannot have (%i) becomes 0x80',
    async (reasonCode) => {
      const refuse = () => ({ reasonCode, reasonString: 'no' });
      const { broker, port } = await startBroker({ authorizePublish: refuse, authorizeSubscribe: refuse });
      const client = await RawClient.connected(port, 'client', 5);
      client.sendPublish('a', 'x', { qos: 1 });
      const { properties, reasonCode: told } = await client.next('puback');
      expect([told, properties?.reasonString]).toEqual([0x80, 'no']);
      client.sendPublish('a', 'x', { qos: 2 });
      expect((await client.next('pubrec')).reasonCode).toBe(0x80);
      expect(broker.statistics.messages.refused).toBe(2);
      expect(await client.subscribe(['a', 'b'].map((filter) => [filter, '01'] as const))).toEqual([
        0x80, 0x80,
      ]);
      expect(broker.clients.get('client')?.subscriptions.size).toBe(0);
    },
  );
});
