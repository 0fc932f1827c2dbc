import { expect } from 'vitest';
import { RawClient, startBroker, subscribed } from '../../../broker/harness.ts';
import { type BrokerCases, type BrokerRow, brokerRow } from '../row.ts';
import { KEPT, lose, resumed, seconds, several, type Version } from '../scenes.ts';

/** A persistent subscriber of 't' that has got one message with this QoS. */
async function delivered(version: Version, qos: 1 | 2) {
  const { port, broker } = await startBroker();
  const client = await RawClient.connected(port, 'c', version, KEPT);
  await client.subscribe('t', '02');
  const publisher = await RawClient.connected(port, 'publisher', version);
  await publisher.publish('t', 'm', { qos });
  const { messageId = 0 } = await client.nextMessage('m');
  return { port, broker, client, publisher, messageId };
}

function resending(version: Version): BrokerCases {
  return {
    'cut before PUBACK': async () => {
      const { port, broker, client, messageId } = await delivered(version, 1);
      await lose(broker, client, 'c');
      const again = (await resumed(port, 'c', version)).client;
      expect(await again.nextMessage('m')).toMatchObject({ messageId, qos: 1, dup: true });
      await again.expectsNothing();
    },
    'cut before PUBREC': async () => {
      const { port, broker, client, messageId } = await delivered(version, 2);
      await lose(broker, client, 'c');
      const again = (await resumed(port, 'c', version)).client;
      expect(await again.nextMessage('m')).toMatchObject({ messageId, qos: 2, dup: true });
      await again.expectsNothing();
    },
    'cut before PUBCOMP': async () => {
      const { port, broker, client, messageId } = await delivered(version, 2);
      client.sendAcknowledgement('pubrec', messageId);
      await client.next('pubrel');
      await lose(broker, client, 'c');
      const again = (await resumed(port, 'c', version)).client;
      expect(await again.next('pubrel')).toMatchObject({ messageId });
      await again.expectsNothing();
    },
    'after DISCONNECT, and to a connection that takes over': async () => {
      const { port, client, messageId } = await delivered(version, 1);
      await client.disconnect();
      const second = (await resumed(port, 'c', version)).client;
      expect(await second.nextMessage('m')).toMatchObject({ messageId, dup: true });
      const third = (await resumed(port, 'c', version)).client;
      expect(await third.nextMessage('m')).toMatchObject({ messageId, dup: true });
    },
    'what a client sends again is not passed on twice (QoS 2), and answered': async () => {
      const { port, broker } = await startBroker();
      const watcher = await subscribed(port, 'watcher', 't', version, '02');
      const client = await RawClient.connected(port, 'c', version, KEPT);
      client.sendPublish('t', 'm', { qos: 2, id: 3 });
      await client.next('pubrec');
      await lose(broker, client, 'c');
      const again = (await resumed(port, 'c', version)).client;
      await again.publish('t', 'm', { qos: 2, id: 3, dup: true });
      await watcher.nextMessage('m');
      await watcher.expectsNothing();
    },
    'to a connection without clean session only': async () => {
      const { port, broker, client } = await delivered(version, 1);
      await lose(broker, client, 'c');
      await (await RawClient.connected(port, 'c', version)).expectsNothing();
    },
  };
}

export const rows: BrokerRow[] = [
  brokerRow('MQTT-4.4.0-1', '3.1.1', resending(4)),
  brokerRow('MQTT-4.4.0-1', '5', {
    ...resending(5),
    'not on a connection that is open': async () => {
      const { client, publisher, messageId } = await delivered(5, 2);
      await publisher.publish('t', 'QoS 1', { qos: 1 });
      await client.nextMessage('QoS 1');
      await seconds(2.5);
      await client.expectsNothing();
      client.sendAcknowledgement('pubrec', messageId);
      await client.next('pubrel');
      await seconds(2.5);
      await client.expectsNothing();
    },
  }),
  brokerRow('MQTT-4.4.0-2', '5', {
    'PUBACK 0x80, 0x83, 0x87, 0x97: not sent again': async () => {
      for (const reasonCode of [0x80, 0x83, 0x87, 0x97]) {
        const { port, broker, client, messageId } = await delivered(5, 1);
        client.sendAcknowledgement('puback', messageId, reasonCode);
        await client.expectsNothing();
        await lose(broker, client, 'c');
        await (await resumed(port, 'c', 5)).client.expectsNothing();
      }
    },
    'PUBREC 0x80, 0x97: neither PUBLISH nor PUBREL is sent again': async () => {
      for (const reasonCode of [0x80, 0x97]) {
        const { port, broker, client, messageId } = await delivered(5, 2);
        client.sendAcknowledgement('pubrec', messageId, reasonCode);
        await client.expectsNothing();
        await lose(broker, client, 'c');
        await (await resumed(port, 'c', 5)).client.expectsNothing();
      }
    },
    'others that are not acknowledged are': async () => {
      const { port, broker, client, publisher, messageId } = await delivered(5, 1);
      await publisher.publish('t', 'other', { qos: 2 });
      await client.nextMessage('other');
      client.sendAcknowledgement('puback', messageId, 0x80);
      await client.expectsNothing();
      await lose(broker, client, 'c');
      const again = (await resumed(port, 'c', 5)).client;
      await again.nextMessage('other');
      await again.expectsNothing();
    },
    'PUBREC 0x80 after PUBREC 0x00: the exchange has gone further, PUBREL is what remains': async () => {
      const { port, broker, client, messageId } = await delivered(5, 2);
      client.sendAcknowledgement('pubrec', messageId);
      await client.next('pubrel');
      await lose(broker, client, 'c');
      const again = (await resumed(port, 'c', 5)).client;
      expect((await several(again, 1))[0]).toMatchObject({ cmd: 'pubrel', messageId });
    },
  }),
];
