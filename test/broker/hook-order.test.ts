import { describe, expect, it } from 'vitest';
import type { PublishRequest } from '../../src/broker/index.ts';
import { publishPacket, RawClient, startBroker, subscribed, subscribePacket } from './harness.ts';

/** A hook that answers when it is told to, what it is told. */
function heldHook<T>() {
  const waiting: ((answer: T | Promise<T>) => void)[] = [];
  return {
    ask: () => new Promise<T>((resolve) => void waiting.push(resolve)),
    /** Answers the next question, when there is one. */
    async answer(answer: T | Promise<T>): Promise<void> {
      await expect.poll(() => waiting.length, { interval: 5 }).toBeGreaterThan(0);
      waiting.shift()?.(answer);
    },
    /** Resolves when so many questions wait. */
    asked: (count: number) => expect.poll(() => waiting.length, { interval: 5 }).toBe(count),
  };
}

/** Answers after more time for earlier questions, so that nothing is in order by chance. */
function slower(from: number) {
  let delay = from;
  return () =>
    new Promise<true>((resolve) => {
      delay = Math.max(0, delay - 1);
      setTimeout(resolve, delay, true);
    });
}

const never = () => new Promise<never>(() => {});

describe('packets of one client keep their order while a hook is pending', () => {
  it('QoS 0 behind SUBSCRIBE: the subscription is there first', async () => {
    const hook = heldHook<boolean>();
    const { port } = await startBroker({ authorizeSubscribe: hook.ask });
    const client = await RawClient.connected(port, 'client', 4);
    // in one write, and in others while the answer is still to come
    client.send(subscribePacket('a', 4) + publishPacket('a', '1') + publishPacket('a', '2'));
    await hook.asked(1);
    for (const payload of ['3', '4']) client.sendPublish('a', payload);
    await hook.answer(true);
    await client.next('suback');
    for (const payload of ['1', '2', '3', '4']) await client.nextMessage(payload);
  });

  it('QoS 0 behind QoS 1, of the same client and the same topic', async () => {
    const hook = heldHook<boolean>();
    const { port } = await startBroker({ authorizePublish: (_, { qos }) => qos === 0 || hook.ask() });
    const receiver = await subscribed(port, 'receiver', 'a', 4, '01');
    const client = await RawClient.connected(port, 'client', 4);
    client.send(publishPacket('a', '1', 4, { qos: 1 }) + publishPacket('a', '2') + publishPacket('a', '3'));
    await hook.asked(1);
    client.sendPublish('a', '4');
    await receiver.expectsNothing();
    await hook.answer(true);
    for (const payload of ['1', '2', '3', '4']) await receiver.nextMessage(payload);
    await client.next('puback');
    await client.expectsNothing();
  });

  it('messages of all QoS, acknowledgements included', async () => {
    const { port } = await startBroker({ authorizePublish: slower(20), onPublish: slower(20) });
    const receiver = await subscribed(port, 'receiver', 't/#', 5, '02');
    const client = await RawClient.connected(port, 'client', 5);
    const payloads = Array.from({ length: 30 }, (_, i) => `${i}`);
    client.send(
      payloads
        .map((payload, i) => publishPacket(`t/${i % 4}`, payload, 5, { qos: (i % 3) as 0, id: i + 1 }))
        .join(''),
    );
    for (const payload of payloads) await receiver.nextMessage(payload);
    for (let i = 0; i < 30; i++) {
      if (i % 3 === 1) expect(await client.next('puback')).toMatchObject({ messageId: i + 1 });
      if (i % 3 === 2) expect(await client.next('pubrec')).toMatchObject({ messageId: i + 1 });
    }
    await client.expectsNothing();
  });

  it('PINGREQ, UNSUBSCRIBE and DISCONNECT wait for their turn as well', async () => {
    const hook = heldHook<boolean>();
    const { port } = await startBroker({ authorizeSubscribe: hook.ask });
    const receiver = await RawClient.connected(port, 'receiver', 4);
    receiver.sendSubscribe('#');
    await hook.answer(true);
    await receiver.next('suback');
    const client = await RawClient.connected(port, 'client', 4, { will: { topic: 'gone' } });
    client.sendSubscribe('a');
    client.sendUnsubscribe('a', 2);
    client.send('c0 00');
    client.sendPublish('b', 'last');
    client.sendDisconnect();
    await receiver.expectsNothing();
    await hook.answer(true);
    expect([(await client.next()).cmd, (await client.next()).cmd, (await client.next()).cmd]).toEqual([
      'suback',
      'unsuback',
      'pingresp',
    ]);
    await client.expectsClose();
    await receiver.nextMessage('last');
    await receiver.expectsNothing();
  });

  it('a packet that breaks the protocol ends the connection at once; what waits is not acknowledged', async () => {
    const hook = heldHook<boolean>();
    const { port } = await startBroker({ authorizePublish: hook.ask });
    const receiver = await subscribed(port, 'receiver', 'a', 4, '01');
    const client = await RawClient.connected(port, 'client', 5);
    const waiting = [1, 2].map((id) => publishPacket('a', 'x', 5, { qos: 1, id }));
    client.send(`${waiting.join('')} 00 00`);
    await client.expectsDisconnect(0x81);
    await hook.answer(true);
    await receiver.expectsNothing();
  });

  it('data plane and hooks: QoS 0 goes on without being asked about when the answer was given', async () => {
    const hook = heldHook<boolean>();
    const { port } = await startBroker({ authorizeSubscribe: hook.ask });
    const receiver = await RawClient.connected(port, 'receiver', 4);
    receiver.sendSubscribe('a');
    await hook.answer(true);
    await receiver.next('suback');
    const client = await RawClient.connected(port, 'client', 4);
    for (let round = 0; round < 3; round++) {
      const payloads = Array.from({ length: 5 }, (_, i) => `${round} ${i}`);
      client.send(publishPacket('a', payloads[0]) + subscribePacket('b', 4));
      for (const payload of payloads.slice(1)) client.sendPublish('a', payload);
      await receiver.nextMessage(payloads[0]);
      await receiver.expectsNothing();
      await hook.answer(true);
      await client.next('suback');
      for (const payload of payloads.slice(1)) await receiver.nextMessage(payload);
    }
  });
});

describe('a hook that is pending', () => {
  it('of one client never stalls another, whatever the hook', async () => {
    const only = (id: string) => id.startsWith('stuck');
    const { port } = await startBroker({
      authenticate: ({ clientId }) => clientId !== 'stuck at authenticate' || never(),
      authorizePublish: ({ id }) => !only(id) || never(),
      authorizeSubscribe: ({ id }) => !only(id) || never(),
      onPublish: ({ id }) => !only(id) || never(),
      onConnect: ({ id }) => (id === 'stuck at connect' ? never() : undefined),
    });
    const stuck = await RawClient.open(port);
    stuck.sendConnect('stuck at authenticate');
    await RawClient.connected(port, 'stuck at connect');
    for (const topic of ['a', 'b']) {
      const client = await RawClient.connected(port, `stuck at ${topic}`, 4);
      if (topic === 'a') client.sendPublish('a', 'x', { qos: 1 });
      else client.sendSubscribe('a');
    }
    const receiver = await subscribed(port, 'receiver', 'a', 4, '02');
    const client = await RawClient.connected(port, 'client', 4);
    for (const qos of [0, 1, 2] as const) {
      await client.publish('a', `${qos}`, { qos });
      await receiver.nextMessage(`${qos}`);
    }
    await receiver.expectsNothing();
  });

  it('does not keep messages from its client', async () => {
    const { port } = await startBroker({ authorizePublish: ({ id }) => id !== 'stuck' || never() });
    const stuck = await subscribed(port, 'stuck', 'a', 4, '01');
    stuck.sendPublish('b', 'x', { qos: 1 });
    const client = await RawClient.connected(port, 'client', 4);
    await client.publish('a', '0');
    await client.publish('a', '1', { qos: 1 });
    await stuck.nextMessage('0');
    await stuck.nextMessage('1');
  });

  it('holds only its client, whose socket is not read any more', async () => {
    const { broker, port } = await startBroker({ authorizePublish: ({ id }) => id !== 'stuck' || never() });
    const stuck = await RawClient.connected(port, 'stuck', 4);
    const packet = Buffer.from(publishPacket('a', 'x'.repeat(60_000)).replace(/\s/g, ''), 'hex');
    let taken = 0;
    const write = async () => {
      for (let i = 0; i < 2_000; i++) {
        await stuck.sent(packet);
        taken = i;
      }
    };
    const writing = write();
    const client = await RawClient.connected(port, 'client', 4);
    // the system's buffers are full some time
    let before = -1;
    for (let quiet = 0; quiet < 10; before = taken) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      quiet = taken === before ? quiet + 1 : 0;
      await client.publish('b', 'x', { qos: 1 });
    }
    expect(taken).toBeLessThan(1_000); // of 120 MB
    expect(broker.statistics.bytes.received).toBeLessThan(4_000_000);
    stuck.cut();
    await writing;
  });

  it('when the answer has come everything is read that was held back', async () => {
    const requests: PublishRequest[] = [];
    let release = () => {};
    const released = new Promise<boolean>((resolve) => {
      release = () => resolve(true);
    });
    const { port } = await startBroker({
      authorizePublish: (_, request) => {
        requests.push(request);
        return requests.length === 1 ? released : true;
      },
    });
    const receiver = await subscribed(port, 'receiver', '#', 4, '00');
    const client = await RawClient.connected(port, 'client', 4);
    const count = 2_000;
    const packets = Array.from({ length: count }, (_, i) => publishPacket('a', `${i} ${'x'.repeat(500)}`));
    const sent = client.sent(Buffer.from(packets.join('').replace(/\s/g, ''), 'hex'));
    await receiver.expectsNothing();
    release();
    await sent;
    for (let i = 0; i < count; i++) {
      const { payload } = await receiver.next('publish');
      expect(Buffer.from(payload).toString().split(' ')[0]).toBe(`${i}`);
    }
  });

  it('is forgotten when its client is gone', async () => {
    const hook = heldHook<boolean>();
    const { broker, port } = await startBroker({
      authorizePublish: ({ id }) => id !== 'leaver' || hook.ask(),
    });
    const receiver = await subscribed(port, 'receiver', '#', 4, '01');
    const leaver = await RawClient.connected(port, 'leaver', 4);
    leaver.sendPublish('a', 'x', { qos: 1 });
    leaver.sendPublish('a', 'y', { qos: 1, id: 2 });
    await hook.asked(1);
    broker.disconnect('leaver');
    await leaver.expectsClose();
    await hook.answer(true);
    await receiver.expectsNothing();
    expect(broker.clients.has('leaver')).toBe(false);
  });

  it('does not keep the broker from closing', async () => {
    const { broker, port } = await startBroker({ authorizePublish: never });
    const client = await RawClient.connected(port, 'client', 5);
    client.sendPublish('a', 'x', { qos: 1 });
    await client.sent(Buffer.from([]));
    const closed = broker.close();
    await client.expectsDisconnect(0x8b);
    await closed;
  });
});
