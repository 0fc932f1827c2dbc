import { expect } from 'vitest';
import {
  acknowledgementPacket,
  publishPacket,
  RawClient,
  startBroker,
  subscribed,
} from '../../../broker/harness.ts';
import { type BrokerCases, type BrokerRow, brokerRow } from '../row.ts';
import { KEPT, lose, payloadOf, resumed, seconds, several, type Version } from '../scenes.ts';

/** A client with a session that is kept, and a watcher of 't'. */
async function pair(version: Version) {
  const { port, broker } = await startBroker();
  const watcher = await subscribed(port, 'watcher', 't', version, '02');
  const client = await RawClient.connected(port, 'c', version, KEPT);
  return { port, broker, watcher, client };
}

const pubrec: (version: Version) => BrokerCases = (version) => ({
  'PUBREC with the same identifier': async () => {
    const { client } = await pair(version);
    client.sendPublish('t', 'm', { qos: 2, id: 0x1234 });
    await client.expects('50 02 1234');
    await client.expectsNothing();
  },
  'and the message goes on its way': async () => {
    const { client, watcher } = await pair(version);
    await client.publish('t', 'm', { qos: 2 });
    expect((await watcher.nextMessage('m')).qos).toBe(2);
    await watcher.expectsNothing();
  },
});

const duplicates: (version: Version) => BrokerCases = (version) => ({
  'PUBLISH twice before PUBREL: two PUBRECs, one delivery': async () => {
    const { client, watcher } = await pair(version);
    client.sendPublish('t', 'm', { qos: 2, id: 1 });
    client.sendPublish('t', 'm', { qos: 2, id: 1, dup: true });
    await client.expects('50 02 0001 50 02 0001');
    client.sendAcknowledgement('pubrel', 1);
    await client.expects('70 02 0001');
    await watcher.nextMessage('m');
    await watcher.expectsNothing();
  },
  'in one chunk, with others between': async () => {
    const { client, watcher } = await pair(version);
    const publish = (id: number, dup = false) => publishPacket('t', String(id), version, { qos: 2, id, dup });
    client.send([publish(1), publish(2), publish(1, true), publish(2, true), publish(3)].join(' '));
    await client.expects('50 02 0001 50 02 0002 50 02 0001 50 02 0002 50 02 0003');
    expect((await several(watcher, 3)).map(payloadOf)).toEqual(['1', '2', '3']);
    await watcher.expectsNothing();
  },
  'again by the next connection of the session': async () => {
    const { port, broker, client, watcher } = await pair(version);
    client.sendPublish('t', 'm', { qos: 2, id: 1 });
    await client.next('pubrec');
    await lose(broker, client, 'c');
    const again = (await resumed(port, 'c', version)).client;
    await again.publish('t', 'm', { qos: 2, id: 1, dup: true });
    await watcher.nextMessage('m');
    await watcher.expectsNothing();
  },
});

const pubcomp: (version: Version) => BrokerCases = (version) => ({
  'PUBCOMP with the same identifier': async () => {
    const { client } = await pair(version);
    client.sendPublish('t', 'm', { qos: 2, id: 0x1234 });
    await client.next('pubrec');
    client.sendAcknowledgement('pubrel', 0x1234);
    await client.expects('70 02 1234');
  },
  'by the next connection, when PUBCOMP was lost or never sent': async () => {
    const { port, broker, client } = await pair(version);
    client.sendPublish('t', 'm', { qos: 2, id: 1 });
    await client.next('pubrec');
    await lose(broker, client, 'c');
    const again = (await resumed(port, 'c', version)).client;
    again.sendAcknowledgement('pubrel', 1);
    await again.expects('70 02 0001');
    // PUBREL again: whatever its code, it is answered
    again.sendAcknowledgement('pubrel', 1);
    expect(await again.next('pubcomp')).toMatchObject({ messageId: 1 });
  },
});

const newAfterwards: (version: Version) => BrokerCases = (version) => ({
  'identifier 1 twice, each to the end: two deliveries': async () => {
    const { client, watcher } = await pair(version);
    await client.publish('t', 'first', { qos: 2, id: 1 });
    await client.publish('t', 'second', { qos: 2, id: 1 });
    expect((await several(watcher, 2)).map(payloadOf)).toEqual(['first', 'second']);
  },
  'all in one chunk': async () => {
    const { client, watcher } = await pair(version);
    const flow = (payload: string) =>
      `${publishPacket('t', payload, version, { qos: 2 })} ${acknowledgementPacket('pubrel', 1)}`;
    client.send(`${flow('first')} ${flow('second')}`);
    await client.expects('50 02 0001 70 02 0001 50 02 0001 70 02 0001');
    expect((await several(watcher, 2)).map(payloadOf)).toEqual(['first', 'second']);
  },
});

export const rows: BrokerRow[] = [
  brokerRow('MQTT-4.3.3-2', '3.1.1', { ...pubrec(4), ...duplicates(4), ...pubcomp(4), ...newAfterwards(4) }),
  brokerRow('MQTT-4.3.3-8', '5', pubrec(5)),
  brokerRow('MQTT-4.3.3-9', '5', {
    'refused with 0x87: the same identifier is a new message': async () => {
      const { port } = await startBroker({ authorizePublish: (_, { topic }) => topic !== 'forbidden' });
      const watcher = await subscribed(port, 'watcher', '#', 5, '02');
      const client = await RawClient.connected(port, 'c', 5);
      client.sendPublish('forbidden', 'm', { qos: 2, id: 1 });
      expect(await client.next('pubrec')).toMatchObject({ messageId: 1, reasonCode: 0x87 });
      await client.publish('t', 'allowed', { qos: 2, id: 1 });
      await watcher.nextMessage('allowed');
      await watcher.expectsNothing();
    },
    'PUBREL for it finds nothing: PUBCOMP 0x92': async () => {
      const { port } = await startBroker({ authorizePublish: () => false });
      const client = await RawClient.connected(port, 'c', 5);
      client.sendPublish('t', 'm', { qos: 2, id: 1 });
      expect(await client.next('pubrec')).toMatchObject({ reasonCode: 0x87 });
      client.sendAcknowledgement('pubrel', 1);
      expect(await client.next('pubcomp')).toMatchObject({ messageId: 1, reasonCode: 0x92 });
    },
    'refused ones do not count as received: more of them than the receive maximum': async () => {
      const { port } = await startBroker({ receiveMaximum: 2, authorizePublish: () => false });
      const client = await RawClient.connected(port, 'c', 5);
      for (let id = 1; id <= 5; id++) {
        client.sendPublish('t', 'm', { qos: 2, id });
        expect(await client.next('pubrec')).toMatchObject({ messageId: id, reasonCode: 0x87 });
      }
    },
  }),
  brokerRow('MQTT-4.3.3-10', '5', duplicates(5)),
  brokerRow('MQTT-4.3.3-11', '5', pubcomp(5)),
  brokerRow('MQTT-4.3.3-12', '5', newAfterwards(5)),
  brokerRow('MQTT-4.3.3-13', '5', {
    'expired between PUBREC and PUBREL: PUBCOMP': async () => {
      const { client } = await pair(5);
      client.sendPublish('t', 'm', { qos: 2, id: 1, properties: '02 00000001' });
      await client.expects('50 02 0001');
      await seconds(1.5);
      client.sendAcknowledgement('pubrel', 1);
      await client.expects('70 02 0001');
    },
    'a duplicate after it has expired: PUBREC, no second delivery': async () => {
      const { client, watcher } = await pair(5);
      client.sendPublish('t', 'm', { qos: 2, id: 1, properties: '02 00000001' });
      await client.expects('50 02 0001');
      await watcher.nextMessage('m');
      await seconds(1.5);
      await client.publish('t', 'm', { qos: 2, id: 1, dup: true, properties: '02 00000001' });
      await watcher.expectsNothing();
    },
  }),
];
