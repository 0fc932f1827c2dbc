import { expect } from 'vitest';
import { RawClient, startBroker } from '../../../broker/harness.ts';
import { filters } from '../filters.ts';
import { type BrokerCases, type BrokerRow, brokerRow } from '../row.ts';
import { KEPT } from '../scenes.ts';

// bits of the options byte (MQTT5 section 3.8.3.1): QoS 0-1, no local 2, retain as published 3, retain handling 4-5

/** A broker with a retained message 'kept' for a/b, and a client that has not subscribed yet. */
async function start() {
  const { port } = await startBroker();
  const publisher = await RawClient.connected(port, 'publisher', 5);
  await publisher.publish('a/b', 'kept', { qos: 1, retain: true });
  const client = await RawClient.connected(port, 'client', 5);
  return { port, publisher, client };
}

const handling0: BrokerCases = {
  'the retained message comes at each SUBSCRIBE, also by a wildcard filter': async () => {
    const { client } = await start();
    for (const filter of ['a/b', 'a/b', 'a/+', 'a/+', 'a/b']) {
      await client.subscribe(filter, '01');
      const { messageId, retain } = await client.nextMessage('kept');
      expect(retain).toBe(true);
      client.sendAcknowledgement('puback', messageId as number);
      await client.expectsNothing();
    }
  },
  'with the options of the new subscription': async () => {
    const { client } = await start();
    await client.subscribe('a/b', '00', 1, '0b 01');
    expect(await client.nextMessage('kept')).toMatchObject({
      qos: 0,
      properties: { subscriptionIdentifier: 1 },
    });
    await client.subscribe('a/b', '01', 2, '0b 02');
    expect(await client.nextMessage('kept')).toMatchObject({
      qos: 1,
      properties: { subscriptionIdentifier: 2 },
    });
  },
};

const handling1: BrokerCases = {
  'the retained message comes for a new subscription': async () => {
    const { client } = await start();
    await client.subscribe('a/b', '10');
    expect((await client.nextMessage('kept')).retain).toBe(true);
    await client.expectsNothing();
  },
  'not for one that exists, whatever its options were': async () => {
    const { client } = await start();
    await client.subscribe('a/b', '20');
    for (const options of ['10', '11', '12', '1c']) await client.subscribe('a/b', options);
    await client.expectsNothing();
  },
  'another filter that matches the same topic is new': async () => {
    const { client } = await start();
    await client.subscribe('a/b', '20');
    await client.subscribe('a/+', '10');
    await client.nextMessage('kept');
    await client.expectsNothing();
  },
  'after UNSUBSCRIBE it is new': async () => {
    const { client } = await start();
    await client.subscribe('a/b', '20');
    client.sendUnsubscribe('a/b');
    await client.next('unsuback');
    await client.subscribe('a/b', '10');
    await client.nextMessage('kept');
  },
  'a subscription of a resumed session exists': async () => {
    const { port } = await start();
    const first = await RawClient.connected(port, 'resumed', 5, KEPT);
    await first.subscribe('a/b', '10');
    await first.nextMessage('kept');
    await first.disconnect();
    const second = await RawClient.connected(port, 'resumed', 5, KEPT);
    await second.subscribe('a/b', '10');
    await second.expectsNothing();
  },
};

const handling2: BrokerCases = {
  'no retained message, neither for a new nor for an existing subscription': async () => {
    const { client } = await start();
    for (const filter of ['a/b', 'a/b', '#']) await client.subscribe(filter, '21');
    await client.expectsNothing();
  },
  'what is published later comes': async () => {
    const { client, publisher } = await start();
    await client.subscribe('a/b', '20');
    await publisher.publish('a/b', 'live', { retain: true });
    expect((await client.nextMessage('live')).retain).toBe(false);
  },
  'each filter of a SUBSCRIBE has its own handling': async () => {
    const { client, publisher } = await start();
    await publisher.publish('c', 'other', { qos: 1, retain: true });
    await client.subscribe(filters('a/b 20', 'c 00'));
    await client.nextMessage('other');
    await client.expectsNothing();
  },
};

const asPublished = (bit: 0 | 1): BrokerCases =>
  Object.fromEntries([
    ...([0, 1, 2] as const).flatMap((qos) =>
      [false, true].map((retain) => [
        `QoS ${qos}, RETAIN ${Number(retain)} by the publisher: arrives with RETAIN ${bit & Number(retain)}`,
        async () => {
          const { port } = await startBroker();
          const receiver = await RawClient.connected(port, 'receiver', 5);
          await receiver.subscribe('a/b', bit ? '0a' : '02');
          const publisher = await RawClient.connected(port, 'publisher', 5);
          await publisher.publish('a/b', 'x', { qos, retain });
          expect(await receiver.nextMessage('x')).toMatchObject({ qos, retain: bit === 1 && retain });
        },
      ]),
    ),
    [
      'a retained message for a new subscription has RETAIN 1',
      async () => {
        const { client } = await start();
        await client.subscribe('a/b', bit ? '08' : '00');
        expect((await client.nextMessage('kept')).retain).toBe(true);
      },
    ],
    [
      'messages that waited for the client as well',
      async () => {
        const { port } = await startBroker();
        const first = await RawClient.connected(port, 'receiver', 5, KEPT);
        await first.subscribe('a/b', bit ? '09' : '01');
        await first.disconnect();
        const publisher = await RawClient.connected(port, 'publisher', 5);
        await publisher.publish('a/b', 'retained', { qos: 1, retain: true });
        await publisher.publish('a/b', 'plain', { qos: 1 });
        const second = await RawClient.connected(port, 'receiver', 5, KEPT);
        expect((await second.nextMessage('retained')).retain).toBe(bit === 1);
        expect((await second.nextMessage('plain')).retain).toBe(false);
      },
    ],
  ]);

const noLocal: BrokerCases = {
  ...Object.fromEntries(
    ([0, 1, 2] as const).map((qos) => [
      `QoS ${qos}: own messages do not come back, those of others come`,
      async () => {
        const { port } = await startBroker();
        const client = await RawClient.connected(port, 'client', 5);
        await client.subscribe('a/b', '06');
        await client.publish('a/b', 'mine', { qos });
        const other = await RawClient.connected(port, 'other', 5);
        await other.publish('a/b', 'of another', { qos });
        await client.nextMessage('of another');
        await client.expectsNothing();
      },
    ]),
  ),
  'without it they come back': async () => {
    const { port } = await startBroker();
    const client = await RawClient.connected(port, 'client', 5);
    await client.subscribe('a/b', '00');
    client.sendPublish('a/b', 'mine');
    await client.nextMessage('mine');
  },
  'an overlapping subscription without it gets them': async () => {
    const { port } = await startBroker();
    const client = await RawClient.connected(port, 'client', 5);
    await client.subscribe(filters('a/b 04', 'a/+ 00'));
    client.sendPublish('a/b', 'mine');
    await client.nextMessage('mine');
    await client.expectsNothing();
  },
  'own retained messages do not come for a new subscription, those of others do': async () => {
    const { client, publisher } = await start();
    await client.publish('a/c', 'mine', { qos: 1, retain: true });
    await client.subscribe('a/+', '04');
    await client.nextMessage('kept');
    await client.expectsNothing();
    await publisher.subscribe('a/+', '04');
    await publisher.nextMessage('mine');
    await publisher.expectsNothing();
  },
  'it is forgotten when the subscription is replaced': async () => {
    const { port } = await startBroker();
    const client = await RawClient.connected(port, 'client', 5);
    await client.subscribe('a/b', '04');
    await client.subscribe('a/b', '00');
    client.sendPublish('a/b', 'mine');
    await client.nextMessage('mine');
  },
  'it is the client that counts, not its connection': async () => {
    const { port } = await startBroker();
    const first = await RawClient.connected(port, 'client', 5, KEPT);
    await first.subscribe('a/b', '05');
    await first.disconnect();
    const second = await RawClient.connected(port, 'client', 5, KEPT);
    await second.publish('a/b', 'mine', { qos: 1 });
    await second.expectsNothing();
  },
};

export const rows: BrokerRow[] = [
  brokerRow('MQTT-3.3.1-9', '5', handling0),
  brokerRow('MQTT-3.3.1-10', '5', handling1),
  brokerRow('MQTT-3.3.1-11', '5', handling2),
  brokerRow('MQTT-3.3.1-12', '5', asPublished(0)),
  brokerRow('MQTT-3.3.1-13', '5', asPublished(1)),
  brokerRow('MQTT-3.8.3-3', '5', noLocal),
];
