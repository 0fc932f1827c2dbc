import { describe, expect, it } from 'vitest';
import { RawClient, startBroker, subscribed } from './harness.ts';
import { leaves } from './observe.ts';

const KEPT = { clean: false, properties: '11 00000064' };
const FILTER = '$share/group/t/#';

/** Publishes with QoS 1 and waits until they are accepted. */
async function publishAll(publisher: RawClient, payloads: readonly string[], topic = 't'): Promise<void> {
  for (const payload of payloads) await publisher.publish(topic, payload, { qos: 1 });
}

const numbers = (count: number) => Array.from({ length: count }, (_, i) => `${i}`);

/** What has come until now, acknowledged. */
async function arrived(client: RawClient): Promise<string[]> {
  const payloads: string[] = [];
  client.send('c0 00');
  for (;;) {
    const packet = await client.next();
    if (packet.cmd === 'pingresp') return payloads;
    if (packet.cmd !== 'publish') throw new Error(packet.cmd);
    payloads.push(Buffer.from(packet.payload).toString());
    if (packet.qos === 1) client.sendAcknowledgement('puback', packet.messageId as number);
  }
}

async function members(
  port: number,
  count: number,
  version: 4 | 5 = 5,
  filter = FILTER,
): Promise<RawClient[]> {
  const clients: RawClient[] = [];
  for (let i = 0; i < count; i++) clients.push(await subscribed(port, `member ${i}`, filter, version, '01'));
  return clients;
}

async function arrivedAt(clients: readonly RawClient[]): Promise<string[][]> {
  const lists: string[][] = [];
  for (const client of clients) lists.push(await arrived(client));
  return lists;
}

describe('shared subscriptions', () => {
  it.each([4, 5] as const)('a message goes to one member, to each in turn (version %i)', async (version) => {
    const { port } = await startBroker();
    const clients = await members(port, 3, version);
    const publisher = await RawClient.connected(port, 'publisher', version);
    await publishAll(publisher, numbers(9));
    const lists = await arrivedAt(clients);
    expect(lists.map(({ length }) => length)).toEqual([3, 3, 3]);
    expect(lists.flat().sort()).toEqual(numbers(9));
  });

  it('with QoS 0 as well', async () => {
    const { port } = await startBroker();
    const clients = await members(port, 3);
    const publisher = await RawClient.connected(port, 'publisher', 5);
    for (const payload of numbers(9)) await publisher.publish('t', payload);
    const lists = await arrivedAt(clients);
    expect(lists.map(({ length }) => length)).toEqual([3, 3, 3]);
    expect(lists.flat().sort()).toEqual(numbers(9));
  });

  it('each group gets each message, and who subscribes without a group too', async () => {
    const { port } = await startBroker();
    const one = await subscribed(port, 'one', '$share/one/t', 5, '01');
    const two = await subscribed(port, 'two', '$share/two/t', 5, '01');
    const sameNameOtherFilter = await subscribed(port, 'three', '$share/one/+', 5, '01');
    const alone = await subscribed(port, 'alone', 't', 5, '01');
    const publisher = await RawClient.connected(port, 'publisher', 5);
    await publishAll(publisher, numbers(4));
    for (const client of [one, two, sameNameOtherFilter, alone])
      expect(await arrived(client)).toEqual(numbers(4));
  });

  it('members that leave get nothing more, those that join get their share', async () => {
    const { port } = await startBroker();
    const clients = await members(port, 2);
    const publisher = await RawClient.connected(port, 'publisher', 5);
    clients[0].sendUnsubscribe(FILTER, 2);
    await clients[0].next('unsuback');
    await publishAll(publisher, numbers(2));
    expect(await arrivedAt(clients)).toEqual([[], ['0', '1']]);
    await clients[0].subscribe(FILTER, '01', 3);
    await publishAll(publisher, numbers(4));
    const lists = await arrivedAt(clients);
    expect(lists.map(({ length }) => length)).toEqual([2, 2]);
  });

  it('members that are away are passed over while another is there', async () => {
    const { broker, port } = await startBroker();
    const away = await RawClient.connected(port, 'away', 5, KEPT);
    await away.subscribe(FILTER, '01');
    const there = await subscribed(port, 'there', FILTER, 5, '01');
    const left = leaves(broker, 'away');
    away.cut();
    await left;
    const publisher = await RawClient.connected(port, 'publisher', 5);
    await publishAll(publisher, numbers(6));
    expect(await arrived(there)).toEqual(numbers(6));
    const back = await RawClient.connected(port, 'away', 5, KEPT);
    expect(await arrived(back)).toEqual([]);
    await publishAll(publisher, numbers(2));
    expect((await arrivedAt([there, back])).map(({ length }) => length)).toEqual([1, 1]);
  });

  it('when all are away messages wait for them, and come once', async () => {
    const { broker, port } = await startBroker();
    for (const id of ['one', 'two']) {
      const client = await RawClient.connected(port, id, 5, KEPT);
      await client.subscribe(FILTER, '01');
      const left = leaves(broker, id);
      client.cut();
      await left;
    }
    const publisher = await RawClient.connected(port, 'publisher', 5);
    await publishAll(publisher, numbers(6));
    const lists: string[][] = [];
    for (const id of ['one', 'two']) lists.push(await arrived(await RawClient.connected(port, id, 5, KEPT)));
    expect(lists.flat().sort()).toEqual(numbers(6));
  });

  it('a member that takes no more is passed over', async () => {
    const { port } = await startBroker();
    const busy = await RawClient.connected(port, 'busy', 5, { properties: '21 0001' });
    await busy.subscribe(FILTER, '01');
    const free = await subscribed(port, 'free', FILTER, 5, '01');
    const publisher = await RawClient.connected(port, 'publisher', 5);
    await publishAll(publisher, numbers(5));
    const { messageId } = await busy.next('publish');
    await busy.expectsNothing();
    expect(await arrived(free)).toHaveLength(4);
    busy.sendAcknowledgement('puback', messageId as number);
    await publishAll(publisher, ['5', '6']);
    expect((await arrivedAt([busy, free])).map(({ length }) => length)).toEqual([1, 1]);
  });

  it('what was not acknowledged with QoS 1, or waits, goes to another when the session ends', async () => {
    const { broker, port } = await startBroker();
    const leaver = await RawClient.connected(port, 'leaver', 5, { properties: '21 0002' });
    await leaver.subscribe(FILTER, '01');
    const publisher = await RawClient.connected(port, 'publisher', 5);
    await publishAll(publisher, numbers(5));
    await leaver.nextMessage('0');
    await leaver.nextMessage('1');
    const other = await subscribed(port, 'other', FILTER, 5, '01');
    const left = leaves(broker, 'leaver');
    leaver.cut();
    await left;
    expect((await arrived(other)).sort()).toEqual(numbers(5));
  });

  it('what was sent with QoS 2 does not; what waits with QoS 2 does', async () => {
    const { broker, port } = await startBroker();
    const leaver = await RawClient.connected(port, 'leaver', 5, { properties: '21 0001' });
    await leaver.subscribe(FILTER, '02');
    const publisher = await RawClient.connected(port, 'publisher', 5);
    for (const payload of numbers(3)) await publisher.publish('t', payload, { qos: 2 });
    await leaver.nextMessage('0');
    const other = await subscribed(port, 'other', FILTER, 5, '01');
    const left = leaves(broker, 'leaver');
    leaver.cut();
    await left;
    expect((await arrived(other)).sort()).toEqual(['1', '2']);
  });

  it('nobody is left: what waited is gone', async () => {
    const { broker, port } = await startBroker();
    const leaver = await RawClient.connected(port, 'leaver', 5);
    await leaver.subscribe(FILTER, '01');
    const publisher = await RawClient.connected(port, 'publisher', 5);
    await publishAll(publisher, numbers(2));
    const left = leaves(broker, 'leaver');
    leaver.cut();
    await left;
    const late = await subscribed(port, 'late', FILTER, 5, '01');
    expect(await arrived(late)).toEqual([]);
    expect(broker.statistics.messages).toMatchObject({ inflight: 0, queued: 0 });
  });

  it('with a subscription identifier; the retain as published option counts', async () => {
    const { port } = await startBroker();
    const client = await RawClient.connected(port, 'client', 5);
    await client.subscribe(FILTER, '09', 1, '0b 07');
    const publisher = await RawClient.connected(port, 'publisher', 5);
    await publisher.publish('t', 'x', { qos: 1, retain: true });
    const { properties, retain } = await client.nextMessage('x');
    expect([properties?.subscriptionIdentifier, retain]).toEqual([7, true]);
  });

  it('are counted', async () => {
    const { broker, port } = await startBroker();
    const client = await subscribed(port, 'client', FILTER, 5);
    await client.subscribe('t');
    expect(broker.statistics.subscriptions).toEqual({ count: 2, shared: 1 });
    client.sendUnsubscribe(FILTER);
    await client.next('unsuback');
    expect(broker.statistics.subscriptions).toEqual({ count: 1, shared: 0 });
  });
});

describe('strategies', () => {
  it('random: all messages arrive, once', async () => {
    const { port } = await startBroker({ sharedStrategy: 'random' });
    const clients = await members(port, 3);
    const publisher = await RawClient.connected(port, 'publisher', 5);
    await publishAll(publisher, numbers(60));
    const lists = await arrivedAt(clients);
    expect(lists.flat().sort()).toEqual(numbers(60).sort());
    // that one of three gets none of 60 happens once in 10 thousand million times
    expect(lists.map(({ length }) => length > 0)).toEqual([true, true, true]);
  });

  it('sticky: always the same one, until it leaves', async () => {
    const { broker, port } = await startBroker({ sharedStrategy: 'sticky' });
    const clients = await members(port, 3);
    const publisher = await RawClient.connected(port, 'publisher', 5);
    await publishAll(publisher, numbers(6));
    const lists = await arrivedAt(clients);
    expect(lists.map(({ length }) => length).sort()).toEqual([0, 0, 6]);
    const chosen = lists.findIndex(({ length }) => length === 6);
    const left = leaves(broker, `member ${chosen}`);
    clients[chosen].cut();
    await left;
    await publishAll(publisher, numbers(6));
    const others = clients.filter((_, i) => i !== chosen);
    expect((await arrivedAt(others)).map(({ length }) => length).sort()).toEqual([0, 6]);
  });

  it.each(['hash-client', 'hash-topic'] as const)(
    '%s: the same publisher or topic, the same member',
    async (sharedStrategy) => {
      const { port } = await startBroker({ sharedStrategy });
      const clients = await members(port, 3);
      const used = new Set<number>();
      for (let i = 0; i < 12; i++) {
        const name = `${i}`;
        const id = sharedStrategy === 'hash-client' ? `publisher ${name}` : 'publisher';
        const publisher = await RawClient.connected(port, id, 5);
        const topics = sharedStrategy === 'hash-client' ? ['t/a', 't/b', 't/c'] : [`t/${name}`];
        for (const topic of topics) await publishAll(publisher, [name, name], topic);
        const lists = await arrivedAt(clients);
        const chosen = lists.findIndex(({ length }) => length > 0);
        expect(lists[chosen]).toEqual(Array(topics.length * 2).fill(name));
        expect(lists.flat()).toHaveLength(topics.length * 2);
        used.add(chosen);
      }
      expect(used.size).toBeGreaterThan(1);
    },
  );
});
