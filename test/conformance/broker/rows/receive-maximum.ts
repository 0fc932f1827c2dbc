import { expect } from 'vitest';
import { RawClient, startBroker } from '../../../broker/harness.ts';
import { type BrokerCases, type BrokerRow, brokerRow } from '../row.ts';

const RECEIVE_MAXIMUM_2 = '21 0002';

const clientAbove: BrokerCases = {
  'CONNACK says the maximum; one more with QoS 2 is 0x93': async () => {
    const { port } = await startBroker({ receiveMaximum: 2 });
    const client = await RawClient.open(port);
    const { properties } = await client.connect('publisher', 5);
    expect(properties?.receiveMaximum).toBe(2);
    for (const id of [1, 2]) {
      client.sendPublish('a/b', 'x', { qos: 2, id });
      await client.next('pubrec');
    }
    client.sendPublish('a/b', 'x', { qos: 2, id: 3 });
    await client.expectsDisconnect(0x93);
  },
  'the same packet again is not one more': async () => {
    const { port } = await startBroker({ receiveMaximum: 2 });
    const client = await RawClient.connected(port, 'publisher', 5);
    for (const id of [1, 2, 1, 2]) {
      client.sendPublish('a/b', 'x', { qos: 2, id, dup: true });
      expect(await client.next('pubrec')).toMatchObject({ messageId: id, reasonCode: 0 });
    }
    await client.expectsNothing();
  },
  'PUBCOMP makes room': async () => {
    const { port } = await startBroker({ receiveMaximum: 2 });
    const client = await RawClient.connected(port, 'publisher', 5);
    for (const id of [1, 2, 3, 4, 5]) await client.publish('a/b', 'x', { qos: 2, id });
    await client.expectsNothing();
  },
  'QoS 0 and acknowledged QoS 1 do not count': async () => {
    const { port } = await startBroker({ receiveMaximum: 2 });
    const client = await RawClient.connected(port, 'publisher', 5);
    for (const id of [1, 2]) {
      client.sendPublish('a/b', 'x', { qos: 2, id });
      await client.next('pubrec');
    }
    for (let i = 0; i < 5; i++) client.sendPublish('a/b', 'x');
    await client.expectsNothing();
  },
  'a PUBREC with 0x80 or above does not hold a place': async () => {
    const { port } = await startBroker({ receiveMaximum: 2, authorizePublish: () => false });
    const client = await RawClient.connected(port, 'publisher', 5);
    for (const id of [1, 2, 3, 4]) {
      client.sendPublish('a/b', 'x', { qos: 2, id });
      expect(await client.next('pubrec')).toMatchObject({ messageId: id, reasonCode: 0x87 });
    }
    await client.expectsNothing();
  },
};

/** A receiver with a receive maximum of 2, and five messages with that QoS on their way to it. */
async function blocked(qos: 1 | 2) {
  const { port } = await startBroker();
  const receiver = await RawClient.connected(port, 'receiver', 5, { properties: RECEIVE_MAXIMUM_2 });
  await receiver.subscribe('a/b', `0${qos}`);
  const publisher = await RawClient.connected(port, 'publisher', 5);
  for (const payload of ['1', '2', '3', '4', '5']) await publisher.publish('a/b', payload, { qos });
  const first = await receiver.nextMessage('1');
  const second = await receiver.nextMessage('2');
  await receiver.expectsNothing();
  return { port, receiver, publisher, ids: [first, second].map(({ messageId }) => messageId as number) };
}

const serverNotAbove: BrokerCases = {
  'QoS 1: two are sent, each PUBACK lets one more go': async () => {
    const { receiver, ids } = await blocked(1);
    for (const payload of ['3', '4', '5']) {
      receiver.sendAcknowledgement('puback', ids.shift() as number);
      ids.push((await receiver.nextMessage(payload)).messageId as number);
      await receiver.expectsNothing();
    }
  },
  'QoS 2: PUBREC does not let one more go, PUBCOMP does': async () => {
    const { receiver, ids } = await blocked(2);
    for (const payload of ['3', '4', '5']) {
      const id = ids.shift() as number;
      receiver.sendAcknowledgement('pubrec', id);
      expect(await receiver.next('pubrel')).toMatchObject({ messageId: id });
      await receiver.expectsNothing();
      receiver.sendAcknowledgement('pubcomp', id);
      ids.push((await receiver.nextMessage(payload)).messageId as number);
      await receiver.expectsNothing();
    }
  },
  'QoS 2: a PUBREC with 0x80 or above lets one more go': async () => {
    const { receiver, ids } = await blocked(2);
    receiver.sendAcknowledgement('pubrec', ids[0], 0x80);
    await receiver.nextMessage('3');
    await receiver.expectsNothing();
  },
  'a maximum of 1: one after the other': async () => {
    const { port } = await startBroker();
    const receiver = await RawClient.connected(port, 'receiver', 5, { properties: '21 0001' });
    await receiver.subscribe('a/b', '01');
    const publisher = await RawClient.connected(port, 'publisher', 5);
    for (const payload of ['1', '2', '3']) await publisher.publish('a/b', payload, { qos: 1 });
    for (const payload of ['1', '2', '3']) {
      const { messageId } = await receiver.nextMessage(payload);
      await receiver.expectsNothing();
      receiver.sendAcknowledgement('puback', messageId as number);
    }
    await receiver.expectsNothing();
  },
  'also for what is sent again and what was queued': async () => {
    const { port } = await startBroker();
    const options = { clean: false, properties: `11 00000064 ${RECEIVE_MAXIMUM_2}` };
    const first = await RawClient.connected(port, 'receiver', 5, options);
    await first.subscribe('a/b', '01');
    const publisher = await RawClient.connected(port, 'publisher', 5);
    await publisher.publish('a/b', '1', { qos: 1 });
    await first.nextMessage('1');
    first.cut();
    for (const payload of ['2', '3', '4']) await publisher.publish('a/b', payload, { qos: 1 });
    const second = await RawClient.connected(port, 'receiver', 5, options);
    const { messageId } = await second.nextMessage('1');
    await second.nextMessage('2');
    await second.expectsNothing();
    second.sendAcknowledgement('puback', messageId as number);
    await second.nextMessage('3');
    await second.expectsNothing();
  },
  'a lower maximum than before holds for what is sent again': async () => {
    const { port } = await startBroker();
    const first = await RawClient.connected(port, 'receiver', 5, { clean: false, properties: '11 00000064' });
    await first.subscribe('a/b', '01');
    const publisher = await RawClient.connected(port, 'publisher', 5);
    for (const payload of ['1', '2', '3']) await publisher.publish('a/b', payload, { qos: 1 });
    for (const payload of ['1', '2', '3']) await first.nextMessage(payload);
    first.cut();
    const options = { clean: false, properties: '11 00000064 21 0001' };
    const second = await RawClient.connected(port, 'receiver', 5, options);
    for (const payload of ['1', '2', '3']) {
      const { dup, messageId } = await second.nextMessage(payload);
      expect(dup).toBe(true);
      await second.expectsNothing();
      second.sendAcknowledgement('puback', messageId as number);
    }
    await second.expectsNothing();
  },
};

const othersAreNotDelayed: BrokerCases = Object.fromEntries(
  ([1, 2] as const).map((qos) => [
    `QoS ${qos}: PINGREQ, SUBSCRIBE, UNSUBSCRIBE, PUBLISH and messages with QoS 0 go on`,
    async () => {
      const { receiver, publisher } = await blocked(qos);
      await receiver.expectsNothing(); // PINGRESP
      await receiver.subscribe('c', '00', 7);
      await publisher.publish('c', 'qos 0');
      await receiver.nextMessage('qos 0');
      await receiver.publish('d', 'mine', { qos: 1, id: 9 });
      await receiver.publish('d', 'mine', { qos: 2, id: 10 });
      receiver.sendUnsubscribe('c', 8);
      expect(await receiver.next('unsuback')).toMatchObject({ messageId: 8 });
    },
  ]),
);

export const rows: BrokerRow[] = [
  brokerRow('MQTT-3.3.4-7', '5', clientAbove),
  brokerRow('MQTT-3.3.4-9', '5', serverNotAbove),
  brokerRow('MQTT-3.3.4-10', '5', othersAreNotDelayed),
];
